//! How far a task's output was told, so that its log, read again from the beginning after the
//! connection broke, goes on there.
//!
//! Line ends are counted and not bytes: the engine's log is not byte for byte what was written.

use bytes::{Buf as _, Bytes};

use crate::domain::log::Source;
use crate::engine::Output;

/// How far both streams were told.
#[derive(Debug, Default)]
pub(super) struct Place([Position; 2]);

#[derive(Debug, Default)]
struct Position {
    lines: u64,
    /// Bytes after the last line end.
    rest: usize,
    skip_lines: u64,
    skip_rest: usize,
}

impl Place {
    /// The output is read again from its beginning.
    pub(super) fn rewind(&mut self) {
        for position in &mut self.0 {
            position.skip_lines = position.lines;
            position.skip_rest = position.rest;
        }
    }

    /// What of `output` was not told before; it is told from now on.
    pub(super) fn pass(&mut self, output: Output) -> Output {
        let position = &mut self.0[usize::from(output.source == Source::Stderr)];
        Output { bytes: position.pass(output.bytes), ..output }
    }
}

impl Position {
    fn pass(&mut self, mut bytes: Bytes) -> Bytes {
        while self.skip_lines > 0 {
            let Some(end) = bytes.iter().position(|&byte| byte == b'\n') else {
                return Bytes::new();
            };
            bytes.advance(end + 1);
            self.skip_lines -= 1;
        }
        let skipped = self.skip_rest.min(bytes.len());
        bytes.advance(skipped);
        self.skip_rest -= skipped;

        let mut ends = bytes.split(|&byte| byte == b'\n').rev();
        let rest = ends.next().map_or(0, <[u8]>::len);
        let lines = ends.map(|_| 1).sum::<u64>();
        self.rest = if lines > 0 { rest } else { self.rest + rest };
        self.lines += lines;
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_passed_over_however_it_is_cut() {
        let text = "one\n\ntwo\nthree";
        for told in 0..=text.len() {
            for step in 1..=text.len() {
                let mut place = Place::default();
                let mut out = String::new();
                let mut tell = |place: &mut Place, text: &str| {
                    for part in text.as_bytes().chunks(step) {
                        let bytes = Bytes::copy_from_slice(part);
                        let output = place.pass(Output { source: Source::Stderr, bytes });
                        out.push_str(std::str::from_utf8(&output.bytes).unwrap());
                    }
                };
                tell(&mut place, &text[..told]);
                place.rewind();
                tell(&mut place, text);
                place.rewind();
                tell(&mut place, text);
                assert_eq!(out, text, "{told} bytes told, {step} at once");
            }
        }
    }
}
