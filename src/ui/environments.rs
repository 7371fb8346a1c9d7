//! The list of environments: how each one's layers are, at a glance.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::editor;
use super::paint::{Glyph, Paint, cells, fit};
use super::pane;
use crate::app::domain::lint::Severity;
use crate::app::domain::theme::Role;
use crate::app::editor::marks::Mark;
use crate::app::environments::{Entry, Warmth};
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
            let title = Line::from(vec![
                paint.span(" Environments ", Role::Accent),
                paint.span(format!("/{} ", input.value()), Role::Input),
            ]);
            let inside = pane::titled(frame, rect, Region::Environments, title, state, paint);
            if matches!(state.mode, Mode::Filter) {
                let x = 16 + u16::try_from(input.visual_cursor()).unwrap_or(0);
                frame.set_cursor_position((rect.x + x.min(rect.width - 1), rect.y));
            }
            inside
        }
        None => pane::frame(frame, rect, Region::Environments, state, paint),
    };
    let rows = usize::from(inside.height);
    let width = usize::from(inside.width);
    let first = environments.first_seen(rows);
    let mut lines: Vec<Line<'_>> = Vec::with_capacity(rows);
    for entry in environments.seen().skip(first).take(rows) {
        lines.push(row(entry, state, paint, width));
    }
    for broken in environments.broken.iter().take(rows.saturating_sub(lines.len())) {
        let name = fit(&broken.name, width.saturating_sub(14), paint.glyph(Glyph::More));
        lines.push(Line::from(vec![
            paint.span(format!("  {name} "), Role::Muted),
            paint.span(format!("{} unreadable", paint.glyph(Glyph::Failed)), Role::Error),
        ]));
    }
    if lines.is_empty() && environments.listed {
        let words: &[&str] = if environments.filter.is_some() {
            &["none of this name"]
        } else {
            &["", " no environment yet", "", " press n to make one"]
        };
        lines.extend(words.iter().map(|word| Line::from(paint.span(*word, Role::Hint))));
    }
    for (y, line) in lines.into_iter().enumerate() {
        let y = inside.y + u16::try_from(y).unwrap_or(0);
        frame.render_widget(line, cells(Rect { y, height: 1, ..inside }));
    }
}

fn row<'t>(entry: &Entry, state: &State, paint: Paint<'_>, width: usize) -> Line<'t> {
    let is_selected = state.environments.selected().is_some_and(|it| it.id == entry.id);
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
    let spans: Vec<Span<'_>> = vec![
        paint.span(mark, Role::Accent),
        paint.span(name, Role::Text),
        Span::raw(" ".repeat(gap)),
        paint.span(state_words, role),
        Span::raw(rest),
        paint.span(found, Role::FindingWarning),
    ];
    let line = Line::from(spans);
    if is_selected { line.patch_style(paint.style(Role::Selection)) } else { line }
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
    let Some(job) = state.jobs.of(&entry.id) else {
        let (glyph, role, word) = look(&state.environments.warmth(entry));
        let line = state.jobs.failure(&entry.id).and_then(|failure| failure.line);
        return match line.filter(|_| glyph == Glyph::Failed) {
            Some(line) => (glyph, role, format!("{word}: L{line}")),
            None => (glyph, role, word),
        };
    };
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
        Warmth::Cold(why) => (Glyph::Cold, Role::Cold, format!("cold: {why}")),
        Warmth::Stale(why) => (Glyph::Stale, Role::Stale, format!("stale: {why}")),
        Warmth::NoBase => (Glyph::Cold, Role::Cold, "no base image".to_owned()),
        Warmth::Failed => (Glyph::Failed, Role::Failed, "failed".to_owned()),
        Warmth::Fault(cause) => (Glyph::Failed, Role::Error, cause.clone()),
    }
}
