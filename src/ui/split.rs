//! The dialog that splits a script: its lines with the part of each statement, why the selected
//! one is where it is, and beside that both results.

use std::ops::Range;

use ratatui::Frame;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::dialog;
use super::paint::{Glyph, Paint, cells, fit, wrapped};
use crate::app::domain::split::{Boldness, Confidence, Part};
use crate::app::domain::theme::Role;
use crate::app::layout::Rect;
use crate::app::split::{Side, SplitView};
use crate::app::state::State;

/// From so many columns on both sides are seen.
const BOTH_FROM: u16 = 100;

/// Rows of the reason and of the counts.
const BELOW: u16 = 4;

/// Cells of the name of a part.
const PART: usize = 8;

pub(super) fn draw(frame: &mut Frame<'_>, view: &SplitView, state: &State, paint: Paint<'_>) {
    let title = format!("Split the {} of {}", view.origin.name(), view.id);
    let (width, height) = (state.size.0.saturating_sub(2), state.size.1.saturating_sub(2));
    let inside = dialog::window(frame, &title, width, height, state, paint);
    let (top, below) = inside.cut_bottom(BELOW);
    if inside.width < BOTH_FROM {
        match view.side {
            Side::Script => script(frame, top, view, paint),
            Side::Results => results(frame, top, view, paint),
        }
    } else {
        let (left, right) = top.cut_left(inside.width * 11 / 20);
        script(frame, left, view, paint);
        let (_, right) = right.cut_left(2);
        results(frame, right, view, paint);
    }
    reason(frame, below, view, paint);
}

/// The lines of the script; the selected statement is always seen.
fn script(frame: &mut Frame<'_>, rect: Rect, view: &SplitView, paint: Paint<'_>) {
    let rows = usize::from(rect.height);
    let here = view.decision().map_or(0..0, |it| it.start_line.saturating_sub(1)..it.end_line);
    let first = first_seen(&here, view.lines().len(), rows);
    let digits = view.lines().len().to_string().len();
    for (y, (at, range)) in (rect.y..rect.bottom()).zip(view.lines().iter().enumerate().skip(first))
    {
        let cell = cells(Rect { y, height: 1, ..rect });
        let (name, role) = part_on(view, at, paint);
        let text = shown(view.text.get(range.clone()).unwrap_or_default());
        let used = PART + 2 + digits + 2;
        let room = usize::from(rect.width).saturating_sub(used);
        let is_here = here.contains(&at);
        let line = Line::from(vec![
            paint.span(if is_here { paint.glyph(Glyph::Selected) } else { " " }, Role::Accent),
            paint.span(format!("{name:PART$} "), role),
            paint.span(format!("{:>digits$}  ", at + 1), Role::LineNumber),
            paint.span(fit(&text, room, paint.glyph(Glyph::More)), Role::Text),
        ]);
        frame.render_widget(line, cell);
        if is_here {
            frame.buffer_mut().set_style(cell, paint.style(Role::Selection));
        }
    }
}

/// The first row that is seen, so that `here` is among the rows, with some around it.
fn first_seen(here: &Range<usize>, count: usize, rows: usize) -> usize {
    let middle = here.start.saturating_sub(rows / 3);
    middle.min(count.saturating_sub(rows))
}

/// The words for the statements that begin on a line.
fn part_on(view: &SplitView, line: usize, paint: Paint<'_>) -> (String, Role) {
    let mut statements = view.beginning_on(line).peekable();
    let Some(&first) = statements.peek() else { return (String::new(), Role::Muted) };
    let shown = view.beginning_on(line).find(|at| *at == view.selected).unwrap_or(first);
    let decision = &view.split.statements[shown];
    let is_broken = view.beginning_on(line).any(|at| view.broken(at).is_some());
    let mark = match (is_broken, view.is_chosen(shown)) {
        (true, _) => paint.glyph(Glyph::Failed),
        (false, true) => "*",
        (false, false) => "",
    };
    let role = if is_broken { Role::Error } else { part_role(decision.part) };
    (format!("{}{mark}", decision.part.name()), role)
}

fn part_role(part: Part) -> Role {
    match part {
        Part::Cached => Role::Warm,
        Part::Run => Role::Running,
        Part::Both => Role::Muted,
    }
}

/// Both results, one above the other, each at the place of the selected statement.
fn results(frame: &mut Frame<'_>, rect: Rect, view: &SplitView, paint: Paint<'_>) {
    let (above, below) = rect.cut_top(rect.height / 2);
    let parts = [
        (above, "Cached preflight", "build time", &view.split.cached, Part::Cached),
        (below, "Run preflight", "task start", &view.split.run, Part::Run),
    ];
    let selected = view.decision().map(|it| it.span.of(&view.text)).unwrap_or_default();
    for (rect, name, when, text, part) in parts {
        let (head, rows) = rect.cut_top(1);
        let separator = paint.glyph(Glyph::Separator);
        let title = Line::from(vec![
            paint.span(name, Role::Heading),
            paint.span(format!(" {separator} {when}"), Role::Muted),
        ]);
        frame.render_widget(title, cells(head));
        let has_selected =
            view.decision().is_some_and(|it| it.part == part || it.part == Part::Both);
        let found = text.find(selected).filter(|_| has_selected && !selected.is_empty());
        let here = found.map_or(0..0, |at| {
            let line = text[..at].matches('\n').count();
            line..line + selected.matches('\n').count() + 1
        });
        let count = text.lines().count();
        let first = first_seen(&here, count, usize::from(rows.height));
        if text.is_empty() {
            let cell = Rect { height: 1.min(rows.height), ..rows };
            frame.render_widget(paint.span("nothing", Role::Hint), cells(cell));
        }
        for (y, (at, line)) in (rows.y..rows.bottom()).zip(text.lines().enumerate().skip(first)) {
            let words = fit(&shown(line), usize::from(rows.width), paint.glyph(Glyph::More));
            let cell = cells(Rect { y, height: 1, ..rows });
            frame.render_widget(Line::from(paint.span(words, Role::Text)), cell);
            if here.contains(&at) {
                frame.buffer_mut().set_style(cell, paint.style(Role::Selection));
            }
        }
    }
}

/// Why the selected statement is where it is, what that breaks, and how many there are of each.
fn reason(frame: &mut Frame<'_>, rect: Rect, view: &SplitView, paint: Paint<'_>) {
    let width = usize::from(rect.width);
    let mut rows: Vec<Line<'_>> = vec![Line::default()];
    if let Some(decision) = view.decision() {
        let lines = if decision.start_line == decision.end_line {
            format!("line {}", decision.start_line)
        } else {
            format!("lines {} to {}", decision.start_line, decision.end_line)
        };
        let (words, role) = match view.broken(view.selected) {
            Some(broken) => (format!("does not do the same here: {}", broken.reason), Role::Error),
            None => (decision.reason.to_string(), Role::Text),
        };
        let sure = match decision.confidence {
            Confidence::Certain => "",
            Confidence::Probable => ", probably",
            Confidence::Unknown => ", since it is not known",
        };
        let sentence = format!("{lines}, {}{sure}: {words}", decision.part.name());
        let sentence = wrapped(&sentence, width).into_iter().take(2);
        rows.extend(sentence.map(|row| Line::from(paint.span(row, role))));
    }
    let [cached, run, both] = view.counts();
    let boldness = match view.boldness {
        Boldness::Careful => "careful with what is not known",
        Boldness::Bold => "bold with what is not known",
    };
    let counts = format!("{cached} cached, {run} at task start, {both} in both; {boldness}");
    let broken = view.split.broken().len();
    let mut last = vec![paint.span(fit(&counts, width, "~"), Role::Muted)];
    if broken > 0 {
        let words = format!("  {broken} not doing the same");
        let room = width.saturating_sub(counts.width());
        last.push(Span::styled(fit(&words, room, "~"), paint.style(Role::Error)));
    }
    let (above, bottom) = rect.cut_bottom(1);
    for (y, row) in (above.y..above.bottom()).zip(rows) {
        frame.render_widget(row, cells(Rect { y, height: 1, ..above }));
    }
    frame.render_widget(Line::from(last), cells(bottom));
}

/// A line without what would steer the terminal.
fn shown(text: &str) -> String {
    text.replace('\t', "    ").chars().filter(|char| !char.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::environments::EnvironmentsEvent;
    use crate::app::event::Event;
    use crate::app::testing::{entry, press};
    use crate::app::update::update;
    use crate::ui::testing::{furnished, overlay};

    const SCRIPT: &str = "#!/bin/bash\n# Tools.\napt-get install -y jq\n\nmkdir -p /srv/$TASK_ID\n";

    #[test]
    fn a_script_is_seen_with_its_parts_the_reason_and_both_results() {
        let mut state = furnished();
        let mut one = entry("api");
        SCRIPT.clone_into(&mut one.environment.run_preflight_script);
        let listed = EnvironmentsEvent::Listed { entries: vec![one], broken: Vec::new() };
        update(&mut state, Event::Environments(listed));
        state.size = (110, 24);
        press(&mut state, &["s"]);
        assert_snapshot!("split", overlay(&state));
        state.size = (80, 24);
        press(&mut state, &["end", "m"]);
        assert_snapshot!("split_broken", overlay(&state));
        press(&mut state, &["tab"]);
        assert_snapshot!("split_results", overlay(&state));
    }
}
