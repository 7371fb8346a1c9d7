//! From the editors to the file, and what the file says by now.

use super::super::{act_on, act_unguarded};
use super::ask;
use crate::app::effect::Effect;
use crate::app::lost::Lost;
use crate::app::mode::Mode;
use crate::app::notice::Tone;
use crate::app::scripts::AfterSave;
use crate::app::state::State;
use crate::domain::environment::{EnvironmentId, Stage};
use crate::domain::manifest;

/// Writes both scripts of an environment, unless somebody else changed them meanwhile: then asks.
pub(super) fn save(state: &mut State, id: &EnvironmentId) -> Vec<Effect> {
    let Some(pair) = state.scripts.pair(id) else { return Vec::new() };
    if pair.theirs().is_some() {
        state.scripts.after_save = None;
        ask::conflict(state, id);
        return Vec::new();
    }
    let (cached, run) = (pair.text(Stage::Cached), pair.text(Stage::Run));
    let Some(entry) = state.environments.entry(id) else {
        return create_again(state, id, cached, run);
    };
    match &entry.lost {
        None => {}
        Some(Lost::Gone) => return create_again(state, id, cached, run),
        Some(lost @ Lost::Broken(_)) => {
            let told = lost.told(id);
            state.scripts.after_save = None;
            state.tell(Tone::Failure, told);
            return Vec::new();
        }
    }
    let mut environment = entry.environment.clone();
    environment.set_scripts(&cached, &run);
    let (text, expected) = (manifest::update(&entry.text, &environment), entry.revision.clone());
    match text {
        Ok(text) => {
            if let Some(pair) = state.scripts.pair_mut(id) {
                pair.saves(Some([cached, run]));
            }
            vec![Effect::Save { id: id.clone(), text, expected }]
        }
        Err(error) => {
            state.scripts.after_save = None;
            state.tell(Tone::Failure, error.to_string());
            Vec::new()
        }
    }
}

/// Writes the file of an environment that somebody removed while its scripts were edited.
fn create_again(state: &mut State, id: &EnvironmentId, cached: String, run: String) -> Vec<Effect> {
    let Some(pair) = state.scripts.pair_mut(id) else { return Vec::new() };
    let file = pair.base().0.to_owned();
    let text = manifest::parse(&file).and_then(|mut environment| {
        environment.set_scripts(&cached, &run);
        manifest::update(&file, &environment)
    });
    match text {
        Ok(text) => {
            pair.saves(Some([cached, run]));
            vec![Effect::Create { id: id.clone(), text }]
        }
        Err(error) => {
            state.scripts.after_save = None;
            state.tell(Tone::Failure, error.to_string());
            Vec::new()
        }
    }
}

/// The files are known anew: the editors follow, unsaved text stays.
pub(in crate::app::update) fn listed(state: &mut State) -> Vec<Effect> {
    let (mut saved, mut against, mut again) = (Vec::new(), Vec::new(), Vec::new());
    let mut gone = Vec::new();
    for (id, pair) in state.scripts.pairs_mut() {
        let Some(entry) = state.environments.entries.iter().find(|entry| entry.id == *id) else {
            if !pair.is_dirty() {
                gone.push(id.clone());
            }
            continue;
        };
        if entry.lost.is_some() {
            pair.take_refused();
            continue;
        }
        let (was_dirty, was_refused) = (pair.is_dirty(), pair.take_refused());
        let base = pair.base().1.clone();
        if pair.follow(entry) {
            against.push(id.clone());
        } else if was_dirty && !pair.is_dirty() {
            saved.push(id.clone());
        }
        if was_refused && (base != *pair.base().1 || pair.theirs().is_some()) {
            again.push(id.clone());
        }
    }
    for id in gone {
        state.scripts.forget(&id);
    }
    let mut effects = super::drafts(state);
    for id in &saved {
        state.tell(Tone::Done, format!("`{id}` is saved"));
    }
    for id in &against {
        let words = format!(
            "`{id}` was changed by somebody else while you edit it; saving asks whose text stays"
        );
        state.tell(Tone::Note, words);
    }
    for id in again {
        effects.extend(save(state, &id));
    }
    effects.extend(after(state, &saved));
    effects
}

/// Does what waited for the last of these to be saved.
fn after(state: &mut State, saved: &[EnvironmentId]) -> Vec<Effect> {
    let Some((waiting, then)) = &mut state.scripts.after_save else { return Vec::new() };
    waiting.retain(|id| !saved.contains(id));
    if !waiting.is_empty() {
        return Vec::new();
    }
    let then = then.clone();
    state.scripts.after_save = None;
    match then {
        AfterSave::Quit => ask::leave(state),
        AfterSave::Act(id, action) => act_on(state, &id, |state| act_unguarded(state, action)),
    }
}

/// Something was not done to the files; what waited for one that was to be made again does not
/// happen.
pub(in crate::app::update) fn refused(state: &mut State) {
    state.scripts.after_save = None;
}

/// A file was not written; what waited for it does not happen.
pub(in crate::app::update) fn not_saved(state: &mut State, id: &EnvironmentId) {
    state.scripts.after_save = None;
    if let Some(pair) = state.scripts.pair_mut(id)
        && pair.saves(None)
    {
        pair.refused();
    }
}

/// Writes all that is unsaved, then leaves.
pub(super) fn save_and_leave(state: &mut State) -> Vec<Effect> {
    let unsaved = state.scripts.unsaved();
    state.scripts.after_save = Some((unsaved.clone(), AfterSave::Quit));
    let mut effects = Vec::new();
    for id in unsaved {
        effects.extend(save(state, &id));
        if !matches!(state.mode, Mode::Panes) {
            break;
        }
    }
    effects
}
