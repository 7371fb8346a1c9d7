//! Styles and glyphs: the theme's in the terminal library's words, and signs in ASCII where the
//! terminal shows nothing else.

use ratatui::layout::Rect as Cells;
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;
use ratatui::text::Span;

use crate::app::action::{Action, ViewAction};
use crate::app::domain::theme::{self, Ansi, Colour, ColourLevel, Role, Theme};
use crate::app::layout::Rect;
use crate::app::mode::Mode;
use crate::app::sheet::SheetPurpose;
use crate::app::state::State;

/// What drawing needs to know besides what it draws.
#[derive(Clone, Copy)]
pub(super) struct Paint<'a> {
    theme: &'a Theme,
    ascii: bool,
    colours: ColourLevel,
}

/// A sign with a meaning; a word always stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    Warm,
    Baking,
    Cold,
    Stale,
    Failed,
    Unknown,
    Selected,
    More,
    Separator,
}

const ASCII_BORDER: border::Set<'_> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

impl<'a> Paint<'a> {
    pub(super) fn of(state: &'a State) -> Self {
        let (ascii, colours) = (state.surroundings.ascii, state.surroundings.colours);
        Self { theme: &state.theme, ascii, colours }
    }

    /// The style of a role. What it leaves open stays as it is below; so does what is below a text
    /// with the screen's own background, be that a dialog, a selected row or the header.
    pub(super) fn style(self, role: Role) -> Style {
        let style = self.theme.style(role);
        let ground = self.theme.style(Role::Text).bg;
        convert(theme::Style { bg: style.bg.filter(|bg| Some(*bg) != ground), ..style })
    }

    /// The style of a sign of this role: the underline of a text is not meant for it.
    pub(super) fn sign(self, role: Role) -> Style {
        convert(theme::Style { underline: false, ..self.theme.style(role) })
    }

    /// The style of what lies below everything: text on the screen's background.
    pub(super) fn ground(self) -> Style {
        convert(self.theme.style(Role::Text))
    }

    /// A text in the style of a role.
    pub(super) fn span<'t>(
        self,
        text: impl Into<std::borrow::Cow<'t, str>>,
        role: Role,
    ) -> Span<'t> {
        Span::styled(text, self.style(role))
    }

    /// What a program wrote, in those of its colours that the terminal can show.
    pub(super) fn program(self, mut style: theme::Style) -> Style {
        let level = self.colours;
        let shown = |colour: Colour| match (level, colour) {
            (ColourLevel::None, _) => None,
            (ColourLevel::Sixteen, Colour::Rgb(..) | Colour::Indexed(16..)) => None,
            (ColourLevel::TwoHundred, colour) => Some(colour.nearest_of_256()),
            (_, colour) => Some(colour),
        };
        (style.fg, style.bg) = (style.fg.and_then(shown), style.bg.and_then(shown));
        convert(style)
    }

    /// Whether only ASCII can be shown.
    pub(super) fn is_ascii(self) -> bool {
        self.ascii
    }

    pub(super) fn border(self) -> border::Set<'static> {
        if self.ascii { ASCII_BORDER } else { border::PLAIN }
    }

    pub(super) fn glyph(self, glyph: Glyph) -> &'static str {
        let (sign, ascii) = match glyph {
            Glyph::Warm => ("●", "*"),
            Glyph::Baking => ("◐", "%"),
            Glyph::Cold => ("○", "o"),
            Glyph::Stale => ("◌", "~"),
            Glyph::Failed => ("✗", "x"),
            Glyph::Unknown => ("·", "."),
            Glyph::Selected => ("▸", ">"),
            Glyph::More => ("…", "~"),
            Glyph::Separator => ("·", "-"),
        };
        if self.ascii { ascii } else { sign }
    }
}

/// A text in rows of so many cells; words are not broken as long as they fit.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let rows = textwrap::wrap(text, width.max(8));
    rows.into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// A text in at most so many rows, of which the last is cut if there would be more.
pub(super) fn wrapped_in(text: &str, width: usize, most: usize, more: &str) -> Vec<String> {
    let mut rows = wrapped(text, width);
    if rows.len() > most {
        rows.truncate(most.saturating_sub(1));
        // A word that is broken over rows has no blank where it is, so the rest is that of the text.
        let rest = rows.iter().fold(text, |rest, row| {
            rest.find(row.as_str()).map_or(rest, |at| &rest[at + row.len()..])
        });
        rows.push(fit(rest.trim_start(), width, more));
    }
    rows
}

/// A rectangle in the terminal library's words.
pub(super) fn cells(rect: Rect) -> Cells {
    Cells { x: rect.x, y: rect.y, width: rect.width, height: rect.height }
}

fn convert(style: theme::Style) -> Style {
    let modifiers = [
        (style.bold, Modifier::BOLD),
        (style.dim, Modifier::DIM),
        (style.italic, Modifier::ITALIC),
        (style.underline, Modifier::UNDERLINED),
        (style.reverse, Modifier::REVERSED),
    ];
    let modifiers = modifiers.into_iter().filter(|(on, _)| *on).map(|(_, modifier)| modifier);
    Style {
        fg: style.fg.map(colour),
        bg: style.bg.map(colour),
        add_modifier: modifiers.collect(),
        ..Style::default()
    }
}

fn colour(colour: Colour) -> Color {
    match colour {
        Colour::Default => Color::Reset,
        Colour::Indexed(index) => Color::Indexed(index),
        Colour::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
        Colour::Ansi(ansi) => match ansi {
            Ansi::Black => Color::Black,
            Ansi::Red => Color::Red,
            Ansi::Green => Color::Green,
            Ansi::Yellow => Color::Yellow,
            Ansi::Blue => Color::Blue,
            Ansi::Magenta => Color::Magenta,
            Ansi::Cyan => Color::Cyan,
            Ansi::White => Color::Gray,
            Ansi::BrightBlack => Color::DarkGray,
            Ansi::BrightRed => Color::LightRed,
            Ansi::BrightGreen => Color::LightGreen,
            Ansi::BrightYellow => Color::LightYellow,
            Ansi::BrightBlue => Color::LightBlue,
            Ansi::BrightMagenta => Color::LightMagenta,
            Ansi::BrightCyan => Color::LightCyan,
            Ansi::BrightWhite => Color::White,
        },
    }
}

/// A text cut to so many cells, with a sign where something is missing.
pub(super) fn fit(text: &str, width: usize, more: &str) -> String {
    use unicode_segmentation::UnicodeSegmentation as _;
    use unicode_width::UnicodeWidthStr as _;

    if text.width() <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(more.width());
    let (mut fitted, mut used) = (String::new(), 0);
    for grapheme in text.graphemes(true) {
        used += grapheme.width();
        if used > room {
            break;
        }
        fitted.push_str(grapheme);
    }
    if width >= more.width() {
        fitted.push_str(more);
    }
    fitted
}

/// What stands where a sentence of the first or the last line is cut: also the key that shows all
/// of it, where that key works.
pub(super) fn cut(state: &State, paint: Paint<'_>) -> String {
    let more = paint.glyph(Glyph::More);
    let works = match &state.mode {
        Mode::Panes => true,
        Mode::Sheet(sheet) => sheet.purpose == SheetPurpose::Reading,
        _ => false,
    };
    let chord = state.keymap.shown(state.scope(), Action::View(ViewAction::Notices));
    match chord.filter(|_| works) {
        Some(chord) => format!("{more} {chord}"),
        None => more.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{fit, wrapped_in};

    #[test]
    fn a_name_that_is_broken_over_rows_has_no_blank_inside() {
        for (text, width, most, rows) in [
            ("base prebake-test-base:tiny", 20, 1, &["base prebake-test-b…"][..]),
            ("base prebake-test-base:tiny", 20, 2, &["base prebake-test-", "base:tiny"]),
            ("base a/very/long/name:tag", 10, 2, &["base", "a/very/lo…"]),
            ("one two three four five", 9, 2, &["one two", "three fo…"]),
            ("one one one one one", 8, 2, &["one one", "one one…"]),
        ] {
            assert_eq!(wrapped_in(text, width, most, "…"), rows, "{text} in {width}");
        }
    }

    #[test]
    fn a_text_is_cut_between_what_a_person_sees_as_characters() {
        for (text, width, fitted) in [
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("e\u{301}abc", 3, "e\u{301}a…"),
            ("abc", 0, ""),
        ] {
            assert_eq!(fit(text, width, "…"), fitted, "{text} in {width}");
        }
    }
}
