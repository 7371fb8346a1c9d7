//! SHA-256 digests: full in labels, short (the first 16 hex digits) in image tags.
//!
//! Apart from the layer keys because files, labels and script archives name their content by
//! the same value.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest, written as 64 lower-case hex digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest(String);

impl Digest {
    /// The digest of exactly these bytes.
    #[must_use]
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self(hex::encode(Sha256::digest(bytes.as_ref())))
    }

    /// Reads what [`Digest::full`] writes; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (text.len() == 64 && digits).then(|| Self(text.to_owned()))
    }

    /// All 64 hex digits.
    #[must_use]
    pub fn full(&self) -> &str {
        &self.0
    }

    /// The first 16 hex digits, the form that stands in image tags.
    #[must_use]
    pub fn short(&self) -> &str {
        &self.0[..16]
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_value() {
        let digest = Digest::of("abc");
        assert_eq!(digest.short(), "ba7816bf8f01cfea");
        assert_eq!(digest.full().len(), 64);
    }
}
