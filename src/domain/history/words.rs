//! Durations and shares of the history as a person reads them.

/// A duration to two numbers at most: `0.31 s`, `41.2 s`, `1 m 40 s`, `1 h 12 m`, `3 d 4 h`.
#[must_use]
pub fn duration(ms: f64) -> String {
    let seconds = ms.max(0.0) / 1000.0;
    if seconds < 9.995 {
        return format!("{seconds:.2} s");
    }
    if seconds < 59.95 {
        return format!("{seconds:.1} s");
    }
    let whole = whole(seconds);
    let (days, hours, minutes) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, minutes) => format!("{minutes} m {} s", whole % 60),
        (0, hours, minutes) => format!("{hours} h {minutes} m"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

/// How long the scripts of a bake took. None: the engine does not tell, or they were over before it
/// had noted their start, so that nothing was measured.
#[must_use]
pub fn scripts(ms: u64) -> Option<String> {
    let ms = u32::try_from(ms).ok().filter(|ms| *ms >= SHORTEST)?;
    Some(duration(ms.into()))
}

/// The shortest time of scripts that is told, in milliseconds: a hundredth of a second, rounded.
const SHORTEST: u32 = 5;

/// A duration that is only expected: `0:04`, `1:40`, `1:04:09`.
#[must_use]
pub fn clock(ms: f64) -> String {
    let seconds = whole(ms.max(0.0) / 1000.0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// So many of so many, in hundredths: `96 %`. All of them alone are `100 %`, and none `0 %`.
#[must_use]
pub fn share(part: u64, all: u64) -> String {
    if all == 0 {
        return "-".to_owned();
    }
    let rounded = (part * 100 + all / 2) / all;
    let rounded = match rounded {
        100 if part < all => 99,
        0 if part > 0 => 1,
        rounded => rounded,
    };
    format!("{rounded} %")
}

/// Seconds or milliseconds without their fraction, rounded.
pub(super) fn whole(time: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "no time is negative, and no bake takes longer than a u64 of milliseconds"
    )]
    let whole = time.round() as u64;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_measured_of_scripts_is_not_told() {
        for (ms, text) in [
            (0, None),
            (1, None),
            (5, Some("0.01 s")),
            (40, Some("0.04 s")),
            (41_230, Some("41.2 s")),
        ] {
            assert_eq!(scripts(ms).as_deref(), text, "{ms} ms");
        }
    }

    #[test]
    fn durations_have_two_numbers_at_most() {
        for (ms, text) in [
            (-3.0, "0.00 s"),
            (312.4, "0.31 s"),
            (9_994.0, "9.99 s"),
            (9_996.0, "10.0 s"),
            (41_230.0, "41.2 s"),
            (59_960.0, "1 m 0 s"),
            (100_000.0, "1 m 40 s"),
            (4_320_000.0, "1 h 12 m"),
            (273_600_000.0, "3 d 4 h"),
        ] {
            assert_eq!(duration(ms), text);
        }
        for (ms, text) in [(3_700.0, "0:04"), (100_000.0, "1:40"), (3_849_000.0, "1:04:09")] {
            assert_eq!(clock(ms), text);
        }
    }

    #[test]
    fn a_share_says_all_only_of_all() {
        for (part, all, text) in [
            (0, 0, "-"),
            (0, 9, "0 %"),
            (1, 900, "1 %"),
            (80, 83, "96 %"),
            (899, 900, "99 %"),
            (9, 9, "100 %"),
        ] {
            assert_eq!(share(part, all), text);
        }
    }
}
