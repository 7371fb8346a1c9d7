//! Amounts as people write them: how long ago, how many bytes.
//!
//! Apart because settings and arguments both take them, and must mean the same by them.

use bytesize::ByteSize;

/// Units of a time, and how many seconds each has.
const UNITS: [(&str, i64); 5] =
    [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("w", 7 * 86_400)];

/// Reads a time such as `14d`, `36h` or `2w` as seconds; `0` is no time at all. What is wrong is
/// a clause.
pub fn parse_age(text: &str) -> Result<i64, String> {
    let text = text.trim();
    let wrong = || format!("`{}` is no time such as `36h`, `14d` or `2w`", text.escape_debug());
    let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: i64 = number.parse().map_err(|_| wrong())?;
    let seconds = match (number, unit.trim()) {
        (0, "") => Some(1),
        (_, unit) => UNITS.iter().find(|(name, _)| *name == unit).map(|(_, seconds)| *seconds),
    };
    number.checked_mul(seconds.ok_or_else(wrong)?).ok_or_else(wrong)
}

/// A time to one unit: `40 s`, `3 min`, `5 h`, `12 d`.
#[must_use]
pub fn age(seconds: i64) -> String {
    match seconds.max(0) {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} min", seconds / 60),
        seconds @ 3600..86_400 => format!("{} h", seconds / 3600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

/// Reads a number of bytes such as `20GB`, `1.5 GiB` or `800000`. What is wrong is a clause.
pub fn parse_bytes(text: &str) -> Result<u64, String> {
    let wrong = |_| format!("`{}` is no size such as `500MB` or `20GB`", text.escape_debug());
    text.trim().parse::<ByteSize>().map(|size| size.as_u64()).map_err(wrong)
}

/// Bytes as a person reads them.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    ByteSize(bytes).display().si().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_to_the_second() {
        for (text, seconds) in [
            ("14d", Some(14 * 86_400)),
            (" 36 h ", Some(36 * 3600)),
            ("2w", Some(14 * 86_400)),
            ("90m", Some(5400)),
            ("5s", Some(5)),
            ("0", Some(0)),
            ("0d", Some(0)),
            ("14", None),
            ("d", None),
            ("", None),
            ("-1d", None),
            ("1.5d", None),
            ("1y", None),
            ("9223372036854775807w", None),
        ] {
            assert_eq!(parse_age(text).ok(), seconds, "{text}");
        }
        assert!(parse_age("1\n").is_err_and(|words| !words.contains('\n')));
    }

    #[test]
    fn sizes_are_read_in_both_kinds_of_units() {
        for (text, bytes) in [
            ("20GB", Some(20_000_000_000)),
            ("20 gb", Some(20_000_000_000)),
            ("1.5GiB", Some(1_610_612_736)),
            ("800", Some(800)),
            ("0", Some(0)),
            ("much", None),
            ("-1GB", None),
            ("", None),
        ] {
            assert_eq!(parse_bytes(text).ok(), bytes, "{text}");
        }
    }

    #[test]
    fn times_are_told_to_one_unit() {
        for (seconds, words) in
            [(-5, "0 s"), (59, "59 s"), (60, "1 min"), (7200, "2 h"), (90_000, "1 d")]
        {
            assert_eq!(age(seconds), words);
        }
    }
}
