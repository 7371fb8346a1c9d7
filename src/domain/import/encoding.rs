//! Bytes of somebody else's file as text. Apart because a program of Windows writes UTF-16, and
//! every one of its files begins with a mark that says so.

use crate::domain::place::Place;

/// The text of these bytes: UTF-8, or UTF-16 that begins with its mark. A mark is no part of the
/// text. The place is that of the first byte that is no text.
pub fn decode(bytes: Vec<u8>) -> Result<String, Place> {
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, ..] => narrow(bytes[3..].to_vec()),
        _ => narrow(bytes),
    }
}

fn narrow(bytes: Vec<u8>) -> Result<String, Place> {
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let good = String::from_utf8_lossy(good);
        Place::of(&good, good.len())
    })
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Place> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|&pair| unit(pair));
    let mut text = String::with_capacity(bytes.len() / 2);
    for char in char::decode_utf16(units) {
        match char {
            Ok(char) => text.push(char),
            Err(_) => return Err(Place::of(&text, text.len())),
        }
    }
    if rest.is_empty() { Ok(text) } else { Err(Place::of(&text, text.len())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], want: Result<&str, (usize, usize)>) {
        let got = decode(bytes.to_vec()).map_err(|place| (place.line, place.column));
        assert_eq!(got.as_deref().map_err(|place| *place), want, "{bytes:?}");
    }

    #[test]
    fn marks_tell_the_encoding_and_what_is_no_text_has_a_place() {
        check(b"", Ok(""));
        check("{\"ä\": 1}".as_bytes(), Ok("{\"ä\": 1}"));
        check(b"\xef\xbb\xbf{}", Ok("{}"));
        check(b"\xff\xfea\0\n\0\xe4\0", Ok("a\nä"));
        check(b"\xfe\xff\0a\xd8\x3e\xdd\x80", Ok("a🦀"));
        check(b"one\nt\xc3\xa4\xe4", Err((2, 3)));
        check(b"\xff\xfea\0\n\0b", Err((2, 1)));
        check(b"\xff\xfea\0\0\xd8a\0", Err((1, 2)));
    }
}
