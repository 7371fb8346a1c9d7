//! What is doubtful in a script, found without running it.
//!
//! A finding is a [`Diagnostic`]: its rule, how bad it is, where, a sentence, and where possible a
//! [`Fix`]. [`shell`] finds what is doubtful in any bash; [`rules`] find what cannot work, or
//! costs, in the stage a script belongs to, by what is known of its environment (a [`Context`]);
//! both ask a [`Reading`] of it.
//! What a person allows by a comment is left out. A finding never keeps anybody from saving or
//! baking.

mod allow;
mod context;
mod defined_later;
mod diagnostic;
mod disabled;
pub mod fix;
mod guard;
mod merge;
pub mod page;
pub mod places;
mod reading;
pub mod rules;
pub mod shell;
pub mod statements;
mod stops;
mod unquoted;

pub use context::{Context, Cost, User};
pub use diagnostic::{Diagnostic, RuleCode, Severity, Spot};
pub use fix::{Fix, FixKind};
pub use guard::is_expected;
pub use reading::{Findings, Reading};

use super::environment::Stage;

/// The findings in the script of a stage, in the order of the text.
#[must_use]
pub fn lint(stage: Stage, text: &str, context: &Context) -> Vec<Diagnostic> {
    let reading = Reading::of(text);
    let own = reading.of_stage(stage, context).and(reading.unquoted());
    reading.told(own.and(reading.shell()))
}

/// The findings of this program's own rules alone.
#[must_use]
pub fn lint_own(stage: Stage, text: &str, context: &Context) -> Vec<Diagnostic> {
    let reading = Reading::of(text);
    reading.told(reading.of_stage(stage, context).and(reading.unquoted()))
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
