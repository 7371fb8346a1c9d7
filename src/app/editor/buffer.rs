//! A text being edited: its cursor, its selection, its history, and whether it is saved.
//!
//! Every edit is one replacement, so that undo, the tree of the syntax and the marks follow from
//! the same value; what an edit changed is collected until [`Buffer::changes`] takes it.

use super::history::{Caret, Edit, History, Run};
use super::motion::{self, Motion, indent_of};
use super::place::{Change, Place};
use super::text::Text;
use super::viewport::cell_of;

/// A text being edited.
#[derive(Clone, Debug)]
pub struct Buffer {
    pub(super) text: Text,
    pub(super) caret: Caret,
    /// The cell that moves up and down keep over shorter lines.
    cell: Option<usize>,
    history: History,
    saved: String,
    revision: u64,
    changes: Vec<Change>,
}

impl Buffer {
    /// A saved text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            text: Text::new(text),
            caret: Caret::default(),
            cell: None,
            history: History::default(),
            saved: text.to_owned(),
            revision: 0,
            changes: Vec::new(),
        }
    }

    /// The lines, for whoever draws or searches them.
    #[must_use]
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// There are so many cells from one stop of tabs to the next.
    pub fn set_tab_width(&mut self, cells: u8) {
        self.text.set_tab_width(cells);
    }

    /// The whole text, byte for byte what it was made of if nothing was edited.
    #[must_use]
    pub fn contents(&self) -> String {
        self.text.all()
    }

    /// Counts edits: another number is another text.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether the text differs from the saved one; undone to it, it does not.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        !self.text.is(&self.saved)
    }

    /// Whether this is the text that was saved last.
    #[must_use]
    pub fn was_saved_as(&self, text: &str) -> bool {
        self.saved == text
    }

    /// Tells what was saved: not always the present text, which may have gone on meanwhile.
    pub fn saved(&mut self, text: String) {
        self.saved = text;
    }

    /// Where the cursor is.
    #[must_use]
    pub fn cursor(&self) -> Place {
        self.caret.cursor
    }

    /// The selection, its ends in order; never empty.
    #[must_use]
    pub fn selection(&self) -> Option<(Place, Place)> {
        let (anchor, cursor) = (self.caret.anchor?, self.caret.cursor);
        (anchor != cursor).then(|| (anchor.min(cursor), anchor.max(cursor)))
    }

    /// The text of the selection.
    #[must_use]
    pub fn selected(&self) -> Option<String> {
        self.selection().map(|(from, to)| self.text.slice(from, to))
    }

    /// What changed since this was asked last.
    pub fn changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    // ---------------------------------------------------------------- moves

    /// Puts the cursor somewhere, with or without what it passes over selected.
    pub fn place(&mut self, to: Place, select: bool) {
        let from = self.caret.cursor;
        self.history.close();
        self.caret.cursor = self.text.clamp(to);
        self.caret.anchor = select.then(|| self.caret.anchor.unwrap_or(from));
        self.cell = None;
    }

    /// Selects from one place to another, where the cursor comes to stand.
    pub fn select(&mut self, from: Place, to: Place) {
        self.history.close();
        self.caret = Caret { cursor: self.text.clamp(to), anchor: Some(self.text.clamp(from)) };
        self.cell = None;
    }

    /// Selects the word around a place.
    pub fn select_word(&mut self, at: Place) {
        let at = self.text.clamp(at);
        let (start, end) = motion::word_around(self.text.line(at.line), at.column);
        self.select(Place::new(at.line, start), Place::new(at.line, end));
    }

    /// Moves the cursor.
    pub fn go(&mut self, motion: Motion, select: bool, page: u16) {
        let from = self.caret.cursor;
        // Without Shift, a side of the selection is where left and right lead.
        let side = self.selection().filter(|_| !select).and_then(|(start, end)| match motion {
            Motion::Left | Motion::CharLeft => Some(start),
            Motion::Right | Motion::CharRight => Some(end),
            _ => None,
        });
        let keeps = motion.lines(page).is_some();
        let line = self.text.line(from.line);
        let cell = keeps.then(|| {
            self.cell.unwrap_or_else(|| cell_of(line, from.column, self.text.tab_width()))
        });
        let to = side.unwrap_or_else(|| motion::target(&self.text, from, motion, page, cell));
        self.place(to, select);
        self.cell = cell;
    }

    // ---------------------------------------------------------------- edits

    /// The one door of all edits.
    pub(super) fn edit(
        &mut self,
        from: Place,
        to: Place,
        new: &str,
        after: Option<Caret>,
        run: Run,
    ) {
        if from == to && new.is_empty() {
            return;
        }
        let before = self.caret;
        let removed = self.text.slice(from, to);
        let mut end = self.caret;
        if removed != new {
            let change = self.text.replace(from, to, new);
            self.note(change);
            end = Caret { cursor: change.new_end, anchor: None };
        }
        // Lines moved under a selection may leave nothing where it ended.
        let after = after.unwrap_or(end);
        let cursor = self.text.clamp(after.cursor);
        let anchor = after.anchor.map(|anchor| self.text.clamp(anchor));
        let after = Caret { cursor, anchor };
        self.caret = after;
        if removed == new {
            return;
        }
        let edit = Edit { at: from, removed, inserted: new.to_owned() };
        self.history.keep(edit, before, after, run);
    }

    fn note(&mut self, change: Change) {
        self.changes.push(change);
        self.revision += 1;
        self.cell = None;
    }

    /// Types one character in the place of the selection.
    pub fn type_char(&mut self, char: char) {
        let (from, to) = self.taken();
        let run = if from == to { Run::Typed } else { Run::Single };
        self.edit(from, to, char.encode_utf8(&mut [0; 4]), None, run);
    }

    /// Puts a text in the place of the selection, its line ends made those of the text.
    pub fn paste(&mut self, text: &str) {
        let (from, to) = self.taken();
        let unix = text.replace("\r\n", "\n").replace('\r', "\n");
        let own = match self.text.line_break(from.line) {
            "\n" => unix,
            other => unix.replace('\n', other),
        };
        self.edit(from, to, &own, None, Run::Single);
    }

    /// A new line with the spaces this one begins with, as far as the cursor is behind them.
    pub fn newline(&mut self) {
        let (from, to) = self.taken();
        let indent = indent_of(self.text.line(from.line));
        let indent = &indent[..indent.len().min(from.column)];
        let new = format!("{}{indent}", self.text.line_break(from.line));
        self.edit(from, to, &new, None, Run::Single);
    }

    /// Removes the selection, or what a motion passes over. The removed text.
    pub fn erase(&mut self, motion: Motion, page: u16) -> String {
        if let Some((from, to)) = self.selection() {
            return self.cut_between(from, to, Run::Single);
        }
        let cursor = self.caret.cursor;
        let other = match motion {
            // To the begin of the line for sure, however smart the key is when it only moves.
            Motion::Home if cursor.column > 0 => Place::new(cursor.line, 0),
            // At the line's end, the end itself.
            Motion::End if cursor == self.text.end_of(cursor.line) => {
                motion::target(&self.text, cursor, Motion::Right, page, None)
            }
            _ => motion::target(&self.text, cursor, motion, page, None),
        };
        let run = if other < cursor { Run::ErasedBack } else { Run::ErasedAhead };
        self.cut_between(cursor.min(other), cursor.max(other), run)
    }

    fn cut_between(&mut self, from: Place, to: Place, run: Run) -> String {
        let text = self.text.slice(from, to);
        self.edit(from, to, "", None, run);
        text
    }

    /// Removes the selection, or the whole line without one, and gives it.
    pub fn cut(&mut self) -> String {
        if let Some((from, to)) = self.selection() {
            return self.cut_between(from, to, Run::Single);
        }
        self.delete_lines()
    }

    /// The selection, or the line with its end without one.
    #[must_use]
    pub fn copy(&self) -> String {
        self.selected().unwrap_or_else(|| {
            let line = self.caret.cursor.line;
            format!("{}{}", self.text.line(line), self.text.line_break(line))
        })
    }

    /// Puts a text in the place of what is between two places, as one step.
    pub fn replace(&mut self, from: Place, to: Place, new: &str) {
        self.edit(from, to, new, None, Run::Single);
    }

    /// Makes the text another one, as one step: what an editor of the user's, or a file changed
    /// on disk, gives back. Only the part that differs is replaced.
    pub fn take_over(&mut self, text: &str, cursor: Place) {
        let old = self.text.all();
        let same = |pair: &(u8, u8)| pair.0 == pair.1;
        let mut start = old.bytes().zip(text.bytes()).take_while(same).count();
        let room = old.len().min(text.len()) - start;
        let ends = old.bytes().rev().zip(text.bytes().rev()).take(room).take_while(same);
        let mut end = ends.count();
        // Between `\r` and `\n` of one line's end no place is.
        let cuts = |at: usize, of: &str| {
            !of.is_char_boundary(at) || of[..at].ends_with('\r') && of[at..].starts_with('\n')
        };
        while cuts(start, &old) || cuts(start, text) {
            start -= 1;
        }
        while cuts(old.len() - end, &old) || cuts(text.len() - end, text) {
            end -= 1;
        }
        let place = |at: usize| {
            let line = old[..at].matches('\n').count();
            Place::new(line, old[..at].rfind('\n').map_or(at, |n| at - n - 1))
        };
        let (from, to) = (place(start), place(old.len() - end));
        self.edit(from, to, &text[start..text.len() - end], None, Run::Single);
        self.place(cursor, false);
    }

    /// Takes the last step back. Whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(step) = self.history.undo() else { return false };
        self.turn(step.edit.at, &step.edit.inserted, &step.edit.removed);
        self.caret = step.before;
        true
    }

    /// Does the step taken back last again. Whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(step) = self.history.redo() else { return false };
        self.turn(step.edit.at, &step.edit.removed, &step.edit.inserted);
        self.caret = step.after;
        true
    }

    fn turn(&mut self, at: Place, old: &str, new: &str) {
        let breaks = old.matches('\n').count();
        let column = old.rfind('\n').map_or(at.column + old.len(), |n| old.len() - n - 1);
        let change = self.text.replace(at, Place::new(at.line + breaks, column), new);
        self.note(change);
    }

    /// What the next edit replaces: the selection, or nothing where the cursor is.
    fn taken(&self) -> (Place, Place) {
        self.selection().unwrap_or((self.caret.cursor, self.caret.cursor))
    }
}

#[cfg(test)]
#[path = "buffer_tests.rs"]
mod tests;
