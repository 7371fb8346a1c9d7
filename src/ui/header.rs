//! The first line: where the engine is, what it is, and what is going on.

use ratatui::Frame;
use ratatui::layout::Alignment;
use ratatui::text::Line;

use super::paint::{Glyph, Paint, cells};
use crate::app::domain::theme::Role;
use crate::app::layout::Rect;
use crate::app::link::LinkState;
use crate::app::moment::clock;
use crate::app::state::State;

pub(super) fn draw(frame: &mut Frame<'_>, rect: Rect, state: &State, paint: Paint<'_>) {
    frame.buffer_mut().set_style(cells(rect), paint.style(Role::Header));
    let separator = format!(" {} ", paint.glyph(Glyph::Separator));
    let mut spans = vec![paint.span(" prebake ", Role::Heading), paint.span(" ", Role::Muted)];
    if let Some(facts) = &state.link.facts {
        spans.push(paint.span(facts.place.clone(), Role::Text));
        spans.push(paint.span(separator.clone(), Role::Muted));
        spans.push(paint.span(facts.product.clone(), Role::Text));
        if let Some(free) = facts.free_bytes {
            spans.push(paint.span(separator.clone(), Role::Muted));
            spans.push(
                paint
                    .span(format!("{} free", bytesize::ByteSize(free).display().iec()), Role::Text),
            );
        }
    }
    match &state.link.state {
        LinkState::Up => {}
        LinkState::Connecting => spans.push(paint.span("asking the engine", Role::Muted)),
        LinkState::Down { cause, since, again } => {
            if state.link.facts.is_some() {
                spans.push(paint.span(format!("{separator}stale for "), Role::Stale));
                spans.push(paint.span(clock(state.now.since(*since)), Role::Stale));
                spans.push(paint.span(separator, Role::Muted));
            }
            let wait = again.since(state.now).div_ceil(1000);
            spans.push(paint.span(format!("no engine (again in {wait} s): {cause}"), Role::Error));
        }
    }
    frame.render_widget(Line::from(spans).alignment(Alignment::Left), cells(rect));
    let (baking, tasks) = (state.jobs.running().len(), state.tasks.running());
    let mut counts = Vec::new();
    if baking > 0 {
        counts.push(format!("{baking} baking"));
    }
    if tasks > 0 {
        counts.push(format!("{tasks} task{}", if tasks == 1 { "" } else { "s" }));
    }
    if !counts.is_empty() {
        let words = format!(" {} ", counts.join(&format!(" {} ", paint.glyph(Glyph::Separator))));
        let width = u16::try_from(words.chars().count()).unwrap_or(0).min(rect.width);
        let cell = Rect { x: rect.right() - width, width, ..rect };
        frame.render_widget(paint.span(words, Role::Baking), cells(cell));
    }
}
