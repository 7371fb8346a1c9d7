//! The pane of the log: the lines that are in sight, with the colours of who wrote them.

use ratatui::Frame;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::paint::{Glyph, Paint, cells, fit};
use super::typed::typed;
use super::{pane, welcome};
use crate::app::domain::theme::Role;
use crate::app::jobs::Job;
use crate::app::layout::{Rect, Region};
use crate::app::log::ansi::{self, spans};
use crate::app::log::statements::beside;
use crate::app::log::view::{View, time_of_day};
use crate::app::log::wrap::{cut, wrap};
use crate::app::mode::{LogInput, Mode};
use crate::app::moment::{Moment, clock};
use crate::app::state::State;

pub(super) fn draw(frame: &mut Frame<'_>, rect: Rect, state: &State, paint: Paint<'_>) {
    let inside = pane::frame(frame, rect, Region::Log, state, paint);
    let Some(view) = state.logs.view() else {
        return welcome::steps(frame, inside, state, paint);
    };
    head(frame, rect, view, state, paint);
    let is_typed = matches!(state.mode, Mode::Log(_));
    let (lines, bar) = inside.cut_bottom(u16::from(is_typed));
    let has_keys = state.layout.focus == Region::Log;
    let (mut y, mut position) = (lines.y, view.top);
    while y < lines.bottom() && position < view.seen {
        let Some(line) = view.line(position) else {
            let dots = paint.span(paint.glyph(Glyph::More), Role::Muted);
            frame.render_widget(dots, cells(Rect { y, height: 1, ..lines }));
            (y, position) = (y + 1, position + 1);
            continue;
        };
        let margin = state.logs.margin();
        let width = usize::from(lines.width).saturating_sub(margin);
        let pieces = spans(line.text.as_bytes());
        let rows = if state.logs.wraps {
            wrap(&pieces, width)
        } else {
            vec![cut(&pieces, view.left, width)]
        };
        for (number, row) in rows.iter().enumerate().take(usize::from(lines.bottom() - y)) {
            let mut drawn = Vec::new();
            if margin > 0 {
                let time = line.at.filter(|_| number == 0);
                let time = time.map(|at| time_of_day(at, state.surroundings.utc_offset));
                drawn.push(paint.span(format!("{:8} ", time.unwrap_or_default()), Role::Muted));
            }
            highlighted(row, view, paint, &mut drawn);
            let cell = cells(Rect { y, height: 1, ..lines });
            let used: usize = drawn.iter().map(Span::width).sum();
            frame.render_widget(Line::from(drawn), cell);
            if number == 0 {
                let statement = beside(&view.statements, line.number);
                let free = Rect { y, height: 1, ..lines };
                label(frame, free, used, statement, paint);
            }
            let is_selected = view.selected().contains(&position);
            if is_selected && (view.anchor.is_some() || has_keys && !view.follows) {
                frame.buffer_mut().set_style(cell, paint.style(Role::Selection));
            }
            y += 1;
        }
        position += 1;
    }
    if let Mode::Log(input) = &state.mode {
        search_line(frame, bar, input, paint);
    }
}

/// At the right edge of a row that has so many cells of text, which statement wrote it and how long
/// that took; nothing where there is no room for it.
fn label(frame: &mut Frame<'_>, row: Rect, used: usize, words: Option<String>, paint: Paint<'_>) {
    let Some(words) = words else { return };
    let Some(start) = usize::from(row.width).checked_sub(words.width()) else { return };
    // Two cells keep it apart from what the program wrote.
    if start >= used + 2 {
        let x = row.x + u16::try_from(start).unwrap_or(0);
        let cell = Rect { x, width: row.right() - x, ..row };
        frame.render_widget(paint.span(words, Role::Muted), cells(cell));
    }
}

/// The pieces of a row; what is searched stands out, by more than colour.
fn highlighted(row: &[ansi::Span], view: &View, paint: Paint<'_>, drawn: &mut Vec<Span<'_>>) {
    let text: String = row.iter().map(|span| span.text.as_str()).collect();
    let hits: Vec<(usize, usize)> =
        view.search.as_ref().map_or_else(Vec::new, |search| search.hits(&text).collect());
    let mut at = 0;
    for span in row {
        let style = paint.program(span.style);
        let (begin, end) = (at, at + span.text.len());
        at = end;
        let mut from = begin;
        for (hit, hit_end) in hits.iter().filter(|(hit, hit_end)| *hit < end && *hit_end > begin) {
            let (hit, hit_end) = ((*hit).max(begin), (*hit_end).min(end));
            drawn.push(Span::styled(text[from..hit].to_owned(), style));
            let mark = paint.style(Role::SearchHit).add_modifier(Modifier::UNDERLINED);
            drawn.push(Span::styled(text[hit..hit_end].to_owned(), style.patch(mark)));
            from = hit_end;
        }
        drawn.push(Span::styled(text[from..end].to_owned(), style));
    }
}

/// What it is of and how it is seen, on the upper border.
fn head(frame: &mut Frame<'_>, rect: Rect, view: &View, state: &State, paint: Paint<'_>) {
    let mut words = vec![view.title.clone()];
    let job = state.jobs.running().iter().find(|job| job.log() == view.id);
    words.extend(job.map(|job| progress(job, state.now)));
    let (at, count) = state.logs.place();
    if count > 1 {
        words.push(format!("log {at} of {count}"));
    }
    if let Some(filter) = &view.filter {
        let how = if filter.is_inverse { "without" } else { "only" };
        words.push(format!("{how} `{}`: {} of {}", filter.pattern.text, view.seen, view.total));
    }
    words.push(match (view.follows, view.ended, view.new_lines()) {
        (_, true, _) if view.total == 1 => "ended, 1 line".to_owned(),
        (_, true, _) => format!("ended, {} lines", view.total),
        (true, false, _) => "following".to_owned(),
        (false, false, 0) => "paused".to_owned(),
        (false, false, new) => format!("paused, {new} new"),
    });
    let separator = format!(" {} ", paint.glyph(Glyph::Separator));
    let title = pane::title(Region::Log, rect, state, paint).width();
    let room = usize::from(rect.width).saturating_sub(title + 5);
    let words = format!(" {} ", fit(&words.join(&separator), room, paint.glyph(Glyph::More)));
    let width = u16::try_from(words.width()).unwrap_or(0);
    if room > 10 {
        let x = rect.right().saturating_sub(width + 1);
        let cell = Rect { x, y: rect.y, width, height: 1 };
        frame.render_widget(paint.span(words, Role::Muted), cells(cell));
    }
}

/// Which layer is baked, for how long, and how much longer that will take.
fn progress(job: &Job, now: Moment) -> String {
    let layer = job.stand.layer.map(|(layer, at, of)| format!("{layer} layer {at}/{of}, "));
    let rest = job.rest(now).map(|rest| format!(", {rest}"));
    let since = clock(now.since(job.begun));
    format!("{}{since}{}", layer.unwrap_or_default(), rest.unwrap_or_default())
}

fn search_line(frame: &mut Frame<'_>, rect: Rect, input: &LogInput, paint: Paint<'_>) {
    let kind = match (input.is_filter, input.is_regex) {
        (false, false) => " find ",
        (false, true) => " regex ",
        (true, false) => " only ",
        (true, true) => " only regex ",
    };
    let fault = input.fault.as_ref().map(|fault| format!("  {fault}")).unwrap_or_default();
    let room = usize::from(rect.width).saturating_sub(kind.width());
    // What is typed keeps half of the row, whatever is wrong with it.
    let (typed, cursor) = typed(&input.input, room.saturating_sub(fault.width()).max(room / 2));
    let mut parts = vec![paint.span(kind, Role::Key), paint.span(typed, Role::Input)];
    if !fault.is_empty() {
        parts.push(paint.span(fault, Role::Error));
    }
    frame.buffer_mut().set_style(cells(rect), paint.style(Role::Dialog));
    frame.render_widget(Line::from(parts), cells(rect));
    let cursor = u16::try_from(kind.width()).unwrap_or(0) + cursor;
    frame.set_cursor_position((rect.x + cursor.min(rect.width.saturating_sub(1)), rect.y));
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::event::Event;
    use crate::app::jobs::JobId;
    use crate::app::layout::Region;
    use crate::app::log::statements::LogStatement;
    use crate::app::log::{LogEvent, LogId};
    use crate::app::testing::{press, type_text};
    use crate::app::update::update;
    use crate::ui::testing::{furnished, pane};

    #[test]
    fn a_log_keeps_its_colours_and_shows_what_is_looked_for() {
        let mut state = furnished();
        press(&mut state, &["alt-5"]);
        assert_snapshot!("following", pane(&state, Region::Log));
        let log = LogId::Bake(JobId(2));
        let statements =
            [(1, 2, Some(1500.0)), (2, 4, None)].map(|(first, line, ms)| LogStatement {
                first,
                script: "cached preflight".to_owned(),
                line,
                text: "true".to_owned(),
                ms,
            });
        let event = LogEvent::Statements { log, from: 0, statements: statements.to_vec() };
        update(&mut state, Event::Log(event));
        press(&mut state, &["t", "up", "/"]);
        type_text(&mut state, "lain");
        assert_snapshot!("search", pane(&state, Region::Log));
        press(&mut state, &["enter", "v", "up"]);
        assert_snapshot!("selected", pane(&state, Region::Log));
    }
}
