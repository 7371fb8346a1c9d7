//! The last line: a notice if one was just told, else the keys that work here and now.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::paint::{Glyph, Paint, cells, fit};
use crate::app::action::{self, Scope};
use crate::app::domain::theme::Role;
use crate::app::layout::Rect;
use crate::app::mode::Mode;
use crate::app::notice::Tone;
use crate::app::state::State;

pub(super) fn draw(frame: &mut Frame<'_>, rect: Rect, state: &State, paint: Paint<'_>) {
    frame.buffer_mut().set_style(cells(rect), paint.style(Role::Footer));
    let width = usize::from(rect.width);
    let line = match state.notices.shown() {
        Some(notice) => {
            let role = match notice.tone {
                Tone::Done => Role::Info,
                Tone::Note => Role::Hint,
                Tone::Failure => Role::Error,
            };
            let text = fit(&notice.text, width.saturating_sub(2), paint.glyph(Glyph::More));
            Line::from(paint.span(format!(" {text}"), role))
        }
        None => keys(state, paint, width),
    };
    frame.render_widget(line, cells(rect));
}

/// The keys that work here and now: what is of this pane first, then what works everywhere.
fn keys<'t>(state: &State, paint: Paint<'_>, width: usize) -> Line<'t> {
    let pairs: Vec<(String, &str)> = match state.mode {
        Mode::Panes => of_pane(state),
        Mode::Filter => fixed(&[("enter", "keep"), ("esc", "all"), ("up/down", "choose")]),
        Mode::Palette(_) | Mode::Help(_) => {
            fixed(&[("enter", "do it"), ("esc", "close"), ("up/down", "choose"), ("type", "find")])
        }
        Mode::Themes(..) => fixed(&[("enter", "keep"), ("esc", "as before"), ("up/down", "try")]),
        Mode::Ask(_) => fixed(&[("enter", "choose"), ("esc", "nothing"), ("left/right", "move")]),
        // What is put in place of a hit may name parts of it.
        Mode::Search(ref search) if search.in_with && search.is_regex => fixed(&[
            ("enter", "replace"),
            ("alt-a", "all"),
            ("tab", "field"),
            ("alt-r", "plain"),
            ("$1 ${name}", "groups"),
            ("$0", "the hit"),
            ("esc", "close"),
        ]),
        Mode::Search(ref search) if search.with.is_some() => fixed(&[
            ("enter", if search.in_with { "replace" } else { "next" }),
            ("alt-a", "all"),
            ("tab", "field"),
            ("alt-r", "regex"),
            ("esc", "close"),
        ]),
        Mode::Search(_) => {
            fixed(&[("enter", "next"), ("up", "previous"), ("alt-r", "regex"), ("esc", "close")])
        }
        Mode::Form(_) => fixed(&[("enter", "save"), ("up/down", "field"), ("esc", "give up")]),
        Mode::Log(_) => fixed(&[("enter", "keep"), ("alt-r", "regex"), ("esc", "give up")]),
        Mode::Split(_) => fixed(&[
            ("enter", "apply"),
            ("m", "move"),
            ("c/r/b", "cached/run/both"),
            ("a", "as decided"),
            ("u", "undo"),
            ("B", "bolder"),
            ("tab", "results"),
            ("esc", "give up"),
        ]),
        Mode::Sheet(_) => fixed(&[("up/down", "scroll"), ("esc", "close")]),
        Mode::Base(_) => fixed(&[("enter", "make it"), ("up/down", "choose"), ("esc", "give up")]),
        Mode::Line(_) => fixed(&[("enter", "accept"), ("esc", "give up")]),
    };
    let mut spans: Vec<Span<'_>> = Vec::new();
    let mut used = 0;
    for (key, short) in pairs {
        let needed = key.width() + short.width() + 3;
        if used + needed > width {
            break;
        }
        used += needed;
        spans.push(paint.span(format!(" {key}"), Role::Key));
        spans.push(paint.span(format!(" {short} "), Role::Footer));
    }
    Line::from(spans)
}

fn fixed(pairs: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    pairs.iter().map(|(key, short)| ((*key).to_owned(), *short)).collect()
}

fn of_pane(state: &State) -> Vec<(String, &'static str)> {
    let scope = state.scope();
    action::ordered(scope)
        .filter(|row| row.scope == scope || row.scope == Scope::Global)
        .filter(|row| !row.short.is_empty() && action::availability(state, row.action).is_ok())
        .filter_map(|row| {
            let chord = state.keymap.shown(scope, row.action)?;
            Some((chord.to_string(), row.short))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::notice::Tone;
    use crate::app::testing::press;
    use crate::ui::testing::{furnished, picture};

    #[test]
    fn the_keys_of_where_one_is_or_what_was_just_told() {
        let mut state = furnished();
        let mut seen = String::new();
        for keys in [&[][..], &["alt-3"], &["alt-5"], &["alt-6"], &["alt-7"], &["alt-1", ":"]] {
            press(&mut state, keys);
            seen += &picture(&state, state.arrangement().footer);
        }
        press(&mut state, &["esc"]);
        for tone in [Tone::Done, Tone::Note, Tone::Failure] {
            state.tell(tone, "a sentence");
            seen += &picture(&state, state.arrangement().footer);
        }
        assert_snapshot!("footer", seen);
    }

    #[test]
    fn groups_of_an_expression_are_told_where_they_can_be_named() {
        let mut state = furnished();
        press(&mut state, &["enter", "ctrl-r", "alt-r"]);
        let footer = |state: &crate::app::state::State| picture(state, state.arrangement().footer);
        assert!(!footer(&state).contains("groups"), "{}", footer(&state));
        press(&mut state, &["tab"]);
        assert!(footer(&state).contains("$1 ${name} groups"), "{}", footer(&state));
        press(&mut state, &["alt-r"]);
        assert!(!footer(&state).contains("groups"), "{}", footer(&state));
    }
}
