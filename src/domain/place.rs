//! A place in a text, as editors count it.
//!
//! Apart because every text a person writes in TOML is told of in the same way.

use std::ops::Range;

/// Line and column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Place {
    /// The beginning of a text.
    pub const START: Self = Self { line: 1, column: 1 };

    /// Where the byte at `offset` stands; an offset behind the text is its end.
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        let before = &text.as_bytes()[..offset.min(text.len())];
        let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        Self {
            line: memchr::memchr_iter(b'\n', before).count() + 1,
            column: String::from_utf8_lossy(&before[start..]).chars().count() + 1,
        }
    }

    /// Where a span that a parser may know begins.
    pub(in crate::domain) fn of_span(text: &str, span: Option<Range<usize>>) -> Self {
        span.map_or(Self::START, |span| Self::of(text, span.start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_characters_are_counted_from_one() {
        for (text, offset, line, column) in [
            ("", 0, 1, 1),
            ("ab", 1, 1, 2),
            ("a\nb", 1, 1, 2),
            ("a\nb", 2, 2, 1),
            ("é\r\nöx", 6, 2, 2),
            ("a\n", 99, 2, 1),
        ] {
            assert_eq!(Place::of(text, offset), Place { line, column }, "{text:?} {offset}");
        }
        assert_eq!(Place::of_span("a\nb", None), Place::START);
    }
}
