//! Copying through the terminal (OSC 52), which works over SSH, too.
//!
//! Bytes only; writing them is the guard's. Nothing tells whether the terminal did it.

use crate::app::effect::MOST_COPIED;

/// GNU screen passes on device strings of at most so many bytes, the wrapping included.
const SCREEN_CHUNK: usize = 768;

const DCS: &str = "\x1bP";
const ST: &str = "\x1b\\";

/// A program between prebake and the terminal that eats sequences it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Multiplexer {
    /// None.
    None,
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
}

/// A text that is too long for the clipboard of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "cannot copy {bytes} bytes: terminals take at most {most} for the clipboard; copy a part, or write it to a file"
)]
pub(super) struct TooLong {
    /// The size of the text.
    pub(super) bytes: usize,
    /// The largest size.
    pub(super) most: usize,
}

/// The bytes that make the terminal put `text` into the clipboard.
pub(super) fn copy(text: &str, multiplexer: Multiplexer) -> Result<Vec<u8>, TooLong> {
    if text.len() > MOST_COPIED {
        return Err(TooLong { bytes: text.len(), most: MOST_COPIED });
    }
    let sequence = format!("\x1b]52;c;{}\x07", base64(text.as_bytes()));
    let bytes = match multiplexer {
        Multiplexer::None => sequence,
        // With `set-clipboard on` tmux takes the sequence itself, with `allow-passthrough on` it
        // passes on what is in its own one, with each escape doubled. Nothing tells which of them a
        // person has set, and twice the same text does no harm.
        Multiplexer::Tmux => {
            let doubled = sequence.replace('\x1b', "\x1b\x1b");
            format!("{sequence}{DCS}tmux;{doubled}{ST}")
        }
        Multiplexer::Screen => in_chunks(&sequence),
    };
    Ok(bytes.into_bytes())
}

/// screen puts the contents of its device strings together again.
fn in_chunks(sequence: &str) -> String {
    let room = SCREEN_CHUNK - DCS.len() - ST.len();
    let mut wrapped = String::new();
    let mut rest = sequence;
    while !rest.is_empty() {
        // The sequence is ASCII: base64 and its frame.
        let (chunk, behind) = rest.split_at(room.min(rest.len()));
        wrapped.extend([DCS, chunk, ST]);
        rest = behind;
    }
    wrapped
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let part = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = part(0) << 16 | part(1) << 8 | part(2);
        for letter in 0..4 {
            if letter > group.len() {
                text.push('=');
            } else {
                text.push(char::from(LETTERS[(bits >> (18 - 6 * letter) & 63) as usize]));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_wrapped_for_what_stands_between() {
        for (text, multiplexer, want) in [
            ("", Multiplexer::None, "\x1b]52;c;\x07"),
            ("hi", Multiplexer::None, "\x1b]52;c;aGk=\x07"),
            ("é\n", Multiplexer::None, "\x1b]52;c;w6kK\x07"),
            ("hi", Multiplexer::Tmux, "\x1b]52;c;aGk=\x07\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\"),
            ("hi", Multiplexer::Screen, "\x1bP\x1b]52;c;aGk=\x07\x1b\\"),
        ] {
            let bytes = copy(text, multiplexer).unwrap();
            assert_eq!(String::from_utf8(bytes).unwrap(), want, "{text:?}");
        }
    }

    #[test]
    fn base64_is_what_everybody_calls_so() {
        for (text, want) in [
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), want);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }

    #[test]
    fn screen_gets_chunks_it_can_take() {
        let text = "x".repeat(5000);
        let wrapped = String::from_utf8(copy(&text, Multiplexer::Screen).unwrap()).unwrap();
        let mut joined = String::new();
        let mut count = 0;
        for chunk in wrapped.split_inclusive(ST) {
            assert!(chunk.len() <= SCREEN_CHUNK, "{}", chunk.len());
            joined.push_str(chunk.strip_prefix(DCS).unwrap().strip_suffix(ST).unwrap());
            count += 1;
        }
        assert_eq!(joined.into_bytes(), copy(&text, Multiplexer::None).unwrap());
        assert!(count > 5);
    }

    #[test]
    fn what_terminals_do_not_take_is_refused_with_a_sentence() {
        assert!(copy(&"x".repeat(MOST_COPIED), Multiplexer::None).is_ok());
        let error = copy(&"x".repeat(MOST_COPIED + 1), Multiplexer::None).unwrap_err();
        assert!(
            error.to_string().starts_with("cannot copy 56245 bytes: terminals take at most 56244")
        );
    }
}
