//! What is left of a bake while it goes on, by what was measured before. It is apart from the
//! estimate because that is made once, before the bake, and this at each moment of it.

use std::fmt;

use super::words::clock;

/// How much longer than the last time a statement may take before that is told, in milliseconds.
const LATE_MS: u64 = 1000;

/// How long a layer's bake will take, and how much of that is behind it: time passes, but no more
/// of it counts than the statement that runs has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The whole bake, in milliseconds.
    pub all_ms: u64,
    /// The statements that are done.
    pub done_ms: u64,
    /// The statement that runs; none: it was never measured.
    pub running_ms: Option<u64>,
    /// How many statements were never measured, that which runs and those to come.
    pub unmeasured: usize,
}

/// How much longer a bake takes, by what was measured before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// So many milliseconds, and what so many new statements take.
    About(u64, usize),
    /// What runs should be over.
    Over,
}

impl Expected {
    /// How much is behind it once the statement has run for so many milliseconds.
    fn behind_ms(self, ran_ms: u64) -> u64 {
        (self.done_ms + ran_ms.min(self.running_ms.unwrap_or(0))).min(self.all_ms)
    }

    /// Whether what runs takes longer than it did, so that what is left is anybody's guess.
    fn is_over(self, ran_ms: u64) -> bool {
        self.running_ms.is_some_and(|ms| ran_ms > ms + LATE_MS)
    }

    /// What is left once the statement that runs has run for so many milliseconds; none: nothing.
    #[must_use]
    pub fn rest(self, ran_ms: u64) -> Option<Rest> {
        if self.is_over(ran_ms) {
            return Some(Rest::Over);
        }
        let left = self.all_ms - self.behind_ms(ran_ms);
        (left > 0 || self.unmeasured > 0).then_some(Rest::About(left, self.unmeasured))
    }

    /// How much of it is done, in hundredths: not while there are statements that are new, or what
    /// runs takes longer than it did.
    #[must_use]
    pub fn percent(self, ran_ms: u64) -> Option<u64> {
        let is_known = self.all_ms > 0 && self.unmeasured == 0 && !self.is_over(ran_ms);
        is_known.then(|| (self.behind_ms(ran_ms) * 100 / self.all_ms).min(99))
    }
}

impl fmt::Display for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Less than a second more is not worth a word.
        #[expect(clippy::cast_precision_loss, reason = "no bake takes that many milliseconds")]
        let clock = |ms: u64| clock(ms as f64);
        match self {
            Self::About(ms, 0) => write!(f, "about {} left", clock(*ms)),
            Self::About(..1000, 1) => f.write_str("1 new statement left"),
            Self::About(..1000, new) => write!(f, "{new} new statements left"),
            Self::About(ms, 1) => write!(f, "about {} and 1 new statement", clock(*ms)),
            Self::About(ms, new) => write!(f, "about {} and {new} new statements", clock(*ms)),
            Self::Over => f.write_str("longer than last time"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_the_rest_of_a_bake_was_measured() {
        // How much is behind it, what the running statement takes, how many are new, how long that
        // runs already; then the hundredths and what is told.
        for (done_ms, running_ms, unmeasured, ran_ms, percent, words) in [
            (1000, Some(8000), 0, 4000, Some(25), "about 0:15 left"),
            (1000, Some(8000), 0, 9000, Some(45), "about 0:11 left"),
            (1000, Some(8000), 0, 9001, None, "longer than last time"),
            (19_000, Some(1000), 0, 60_000, None, "longer than last time"),
            (20_000, Some(0), 0, 500, Some(99), ""),
            (20_000, None, 0, 60_000, Some(99), ""),
            // A new statement runs, and has so for long.
            (20_000, None, 1, 60_000, None, "1 new statement left"),
            (19_900, None, 3, 60_000, None, "3 new statements left"),
            (18_000, None, 1, 60_000, None, "about 0:02 and 1 new statement"),
            // One is to come.
            (1000, Some(8000), 2, 4000, None, "about 0:15 and 2 new statements"),
            (1000, Some(8000), 2, 60_000, None, "longer than last time"),
        ] {
            let expected = Expected { all_ms: 20_000, done_ms, running_ms, unmeasured };
            let told = expected.rest(ran_ms).map(|rest| rest.to_string()).unwrap_or_default();
            let found = (expected.percent(ran_ms), told.as_str());
            assert_eq!(found, (percent, words), "{expected:?} {ran_ms}");
        }
    }
}
