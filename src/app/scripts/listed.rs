//! The findings below an editor, row by row: the drawing and the mouse both ask here.
//!
//! A finding is one row; those of the line with the cursor have as many as their words need, so
//! that a person reads what is wrong there without going anywhere.
//!
//! ```text
//! ── 3 findings ─────────────── alt-m moves it ──
//! ▲ 4:7 PB101 reads `$TASK_ID`, which does not
//!       exist at build time; read it in the run
//!       preflight
//! ▲ 9:1 SC2164 use `cd ... || exit`
//! ```

use unicode_width::UnicodeWidthStr as _;

use crate::app::editor::Editor;
use crate::domain::lint::Diagnostic;

/// Cells of the sign before a finding, and of the margin of its further rows.
pub const MARGIN: usize = 2;

/// Rows of one finding at most.
const TALLEST: usize = 3;

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRow {
    /// Which finding.
    pub finding: usize,
    /// Whether it is the finding's first one, which has its sign, its place and its code.
    pub begins: bool,
    /// Whether the finding is about the line with the cursor.
    pub is_here: bool,
    /// The words.
    pub words: String,
}

/// The place and the code of a finding, as they stand before its words.
#[must_use]
pub fn head(finding: &Diagnostic) -> (String, String) {
    let place = format!("{}:{} ", finding.start.line + 1, finding.start.column + 1);
    (place, format!("{} ", finding.code))
}

/// The rows of a list of so many rows and cells: those of the line with the cursor are among
/// them.
#[must_use]
pub fn listed(editor: &Editor, rows: usize, width: usize) -> Vec<ListedRow> {
    let findings = editor.marks.findings();
    let cursor = editor.buffer().cursor().line;
    let mut listed = Vec::new();
    let first = first(findings, cursor, rows);
    for (finding, found) in findings.iter().enumerate().skip(first) {
        let is_here = found.start.line == cursor;
        let room = width.saturating_sub(MARGIN);
        let words = if is_here { in_full(found, room) } else { vec![found.message.clone()] };
        for (row, words) in words.into_iter().enumerate() {
            if listed.len() == rows {
                return listed;
            }
            listed.push(ListedRow { finding, begins: row == 0, is_here, words });
        }
    }
    listed
}

/// The first finding that is seen: that of the line with the cursor, or of the next line that has
/// one, unless rows were empty then.
fn first(findings: &[Diagnostic], cursor: usize, rows: usize) -> usize {
    let here = findings.partition_point(|it| it.start.line < cursor);
    let is_here = findings.get(here).is_some_and(|it| it.start.line == cursor);
    if is_here { here } else { here.min(findings.len().saturating_sub(rows)) }
}

/// What is wrong and what to do about it, in rows of so many cells, of which the first one begins
/// with the place and the code.
fn in_full(finding: &Diagnostic, width: usize) -> Vec<String> {
    let mut text = finding.message.clone();
    if !finding.advice.is_empty() {
        text = format!("{text}; {}", finding.advice);
    }
    let mut rows = vec![String::new()];
    let (place, code) = head(finding);
    let mut room = width.saturating_sub(place.width() + code.width());
    for word in text.split(' ') {
        let last = rows.len() - 1;
        let gap = usize::from(!rows[last].is_empty());
        if gap == 1 && rows[last].width() + gap + word.width() > room && rows.len() < TALLEST {
            rows.push(word.to_owned());
            room = width;
        } else {
            rows[last].push_str(&" ".repeat(gap));
            rows[last].push_str(word);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::editor::place::Place;
    use crate::domain::lint::{RuleCode, Severity, Spot};

    fn finding(line: usize, message: &str, advice: &str) -> Diagnostic {
        Diagnostic {
            code: RuleCode("PB101".to_owned()),
            severity: Severity::Warning,
            message: message.to_owned(),
            advice: advice.to_owned(),
            start: Spot { line, column: 0 },
            end: Spot { line, column: 1 },
            fix: None,
        }
    }

    #[test]
    fn the_findings_of_the_line_are_told_in_full() {
        let check = |cursor: usize, rows: usize, expected: &[&str]| {
            let mut editor = Editor::new("a\nb\nc\nd\ne\n");
            let long = finding(1, "reads what is not there", "read it later");
            let findings = vec![finding(0, "one is bad", "x"), long, finding(3, "short", "")];
            editor.marks.answer(findings, 0, 0);
            editor.go_to(Place::new(cursor, 0));
            let told: Vec<String> = listed(&editor, rows, 24)
                .iter()
                .map(|row| {
                    format!("{}{} {}", row.finding, if row.begins { ">" } else { "" }, row.words)
                })
                .collect();
            assert_eq!(told, expected, "line {cursor}, {rows} rows");
        };
        let full = ["1> reads what", "1 is not there; read it", "1 later", "2> short"];
        check(1, 4, &full);
        check(1, 2, &full[..2]);
        check(2, 3, &["0> one is bad", "1> reads what is not there", "2> short"]);
        check(2, 1, &["2> short"]);
        check(4, 2, &["1> reads what is not there", "2> short"]);
    }
}
