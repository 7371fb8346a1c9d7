//! What is doubtful in a script, found without running it.
//!
//! A finding is a [`Diagnostic`]: its rule, how bad it is, where, a sentence, and where possible a
//! [`Fix`]. [`shell`] finds what is doubtful in any bash; [`rules`] find what cannot work, or
//! costs, in the stage a script belongs to, by what is known of its environment (a [`Context`]).
//! What a person allows by a comment is left out. A finding never keeps anybody from saving or
//! baking.

mod allow;
mod context;
mod diagnostic;
pub mod fix;
mod guard;
mod merge;
pub mod page;
pub mod places;
pub mod rules;
pub mod shell;
pub mod statements;
mod stops;
mod unquoted;

pub use context::{Context, Cost, User};
pub use diagnostic::{Diagnostic, RuleCode, Severity, Spot};
pub use fix::{Fix, FixKind};
pub use guard::is_expected;

use self::places::Places;
use self::rules::Subject;
use super::bash::{Script, parse};
use super::environment::Stage;

/// The findings in the script of a stage, in the order of the text.
#[must_use]
pub fn lint(stage: Stage, text: &str, context: &Context) -> Vec<Diagnostic> {
    lint_beside(stage, text, context, Vec::new())
}

/// The same, with what another linter found in the text.
#[must_use]
pub fn lint_beside(
    stage: Stage,
    text: &str,
    context: &Context,
    others: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    all(stage, text, context, |script| shell::lint_shell(text, script), others)
}

/// The findings of this program's own rules alone: the linter for any bash takes many times as long
/// where a long script is full of them.
#[must_use]
pub fn lint_own(stage: Stage, text: &str, context: &Context) -> Vec<Diagnostic> {
    all(stage, text, context, |_| Vec::new(), Vec::new())
}

/// What the linters for any bash found, that of this program and others, and what the rules find,
/// but for what is allowed.
fn all(
    stage: Stage,
    text: &str,
    context: &Context,
    shell: impl FnOnce(&Script) -> Vec<Diagnostic>,
    others: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let (places, script) = (Places::new(text), parse(text));
    let mut shell = shell(&script);
    shell.extend(unquoted::find(&script, text, &places));
    let mut found = merge::merge(shell, others);
    found.extend(rules::find(&Subject::new(stage, text, &script, context, &places), &places));
    let comments = script.comments.iter().map(|it| it.start..it.end);
    let mut found = allow::allow(text, comments, &places, found);
    found.sort_by(|one, other| (one.start, &one.code).cmp(&(other.start, &other.code)));
    found.dedup();
    found
}

/// How often fixes are looked for again: one may make room for another.
const ROUNDS: usize = 4;

/// The script after all fixes that are safe, and how many those are.
#[must_use]
pub fn fixed(stage: Stage, text: &str, context: &Context) -> (String, usize) {
    let (mut text, mut count) = (text.to_owned(), 0);
    for _ in 0..ROUNDS {
        let found = lint(stage, &text, context);
        let fixes = found.iter().filter_map(|it| it.fix.as_ref());
        let safe = fixes.filter(|fix| fix.kind == FixKind::Safe);
        let (next, done) = fix::apply_all(&text, safe);
        if done == 0 {
            break;
        }
        (text, count) = (next, count + done);
    }
    (text, count)
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
