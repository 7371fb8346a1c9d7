//! The first line: where the engine is, what it is, and what is going on.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::paint::{Glyph, Paint, cells, cut, fit};
use crate::app::domain::theme::Role;
use crate::app::layout::Rect;
use crate::app::link::LinkState;
use crate::app::moment::clock;
use crate::app::state::State;

pub(super) fn draw(frame: &mut Frame<'_>, rect: Rect, state: &State, paint: Paint<'_>) {
    frame.buffer_mut().set_style(cells(rect), paint.style(Role::Header));
    let counts = counts(state, paint);
    let width = u16::try_from(counts.width()).unwrap_or(0).min(rect.width);
    let (rest, at_right) = rect.cut_left(rect.width - width);
    frame.render_widget(paint.span(counts, Role::Baking), cells(at_right));
    let separator = format!(" {} ", paint.glyph(Glyph::Separator));
    let mut spans = vec![paint.span(" prebake ", Role::Heading), paint.span(" ", Role::Muted)];
    let mut parts = Vec::new();
    if let Some(facts) = &state.link.facts {
        parts.push(facts.place.clone());
        // What it is matters less than why it does not answer.
        if !matches!(state.link.state, LinkState::Down { .. }) {
            parts.push(facts.product.clone());
            let free = facts.free_bytes.map(|bytes| bytesize::ByteSize(bytes).display().iec());
            parts.extend(free.map(|free| format!("{free} free")));
        }
    }
    let mut used = spans.iter().map(Span::width).sum::<usize>();
    for (number, part) in parts.into_iter().enumerate() {
        used += part.width() + if number > 0 { separator.width() } else { 0 };
        // What has no room is left out whole, the least important one first.
        if used > usize::from(rest.width) {
            break;
        }
        if number > 0 {
            spans.push(paint.span(separator.clone(), Role::Muted));
        }
        spans.push(paint.span(part, Role::Text));
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
            let words = format!("no engine (again in {wait} s): {cause}");
            let used: usize = spans.iter().map(Span::width).sum();
            let room = usize::from(rest.width).saturating_sub(used);
            spans.push(paint.span(fit(&words, room, &cut(state, paint)), Role::Error));
        }
    }
    frame.render_widget(Line::from(spans), cells(rest));
}

/// How much is going on.
fn counts(state: &State, paint: Paint<'_>) -> String {
    let (queued, tasks) = (state.jobs.waiting().count(), state.tasks.running());
    let baking = state.jobs.running().len() - queued;
    let mut counts = Vec::new();
    if baking > 0 {
        counts.push(format!("{baking} baking"));
    }
    if queued > 0 {
        counts.push(format!("{queued} queued"));
    }
    if tasks > 0 {
        counts.push(format!("{tasks} task{}", if tasks == 1 { "" } else { "s" }));
    }
    if counts.is_empty() {
        return String::new();
    }
    format!(" {} ", counts.join(&format!(" {} ", paint.glyph(Glyph::Separator))))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::event::Event;
    use crate::app::link::LinkEvent;
    use crate::app::update::update;
    use crate::ui::testing::{furnished, picture};

    #[test]
    fn what_goes_on_has_its_place_and_the_engine_the_rest() {
        let mut state = furnished();
        let mut seen = String::new();
        for width in [130, 60] {
            state.size = (width, 24);
            seen += &picture(&state, state.arrangement().header);
        }
        let down = LinkEvent::Down { cause: "it went".to_owned(), again_ms: 8000 };
        update(&mut state, Event::Link(down));
        state.size = (130, 24);
        seen += &picture(&state, state.arrangement().header);
        state.size = (60, 24);
        assert_snapshot!("header", seen + &picture(&state, state.arrangement().header));
    }
}
