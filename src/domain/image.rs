//! Names and facts of images: a reference as typed, and the base image as the engine knows it.
//!
//! A reference becomes part of a path of the engine's API, so one that is none must not get there.

use super::digest::Digest;

/// The longest `variant` part of a layer key, in characters.
const MAX_VARIANT_CHARS: usize = 16;

/// The repository of baked desktop layers.
pub const DESKTOP_REPOSITORY: &str = "agent-runner-desktop";
/// The repository of baked environment layers.
pub const ENVIRONMENT_REPOSITORY: &str = "agent-runner-env";
/// The repository of the names that pin images.
pub const PIN_REPOSITORY: &str = "prebake-pin";

/// The `variant` of an image reference: its tag, at most 16 characters (a longer one keeps 7,
/// a dot and 8 hex digits of its hash); `latest` without a tag; `pinned` for a digest or an ID.
#[must_use]
pub fn variant(reference: &str) -> String {
    if reference.contains('@') || is_id(reference) {
        return "pinned".to_owned();
    }
    let name = reference.rsplit('/').next().unwrap_or(reference);
    let tag = match name.split_once(':') {
        Some((_, tag)) if !tag.is_empty() => tag,
        _ => "latest",
    };
    if tag.len() <= MAX_VARIANT_CHARS {
        return tag.to_owned();
    }
    let kept: String = tag.chars().take(7).collect();
    format!("{kept}.{}", &Digest::of(tag).full()[..8])
}

fn is_id(reference: &str) -> bool {
    reference
        .strip_prefix("sha256:")
        .is_some_and(|hex| hex.len() >= 12 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The longest name of an image, host included, in characters: Docker's own limit.
const MAX_NAME_CHARS: usize = 255;
/// The longest tag, in characters: Docker's own limit.
const MAX_TAG_CHARS: usize = 128;

/// What is wrong with a text as an image reference (`[host[:port]/]path[:tag][@sha256:…]`, or an
/// ID, which has the same form); nothing if it is one. A clause such as `the tag is empty`.
#[must_use]
pub fn reference_fault(reference: &str) -> Option<String> {
    if reference.is_empty() {
        return Some("it is empty".to_owned());
    }
    let stray = |char: &char| !(char.is_ascii_alphanumeric() || "._-/:@[]".contains(*char));
    if let Some(char) = reference.chars().find(stray) {
        return Some(format!("it contains {char:?}"));
    }
    let (rest, digest) = match reference.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (reference, None),
    };
    if digest.is_some_and(|digest| !is_digest(digest)) {
        return Some("what follows the `@` is not `sha256:` and 64 hex digits".to_owned());
    }
    // A colon before the last slash is that of a port.
    let last_slash = rest.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match rest[last_slash..].split_once(':') {
        Some((last, tag)) => (&rest[..last_slash + last.len()], Some(tag)),
        None => (rest, None),
    };
    tag.and_then(tag_fault).or_else(|| name_fault(name))
}

fn is_digest(digest: &str) -> bool {
    digest.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn tag_fault(tag: &str) -> Option<String> {
    match tag.chars().next() {
        None => Some("the tag is empty".to_owned()),
        Some(first @ ('.' | '-')) => Some(format!("the tag begins with {first:?}")),
        Some(_) if tag.len() > MAX_TAG_CHARS => {
            Some(format!("the tag has {} characters, {MAX_TAG_CHARS} are allowed", tag.len()))
        }
        Some(_) => tag
            .chars()
            .find(|char| !(char.is_ascii_alphanumeric() || "._-".contains(*char)))
            .map(|char| format!("the tag contains {char:?}")),
    }
}

fn name_fault(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("the name is missing".to_owned());
    }
    if name.len() > MAX_NAME_CHARS {
        let length = name.len();
        return Some(format!("the name has {length} characters, {MAX_NAME_CHARS} are allowed"));
    }
    // Docker's own rule for what is a host and what is a folder of the default registry.
    let is_host = |part: &str| {
        part.contains(['.', ':'])
            || part == "localhost"
            || part.contains(|char: char| char.is_ascii_uppercase())
    };
    let path = match name.split_once('/') {
        Some((host, path)) if is_host(host) => {
            if !is_host_and_port(host) {
                return Some(format!("`{host}` is no `host` or `host:port`"));
            }
            path
        }
        _ => name,
    };
    let part = path.split('/').find(|part| !is_path_component(part))?;
    Some(match part {
        "" => "a part of its path is empty".to_owned(),
        part if part.contains(|char: char| char.is_ascii_uppercase()) => {
            format!("`{part}` has upper-case letters")
        }
        part => format!("`{part}` is no part of a path"),
    })
}

fn is_host_and_port(text: &str) -> bool {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (is_host, port) = if let Some((address, port)) = bracketed {
        (is_ipv6(address), port)
    } else {
        let end = text.find(':').unwrap_or(text.len());
        (text[..end].split('.').all(is_host_label), &text[end..])
    };
    is_host && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

fn is_ipv6(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':')
}

fn is_host_label(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Lower-case letters and digits, and between them one dot, one or two `_`, or any number of `-`.
fn is_path_component(part: &str) -> bool {
    let is_word = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit();
    part.starts_with(is_word)
        && part.ends_with(is_word)
        && part.split(is_word).all(|between| {
            matches!(between, "" | "." | "_" | "__") || between.bytes().all(|byte| byte == b'-')
        })
}

/// A base image as the engine resolved it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct BaseImage {
    /// The reference as the environment names it.
    pub reference: String,
    /// The image's ID, `sha256:` and 64 hex digits: what decides, whatever the tag says.
    pub id: String,
    /// `os/architecture[/variant]`.
    pub platform: String,
    /// The user of the image's own configuration; empty: root.
    pub user: String,
}

#[cfg(test)]
mod tests {
    use super::{reference_fault, variant};

    #[test]
    fn variants() {
        let cases = [
            ("lunamidori5/pixelarch:emerald", "emerald"),
            ("debian", "latest"),
            ("host:5000/debian", "latest"),
            ("host:5000/debian:12", "12"),
            ("debian@sha256:0123", "pinned"),
            ("debian:12@sha256:0123", "pinned"),
            ("sha256:0123456789abcdef", "pinned"),
            ("a:1234567890123456", "1234567890123456"),
        ];
        for (reference, expected) in cases {
            assert_eq!(variant(reference), expected, "{reference}");
        }
        let long = variant("a:12345678901234567");
        assert_eq!(long.len(), 16);
        assert!(long.starts_with("1234567."), "{long}");
    }

    #[test]
    fn references_are_those_of_docker() {
        let hex = "0123456789abcdef".repeat(4);
        for reference in [
            "debian",
            "debian:12",
            "lunamidori5/pixelarch:emerald",
            "localhost/a",
            "localhost:5000/a/b/c:T_a.g-1",
            "Registry/a",
            "ghcr.io/a-b/c__d/e--f.g",
            "[::1]:5000/a",
            "[fe80::1]/a:b",
            "0123456789ab",
            "sha256:0123456789ab",
            &hex,
            &format!("sha256:{hex}"),
            &format!("host:5000/debian:12@sha256:{hex}"),
            &format!("a:{}", "t".repeat(128)),
            &"a".repeat(255),
        ] {
            assert_eq!(reference_fault(reference), None, "{reference}");
        }
    }

    #[test]
    fn what_is_no_reference_is_told_why() {
        let hex = "0123456789abcdef".repeat(4);
        for (reference, fault) in [
            ("", "it is empty"),
            ("../images", "`..` is no"),
            ("a/../b", "`..` is no part of a path"),
            ("..", "`..` is no part of a path"),
            ("./a", "`.` is no `host`"),
            ("a?b=c", "it contains '?'"),
            ("a#b", "it contains '#'"),
            ("a%2fb", "it contains '%'"),
            ("a b", "it contains ' '"),
            ("a\n", "it contains '\\n'"),
            ("a\u{202e}", "it contains '\\u{202e}'"),
            ("http://debian", "`http:` is no `host` or `host:port`"),
            ("/debian", "a part of its path is empty"),
            ("debian/", "a part of its path is empty"),
            ("a//b", "a part of its path is empty"),
            ("Debian", "`Debian` has upper-case letters"),
            ("a/B", "`B` has upper-case letters"),
            ("-a", "`-a` is no part of a path"),
            ("a._b", "`a._b` is no part of a path"),
            ("a___b", "`a___b` is no part of a path"),
            ("a[b", "`a[b` is no part of a path"),
            ("-h.x/a", "`-h.x` is no `host`"),
            ("h:x/a", "`h:x` is no `host`"),
            ("h:/a", "`h:` is no `host`"),
            ("[::1/a", "is no `host`"),
            ("debian:", "the tag is empty"),
            ("debian:.a", "the tag begins with '.'"),
            ("debian:a:b", "the tag contains ':'"),
            (":12", "the name is missing"),
            ("@sha256:", "what follows the `@`"),
            ("debian@sha256:0123", "what follows the `@`"),
            (&format!("debian@{hex}"), "what follows the `@`"),
            (&format!("@sha256:{hex}"), "the name is missing"),
            (&format!("a:{}", "t".repeat(129)), "the tag has 129 characters"),
            (&"a".repeat(256), "the name has 256 characters"),
        ] {
            let words = reference_fault(reference).unwrap_or_default();
            assert!(words.contains(fault), "{reference:?}: {words}");
        }
    }
}
