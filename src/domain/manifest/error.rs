//! Why a text is no manifest, with the place.
//!
//! The YAML reader's own errors are turned into ours here and nowhere else, so that its words
//! (which speak to programmers) never reach a user.

use serde_yaml::Location;

/// Why a text is no environment manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {cause}; {advice}")]
pub struct ManifestError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong there, without a final dot.
    pub cause: String,
    /// What to do next, without a final dot.
    pub advice: String,
}

impl ManifestError {
    pub(super) fn at(place: Location, cause: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            line: as_position(place.line()),
            column: as_position(place.column()),
            cause: cause.into(),
            advice: advice.into(),
        }
    }

    /// An error at a byte offset of `text`.
    pub(super) fn at_byte(
        text: &str,
        offset: usize,
        cause: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            cause: cause.into(),
            advice: advice.into(),
        }
    }

    /// Turns the YAML reader's error about `text` into ours.
    pub(super) fn from_yaml(text: &str, error: &serde_yaml::Error) -> Self {
        let error = error.without_snippet();
        let place = error.location().unwrap_or(Location::UNKNOWN);
        let (line, column) = if place == Location::UNKNOWN {
            end_of(text)
        } else {
            (as_position(place.line()), as_position(place.column()))
        };
        let is_text = matches!(error, serde_yaml::Error::NullIntoString { .. })
            || matches!(error, serde_yaml::Error::Unexpected { expected, .. } if *expected == "string scalar");
        if is_text && is_name(text, line, column) {
            let cause = "the name of a field is a text, and this is none".to_owned();
            let advice = "write a name such as `workdir`, in quotes if it is `null` or `~`";
            return Self { line, column, cause, advice: advice.to_owned() };
        }
        let (cause, advice) = words(error);
        let cause = match top_level_field(text, line) {
            Some(field) if speaks_of_a_value(error) => format!("`{field}`: {cause}"),
            _ => cause,
        };
        Self { line, column, cause, advice: advice.to_owned() }
    }
}

/// A position from the reader, which counts from 1 and says 0 for "unknown".
fn as_position(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX).max(1)
}

fn end_of(text: &str) -> (usize, usize) {
    let last = text.lines().last().unwrap_or_default();
    (text.lines().count().max(1), last.chars().count() + 1)
}

/// The field a line belongs to: the nearest name at the left margin, at or above it. Lines of
/// scripts are indented, so they cannot be taken for one.
fn top_level_field(text: &str, line: usize) -> Option<&str> {
    let above: Vec<&str> = text.lines().take(line).collect();
    above.into_iter().rev().find_map(|line| {
        let (name, _) = line.split_once(':')?;
        let is_name = !name.is_empty()
            && name.len() <= 64
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        is_name.then_some(name)
    })
}

/// Whether the name of a field begins at a place, and not a value: at the left margin, or behind
/// the mark of a name that is no plain text.
fn is_name(text: &str, line: usize, column: usize) -> bool {
    let line = text.lines().nth(line - 1).unwrap_or_default();
    let before: String = line.chars().take(column - 1).collect();
    matches!(before.trim_end(), "" | "?") && (before.is_empty() || before.starts_with('?'))
}

fn speaks_of_a_value(error: &serde_yaml::Error) -> bool {
    use serde_yaml::Error;
    matches!(
        error,
        Error::SerdeInvalidType { .. }
            | Error::SerdeInvalidValue { .. }
            | Error::InvalidScalar { .. }
            | Error::NullIntoString { .. }
            | Error::Unexpected { .. }
    )
}

/// Cause and advice.
fn words(error: &serde_yaml::Error) -> (String, &'static str) {
    use serde_yaml::Error;
    const VALUE: &str = "write a value of the expected kind";
    match error {
        Error::DuplicateMappingKey { key, .. } => (
            match key {
                Some(key) => format!("`{}` is given twice", quotable(key)),
                None => "the same name is given twice".to_owned(),
            },
            "keep one of the two",
        ),
        Error::NullIntoString { .. } => (
            "text is expected, and nothing is written".to_owned(),
            "write the text, or \"\" for an empty one",
        ),
        Error::AliasError { error, .. } => words(error),
        Error::MultipleDocuments { .. } => (
            "a second YAML document begins".to_owned(),
            "keep one environment per file and remove the `---` line",
        ),
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            (format!("{expected} is expected, found {}", quotable(unexpected)), VALUE)
        }
        Error::InvalidScalar { ty, .. } => (
            format!("a {ty} is expected"),
            "write `true` or `false` for a boolean, digits for a number",
        ),
        Error::Unexpected { expected, .. } => match *expected {
            "mapping start" => {
                ("names with values are expected".to_owned(), "write lines such as `name: value`")
            }
            "sequence start" => (
                "a list is expected".to_owned(),
                "write `[first, second]`, or lines that begin with `- `",
            ),
            "string scalar" => (
                "a text is expected".to_owned(),
                "write one text, in quotes if it begins with `[` or `{`",
            ),
            other => (format!("a {other} is expected"), VALUE),
        },
        Error::UnsupportedTag { .. } => {
            ("this YAML tag is not known, and would be lost".to_owned(), "remove the tag")
        }
        Error::UnknownAnchor { .. } => (
            "an alias names an anchor that does not exist".to_owned(),
            "write the value in its place, or define the anchor above it",
        ),
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => (
            "the YAML is nested too deeply or expands to too many values".to_owned(),
            "flatten it, and write out values instead of aliases",
        ),
        Error::RecursiveReferencesRequireWeakTypes { .. } => (
            "an alias stands inside the value it names".to_owned(),
            "write out the value instead of the alias",
        ),
        other => (
            quotable(&first_line(other)),
            "correct the YAML here; scripts are indented blocks after `|`",
        ),
    }
}

/// The reader's words without its place, which stands in front of ours already.
fn first_line(error: &serde_yaml::Error) -> String {
    let words = error.to_string();
    let words = words.lines().next().unwrap_or_default();
    let words = match words.split_once(": ") {
        Some((place, rest)) if place.starts_with("error: line ") => rest,
        _ => words,
    };
    let words = match words.rfind(" at line ") {
        Some(place) => &words[..place],
        None => words,
    };
    words.trim_end_matches('.').to_owned()
}

/// Words from a file, made safe for a terminal and of a bearable length.
pub(super) fn quotable(text: &str) -> String {
    const LONGEST: usize = 120;
    let mut shown: String =
        text.chars().take(LONGEST).map(|c| if steers(c) { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// Whether a character moves the cursor or turns the direction of what follows.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
