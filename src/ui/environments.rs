//! The list of environments: how each one's layers are, at a glance.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::editor;
use super::paint::{Glyph, Paint, cells, fit};
use super::typed::typed;
use super::{pane, welcome};
use crate::app::domain::lint::Severity;
use crate::app::domain::theme::Role;
use crate::app::editor::marks::Mark;
use crate::app::environments::{BrokenFile, Entry, Warmth};
use crate::app::jobs::Phase;
use crate::app::layout::{Rect, Region};
use crate::app::mode::Mode;
use crate::app::moment::clock;
use crate::app::state::State;

/// Cells for the state beside a name: `◐ baking 62 %`, and the blanks around it.
const STATE: usize = 16;

pub(super) fn draw(frame: &mut Frame<'_>, rect: Rect, state: &State, paint: Paint<'_>) {
    let environments = &state.environments;
    let inside = match &environments.filter {
        Some(input) => {
            let (typed, cursor) = typed(input, usize::from(rect.width).saturating_sub(18));
            let title = Line::from(vec![
                paint.span(" Environments ", Role::Accent),
                paint.span(format!("/{typed} "), Role::Input),
            ]);
            let inside = pane::titled(frame, rect, Region::Environments, title, state, paint);
            if matches!(state.mode, Mode::Filter) {
                frame.set_cursor_position((rect.x + (16 + cursor).min(rect.width - 1), rect.y));
            }
            inside
        }
        None => pane::frame(frame, rect, Region::Environments, state, paint),
    };
    let rows = usize::from(inside.height);
    let width = usize::from(inside.width);
    let first = environments.first_seen(rows);
    let mut lines: Vec<Line<'_>> = Vec::with_capacity(rows);
    let here = environments.selected().map(|entry| &entry.id);
    let broken_here = environments.selected_broken().map(|broken| &broken.name);
    let mut selected = None;
    for entry in environments.seen().skip(first).take(rows) {
        let is_selected = here == Some(&entry.id);
        selected = selected.or(is_selected.then_some(lines.len()));
        lines.push(row(entry, is_selected, state, paint, width));
    }
    let skipped = first.saturating_sub(environments.seen().count());
    for broken in environments.seen_broken().skip(skipped).take(rows.saturating_sub(lines.len())) {
        let is_selected = broken_here == Some(&broken.name);
        selected = selected.or(is_selected.then_some(lines.len()));
        lines.push(unreadable(broken, is_selected, paint, width));
    }
    if lines.is_empty() && environments.listed {
        if environments.filter.is_none() && state.arrangement().is_single() {
            welcome::draw(frame, inside, state, paint);
            return;
        }
        let words: &[&str] = match environments.filter {
            Some(_) => &["none of this name"],
            None => &["", " no environment yet", "", " press n to make one"],
        };
        lines.extend(words.iter().map(|word| Line::from(paint.span(*word, Role::Hint))));
    }
    for (y, line) in lines.into_iter().enumerate() {
        let cell = cells(Rect { y: inside.y + u16::try_from(y).unwrap_or(0), height: 1, ..inside });
        frame.render_widget(line, cell);
        if selected == Some(y) {
            frame.buffer_mut().set_style(cell, paint.style(Role::Selection));
        }
    }
}

/// A file that is no environment.
fn unreadable<'t>(
    broken: &BrokenFile,
    is_selected: bool,
    paint: Paint<'_>,
    width: usize,
) -> Line<'t> {
    let mark = if is_selected { paint.glyph(Glyph::Selected) } else { " " };
    let words = format!("{} unreadable", paint.glyph(Glyph::Failed));
    let room = width.saturating_sub(mark.width() + 1 + words.width());
    let name = fit(&broken.name, room, paint.glyph(Glyph::More));
    Line::from(vec![
        paint.span(mark, Role::Accent),
        paint.span(format!("{name} "), Role::Muted),
        paint.span(words, Role::Error),
    ])
}

fn row<'t>(
    entry: &Entry,
    is_selected: bool,
    state: &State,
    paint: Paint<'_>,
    width: usize,
) -> Line<'t> {
    let (glyph, role, word) = glance(entry, state);
    let mark = if is_selected { paint.glyph(Glyph::Selected) } else { " " };
    let column = column(state, width);
    let name = fit(entry.id.as_str(), column, paint.glyph(Glyph::More));
    let gap = (column + 1).saturating_sub(name.width());
    let found = findings(entry, state, paint);
    let taken = mark.width() + name.width() + gap + 2;
    // How it is comes before what is doubtful in it.
    let found = found.filter(|found| taken + STATE / 2 + found.width() < width);
    let room = width.saturating_sub(taken + found.as_ref().map_or(0, |it| it.width() + 1));
    let word = fit(&word, room, paint.glyph(Glyph::More));
    let state_words = format!("{} {word}", paint.glyph(glyph));
    let found = found.unwrap_or_default();
    let used = mark.width() + name.width() + gap + state_words.width() + found.width();
    let rest = " ".repeat(width.saturating_sub(used));
    Line::from(vec![
        paint.span(mark, Role::Accent),
        paint.span(name, Role::Text),
        Span::raw(" ".repeat(gap)),
        paint.span(state_words, role),
        Span::raw(rest),
        Span::styled(found, paint.sign(Role::FindingWarning)),
    ])
}

/// How many warnings and errors there are in the scripts of the file; none: there is nothing to
/// tell.
fn findings(entry: &Entry, state: &State, paint: Paint<'_>) -> Option<String> {
    let (_, count) = state.environments.findings.get(&entry.id)?;
    let count = count.filter(|count| *count > 0)?;
    let sign = editor::glyph(Mark::Finding(Severity::Warning), paint.is_ascii());
    Some(format!("{}{count}", sign.trim()))
}

/// The cells of the names: what the longest one needs, as far as the states have room, too.
fn column(state: &State, width: usize) -> usize {
    let longest = state.environments.seen().map(|entry| entry.id.as_str().len()).max();
    longest.unwrap_or(0).min(width.saturating_sub(STATE).max(width * 4 / 10))
}

/// The sign, the role and the words for an environment: the bake that goes on, or how it is.
pub(super) fn glance(entry: &Entry, state: &State) -> (Glyph, Role, String) {
    if let Some(lost) = &entry.lost {
        return (Glyph::Failed, Role::Error, lost.words().to_owned());
    }
    let Some(job) = state.jobs.of(&entry.id) else {
        let (glyph, role, word) = look(&state.environments.warmth(entry));
        let line = state.jobs.failure(&entry.id).and_then(|failure| failure.line);
        return match line.filter(|_| glyph == Glyph::Failed) {
            Some(line) => (glyph, role, format!("{word}: L{line}")),
            None => (glyph, role, word),
        };
    };
    if let Some(place) = state.jobs.place(&entry.id).filter(|_| job.is_waiting()) {
        return (Glyph::Cold, Role::Baking, format!("queued, {place}"));
    }
    let word = match (&job.stand.phase, job.percent(state.now)) {
        _ if job.is_lost => "baking, unseen".to_owned(),
        _ if job.is_cancelling => "cancelling".to_owned(),
        (Phase::Pulling(_), Some(percent)) => format!("pulling {percent} %"),
        (Phase::Pulling(_), None) => "pulling".to_owned(),
        (Phase::Committing, _) => "committing".to_owned(),
        (_, Some(percent)) => format!("baking {percent} %"),
        (_, None) => format!("baking {}", clock(state.now.since(job.begun))),
    };
    (Glyph::Baking, Role::Baking, word)
}

/// The sign, the role and the words for how an environment is.
pub(super) fn look(warmth: &Warmth) -> (Glyph, Role, String) {
    match warmth {
        Warmth::Unknown => (Glyph::Unknown, Role::Muted, String::new()),
        Warmth::Uncached => (Glyph::Cold, Role::Muted, "not cached".to_owned()),
        Warmth::Warm => (Glyph::Warm, Role::Warm, "warm".to_owned()),
        Warmth::Outdated(why) => (Glyph::Stale, Role::Stale, format!("warm, {why}")),
        Warmth::Cold(why) => (Glyph::Cold, Role::Cold, format!("cold: {why}")),
        Warmth::Stale(why) => (Glyph::Stale, Role::Stale, format!("stale: {why}")),
        Warmth::NoBase => (Glyph::Cold, Role::Cold, "no base image".to_owned()),
        Warmth::Failed => (Glyph::Failed, Role::Failed, "failed".to_owned()),
        Warmth::Fault(cause) => (Glyph::Failed, Role::Error, cause.clone()),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::environments::EnvironmentsEvent;
    use crate::app::event::Event;
    use crate::app::layout::Region;
    use crate::app::testing::{linked, press, status, type_text};
    use crate::app::update::update;
    use crate::ui::testing::{furnished, pane};

    #[test]
    fn one_that_waits_tells_its_place_and_one_that_is_stale_that_it_serves() {
        let mut state = linked(&["a", "b", "c", "d", "old"]);
        for (name, why) in [("a", "cold"), ("b", "cold"), ("c", "cold"), ("d", "cold")] {
            let event = status(&state, name, Some(why));
            update(&mut state, event);
        }
        press(&mut state, &["A"]);
        let mut event = status(&state, "old", Some("base moved"));
        if let Event::Environments(EnvironmentsEvent::Statuses(found)) = &mut event
            && let Ok(status) = &mut found[0].status
        {
            status.stale = Some("base moved".to_owned());
        }
        update(&mut state, event);
        let seen = pane(&state, Region::Environments);
        for words in ["baking", "queued, 1", "queued, 2", "warm, base moved"] {
            assert!(seen.contains(words), "no {words:?} in:\n{seen}");
        }
    }

    #[test]
    fn every_state_has_its_sign_and_word() {
        let mut state = furnished();
        assert_snapshot!("every_state", pane(&state, Region::Environments));
        press(&mut state, &["/"]);
        type_text(&mut state, "d");
        assert_snapshot!("filtered", pane(&state, Region::Environments));
        type_text(&mut state, "zz");
        assert_snapshot!("none_of_this_name", pane(&state, Region::Environments));
    }
}
