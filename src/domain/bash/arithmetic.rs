//! The variables of arithmetic, which a tree has as text: those that `$(( … ))` and `(( … ))` read
//! and set, for facts and for the lint alike.

use super::tree::{Part, PartKind};

/// A variable where arithmetic names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::domain) struct Named<'t> {
    /// The variable.
    pub(in crate::domain) name: &'t str,
    /// Whether it is set there.
    pub(in crate::domain) is_set: bool,
    /// Whether its value of before matters: not where it surely gets another one.
    pub(in crate::domain) is_read: bool,
}

/// The names in the text of these parts, in order.
pub(in crate::domain) fn names(parts: &[Part]) -> Vec<Named<'_>> {
    // Where a part of it may not be worked out, nothing is sure.
    let is_sure = !parts
        .iter()
        .any(|part| matches!(&part.kind, PartKind::Text(text) if text.contains(['?', '&', '|'])));
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
                let behind = text[at..].trim_start();
                let is_set = is_set(text[..start].trim_end(), behind);
                let is_new = is_set && is_sure && behind.starts_with('=');
                names.push(Named { name: &text[start..at], is_set, is_read: !is_new });
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
