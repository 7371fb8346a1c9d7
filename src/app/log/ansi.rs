//! A line of a log as a terminal would leave it: colours kept, progress bars at their last state,
//! nothing that could do harm.

use vte::{Params, Parser, Perform};

use crate::domain::theme::{Ansi, Colour, Style};

/// Columns from one tab stop to the next, as in a terminal.
const TAB: usize = 8;

/// A piece of a line in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its text, without control characters.
    pub text: String,
    /// Its style, as far as the line sets one.
    pub style: Style,
}

/// The pieces of a line.
#[must_use]
pub fn spans(bytes: &[u8]) -> Vec<Span> {
    let mut line = Line::default();
    Parser::new().advance(&mut line, bytes);
    let mut spans: Vec<Span> = Vec::new();
    for (char, style) in line.cells {
        match spans.last_mut() {
            Some(span) if span.style == style => span.text.push(char),
            _ => spans.push(Span { text: char.to_string(), style }),
        }
    }
    spans
}

/// A line without its colours.
#[must_use]
pub fn plain(bytes: &[u8]) -> String {
    let mut line = Line::default();
    Parser::new().advance(&mut line, bytes);
    line.cells.into_iter().map(|(char, _)| char).collect()
}

/// The line as it is written: what was overwritten is gone.
#[derive(Default)]
struct Line {
    cells: Vec<(char, Style)>,
    cursor: usize,
    style: Style,
}

impl Line {
    fn put(&mut self, char: char) {
        let cell = (char, self.style);
        match self.cells.get_mut(self.cursor) {
            Some(there) => *there = cell,
            None => self.cells.push(cell),
        }
        self.cursor += 1;
    }

    fn select(&mut self, params: &Params) {
        let mut codes = params.iter().flat_map(<[u16]>::iter).copied();
        if params.is_empty() {
            self.style = Style::default();
        }
        while let Some(code) = codes.next() {
            let style = &mut self.style;
            match code {
                0 => *style = Style::default(),
                1 => style.bold = true,
                2 => style.dim = true,
                3 => style.italic = true,
                4 => style.underline = true,
                7 => style.reverse = true,
                22 => (style.bold, style.dim) = (false, false),
                23 => style.italic = false,
                24 => style.underline = false,
                27 => style.reverse = false,
                30..=37 | 90..=97 => style.fg = ansi(code % 10, code >= 90),
                40..=47 | 100..=107 => style.bg = ansi(code % 10, code >= 100),
                38 => style.fg = extended(&mut codes).or(style.fg),
                48 => style.bg = extended(&mut codes).or(style.bg),
                39 => style.fg = None,
                49 => style.bg = None,
                _ => {}
            }
        }
    }
}

impl Perform for Line {
    fn print(&mut self, char: char) {
        if !char.is_control() {
            self.put(char);
        }
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\r' => self.cursor = 0,
            b'\x08' => self.cursor = self.cursor.saturating_sub(1),
            b'\t' => {
                for _ in 0..TAB - self.cursor % TAB {
                    self.put(' ');
                }
            }
            _ => {}
        }
    }

    fn csi_dispatch(&mut self, params: &Params, _: &[u8], _: bool, action: char) {
        match action {
            'm' => self.select(params),
            'K' => match params.iter().next().and_then(<[u16]>::first) {
                None | Some(0) => self.cells.truncate(self.cursor),
                Some(2) => self.cells.clear(),
                Some(_) => {}
            },
            _ => {}
        }
        self.cursor = self.cursor.min(self.cells.len());
    }
}

fn ansi(number: u16, bright: bool) -> Option<Colour> {
    let colours = [
        (Ansi::Black, Ansi::BrightBlack),
        (Ansi::Red, Ansi::BrightRed),
        (Ansi::Green, Ansi::BrightGreen),
        (Ansi::Yellow, Ansi::BrightYellow),
        (Ansi::Blue, Ansi::BrightBlue),
        (Ansi::Magenta, Ansi::BrightMagenta),
        (Ansi::Cyan, Ansi::BrightCyan),
        (Ansi::White, Ansi::BrightWhite),
    ];
    let (dark, light) = colours.get(usize::from(number))?;
    Some(Colour::Ansi(if bright { *light } else { *dark }))
}

/// `5;N` or `2;R;G;B`.
fn extended(codes: &mut impl Iterator<Item = u16>) -> Option<Colour> {
    let mut byte = || codes.next().and_then(|code| u8::try_from(code).ok());
    match byte()? {
        5 => Some(Colour::Indexed(byte()?)),
        2 => Some(Colour::Rgb(byte()?, byte()?, byte()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str) -> String {
        spans(text.as_bytes()).into_iter().map(|span| span.text).collect()
    }

    #[test]
    fn a_line_is_what_a_terminal_would_leave() {
        for (line, text) in [
            ("plain", "plain"),
            ("10 %\r50 %\r100 %", "100 %"),
            ("downloading\rdone\u{1b}[K", "done"),
            ("a\tb", "a       b"),
            ("ab\u{8}c", "ac"),
            ("\u{1b}[2J\u{1b}[10;10Hx\u{7}", "x"),
            ("\u{1b}]0;title\u{7}x", "x"),
            ("日本\r語", "語本"),
            ("line\r", "line"),
        ] {
            assert_eq!(plain(line), text, "{line:?}");
        }
        assert_eq!(spans(b"\xff ok").len(), 1);
    }

    #[test]
    fn colours_are_kept_until_they_are_reset() {
        let spans = spans(b"a\x1b[1;31mb\x1b[0mc\x1b[38;5;208md\x1b[48;2;1;2;3me");
        let styles: Vec<_> =
            spans.iter().map(|span| (span.style.fg, span.style.bg, span.style.bold)).collect();
        let (orange, dark) = (Some(Colour::Indexed(208)), Some(Colour::Rgb(1, 2, 3)));
        assert_eq!(
            styles,
            [
                (None, None, false),
                (Some(Colour::Ansi(Ansi::Red)), None, true),
                (None, None, false),
                (orange, None, false),
                (orange, dark, false),
            ]
        );
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for span in spans(&bytes) {
                prop_assert!(!span.text.chars().any(char::is_control));
            }
        }

        #[test]
        fn no_escapes_do_harm(text in "[a\u{1b}\\[0-9;mKJ\r\t日\u{301}]{0,60}") {
            for span in spans(text.as_bytes()) {
                prop_assert!(!span.text.chars().any(char::is_control));
            }
        }
    }
}
