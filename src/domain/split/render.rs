//! Units put together again, as two scripts.

use super::Part;
use super::units::{Unit, shebang};
use crate::domain::bash::facts::State;
use crate::domain::bash::facts::values::Value;

/// What ends a part whose last statement did not end the script: there its status was nobody's
/// business, here it would be that of the whole part.
const SUCCESS: &str = "true\n";

/// The cached and the run part.
pub(super) fn render(text: &str, units: &[Unit], parts: &[Part]) -> (String, String) {
    let cached = part(text, units, parts, Part::is_cached, |_| false);
    // Where the script went on behind a failure, a task starts behind it as well. A bake that fails
    // there would keep an image without what it should hold.
    let went_on =
        |last: usize| may_fail(&units[last]) && !units[..last].iter().any(ends_on_failure);
    let run = part(text, units, parts, Part::is_run, went_on);
    // Without statements there is only the first line, or comments.
    if units.is_empty() {
        return (String::new(), text.to_owned());
    }
    (cached, run)
}

/// Whether a unit has the script end where a command fails, from there on.
fn ends_on_failure(unit: &Unit) -> bool {
    let asks = |word: &Value| {
        let text = word.text.as_str();
        text == "errexit" || !text.starts_with("--") && text.starts_with('-') && text.contains('e')
    };
    // In a shell of its own it does not last.
    unit.facts.changes.iter().any(|it| it.what == State::Options)
        && unit.facts.commands.iter().any(|it| it.name == "set" && it.arguments.iter().any(asks))
}

/// Commands that do not fail, as long as nobody takes their output away.
const NEVER_FAILING: [&str; 10] =
    ["echo", "export", "declare", "set", "shopt", "unset", "alias", "umask", "true", ":"];

fn may_fail(unit: &Unit) -> bool {
    let fails = |name: &str| !NEVER_FAILING.contains(&name);
    let facts = &unit.facts;
    // `[[ … ]]`, and a function, whatever it does.
    let is_question =
        facts.commands.is_empty() && facts.sets.is_empty() && facts.defines.is_empty();
    is_question
        || !facts.calls.is_empty()
        || !facts.paths.is_empty()
        || facts.commands.iter().any(|command| fails(&command.name))
}

/// One part. `went_on`: whether the script did so behind a unit whatever that came to.
fn part(
    text: &str,
    units: &[Unit],
    parts: &[Part],
    has: fn(Part) -> bool,
    went_on: impl Fn(usize) -> bool,
) -> String {
    let chosen: Vec<_> = (0..units.len()).filter(|at| has(parts[*at])).collect();
    let Some(last) = chosen.last() else { return String::new() };
    let first_line = shebang(text);
    let mut part = first_line.to_owned();
    for (at, unit) in chosen.iter().map(|at| (*at, &units[*at])) {
        let piece = unit.piece.of(text);
        let goes_on = at + 1 == units.len() || has(parts[at + 1]);
        if piece.ends_with('\n') || goes_on {
            part.push_str(piece);
        } else {
            // The rest of the line went elsewhere, with what parts the two.
            let (piece, behind) = piece.split_at(unit.span.end - unit.piece.start);
            part.push_str(piece);
            part.push_str(if behind.trim_start().starts_with('&') { " &\n" } else { "\n" });
        }
    }
    if *last + 1 < units.len() && (went_on(*last) || !units[*last].succeeds) {
        part.push_str(SUCCESS);
    }
    part
}
