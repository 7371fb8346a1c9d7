//! The variables of arithmetic, which a tree has as text: those that `$(( … ))` and `(( … ))` read
//! and set, for facts and for the lint alike.

use super::tree::{Part, PartKind};

/// The names in the text of these parts, in order, and whether each is set there.
pub(in crate::domain) fn names(parts: &[Part]) -> Vec<(&str, bool)> {
    let mut names = Vec::new();
    for part in parts {
        let PartKind::Text(text) = &part.kind else { continue };
        let bytes = text.as_bytes();
        let is_of_name = |at: usize| {
            bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        };
        let mut at = 0;
        while at < bytes.len() {
            let start = at;
            while is_of_name(at) {
                at += 1;
            }
            if at == start {
                at += 1;
            } else if !bytes[start].is_ascii_digit() {
                let is_set = is_set(text[..start].trim_end(), text[at..].trim_start());
                names.push((&text[start..at], is_set));
            }
        }
    }
    names
}

/// Whether the name between `before` and `behind` is assigned.
fn is_set(before: &str, behind: &str) -> bool {
    let steps = |text: &str| text.starts_with("++") || text.starts_with("--");
    if steps(behind) || before.ends_with("++") || before.ends_with("--") {
        return true;
    }
    let operator = behind.trim_start_matches(['+', '-', '*', '/', '%', '&', '|', '^', '<', '>']);
    operator.starts_with('=')
        && !operator.starts_with("==")
        && !behind.starts_with("<=")
        && !behind.starts_with(">=")
}
