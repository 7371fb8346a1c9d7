//! What is doubtful in a script, found without running it.
//!
//! A finding is a [`Diagnostic`]: its rule, how bad it is, where, and a sentence. [`shell`] finds
//! what is doubtful in any bash.

pub mod shell;

/// The name of a rule: `SC2086`, or a linter's own where `ShellCheck` has none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleCode(pub String);

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It could be said better.
    Hint,
    /// It is probably not what is meant.
    Warning,
    /// It cannot work.
    Error,
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
    /// Where it begins.
    pub start: Spot,
    /// Where it ends; where it begins if it is about a place.
    pub end: Spot,
}
