//! SC2086: a variable without quotes, whose value bash splits at blanks and takes for a pattern.
//!
//! A rule of the linter for any bash, and here once more because there it walks over the whole
//! script for each such variable. This one follows the script once: [`known`] is what is known of
//! variables where it stands, [`holds`] whether that matters, [`sets`] what commands do to it,
//! [`ahead`] what has to be known of places that are still to come. Without a finding are
//! variables that hold neither blanks nor patterns on any way, as `ShellCheck` has it; a test asks
//! both about the same scripts, and names where they differ: a function is followed once, whoever
//! calls it when. What backticks with escapes in them run stays unread.

mod ahead;
mod holds;
mod known;
mod sets;
#[cfg(test)]
mod tests;
mod walk;

use super::fix::{Fix, FixKind};
use super::places::Places;
use super::{Diagnostic, RuleCode, Severity};
use crate::domain::bash::Script;

/// The code, as `ShellCheck` has it.
pub(super) const CODE: &str = "SC2086";

/// The variables without quotes, in the order of the text.
pub(super) fn find(script: &Script, text: &str, places: &Places<'_>) -> Vec<Diagnostic> {
    let found = walk::walk(script, text).into_iter().map(|span| Diagnostic {
        code: RuleCode(CODE.to_owned()),
        severity: Severity::Warning,
        message: "quote parameter expansions to avoid word splitting and globbing".to_owned(),
        advice: String::new(),
        start: places.spot(span.start),
        end: places.spot(span.end),
        fix: Some(Fix::one(
            "quote the parameter expansion",
            FixKind::Suggested,
            span.start..span.end,
            format!("\"{}\"", span.of(text)),
        )),
    });
    found.collect()
}
