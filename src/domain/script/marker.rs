//! Markers in a log stream: taken out of the bytes as they come, so that a person never sees
//! them, wherever the stream was cut into pieces.
//!
//! A marker is the record separator (0x1E), the nonce of the bake or task, a blank, words, and a
//! line end. The nonce is random, so no program prints one by accident.

/// What the bash around a script told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Marker {
    /// A script or the desktop begins.
    Stage(String),
    /// This line of the current script begins, at this time in microseconds since 1970 (0:
    /// unknown).
    Line(u32, u64),
    /// The script ended with this status, not 0.
    Failed(String, i64),
    /// A script of a degraded task ended with this status, not 0, and the start goes on.
    Forgiven(String, i64),
    /// The desktop is ready.
    Desktop,
    /// The container's program began, at this time in microseconds since 1970.
    Begin(u64),
    /// The preflight ended and the command begins, at this time in microseconds since 1970.
    Command(u64),
    /// The scripts could not be removed after a bake.
    Kept(String),
    /// All scripts of a bake succeeded and are removed.
    Done,
}

impl Marker {
    fn parse(words: &str) -> Option<Self> {
        let (word, rest) = words.split_once(' ').unwrap_or((words, ""));
        Some(match word {
            "stage" => Self::Stage(rest.to_owned()),
            "line" => {
                let (line, time) = rest.split_once(' ')?;
                Self::Line(line.parse().ok()?, time.parse().ok()?)
            }
            "failed" | "forgiven" => {
                let (script, code) = rest.rsplit_once(' ')?;
                let (script, code) = (script.to_owned(), code.parse().ok()?);
                if word == "failed" {
                    Self::Failed(script, code)
                } else {
                    Self::Forgiven(script, code)
                }
            }
            "desktop" => Self::Desktop,
            "begin" => Self::Begin(microseconds(rest)),
            "command" => Self::Command(microseconds(rest)),
            "kept" => Self::Kept(rest.to_owned()),
            "done" => Self::Done,
            _ => return None,
        })
    }
}

/// Bash writes `seconds.micros`, with the locale's decimal mark; old ones write nothing.
fn microseconds(text: &str) -> u64 {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

/// A piece of a stream without its markers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Bytes as the program wrote them.
    Bytes(Vec<u8>),
    /// A marker that stood there.
    Marker(Marker),
}

/// Takes the markers of one nonce out of one stream.
#[derive(Clone, Debug)]
pub struct MarkerFilter {
    lead: Vec<u8>,
    held: Vec<u8>,
}

/// A marker's words never get longer; more than this is no marker.
const MAX_MARKER_BYTES: usize = 512;

impl MarkerFilter {
    /// A filter for the markers of `nonce`.
    #[must_use]
    pub fn new(nonce: &str) -> Self {
        let mut lead = vec![0x1e];
        lead.extend_from_slice(nonce.as_bytes());
        lead.push(b' ');
        Self { lead, held: Vec::new() }
    }

    /// Takes the next bytes of the stream. Bytes that may be the beginning of a marker are held
    /// back until the next call.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Piece> {
        let owned;
        let mut rest: &[u8] = if self.held.is_empty() {
            bytes
        } else {
            self.held.extend_from_slice(bytes);
            owned = std::mem::take(&mut self.held);
            &owned
        };
        let mut pieces = Vec::new();
        let mut plain = Vec::new();
        while !rest.is_empty() {
            let Some(at) = rest.iter().position(|&byte| byte == 0x1e) else {
                plain.extend_from_slice(rest);
                break;
            };
            plain.extend_from_slice(&rest[..at]);
            rest = &rest[at..];
            match self.take_marker(rest) {
                Taken::Marker(marker, used) => {
                    if !plain.is_empty() {
                        pieces.push(Piece::Bytes(std::mem::take(&mut plain)));
                    }
                    pieces.push(Piece::Marker(marker));
                    rest = &rest[used..];
                }
                Taken::No => {
                    plain.push(0x1e);
                    rest = &rest[1..];
                }
                Taken::Unfinished => {
                    self.held = rest.to_vec();
                    break;
                }
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Bytes(plain));
        }
        pieces
    }

    /// The end of the stream: what was held back was no marker.
    pub fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }

    fn take_marker(&self, bytes: &[u8]) -> Taken {
        let shared = self.lead.len().min(bytes.len());
        if bytes[..shared] != self.lead[..shared] {
            return Taken::No;
        }
        let Some(end) = bytes.iter().position(|&byte| byte == b'\n') else {
            return if bytes.len() > MAX_MARKER_BYTES { Taken::No } else { Taken::Unfinished };
        };
        let words = bytes.get(self.lead.len()..end).unwrap_or_default();
        let words = String::from_utf8_lossy(words);
        match Marker::parse(words.trim_end_matches('\r')) {
            Some(marker) => Taken::Marker(marker, end + 1),
            None => Taken::No,
        }
    }
}

enum Taken {
    Marker(Marker, usize),
    No,
    Unfinished,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(input: &[u8], step: usize) -> (String, Vec<Marker>) {
        let mut filter = MarkerFilter::new("abc");
        let (mut text, mut markers) = (Vec::new(), Vec::new());
        for chunk in input.chunks(step) {
            for piece in filter.push(chunk) {
                match piece {
                    Piece::Bytes(bytes) => text.extend(bytes),
                    Piece::Marker(marker) => markers.push(marker),
                }
            }
        }
        text.extend(filter.finish());
        (String::from_utf8(text).unwrap(), markers)
    }

    #[test]
    fn taken_out_wherever_the_stream_is_cut() {
        let input = b"one\x1eabc line 3 17\ntwo\n\x1eabc failed a.sh 7\r\n\x1exyz line 1 1\n\x1eab";
        for step in 1..input.len() {
            let (text, markers) = run(input, step);
            assert_eq!(text, "onetwo\n\x1exyz line 1 1\n\x1eab", "step {step}");
            assert_eq!(
                markers,
                [Marker::Line(3, 17), Marker::Failed("a.sh".into(), 7)],
                "step {step}"
            );
        }
    }

    #[test]
    fn times() {
        let (_, markers) =
            run(b"\x1eabc begin 12,000001\n\x1eabc command \n\x1eabc desktop\n\x1eabc done\n", 100);
        let desktop = Marker::Desktop;
        assert_eq!(markers, [Marker::Begin(12_000_001), Marker::Command(0), desktop, Marker::Done]);
    }

    #[test]
    fn a_forged_or_endless_marker_is_text() {
        let endless = [b"\x1eabc ".as_slice(), &[b'x'; 2000]].concat();
        assert_eq!(run(&endless, 7).0.len(), endless.len());
        assert_eq!(run(b"\x1eabc nonsense\n", 100).0, "\x1eabc nonsense\n");
    }
}
