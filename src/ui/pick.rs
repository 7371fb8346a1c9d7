//! Lists that lie over the panes and are narrowed by typing: palette, help, themes.

use ratatui::Frame;
use ratatui::text::Line;
use ratatui::widgets::{Block, Borders, Clear};
use unicode_width::UnicodeWidthStr as _;

use super::paint::{Glyph, Paint, cells, fit};
use super::typed::typed;
use crate::app::action;
use crate::app::domain::theme::Role;
use crate::app::layout::Rect;
use crate::app::pick::Pick;
use crate::app::state::State;

pub(super) fn palette(frame: &mut Frame<'_>, pick: &Pick, state: &State, paint: Paint<'_>) {
    actions(frame, "Actions", pick, state, paint);
}

pub(super) fn help(frame: &mut Frame<'_>, pick: &Pick, state: &State, paint: Paint<'_>) {
    actions(frame, "Keys", pick, state, paint);
}

pub(super) fn themes(frame: &mut Frame<'_>, pick: &Pick, state: &State, paint: Paint<'_>) {
    let rows: Vec<_> = state.themes.iter().map(|theme| theme.name().to_owned()).collect();
    // In a corner, so that the rest of the screen shows the theme.
    let body = state.arrangement().body();
    let height = u16::try_from(rows.len()).unwrap_or(8) + 3;
    let (width, height) = (26.min(body.width), height.min(body.height));
    let rect = Rect { x: body.right() - width, y: body.y, width, height };
    list(frame, rect, "Theme", pick, paint, |index, width| {
        let name = rows.get(index).map_or("", String::as_str);
        Line::from(paint.span(fit(name, width, "~"), Role::Text))
    });
}

fn actions(frame: &mut Frame<'_>, title: &str, pick: &Pick, state: &State, paint: Paint<'_>) {
    let body = state.arrangement().body();
    let rect = body.centered(76, body.height.saturating_sub(2).min(30));
    list(frame, rect, title, pick, paint, |index, width| {
        let Some(row) = action::ordered(state.scope()).nth(index) else { return Line::default() };
        let chords: Vec<_> =
            state.keymap.chords(row.action).iter().map(ToString::to_string).collect();
        let keys = chords.join(" ");
        let why = action::availability(state, row.action).err();
        let (role, words) = match &why {
            None => (Role::Text, row.title.to_owned()),
            Some(why) => (Role::Disabled, format!("{} ({why})", row.title)),
        };
        let scope = format!("{:<13}", row.scope.title());
        let room = width.saturating_sub(scope.width() + keys.width() + 2);
        let words = fit(&words, room, paint.glyph(Glyph::More));
        let gap = " ".repeat(room.saturating_sub(words.width()) + 2);
        Line::from(vec![
            paint.span(scope, Role::Muted),
            paint.span(words, role),
            paint.span(gap, Role::Text),
            paint.span(keys, Role::Key),
        ])
    });
}

/// The input line with the rows that fit it below; the selected one is always seen.
fn list<'t>(
    frame: &mut Frame<'_>,
    rect: Rect,
    title: &str,
    pick: &Pick,
    paint: Paint<'_>,
    row: impl Fn(usize, usize) -> Line<'t>,
) {
    frame.render_widget(Clear, cells(rect));
    frame.buffer_mut().set_style(cells(rect), paint.ground());
    let block = Block::new()
        .borders(Borders::ALL)
        .border_set(paint.border())
        .border_style(paint.style(Role::DialogBorder))
        .style(paint.style(Role::Dialog))
        .title_top(Line::from(paint.span(format!(" {title} "), Role::Heading)));
    frame.render_widget(block, cells(rect));
    let (input, rows) = rect.inside().cut_top(1);
    let width = usize::from(input.width);
    let (typed, cursor) = typed(&pick.input, width.saturating_sub(2));
    frame.render_widget(Line::from(paint.span(format!("> {typed}"), Role::Input)), cells(input));
    frame.set_cursor_position((input.x + 2 + cursor, input.y));
    let height = usize::from(rows.height);
    let first = (pick.selected + 1).saturating_sub(height);
    for (y, (place, index)) in pick.hits.iter().enumerate().skip(first).take(height).enumerate() {
        let cell = Rect { y: rows.y + u16::try_from(y).unwrap_or(0), height: 1, ..rows };
        frame.render_widget(row(*index, width), cells(cell));
        if place == pick.selected {
            frame.buffer_mut().set_style(cells(cell), paint.style(Role::Selection));
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::testing::{choose_theme, press, type_text};
    use crate::ui::testing::{furnished, overlay};

    #[test]
    fn lists_lie_over_the_panes_and_say_what_does_not_work() {
        let mut state = furnished();
        state.size = (80, 24);
        press(&mut state, &[":"]);
        type_text(&mut state, "bake");
        assert_snapshot!("palette", overlay(&state));
        press(&mut state, &["esc", "?"]);
        assert!(overlay(&state).starts_with("┌ Keys "), "{}", overlay(&state));
        let roles = state.theme.clone();
        press(&mut state, &["esc"]);
        choose_theme(&mut state);
        // The list shows a theme at once; the picture is of the roles.
        state.theme = roles;
        assert_snapshot!("themes", overlay(&state));
    }
}
