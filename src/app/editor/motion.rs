//! Where a move of the cursor leads: pure functions over lines, by characters as a person sees
//! them (grapheme clusters), by words, by lines.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::place::Place;
use super::text::Text;
use super::viewport::{byte_at_cell, cell_of};

/// A way to move the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Motion {
    /// One visible character to the left; over the line's begin to the line above.
    Left,
    /// One visible character to the right; over the line's end to the line below.
    Right,
    /// One code point to the left: into a cluster of combining marks.
    CharLeft,
    /// One code point to the right.
    CharRight,
    /// To the begin of the word.
    WordLeft,
    /// To the end of the word.
    WordRight,
    /// One line up, in the column of cells the cursor came from.
    Up,
    /// One line down, likewise.
    Down,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// To the line's first character that is no space, and from there to its begin.
    Home,
    /// To the line's end.
    End,
    /// To the begin of the text.
    Top,
    /// To the end of the text.
    Bottom,
    /// To the begin of a line, from 0.
    Line(usize),
}

impl Motion {
    /// How many lines up (negative) or down it leads, if it is about lines.
    pub(super) fn lines(self, page: u16) -> Option<isize> {
        let page = isize::try_from(page.max(2)).unwrap_or(2) - 1;
        match self {
            Self::Up => Some(-1),
            Self::Down => Some(1),
            Self::PageUp => Some(-page),
            Self::PageDown => Some(page),
            _ => None,
        }
    }
}

/// Where `motion` leads from `at`. `cell` is the column of cells that moves up and down keep.
pub(super) fn target(
    text: &Text,
    at: Place,
    motion: Motion,
    page: u16,
    cell: Option<usize>,
) -> Place {
    let line = text.line(at.line);
    if let Some(delta) = motion.lines(page) {
        let to = at.line.saturating_add_signed(delta);
        // Beyond the first and the last line only the line's edge is left.
        if at.line == 0 && delta < 0 {
            return Place::new(0, 0);
        }
        if at.line == text.last() && delta > 0 {
            return text.end();
        }
        let to = to.min(text.last());
        let tab = text.tab_width();
        let cell = cell.unwrap_or_else(|| cell_of(line, at.column, tab));
        return Place::new(to, byte_at_cell(text.line(to), cell, tab));
    }
    let column = match motion {
        Motion::Left => grapheme_before(line, at.column),
        Motion::Right => grapheme_after(line, at.column),
        Motion::CharLeft => line[..at.column].char_indices().next_back().map(|(at, _)| at),
        Motion::CharRight => line[at.column..].chars().next().map(|c| at.column + c.len_utf8()),
        Motion::WordLeft => word_before(line, at.column),
        Motion::WordRight => word_after(line, at.column),
        Motion::Home => {
            let indent = indent_of(line).len();
            return Place::new(at.line, if at.column == indent { 0 } else { indent });
        }
        Motion::End => return text.end_of(at.line),
        Motion::Top => return Place::default(),
        Motion::Bottom => return text.end(),
        Motion::Line(line) => return Place::new(line.min(text.last()), 0),
        Motion::Up | Motion::Down | Motion::PageUp | Motion::PageDown => None,
    };
    match (column, motion) {
        (Some(column), _) => Place::new(at.line, column),
        (None, Motion::Left | Motion::CharLeft | Motion::WordLeft) if at.line > 0 => {
            text.end_of(at.line - 1)
        }
        (None, Motion::Right | Motion::CharRight | Motion::WordRight) if at.line < text.last() => {
            Place::new(at.line + 1, 0)
        }
        (None, _) => at,
    }
}

/// The spaces and tabs a line begins with.
pub(super) fn indent_of(line: &str) -> &str {
    let end = line.find(|char| char != ' ' && char != '\t').unwrap_or(line.len());
    &line[..end]
}

fn grapheme_before(line: &str, column: usize) -> Option<usize> {
    GraphemeCursor::new(column, line.len(), true).prev_boundary(line, 0).ok().flatten()
}

fn grapheme_after(line: &str, column: usize) -> Option<usize> {
    GraphemeCursor::new(column, line.len(), true).next_boundary(line, 0).ok().flatten()
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Kind {
    Space,
    Word,
    Other,
}

/// What kind of word a visible character belongs to; a combined character is what its base is.
fn kind(grapheme: &str) -> Kind {
    match grapheme.chars().next() {
        Some(char) if char.is_whitespace() => Kind::Space,
        Some(char) if char.is_alphanumeric() || char == '_' => Kind::Word,
        _ => Kind::Other,
    }
}

fn word_before(line: &str, column: usize) -> Option<usize> {
    let mut found: Option<(usize, Kind)> = None;
    for (at, grapheme) in line[..column].grapheme_indices(true).rev() {
        let kind = kind(grapheme);
        match found {
            Some((_, Kind::Space)) | None => found = Some((at, kind)),
            Some((_, word)) if word == kind => found = Some((at, kind)),
            Some(_) => break,
        }
    }
    found.map(|(at, _)| at)
}

fn word_after(line: &str, column: usize) -> Option<usize> {
    let mut found: Option<(usize, Kind)> = None;
    for (at, grapheme) in line[column..].grapheme_indices(true) {
        let (end, kind) = (column + at + grapheme.len(), kind(grapheme));
        match found {
            Some((_, Kind::Space)) | None => found = Some((end, kind)),
            Some((_, word)) if word == kind => found = Some((end, kind)),
            Some(_) => break,
        }
    }
    found.map(|(end, _)| end)
}

/// The word, the run of spaces or the run of signs around a column.
pub(super) fn word_around(line: &str, column: usize) -> (usize, usize) {
    let Some(here) = line[column..].graphemes(true).next().map(kind) else {
        return (column, column);
    };
    let same = |grapheme: &str| kind(grapheme) == here;
    let before = line[..column].grapheme_indices(true).rev().take_while(|(_, g)| same(g)).last();
    let after = line[column..].grapheme_indices(true).take_while(|(_, g)| same(g)).last();
    let start = before.map_or(column, |(at, _)| at);
    (start, after.map_or(column, |(at, grapheme)| column + at + grapheme.len()))
}
