//! What a file is, told by its name, and by its text where the name says too little.

use serde::Serialize;

use super::foreign;
use crate::domain::manifest;
use crate::domain::unknown::Unknown;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A file of prebake's own.
    Environment,
    /// `environments.json`, `environment-<id>.json`, `state.json` or `state.toml`.
    AgentsRunner,
    /// `devcontainer.json`.
    Devcontainer,
    /// `.gitpod.yml`.
    Gitpod,
    /// A shell script.
    Shell,
    /// No file, but a container.
    Container,
}

impl Kind {
    /// The kind of a file, if it is one of them.
    #[must_use]
    pub fn of(name: &str, text: &str) -> Option<Self> {
        let name = name.to_lowercase();
        if let Some(kind) = Self::by_name(&name) {
            return Some(kind);
        }
        match ending(&name) {
            "json" | "jsonc" => Self::of_json(text),
            "toml" => Some(Self::AgentsRunner),
            "yaml" | "yml" => Self::of_yaml(text),
            _ if begins_as_script(text) => Some(Self::Shell),
            _ => None,
        }
    }

    fn by_name(name: &str) -> Option<Self> {
        match name {
            "devcontainer.json" | ".devcontainer.json" => Some(Self::Devcontainer),
            ".gitpod.yml" | ".gitpod.yaml" | "gitpod.yml" | "gitpod.yaml" => Some(Self::Gitpod),
            "environments.json" | "state.json" | "state.toml" => Some(Self::AgentsRunner),
            _ if is_single_environment(name) => Some(Self::AgentsRunner),
            _ if is_script(name) => Some(Self::Shell),
            _ => None,
        }
    }

    /// A text that is no JSON is of the likelier kind, which then tells what is wrong with it.
    fn of_json(text: &str) -> Option<Self> {
        let Ok(value) = foreign::json(text) else { return Some(Self::AgentsRunner) };
        let has = |names: &[&str]| names.iter().any(|name| has_field(&value, name));
        if matches!(value, Unknown::List(_)) || has(&["environments", "env_id", "id"]) {
            return Some(Self::AgentsRunner);
        }
        let speaks = ["image", "build", "dockerFile", "dockerComposeFile", "features"];
        let lives = ["onCreateCommand", "postCreateCommand", "postStartCommand", "remoteUser"];
        (has(&speaks) || has(&lives)).then_some(Self::Devcontainer)
    }

    fn of_yaml(text: &str) -> Option<Self> {
        let Ok(value) = foreign::yaml(text) else { return Some(Self::Environment) };
        let own = ["base_image", "cached_preflight_script", "run_preflight_script", "version"];
        if own.iter().any(|name| has_field(&value, name)) {
            return manifest::parse(text).is_ok().then_some(Self::Environment);
        }
        has_field(&value, "tasks").then_some(Self::Gitpod)
    }
}

/// Whether a file of this name is looked for in a folder that is imported as a whole, where most
/// files are something else.
#[must_use]
pub fn worth_reading(name: &str) -> bool {
    let name = name.to_lowercase();
    let begins = ["preflight", "setup", "bootstrap", "install"];
    if is_script(&name) {
        return name.contains("preflight") || begins.iter().any(|start| name.starts_with(start));
    }
    Kind::by_name(&name).is_some() || matches!(ending(&name), "yaml" | "yml")
}

fn is_single_environment(name: &str) -> bool {
    name.starts_with("environment-") && ending(name) == "json"
}

fn is_script(name: &str) -> bool {
    matches!(ending(name), "sh" | "bash")
}

/// What stands behind the last dot of a name, which is in lower case.
fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

fn has_field(value: &Unknown, name: &str) -> bool {
    let Unknown::Map(fields) = value else { return false };
    fields.iter().any(|(there, _)| there.as_str() == Some(name))
}

fn begins_as_script(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.starts_with("#!") && first.contains("sh")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_first_then_texts() {
        for (name, text, kind) in [
            ("environments.json", "{", Some(Kind::AgentsRunner)),
            ("environment-web.json", "", Some(Kind::AgentsRunner)),
            ("state.toml", "", Some(Kind::AgentsRunner)),
            ("State.JSON", "", Some(Kind::AgentsRunner)),
            ("backup.json", "[]", Some(Kind::AgentsRunner)),
            ("backup.json", "{\"env_id\": 1}", Some(Kind::AgentsRunner)),
            ("backup.json", "{\"env_id\": ", Some(Kind::AgentsRunner)),
            ("a.json", "{\"image\": \"x\"}", Some(Kind::Devcontainer)),
            ("package.json", "{\"name\": \"x\"}", None),
            (".devcontainer.json", "", Some(Kind::Devcontainer)),
            (".gitpod.yml", "", Some(Kind::Gitpod)),
            ("ci.yml", "tasks: []", Some(Kind::Gitpod)),
            ("ci.yml", "jobs: []", None),
            ("docker-compose.yml", "version: '3'\nservices: {}\n", None),
            ("web.yaml", "version: 1\nname: x\n", Some(Kind::Environment)),
            ("preflight", "#!/usr/bin/env bash\n", Some(Kind::Shell)),
            ("a.py", "#!/usr/bin/python3\n", None),
            ("a.sh", "", Some(Kind::Shell)),
            ("notes.txt", "x", None),
        ] {
            assert_eq!(Kind::of(name, text), kind, "{name} {text}");
        }
        for (name, worth) in [("deploy.sh", false), ("setup.sh", true), ("my-preflight.sh", true)] {
            assert_eq!(worth_reading(name), worth, "{name}");
        }
    }
}
