//! Secrets out of a stream of bytes, wherever it was cut into pieces.

use std::sync::Arc;

use super::Patterns;

/// What stands in place of a secret.
pub const HIDDEN: &str = "***";

/// Takes secrets out of one stream.
#[derive(Clone, Debug, Default)]
pub enum Redactor {
    /// There is nothing to hide.
    #[default]
    Nothing,
    /// There are secrets that are not known here, so that nothing can be shown.
    Everything,
    /// These are hidden.
    Secrets {
        /// What they look like.
        patterns: Arc<Patterns>,
        /// An end that may be the beginning of one.
        held: Vec<u8>,
    },
}

impl Redactor {
    /// Hides these.
    #[must_use]
    pub fn of(patterns: Arc<Patterns>) -> Self {
        Self::Secrets { patterns, held: Vec::new() }
    }

    /// The same at the beginning of a stream.
    #[must_use]
    pub fn anew(&self) -> Self {
        match self {
            Self::Nothing => Self::Nothing,
            Self::Everything => Self::Everything,
            Self::Secrets { patterns, .. } => Self::of(patterns.clone()),
        }
    }

    /// Takes the next bytes of the stream and returns what can be shown. Bytes that may be the
    /// beginning of a secret are held back until the next call.
    pub fn push(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        let (patterns, held) = match self {
            Self::Nothing => return bytes,
            Self::Everything => return Vec::new(),
            Self::Secrets { patterns, held } => (patterns, held),
        };
        held.extend(bytes);
        let bytes = std::mem::take(held);
        let mut end = patterns.unfinished_from(&bytes);
        let (mut shown, mut from) = (Vec::with_capacity(bytes.len()), 0);
        // One that begins where a longer one may begin waits for its end.
        while let Some(found) = patterns.hiding().find(&bytes[from..])
            && from + found.start() < end
        {
            shown.extend_from_slice(&bytes[from..from + found.start()]);
            shown.extend_from_slice(HIDDEN.as_bytes());
            from += found.end();
            if from > end {
                end = from + patterns.unfinished_from(&bytes[from..]);
            }
        }
        shown.extend_from_slice(&bytes[from..end]);
        *held = bytes[end..].to_vec();
        shown
    }

    /// The end of the stream: what was held back is no beginning of anything longer.
    pub fn finish(&mut self) -> Vec<u8> {
        match self {
            Self::Nothing | Self::Everything => Vec::new(),
            Self::Secrets { patterns, held } => patterns.without(&std::mem::take(held)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(redactor: &mut Redactor, text: &[u8], step: usize) -> String {
        let mut shown = Vec::new();
        for piece in text.chunks(step) {
            shown.extend(redactor.push(piece.to_vec()));
        }
        shown.extend(redactor.finish());
        String::from_utf8(shown).unwrap()
    }

    #[test]
    fn hidden_wherever_the_stream_is_cut() {
        let secrets = [("A", "abcabcab".as_bytes()), ("B", b"abcabcabXYZ\nsecond line")];
        let redactor = Redactor::of(Arc::new(Patterns::of(secrets).unwrap()));
        for (text, shown) in [
            ("one abcabcab two", "one *** two"),
            ("abcabcabXYZ\nsecond line!", "***!"),
            ("abcabcabXYZ\nsecond", "***\nsecond"),
            ("abcabcabcab abcabca", "***cab abcabca"),
            ("x\nabcabcabXY\n", "x\n***XY\n"),
            ("> second line\nab", "> ***\nab"),
            ("YWJjYWJjYWI= abc", "***I= abc"),
        ] {
            for step in 1..=text.len() {
                let got = run(&mut redactor.anew(), text.as_bytes(), step);
                assert_eq!(got, shown, "{text:?} by {step}");
            }
        }
    }

    #[test]
    fn only_an_end_that_may_go_on_is_held_back() {
        let mut redactor =
            Redactor::of(Arc::new(Patterns::of([("A", b"hunter22".as_slice())]).unwrap()));
        assert_eq!(redactor.push(b"password: hun".to_vec()), b"password: ");
        assert_eq!(redactor.push(b"ting\n".to_vec()), b"hunting\n");
        assert_eq!(run(&mut Redactor::Everything, b"all of it", 3), "");
        assert_eq!(run(&mut Redactor::Nothing, b"all of it", 3), "all of it");
    }
}
