//! The history: what the cache saved with a line of bars, and the entries, newest first.

use ratatui::Frame;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr as _;

use super::paint::{Glyph, Paint, cells, fit, wrapped_in};
use super::pane;
use crate::app::domain::amount::age;
use crate::app::domain::history::words::duration;
use crate::app::domain::history::{Entry, Outcome, spark};
use crate::app::domain::theme::Role;
use crate::app::history::Past;
use crate::app::layout::{Rect, Region};
use crate::app::moment::Moment;
use crate::app::state::State;

/// Cells of what an entry is of: `bake environment` and `start 0123456789ab`.
const WHAT: usize = 18;

pub(super) fn draw(frame: &mut Frame<'_>, rect: Rect, state: &State, paint: Paint<'_>) {
    let inside = pane::frame(frame, rect, Region::History, state, paint);
    let history = &state.history;
    let (head, rows) = inside.cut_top(1);
    frame.render_widget(above(state, paint, usize::from(head.width)), cells(head));
    let longest = longest_name(state);
    let foot = foot(state, paint, longest, rows);
    let (rows, below) = rows.cut_bottom(u16::try_from(foot.len()).unwrap_or(0));
    for (y, line) in (below.y..below.bottom()).zip(foot) {
        let line = Line::from(paint.span(line, Role::Muted));
        frame.render_widget(line, cells(Rect { y, height: 1, ..below }));
    }
    let first = (history.place().unwrap_or(0) + 1).saturating_sub(usize::from(rows.height).max(1));
    let here = history.selected().map(|entry| entry.number);
    for (y, entry) in (rows.y..rows.bottom()).zip(history.entries().iter().skip(first)) {
        let is_selected = here == Some(entry.number);
        let cell = cells(Rect { y, height: 1, ..rows });
        let width = usize::from(rows.width);
        frame.render_widget(row(entry, is_selected, longest, state, paint, width), cell);
        if is_selected {
            frame.buffer_mut().set_style(cell, paint.style(Role::Selection));
        }
    }
}

/// The cells of the longest name of an environment, where entries of several are listed.
fn longest_name(state: &State) -> Option<usize> {
    let names = state.history.entries().iter().map(|entry| entry.environment.width());
    names.max().filter(|_| state.history.is_all).map(|longest| longest.min(20))
}

/// What is noted of the selected entry, below the rows, if its own has no room for it.
fn foot(state: &State, paint: Paint<'_>, longest: Option<usize>, rows: Rect) -> Vec<String> {
    let Some(entry) = state.history.selected() else { return Vec::new() };
    let (notes, width) = (notes(entry), usize::from(rows.width));
    let used = columns(entry, true, longest, state, paint).width();
    // The rows are what the pane is for.
    if used + notes.width() <= width || rows.height < 5 {
        return Vec::new();
    }
    let rows = wrapped_in(&notes, width.saturating_sub(2), 2, paint.glyph(Glyph::More));
    rows.into_iter().map(|row| format!("  {row}")).collect()
}

/// What is noted of an entry, in one line.
fn notes(entry: &Entry) -> String {
    entry.notes().join("  ").chars().filter(|char| !char.is_control()).collect()
}

/// What the cache saved, and how long the last starts took; or why there is nothing to see.
fn above<'t>(state: &State, paint: Paint<'_>, width: usize) -> Line<'t> {
    let more = paint.glyph(Glyph::More);
    let only = |words: &str, role| Line::from(paint.span(fit(words, width, more), role));
    if let Some(fault) = &state.history.fault {
        return only(&format!(" {fault}"), Role::Error);
    }
    let Some(past) = &state.history.past else {
        return only(" the history is being read", Role::Hint);
    };
    if past.environments.is_empty() {
        let words = " nothing was baked or started yet: r in the list of environments does both";
        return only(words, Role::Hint);
    }
    let (of, bars, words) = summary(past, state.history.is_all);
    let bars = if paint.is_ascii() { String::new() } else { bars };
    let head = format!(" {of} ");
    let room = width.saturating_sub(head.width() + bars.width() + 1);
    Line::from(vec![
        paint.span(head, Role::Heading),
        paint.span(bars, Role::Info),
        paint.span(format!(" {}", fit(&words, room, more)), Role::Text),
    ])
}

/// Of what, the bars of its starts, and what the cache saved there.
fn summary(past: &Past, is_all: bool) -> (String, String, String) {
    match (past.environments.as_slice(), &past.total, is_all) {
        ([only], _, false) => {
            (only.environment.clone(), spark::line(&only.durations_ms), only.savings.words())
        }
        (many, Some(total), _) => {
            let words = match many.len() {
                1 => "1 environment".to_owned(),
                count => format!("{count} environments"),
            };
            (words, String::new(), total.words())
        }
        _ => (String::new(), String::new(), String::new()),
    }
}

/// A row: columns, and notes in the room that is left.
fn row<'t>(
    entry: &Entry,
    is_selected: bool,
    longest: Option<usize>,
    state: &State,
    paint: Paint<'_>,
    width: usize,
) -> Line<'t> {
    let mut line = columns(entry, is_selected, longest, state, paint);
    let room = width.saturating_sub(line.width());
    let notes = fit(&notes(entry), room, paint.glyph(Glyph::More));
    line.push_span(paint.span(notes, Role::Muted));
    line
}

/// What stands at the same place in all rows; names of environments have so many cells, if they
/// are told.
fn columns<'t>(
    entry: &Entry,
    is_selected: bool,
    longest: Option<usize>,
    state: &State,
    paint: Paint<'_>,
) -> Line<'t> {
    let (glyph, role) = outcome(entry.outcome);
    let more = paint.glyph(Glyph::More);
    let mark = if is_selected { paint.glyph(Glyph::Selected) } else { " " };
    let began = Moment(u64::try_from(entry.began.as_millisecond()).unwrap_or(0));
    let ago = age(i64::try_from(state.now.since(began) / 1000).unwrap_or(i64::MAX));
    let marked = if state.history.marked == Some(entry.number) { "*" } else { " " };
    let environment = longest.map_or_else(String::new, |longest| {
        format!("{:longest$} ", fit(&entry.environment, longest, more))
    });
    let (kind, what) = entry.what();
    let what = fit(&format!("{kind:5} {what}"), WHAT, more);
    let took = entry.took_ms.map_or_else(|| "-".to_owned(), duration);
    Line::from(vec![
        paint.span(format!("{mark}{} ", paint.glyph(glyph)), role),
        paint.span(format!("{:9} ", entry.outcome.word()), role),
        paint.span(format!("{took:>9} "), Role::Text),
        paint.span(format!("{ago:>6} "), Role::Muted),
        paint.span(format!("{marked}{:<5} ", entry.number), Role::Accent),
        paint.span(environment, Role::Text),
        paint.span(format!("{what:WHAT$} "), Role::Text),
    ])
}

fn outcome(outcome: Outcome) -> (Glyph, Role) {
    match outcome {
        Outcome::Hit | Outcome::Baked | Outcome::Joined | Outcome::Adopted => {
            (Glyph::Warm, Role::Warm)
        }
        Outcome::Degraded => (Glyph::Stale, Role::Degraded),
        Outcome::Uncached => (Glyph::Cold, Role::Muted),
        Outcome::Cancelled => (Glyph::Stale, Role::Stale),
        Outcome::Failed => (Glyph::Failed, Role::Failed),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::event::Event;
    use crate::app::history::{HistoryEvent, Past};
    use crate::app::layout::Region;
    use crate::app::testing::{past, press};
    use crate::app::update::update;
    use crate::ui::testing::{furnished, pane};

    #[test]
    fn entries_are_told_with_what_they_were_what_they_took_and_what_that_saved() {
        let mut state = furnished();
        press(&mut state, &["h"]);
        assert_snapshot!("reading", pane(&state, Region::History));
        update(&mut state, Event::History(HistoryEvent::Read(1, Ok(past(&["data"])))));
        press(&mut state, &["down", "m", "down"]);
        assert_snapshot!("one", pane(&state, Region::History));
        press(&mut state, &["a"]);
        update(&mut state, Event::History(HistoryEvent::Read(2, Ok(past(&["api", "data"])))));
        (state.size, state.surroundings.ascii) = ((60, 20), true);
        let seen = pane(&state, Region::History);
        assert!(seen.is_ascii(), "{seen}");
        assert_snapshot!("all_in_60_columns", seen);
    }

    #[test]
    fn no_history_and_one_that_cannot_be_read_are_told() {
        let mut state = furnished();
        press(&mut state, &["h"]);
        update(&mut state, Event::History(HistoryEvent::Read(1, Ok(Past::default()))));
        let seen = pane(&state, Region::History);
        assert!(seen.contains("nothing was baked or started yet"), "{seen}");
        press(&mut state, &["a"]);
        let fault = "the history cannot be read".to_owned();
        update(&mut state, Event::History(HistoryEvent::Read(2, Err(fault))));
        let seen = pane(&state, Region::History);
        assert!(seen.contains("the history cannot be read"), "{seen}");
    }
}
