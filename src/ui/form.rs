//! The form of an environment's fields: a line each, and below them what the selected one is for.

use ratatui::Frame;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};

use super::dialog;
use super::paint::{Paint, cells, fit};
use super::typed::typed;
use crate::app::domain::theme::Role;
use crate::app::form::Form;
use crate::app::layout::Rect;
use crate::app::state::State;

/// Cells of the labels.
const LABEL: u16 = 12;

pub(super) fn draw(frame: &mut Frame<'_>, form: &Form, state: &State, paint: Paint<'_>) {
    let width = 96.min(state.size.0.saturating_sub(4));
    let height = u16::try_from(form.lines.len() + 6).unwrap_or(u16::MAX);
    let title = format!("Fields of {}", form.id);
    let inside = dialog::window(frame, &title, width, height, state, paint);
    let room = usize::from(inside.width.saturating_sub(LABEL));
    for (y, (at, line)) in (inside.y..inside.bottom()).zip(form.lines.iter().enumerate()) {
        let is_selected = at == form.selected;
        let role = match (&line.fault, is_selected) {
            (Some(_), _) => Role::Error,
            (None, true) => Role::Accent,
            (None, false) => Role::Muted,
        };
        let mark = if line.is_changed() { "*" } else { " " };
        let label = format!("{mark}{:11}", line.field.label());
        frame.render_widget(
            Line::from(paint.span(label, role)),
            cells(Rect { y, height: 1, width: LABEL.min(inside.width), ..inside }),
        );
        let (text, cursor) = if is_selected {
            typed(&line.input, room)
        } else {
            (fit(line.input.value(), room, "~"), 0)
        };
        let cell =
            Rect { x: inside.x + LABEL, y, width: inside.width.saturating_sub(LABEL), height: 1 };
        let role = if is_selected { Role::Input } else { Role::Text };
        frame.render_widget(Line::from(paint.span(text, role)), cells(cell));
        if is_selected {
            frame.set_cursor_position((cell.x + cursor, y));
        }
    }
    let selected = form.lines.get(form.selected);
    let fault = form.fault.as_ref().or_else(|| form.lines.iter().find_map(|it| it.fault.as_ref()));
    let (words, role) = match (form.is_leaving, fault, selected) {
        (true, ..) => ("esc again gives up what you typed; enter saves it", Role::Warning),
        (false, Some(fault), _) => (fault.as_str(), Role::Error),
        (false, None, Some(line)) => (line.field.hint(), Role::Hint),
        (false, None, None) => ("", Role::Hint),
    };
    let (_, below) = inside.cut_bottom(3);
    let mut words = vec![Line::from(paint.span(words, role))];
    let told = state.preview.of_unsaved(&form.id).filter(|_| role == Role::Hint);
    words.extend(told.map(|told| Line::from(paint.span(format!("* {told}"), Role::Warning))));
    let words = Paragraph::new(words).wrap(Wrap { trim: true });
    frame.render_widget(words, cells(below));
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::testing::{press, type_text};
    use crate::ui::testing::{furnished, overlay};

    #[test]
    fn fields_lie_over_the_panes_and_say_what_is_wrong() {
        let mut state = furnished();
        state.size = (80, 24);
        press(&mut state, &["p", "down", "down"]);
        type_text(&mut state, "make 'all");
        assert_snapshot!("form", overlay(&state));
    }
}
