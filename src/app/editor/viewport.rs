//! Which part of a text is on screen, and which cell shows which character.
//!
//! Cells are counted here and drawn from the same count: a tab reaches to the next stop, a wide
//! character takes two cells, combining marks none of their own. What has no width of its own and
//! no base to stand on, and what controls a terminal, takes one cell, since hidden characters in
//! a script are what a reader must see.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::place::Place;
use super::text::Text;

/// Lines kept in sight above and below the cursor.
const MARGIN: usize = 2;

/// Cells kept in sight left and right of the cursor.
const SIDE_MARGIN: usize = 4;

/// What a visible character takes in cells when it begins at cell `at`, with so many from one stop of
/// tabs to the next.
#[must_use]
pub fn width_at(grapheme: &str, at: usize, tab: usize) -> usize {
    if grapheme == "\t" { tab - at % tab } else { shown_width(grapheme).max(1) }
}

/// Whether a visible character is shown by a placeholder.
#[must_use]
pub fn is_hidden(grapheme: &str) -> bool {
    grapheme != "\t" && shown_width(grapheme) == 0
}

/// The width of something that is no tab; 0 for what shows nothing.
fn shown_width(grapheme: &str) -> usize {
    if grapheme.starts_with(char::is_control) { 0 } else { grapheme.width() }
}

/// Whether each byte is one cell, so that nothing has to be counted.
fn is_plain(line: &str) -> bool {
    line.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// The cell at which the character behind `column` begins.
#[must_use]
pub fn cell_of(line: &str, column: usize, tab: usize) -> usize {
    let before = &line[..column];
    if is_plain(before) {
        return before.len();
    }
    before.graphemes(true).fold(0, |cell, grapheme| cell + width_at(grapheme, cell, tab))
}

/// The column of the character that covers `cell`; the line's end behind it.
#[must_use]
pub fn byte_at_cell(line: &str, cell: usize, tab: usize) -> usize {
    if is_plain(line) {
        return cell.min(line.len());
    }
    let mut at = 0;
    for (column, grapheme) in line.grapheme_indices(true) {
        let next = at + width_at(grapheme, at, tab);
        if cell < next {
            return column;
        }
        at = next;
    }
    line.len()
}

/// The part of a text on screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// The first line shown.
    pub top: usize,
    /// The first cell of lines shown.
    pub left: usize,
    /// Cells across, the gutter among them.
    pub width: u16,
    /// Lines.
    pub height: u16,
}

impl Viewport {
    /// Cells of the gutter: a mark, a space, the number and a space. Too narrow a window has none.
    #[must_use]
    pub fn gutter(&self, lines: usize) -> u16 {
        let digits = u16::try_from(lines.max(1).ilog10()).unwrap_or(0) + 1;
        let gutter = 3 + digits.max(2);
        if gutter * 2 > self.width { 0 } else { gutter }
    }

    /// Cells of the text.
    #[must_use]
    pub fn text_width(&self, lines: usize) -> u16 {
        self.width - self.gutter(lines)
    }

    /// Moves so far that the cursor is in sight, with a margin where there is room. No row below the
    /// last line stays blank as long as there is a line above to show instead.
    pub fn reveal(&mut self, text: &Text, cursor: Place) {
        let height = usize::from(self.height).max(1);
        let margin = MARGIN.min((height - 1) / 2);
        let lowest = (cursor.line + margin + 1).saturating_sub(height);
        let highest = cursor.line.saturating_sub(margin);
        self.top = self.top.clamp(lowest, highest.max(lowest));
        self.top = self.top.min(self.furthest(text));
        let width = usize::from(self.text_width(text.lines().len())).max(1);
        let side = SIDE_MARGIN.min((width - 1) / 2);
        let cell = cell_of(text.line(cursor.line), cursor.column, text.tab_width());
        let rightmost = cell.saturating_sub(side);
        let leftmost = (cell + side + 1).saturating_sub(width);
        // A line that fits is shown from its begin.
        if cell + side < width {
            self.left = 0;
        } else {
            self.left = self.left.clamp(leftmost, rightmost.max(leftmost));
        }
    }

    /// Moves by lines without the cursor, no further than to the last page.
    pub fn scroll(&mut self, text: &Text, lines: isize) {
        self.top = self.top.saturating_add_signed(lines).min(self.furthest(text));
    }

    /// The first line shown of the last page.
    fn furthest(&self, text: &Text) -> usize {
        (text.last() + 1).saturating_sub(usize::from(self.height).max(1))
    }

    /// The place under a cell of the window, the gutter counted; the nearest there is.
    #[must_use]
    pub fn place_at(&self, text: &Text, column: u16, row: u16) -> Place {
        let line = (self.top + usize::from(row)).min(text.last());
        let cell = usize::from(column.saturating_sub(self.gutter(text.lines().len())));
        Place::new(line, byte_at_cell(text.line(line), self.left + cell, text.tab_width()))
    }

    /// The cell of the window that shows a place, the gutter counted; none if it is out of sight.
    #[must_use]
    pub fn cell_at(&self, text: &Text, place: Place) -> Option<(u16, u16)> {
        let row = u16::try_from(place.line.checked_sub(self.top)?).ok()?;
        let cell = cell_of(text.line(place.line), place.column, text.tab_width());
        let cell = cell.checked_sub(self.left)?;
        let column = u16::try_from(cell).ok()?.checked_add(self.gutter(text.lines().len()))?;
        (row < self.height && column < self.width).then_some((column, row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_bytes_agree_for_tabs_wide_and_combined_characters() {
        // A line, the cells between stops of tabs, and for each column the cell.
        for (line, tab, cells) in [
            ("abc", 4, vec![(0, 0), (1, 1), (3, 3)]),
            ("\tx", 4, vec![(0, 0), (1, 4), (2, 5)]),
            ("\tx", 8, vec![(0, 0), (1, 8), (2, 9)]),
            ("a\tx", 1, vec![(0, 0), (1, 1), (2, 2)]),
            ("ab\tx", 4, vec![(2, 2), (3, 4)]),
            ("語x", 4, vec![(0, 0), (3, 2), (4, 3)]),
            ("e\u{301}x", 4, vec![(0, 0), (3, 1), (4, 2)]),
            ("👨‍👩‍👧x", 4, vec![(0, 0), (18, 2), (19, 3)]),
            ("\u{1b}x", 4, vec![(0, 0), (1, 1)]),
            ("\u{200b}x", 4, vec![(0, 0), (3, 1)]),
        ] {
            for (column, cell) in cells {
                assert_eq!(cell_of(line, column, tab), cell, "{line:?} at {column}");
                assert_eq!(byte_at_cell(line, cell, tab), column, "{line:?} at cell {cell}");
            }
        }
        assert_eq!(byte_at_cell("語x", 1, 4), 0, "the second half of a wide character is it, too");
        assert_eq!(byte_at_cell("a\tb", 2, 4), 1);
    }

    #[test]
    fn the_cursor_is_in_sight_in_every_window() {
        let text = Text::new(&format!("{}\n{}", "x\n".repeat(300), "語\t".repeat(90)));
        for (width, height) in [(1, 1), (2, 2), (9, 3), (80, 24), (300, 400)] {
            let mut viewport = Viewport { width, height, ..Viewport::default() };
            for place in [(300, 0), (301, 200), (0, 0), (150, 1), (301, 360), (301, 4)] {
                let place = Place::new(place.0, place.1);
                viewport.reveal(&text, place);
                let cell = viewport.cell_at(&text, place);
                assert!(cell.is_some(), "{place:?} in {width}x{height}: {viewport:?}");
                let (column, row) = cell.unwrap();
                assert_eq!(viewport.place_at(&text, column, row), place);
            }
        }
    }

    #[test]
    fn a_text_that_became_shorter_fills_the_window_again() {
        let mut viewport = Viewport { width: 80, height: 20, ..Viewport::default() };
        viewport.reveal(&Text::new(&"x\n".repeat(500)), Place::new(500, 0));
        // The lines that are left, the line of the cursor, and the first one to be shown.
        for (lines, cursor, top) in [(100, 100, 81), (40, 30, 21), (20, 20, 1), (6, 5, 0)] {
            let text = Text::new(&"x\n".repeat(lines));
            viewport.reveal(&text, Place::new(cursor, 0));
            assert_eq!(viewport.top, top, "{lines} lines");
            viewport.scroll(&text, 1000);
            assert_eq!(
                viewport.top,
                (lines + 1_usize).saturating_sub(20),
                "{lines} lines, scrolled"
            );
        }
    }

    #[test]
    fn the_window_moves_no_further_than_the_margin_asks() {
        let text = Text::new(&"x\n".repeat(300));
        let mut viewport = Viewport { width: 80, height: 20, ..Viewport::default() };
        for (line, top) in [(17, 0), (18, 1), (100, 83), (85, 83), (84, 82), (0, 0)] {
            viewport.reveal(&text, Place::new(line, 0));
            assert_eq!(viewport.top, top, "at line {line}");
        }
    }
}
