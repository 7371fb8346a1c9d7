//! Log lines: a container's output cut into lines, each with the stream it came from.

use serde::Serialize;

/// Which stream of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Longer lines are cut into pieces of this many bytes, so that memory stays bounded.
pub const MAX_LINE_BYTES: usize = 1024 * 1024;

/// Cuts one stream into lines.
#[derive(Clone, Debug, Default)]
pub struct LineSplitter {
    partial: Vec<u8>,
}

impl LineSplitter {
    /// Takes the next bytes and hands every finished line, without its line end, to `line`.
    pub fn push(&mut self, bytes: &[u8], mut line: impl FnMut(&[u8])) {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
            let (head, tail) = rest.split_at(end);
            rest = &tail[1..];
            if self.partial.is_empty() {
                line(head);
            } else {
                self.partial.extend_from_slice(head);
                line(&self.partial);
                self.partial.clear();
            }
        }
        self.partial.extend_from_slice(rest);
        while self.partial.len() > MAX_LINE_BYTES {
            let tail = self.partial.split_off(MAX_LINE_BYTES);
            line(&self.partial);
            self.partial = tail;
        }
    }

    /// The end of the stream: a last line without a line end.
    pub fn finish(&mut self, mut line: impl FnMut(&[u8])) {
        if !self.partial.is_empty() {
            line(&self.partial);
            self.partial.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_anywhere() {
        let text = b"one\n\ntwo\r\nthree";
        for step in 1..=text.len() {
            let mut splitter = LineSplitter::default();
            let mut lines = Vec::new();
            for chunk in text.chunks(step) {
                splitter.push(chunk, |line| lines.push(line.to_vec()));
            }
            splitter.finish(|line| lines.push(line.to_vec()));
            assert_eq!(
                lines,
                [b"one".to_vec(), b"".to_vec(), b"two\r".to_vec(), b"three".to_vec()]
            );
        }
    }

    #[test]
    fn an_endless_line_is_cut() {
        let mut splitter = LineSplitter::default();
        let mut sizes = Vec::new();
        splitter.push(&vec![b'x'; 2 * MAX_LINE_BYTES + 5], |line| sizes.push(line.len()));
        splitter.finish(|line| sizes.push(line.len()));
        assert_eq!(sizes, [MAX_LINE_BYTES, MAX_LINE_BYTES, 5]);
    }
}
