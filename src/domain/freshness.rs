//! How long the layers of an environment are good: what its `freshness` says.
//!
//! A moved base is a new key whatever this says; what it decides is who bakes on the new base, and
//! when. Until then the layers on the base that was are what tasks start on.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};

/// What an environment says of its layers' freshness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Freshness {
    /// They serve until a person builds.
    Never,
    /// When the base moves, the next task start has them baked anew behind it.
    #[default]
    OnNewBase,
    /// The same, and also when they are older than this.
    After(Age),
}

/// An age as a person writes it: `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age {
    count: u16,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Minutes,
    Hours,
    Days,
    Weeks,
}

impl Unit {
    const ALL: [Self; 4] = [Self::Minutes, Self::Hours, Self::Days, Self::Weeks];

    fn sign(self) -> char {
        match self {
            Self::Minutes => 'm',
            Self::Hours => 'h',
            Self::Days => 'd',
            Self::Weeks => 'w',
        }
    }

    fn minutes(self) -> i64 {
        match self {
            Self::Minutes => 1,
            Self::Hours => 60,
            Self::Days => 24 * 60,
            Self::Weeks => 7 * 24 * 60,
        }
    }
}

impl Freshness {
    /// What to do about a text that is none.
    pub const ADVICE: &str = "write `never`, `on_new_base`, or an age such as `12h`, `7d` or `2w`, from 1 to 9999 of `m`, `h`, `d` or `w`";

    /// Reads the word or the age; nothing if it is neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "never" => Some(Self::Never),
            "on_new_base" => Some(Self::OnNewBase),
            age => Age::parse(age).map(Self::After),
        }
    }

    /// Layers made before this moment are too old; nothing: none ever is.
    #[must_use]
    pub fn oldest(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Never | Self::OnNewBase => None,
            Self::After(age) => now.checked_sub(age.duration()).ok(),
        }
    }

    /// Whether a task start has stale layers baked anew behind it.
    #[must_use]
    pub fn bakes_behind(self) -> bool {
        self != Self::Never
    }
}

impl Age {
    fn duration(self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.count) * self.unit.minutes())
    }

    fn parse(text: &str) -> Option<Self> {
        let unit = Unit::ALL.into_iter().find(|unit| text.ends_with(unit.sign()))?;
        let digits = &text[..text.len() - 1];
        let is_plain = (1..=4).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        let count = digits.parse().ok().filter(|_| is_plain)?;
        Some(Self { count, unit })
    }
}

impl fmt::Display for Freshness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("never"),
            Self::OnNewBase => f.write_str("on_new_base"),
            Self::After(age) => write!(f, "{}{}", age.count, age.unit.sign()),
        }
    }
}

impl Serialize for Freshness {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_the_same() {
        for text in ["never", "on_new_base", "1m", "12h", "7d", "2w", "9999w"] {
            assert_eq!(Freshness::parse(text).unwrap().to_string(), text);
        }
        for text in
            ["", "Never", "7", "d", "0d", "07d", "7 d", "-7d", "+7d", "10000d", "1.5d", "7y", "7é"]
        {
            assert_eq!(Freshness::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn only_an_age_makes_a_layer_too_old() {
        let now: Timestamp = "2026-03-08T12:00:00Z".parse().unwrap();
        for (text, oldest) in [
            ("never", None),
            ("on_new_base", None),
            ("90m", Some("2026-03-08T10:30:00Z")),
            ("7d", Some("2026-03-01T12:00:00Z")),
            ("9999w", Some("1834-07-20T12:00:00Z")),
        ] {
            let found = Freshness::parse(text).unwrap().oldest(now);
            assert_eq!(found, oldest.map(|moment| moment.parse().unwrap()), "{text}");
        }
    }
}
