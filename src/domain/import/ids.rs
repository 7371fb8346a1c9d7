//! Ids out of whatever somebody else calls an environment.

use crate::domain::environment::{EnvironmentId, MAX_ID_CHARS};

/// The id that a text becomes: lower case, everything else than letters, digits, `.`, `_` and `-`
/// is a `-`. None: nothing of it can stand in an id.
#[must_use]
pub fn id_of(text: &str) -> Option<EnvironmentId> {
    let mut id = String::new();
    for char in text.chars().flat_map(char::to_lowercase) {
        match char {
            'a'..='z' | '0'..='9' | '.' | '_' | '-' => id.push(char),
            _ if id.ends_with('-') => {}
            _ => id.push('-'),
        }
        // Whatever else a text of megabytes says.
        if id.len() > 4 * MAX_ID_CHARS {
            break;
        }
    }
    let id = id.trim_matches(['-', '.', '_']);
    let id = id.get(..id.len().min(MAX_ID_CHARS))?.trim_end_matches(['-', '.', '_']);
    EnvironmentId::parse(id).ok()
}

/// `id`, or else `id-2`, `id-3`, ..., the first that is not taken.
#[must_use]
pub fn distinct(id: &EnvironmentId, is_taken: impl Fn(&EnvironmentId) -> bool) -> EnvironmentId {
    if !is_taken(id) {
        return id.clone();
    }
    let numbered = |number: u32| {
        let end = format!("-{number}");
        let text = id.as_str();
        let kept = text.get(..text.len().min(MAX_ID_CHARS - end.len())).unwrap_or(text);
        EnvironmentId::parse(&format!("{kept}{end}")).ok()
    };
    let free = |id: &EnvironmentId| !is_taken(id);
    (2..u32::MAX).filter_map(numbered).find(free).unwrap_or_else(|| id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_text_says_its_id_is_one_or_none() {
        let long = "x".repeat(1_000_000);
        for (text, want) in [
            ("web", Some("web")),
            ("Web Development", Some("web-development")),
            ("../../etc/passwd", Some("etc-passwd")),
            ("..", None),
            ("a\0b", Some("a-b")),
            ("Ünï cødé", Some("n-c-d")),
            ("日本", None),
            ("", None),
            ("-x-", Some("x")),
            ("a//b", Some("a-b")),
            (&long, Some(&long[..63])),
        ] {
            assert_eq!(id_of(text).as_ref().map(EnvironmentId::as_str), want, "{text:.40?}");
        }
    }

    #[test]
    fn an_id_that_is_taken_gets_a_number() {
        let id = |text: &str| EnvironmentId::parse(text).unwrap();
        let long = "x".repeat(63);
        let taken = [id("web"), id("web-2"), id(&long)];
        let distinct = |id: &EnvironmentId| distinct(id, |id| taken.contains(id));
        assert_eq!(distinct(&id("api")), id("api"));
        assert_eq!(distinct(&id("web")), id("web-3"));
        assert_eq!(distinct(&id(&long)), id(&format!("{}-2", "x".repeat(61))));
    }
}
