//! Names and facts of images: a reference as typed, and the base image as the engine knows it.

use super::digest::Digest;

/// The longest `variant` part of a layer key, in characters.
const MAX_VARIANT_CHARS: usize = 16;

/// The repository of baked desktop layers.
pub const DESKTOP_REPOSITORY: &str = "agent-runner-desktop";
/// The repository of baked environment layers.
pub const ENVIRONMENT_REPOSITORY: &str = "agent-runner-env";

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
    use super::variant;

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
}
