//! Units put together again, as two scripts.

use super::Part;
use super::units::{Unit, shebang};

/// What ends a part whose last statement did not end the script: there its status was nobody's
/// business, here it would be that of the whole part.
const SUCCESS: &str = "true\n";

/// The cached and the run part.
pub(super) fn render(text: &str, units: &[Unit], parts: &[Part]) -> (String, String) {
    let cached = part(text, units, parts, Part::is_cached);
    let run = part(text, units, parts, Part::is_run);
    // Without statements there is only the first line, or comments.
    if units.is_empty() {
        return (String::new(), text.to_owned());
    }
    (cached, run)
}

fn part(text: &str, units: &[Unit], parts: &[Part], has: fn(Part) -> bool) -> String {
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
    if *last + 1 < units.len() && !units[*last].succeeds {
        part.push_str(SUCCESS);
    }
    part
}
