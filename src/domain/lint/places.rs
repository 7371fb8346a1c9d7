//! Bytes of a script as places in it.
//!
//! Apart because what reads a script counts bytes, and people and editors count lines and
//! characters.

use super::Spot;

/// Bytes between two counts of characters that are kept: a finding at the end of a line of a
/// megabyte must not count the whole line anew.
const STEP: usize = 64;

/// The lines of a text, to turn bytes into places. Any number of bytes is one.
pub struct Places<'t> {
    text: &'t str,
    /// Where lines begin.
    lines: Vec<usize>,
    /// The characters before every so many bytes.
    counts: Vec<usize>,
}

impl<'t> Places<'t> {
    /// The places of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let breaks = memchr::memchr_iter(b'\n', bytes).map(|at| at + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        let mut count = 0;
        let counts = bytes.chunks(STEP).map(|chunk| {
            let before = count;
            count += characters(chunk);
            before
        });
        Self { text, lines, counts: counts.collect() }
    }

    /// The place of a byte; one behind the text is its end.
    #[must_use]
    pub fn spot(&self, byte: usize) -> Spot {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.lines.partition_point(|start| *start <= byte) - 1;
        Spot { line, column: self.before(byte) - self.before(self.lines[line]) }
    }

    /// The place of a line, from 0, and of the bytes before it there; not behind the line's end.
    #[must_use]
    pub fn at(&self, line: usize, column: usize) -> Spot {
        let line = line.min(self.lines.len() - 1);
        self.spot((self.lines[line] + column).min(self.end(line)))
    }

    /// The byte of a place, which is not behind the end of its line.
    #[must_use]
    pub fn byte(&self, spot: Spot) -> usize {
        let line = spot.line.min(self.lines.len() - 1);
        let (start, end) = (self.lines[line], self.end(line));
        self.text[start..end].char_indices().nth(spot.column).map_or(end, |(at, _)| start + at)
    }

    /// Where the line of a byte begins.
    #[must_use]
    pub fn line_start(&self, byte: usize) -> usize {
        self.lines[self.lines.partition_point(|start| *start <= byte) - 1]
    }

    fn end(&self, line: usize) -> usize {
        self.lines.get(line + 1).map_or(self.text.len(), |next| next - 1)
    }

    /// The characters before a byte that begins one.
    fn before(&self, byte: usize) -> usize {
        let step = (byte / STEP).min(self.counts.len().saturating_sub(1));
        let known = self.counts.get(step).copied().unwrap_or(0);
        known + characters(&self.text.as_bytes()[step * STEP..byte])
    }
}

/// The characters that begin in some bytes.
fn characters(bytes: &[u8]) -> usize {
    if bytes.is_ascii() {
        return bytes.len();
    }
    bytes.iter().filter(|byte| (**byte & 0xc0) != 0x80).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str, byte: usize) -> Spot {
        let before = &text[..byte];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Spot { line: before.matches('\n').count(), column: before[start..].chars().count() }
    }

    #[test]
    fn bytes_are_places_and_places_bytes() {
        let long = format!("é{}\nß", "aü".repeat(STEP));
        for text in ["", "a", "a\n", "\n\n", "ä\r\nb", &long] {
            let places = Places::new(text);
            for (byte, _) in text.char_indices().chain([(text.len(), ' ')]) {
                let spot = places.spot(byte);
                assert_eq!(spot, plain(text, byte), "{byte}");
                assert_eq!(places.byte(spot), byte);
            }
            assert_eq!(places.spot(usize::MAX), plain(text, text.len()));
            assert_eq!(places.byte(Spot { line: 99, column: 99 }), text.len());
        }
        let places = Places::new("ab\ncd");
        assert_eq!(places.at(0, 9), Spot { line: 0, column: 2 });
        assert_eq!((places.line_start(2), places.line_start(3)), (0, 3));
    }

    proptest! {
        #[test]
        fn any_byte_of_any_text_is_a_place(text in any::<String>(), byte in 0_usize..64) {
            let places = Places::new(&text);
            let mut start = byte.min(text.len());
            while !text.is_char_boundary(start) {
                start -= 1;
            }
            prop_assert_eq!(places.spot(byte), plain(&text, start));
        }
    }
}
