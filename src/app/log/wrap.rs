//! Lines cut to the width of the pane: to a part of them, or into rows.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::ansi::Span;

/// The part of a line that is seen when its first `left` cells are not, in `width` cells.
#[must_use]
pub fn cut(line: &[Span], left: usize, width: usize) -> Vec<Span> {
    let mut row = Row::default();
    let mut at = 0;
    for (grapheme, span) in graphemes(line) {
        let cells = grapheme.width();
        let end = at + cells;
        if at >= left + width && cells > 0 {
            break;
        }
        if at >= left && end <= left + width {
            row.add(grapheme, span);
        } else if end > left && at < left + width {
            // Half of a wide character is a blank.
            row.add(" ", span);
        }
        at = end;
    }
    row.0
}

/// A line in rows of `width` cells; an empty line is one row.
#[must_use]
pub fn wrap(line: &[Span], width: usize) -> Vec<Vec<Span>> {
    let width = width.max(2);
    let mut rows = vec![Row::default()];
    let mut used = 0;
    for (grapheme, span) in graphemes(line) {
        let cells = grapheme.width();
        if used + cells > width {
            rows.push(Row::default());
            used = 0;
        }
        if let Some(row) = rows.last_mut() {
            row.add(grapheme, span);
        }
        used += cells;
    }
    rows.into_iter().map(|row| row.0).collect()
}

fn graphemes(line: &[Span]) -> impl Iterator<Item = (&str, &Span)> {
    line.iter().flat_map(|span| span.text.graphemes(true).map(move |grapheme| (grapheme, span)))
}

#[derive(Default)]
struct Row(Vec<Span>);

impl Row {
    fn add(&mut self, grapheme: &str, like: &Span) {
        match self.0.last_mut() {
            Some(span) if span.style == like.style => span.text.push_str(grapheme),
            _ => self.0.push(Span { text: grapheme.to_owned(), style: like.style }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::log::ansi::spans;

    fn text(row: &[Span]) -> String {
        row.iter().map(|span| span.text.as_str()).collect()
    }

    #[test]
    fn a_line_is_cut_by_what_a_person_sees() {
        for (line, left, width, seen) in [
            ("abcdef", 0, 3, "abc"),
            ("abcdef", 2, 3, "cde"),
            ("abc", 5, 3, ""),
            ("日本語", 0, 4, "日本"),
            ("日本語", 1, 4, " 本 "),
            ("e\u{301}xy", 0, 2, "e\u{301}x"),
            ("\u{1b}[31mab\u{1b}[0mcd", 1, 2, "bc"),
        ] {
            assert_eq!(text(&cut(&spans(line.as_bytes()), left, width)), seen, "{line}");
        }
    }

    #[test]
    fn a_line_is_wrapped_without_loss() {
        for (line, width, rows) in [
            ("", 5, &[""][..]),
            ("abcdef", 3, &["abc", "def"]),
            ("abcd", 3, &["abc", "d"]),
            ("日本語", 5, &["日本", "語"]),
        ] {
            let wrapped: Vec<_> =
                wrap(&spans(line.as_bytes()), width).iter().map(|row| text(row)).collect();
            assert_eq!(wrapped, rows, "{line}");
        }
    }
}
