//! The size of a desktop, as `WIDTHxHEIGHT`.

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Serialize, Serializer};

/// A size in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// From left to right.
    pub width: u16,
    /// From top to bottom.
    pub height: u16,
}

impl Geometry {
    /// The size of a desktop whose environment names none.
    pub const DEFAULT: Self = Self { width: 1280, height: 800 };

    /// What a side may be, in pixels: from a window's smallest use to the server's limit.
    pub const SIDES: RangeInclusive<u16> = 64..=16_384;

    /// What to do about a text that is no geometry.
    pub const ADVICE: &str = "write it as `1280x800`, each side from 64 to 16384";

    /// Reads `WIDTHxHEIGHT`; nothing if it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (width, height) = text.split_once('x')?;
        let side = |text: &str| {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|side| is_plain && Self::SIDES.contains(side))
        };
        Some(Self { width: side(width)?, height: side(height)? })
    }
}

impl fmt::Display for Geometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl Serialize for Geometry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sizes_are_read() {
        for text in ["1280x800", "64x64", "16384x16384"] {
            assert_eq!(Geometry::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "x", "1280", "1280x", "63x800", "1280x16385", "+80x800", "1280x800x24"] {
            assert_eq!(Geometry::parse(text), None, "{text}");
        }
        assert_eq!(Geometry::parse(&Geometry::DEFAULT.to_string()), Some(Geometry::DEFAULT));
    }
}
