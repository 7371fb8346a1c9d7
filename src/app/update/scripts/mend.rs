//! Fixes of findings, done to what is on the screen: each is one step of undo.

use super::{changed, edit};
use crate::app::action::{Action, Scope, ScriptAction};
use crate::app::editor::Editor;
use crate::app::editor::place::Place;
use crate::app::effect::Effect;
use crate::app::notice::Tone;
use crate::app::scripts::{Pair, Refused, mending, moving};
use crate::app::state::State;
use crate::domain::environment::{EnvironmentId, Stage};
use crate::domain::lint::fix::moved;
use crate::domain::split::TaskStart;
use crate::domain::split::crossing::{Scripts, Unread, crossing};

/// Mends what the first finding of the line is about that can be mended.
pub(super) fn mend(state: &mut State) -> Vec<Effect> {
    let Some(editor) = edit::editor(state) else { return Vec::new() };
    let Some(fix) = mending(editor).cloned() else { return Vec::new() };
    let Some(text) = fix.apply(&editor.buffer().contents()) else { return Vec::new() };
    take_over(editor, &text);
    state.tell(Tone::Done, fix.title);
    changed(state)
}

/// Moves the statement in the line to the other script. A move that breaks what depends on it is
/// refused with the reason; the same key again does it, since a person may know better.
pub(super) fn move_statement(state: &mut State, id: &EnvironmentId, stage: Stage) -> Vec<Effect> {
    let refused = state.scripts.refused.take();
    let start = state.environments.entry(id).map(|it| TaskStart::of(&it.environment));
    let again = state.keymap.shown(Scope::Editor, Action::Script(ScriptAction::Move));
    let Some(pair) = state.scripts.pair_mut(id) else { return Vec::new() };
    let other = stage.other();
    let Some(fix) = moving(pair.editor(stage), stage) else {
        let words = "it shares its line with another statement; put each on lines of its own";
        state.tell(Tone::Note, words.to_owned());
        return Vec::new();
    };
    let Some(bytes) = fix.edits.first().map(|edit| edit.bytes.clone()) else { return Vec::new() };
    let revisions = [stage, other].map(|stage| pair.editor(stage).buffer().revision());
    let this = Refused { id: id.clone(), stage, revisions, bytes };
    if refused.as_ref() != Some(&this)
        && let Some(why) = against(pair, &this, &start.unwrap_or_default())
    {
        let again = again.map_or_else(String::new, |chord| format!("; {chord} again moves it"));
        state.tell(Tone::Note, format!("not moved: {why}{again}"));
        state.scripts.refused = Some(this);
        return Vec::new();
    }
    let Some((left, put)) = moved(stage, &pair.text(stage), &pair.text(other), &fix) else {
        return Vec::new();
    };
    take_over(pair.editor_mut(stage), &left);
    take_over(pair.editor_mut(other), &put);
    let words =
        format!("moved to the {} preflight; undo is a step in each of the two", other.name());
    state.tell(Tone::Done, words);
    changed(state)
}

/// What is against a move.
fn against(pair: &Pair, moved: &Refused, start: &TaskStart) -> Option<String> {
    let (cached, run) = (pair.text(Stage::Cached), pair.text(Stage::Run));
    let scripts = Scripts { cached: &cached, run: &run };
    match crossing(moved.stage, scripts, &moved.bytes, start) {
        Ok(breaches) => match breaches.as_slice() {
            [] => None,
            [one] => Some(one.sentence()),
            [one, more @ ..] => Some(format!("{}, and {} more", one.sentence(), more.len())),
        },
        Err(Unread { stage, line }) => Some(format!(
            "bash cannot read line {line} of the {} preflight, so nobody knows what depends on it",
            stage.name()
        )),
    }
}

/// Makes the text another one; the cursor stays in its line as far as there is one.
fn take_over(editor: &mut Editor, text: &str) {
    let at = editor.buffer().cursor();
    editor.take_over(text, Place::new(at.line, at.column));
}
