//! A recorded session as an asciicast of version 2: a line that says what it is, and a line for
//! all that was written at a time.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::json;

/// The text of the file. Writings without their times are the bytes of a terminal, so a character
/// may be cut in two by the reading; what is left of it goes to the next one.
pub(crate) fn cast(
    (width, height): (u16, u16),
    title: &str,
    written: &[(Duration, Vec<u8>)],
) -> String {
    let head = json!({
        "version": 2, "width": width, "height": height, "title": title,
        "env": { "TERM": "xterm-256color" },
    });
    let mut text = format!("{head}\n");
    let mut rest = Vec::new();
    for (at, bytes) in written {
        rest.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&rest) {
            Ok(_) => rest.len(),
            Err(error) => error.valid_up_to(),
        };
        let shown: Vec<u8> = rest.drain(..whole).collect();
        if !shown.is_empty() {
            let shown = String::from_utf8(shown).unwrap();
            // Milliseconds are as fine as anybody sees.
            let at = Duration::from_millis(u64::try_from(at.as_millis()).unwrap()).as_secs_f64();
            let _ = writeln!(text, "{}", json!([at, "o", shown]));
        }
    }
    text
}
