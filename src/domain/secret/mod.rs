//! Secrets of a bake: what they are called and where their values come from.
//!
//! A value never becomes part of an environment. It is read when a bake begins, lies in the
//! container's memory while the scripts run, and is looked for in what they wrote and left: by
//! its [`patterns`] in the layer, by [`redact`] in the log.

mod patterns;
mod redact;
mod wire;

use std::fmt;

use serde::Serialize;

pub use patterns::{Patterns, Search};
pub use redact::{HIDDEN, Redactor};
pub use wire::wire;

/// Where secrets lie inside a container while its scripts run.
pub const FOLDER: &str = "/run/secrets";

/// The file that says that all of them are there.
pub const COMPLETE: &str = ".complete";

/// The longest name, in characters.
const MAX_NAME_CHARS: usize = 64;

/// The shortest value, in bytes: a shorter one is found in text that has nothing to do with it.
pub const MIN_BYTES: usize = 8;

/// The longest value, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// Where the value of a secret comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A variable of prebake's own environment.
    Env(String),
    /// A file of the machine prebake runs on, byte for byte.
    File(String),
    /// What a command prints there, without the line ends behind it.
    Command(String),
}

impl Source {
    /// How the fields and short forms of sources are called.
    pub const KINDS: [&str; 3] = ["env", "file", "command"];

    /// What to do about a text that is no source.
    pub const ADVICE: &str =
        "write `{ env: NAME }`, `{ file: ~/PATH }` or `{ command: \"pass show NAME\" }`";

    /// The source of this kind; a fault begins with a verb.
    pub fn of(kind: &str, text: &str) -> Result<Self, &'static str> {
        if text.trim().is_empty() {
            return Err("names nothing");
        }
        if text.contains(['\0', '\n']) {
            return Err("contains a line end or a NUL byte");
        }
        match kind {
            "env" if !is_variable(text) => Err("is no name of a variable"),
            "env" => Ok(Self::Env(text.to_owned())),
            "file" if !text.starts_with(['/', '~']) => Err("is no absolute path or one in `~/`"),
            "file" => Ok(Self::File(text.to_owned())),
            "command" => Ok(Self::Command(text.to_owned())),
            _ => Err("is of an unknown kind"),
        }
    }

    /// The source of the secret `name` in its short form: `env:NAME`, `file:PATH`,
    /// `command:WORDS`; nothing means the variable of the secret's own name.
    pub fn parse(name: &str, text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Self::of("env", name);
        }
        match text.split_once(':') {
            Some((kind, rest)) if Self::KINDS.contains(&kind) => Self::of(kind, rest.trim_start()),
            _ => Err("is none of `env:NAME`, `file:PATH` and `command:WORDS`"),
        }
    }

    /// Its kind and its text.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Env(name) => ("env", name),
            Self::File(path) => ("file", path),
            Self::Command(words) => ("command", words),
        }
    }
}

/// The short form.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, text) = self.parts();
        write!(f, "{kind}:{text}")
    }
}

/// Why a text can be no name of a secret, which is a file's name too; nothing if it can.
#[must_use]
pub fn name_fault(name: &str) -> Option<&'static str> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    if name.is_empty() || name.starts_with(['.', '-']) || !name.bytes().all(is_part) {
        Some("is no name of a secret")
    } else if name.len() > MAX_NAME_CHARS {
        Some("has more than 64 characters")
    } else {
        None
    }
}

/// Why a value can be no secret; nothing if it can. It begins with a verb.
#[must_use]
pub fn value_fault(value: &[u8]) -> Option<&'static str> {
    match value.trim_ascii().len() {
        0 => Some("is empty"),
        length if length < MIN_BYTES => {
            Some("has less than 8 bytes, which cannot be told from other text")
        }
        _ if value.len() > MAX_BYTES => Some("has more than 64 KiB"),
        _ => None,
    }
}

fn is_variable(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.bytes().all(is_part) && !text.starts_with(|char: char| char.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms() {
        let env = |text: &str| Source::Env(text.to_owned());
        for (text, want) in [
            ("", Ok(env("TOKEN"))),
            ("env:OTHER", Ok(env("OTHER"))),
            ("file:~/.ssh/x", Ok(Source::File("~/.ssh/x".to_owned()))),
            ("command: pass show a:b", Ok(Source::Command("pass show a:b".to_owned()))),
            ("file:x", Err("is no absolute path or one in `~/`")),
            ("env:1", Err("is no name of a variable")),
            ("env:", Err("names nothing")),
            ("hunter2hunter2", Err("is none of `env:NAME`, `file:PATH` and `command:WORDS`")),
        ] {
            assert_eq!(Source::parse("TOKEN", text), want, "{text}");
            if let Ok(source) = want
                && !text.is_empty()
            {
                assert_eq!(Source::parse("", &source.to_string()).unwrap(), source);
            }
        }
    }

    #[test]
    fn names_are_files_names_and_values_can_be_told_from_other_text() {
        for (name, is_one) in
            [("NPM_TOKEN", true), ("a.b-c", true), ("", false), (".a", false), ("a/b", false)]
        {
            assert_eq!(name_fault(name).is_none(), is_one, "{name}");
        }
        assert!(name_fault(&"a".repeat(65)).is_some());
        for (value, is_one) in
            [("12345678", true), ("1234567\n", false), (" \n", false), ("", false)]
        {
            assert_eq!(value_fault(value.as_bytes()).is_none(), is_one, "{value:?}");
        }
        assert!(value_fault(&vec![b'a'; MAX_BYTES + 1]).is_some());
    }
}
