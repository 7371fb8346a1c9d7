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

#[cfg(test)]
mod tests {
    use super::*;

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
