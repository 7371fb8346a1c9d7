//! The choice of a new environment's base image.

use ratatui::Frame;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};

use super::dialog;
use super::paint::{Glyph, Paint, cells, fit};
use super::typed::typed;
use crate::app::base::BaseChoice;
use crate::app::domain::environment::DEFAULT_BASE_IMAGE;
use crate::app::domain::theme::Role;
use crate::app::layout::Rect;
use crate::app::state::State;

/// Offers that are seen at a time.
const SEEN: u16 = 8;

pub(super) fn draw(frame: &mut Frame<'_>, choice: &BaseChoice, state: &State, paint: Paint<'_>) {
    let width = 72.min(state.size.0.saturating_sub(4));
    let title = format!("Base image of {}", choice.id);
    let inside = dialog::window(frame, &title, width, SEEN + 6, state, paint);
    let room = usize::from(inside.width);
    let (input, rest) = inside.cut_top(1);
    let (typed, cursor) = typed(&choice.input, room.saturating_sub(2));
    frame.render_widget(Line::from(paint.span(format!("> {typed}"), Role::Input)), cells(input));
    frame.set_cursor_position((input.x + 2 + cursor, input.y));
    let (list, below) = rest.cut_top(SEEN);
    let offers = choice.offers();
    let first = choice.selected.saturating_sub(usize::from(list.height));
    for (y, (at, offer)) in (list.y..list.bottom()).zip(offers.iter().enumerate().skip(first)) {
        let is_selected = at + 1 == choice.selected;
        let mark = if is_selected { paint.glyph(Glyph::Selected) } else { " " };
        let pulled = choice.images.iter().flatten().all(|image| image != offer);
        let note = if pulled && *offer == DEFAULT_BASE_IMAGE { "  pulled when needed" } else { "" };
        let words = fit(offer, room.saturating_sub(2 + note.len()), paint.glyph(Glyph::More));
        let line = Line::from(vec![
            paint.span(format!("{mark} "), Role::Accent),
            paint.span(words, Role::Text),
            paint.span(note, Role::Hint),
        ]);
        let cell = cells(Rect { y, height: 1, ..list });
        frame.render_widget(line, cell);
        if is_selected {
            frame.buffer_mut().set_style(cell, paint.style(Role::Selection));
        }
    }
    let (words, role) = match &choice.fault {
        Some(fault) => (fault.as_str(), Role::Error),
        None => {
            ("Type a reference such as debian:12, or choose an image of the engine.", Role::Hint)
        }
    };
    let words = Paragraph::new(Line::from(paint.span(words, role))).wrap(Wrap { trim: true });
    frame.render_widget(words, cells(below));
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::testing::{press, type_text};
    use crate::ui::testing::{furnished, overlay};

    #[test]
    fn what_is_typed_for_a_base_image_is_checked() {
        let mut state = furnished();
        state.size = (80, 24);
        press(&mut state, &["n"]);
        type_text(&mut state, "fresh");
        press(&mut state, &["enter"]);
        type_text(&mut state, "Debian:12");
        press(&mut state, &["enter"]);
        assert_snapshot!("base", overlay(&state));
    }
}
