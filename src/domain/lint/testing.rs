//! How rules are tried: scripts in which the expected findings stand below what they are about.
//!
//! ```text
//! echo "$TASK_ID" > /opt/owner
//!       ^^^^^^^^ PB101 reads `$TASK_ID`, which does not exist at build time
//! ```
//!
//! A span of several lines is marked in the first of them.

use std::fmt::Write as _;

use super::context::Context;
use super::fix::{FixKind, moved};
use super::rules::Rule;
use super::{Diagnostic, lint};
use crate::domain::environment::{Environment, Stage};
use crate::domain::manifest;

/// The context that some fields of an environment's file give.
#[track_caller]
pub(super) fn context(stage: Stage, environment: &str) -> Context {
    let environment = match environment {
        "" => Environment::default(),
        yaml => manifest::parse(yaml).unwrap(),
    };
    Context::of(&environment, stage)
}

/// What a rule finds in a script, in an environment of which some fields may be given.
#[track_caller]
fn found(rule: &Rule, stage: Stage, environment: &str, text: &str) -> Vec<Diagnostic> {
    let mut found = lint(stage, text, &context(stage, environment));
    found.retain(|it| it.code.0 == rule.code);
    found
}

/// Compares what a rule finds with what is written below the lines of the script.
#[track_caller]
pub(super) fn check(rule: &Rule, stage: Stage, environment: &str, marked: &str) {
    let is_mark = |line: &str| line.trim_start().starts_with('^');
    let text: String = marked.split_inclusive('\n').filter(|line| !is_mark(line)).collect();
    let lines: Vec<&str> = text.split('\n').collect();
    let mut told = String::new();
    let mut found = found(rule, stage, environment, &text).into_iter().peekable();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        told.push_str(line);
        while let Some(it) = found.next_if(|it| it.start.line <= number) {
            let end =
                if it.end.line == number { it.end.column } else { lines[number].chars().count() };
            let carets = "^".repeat(end.saturating_sub(it.start.column).max(1));
            let margin = " ".repeat(it.start.column);
            let gap = if told.ends_with('\n') { "" } else { "\n" };
            let _ = writeln!(told, "{gap}{margin}{carets} {} {}", it.code, it.message);
        }
    }
    assert_eq!(told, marked, "\n{told}\n is what was found, and expected was\n{marked}");
}

/// Compares the script after the rule's first fix.
#[track_caller]
pub(super) fn fixed(rule: &Rule, stage: Stage, kind: FixKind, text: &str, expected: &str) {
    let found = found(rule, stage, "", text);
    let fix = found.iter().find_map(|it| it.fix.as_ref()).unwrap();
    assert_eq!((fix.apply(text).as_deref(), fix.kind), (Some(expected), kind), "{fix:?}");
}

/// Compares both scripts after the rule's first fix moved something to the other one.
#[track_caller]
pub(super) fn moves(rule: &Rule, stage: Stage, text: &str, other: &str, expected: (&str, &str)) {
    let found = found(rule, stage, "", text);
    let fix = found.iter().find_map(|it| it.fix.as_ref()).unwrap();
    assert_eq!(fix.kind, FixKind::Move);
    let (left, put) = moved(stage, text, other, fix).unwrap();
    assert_eq!((left.as_str(), put.as_str()), expected, "{fix:?}");
}
