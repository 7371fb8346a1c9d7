//! The list of tasks: how each one is, for how long, and its command.

use ratatui::Frame;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr as _;

use super::paint::{Glyph, Paint, cells, fit};
use super::pane;
use crate::app::domain::theme::Role;
use crate::app::layout::{Rect, Region};
use crate::app::moment::clock;
use crate::app::state::State;
use crate::app::tasks::{Desktop, Task, TaskState};

pub(super) fn draw(frame: &mut Frame<'_>, rect: Rect, state: &State, paint: Paint<'_>) {
    let inside = pane::frame(frame, rect, Region::Tasks, state, paint);
    let width = usize::from(inside.width);
    let tasks = &state.tasks;
    if tasks.entries.is_empty() {
        let words = fit(" no tasks: r in the list of environments starts one", width, "~");
        let cell = Rect { height: inside.height.min(1), ..inside };
        frame.render_widget(Line::from(paint.span(words, Role::Hint)), cells(cell));
        return;
    }
    let desktop = tasks.selected().and_then(|task| task.desktop.as_ref());
    let inside = match desktop {
        Some(desktop) if inside.height > 2 => above_desktop(frame, inside, desktop, paint),
        _ => inside,
    };
    let rows = usize::from(inside.height).max(1);
    let first = (tasks.place().unwrap_or(0) + 1).saturating_sub(rows);
    let here = tasks.selected().map(|task| task.id.clone());
    let longest = tasks.entries.iter().map(|task| task.environment.width()).max();
    let longest = longest.unwrap_or(0).min(20);
    for (y, task) in (inside.y..inside.bottom()).zip(tasks.entries.iter().skip(first)) {
        let is_selected = here.as_ref() == Some(&task.id);
        let cell = cells(Rect { y, height: 1, ..inside });
        frame.render_widget(row(task, is_selected, longest, state, paint, width), cell);
        if is_selected {
            frame.buffer_mut().set_style(cell, paint.style(Role::Selection));
        }
    }
}

/// Draws how to get to the desktop of the selected task into the last lines, and gives what is
/// above them.
fn above_desktop(frame: &mut Frame<'_>, inside: Rect, desktop: &Desktop, paint: Paint<'_>) -> Rect {
    let tunnel = desktop.tunnel.iter().map(|command| ("t first", command));
    let lines: Vec<_> = tunnel.chain([("u desktop", &desktop.url)]).collect();
    let height = u16::try_from(lines.len()).unwrap_or(1);
    let width = usize::from(inside.width).saturating_sub(12);
    for (y, (word, text)) in (inside.bottom() - height..inside.bottom()).zip(lines) {
        let line = Line::from(vec![
            paint.span(format!(" {word:10} "), Role::Hint),
            paint.span(fit(text, width, paint.glyph(Glyph::More)), Role::Accent),
        ]);
        frame.render_widget(line, cells(Rect { y, height: 1, ..inside }));
    }
    Rect { height: inside.height - height, ..inside }
}

/// A row; names of environments have so many cells.
fn row<'t>(
    task: &Task,
    is_selected: bool,
    longest: usize,
    state: &State,
    paint: Paint<'_>,
    width: usize,
) -> Line<'t> {
    let (glyph, role, word) = match task.state {
        TaskState::Created => (Glyph::Unknown, Role::Muted, "starting".to_owned()),
        TaskState::Running => (Glyph::Warm, Role::Running, "running".to_owned()),
        TaskState::Ended(0) => (Glyph::Cold, Role::Muted, "ended".to_owned()),
        TaskState::Ended(code) => (Glyph::Failed, Role::Failed, format!("exit {code}")),
    };
    let until = match task.state {
        TaskState::Ended(_) => task.ended,
        TaskState::Created | TaskState::Running => Some(state.now),
    };
    let lasted = task.started.zip(until).map(|(from, to)| clock(to.since(from)));
    let mark = if is_selected { paint.glyph(Glyph::Selected) } else { " " };
    let head = format!("{word:9} ");
    let environment = fit(&task.environment, longest, paint.glyph(Glyph::More));
    let degraded = if task.degraded.is_some() { "degraded " } else { "" };
    let about = format!("{:>8} {} {environment:longest$} ", lasted.unwrap_or_default(), task.id);
    let ports = task.ports.iter().fold(String::new(), |all, port| all + port + "  ");
    let used = 3 + ports.width() + head.width() + about.width() + degraded.width();
    let command = fit(&task.command, width.saturating_sub(used), paint.glyph(Glyph::More));
    Line::from(vec![
        paint.span(format!("{mark}{} ", paint.glyph(glyph)), role),
        paint.span(head, role),
        paint.span(about, Role::Text),
        paint.span(degraded, Role::Degraded),
        paint.span(ports, Role::Accent),
        paint.span(command, Role::Muted),
    ])
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::layout::Region;
    use crate::app::tasks::Desktop;
    use crate::app::testing::{linked, press};
    use crate::ui::testing::{furnished, pane};

    #[test]
    fn tasks_are_told_with_how_they_are_and_how_long_that_took() {
        let mut state = furnished();
        press(&mut state, &["alt-6", "down"]);
        assert_snapshot!("tasks", pane(&state, Region::Tasks));
        let url = "http://127.0.0.1:49153/vnc.html#autoconnect=1".to_owned();
        let tunnel = Some("ssh -N -L 49153:127.0.0.1:49153 ana@build".to_owned());
        press(&mut state, &["up"]);
        state.tasks.entries[0].desktop = Some(Desktop { url, tunnel });
        let seen = pane(&state, Region::Tasks);
        let told: Vec<&str> = seen.lines().filter(|line| line.contains("49153")).collect();
        assert!(
            told[0].contains(" t first    ssh -N -L 49153:127.0.0.1:49153 ana@build"),
            "{seen}"
        );
        assert!(told[1].contains(" u desktop  http://127.0.0.1:49153/vnc.html#auto"), "{seen}");

        let mut state = linked(&["api"]);
        press(&mut state, &["alt-6"]);
        let seen = pane(&state, Region::Tasks);
        assert!(seen.contains("no tasks: r in the list of environments starts one"), "{seen}");
    }
}
