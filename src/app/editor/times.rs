//! How long statements took when they ran last, to be told beside their first lines.
//!
//! Apart from the marks because a time holds for a text and not for a place: an edit of a
//! statement takes its time away at once, and the next answer gives back what is still true.

use super::place::Change;
use crate::domain::history::statement::StatementTime;

/// Shorter times are not told: they would read `0.00 s`, and nobody waits for them.
const SHORTEST_MS: f64 = 10.0;

/// A statement that was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Timed {
    /// Its first line, from 0.
    line: usize,
    /// Its last line.
    last: usize,
    ms: f64,
}

/// The times of a text's statements.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Times {
    /// In the order of the text.
    known: Vec<Timed>,
}

impl Times {
    /// Takes the times for the text with the revision `of`, if that is the present one.
    pub fn answer(&mut self, times: &[StatementTime], of: u64, present: u64) {
        if of != present {
            return;
        }
        let line = |number: u32| usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        let timed = times.iter().filter_map(|it| {
            let ms = it.ms.filter(|ms| *ms >= SHORTEST_MS)?;
            Some(Timed { line: line(it.line), last: line(it.last), ms })
        });
        self.known = timed.collect();
    }

    /// What the statement that begins in a line, from 0, took in milliseconds.
    #[must_use]
    pub fn at(&self, line: usize) -> Option<f64> {
        let at = self.known.binary_search_by_key(&line, |timed| timed.line).ok()?;
        Some(self.known[at].ms)
    }

    /// Moves the times with an edit; what it touched has none any more.
    pub fn follow(&mut self, change: &Change) {
        let (start, old, new) = (change.start, change.old_end, change.new_end);
        let delta = new.line.cast_signed() - old.line.cast_signed();
        self.known.retain_mut(|timed| {
            // Whole lines put before a statement, or taken from there, leave it as it is.
            let is_behind = old.line < timed.line
                || old.line == timed.line && old.column == 0 && new.column == 0;
            if is_behind {
                timed.line = timed.line.saturating_add_signed(delta);
                timed.last = timed.last.saturating_add_signed(delta);
            }
            is_behind || start.line > timed.last
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::editor::buffer::Buffer;
    use crate::app::editor::place::Place;

    fn times() -> Times {
        let statement = |line, last, ms| StatementTime { line, last, ms };
        let mut times = Times::default();
        let told = [
            statement(1, 1, Some(0.4)),
            statement(2, 3, Some(1500.0)),
            statement(4, 4, None),
            statement(5, 5, Some(20.0)),
        ];
        times.answer(&told, 3, 3);
        times
    }

    #[test]
    fn a_time_stands_at_the_first_line_and_only_if_somebody_waited() {
        let times = times();
        let told: Vec<_> = (0..6).map(|line| times.at(line)).collect();
        assert_eq!(told, [None, Some(1500.0), None, None, Some(20.0), None]);
        let mut stale = times.clone();
        stale.answer(&[], 3, 4);
        assert_eq!(stale, times);
    }

    #[test]
    fn an_edit_moves_what_is_below_it_and_drops_what_it_touches() {
        type Edit = fn(&mut Buffer);
        let (newline, typed): (Edit, Edit) = (Buffer::newline, |it| it.type_char('x'));
        let drop_line: Edit = |it| drop(it.delete_lines());
        for (at, edit, expected) in [
            ((0, 0), newline, [Some(2), Some(5)]),
            ((0, 1), typed, [Some(1), Some(4)]),
            ((0, 1), newline, [Some(2), Some(5)]),
            ((1, 0), newline, [Some(2), Some(5)]),
            ((1, 2), typed, [None, Some(4)]),
            ((2, 1), typed, [None, Some(4)]),
            ((3, 0), drop_line, [Some(1), Some(3)]),
            ((4, 1), newline, [Some(1), None]),
            ((5, 0), typed, [Some(1), Some(4)]),
        ] {
            let mut buffer = Buffer::new("a\nbbb \\\n c\nd\ne\nf\n");
            let mut times = times();
            buffer.place(Place::new(at.0, at.1), false);
            edit(&mut buffer);
            for change in buffer.changes() {
                times.follow(&change);
            }
            let line_of = |ms| (0..9).find(|line| times.at(*line) == Some(ms));
            assert_eq!([line_of(1500.0), line_of(20.0)], expected, "{at:?}");
        }
    }
}
