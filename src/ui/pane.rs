//! The frame around a pane, and the line of tabs where one pane has the screen.

use ratatui::Frame;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::{Block, Borders};

use super::paint::{Paint, cells};
use crate::app::domain::theme::Role;
use crate::app::layout::{Rect, Region, Shape};
use crate::app::mode::Mode;
use crate::app::state::State;

/// Draws the frame of a pane with its name, and gives its inside.
pub(super) fn frame(
    frame: &mut Frame<'_>,
    rect: Rect,
    region: Region,
    state: &State,
    paint: Paint<'_>,
) -> Rect {
    titled(frame, rect, region, title(region, rect, state, paint), state, paint)
}

/// Draws the frame of a pane with a title of its own, and gives its inside.
pub(super) fn titled(
    frame: &mut Frame<'_>,
    rect: Rect,
    region: Region,
    title: Line<'_>,
    state: &State,
    paint: Paint<'_>,
) -> Rect {
    let has_keys = state.layout.focus == region && matches!(state.mode, Mode::Panes | Mode::Filter);
    let role = if has_keys { Role::BorderFocused } else { Role::Border };
    let block = Block::new()
        .borders(Borders::ALL)
        .border_set(paint.border())
        .border_style(paint.style(role))
        // A title lies on the border, whose dimness is not its own.
        .title_style(Style::new().remove_modifier(Modifier::DIM))
        .title_top(title);
    frame.render_widget(block, cells(rect));
    rect.inside()
}

/// The name of a pane; at the bottom those of all that share the place, closer to each other where
/// there is little room.
pub(super) fn title<'t>(region: Region, rect: Rect, state: &State, paint: Paint<'_>) -> Line<'t> {
    let split = state.arrangement().shape == Shape::Split;
    if !(split && region.is_bottom()) {
        let role = if state.layout.focus == region { Role::Accent } else { Role::Heading };
        return Line::from(paint.span(format!(" {} ", region.title()), role));
    }
    let end = if rect.width < 80 { "" } else { " " };
    let mut spans = Vec::new();
    for tab in Region::ALL.into_iter().filter(|tab| tab.is_bottom()) {
        let role = match (tab == region, state.layout.focus == region) {
            (true, true) => Role::Accent,
            (true, false) => Role::Heading,
            (false, _) => Role::Muted,
        };
        spans.push(paint.span(format!(" {}{end}", tab.title()), role));
    }
    spans.push(paint.span(if end.is_empty() { " " } else { "" }, Role::Muted));
    Line::from(spans)
}

/// The line of tabs: what there is besides the pane that has the screen.
pub(super) fn tabs(frame: &mut Frame<'_>, rect: Rect, state: &State, paint: Paint<'_>) {
    let mut spans = Vec::new();
    // Where there is little room the names are as far apart as words.
    let all: usize = Region::ALL.iter().map(|region| region.short_title().len() + 4).sum();
    let end = if all > usize::from(rect.width) { "" } else { " " };
    for (number, region) in Region::ALL.into_iter().enumerate() {
        let is_here = region == state.layout.focus;
        let (key, name) =
            if is_here { (Role::Selection, Role::Selection) } else { (Role::Key, Role::Muted) };
        spans.push(paint.span(format!(" {}", number + 1), key));
        spans.push(paint.span(format!(" {}{end}", region.short_title()), name));
    }
    frame.render_widget(Line::from(spans), cells(rect));
}
