//! A range of bytes of a script.
//!
//! Apart from `std::ops::Range` because a span is copied everywhere and never iterated.

/// From a byte to the byte behind the last; both lie between characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte behind the last.
    pub end: usize,
}

impl Span {
    /// From `start` to `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// What it covers of the text it was made for; nothing of any other.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether a byte lies in it.
    #[must_use]
    pub fn holds(self, byte: usize) -> bool {
        self.start <= byte && byte < self.end
    }
}
