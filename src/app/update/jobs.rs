//! Bakes: begun, followed, cancelled, found again.

use super::{log, scripts, tasks};
use crate::app::action::{Action, JobAction};
use crate::app::effect::Effect;
use crate::app::environments::{Entry, Warmth};
use crate::app::jobs::{Failure, Found, JobEffect, JobEvent, Outcome};
use crate::app::mode::{Dialog, Does, Mode};
use crate::app::moment::took;
use crate::app::notice::Tone;
use crate::app::scripts::Pair;
use crate::app::state::State;
use crate::domain::environment::{EnvironmentId, Stage};

pub(super) fn act(state: &mut State, action: JobAction) -> Vec<Effect> {
    if action == JobAction::BuildAll {
        return build_all(state);
    }
    let Some(id) = state.environments.selected().map(|entry| entry.id.clone()) else {
        return Vec::new();
    };
    let running = state.jobs.of(&id).cloned();
    match (action, running) {
        (JobAction::Sooner, _) => shift(state, &id, -1),
        (JobAction::Later, _) => shift(state, &id, 1),
        (JobAction::Build | JobAction::Rebuild | JobAction::Show, Some(job))
            if job.is_waiting() =>
        {
            waits(state, &id);
            Vec::new()
        }
        (JobAction::Cancel | JobAction::CancelNow, Some(job)) if job.is_waiting() => {
            // Nothing of it was begun, so nothing is lost.
            state.jobs.end(job.id);
            state.tell(Tone::Done, format!("`{id}` was taken out of the queue"));
            Vec::new()
        }
        // It is under way: to be seen is all that is wanted.
        (JobAction::Build | JobAction::Rebuild | JobAction::Show, Some(job)) => {
            log::show(state, job.log(), id.to_string())
        }
        (JobAction::Build, None) => build(state, &id, false),
        (JobAction::Rebuild, None) => {
            let title = format!("Bake `{id}` anew?");
            let body = vec!["Its images are replaced, even where nothing has changed.".to_owned()];
            state.mode = Mode::Ask(Dialog::confirm_act(
                title,
                body,
                "Bake anew",
                Does::Act(id, Action::Job(JobAction::BuildAnew)),
            ));
            Vec::new()
        }
        (JobAction::BuildAnew, _) => build(state, &id, true),
        (JobAction::CancelNow, Some(job)) => {
            if let Some(job) = state.jobs.job_mut(job.id) {
                job.is_cancelling = true;
            }
            vec![Effect::Job(JobEffect::Cancel(job.id))]
        }
        (JobAction::Cancel, Some(_)) => {
            let title = format!("Cancel the bake of `{id}`?");
            let body =
                vec!["Its container is stopped and removed; nothing of it is kept.".to_owned()];
            let does = Does::Act(id, Action::Job(JobAction::CancelNow));
            state.mode = Mode::Ask(Dialog::confirm_act(title, body, "Cancel the bake", does));
            Vec::new()
        }
        (JobAction::Failed, _) => to_failure(state, &id),
        (
            JobAction::Cancel | JobAction::CancelNow | JobAction::Show | JobAction::BuildAll,
            None,
        ) => Vec::new(),
        (JobAction::BuildAll, Some(_)) => Vec::new(),
    }
}

/// Builds one, when it is its turn.
fn build(state: &mut State, id: &EnvironmentId, anew: bool) -> Vec<Effect> {
    queue(state, id, anew);
    let mut effects = begin(state);
    match state.jobs.of(id) {
        Some(job) if job.is_waiting() => waits(state, id),
        Some(job) => effects.extend(log::show(state, job.log(), id.to_string())),
        None => {}
    }
    effects
}

/// Builds all that are cold or stale, a few at a time. Nobody asked to see one of them.
fn build_all(state: &mut State) -> Vec<Effect> {
    // A file that is not what the screen shows is baked by nobody without a question.
    let is_unsaved = |id: &EnvironmentId| state.scripts.pair(id).is_some_and(Pair::is_dirty);
    let (unsaved, cold): (Vec<_>, Vec<_>) = state.cold().into_iter().partition(is_unsaved);
    for id in &cold {
        queue(state, id, false);
    }
    let mut words = match (&cold[..], state.settings.bake_limit) {
        ([], _) => "nothing is to be baked".to_owned(),
        ([id], _) => format!("`{id}` is to be baked"),
        (all, limit) => format!("{} environments are to be baked, {limit} at a time", all.len()),
    };
    if !unsaved.is_empty() {
        let names = unsaved.iter().map(EnvironmentId::as_str).collect::<Vec<_>>().join("`, `");
        words = format!("{words}; not `{names}`, whose scripts are not saved");
    }
    state.tell(Tone::Note, words);
    begin(state)
}

fn queue(state: &mut State, id: &EnvironmentId, anew: bool) {
    state.jobs.queue(id.clone(), anew, state.now);
    if let Some(pair) = state.scripts.pair_mut(id) {
        pair.clear_failed();
    }
}

/// Begins as many builds as there may be.
fn begin(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    while let Some(effect) = state.jobs.next(state.settings.bake_limit, state.now) {
        effects.push(Effect::Job(effect));
    }
    effects
}

fn shift(state: &mut State, id: &EnvironmentId, by: isize) -> Vec<Effect> {
    state.jobs.shift(id, by);
    waits(state, id);
    Vec::new()
}

/// Tells the place of one that waits.
fn waits(state: &mut State, id: &EnvironmentId) {
    if let Some(place) = state.jobs.place(id) {
        let all = state.jobs.waiting().count();
        state.tell(Tone::Note, format!("`{id}` is number {place} of {all} in the queue of bakes"));
    }
}

/// To the line at which the last bake failed.
fn to_failure(state: &mut State, id: &EnvironmentId) -> Vec<Effect> {
    let Some(failure) = state.jobs.failure(id).cloned() else { return Vec::new() };
    if let (Some(stage), Some(line)) = (failure.stage, failure.line) {
        return scripts::show_line(state, id, stage, usize::try_from(line).unwrap_or(1));
    }
    state.tell(Tone::Note, failure.sentence);
    Vec::new()
}

pub(super) fn heard(state: &mut State, event: JobEvent) -> Vec<Effect> {
    let mut effects = take(state, event);
    // Without an engine those that wait would only fail.
    if state.link.is_up() {
        effects.extend(begin(state));
    }
    effects
}

fn take(state: &mut State, event: JobEvent) -> Vec<Effect> {
    match event {
        JobEvent::Told(id, stand) => {
            if let Some(job) = state.jobs.job_mut(id) {
                (job.stand, job.is_lost) = (stand, false);
            }
            Vec::new()
        }
        JobEvent::Ended(id, Outcome::Lost(cause)) => {
            if let Some(job) = state.jobs.job_mut(id) {
                job.is_lost = true;
                state.tell(Tone::Failure, cause);
            }
            // It may be back already.
            if state.link.is_up() { vec![Effect::Job(state.jobs.look())] } else { Vec::new() }
        }
        JobEvent::Ended(id, outcome) => {
            let Some(job) = state.jobs.end(id) else { return Vec::new() };
            let after = took(state.now.since(job.begun));
            let environment = job.environment;
            state.history.is_stale = true;
            close_question(state, &environment);
            scripts::ran(state, &environment);
            let asked = if state.link.is_up() { vec![Effect::AskStatuses] } else { Vec::new() };
            if let Outcome::Started { task, degraded } = outcome {
                let (tone, words) = match degraded {
                    Some(why) => (Tone::Failure, format!("task {task} is degraded: {why}")),
                    None => (Tone::Done, format!("task {task} runs in `{environment}`")),
                };
                state.tell(tone, words);
                return tasks::started(state, task, environment.as_str());
            }
            let (tone, words) = match outcome {
                Outcome::Done(true) => {
                    (Tone::Done, format!("`{environment}` is warm, after {after}"))
                }
                Outcome::Done(false) => {
                    (Tone::Done, format!("`{environment}` is warm: nothing was to be baked"))
                }
                Outcome::Failed(failure) => {
                    let words = format!("`{environment}`: {}", failure.sentence);
                    fail(state, environment, failure);
                    (Tone::Failure, words)
                }
                Outcome::Cancelled(proof) => (Tone::Done, format!("`{environment}`: {proof}")),
                // Told above.
                Outcome::Started { .. } => return Vec::new(),
                // How it ended shows in the state of its layers.
                Outcome::Missed => return asked,
                Outcome::Lost(cause) | Outcome::Refused(cause) => (Tone::Failure, cause),
            };
            state.tell(tone, words);
            asked
        }
        JobEvent::Found(asked, found) if JobEffect::Look(asked) == state.jobs.look() => {
            self::found(state, found)
        }
        JobEvent::Found(..) => vec![Effect::Job(state.jobs.look())],
    }
}

/// Takes back the question whether to cancel a bake that has ended: its answer would be for the
/// next one.
fn close_question(state: &mut State, environment: &EnvironmentId) {
    let cancels = Does::Act(environment.clone(), Action::Job(JobAction::CancelNow));
    if let Mode::Ask(dialog) = &state.mode
        && dialog.choices.iter().any(|choice| choice.does == cancels)
    {
        state.mode = Mode::Panes;
    }
}

fn fail(state: &mut State, environment: EnvironmentId, failure: Failure) {
    if let (Some(stage), Some(line)) = (failure.stage, failure.line)
        && let Some(pair) = state.scripts.pair_mut(&environment)
    {
        let line = usize::try_from(line).unwrap_or(1).saturating_sub(1);
        pair.editor_mut(stage).marks.set_failed(Some(line));
    }
    state.jobs.set_failure(environment, Some(failure));
}

/// Forgets where the bakes failed of what is baked now. A run preflight fails in what is baked.
pub(super) fn forget_mended(state: &mut State) {
    let is_baked = |entry: &&Entry| {
        let warmth = state.environments.warmth(entry);
        matches!(warmth, Warmth::Warm | Warmth::Outdated(_) | Warmth::Uncached)
    };
    let entries = state.environments.entries.iter();
    let baked: Vec<_> = entries.filter(is_baked).map(|entry| entry.id.clone()).collect();
    for id in baked {
        if state.jobs.failure(&id).is_none_or(|failure| failure.stage == Some(Stage::Run)) {
            continue;
        }
        state.jobs.set_failure(id.clone(), None);
        if let Some(pair) = state.scripts.pair_mut(&id) {
            pair.clear_failed();
        }
    }
}

/// Bakes that others began, or an earlier screen, or this one before the engine went away.
fn found(state: &mut State, found: Vec<Found>) -> Vec<Effect> {
    let mut effects = Vec::new();
    let lost: Vec<_> =
        state.jobs.running().iter().filter(|job| job.is_lost).map(|job| job.id).collect();
    for bake in found {
        // Bakes of other people's environments are theirs to see through.
        if state.environments.entry(&bake.environment).is_none() {
            continue;
        }
        if let Some(failure) = bake.failure {
            if state.jobs.of(&bake.environment).is_none_or(|job| job.is_lost) {
                fail(state, bake.environment, failure);
            }
            continue;
        }
        let job = match state.jobs.of(&bake.environment) {
            Some(job) if job.is_lost => job.id,
            Some(_) => continue,
            None => state.jobs.begin(bake.environment.clone(), state.now),
        };
        if let Some(job) = state.jobs.job_mut(job) {
            job.is_lost = false;
            let (id, log) = (job.id, job.log());
            let container = bake.container;
            effects.push(Effect::Job(JobEffect::Follow { job: id, container }));
            if state.logs.view().is_none() {
                effects.extend(log::show(state, log, bake.environment.to_string()));
            }
        }
    }
    forget_mended(state);
    // What ended while the engine was away is known by its images.
    for id in lost {
        if state.jobs.job_mut(id).is_some_and(|job| job.is_lost)
            && let Some(job) = state.jobs.end(id)
        {
            let words =
                format!("the bake of `{}` ended while the engine was away", job.environment);
            state.tell(Tone::Note, words);
            effects.push(Effect::AskStatuses);
        }
    }
    effects
}

#[cfg(test)]
#[path = "jobs_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "queue_tests.rs"]
mod queue_tests;
