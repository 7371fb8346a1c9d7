//! The pieces of text that can be moved: statements with the comments and blank lines above them
//! and the comment behind them.
//!
//! Statements whose here-documents lie between each other cannot be parted, so they are one unit.

use crate::domain::bash::facts::Facts;
use crate::domain::bash::tree::{CommandKind, Script, Statement};
use crate::domain::bash::{Span, facts};

/// A piece of text that is moved as a whole.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    /// The statements in it, here-documents included.
    pub(super) span: Span,
    /// With all that belongs to them; the pieces of all units are the whole text but its first
    /// line, if that is a `#!`.
    pub(super) piece: Span,
    /// What it does.
    pub(super) facts: Facts,
    /// Whether its status is success if nothing goes wrong.
    pub(super) succeeds: bool,
    /// Whether it is nothing but `true` or `:`.
    pub(super) is_status: bool,
}

/// Commands that fail to tell something, or that something is already as it should be.
const ASKING: [&str; 34] = [
    "[",
    "test",
    "grep",
    "egrep",
    "fgrep",
    "diff",
    "cmp",
    "command",
    "which",
    "type",
    "expr",
    "let",
    "read",
    "false",
    "id",
    "getent",
    "pgrep",
    "pidof",
    "mountpoint",
    "wait",
    "timeout",
    "find",
    "rm",
    "rmdir",
    "unlink",
    "ln",
    "groupadd",
    "groupdel",
    "useradd",
    "userdel",
    "usermod",
    "addgroup",
    "adduser",
    "kill",
];

/// The units of a script without errors, in order.
pub(super) fn cut(script: &Script, text: &str) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for (statement, facts) in script.statements.iter().zip(facts::Facts::of(script, text)) {
        let span = script.extent(statement);
        match units.last_mut() {
            Some(last) if span.start < last.span.end => {
                last.span.end = last.span.end.max(span.end);
                last.succeeds = succeeds(statement);
                last.is_status = false;
                last.facts.add(facts);
            }
            _ => units.push(Unit {
                span,
                piece: span,
                facts,
                succeeds: succeeds(statement),
                is_status: is_status(statement, text),
            }),
        }
    }
    let starts: Vec<_> = units.iter().skip(1).map(|unit| unit.span.start).collect();
    let mut from = shebang(text).len();
    let count = units.len();
    for (at, unit) in units.iter_mut().enumerate() {
        let end = match starts.get(at) {
            Some(next) if at + 1 < count => cut_between(text, unit.span.end, *next),
            _ => text.len(),
        };
        unit.piece = Span::new(from, end);
        from = end;
    }
    units
}

/// The first line, if it says what runs the script.
pub(super) fn shebang(text: &str) -> &str {
    if !text.starts_with("#!") {
        return "";
    }
    text.split_inclusive('\n').next().unwrap_or_default()
}

/// Behind the line that the first of two units ends on; before the second, if that is the same.
fn cut_between(text: &str, end: usize, next: usize) -> usize {
    // A here-document ends with its line.
    if text[..end].ends_with('\n') {
        return end;
    }
    match text[end..next].find('\n') {
        // A backslash joins the lines.
        Some(at) if !text[end..end + at].ends_with('\\') => end + at + 1,
        _ => next,
    }
}

fn is_status(statement: &Statement, text: &str) -> bool {
    matches!(statement.span.of(text), "true" | ":")
}

/// Whether a statement gives success unless something goes wrong: it does not end on a question.
fn succeeds(statement: &Statement) -> bool {
    let [pipeline] = statement.pipelines.as_slice() else { return false };
    let [.., last] = pipeline.commands.as_slice() else { return false };
    let simple = match &last.kind {
        CommandKind::Function { .. } => return true,
        CommandKind::Simple(simple) => simple,
        _ => return false,
    };
    let asks = match simple.words.first() {
        Some(crate::domain::bash::tree::Argument::Word(word)) => {
            word.known().is_none_or(|name| ASKING.contains(&name.as_str()))
        }
        _ => false,
    };
    !pipeline.negated && !asks
}
