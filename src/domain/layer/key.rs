//! The key of a layer: a printed list of all its inputs, and the tag of its image.
//!
//! | layer | form |
//! |---|---|
//! | desktop | `<variant>-<base>-<install>-<setup>-<recipe>` |
//! | environment on the base | `<variant>-<base>-<script>-<recipe>` |
//! | environment on a desktop | `desktop-<full desktop key>-<script>-<recipe>` |

use std::fmt;

use serde::Serialize;

use crate::domain::digest::Digest;

/// Docker's limit for a tag, in characters; every key stays within it.
pub const MAX_TAG_CHARS: usize = 128;

/// A layer's key, which is also its image's tag.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct LayerKey(String);

/// What a layer lies on.
#[derive(Clone, Copy, Debug)]
pub enum Below<'a> {
    /// The base image itself, by the variant of its reference and its ID.
    Base {
        /// See [`crate::domain::image::variant`].
        variant: &'a str,
        /// The image's ID, never its name.
        id: &'a str,
    },
    /// A desktop layer.
    Desktop(&'a LayerKey),
}

impl LayerKey {
    /// The key of a layer on `below` made by `scripts`, in the order they run, and `recipe`.
    #[must_use]
    pub fn of(below: Below<'_>, scripts: &[&Digest], recipe: &Digest) -> Self {
        let mut text = match below {
            Below::Base { variant, id } => format!("{variant}-{}", Digest::of(id).short()),
            Below::Desktop(key) => format!("desktop-{key}"),
        };
        for digest in scripts.iter().copied().chain([recipe]) {
            text.push('-');
            text.push_str(digest.short());
        }
        Self(text)
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the container that bakes this key. The name is the lock of the bake: the
    /// engine gives it to one client only.
    #[must_use]
    pub fn bake_container(&self) -> String {
        format!("prebake-bake-{}", &Digest::of(&self.0).full()[..32])
    }
}

impl fmt::Display for LayerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_longest() {
        let variant = "1234567.12345678";
        let digest = Digest::of("x");
        let base = Below::Base { variant, id: "sha256:abc" };
        let desktop = LayerKey::of(base, &[&digest, &digest], &digest);
        let on_desktop = LayerKey::of(Below::Desktop(&desktop), &[&digest], &digest);
        let on_base = LayerKey::of(base, &[&digest], &digest);
        assert_eq!(
            on_base.as_str(),
            format!(
                "{variant}-{}-{}-{}",
                Digest::of("sha256:abc").short(),
                digest.short(),
                digest.short()
            )
        );
        assert_eq!(desktop.as_str().split('-').count(), 5);
        assert!(on_desktop.as_str().starts_with(&format!("desktop-{desktop}-")));
        assert!(on_desktop.as_str().len() <= MAX_TAG_CHARS, "{}", on_desktop.as_str().len());
        assert_eq!(on_desktop.bake_container().len(), "prebake-bake-".len() + 32);
    }
}
