//! The script editors: what is typed goes into them, and from them to the file, to drafts and to
//! the linter.

mod ask;
mod edit;
mod lint;
mod mend;
mod pointer;
mod save;
mod search;

pub(super) use ask::{answer, conflict, guard, leave, quit};
pub(super) use edit::{act, edited, pasted, pressed, show_line, unselected};
pub(super) use lint::lint;
pub(super) use pointer::{clicked, dragged, wheeled};
pub(super) use save::{listed, not_saved, refused};
pub(super) use search::{go_to_line, pasted_in_search, searched};

use super::wake;
use crate::app::effect::{Effect, Timer};
use crate::app::notice::Tone;
use crate::app::scripts::{Areas, Pair, ScriptsEffect, ScriptsEvent};
use crate::app::state::State;
use crate::domain::environment::{EnvironmentId, Stage};

/// How long unsaved text waits before it is kept as a draft, in milliseconds.
const DRAFT_REST: u64 = 3000;

const STAGES: [Stage; 2] = [Stage::Cached, Stage::Run];

pub(super) fn heard(state: &mut State, event: ScriptsEvent) -> Vec<Effect> {
    match event {
        ScriptsEvent::Drafts(found) => state.scripts.drafts = found,
        ScriptsEvent::Kept(id, outcome) => return kept(state, &id, outcome),
        ScriptsEvent::SetAside(id, kept_at) => {
            let effects = kept(state, &id, Ok(()));
            let words = format!(
                "the draft of `{id}` said more than its scripts; as it was it is kept in `{kept_at}`"
            );
            state.tell(Tone::Note, words);
            return effects;
        }
        ScriptsEvent::Linted { id, stage, revision, findings } => {
            if let Some(pair) = state.scripts.pair_mut(&id) {
                let editor = pair.editor_mut(stage);
                let present = editor.buffer().revision();
                editor.marks.answer(findings, revision, present);
            }
        }
        ScriptsEvent::Timed { id, stage, revision, times } => {
            if let Some(pair) = state.scripts.pair_mut(&id) {
                let editor = pair.editor_mut(stage);
                editor.times.answer(&times, revision, editor.buffer().revision());
            }
        }
        ScriptsEvent::Counts(counts) => lint::counted(state, counts),
    }
    Vec::new()
}

/// Those whose scripts are being edited: they have unsaved text, or the keys are in them.
pub(super) fn in_hand(state: &State) -> Vec<EnvironmentId> {
    let mut edited = state.scripts.unsaved();
    let with_keys = state.environments.selected().filter(|_| state.stage().is_some());
    edited.extend(with_keys.map(|entry| entry.id.clone()));
    edited
}

/// Whether the keys are in a script with unsaved text: then they must not come into another one.
pub(super) fn is_typing(state: &State) -> bool {
    let selected = state.environments.selected().filter(|_| state.stage().is_some());
    let pair = selected.and_then(|entry| state.scripts.pair(&entry.id));
    pair.is_some_and(Pair::is_dirty)
}

/// After whatever happened: the selected environment has its editors, they have the size of their
/// panes, and what an earlier screen left is asked about.
pub(super) fn settle(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    if state.environments.has_lost() {
        let edited = in_hand(state);
        state.environments.let_go(&edited);
    }
    if let Some(entry) = state.environments.selected() {
        let id = entry.id.clone();
        state.scripts.open(entry, state.settings.tab_width);
        let wants_lint = state.scripts.pair(&id).is_some_and(Pair::wants_lint);
        if wants_lint && state.scripts.lint_due.is_none() {
            effects.extend(lint::later(state));
        }
        for stage in STAGES {
            let Some(areas) = Areas::of(state, stage) else { continue };
            if let Some(pair) = state.scripts.pair_mut(&id) {
                pair.editor_mut(stage).resize(areas.editor.width, areas.editor.height);
            }
        }
    }
    effects.extend(lint::count(state));
    effects.extend(ask::next_draft(state));
    effects
}

/// Something of an environment ran, so that its statements have other times, and findings other
/// costs.
pub(super) fn ran(state: &mut State, id: &EnvironmentId) {
    if let Some(pair) = state.scripts.pair_mut(id) {
        pair.forget_findings();
    }
}

/// Something was typed.
fn changed(state: &mut State) -> Vec<Effect> {
    let mut effects = lint::later(state);
    effects.extend(wake(state, Timer::Drafts, DRAFT_REST));
    effects
}

/// A draft was written, or could not be: then it is tried again after a while.
fn kept(state: &mut State, id: &EnvironmentId, outcome: Result<(), String>) -> Vec<Effect> {
    let Some(pair) = state.scripts.pair_mut(id) else { return Vec::new() };
    let cause = outcome.clone().err();
    let is_new = pair.kept(outcome);
    let Some(cause) = cause else { return Vec::new() };
    if is_new {
        state.tell(Tone::Failure, format!("unsaved text of `{id}` is only on the screen: {cause}"));
    }
    wake(state, Timer::Drafts, DRAFT_REST).into_iter().collect()
}

/// Drafts are due: of what is unsaved and in none; those of what is saved go.
pub(super) fn drafts(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    for (id, pair) in state.scripts.pairs_mut() {
        if pair.needs_draft() {
            let (file, base) = pair.base();
            effects.push(Effect::Scripts(ScriptsEffect::KeepDraft {
                id: id.clone(),
                file: file.to_owned(),
                base: base.clone(),
                cached: pair.text(Stage::Cached),
                run: pair.text(Stage::Run),
            }));
        } else if pair.drops_draft() {
            effects.push(Effect::Scripts(ScriptsEffect::DropDraft(id.clone())));
        }
    }
    effects
}

#[cfg(test)]
mod lint_tests;
#[cfg(test)]
mod lost_tests;
#[cfg(test)]
mod tests;
