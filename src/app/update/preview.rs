//! When it is asked what a bake would have to do: some time after what is typed, chosen or baked
//! has changed it.

use super::wake;
use crate::app::effect::{Effect, Timer};
use crate::app::mode::Mode;
use crate::app::moment::Moment;
use crate::app::preview::{Subject, Unsaved};
use crate::app::state::State;
use crate::domain::environment::{Environment, Stage};
use crate::domain::manifest;

/// How long nothing changes before it is asked for, in milliseconds.
const REST: u64 = 400;

/// After whatever happened: what is shown is of what there is to show.
pub(super) fn settle(state: &mut State) -> Option<Effect> {
    let subject = subject(state);
    if state.preview.is_of(subject.as_ref()) {
        return None;
    }
    let is_wanted = subject.is_some();
    state.preview.turn(subject, Moment(state.now.0 + REST));
    if is_wanted { wake(state, Timer::Preview, REST) } else { None }
}

/// What there is to show: what is not saved, or that the selected environment is not warm.
fn subject(state: &State) -> Option<Subject> {
    let entry = state.environments.selected().filter(|_| state.link.is_up())?;
    let status = match state.environments.status(entry) {
        Some(Ok(status)) => Some(status),
        _ => None,
    };
    let pair = state.scripts.pair(&entry.id);
    let unsaved = match (&state.mode, pair) {
        (Mode::Form(form), _) if form.id == entry.id && form.is_changed() => {
            let values = form.lines.iter().map(|line| line.input.value().to_owned());
            Unsaved::Fields(values.collect())
        }
        (_, Some(pair)) if pair.is_dirty() => {
            let revision = |stage| pair.editor(stage).buffer().revision();
            Unsaved::Scripts { cached: revision(Stage::Cached), run: revision(Stage::Run) }
        }
        _ if status.is_some_and(|it| !it.warm && it.base.is_some() && !it.layers.is_empty()) => {
            Unsaved::Nothing
        }
        _ => return None,
    };
    let cached = status.map_or_else(Vec::new, |it| it.layers.iter().map(|it| it.cached).collect());
    Some(Subject { id: entry.id.clone(), file: entry.revision.clone(), cached, unsaved })
}

/// It is due, unless something changed since.
pub(super) fn ask(state: &mut State) -> Option<Effect> {
    let due = state.preview.due()?;
    if state.now < due {
        return wake(state, Timer::Preview, due.since(state.now));
    }
    let (asked, subject) = state.preview.ask()?;
    let id = subject.id.clone();
    let environment = Box::new(environment(state)?);
    Some(Effect::Preview { asked, id, environment })
}

/// The selected environment with what is not saved of it; none: what is typed is none.
fn environment(state: &State) -> Option<Environment> {
    let entry = state.environments.selected()?;
    if let Mode::Form(form) = &state.mode
        && form.is_changed()
    {
        return manifest::parse(&form.text(&entry.text, &entry.environment).ok()?).ok();
    }
    let mut environment = entry.environment.clone();
    if let Some(pair) = state.scripts.pair(&entry.id).filter(|pair| pair.is_dirty()) {
        environment.set_scripts(&pair.text(Stage::Cached), &pair.text(Stage::Run));
    }
    Some(environment)
}
