//! A line of somebody's file on the screen, and a mark below what is wrong with it.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// A longer line no screen holds.
const WIDEST: usize = 200;

/// A file's text must not steer the terminal, nor show itself in another order than it has.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|char| if steers(char) { char::REPLACEMENT_CHARACTER } else { char }).collect()
}

fn steers(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text of many lines as [`printable`], its line ends and tabs kept.
pub(super) fn printable_lines(text: &str) -> String {
    let keeps = |char| matches!(char, '\n' | '\t') || !steers(char);
    text.chars().map(|char| if keeps(char) { char } else { char::REPLACEMENT_CHARACTER }).collect()
}

/// Two lines: the one that is wrong with its number, and the mark below some of its characters, at
/// least one; none for a line that no screen holds.
pub(super) fn marked(wrong: &str, number: usize, columns: Range<usize>) -> Option<String> {
    if wrong.chars().count() > WIDEST {
        return None;
    }
    let number = number.to_string();
    let margin = " ".repeat(number.len());
    let shown = printable(&wrong.replace('\t', " "));
    let width = |chars: usize| -> usize {
        let behind = chars.saturating_sub(shown.chars().count());
        shown.chars().take(chars).map(|char| char.width().unwrap_or(0)).sum::<usize>() + behind
    };
    let before = " ".repeat(width(columns.start));
    let mark = width(columns.end.max(columns.start)) - before.width();
    let mark = "^".repeat(mark.max(1));
    let shown = shown.trim_end();
    Some(format!("{number} | {shown}\n{margin} | {before}{mark}"))
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn the_mark_stands_below_the_place() {
        let cases = [
            ("name: [", 3, 6..7, Some("3 | name: [\n  |       ^")),
            ("\u{1b}x\ty", 10, 3..3, Some("10 | \u{fffd}x y\n   |    ^")),
            ("漢 $x", 1, 2..4, Some("1 | 漢 $x\n  |    ^^")),
            ("ab", 1, 4..4, Some("1 | ab\n  |     ^")),
            (&"x".repeat(201), 1, 0..1, None),
        ];
        for (text, line, columns, expected) in cases {
            assert_eq!(marked(text, line, columns).as_deref(), expected);
        }
    }
}
