//! Points in time, as the state is told them: it reads no clock.

/// Milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

impl Moment {
    /// Milliseconds from `earlier` to here; none are negative.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A duration as a person reads it beside something that runs: `0:38`, `1:04:09`.
#[must_use]
pub fn clock(ms: u64) -> String {
    let seconds = ms / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// How long something took that has ended: `0.8 s`, and from ten seconds on as a clock.
#[must_use]
pub fn took(ms: u64) -> String {
    if ms < 10_000 { format!("{}.{} s", ms / 1000, ms / 100 % 10) } else { clock(ms) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_took_little_is_told_to_tenths() {
        for (ms, text) in [(0, "0.0 s"), (850, "0.8 s"), (9_999, "9.9 s"), (10_000, "0:10")] {
            assert_eq!(took(ms), text);
        }
    }

    #[test]
    fn a_clock_has_hours_only_when_it_needs_them() {
        for (ms, text) in
            [(0, "0:00"), (999, "0:00"), (38_000, "0:38"), (64_000, "1:04"), (3_849_000, "1:04:09")]
        {
            assert_eq!(clock(ms), text);
        }
        assert_eq!(Moment(5).since(Moment(9)), 0);
    }
}
