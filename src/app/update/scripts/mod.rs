//! The script editors: what is typed goes into them, and from them to the file, to drafts and to
//! the linter.

mod ask;
mod edit;
mod pointer;
mod save;
mod search;

pub(super) use ask::{answer, conflict, guard, leave, quit};
pub(super) use edit::{act, pasted, pressed, returned, show_line, unselected};
pub(super) use pointer::{clicked, dragged, wheeled};
pub(super) use save::{listed, not_saved};
pub(super) use search::{go_to_line, pasted_in_search, searched};

use super::wake;
use crate::app::effect::{Effect, Timer};
use crate::app::moment::Moment;
use crate::app::scripts::{Areas, ScriptsEffect, ScriptsEvent};
use crate::app::state::State;
use crate::domain::environment::Stage;

/// How long unsaved text waits before it is kept as a draft, in milliseconds.
const DRAFT_REST: u64 = 3000;

/// How long nothing is typed before the findings are asked for, in milliseconds.
const LINT_REST: u64 = 300;

/// A longer script is not searched for findings: the answer would come too late to be of use.
const LINT_LARGEST: usize = 256 * 1024;

const STAGES: [Stage; 2] = [Stage::Cached, Stage::Run];

pub(super) fn heard(state: &mut State, event: ScriptsEvent) -> Vec<Effect> {
    match event {
        ScriptsEvent::Drafts(found) => state.scripts.drafts = found,
        ScriptsEvent::Linted { id, stage, revision, findings } => {
            if let Some(pair) = state.scripts.pair_mut(&id) {
                let editor = pair.editor_mut(stage);
                let present = editor.buffer().revision();
                editor.marks.answer(findings, revision, present);
            }
        }
    }
    Vec::new()
}

/// After whatever happened: the selected environment has its editors, they have the size of their
/// panes, and what an earlier screen left is asked about.
pub(super) fn settle(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(entry) = state.environments.selected() {
        let id = entry.id.clone();
        if state.scripts.open(entry) {
            effects.extend(lint_later(state));
        }
        for stage in STAGES {
            let Some(areas) = Areas::of(state, stage) else { continue };
            if let Some(pair) = state.scripts.pair_mut(&id) {
                pair.editor_mut(stage).resize(areas.editor.width, areas.editor.height);
            }
        }
    }
    effects.extend(ask::next_draft(state));
    effects
}

/// Something was typed.
fn changed(state: &mut State) -> Vec<Effect> {
    let mut effects = lint_later(state);
    effects.extend(wake(state, Timer::Drafts, DRAFT_REST));
    effects
}

fn lint_later(state: &mut State) -> Vec<Effect> {
    state.scripts.lint_due = Some(Moment(state.now.0 + LINT_REST));
    wake(state, Timer::Lint, LINT_REST).into_iter().collect()
}

/// The findings are due, unless something was typed since.
pub(super) fn lint(state: &mut State) -> Vec<Effect> {
    let Some(due) = state.scripts.lint_due else { return Vec::new() };
    if state.now < due {
        return wake(state, Timer::Lint, due.since(state.now)).into_iter().collect();
    }
    state.scripts.lint_due = None;
    let Some(id) = state.environments.selected().map(|entry| entry.id.clone()) else {
        return Vec::new();
    };
    let Some(pair) = state.scripts.pair_mut(&id) else { return Vec::new() };
    let mut effects = Vec::new();
    for stage in STAGES {
        pair.editor_mut(stage).catch_up();
        if pair.editor(stage).buffer().text().bytes() > LINT_LARGEST {
            continue;
        }
        if let Some(revision) = pair.needs_lint(stage) {
            let text = pair.text(stage);
            let id = id.clone();
            effects.push(Effect::Scripts(ScriptsEffect::Lint { id, stage, revision, text }));
        }
    }
    effects
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
mod tests;
