//! Statements as lines: what has to go along when one goes to the other script.

use std::ops::Range;

use super::fix::{Fix, FixKind};
use crate::domain::bash::{Script, parse};
use crate::domain::environment::Stage;

/// How the statement in a line, from 0, moves to the other script.
#[must_use]
pub fn move_line(stage: Stage, text: &str, line: usize) -> Option<Fix> {
    let start = line.checked_sub(1).map_or(Some(0), |before| {
        memchr::memchr_iter(b'\n', text.as_bytes()).nth(before).map(|at| at + 1)
    })?;
    let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let script = parse(text);
    let index = (0..script.statements.len()).find(|index| {
        let lines = script.extent(&script.statements[*index]);
        // Behind a here-document a line begins that is not its own.
        lines.start <= end && start < lines.end.max(lines.start + 1)
    })?;
    move_statement(stage, text, &script, index)
}

/// How a statement moves to the other script, with its comments; none: it shares its lines with
/// another one, and cannot go without it.
#[must_use]
pub fn move_statement(stage: Stage, text: &str, script: &Script, index: usize) -> Option<Fix> {
    let bytes = lines(text, script, index)?;
    let title = format!("move it to the {} preflight", stage.other().name());
    Some(Fix::one(title, FixKind::Move, bytes, ""))
}

/// The lines of a statement, with the comments right above it; none: another statement is in them.
fn lines(text: &str, script: &Script, index: usize) -> Option<Range<usize>> {
    let extent = script.extent(script.statements.get(index)?);
    let before = index.checked_sub(1).and_then(|it| script.statements.get(it));
    let before = before.map_or(0, |it| script.extent(it).end);
    let mut start = line_start(text, extent.start);
    let end = text.get(extent.end..)?.find('\n').map_or(text.len(), |at| extent.end + at + 1);
    // The body of a here-document ends with its line.
    let end = if text[..extent.end].ends_with('\n') { extent.end } else { end };
    let next = script.statements.get(index + 1).map_or(text.len(), |it| it.span.start);
    if start < before || end > next && next < text.len() {
        return None;
    }
    while start > before {
        let above = line_start(text, start - 1);
        let line = text[above..start].trim_start();
        let is_shebang = above == 0 && line.starts_with("#!");
        if above < before || !line.starts_with('#') || is_shebang {
            break;
        }
        start = above;
    }
    Some(start..end)
}

/// Where the line of a byte begins.
pub(super) fn line_start(text: &str, byte: usize) -> usize {
    text[..byte].rfind('\n').map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, line: usize, expected: Option<&str>) {
        let fix = move_line(Stage::Cached, text, line);
        let moved = fix.map(|fix| text[fix.edits[0].bytes.clone()].to_owned());
        assert_eq!(moved.as_deref(), expected, "line {line} of {text:?}");
    }

    #[test]
    fn a_statement_goes_with_its_comments_and_its_text() {
        let text =
            "#!/bin/bash\n# one\necho a\n\n# two\n# three\ncat <<E >f # four\nb\nE\n# five\n";
        check(text, 2, Some("# one\necho a\n"));
        check(text, 6, Some("# two\n# three\ncat <<E >f # four\nb\nE\n"));
        check(text, 7, Some("# two\n# three\ncat <<E >f # four\nb\nE\n"));
        check(text, 9, None);
        check("#!/bin/bash\necho a", 1, Some("echo a"));
        check("if a; then\n  b\nfi\nc\n", 1, Some("if a; then\n  b\nfi\n"));
        check("a \\\n  b\n", 1, Some("a \\\n  b\n"));
    }

    #[test]
    fn one_that_shares_its_line_stays() {
        check("a; b\n", 0, None);
        check("a\nb; c\nd\n", 1, None);
        check("a\nb; c\nd\n", 0, Some("a\n"));
        check("", 0, None);
        check("a\n", 5, None);
    }
}
