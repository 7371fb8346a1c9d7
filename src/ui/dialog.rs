//! Questions: a few answers to choose from, or a line to type.

use super::paint::{Paint, cells, fit};
use super::typed::typed;
use crate::app::domain::theme::Role;
use crate::app::layout::Rect;
use crate::app::mode::{Dialog, Line};
use crate::app::state::State;
use ratatui::Frame;
use ratatui::text::Line as TextLine;
use ratatui::widgets::{Block, Borders, Clear, Paragraph, Wrap};

pub(super) fn ask(frame: &mut Frame<'_>, dialog: &Dialog, state: &State, paint: Paint<'_>) {
    let view = state.dialog_view(dialog);
    let (width, height) = view.window;
    let inside = window(frame, &dialog.title, width, height, state, paint);
    let (body, choices) = inside.cut_bottom(u16::try_from(dialog.choices.len()).unwrap_or(1));
    let first = view.scrolled(dialog.first, 0);
    let seen = view.rows.iter().skip(first).take(view.seen);
    for (y, row) in (body.y..body.bottom()).zip(seen) {
        let words = fit(row, usize::from(body.width), "~");
        let cell = Rect { y, height: 1, ..body };
        frame.render_widget(TextLine::from(paint.span(words, Role::Text)), cells(cell));
    }
    if view.is_long() {
        let (from, to, all) = (first + 1, first + view.seen, view.rows.len());
        let words = format!("rows {from} to {to} of {all}: pageup, pagedown, home, end");
        let words = fit(&words, usize::from(body.width), "~");
        let (_, cell) = body.cut_bottom(1);
        frame.render_widget(TextLine::from(paint.span(words, Role::Hint)), cells(cell));
    }
    for (y, choice) in dialog.choices.iter().enumerate() {
        let cell = Rect { y: choices.y + u16::try_from(y).unwrap_or(0), height: 1, ..choices };
        let line = TextLine::from(vec![
            paint.span(format!(" {} ", choice.key), Role::Key),
            paint.span(choice.label.as_str(), Role::Text),
        ]);
        frame.render_widget(line, cells(cell));
        if y == dialog.selected {
            frame.buffer_mut().set_style(cells(cell), paint.style(Role::Selection));
        }
    }
}

pub(super) fn line(frame: &mut Frame<'_>, line: &Line, state: &State, paint: Paint<'_>) {
    let width = 72.min(state.size.0.saturating_sub(4));
    let inside = window(frame, &line.title, width, 6, state, paint);
    let (input, below) = inside.cut_top(1);
    let (typed, cursor) = typed(&line.input, usize::from(input.width).saturating_sub(2));
    let role = if line.is_offered { Role::Selection } else { Role::Input };
    let drawn = TextLine::from(vec![paint.span("> ", Role::Input), paint.span(typed, role)]);
    frame.render_widget(drawn, cells(input));
    frame.set_cursor_position((input.x + 2 + cursor, input.y));
    if let Some(fault) = &line.fault {
        let words = Paragraph::new(TextLine::from(paint.span(fault.as_str(), Role::Error)));
        frame.render_widget(words.wrap(Wrap { trim: true }), cells(below));
    }
}

/// A window in the middle of the screen; its inside keeps a cell of distance at the sides.
pub(super) fn window(
    frame: &mut Frame<'_>,
    title: &str,
    width: u16,
    height: u16,
    state: &State,
    paint: Paint<'_>,
) -> Rect {
    let rect = state.arrangement().body().centered(width, height);
    frame.render_widget(Clear, cells(rect));
    frame.buffer_mut().set_style(cells(rect), paint.ground());
    let title = fit(title, usize::from(rect.width).saturating_sub(4), "~");
    let block = Block::new()
        .borders(Borders::ALL)
        .border_set(paint.border())
        .border_style(paint.style(Role::DialogBorder))
        .style(paint.style(Role::Dialog))
        .title_top(TextLine::from(paint.span(format!(" {title} "), Role::Heading)));
    frame.render_widget(block, cells(rect));
    let inside = rect.inside();
    Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::testing::{press, type_text};
    use crate::ui::testing::{furnished, overlay};

    #[test]
    fn questions_lie_over_the_panes() {
        let mut state = furnished();
        state.size = (80, 24);
        press(&mut state, &["c"]);
        assert_snapshot!("ask", overlay(&state));
        press(&mut state, &["esc", "n"]);
        type_text(&mut state, "Api");
        assert_snapshot!("line", overlay(&state));
    }

    #[test]
    fn the_last_command_is_offered_as_selected() {
        let mut state = furnished();
        state.size = (80, 24);
        press(&mut state, &["r"]);
        type_text(&mut state, "make all");
        press(&mut state, &["enter", "alt-1", "r"]);
        assert_snapshot!("offered", overlay(&state));
    }
}
