//! The mouse in the script panes.

use super::edit;
use crate::app::editor::EditorCommand;
use crate::app::editor::place::Place;
use crate::app::effect::Effect;
use crate::app::event::Mouse;
use crate::app::scripts::Areas;
use crate::app::scripts::listed::listed;
use crate::app::state::State;
use crate::domain::environment::Stage;

/// Two clicks at one cell within so many milliseconds are a double one.
const DOUBLE: u64 = 400;

/// Lines that a step of the wheel turns.
const WHEEL: isize = 3;

/// The button went down in the pane of a script, which has the keys already.
pub(in crate::app::update) fn clicked(state: &mut State, mouse: Mouse) -> Vec<Effect> {
    let Some(stage) = state.stage() else { return Vec::new() };
    let Some(areas) = Areas::of(state, stage) else { return Vec::new() };
    let Mouse { x, y, shift, .. } = mouse;
    if areas.findings.contains(x, y) {
        return to_finding(state, stage, &areas, y);
    }
    if !areas.editor.contains(x, y) {
        return Vec::new();
    }
    let (column, row) = (x - areas.editor.x, y - areas.editor.y);
    let before = state.scripts.clicked.replace(((x, y), state.now));
    let again = before.is_some_and(|(at, when)| at == (x, y) && state.now.since(when) < DOUBLE);
    state.scripts.held = Some(stage);
    if again {
        edit::apply(state, EditorCommand::DoubleClick { column, row })
    } else {
        edit::apply(state, EditorCommand::Click { column, row, select: shift })
    }
}

/// The mouse moved with the button down since it was pressed in an editor.
pub(in crate::app::update) fn dragged(state: &mut State, mouse: Mouse) -> Vec<Effect> {
    let Some(stage) = state.scripts.held.filter(|held| state.stage() == Some(*held)) else {
        return Vec::new();
    };
    let Some(areas) = Areas::of(state, stage) else { return Vec::new() };
    let column = i32::from(mouse.x) - i32::from(areas.editor.x);
    let row = i32::from(mouse.y) - i32::from(areas.editor.y);
    edit::apply(state, EditorCommand::Drag { column, row })
}

/// The wheel turned over the pane of a script, which need not have the keys.
pub(in crate::app::update) fn wheeled(state: &mut State, stage: Stage, by: isize) -> Vec<Effect> {
    let Some(id) = state.environments.selected().map(|entry| entry.id.clone()) else {
        return Vec::new();
    };
    if let Some(pair) = state.scripts.pair_mut(&id) {
        pair.editor_mut(stage).apply(EditorCommand::Scroll(by * WHEEL), 1);
    }
    Vec::new()
}

fn to_finding(state: &mut State, stage: Stage, areas: &Areas, y: u16) -> Vec<Effect> {
    let Some(row) = (y - areas.findings.y).checked_sub(1) else { return Vec::new() };
    let id = state.environments.selected().map(|entry| entry.id.clone());
    let Some(editor) = id.as_ref().and_then(|id| state.scripts.pair(id)).map(|it| it.editor(stage))
    else {
        return Vec::new();
    };
    let (rows, width) = (areas.findings.height.saturating_sub(1), areas.findings.width);
    let listed = listed(editor, usize::from(rows), usize::from(width));
    let finding = listed.get(usize::from(row)).map(|row| row.finding);
    if let Some(finding) = finding.and_then(|it| editor.marks.findings().get(it)) {
        let line = finding.start.line;
        edit::go(state, Place::new(line, 0));
    }
    Vec::new()
}
