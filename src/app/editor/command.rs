//! One editor with all that belongs to it, and the one door into it: [`Editor::apply`].

use super::buffer::Buffer;
use super::marks::Marks;
use super::motion::Motion;
use super::place::Place;
use super::search::Search;
use super::syntax::Tints;
use super::times::Times;
use super::viewport::Viewport;

/// What an editor can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditorCommand {
    /// Type a character.
    Type(char),
    /// Put a text in the place of the selection: a bracketed paste, or the own clipboard.
    Paste(String),
    /// Begin a new line, indented like this one.
    Newline,
    /// Indent the selected lines, or insert what the script is indented with.
    Tab,
    /// Take one step of indentation off.
    Dedent,
    /// Remove the selection, or what a motion passes over: `Left` is Backspace, `Right` Delete.
    Erase(Motion),
    /// Move the cursor; `select` is Shift held.
    Move {
        /// Where.
        motion: Motion,
        /// Whether what it passes over is selected.
        select: bool,
    },
    /// Select everything.
    SelectAll,
    /// Select nothing.
    Unselect,
    /// Give the selection, or the line without one.
    Copy,
    /// Give the selection or the line, and remove it.
    Cut,
    /// Take the last step back.
    Undo,
    /// Do the step taken back last again.
    Redo,
    /// Make the lines comments, or no longer.
    ToggleComment,
    /// Put the lines a second time below themselves.
    Duplicate,
    /// Remove the lines.
    DeleteLines,
    /// Move the lines up.
    LinesUp,
    /// Move the lines down.
    LinesDown,
    /// The mouse was pressed at a cell of the editor, the gutter counted; `select` is Shift held.
    Click {
        /// Cells from the left.
        column: u16,
        /// Lines from the top.
        row: u16,
        /// Whether the selection is widened.
        select: bool,
    },
    /// The mouse was pressed twice at a cell.
    DoubleClick {
        /// Cells from the left.
        column: u16,
        /// Lines from the top.
        row: u16,
    },
    /// The pressed mouse came to a cell.
    Drag {
        /// Cells from the left; negative left of the editor.
        column: i32,
        /// Lines from the top; negative above the editor.
        row: i32,
    },
    /// The wheel turned by lines, down if positive; the cursor stays.
    Scroll(isize),
    /// Search something while it is typed: the first hit from where the selection begins.
    Search {
        /// What.
        query: String,
        /// Whether it is a regular expression.
        regex: bool,
    },
    /// Go to the next hit.
    NextHit,
    /// Go to the hit before.
    PreviousHit,
    /// Replace the selected hit and go to the next.
    Replace(String),
    /// Replace all hits as one step.
    ReplaceAll(String),
    /// Search nothing any more.
    EndSearch,
}

/// What a command had to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The search went over the end of the text.
    WrappedToTop,
    /// The search went over the begin of the text.
    WrappedToBottom,
    /// There is no hit.
    NoHit,
    /// The regular expression is none; the sentence says why.
    BadPattern(String),
    /// So many hits were replaced.
    Replaced(usize),
    /// There was nothing to undo or to redo.
    NothingLeft,
}

/// What a command did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Whether the text changed: findings are asked anew, the recovery file is due.
    pub changed: bool,
    /// What goes to the clipboard.
    pub copied: Option<String>,
    /// What the user should be told.
    pub told: Option<Told>,
}

/// An editor of a script.
#[derive(Clone, Debug)]
pub struct Editor {
    buffer: Buffer,
    tints: Tints,
    /// What is on screen of it. The layout sets its size by [`Editor::resize`].
    viewport: Viewport,
    /// Marks beside its lines.
    pub marks: Marks,
    /// How long its statements took when they ran last.
    pub times: Times,
    search: Option<Search>,
}

impl Editor {
    /// An editor of a saved text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let buffer = Buffer::new(text);
        let tints = Tints::new(buffer.text());
        let viewport = Viewport { width: 80, height: 24, ..Viewport::default() };
        Self {
            buffer,
            tints,
            viewport,
            marks: Marks::default(),
            times: Times::default(),
            search: None,
        }
    }

    /// There are so many cells from one stop of tabs to the next.
    #[must_use]
    pub fn with_tabs(mut self, cells: u8) -> Self {
        self.buffer.set_tab_width(cells);
        self
    }

    /// The text, its cursor and its selection.
    #[must_use]
    pub fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// The colours of the text.
    #[must_use]
    pub fn tints(&self) -> &Tints {
        &self.tints
    }

    /// What is on screen of the text.
    #[must_use]
    pub fn viewport(&self) -> Viewport {
        self.viewport
    }

    /// What is searched.
    #[must_use]
    pub fn search(&self) -> Option<&Search> {
        self.search.as_ref()
    }

    /// Tells which text was saved.
    pub fn saved(&mut self, text: String) {
        self.buffer.saved(text);
    }

    /// The window has another size.
    pub fn resize(&mut self, width: u16, height: u16) {
        if (self.viewport.width, self.viewport.height) != (width, height) {
            self.viewport.width = width;
            self.viewport.height = height;
            self.viewport.reveal(self.buffer.text(), self.buffer.cursor());
        }
    }

    /// Makes the text another one as one step of undo, such as what `$EDITOR` left.
    pub fn take_over(&mut self, text: &str, cursor: Place) -> Applied {
        self.buffer.take_over(text, cursor);
        self.finish(true, Applied::default())
    }

    /// Brings the colours of a long text up to what was typed.
    pub fn catch_up(&mut self) {
        self.tints.catch_up(self.buffer.text());
    }

    /// Moves the cursor to a place, which comes into sight.
    pub fn go_to(&mut self, place: Place) {
        self.buffer.place(place, false);
        self.finish(true, Applied::default());
    }

    /// Does what it is asked. `page` are the lines of a page.
    pub fn apply(&mut self, command: EditorCommand, page: u16) -> Applied {
        let mut applied = Applied::default();
        // What the mouse points at is in sight and stays where it is.
        let mut reveals = true;
        let buffer = &mut self.buffer;
        match command {
            EditorCommand::Type(char) => buffer.type_char(char),
            EditorCommand::Paste(text) => buffer.paste(&text),
            EditorCommand::Newline => buffer.newline(),
            EditorCommand::Tab => buffer.tab(),
            EditorCommand::Dedent => buffer.dedent(),
            EditorCommand::Erase(motion) => drop(buffer.erase(motion, page)),
            EditorCommand::Move { motion, select } => buffer.go(motion, select, page),
            EditorCommand::SelectAll => {
                buffer.select(Place::default(), buffer.text().end());
                reveals = false;
            }
            EditorCommand::Unselect => buffer.place(buffer.cursor(), false),
            EditorCommand::Copy => applied.copied = Some(buffer.copy()),
            EditorCommand::Cut => applied.copied = Some(buffer.cut()),
            EditorCommand::Undo => applied.told = (!buffer.undo()).then_some(Told::NothingLeft),
            EditorCommand::Redo => applied.told = (!buffer.redo()).then_some(Told::NothingLeft),
            EditorCommand::ToggleComment => buffer.toggle_comment(),
            EditorCommand::Duplicate => buffer.duplicate(),
            EditorCommand::DeleteLines => drop(buffer.delete_lines()),
            EditorCommand::LinesUp => buffer.move_lines(false),
            EditorCommand::LinesDown => buffer.move_lines(true),
            EditorCommand::Click { column, row, select } => {
                buffer.place(self.viewport.place_at(buffer.text(), column, row), select);
                reveals = false;
            }
            EditorCommand::DoubleClick { column, row } => {
                buffer.select_word(self.viewport.place_at(buffer.text(), column, row));
                reveals = false;
            }
            EditorCommand::Drag { column, row } => {
                self.drag(column, row);
                reveals = false;
            }
            EditorCommand::Scroll(lines) => {
                self.viewport.scroll(buffer.text(), lines);
                reveals = false;
            }
            EditorCommand::Search { query, regex } => applied.told = self.find(&query, regex),
            EditorCommand::NextHit => applied.told = self.step(true),
            EditorCommand::PreviousHit => applied.told = self.step(false),
            EditorCommand::Replace(with) => {
                let hit = self.search.as_ref().map(|search| search.replace(buffer, &with));
                applied.told = match hit {
                    Some(Some(hit)) => hit.wrapped.then_some(Told::WrappedToTop),
                    Some(None) | None => Some(Told::NoHit),
                };
            }
            EditorCommand::ReplaceAll(with) => {
                let count = self.search.as_ref().map(|search| search.replace_all(buffer, &with));
                applied.told = Some(count.filter(|n| *n > 0).map_or(Told::NoHit, Told::Replaced));
            }
            EditorCommand::EndSearch => self.search = None,
        }
        self.finish(reveals, applied)
    }

    /// Lets everything follow what changed.
    fn finish(&mut self, reveals: bool, applied: Applied) -> Applied {
        let changes = self.buffer.changes();
        self.tints.follow(self.buffer.text(), &changes);
        for change in &changes {
            self.marks.follow(change);
            self.times.follow(change);
        }
        if reveals {
            self.viewport.reveal(self.buffer.text(), self.buffer.cursor());
        }
        Applied { changed: !changes.is_empty(), ..applied }
    }

    /// Selects up to a cell; beyond the window it scrolls by as much as the mouse is beyond it.
    fn drag(&mut self, column: i32, row: i32) {
        let inside = |at: i32, size: u16| {
            let at = at.clamp(0, i32::from(size.max(1)) - 1);
            u16::try_from(at).unwrap_or(0)
        };
        let (x, y) = (inside(column, self.viewport.width), inside(row, self.viewport.height));
        let beyond = row - i32::from(y);
        self.viewport.scroll(self.buffer.text(), isize::try_from(beyond).unwrap_or(0));
        let place = self.viewport.place_at(self.buffer.text(), x, y);
        self.buffer.place(place, true);
    }

    fn find(&mut self, query: &str, regex: bool) -> Option<Told> {
        if query.is_empty() {
            self.search = None;
            return None;
        }
        match Search::new(query, regex) {
            Ok(search) => {
                let from = self.buffer.selection().map_or(self.buffer.cursor(), |(from, _)| from);
                let hit = search.next(self.buffer.text(), from);
                self.search = Some(search);
                let Some(hit) = hit else { return Some(Told::NoHit) };
                self.buffer.select(hit.from, hit.to);
                hit.wrapped.then_some(Told::WrappedToTop)
            }
            Err(reason) => Some(Told::BadPattern(reason)),
        }
    }

    fn step(&mut self, ahead: bool) -> Option<Told> {
        let Some(search) = &self.search else { return Some(Told::NoHit) };
        let text = self.buffer.text();
        let (from, to) =
            self.buffer.selection().unwrap_or((self.buffer.cursor(), self.buffer.cursor()));
        let hit = if ahead { search.next(text, to) } else { search.previous(text, from) };
        let Some(hit) = hit else { return Some(Told::NoHit) };
        self.buffer.select(hit.from, hit.to);
        let told = if ahead { Told::WrappedToTop } else { Told::WrappedToBottom };
        hit.wrapped.then_some(told)
    }
}

#[cfg(test)]
#[path = "command_tests.rs"]
mod tests;
