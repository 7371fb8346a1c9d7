//! A text to read over the panes.

use ratatui::Frame;
use ratatui::text::Line;

use super::dialog;
use super::paint::{Paint, cells, fit};
use crate::app::domain::theme::Role;
use crate::app::layout::Rect;
use crate::app::sheet::{Look, Sheet};
use crate::app::state::State;

pub(super) fn draw(frame: &mut Frame<'_>, sheet: &Sheet, state: &State, paint: Paint<'_>) {
    let (width, height) = state.sheet_window();
    let room = usize::from(width.saturating_sub(4));
    let rows = sheet.rows(room);
    let height = height.min(u16::try_from(rows.len() + 2).unwrap_or(u16::MAX));
    let inside = dialog::window(frame, &sheet.title, width, height, state, paint);
    let width = usize::from(inside.width);
    for (y, row) in (inside.y..inside.bottom()).zip(rows.iter().skip(sheet.first)) {
        let words = fit(&row.text, width, "~");
        let cell = Rect { y, height: 1, ..inside };
        frame.render_widget(Line::from(paint.span(words, role(row.look))), cells(cell));
    }
    let below = rows.len().saturating_sub(sheet.first + usize::from(inside.height));
    if below > 0 {
        let words = format!(" {below} more below ");
        let width = u16::try_from(words.len()).unwrap_or(0).min(inside.width);
        let cell = Rect { x: inside.right() - width, y: inside.bottom(), width, height: 1 };
        frame.render_widget(Line::from(paint.span(words, Role::Hint)), cells(cell));
    }
}

fn role(look: Look) -> Role {
    match look {
        Look::Text | Look::Code => Role::Text,
        Look::Heading => Role::Heading,
        Look::Muted => Role::Muted,
        Look::Warm => Role::Warm,
        Look::Cold => Role::Cold,
        Look::Stale => Role::Stale,
        Look::Failed => Role::Failed,
        Look::Removed => Role::DiffRemoved,
        Look::Added => Role::DiffAdded,
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::testing::press;
    use crate::ui::testing::{furnished, overlay};

    #[test]
    fn a_text_lies_over_the_panes() {
        let mut state = furnished();
        state.size = (80, 24);
        press(&mut state, &["f4"]);
        assert_snapshot!("what_was_told", overlay(&state));
    }
}
