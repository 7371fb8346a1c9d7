//! Typing: keys and pasted texts become commands of the editor that has the keys.

use super::{changed, drafts, mend, save, search};
use crate::app::action::ScriptAction;
use crate::app::chord::{Chord, Code};
use crate::app::editor::motion::Motion;
use crate::app::editor::place::Place;
use crate::app::editor::{Editor, EditorCommand, Told};
use crate::app::effect::{Aside, Effect};
use crate::app::mode::{Choice, Dialog, Does, Line, Mode, Purpose};
use crate::app::notice::Tone;
use crate::app::scripts::{Answer, region};
use crate::app::state::State;
use crate::domain::environment::{EnvironmentId, Stage};

/// A key that is no action.
pub(in crate::app::update) fn pressed(state: &mut State, chord: Chord) -> Vec<Effect> {
    match typed(chord) {
        Some(command) => apply(state, command),
        None => Vec::new(),
    }
}

/// What a key does to any text.
fn typed(chord: Chord) -> Option<EditorCommand> {
    let motion = match (chord.code, chord.ctrl) {
        (Code::Left, false) => Motion::Left,
        (Code::Right, false) => Motion::Right,
        (Code::Left, true) => Motion::WordLeft,
        (Code::Right, true) => Motion::WordRight,
        (Code::Up, false) => Motion::Up,
        (Code::Down, false) => Motion::Down,
        (Code::Home, false) => Motion::Home,
        (Code::End, false) => Motion::End,
        (Code::Home, true) => Motion::Top,
        (Code::End, true) => Motion::Bottom,
        (Code::PageUp, false) => Motion::PageUp,
        (Code::PageDown, false) => Motion::PageDown,
        (Code::Enter, _) => return Some(EditorCommand::Newline),
        (Code::Backspace, false) => return Some(EditorCommand::Erase(Motion::Left)),
        (Code::Backspace, true) => return Some(EditorCommand::Erase(Motion::WordLeft)),
        (Code::Delete, false) => return Some(EditorCommand::Erase(Motion::Right)),
        _ => return chord.types().map(EditorCommand::Type),
    };
    (!chord.alt).then_some(EditorCommand::Move { motion, select: chord.shift })
}

pub(in crate::app::update) fn pasted(state: &mut State, text: &str) -> Vec<Effect> {
    apply(state, EditorCommand::Paste(text.to_owned()))
}

/// The editor that has the keys.
pub(super) fn editor(state: &mut State) -> Option<&mut Editor> {
    let stage = state.stage()?;
    let id = state.environments.selected()?.id.clone();
    Some(state.scripts.pair_mut(&id)?.editor_mut(stage))
}

/// Lets the editor that has the keys do something.
pub(super) fn apply(state: &mut State, command: EditorCommand) -> Vec<Effect> {
    let Some(editor) = editor(state) else { return Vec::new() };
    let page = editor.viewport().height.saturating_sub(1).max(1);
    let applied = editor.apply(command, page);
    let mut effects = Vec::new();
    if let Some(text) = applied.copied.filter(|text| !text.is_empty()) {
        state.tell(Tone::Done, copied(&text));
        state.scripts.clipboard.clone_from(&text);
        effects.push(Effect::Copy(text));
    }
    if let Some(told) = applied.told {
        let (tone, words) = words(&told);
        state.tell(tone, words);
    }
    if applied.changed {
        effects.extend(changed(state));
    }
    effects
}

fn copied(text: &str) -> String {
    let characters = match text.chars().count() {
        1 => "1 character".to_owned(),
        count => format!("{count} characters"),
    };
    match text.lines().count() {
        0 | 1 => format!("copied {characters}"),
        lines => format!("copied {lines} lines, {characters}"),
    }
}

pub(super) fn words(told: &Told) -> (Tone, String) {
    match told {
        Told::WrappedToTop => (Tone::Note, "went on from the top".to_owned()),
        Told::WrappedToBottom => (Tone::Note, "went on from the bottom".to_owned()),
        Told::NoHit => (Tone::Note, "there is no such text".to_owned()),
        Told::BadPattern(why) => (Tone::Failure, why.clone()),
        Told::Replaced(1) => (Tone::Done, "replaced 1 hit".to_owned()),
        Told::Replaced(count) => (Tone::Done, format!("replaced {count} hits")),
        Told::NothingLeft => (Tone::Note, "there is nothing to go back or forth to".to_owned()),
    }
}

pub(in crate::app::update) fn act(state: &mut State, action: ScriptAction) -> Vec<Effect> {
    let selected = state.environments.selected().map(|entry| entry.id.clone());
    let (Some(stage), Some(id)) = (state.stage(), selected) else { return Vec::new() };
    match action {
        ScriptAction::Save => return save::save(state, &id),
        ScriptAction::Find => return search::open(state, stage, false),
        ScriptAction::Replace => return search::open(state, stage, true),
        ScriptAction::NextHit => return search::again(state, EditorCommand::NextHit),
        ScriptAction::PreviousHit => return search::again(state, EditorCommand::PreviousHit),
        ScriptAction::GoToLine => {
            let title = "Go to line".to_owned();
            let (input, purpose) = (tui_input::Input::default(), Purpose::GoToLine);
            state.mode = Mode::Line(Line { title, input, purpose, fault: None, is_offered: false });
        }
        ScriptAction::NextFinding => return step_finding(state, true),
        ScriptAction::PreviousFinding => return step_finding(state, false),
        ScriptAction::Mend => return mend::mend(state),
        ScriptAction::Move => return mend::move_statement(state, &id, stage),
        ScriptAction::Other => state.layout.focus(region(stage.other())),
        ScriptAction::External => {
            let Some(editor) = editor(state) else { return Vec::new() };
            let (text, at) = (editor.buffer().contents(), editor.buffer().cursor());
            let column = editor.buffer().text().line(at.line)[..at.column].chars().count() + 1;
            let line = at.line + 1;
            return vec![Effect::Aside(Aside::Edit { id, stage, text, line, column })];
        }
        ScriptAction::Compare => search::compare(state, &id, stage),
        ScriptAction::Revert => {
            let body = vec![
                "What was typed since is gone from the screen; undo brings it back.".to_owned(),
            ];
            let title =
                format!("Make the {} preflight of `{id}` what its file says?", stage.name());
            let choices = vec![
                choice("Go back to the file", 'y', Answer::Revert(id, stage)),
                Choice { label: "Keep what I typed".to_owned(), key: 'n', does: Does::Nothing },
            ];
            state.mode = Mode::Ask(Dialog { selected: 1, ..Dialog::new(title, body, choices) });
        }
        ScriptAction::Edit(edit) => return apply(state, edit.command(&state.scripts.clipboard)),
    }
    Vec::new()
}

/// An answer to a question about scripts.
pub(super) fn choice(label: &str, key: char, answer: Answer) -> Choice {
    Choice { label: label.to_owned(), key, does: Does::Script(answer) }
}

/// What the person's own editor left. It may be the work of hours, and is kept as a draft at once.
pub(in crate::app::update) fn edited(
    state: &mut State,
    id: &EnvironmentId,
    stage: Stage,
    text: &str,
) -> Vec<Effect> {
    let mut effects = returned(state, id, stage, text);
    effects.extend(drafts(state));
    effects
}

/// A text takes the place of a script, as one step of undo.
pub(super) fn returned(
    state: &mut State,
    id: &EnvironmentId,
    stage: Stage,
    text: &str,
) -> Vec<Effect> {
    let Some(pair) = state.scripts.pair_mut(id) else { return Vec::new() };
    let editor = pair.editor_mut(stage);
    if editor.buffer().text().is(text) {
        return Vec::new();
    }
    let cursor = editor.buffer().cursor();
    editor.take_over(text, cursor);
    changed(state)
}

/// To the finding behind the line of the cursor, or before it; over the end if need be.
fn step_finding(state: &mut State, ahead: bool) -> Vec<Effect> {
    let Some(editor) = editor(state) else { return Vec::new() };
    let here = editor.buffer().cursor();
    let text = editor.buffer().text();
    let mut places: Vec<Place> = editor
        .marks
        .findings()
        .iter()
        .map(|finding| {
            place_of(text.line(finding.start.line), finding.start.line, finding.start.column)
        })
        .collect();
    places.sort();
    let next = if ahead {
        places.iter().find(|place| **place > here).or(places.first())
    } else {
        places.iter().rfind(|place| **place < here).or(places.last())
    };
    if let Some(place) = next.copied() {
        go(state, place);
    }
    Vec::new()
}

/// A place told in characters, in bytes.
fn place_of(text: &str, line: usize, column: usize) -> Place {
    let bytes = text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
    Place::new(line, bytes)
}

/// Moves the cursor of the editor that has the keys.
pub(super) fn go(state: &mut State, place: Place) {
    if let Some(editor) = editor(state) {
        editor.go_to(place);
    }
}

/// Shows the line of a script at which a bake failed, from 1.
pub(in crate::app::update) fn show_line(
    state: &mut State,
    id: &EnvironmentId,
    stage: Stage,
    line: usize,
) -> Vec<Effect> {
    state.environments.select(id);
    let Some(entry) = state.environments.selected().filter(|entry| entry.id == *id) else {
        state.tell(Tone::Note, format!("there is no environment `{id}` any more"));
        return Vec::new();
    };
    state.scripts.open(entry, state.settings.tab_width);
    state.layout.focus(region(stage));
    let line = line.saturating_sub(1);
    if let Some(editor) = editor(state) {
        let line = line.min(editor.buffer().text().last());
        editor.marks.set_failed(Some(line));
        go(state, Place::new(line, 0));
    }
    Vec::new()
}

/// Whether something was selected in the editor that has the keys; nothing is from now on.
pub(in crate::app::update) fn unselected(state: &mut State) -> bool {
    let Some(editor) = editor(state).filter(|it| it.buffer().selection().is_some()) else {
        return false;
    };
    editor.apply(EditorCommand::Unselect, 1);
    true
}
