//! A finding as a value: which rule, how bad, where, what is wrong, and what to do about it.

use std::fmt;

use serde::Serialize;

use super::fix::Fix;

/// The name of a rule: `PB101` is one of this program's own, `SC2086` one that `ShellCheck` has,
/// and any other the name a linter gives a rule that `ShellCheck` has not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RuleCode(pub String);

impl fmt::Display for RuleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It could be said better.
    Hint,
    /// It is probably not what is meant.
    Warning,
    /// It cannot work.
    Error,
}

impl Severity {
    /// Its name, as a person reads it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place in a script as a person counts, but from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// The line, from 0.
    pub line: usize,
    /// The characters of the line before it.
    pub column: usize,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that found it.
    pub code: RuleCode,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, as a sentence without its dot.
    pub message: String,
    /// What to do about it, as such a sentence; empty where the message says it all.
    pub advice: String,
    /// Where it begins.
    pub start: Spot,
    /// Where it ends; where it begins if it is about a place.
    pub end: Spot,
    /// A change of the text that resolves it.
    pub fix: Option<Fix>,
}
