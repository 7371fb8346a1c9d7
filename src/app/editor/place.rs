//! Where in a text something is. Apart because everything of an editor speaks it.

/// A place between two characters: a line from 0 and the bytes before it in that line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line, from 0.
    pub line: usize,
    /// Bytes of the line before it; always on a boundary of characters.
    pub column: usize,
}

impl Place {
    /// A place.
    #[must_use]
    pub fn new(line: usize, column: usize) -> Self {
        Self { line, column }
    }
}

/// The shape of one replacement, without its texts: what a tree of the syntax and marks that
/// stand below it need in order to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where both texts begin.
    pub start: Place,
    /// Where the old text ended.
    pub old_end: Place,
    /// Where the new text ends.
    pub new_end: Place,
    /// Bytes of the whole text before it.
    pub start_byte: usize,
    /// Bytes of the old text.
    pub old_len: usize,
    /// Bytes of the new text.
    pub new_len: usize,
}
