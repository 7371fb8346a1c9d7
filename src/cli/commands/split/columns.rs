//! Both parts side by side, for a person: each statement in its column, and below it why it is
//! there.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::cli::output::{Output, Paint};
use crate::ops::split::{Confidence, Decision, Split};

/// The width where there is no terminal, in character cells.
const WIDTH: usize = 120;

/// Narrower columns than this are of no use.
const NARROWEST: usize = 30;

/// Between the columns.
const RULE: &str = " │ ";

pub(super) fn print(output: &mut Output, split: &Split) {
    let width = crossterm::terminal::size().map_or(WIDTH, |(columns, _)| usize::from(columns));
    let column = (width.saturating_sub(RULE.width()) / 2).max(NARROWEST);
    let mut row = |left: &str, right: &str, paint: Option<Paint>| {
        let (left, right) = (cut(left, column), cut(right, column));
        let space = " ".repeat(column.saturating_sub(left.width()));
        let painted = |text: &str| match paint {
            Some(paint) if !text.is_empty() => output.paint(paint, text),
            _ => text.to_owned(),
        };
        let line = format!("{}{space}{RULE}{}", painted(&left), painted(&right));
        output.line(line.trim_end());
    };
    row("cached preflight: baked once", "run preflight: at every task start", Some(Paint::Strong));
    let first = split.first_line().trim_end();
    if !first.is_empty() {
        row(first, first, None);
    }
    for (at, decision) in split.statements.iter().enumerate() {
        let in_columns = |text: &str| {
            let left = if decision.part.is_cached() { text } else { "" };
            let right = if decision.part.is_run() { text } else { "" };
            (left.to_owned(), right.to_owned())
        };
        for line in split.piece(at).trim_end().lines() {
            let (left, right) = in_columns(&shown(line));
            row(&left, &right, None);
        }
        for line in wrapped(&reason(decision), column) {
            let (left, right) = in_columns(&line);
            row(&left, &right, Some(Paint::Faint));
        }
    }
}

fn reason(decision: &Decision) -> String {
    let doubt = match decision.confidence {
        Confidence::Certain => "",
        Confidence::Probable => " (probable)",
        Confidence::Unknown => " (unknown)",
    };
    format!("  ^ {}{doubt}", super::super::environments::printable(&decision.reason.to_string()))
}

/// A line as a terminal may show it.
fn shown(line: &str) -> String {
    super::super::environments::printable(&line.replace('\t', "    "))
}

/// As much of a line as a column holds.
fn cut(line: &str, width: usize) -> String {
    if line.width() <= width {
        return line.to_owned();
    }
    let mut used = 1;
    let fits = |char: &char| {
        used += char.width().unwrap_or(0);
        used <= width
    };
    line.chars().take_while(fits).chain(['…']).collect()
}

/// A sentence on as many lines as it needs, the later ones further in.
fn wrapped(sentence: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in sentence.split(' ') {
        if !line.is_empty() && line.width() + 1 + word.width() > width && !line.trim().is_empty() {
            lines.push(std::mem::replace(&mut line, "   ".to_owned()));
        }
        if !line.is_empty() || word.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_their_column() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(wrapped("  ^ one two three", 10), ["  ^ one", "    two", "    three"]);
        assert_eq!(wrapped("  ^ one", 10), ["  ^ one"]);
    }
}
