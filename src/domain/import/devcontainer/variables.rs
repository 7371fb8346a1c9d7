//! Variables in the texts of a `devcontainer.json`: `${localEnv:HOME}` and the like.

use crate::domain::import::steps;

/// A text cut at its variables.
pub(super) struct Template(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    /// A variable of the machine where the container is started, and what stands for it there if
    /// it is not set.
    Local(String, Option<String>),
    /// A variable inside the container.
    Container(String, Option<String>),
}

/// What is known when the file is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    /// The absolute path of the folder on the host; empty: it is not known.
    pub(super) local: &'a str,
    /// The folder inside the container.
    pub(super) container: &'a str,
}

impl Template {
    /// Cuts a text. Folders are known, so that they become text at once; a variable that is none
    /// of theirs stays text.
    pub(super) fn parse(text: &str, known: Known<'_>) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let Some(length) = rest[start..].find('}') else { break };
            let whole = &rest[start..=start + length];
            parts.push(Part::Text(rest[..start].to_owned()));
            parts.push(part(whole, &whole[2..length], known));
            rest = &rest[start + length + 1..];
        }
        parts.push(Part::Text(rest.to_owned()));
        Self(parts)
    }

    /// The text, where nothing can be looked up later: a variable of the host becomes its
    /// default. The other way round, the variables that have none.
    pub(super) fn literal(&self) -> Result<String, Vec<String>> {
        let mut text = String::new();
        let mut missing = Vec::new();
        for part in &self.0 {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Local(_, Some(default)) => text.push_str(default),
                Part::Local(name, None) => missing.push(format!("localEnv:{name}")),
                Part::Container(name, _) => missing.push(format!("containerEnv:{name}")),
            }
        }
        if missing.is_empty() { Ok(text) } else { Err(missing) }
    }

    /// As [`Template::literal`], for the source of a mount, where the home folder has a sign.
    pub(super) fn source(&self) -> Result<String, Vec<String>> {
        let mut parts: Vec<Part> = Vec::new();
        for part in &self.0 {
            match part {
                Part::Text(text) if text.is_empty() => {}
                Part::Local(name, _) if name == "HOME" && parts.is_empty() => {
                    parts.push(Part::Text("~".to_owned()));
                }
                // The same folder on Windows, and empty elsewhere.
                Part::Local(name, _) if name == "USERPROFILE" => {}
                part => parts.push(part.clone()),
            }
        }
        Self(parts).literal()
    }

    /// The text as a word of bash, in double quotes where bash looks something up.
    pub(super) fn word(&self) -> String {
        if let Ok(text) = self.literal()
            && self.local().next().is_none()
        {
            return steps::quoted(&text);
        }
        let mut word = "\"".to_owned();
        for part in &self.0 {
            match part {
                Part::Text(text) => {
                    for char in text.chars() {
                        if matches!(char, '"' | '$' | '`' | '\\') {
                            word.push('\\');
                        }
                        word.push(char);
                    }
                }
                Part::Local(name, default) | Part::Container(name, default) => {
                    word.push_str(&looked_up(name, default.as_deref()));
                }
            }
        }
        word.push('"');
        word
    }

    /// The text as bash code: it is code already, and variables become bash's own.
    pub(super) fn code(&self) -> String {
        let mut code = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => code.push_str(text),
                Part::Local(name, default) | Part::Container(name, default) => {
                    code.push_str(&looked_up(name, default.as_deref()));
                }
            }
        }
        code
    }

    /// Whether it names variables inside the container.
    pub(super) fn asks_container(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Container(..)))
    }

    /// The variables of the host that it names.
    pub(super) fn local(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Local(name, _) => Some(name.as_str()),
            _ => None,
        })
    }
}

/// The variable that `whole`, `${inside}`, is.
fn part(whole: &str, inside: &str, known: Known<'_>) -> Part {
    let (kind, rest) = inside.split_once(':').unwrap_or((inside, ""));
    let (name, default) = match rest.split_once(':') {
        Some((name, default)) => (name, Some(default.to_owned())),
        None => (rest, None),
    };
    match kind {
        "localWorkspaceFolder" if !known.local.is_empty() => Part::Text(known.local.to_owned()),
        "localWorkspaceFolderBasename" if !known.local.is_empty() => {
            Part::Text(last(known.local).to_owned())
        }
        "containerWorkspaceFolder" => Part::Text(known.container.to_owned()),
        "containerWorkspaceFolderBasename" => Part::Text(last(known.container).to_owned()),
        "localEnv" | "env" if is_name(name) => Part::Local(name.to_owned(), default),
        "containerEnv" if is_name(name) => Part::Container(name.to_owned(), default),
        _ => Part::Text(whole.to_owned()),
    }
}

/// The last name of a path.
pub(super) fn last(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|char: char| char.is_ascii_digit())
        && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

/// How bash looks a variable up, whether `set -u` holds or not.
fn looked_up(name: &str, default: Option<&str>) -> String {
    let default = default.unwrap_or_default().replace(['}', '"', '$', '`', '\\'], "");
    format!("${{{name}:-{default}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Known<'_> = Known { local: "/home/ana/shop", container: "/workspaces/shop" };

    fn check(text: &str, literal: Result<&str, &str>, word: &str) {
        let template = Template::parse(text, KNOWN);
        let got = template.literal().map_err(|missing| missing.join(" "));
        assert_eq!(got.as_deref().map_err(String::as_str), literal, "{text}");
        assert_eq!(template.word(), word, "{text}");
    }

    #[test]
    fn folders_are_known_and_variables_become_bashs_own() {
        check("plain text", Ok("plain text"), "'plain text'");
        check("${localWorkspaceFolder}/a", Ok("/home/ana/shop/a"), "/home/ana/shop/a");
        check("${containerWorkspaceFolderBasename}", Ok("shop"), "shop");
        check("${localEnv:X:d}!", Ok("d!"), "\"${X:-d}!\"");
        check("a${localEnv:X}b", Err("localEnv:X"), "\"a${X:-}b\"");
        check("${containerEnv:PATH}:$HOME", Err("containerEnv:PATH"), "\"${PATH:-}:\\$HOME\"");
        check("${devcontainerId}", Ok("${devcontainerId}"), "'${devcontainerId}'");
        check("${localEnv:$(x)}", Ok("${localEnv:$(x)}"), "'${localEnv:$(x)}'");
        check("${localEnv:X", Ok("${localEnv:X"), "'${localEnv:X'");
    }

    #[test]
    fn the_home_folder_has_a_sign_in_mounts() {
        for (text, want) in [
            ("${localEnv:HOME}/.ssh", Ok("~/.ssh")),
            ("${localEnv:HOME}${localEnv:USERPROFILE}/.ssh", Ok("~/.ssh")),
            ("${localEnv:X}/a", Err(vec!["localEnv:X".to_owned()])),
            ("${localWorkspaceFolder}/.cache", Ok("/home/ana/shop/.cache")),
        ] {
            let got = Template::parse(text, KNOWN).source();
            assert_eq!(got, want.map(str::to_owned), "{text}");
        }
    }
}
