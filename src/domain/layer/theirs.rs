//! Keys of layers that another program baked under the names that ours have, too.
//!
//! Agents Runner names its images `agent-runner-env:<key>` and `agent-runner-desktop:<key>`. Its
//! keys have forms of their own, but all of them are made of the first 16 hex digits of hashes, and
//! that of the cached script is one of these, which tells whose an image is.

use super::LayerKind;
use crate::domain::digest::Digest;

/// How many hex digits of a hash are in a key.
const DIGITS: usize = 16;

/// Whether `tag` has the form of such a key, so that it is the work of a program and not a name
/// that a person gave.
#[must_use]
pub fn is_key(kind: LayerKind, tag: &str) -> bool {
    // A base and a script, or a base, two scripts and a template behind the variant.
    let least = if kind == LayerKind::Desktop { 4 } else { 2 };
    hashes(tag).count() >= least
}

/// Whether a layer with this key was baked from this cached script. White space around a script
/// was left out there.
#[must_use]
pub fn is_of_script(tag: &str, script: &str) -> bool {
    if script.trim().is_empty() {
        return false;
    }
    let digests = [script, script.trim()].map(|script| Digest::of(script).short().to_owned());
    hashes(tag).any(|hash| digests.iter().any(|digest| digest == hash))
}

/// Whether a layer of an environment with this key lies on the desktop layer with the key
/// `desktop`.
#[must_use]
pub fn lies_on(tag: &str, desktop: &str) -> bool {
    let tag = tag.strip_prefix("desktop-").unwrap_or(tag);
    tag.strip_prefix(desktop).is_some_and(|rest| rest.starts_with('-'))
}

/// The hashes at the end of a key.
fn hashes(tag: &str) -> impl Iterator<Item = &str> {
    let is_hash = |part: &&str| {
        part.len() == DIGITS && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    tag.rsplit('-').take_while(is_hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "0123456789abcdef";

    fn key(parts: &[&str]) -> String {
        parts.join("-")
    }

    #[test]
    fn keys_are_told_from_names_that_a_person_gave() {
        use LayerKind::{Desktop, Environment};
        for (kind, tag, expected) in [
            (Environment, key(&[HASH, HASH]), true),
            (Environment, key(&["emerald", HASH, HASH, HASH]), true),
            (Environment, key(&["desktop", "emerald", HASH, HASH, HASH, HASH, HASH, HASH]), true),
            (Environment, key(&["emerald", HASH]), false),
            (Environment, "mine".to_owned(), false),
            (Environment, key(&[HASH, HASH, "mine"]), false),
            (Environment, key(&["0123456789ABCDEF", "0123456789ABCDEF"]), false),
            (Desktop, key(&["emerald", HASH, HASH, HASH, HASH]), true),
            (Desktop, key(&["emerald", HASH, HASH]), false),
        ] {
            assert_eq!(is_key(kind, &tag), expected, "{kind} {tag}");
        }
    }

    #[test]
    fn the_script_and_the_layer_below_are_in_the_key() {
        let script = "\necho a\n";
        for text in [script, script.trim()] {
            let tag = key(&["emerald", HASH, Digest::of(text).short(), HASH]);
            assert!(is_of_script(&tag, script) && !is_of_script(&tag, "echo b"), "{text:?}");
        }
        assert!(!is_of_script(&key(&[HASH, Digest::of("").short()]), ""));
        let desktop = key(&["emerald", HASH, HASH, HASH, HASH]);
        assert!(lies_on(&key(&[&desktop, HASH]), &desktop));
        assert!(lies_on(&key(&["desktop", &desktop, HASH, HASH]), &desktop));
        assert!(!lies_on(&desktop, &desktop) && !lies_on(&key(&[HASH, HASH]), &desktop));
    }
}
