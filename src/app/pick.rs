//! A list that is narrowed by typing: the palette, the help, themes.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use tui_input::{Input, InputRequest};

use super::chord::{Chord, Code};

/// An input line, the rows that fit it, and which one is selected.
#[derive(Clone, Debug, Default)]
pub struct Pick {
    /// What is typed.
    pub input: Input,
    /// Indices of the rows that fit, best first.
    pub hits: Vec<usize>,
    /// Which of the hits is selected.
    pub selected: usize,
}

/// What a key did to a pick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picked {
    /// It goes on; `true`: another row is selected now.
    Open(bool),
    /// It was given up.
    Closed,
    /// This row was chosen.
    Chosen(usize),
}

impl Pick {
    /// All of `rows`, the first one selected.
    #[must_use]
    pub fn of(rows: &[String]) -> Self {
        Self { hits: (0..rows.len()).collect(), ..Self::default() }
    }

    /// The row that is selected.
    #[must_use]
    pub fn row(&self) -> Option<usize> {
        self.hits.get(self.selected).copied()
    }

    /// Takes a key. `rows` are the same as before, `page` how many of them are on the screen.
    pub fn press(&mut self, chord: Chord, rows: &[String], page: usize) -> Picked {
        let last = self.hits.len().saturating_sub(1);
        let before = self.row();
        match chord.code {
            Code::Esc => return Picked::Closed,
            Code::Enter => return self.row().map_or(Picked::Open(false), Picked::Chosen),
            Code::Down => self.selected = (self.selected + 1).min(last),
            Code::Up => self.selected = self.selected.saturating_sub(1),
            Code::PageDown => self.selected = (self.selected + page).min(last),
            Code::PageUp => self.selected = self.selected.saturating_sub(page),
            _ => {
                if edit(&mut self.input, chord) {
                    self.narrow(rows);
                }
            }
        }
        Picked::Open(self.row() != before)
    }

    fn narrow(&mut self, rows: &[String]) {
        let pattern =
            Pattern::parse(self.input.value(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut scored: Vec<(u32, usize)> = rows
            .iter()
            .enumerate()
            .filter_map(|(index, row)| {
                let score = pattern.score(Utf32Str::new(row, &mut buffer), &mut matcher)?;
                Some((score, index))
            })
            .collect();
        // Equal ones stay in their order.
        scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        self.hits = scored.into_iter().map(|(_, index)| index).collect();
        self.selected = 0;
    }
}

/// Edits a line of input by a key; whether its text changed.
pub fn edit(input: &mut Input, chord: Chord) -> bool {
    let request = match (chord.code, chord.ctrl || chord.alt) {
        (Code::Char('w'), true) if chord.ctrl => InputRequest::DeletePrevWord,
        (Code::Char('u'), true) if chord.ctrl => InputRequest::DeleteLine,
        (Code::Char('k'), true) if chord.ctrl => InputRequest::DeleteTillEnd,
        (Code::Char('a'), true) if chord.ctrl => InputRequest::GoToStart,
        (Code::Char('e'), true) if chord.ctrl => InputRequest::GoToEnd,
        (Code::Char(char), false) => InputRequest::InsertChar(char),
        (Code::Backspace, true) => InputRequest::DeletePrevWord,
        (Code::Backspace, false) => InputRequest::DeletePrevChar,
        (Code::Delete, _) => InputRequest::DeleteNextChar,
        (Code::Left, true) => InputRequest::GoToPrevWord,
        (Code::Left, false) => InputRequest::GoToPrevChar,
        (Code::Right, true) => InputRequest::GoToNextWord,
        (Code::Right, false) => InputRequest::GoToNextChar,
        (Code::Home, _) => InputRequest::GoToStart,
        (Code::End, _) => InputRequest::GoToEnd,
        _ => return false,
    };
    input.handle(request).is_some_and(|change| change.value)
}

/// Types a pasted text into a line of input: what is on one line of it, without controls.
pub fn paste(input: &mut Input, text: &str) {
    for char in text.trim_end().chars() {
        let char = if matches!(char, '\n' | '\t') { ' ' } else { char };
        if !char.is_control() {
            input.handle(InputRequest::InsertChar(char));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<String> {
        ["Build the environment", "Rebuild without the cache", "Quit"].map(str::to_owned).to_vec()
    }

    fn press(pick: &mut Pick, keys: &[&str]) -> Picked {
        let mut last = Picked::Open(false);
        for key in keys {
            last = pick.press(key.parse().unwrap(), &rows(), 10);
        }
        last
    }

    #[test]
    fn typing_narrows_and_enter_chooses() {
        let mut pick = Pick::of(&rows());
        assert_eq!(press(&mut pick, &["down", "down", "down"]), Picked::Open(false));
        assert_eq!(pick.row(), Some(2));
        assert_eq!(press(&mut pick, &["c", "a", "c", "h", "e", "enter"]), Picked::Chosen(1));
        assert_eq!(press(&mut pick, &["x", "y", "enter"]), Picked::Open(false));
        assert!(pick.hits.is_empty());
        press(&mut pick, &["ctrl-u"]);
        assert_eq!(pick.hits.len(), 3);
        assert_eq!(press(&mut pick, &["esc"]), Picked::Closed);
    }

    #[test]
    fn what_is_pasted_into_a_line_stays_one_line() {
        let mut input = Input::default();
        paste(&mut input, "a\tb\r\nc\u{1b}\n");
        assert_eq!(input.value(), "a b c");
    }
}
