//! The selected environment: its toggles with what each does, and its layers.

use ratatui::Frame;
use ratatui::text::Line;

use super::environments::glance;
use super::paint::{Glyph, Paint, cells, fit};
use super::pane;
use crate::app::action::{Action, EnvironmentAction};
use crate::app::domain::theme::Role;
use crate::app::environments::{Entry, EnvironmentStatus, LayerStatus};
use crate::app::jobs::Job;
use crate::app::layout::{Rect, Region};
use crate::app::moment::{Moment, clock};
use crate::app::state::State;

pub(super) fn draw(frame: &mut Frame<'_>, rect: Rect, state: &State, paint: Paint<'_>) {
    let Some(entry) = state.environments.selected() else {
        pane::frame(frame, rect, Region::Details, state, paint);
        return;
    };
    let name = fit(entry.id.as_str(), usize::from(rect.width).saturating_sub(4), "~");
    let role = if state.layout.focus == Region::Details { Role::Accent } else { Role::Heading };
    let title = Line::from(paint.span(format!(" {name} "), role));
    let inside = pane::titled(frame, rect, Region::Details, title, state, paint);
    let width = usize::from(inside.width);
    let mut lines = toggles(entry, state, paint, width);
    lines.extend(layers(entry, state, paint, width));
    for (y, line) in lines.into_iter().take(usize::from(inside.height)).enumerate() {
        let y = inside.y + u16::try_from(y).unwrap_or(0);
        frame.render_widget(line, cells(Rect { y, height: 1, ..inside }));
    }
}

/// The three toggles, independent of each other, each with its effect in a line.
fn toggles<'t>(entry: &Entry, state: &State, paint: Paint<'_>, width: usize) -> Vec<Line<'t>> {
    let it = &entry.environment;
    let rows = [
        (
            EnvironmentAction::ToggleDesktop,
            it.headless_desktop_enabled,
            "headless desktop",
            if it.headless_desktop_enabled { "each task has a desktop" } else { "no desktop" },
        ),
        (
            EnvironmentAction::ToggleDesktopCache,
            it.cache_desktop_build,
            "cache desktop build",
            match (it.headless_desktop_enabled, it.cache_desktop_build) {
                (false, _) => "no effect without the desktop",
                (true, true) => "the desktop is baked once",
                (true, false) => "the desktop is installed at every start",
            },
        ),
        (
            EnvironmentAction::ToggleCaching,
            it.cache_container_build,
            "container caching",
            match (it.cache_container_build, it.cached_preflight_script.is_empty()) {
                (true, true) => "nothing to bake: no cached preflight",
                (true, false) => "the cached preflight is baked once",
                (false, _) => "the cached preflight runs at every start",
            },
        ),
    ];
    let mut lines = Vec::new();
    for (action, is_on, name, effect) in rows {
        let key = state.keymap.chords(Action::Environment(action)).first();
        let key = key.map(ToString::to_string).unwrap_or_default();
        let mark = if is_on { "[x]" } else { "[ ]" };
        lines.push(Line::from(vec![
            paint.span(format!("{key:>2} "), Role::Key),
            paint.span(format!("{mark} {name}"), Role::Text),
        ]));
        let effect = fit(effect, width.saturating_sub(7), paint.glyph(Glyph::More));
        lines.push(Line::from(paint.span(format!("       {effect}"), Role::Hint)));
    }
    lines
}

fn layers<'t>(entry: &Entry, state: &State, paint: Paint<'_>, width: usize) -> Vec<Line<'t>> {
    let cut = |text: &str| fit(text, width, paint.glyph(Glyph::More));
    let (glyph, role, word) = glance(entry, state);
    let mut lines = vec![
        Line::default(),
        Line::from(paint.span(cut(&format!("{} {word}", paint.glyph(glyph))), role)),
    ];
    if let Some(job) = state.jobs.of(&entry.id) {
        let words = bake(job, state.now);
        lines.extend(words.iter().map(|text| Line::from(paint.span(cut(text), Role::Baking))));
    } else if let Some(failure) = state.jobs.failure(&entry.id) {
        lines.push(Line::from(paint.span(cut(&failure.sentence), Role::Failed)));
    }
    let base = format!("base {}", entry.environment.base_image);
    match state.environments.status(entry) {
        None => {
            lines.push(Line::from(paint.span(cut(&base), Role::Muted)));
            lines.push(Line::from(paint.span("layers not known yet", Role::Hint)));
        }
        Some(Err(_)) => lines.push(Line::from(paint.span(cut(&base), Role::Muted))),
        Some(Ok(EnvironmentStatus { base: id, layers, at_start, .. })) => {
            let (glyph, role) = match id {
                Some(_) => (Glyph::Warm, Role::Text),
                None => (Glyph::Cold, Role::Cold),
            };
            lines
                .push(Line::from(paint.span(cut(&format!("{} {base}", paint.glyph(glyph))), role)));
            for layer in layers {
                let (glyph, role, words) = layer_look(layer);
                let text = format!("{} {} layer {words}", paint.glyph(glyph), layer.kind);
                lines.push(Line::from(paint.span(cut(&text), role)));
            }
            if !at_start.is_empty() {
                let text = format!("at start: {}", at_start.join(", "));
                lines.push(Line::from(paint.span(cut(&text), Role::Muted)));
            }
        }
    }
    lines
}

/// What goes on in a bake, for how long, and how long it will take.
fn bake(job: &Job, now: Moment) -> Vec<String> {
    let mut words = Vec::new();
    if let Some((layer, at, of)) = job.stand.layer {
        words.push(format!("{layer} layer, {at} of {of}"));
    }
    if !job.stand.script.is_empty() {
        let line = job.stand.line.map(|line| format!(", line {line}")).unwrap_or_default();
        words.push(format!("{}{line}", job.stand.script));
    }
    let left = job.left_ms(now).map(|left| format!(", about {} left", clock(left)));
    words.push(format!("{}{}", clock(now.since(job.begun)), left.unwrap_or_default()));
    words
}

fn layer_look(layer: &LayerStatus) -> (Glyph, Role, String) {
    let why = layer.why.clone().unwrap_or_default();
    if layer.cached {
        (Glyph::Warm, Role::Warm, "warm".to_owned())
    } else if layer.failed.is_some() {
        (Glyph::Failed, Role::Failed, "failed".to_owned())
    } else if layer.stale {
        (Glyph::Stale, Role::Stale, format!("stale: {why}"))
    } else {
        (Glyph::Cold, Role::Cold, format!("cold: {why}"))
    }
}
