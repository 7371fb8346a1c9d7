//! Fixes of findings, done to what is on the screen: each is one step of undo.

use super::{changed, edit};
use crate::app::editor::Editor;
use crate::app::editor::place::Place;
use crate::app::effect::Effect;
use crate::app::notice::Tone;
use crate::app::scripts::{mending, moving};
use crate::app::state::State;
use crate::domain::environment::{EnvironmentId, Stage};
use crate::domain::lint::fix::moved;

/// Mends what the first finding of the line is about that can be mended.
pub(super) fn mend(state: &mut State) -> Vec<Effect> {
    let Some(editor) = edit::editor(state) else { return Vec::new() };
    let Some(fix) = mending(editor).cloned() else { return Vec::new() };
    let Some(text) = fix.apply(&editor.buffer().contents()) else { return Vec::new() };
    take_over(editor, &text);
    state.tell(Tone::Done, fix.title);
    changed(state)
}

/// Moves the statement in the line to the other script.
pub(super) fn move_statement(state: &mut State, id: &EnvironmentId, stage: Stage) -> Vec<Effect> {
    let Some(pair) = state.scripts.pair_mut(id) else { return Vec::new() };
    let other = stage.other();
    let Some(fix) = moving(pair.editor(stage), stage) else {
        let words = "it shares its line with another statement; put each on lines of its own";
        state.tell(Tone::Note, words.to_owned());
        return Vec::new();
    };
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

/// Makes the text another one; the cursor stays in its line as far as there is one.
fn take_over(editor: &mut Editor, text: &str) {
    let at = editor.buffer().cursor();
    editor.take_over(text, Place::new(at.line, at.column));
}
