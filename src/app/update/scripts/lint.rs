//! When findings are asked for: of the scripts on the screen some time after the last key, and of
//! the files as often as they change, to be counted in the list.

use super::{STAGES, wake};
use crate::app::effect::{Effect, Timer};
use crate::app::moment::Moment;
use crate::app::scripts::{Counted, ScriptsEffect};
use crate::app::state::State;
use crate::domain::digest::Digest;
use crate::domain::environment::EnvironmentId;
use crate::domain::lint::Context;

/// How long nothing is typed before the findings are asked for, in milliseconds.
const REST: u64 = 300;

/// A longer script is not searched for findings: the answer would come too late to be of use.
const LARGEST: usize = 256 * 1024;

/// Asks for the findings some time from now.
pub(super) fn later(state: &mut State) -> Vec<Effect> {
    state.scripts.lint_due = Some(Moment(state.now.0 + REST));
    wake(state, Timer::Lint, REST).into_iter().collect()
}

/// The findings are due, unless something was typed since.
pub(in crate::app::update) fn lint(state: &mut State) -> Vec<Effect> {
    let Some(due) = state.scripts.lint_due else { return Vec::new() };
    if state.now < due {
        return wake(state, Timer::Lint, due.since(state.now)).into_iter().collect();
    }
    state.scripts.lint_due = None;
    let Some(entry) = state.environments.selected() else { return Vec::new() };
    let (id, environment) = (entry.id.clone(), entry.environment.clone());
    let Some(pair) = state.scripts.pair_mut(&id) else { return Vec::new() };
    let mut effects = Vec::new();
    for stage in STAGES {
        pair.editor_mut(stage).catch_up();
        let Some(revision) = pair.needs_lint(stage) else { continue };
        if pair.editor(stage).buffer().text().bytes() > LARGEST {
            continue;
        }
        let mut context = Context::of(&environment, stage);
        let other = pair.text(stage.other());
        // An older environment has its run stage in a field that no editor shows.
        if !other.is_empty() {
            context.other = other;
        }
        let (id, text) = (id.clone(), pair.text(stage));
        effects.push(Effect::Scripts(ScriptsEffect::Lint { id, stage, revision, text, context }));
    }
    effects
}

/// Asks for the counts of files that changed since they were counted.
pub(super) fn count(state: &mut State) -> Option<Effect> {
    let environments = &mut state.environments;
    let mut changed = Vec::new();
    for entry in &environments.entries {
        if environments.findings.get(&entry.id).is_some_and(|it| it.0 == entry.revision) {
            continue;
        }
        let (id, revision) = (entry.id.clone(), entry.revision.clone());
        environments.findings.insert(id.clone(), (revision.clone(), None));
        changed.push(Counted { id, revision, environment: entry.environment.clone() });
    }
    (!changed.is_empty()).then_some(Effect::Scripts(ScriptsEffect::Count(changed)))
}

/// Takes the counts of files that still are what was counted.
pub(super) fn counted(state: &mut State, counts: Vec<(EnvironmentId, Digest, usize)>) {
    for (id, revision, count) in counts {
        if let Some(known) = state.environments.findings.get_mut(&id)
            && known.0 == revision
        {
            known.1 = Some(count);
        }
    }
}
