//! What bash itself says about a script that it cannot read: no statement of it runs, so that no
//! marker tells the line.

use super::{FOLDER, SOURCED};

/// The line in `FILE: line N: syntax error…`, as bash writes it about the running script.
#[must_use]
pub fn syntax_error(line: &[u8], script: Option<&str>) -> Option<u32> {
    let line = std::str::from_utf8(line).ok()?;
    let path = format!("{FOLDER}/{}", script?);
    let sourced = || line.strip_prefix(SOURCED)?.strip_prefix(|digit: char| digit.is_ascii_digit());
    let rest = line.strip_prefix(&path).or_else(sourced)?;
    let (number, words) = rest.strip_prefix(": line ")?.split_once(": ")?;
    let telling = ["syntax error", "unexpected EOF", "unexpected end of file"];
    telling.iter().any(|start| words.starts_with(start)).then(|| number.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntax_errors_name_their_line() {
        let script = Some("cached_preflight.sh");
        let line = b"/tmp/.prebake/cached_preflight.sh: line 7: syntax error near unexpected token";
        assert_eq!(syntax_error(line, script), Some(7));
        let sourced = b"/dev/fd/63: line 12: syntax error: unexpected end of file";
        assert_eq!(syntax_error(sourced, Some("run_preflight.sh")), Some(12));
        let within = b"/dev/fd/62: line 3: syntax error near unexpected token `)'";
        assert_eq!(syntax_error(within, Some("settings_preflight.sh")), Some(3));
        let other = b"/tmp/.prebake/cached_preflight.sh: line 7: foo: command not found";
        assert_eq!(syntax_error(other, script), None);
    }
}
