//! What a task's command finds, drawn as text by `picture.sh`, and how two pictures differ.
//!
//! Not looked at: times, and what differs between any two runs of the same script.

use std::collections::BTreeMap;

/// The program that draws a picture: `bash -c PROGRAM picture IGNORED...`.
pub const PROGRAM: &str = include_str!("../script/picture.sh");

/// What is left out of a picture: what is not part of an image, logs, caches, and files in which
/// programs note the time.
pub const IGNORED: [&str; 22] = [
    "/proc",
    "/sys",
    "/dev",
    "/.dockerenv",
    "/etc/hosts",
    "/etc/hostname",
    "/etc/resolv.conf",
    "/etc/mtab",
    "/etc/ld.so.cache",
    "/etc/*-",
    "/run/systemd",
    "/run/lock",
    "/tmp/.prebake",
    "/var/log",
    "/var/cache",
    "/var/lib/apt",
    "/var/lib/dpkg/*-old",
    "/var/lib/systemd",
    "*/.cache",
    "*/__pycache__",
    "*/.git/index",
    "*/.git/logs",
];

/// Variables that differ between any two tasks.
const IGNORED_VARIABLES: [&str; 6] =
    ["HOSTNAME", "SHLVL", "OLDPWD", "PWD", "_", "BASH_EXECUTION_STRING"];

/// What was found: paths with modes, owners and digests, variables, the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    entries: BTreeMap<String, String>,
    complete: bool,
}

/// Something that is not the same in two pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// A path, a variable as `$NAME`, or another property.
    pub what: String,
    /// How it differs, as a sentence without its subject.
    pub how: &'static str,
}

impl Picture {
    /// Reads what the program printed.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut picture = Self::default();
        for line in text.lines() {
            let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
            let (what, value) = match kind {
                "end" => {
                    picture.complete = true;
                    continue;
                }
                "folder" => ("the working directory".to_owned(), rest),
                "umask" => ("the umask".to_owned(), rest),
                "variable" | "function" => {
                    let (name, value) = rest.split_once(' ').unwrap_or((rest, ""));
                    if IGNORED_VARIABLES.contains(&name) {
                        continue;
                    }
                    (format!("${name}"), value)
                }
                "mode" => match rest.splitn(3, ' ').collect::<Vec<_>>()[..] {
                    [mode, owner, shown] => {
                        let (path, target) = shown.split_once(" -> ").unwrap_or((shown, ""));
                        let path = unquoted(path);
                        picture.add(path, &format!("{mode} {owner} {target}"));
                        continue;
                    }
                    _ => continue,
                },
                // A digest and a path.
                digest if digest.len() == 64 => (rest.trim_start().to_owned(), digest),
                _ => continue,
            };
            picture.add(what, value);
        }
        picture
    }

    fn add(&mut self, what: String, value: &str) {
        let entry = self.entries.entry(what).or_default();
        entry.push_str(value);
        entry.push(' ');
    }

    /// Whether the program came to its end.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// What differs in `other`, in the order of paths.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        for (what, value) in &self.entries {
            let how = match other.entries.get(what) {
                Some(same) if same == value => continue,
                Some(_) => "is not the same",
                None => "is missing",
            };
            found.push(Difference { what: what.clone(), how });
        }
        let more = other.entries.keys().filter(|what| !self.entries.contains_key(*what));
        found
            .extend(more.map(|what| Difference { what: what.clone(), how: "should not be there" }));
        found.sort_by(|one, two| one.what.cmp(&two.what));
        found
    }
}

/// A path as `stat` quotes it.
fn unquoted(shown: &str) -> String {
    let quotes = [('\'', '\''), ('"', '"'), ('`', '\'')];
    for (open, close) in quotes {
        let inside = shown.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        if let Some(inside) = inside {
            return inside.to_owned();
        }
    }
    shown.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_differ_in_what_is_looked_at() {
        let digest = "a".repeat(64);
        let base = format!(
            "folder /srv\nvariable A 1\nvariable HOSTNAME x\nmode 41ed 0:0 '/opt'\n\
             mode a1ff 0:0 '/opt/l' -> 'x'\nmode 81a4 0:0 '/opt/f'\n{digest}  /opt/f\nend\n"
        );
        let check = |from: &str, to: &str, expected: &str| {
            let other = base.replacen(from, to, 1);
            assert_ne!(other, base);
            let found = Picture::parse(&base).differences(&Picture::parse(&other));
            let told: Vec<_> =
                found.iter().map(|found| format!("{} {}", found.what, found.how)).collect();
            assert_eq!(told.join("; "), expected, "{from} to {to}");
        };
        check("folder /srv", "folder /", "the working directory is not the same");
        check("variable A 1", "variable A 2", "$A is not the same");
        check("variable A 1\n", "", "$A is missing");
        check("variable A 1\n", "variable A 1\nvariable B 1\n", "$B should not be there");
        check("HOSTNAME x", "HOSTNAME y", "");
        check("41ed", "41c0", "/opt is not the same");
        check("-> 'x'", "-> 'y'", "/opt/l is not the same");
        check("aaaa ", "aaab ", "/opt/f is not the same");
        check("mode 81a4 0:0 '/opt/f'\n", "", "/opt/f is not the same");
        assert!(Picture::parse(&base).is_complete() && !Picture::parse("folder /\n").is_complete());
    }
}
