//! The form of an environment's fields.

use crate::app::chord::{Chord, Code};
use crate::app::effect::Effect;
use crate::app::environments::Entry;
use crate::app::form::Form;
use crate::app::mode::Mode;
use crate::app::pick;
use crate::app::state::State;
use crate::domain::environment::EnvironmentId;

/// Opens the form of the selected environment.
pub(super) fn open(state: &mut State) {
    if let Some(entry) = state.environments.selected() {
        state.mode = Mode::Form(Form::of(entry.id.clone(), &entry.environment));
    }
}

/// A key of the form.
pub(super) fn pressed(state: &mut State, mut form: Form, chord: Chord) -> Vec<Effect> {
    let last = form.lines.len().saturating_sub(1);
    let was_leaving = std::mem::take(&mut form.is_leaving);
    match (chord.code, chord.ctrl) {
        (Code::Esc, _) if was_leaving || !form.is_changed() => return Vec::new(),
        (Code::Esc, _) => form.is_leaving = true,
        (Code::Enter, _) | (Code::Char('s'), true) => return save(state, form),
        (Code::Down, _) => form.selected = (form.selected + 1).min(last),
        (Code::Up, _) => form.selected = form.selected.saturating_sub(1),
        (Code::Tab, _) if chord.shift => {
            form.selected = form.selected.checked_sub(1).unwrap_or(last);
        }
        (Code::Tab, _) => form.selected = if form.selected == last { 0 } else { form.selected + 1 },
        _ => {
            if let Some(line) = form.lines.get_mut(form.selected) {
                pick::edit(&mut line.input, chord);
            }
        }
    }
    keep(state, form);
    Vec::new()
}

/// A pasted text, into the line that has the keys.
pub(super) fn pasted(state: &mut State, text: &str) {
    if let Mode::Form(mut form) = std::mem::take(&mut state.mode) {
        if let Some(line) = form.lines.get_mut(form.selected) {
            pick::paste(&mut line.input, text);
        }
        keep(state, form);
    }
}

/// Checks the form and goes on with it.
fn keep(state: &mut State, mut form: Form) {
    if let Some(entry) = state.environments.entry(&form.id) {
        form.check(&entry.text, &entry.environment);
    }
    state.mode = Mode::Form(form);
}

/// Writes what was typed to the file as it is now, unless somebody else changed the same fields
/// meanwhile; the form stays until that is done.
fn save(state: &mut State, mut form: Form) -> Vec<Effect> {
    let Some(entry) = state.environments.entry(&form.id) else {
        form.fault = Some(format!("there is no environment `{}` any more", form.id));
        state.mode = Mode::Form(form);
        return Vec::new();
    };
    if let Some(at) = form.follow(&entry.environment) {
        form.refuse(at, &entry.environment);
        keep(state, form);
        return Vec::new();
    }
    if !form.is_changed() {
        return Vec::new();
    }
    match form.text(&entry.text, &entry.environment) {
        Ok(text) => {
            let expected = entry.revision.clone();
            form.fault = None;
            form.sends(text.clone());
            let id = form.id.clone();
            state.mode = Mode::Form(form);
            vec![Effect::Save { id, text, expected }]
        }
        Err((at, _)) => {
            form.selected = at;
            keep(state, form);
            Vec::new()
        }
    }
}

/// A file was written; if it was with all that is typed, the form has done its work.
pub(super) fn saved(state: &mut State, entry: &Entry) {
    if let Mode::Form(form) = &mut state.mode
        && form.id == entry.id
        && form.written(&entry.text, &entry.environment)
    {
        state.mode = Mode::Panes;
    }
}

/// The file was not written: the form stays with what was typed.
pub(super) fn not_saved(state: &mut State, id: &EnvironmentId, cause: &str) {
    if let Mode::Form(form) = &mut state.mode
        && form.id == *id
        && form.saving.take().is_some()
    {
        form.fault = Some(cause.to_owned());
    }
}
