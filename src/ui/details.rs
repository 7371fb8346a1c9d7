//! The selected environment: its toggles with what each does, and its layers.

use ratatui::Frame;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr as _;

use super::environments::glance;
use super::paint::{Glyph, Paint, cells, fit, wrapped, wrapped_in};
use super::pane;
use crate::app::action::{Action, CommandAction, EnvironmentAction};
use crate::app::domain::migrate::Legacy;
use crate::app::domain::theme::Role;
use crate::app::environments::{BrokenFile, Entry, EnvironmentStatus, LayerStatus};
use crate::app::jobs::Job;
use crate::app::layout::{Rect, Region};
use crate::app::link::LinkState;
use crate::app::moment::{Moment, clock};
use crate::app::state::State;

pub(super) fn draw(frame: &mut Frame<'_>, rect: Rect, state: &State, paint: Paint<'_>) {
    let environments = &state.environments;
    let broken = environments.selected_broken();
    let entry = environments.selected();
    let name = entry.map(|entry| entry.id.as_str()).or(broken.map(|it| it.name.as_str()));
    let Some(name) = name else {
        pane::frame(frame, rect, Region::Details, state, paint);
        return;
    };
    let name = fit(name, usize::from(rect.width).saturating_sub(4), "~");
    let role = if state.layout.focus == Region::Details { Role::Accent } else { Role::Heading };
    let title = Line::from(paint.span(format!(" {name} "), role));
    let inside = pane::titled(frame, rect, Region::Details, title, state, paint);
    let (width, height) = (usize::from(inside.width), usize::from(inside.height));
    let lines = match (entry, broken) {
        (Some(Entry { id, lost: Some(lost), .. }), _) => {
            let row = |row| Line::from(paint.span(row, Role::Error));
            wrapped(&lost.told(id), width).into_iter().map(row).collect()
        }
        (Some(entry), _) => {
            let all = |has_effects, most| {
                let mut lines = toggles(entry, state, paint, width, has_effects);
                lines.push(Line::default());
                lines.extend(layers(entry, state, paint, width, most));
                lines
            };
            // Where there is no room for all that is to be said, what the toggles do gives way
            // first, then the ends of long sentences.
            let tries = [(true, usize::MAX), (false, usize::MAX), (false, 3), (false, 2)];
            let mut fits = tries.into_iter().map(|(effects, most)| all(effects, most));
            fits.find(|lines| lines.len() <= height).unwrap_or_else(|| all(false, 1))
        }
        (None, Some(broken)) => unreadable(broken, state, paint, width),
        (None, None) => Vec::new(),
    };
    for (y, line) in (inside.y..inside.bottom()).zip(lines) {
        frame.render_widget(line, cells(Rect { y, height: 1, ..inside }));
    }
}

/// What is wrong with a file that is no environment, and what can be done.
fn unreadable<'t>(
    broken: &BrokenFile,
    state: &State,
    paint: Paint<'_>,
    width: usize,
) -> Vec<Line<'t>> {
    let mut lines: Vec<Line<'_>> = wrapped(&broken.fault, width)
        .into_iter()
        .map(|row| Line::from(paint.span(row, Role::Error)))
        .collect();
    let edit = Action::Command(CommandAction::Edit);
    if let (Some(_), Some(chord)) = (broken.id(), state.keymap.chords(edit).first()) {
        lines.push(Line::default());
        lines.push(Line::from(vec![
            paint.span(format!("{chord} "), Role::Key),
            paint.span("opens it in your editor", Role::Hint),
        ]));
    }
    lines
}

/// A sentence in so many rows at most; those after the first are indented as the first is.
fn sentence(text: &str, indent: usize, width: usize, most: usize, more: &str) -> Vec<String> {
    let rows = wrapped_in(text, width.saturating_sub(indent), most, more);
    rows.into_iter().map(|row| format!("{:indent$}{row}", "")).collect()
}

/// The three toggles, independent of each other, each with its effect in the line below it.
fn toggles<'t>(
    entry: &Entry,
    state: &State,
    paint: Paint<'_>,
    width: usize,
    has_effects: bool,
) -> Vec<Line<'t>> {
    let it = &entry.environment;
    let rows = [
        (
            EnvironmentAction::ToggleDesktop,
            it.headless_desktop_enabled,
            "headless desktop",
            if it.headless_desktop_enabled { "each task has one" } else { "tasks have none" },
        ),
        (
            EnvironmentAction::ToggleDesktopCache,
            it.cache_desktop_build,
            "cache desktop build",
            match (it.headless_desktop_enabled, it.cache_desktop_build) {
                (false, _) => "needs the desktop",
                (true, true) => "baked once",
                (true, false) => "set up each start",
            },
        ),
        (
            EnvironmentAction::ToggleCaching,
            it.cache_container_build,
            "container caching",
            match (it.cache_container_build, it.cached_preflight_script.is_empty()) {
                (true, true) if Legacy::of(it).is_some() => "not split: runs at every start",
                (true, true) => "no script to bake",
                (true, false) => "baked once",
                (false, _) => "runs at every start",
            },
        ),
    ];
    let mut lines = Vec::new();
    for (action, is_on, name, effect) in rows {
        let key = state.keymap.chords(Action::Environment(action)).first();
        let key = key.map(ToString::to_string).unwrap_or_default();
        let mark = if is_on { "[x]" } else { "[ ]" };
        let name = fit(name, width.saturating_sub(7), paint.glyph(Glyph::More));
        lines.push(Line::from(vec![
            paint.span(format!("{key:>2} "), Role::Key),
            paint.span(format!("{mark} {name}"), Role::Text),
        ]));
        if has_effects {
            let effect = fit(effect, width.saturating_sub(7), paint.glyph(Glyph::More));
            lines.push(Line::from(paint.span(format!("       {effect}"), Role::Hint)));
        }
    }
    lines
}

fn layers<'t>(
    entry: &Entry,
    state: &State,
    paint: Paint<'_>,
    width: usize,
    most: usize,
) -> Vec<Line<'t>> {
    let mut lines = Vec::new();
    let mut tell = |sign: &str, text: &str, role| {
        let rows = sentence(text, sign.width(), width, most, paint.glyph(Glyph::More));
        for (number, row) in rows.into_iter().enumerate() {
            let row =
                if number == 0 { row.replacen(&" ".repeat(sign.width()), sign, 1) } else { row };
            lines.push(Line::from(paint.span(row, role)));
        }
    };
    let signed = |glyph| format!("{} ", paint.glyph(glyph));
    let (glyph, role, word) = glance(entry, state);
    tell(&signed(glyph), &word, role);
    if let Some(job) = state.jobs.of(&entry.id).filter(|job| !job.is_waiting()) {
        for words in bake(job, state.now) {
            tell("  ", &words, Role::Baking);
        }
    } else {
        if let Some(failure) = state.jobs.failure(&entry.id) {
            tell("  ", &failure.sentence, Role::Failed);
        }
        if let Some(words) = state.preview.of_unsaved(&entry.id) {
            tell("* ", &words, Role::Warning);
        } else if let Some(words) = state.preview.of_saved(&entry.id) {
            tell("  ", &words, Role::Text);
        }
    }
    let baking = state.jobs.of(&entry.id).and_then(|job| job.stand.layer);
    let base = format!("base {}", entry.environment.base_image);
    match state.environments.status(entry) {
        None => {
            tell("  ", &base, Role::Muted);
            tell("  ", "layers not known yet", Role::Hint);
        }
        Some(Err(_)) => tell("  ", &base, Role::Muted),
        Some(Ok(EnvironmentStatus { base: id, layers, at_start, .. })) => {
            let (glyph, role) = match id {
                Some(_) => (Glyph::Warm, Role::Text),
                None => (Glyph::Cold, Role::Cold),
            };
            tell(&signed(glyph), &base, role);
            for layer in layers {
                let (glyph, role, words) = match baking {
                    Some((kind, at, of)) if kind == layer.kind => {
                        let of = if of > 1 { format!(" {at}/{of}") } else { String::new() };
                        (Glyph::Baking, Role::Baking, format!("baking{of}"))
                    }
                    _ => layer_look(layer),
                };
                tell(&signed(glyph), &format!("{} layer {words}", layer.kind), role);
            }
            if !at_start.is_empty() {
                tell("  ", &format!("at start: {}", at_start.join(", ")), Role::Muted);
            }
        }
    }
    // The header has no room for all of it.
    if let (LinkState::Down { .. }, Err(why)) = (&state.link.state, state.link.require()) {
        tell("  ", &why, Role::Error);
    }
    lines
}

/// What goes on in a bake, for how long, and how long it will take.
fn bake(job: &Job, now: Moment) -> Vec<String> {
    let mut words = Vec::new();
    if !job.stand.script.is_empty() {
        let line = job.stand.line.map(|line| format!(", line {line}")).unwrap_or_default();
        words.push(format!("{}{line}", job.stand.script));
    }
    let rest = job.rest(now).map(|rest| format!(", {rest}"));
    words.push(format!("{}{}", clock(now.since(job.begun)), rest.unwrap_or_default()));
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

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::event::Event;
    use crate::app::layout::Region;
    use crate::app::link::LinkEvent;
    use crate::app::testing::{press, screen};
    use crate::app::update::update;
    use crate::ui::testing::{furnished, of_roles, pane};

    #[test]
    fn toggles_layers_and_bakes_are_told_as_far_as_there_is_room() {
        let mut state = furnished();
        assert_snapshot!("baking", pane(&state, Region::Details));
        press(&mut state, &["down"]);
        assert_snapshot!("failed", pane(&state, Region::Details));
        state.size.1 = 24;
        assert_snapshot!("failed_with_little_room", pane(&state, Region::Details));
        press(&mut state, &["end"]);
        assert_snapshot!("unreadable", pane(&state, Region::Details));
    }

    #[test]
    fn without_an_engine_the_whole_cause_is_told_where_there_is_room() {
        let mut state = of_roles(screen(&["api"]));
        let cause = "cannot reach the container engine at `unix:///run/nothing.sock`: no such file; start it";
        let down = LinkEvent::Down { cause: cause.to_owned(), again_ms: 500 };
        update(&mut state, Event::Link(down));
        assert_snapshot!("no_engine", pane(&state, Region::Details));
        state.size = (80, 24);
        assert_snapshot!("no_engine_with_little_room", pane(&state, Region::Details));
    }
}
