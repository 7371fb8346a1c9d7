//! The lines of a text, and the one way to change them: a replacement.
//!
//! Around the text model of `tui_textarea`, and apart so that nothing else knows it: its jumps
//! end at row 65535, it drops a carriage return before a line feed, its undo knows no steps of
//! more than one edit and asks a clock. Here a text is read and given back byte for byte.

use tui_textarea::{CursorMove, TextArea};

use super::place::{Change, Place};

/// Lines of text without their line feeds; a carriage return stays where it is.
#[derive(Clone, Debug)]
pub struct Text {
    area: TextArea<'static>,
    bytes: usize,
    tab_width: u8,
}

/// Cells from one stop of tabs to the next, unless told otherwise.
const TAB_WIDTH: u8 = 4;

impl Text {
    /// The lines of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        area.set_max_histories(0);
        Self { area, bytes: text.len(), tab_width: TAB_WIDTH }
    }

    /// Cells from one stop of tabs to the next; at least one.
    #[must_use]
    pub fn tab_width(&self) -> usize {
        usize::from(self.tab_width.max(1))
    }

    /// There are so many cells from one stop of tabs to the next.
    pub fn set_tab_width(&mut self, cells: u8) {
        self.tab_width = cells;
    }

    /// All lines; at least one.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        self.area.lines()
    }

    /// A line without its carriage return; empty behind the last.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        let text = self.lines().get(line).map_or("", String::as_str);
        if line + 1 < self.lines().len() { text.strip_suffix('\r').unwrap_or(text) } else { text }
    }

    /// The last line.
    #[must_use]
    pub fn last(&self) -> usize {
        self.lines().len() - 1
    }

    /// The place behind everything.
    #[must_use]
    pub fn end(&self) -> Place {
        Place::new(self.last(), self.line(self.last()).len())
    }

    /// The end of a line.
    #[must_use]
    pub fn end_of(&self, line: usize) -> Place {
        Place::new(line, self.line(line).len())
    }

    /// The nearest place that there is.
    #[must_use]
    pub fn clamp(&self, place: Place) -> Place {
        let line = place.line.min(self.last());
        let text = self.line(line);
        let mut column = place.column.min(text.len());
        while !text.is_char_boundary(column) {
            column -= 1;
        }
        Place { line, column }
    }

    /// Bytes of the whole text.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// What ends lines around `line`: what ends that line, or for the last the one above.
    #[must_use]
    pub fn line_break(&self, line: usize) -> &'static str {
        let asked = if line < self.last() { Some(line) } else { line.checked_sub(1) };
        let ends = asked.and_then(|line| self.lines().get(line)).is_some_and(|l| l.ends_with('\r'));
        if ends { "\r\n" } else { "\n" }
    }

    /// The text between two places, in order.
    #[must_use]
    pub fn slice(&self, from: Place, to: Place) -> String {
        let lines = self.lines();
        if from.line == to.line {
            return lines[from.line][from.column..to.column].to_owned();
        }
        let mut text = lines[from.line][from.column..].to_owned();
        for line in &lines[from.line + 1..to.line] {
            text.push('\n');
            text.push_str(line);
        }
        text.push('\n');
        text.push_str(&lines[to.line][..to.column]);
        text
    }

    /// The whole text.
    #[must_use]
    pub fn all(&self) -> String {
        self.lines().join("\n")
    }

    /// Whether the whole text is `other`, without joining it.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        self.bytes == other.len() && other.split('\n').eq(self.lines().iter().map(String::as_str))
    }

    /// Puts `new` in the place of what is between two places, in order.
    pub fn replace(&mut self, from: Place, to: Place, new: &str) -> Change {
        let before = &self.lines()[..from.line];
        let start_byte = before.iter().map(|line| line.len() + 1).sum::<usize>() + from.column;
        let old = self.slice(from, to);
        self.jump(from);
        if !old.is_empty() {
            self.area.delete_str(old.chars().count());
        }
        if !new.is_empty() {
            // The library takes one carriage return off the end of each line.
            self.area.insert_str(doubled(new));
        }
        self.bytes = self.bytes - old.len() + new.len();
        let breaks = memchr::memchr_iter(b'\n', new.as_bytes()).count();
        let last = new.rfind('\n').map_or(from.column + new.len(), |at| new.len() - at - 1);
        Change {
            start: from,
            old_end: to,
            new_end: Place::new(from.line + breaks, last),
            start_byte,
            old_len: old.len(),
            new_len: new.len(),
        }
    }

    /// Brings the library's own cursor to a place.
    fn jump(&mut self, place: Place) {
        let column = self.lines()[place.line][..place.column].chars().count();
        let near = (u16::try_from(place.line), u16::try_from(column));
        if let (Ok(row), Ok(column)) = near {
            self.area.move_cursor(CursorMove::Jump(row, column));
        } else {
            // Only giving it the lines anew can name a row this far down; they are moved, not
            // copied.
            let lines = std::mem::take(&mut self.area).into_lines();
            self.area.set_max_histories(0);
            self.area.set_lines(lines, (place.line, column));
        }
    }
}

/// A text whose carriage returns at ends of lines survive the loss of one each.
fn doubled(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('\r') {
        return text.into();
    }
    let mut kept = text.replace("\r\n", "\r\r\n");
    if kept.ends_with('\r') {
        kept.push('\r');
    }
    kept.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_given_back_byte_for_byte() {
        for text in ["", "a", "a\n", "a\r\nb\r\n", "\r", "a\rb\r", "\n\n", "\ta\r\r\n\u{1b}[0m"] {
            let read = Text::new(text);
            assert_eq!(read.all(), text);
            assert!(read.is(text));
            assert_eq!(read.bytes(), text.len());
        }
    }

    #[test]
    fn a_replacement_keeps_every_other_byte() {
        let check = |text: &str, from: usize, to: usize, new: &str| {
            let place = |at: usize| {
                let before = &text[..at];
                let line = before.matches('\n').count();
                Place::new(line, before.rfind('\n').map_or(at, |n| at - n - 1))
            };
            let mut read = Text::new(text);
            let change = read.replace(place(from), place(to), new);
            let expected = format!("{}{new}{}", &text[..from], &text[to..]);
            assert_eq!(read.all(), expected);
            assert_eq!(read.bytes(), expected.len());
            assert_eq!((change.start_byte, change.old_len), (from, to - from));
            assert_eq!(read.slice(change.start, change.new_end), new);
        };
        check("ab\ncd", 1, 4, "");
        check("ab\r\ncd\r\n", 2, 4, "x\r\ny\r\n");
        check("ab\r\ncd\r\n", 2, 2, "\r\n");
        check("äöü", 2, 4, "x\ny\r");
        check("", 0, 0, "a\n\n");
        check("one\n", 4, 4, "two");
    }

    #[test]
    fn lines_far_down_are_edited_where_they_are() {
        let mut text = Text::new(&"x\n".repeat(70_000));
        let at = Place::new(69_000, 1);
        text.replace(at, at, "y");
        assert_eq!(text.line(69_000), "xy");
        assert_eq!(text.line(65_535), "x");
        let mut wide = Text::new(&"x".repeat(70_000));
        wide.replace(Place::new(0, 69_000), Place::new(0, 69_000), "y");
        assert_eq!(&wide.line(0)[68_999..69_002], "xyx");
    }
}
