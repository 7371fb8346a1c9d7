//! Marks beside lines: findings, and the line at which the last bake failed.
//!
//! They were made for a text that is edited since. Each edit above one moves it, until the next
//! answer about the present text replaces them; an answer about an older text is dropped.

use crate::domain::lint::{Diagnostic, Severity};

use super::place::Change;

/// A mark of a line, the one that matters more last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// The worst finding of the line.
    Finding(Severity),
    /// The last bake failed here.
    Failed,
}

/// The marks of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    findings: Vec<Diagnostic>,
    /// The revision of the text that the findings are about.
    of: Option<u64>,
    failed: Option<usize>,
}

impl Marks {
    /// The findings, in the order of the text.
    #[must_use]
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// The line at which the last bake failed, from 0.
    #[must_use]
    pub fn failed(&self) -> Option<usize> {
        self.failed
    }

    /// Marks the line at which the last bake failed, or none.
    pub fn set_failed(&mut self, line: Option<usize>) {
        self.failed = line;
    }

    /// Takes the findings about the text with the revision `of`; whether it is the present one.
    pub fn answer(&mut self, findings: Vec<Diagnostic>, of: u64, present: u64) -> bool {
        if of == present {
            (self.findings, self.of) = (findings, Some(of));
        }
        of == present
    }

    /// Whether the findings are about the text with this revision, so that their fixes fit it.
    #[must_use]
    pub fn are_of(&self, revision: u64) -> bool {
        self.of == Some(revision)
    }

    /// The findings that begin in a line.
    pub fn at(&self, line: usize) -> impl Iterator<Item = &Diagnostic> {
        self.findings.iter().filter(move |finding| finding.start.line == line)
    }

    /// The mark of a line.
    #[must_use]
    pub fn of(&self, line: usize) -> Option<Mark> {
        let worst = self.at(line).map(|finding| Mark::Finding(finding.severity)).max();
        worst.max(self.failed.filter(|failed| *failed == line).map(|_| Mark::Failed))
    }

    /// Moves the marks with an edit.
    pub fn follow(&mut self, change: &Change) {
        let (start, old, new) = (change.start, change.old_end, change.new_end);
        let delta = new.line.cast_signed() - old.line.cast_signed();
        // Columns are not moved: the next answer is there before a person has looked.
        let moved = |line: usize, column: usize| {
            let before = line < start.line || line == start.line && column < start.column;
            if before {
                return Some(line);
            }
            let behind = line > old.line || line == old.line && column >= old.column;
            let kept = line == start.line || line == old.line;
            if behind {
                Some(line.saturating_add_signed(delta))
            } else {
                kept.then_some(line.min(new.line))
            }
        };
        self.findings.retain_mut(|finding| {
            let Some(line) = moved(finding.start.line, finding.start.column) else { return false };
            finding.end.line = (line + finding.end.line).saturating_sub(finding.start.line);
            finding.start.line = line;
            true
        });
        // A line in the middle of what was removed leaves the mark where it was.
        self.failed = self.failed.map(|line| moved(line, 0).unwrap_or(start.line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::editor::buffer::Buffer;
    use crate::app::editor::motion::Motion;
    use crate::app::editor::place::Place;
    use crate::domain::lint::{RuleCode, Spot};

    fn finding(line: usize, column: usize, severity: Severity) -> Diagnostic {
        let (start, end) = (Spot { line, column }, Spot { line, column: column + 1 });
        let code = RuleCode("SC2086".into());
        Diagnostic {
            code,
            severity,
            message: String::new(),
            advice: String::new(),
            start,
            end,
            fix: None,
        }
    }

    #[test]
    fn marks_move_with_what_is_edited_above_them() {
        // What is done at a place, and where a finding of line 2, column 3 and the failed line 2
        // come to be.
        let check = |at: (usize, usize), edit: &dyn Fn(&mut Buffer), expected| {
            let mut buffer = Buffer::new("one\ntwo\nthree x\nfour\n");
            let mut marks = Marks::default();
            marks.answer(vec![finding(2, 3, Severity::Warning)], 0, 0);
            marks.set_failed(Some(2));
            buffer.place(Place::new(at.0, at.1), false);
            edit(&mut buffer);
            for change in buffer.changes() {
                marks.follow(&change);
            }
            let finding = marks.findings().first().map(|finding| finding.start.line);
            assert_eq!((finding, marks.failed()), expected, "{at:?}: {:?}", buffer.contents());
        };
        let enter = |buffer: &mut Buffer| buffer.newline();
        let cut = |buffer: &mut Buffer| drop(buffer.cut());
        let back = |buffer: &mut Buffer| drop(buffer.erase(Motion::Left, 1));
        check((0, 0), &enter, (Some(3), Some(3)));
        check((2, 0), &enter, (Some(3), Some(3)));
        check((2, 7), &enter, (Some(2), Some(2)));
        check((3, 0), &enter, (Some(2), Some(2)));
        check((0, 0), &cut, (Some(1), Some(1)));
        check((3, 0), &cut, (Some(2), Some(2)));
        check((2, 0), &back, (Some(1), Some(1)));
        check(
            (0, 0),
            &|buffer| buffer.replace(Place::new(1, 0), Place::new(3, 0), ""),
            (None, Some(1)),
        );
        check((0, 0), &|b: &mut Buffer| b.paste("a\nb\nc\n"), (Some(5), Some(5)));
    }

    #[test]
    fn an_answer_about_an_older_text_is_dropped() {
        let mut marks = Marks::default();
        assert!(!marks.answer(vec![finding(0, 0, Severity::Error)], 3, 4));
        assert_eq!(marks.of(0), None);
        assert!(marks.answer(vec![finding(0, 0, Severity::Error)], 4, 4));
        assert_eq!(marks.of(0), Some(Mark::Finding(Severity::Error)));
    }

    #[test]
    fn the_worst_mark_of_a_line_is_shown() {
        let mut marks = Marks::default();
        marks.answer(vec![finding(0, 0, Severity::Hint), finding(0, 4, Severity::Warning)], 0, 0);
        assert_eq!(marks.of(0), Some(Mark::Finding(Severity::Warning)));
        marks.set_failed(Some(0));
        assert_eq!(marks.of(0), Some(Mark::Failed));
        assert_eq!(marks.of(1), None);
    }
}
