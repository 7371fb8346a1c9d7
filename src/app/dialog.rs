//! Questions on the screen: how large their window is, and which part of a long one is seen.
//!
//! Apart from drawing because the keys that scroll must know it, too.

use unicode_width::UnicodeWidthStr as _;

use super::mode::Dialog;
use super::sheet::{Look, Sheet, SheetLine};

/// The narrowest and the widest window that is not bound by the screen.
const WIDTHS: (usize, usize) = (72, 104);

/// Columns and rows that are the window's own: its border and a cell at each side of the text.
const FRAME: (u16, u16) = (4, 2);

/// Rows below the body that are free if there is room for them.
const GAP: u16 = 2;

/// How a question fits on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialogView {
    /// Columns and rows of its window, with the border.
    pub window: (u16, u16),
    /// The rows of its body, all of them.
    pub rows: Vec<String>,
    /// How many of them there is room for.
    pub seen: usize,
}

impl DialogView {
    /// Of a question in a body of so many columns and rows.
    #[must_use]
    pub fn of(dialog: &Dialog, room: (u16, u16)) -> Self {
        let longest = dialog.body.iter().map(|line| line.width() + 4).max().unwrap_or(0);
        let width = u16::try_from(longest.clamp(WIDTHS.0, WIDTHS.1)).unwrap_or(u16::MAX);
        let width = width.min(room.0.saturating_sub(FRAME.0));
        let lines = dialog.body.iter().map(|line| SheetLine::new(Look::Text, line.as_str()));
        let inside = usize::from(width.saturating_sub(FRAME.0)).max(1);
        let rows = Sheet::new("", lines.collect()).rows(inside);
        let rows: Vec<String> = rows.into_iter().map(|row| row.text).collect();
        let own = FRAME.1 + u16::try_from(dialog.choices.len()).unwrap_or(u16::MAX);
        let wanted = u16::try_from(rows.len()).unwrap_or(u16::MAX).saturating_add(own + GAP);
        let height = wanted.min(room.1);
        let below = usize::from(height.saturating_sub(own));
        // A row tells how much there is, if not all of it is seen.
        let seen = if rows.len() <= below { rows.len() } else { below.saturating_sub(1).max(1) };
        Self { window: (width, height), rows, seen }
    }

    /// Whether not all of its body is seen.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.seen < self.rows.len()
    }

    /// The row that is seen first, so many further down than `first`.
    #[must_use]
    pub fn scrolled(&self, first: usize, by: isize) -> usize {
        let last = self.rows.len().saturating_sub(self.seen);
        first.saturating_add_signed(by).min(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialog(lines: usize) -> Dialog {
        let body = (0..lines).map(|line| format!("line {line}")).collect();
        Dialog::confirm("t".to_owned(), body, "Yes", Vec::new())
    }

    #[test]
    fn a_short_one_is_seen_as_a_whole() {
        let view = DialogView::of(&dialog(3), (80, 22));
        assert_eq!((view.window, view.seen, view.is_long()), ((72, 9), 3, false));
        assert_eq!(view.scrolled(0, 5), 0);
    }

    #[test]
    fn a_long_one_scrolls_to_its_last_row_and_no_further() {
        let view = DialogView::of(&dialog(100), (80, 22));
        assert_eq!((view.window.1, view.seen), (22, 17));
        assert_eq!(view.scrolled(0, 16), 16);
        assert_eq!(view.scrolled(16, isize::MAX), 83);
        assert_eq!(view.scrolled(83, isize::MIN), 0);
        // However little room there is, something is seen.
        assert_eq!(DialogView::of(&dialog(100), (10, 3)).seen, 1);
    }

    #[test]
    fn long_lines_are_counted_as_the_rows_they_take() {
        let body = vec!["word ".repeat(40)];
        let long = Dialog::confirm("t".to_owned(), body, "Yes", Vec::new());
        assert_eq!(DialogView::of(&long, (80, 22)).rows.len(), 3);
    }
}
