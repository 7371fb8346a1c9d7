//! Bytes of somebody else's file as text. Apart because a program of Windows writes UTF-16, and
//! every one of its files begins with a mark that says so.

use std::borrow::Cow;

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

/// What stands for a character that is none, as long as any other escape of JSON: places stay.
const REPLACEMENT: &str = "\\ufffd";

/// JSON in which no escape is half of a character, as programs write that cut a text anywhere; and
/// how many were replaced.
pub(super) fn paired(json: &str) -> (Cow<'_, str>, usize) {
    let (mut text, mut count) = (Cow::Borrowed(json), 0);
    let mut from = 0;
    while let Some(found) = json[from..].find('\\') {
        let at = from + found;
        from = match (unit(json, at), unit(json, at + REPLACEMENT.len())) {
            (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => at + 2 * REPLACEMENT.len(),
            (Some(0xd800..0xe000), _) => {
                count += 1;
                let end = at + REPLACEMENT.len();
                text.to_mut().replace_range(at..end, REPLACEMENT);
                end
            }
            // What is escaped begins no escape.
            _ => json[at + 1..].chars().next().map_or(json.len(), |next| at + 1 + next.len_utf8()),
        };
    }
    (text, count)
}

/// The number of the escape that begins at a byte of JSON, if one does.
fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + REPLACEMENT.len())?.strip_prefix("\\u")?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_number.then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_character_of_json_becomes_the_sign_for_none() {
        for (json, want, count) in [
            (r#""ab""#, r#""ab""#, 0),
            (r#""a\ud800b""#, r#""a\ufffdb""#, 1),
            (r#""\uD83E\udd80""#, r#""\uD83E\udd80""#, 0),
            (r#""\udd80\uD83E""#, r#""\ufffd\ufffd""#, 2),
            (r#""\uD83E\uD83E\udd80""#, r#""\ufffd\uD83E\udd80""#, 1),
            (r#""\\ud800 \\\ud800""#, r#""\\ud800 \\\ufffd""#, 1),
            (r#""\ud8""#, r#""\ud8""#, 0),
            (r#""\uäud800""#, r#""\uäud800""#, 0),
            ("\\ä\\", "\\ä\\", 0),
        ] {
            let (text, replaced) = paired(json);
            assert_eq!((text.as_ref(), replaced), (want, count), "{json}");
        }
    }

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
