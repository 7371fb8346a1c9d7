//! What somebody reads who has no environment yet, or no log: what this is, and the next keys.

use ratatui::Frame;
use ratatui::text::Line;

use super::paint::{Paint, cells, wrapped};
use crate::app::action::{
    self, Action, CommandAction, EnvironmentAction, JobAction, Scope, TaskAction, ViewAction,
};
use crate::app::domain::theme::Role;
use crate::app::layout::Rect;
use crate::app::state::State;

/// What prebake is for, in a pane that has nothing else to show.
pub(super) fn draw(frame: &mut Frame<'_>, inside: Rect, state: &State, paint: Paint<'_>) {
    let width = usize::from(inside.width.saturating_sub(2)).min(72);
    let mut lines = vec![Line::default()];
    let prose = [
        "prebake keeps container environments warm.",
        "An environment has two bash scripts. The cached preflight installs things: it runs once and is baked into an image. The run preflight sets things up for one task: it runs at every start, before the task's command.",
    ];
    for (text, role) in prose.into_iter().zip([Role::Heading, Role::Text]) {
        lines.extend(wrapped(text, width).into_iter().map(|row| Line::from(paint.span(row, role))));
        lines.push(Line::default());
    }
    lines.extend(keys(
        state,
        paint,
        Scope::Environments,
        &[
            (Action::Environment(EnvironmentAction::New), "make the first environment"),
            (Action::View(ViewAction::Help), "all keys"),
            (Action::View(ViewAction::Palette), "find an action by its name"),
        ],
    ));
    put(frame, inside, lines);
}

/// The steps from an environment to a task, where its log will be.
pub(super) fn steps(frame: &mut Frame<'_>, inside: Rect, state: &State, paint: Paint<'_>) {
    let lines = keys(
        state,
        paint,
        Scope::Environments,
        &[
            (Action::Environment(EnvironmentAction::Open), "write the scripts; ctrl-s saves them"),
            (Action::Job(JobAction::Build), "bake the cached preflight; its log is shown here"),
            (Action::Task(TaskAction::Run), "start a command in the environment"),
            (Action::Command(CommandAction::Interactive), "or work in it, in this terminal"),
        ],
    );
    put(frame, inside, lines);
}

/// A line a key, of those that work now.
fn keys<'t>(
    state: &State,
    paint: Paint<'_>,
    scope: Scope,
    rows: &[(Action, &'t str)],
) -> Vec<Line<'t>> {
    let works = rows.iter().filter(|(action, _)| action::availability(state, *action).is_ok());
    let keyed = works.filter_map(|(action, words)| {
        let chord = state.keymap.shown(scope, *action)?;
        Some(Line::from(vec![
            paint.span(format!("{:>7}  ", chord.to_string()), Role::Key),
            paint.span(*words, Role::Hint),
        ]))
    });
    keyed.collect()
}

fn put(frame: &mut Frame<'_>, inside: Rect, lines: Vec<Line<'_>>) {
    let (_, room) = inside.cut_left(1);
    for (y, line) in (room.y..room.bottom()).zip(lines) {
        frame.render_widget(line, cells(Rect { y, height: 1, ..room }));
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::layout::Region;
    use crate::app::testing::linked;
    use crate::ui::testing::{of_roles, pane, whole};

    #[test]
    fn a_newcomer_reads_what_to_do_next() {
        let mut state = of_roles(linked(&[]));
        state.size = (60, 20);
        assert_snapshot!("no_environment", whole(&state));
        assert_snapshot!("no_log", pane(&of_roles(linked(&["api"])), Region::Log));
    }
}
