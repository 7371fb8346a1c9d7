//! Environments: what is in their folder, what is known of them, and what a person does to them.

use tui_input::Input;

use super::{base, form, jobs, scripts, split};
use crate::app::action::{Action, EnvironmentAction, Scope};
use crate::app::chord::{Chord, Code};
use crate::app::effect::Effect;
use crate::app::environments::EnvironmentsEvent;
use crate::app::explain::Explanation;
use crate::app::layout::Region;
use crate::app::mode::{Choice, Dialog, Does, Line, Mode, Purpose};
use crate::app::notice::Tone;
use crate::app::pick;
use crate::app::state::State;
use crate::app::tasks::TaskEffect;
use crate::domain::environment::{Environment, EnvironmentId, Stage};
use crate::domain::manifest;

pub(super) fn heard(state: &mut State, event: EnvironmentsEvent) -> Vec<Effect> {
    match event {
        EnvironmentsEvent::Listed { entries, broken } => {
            let changed = entries != state.environments.entries;
            if scripts::is_typing(state) {
                state.environments.wanted = None;
            }
            let edited = scripts::in_hand(state);
            for (id, lost) in state.environments.list_with(entries, broken, &edited) {
                state.tell(Tone::Failure, lost.told(&id));
            }
            let mut effects = scripts::listed(state);
            effects.extend((changed && state.link.is_up()).then_some(Effect::AskStatuses));
            return effects;
        }
        EnvironmentsEvent::NotListed(cause) => state.tell(Tone::Failure, cause),
        EnvironmentsEvent::Refused(cause) => {
            scripts::refused(state);
            state.tell(Tone::Failure, cause);
        }
        EnvironmentsEvent::FilesChanged => return vec![Effect::List],
        EnvironmentsEvent::EngineChanged => {
            state.images.asked = false;
            state.history.is_stale = true;
            return vec![
                Effect::AskStatuses,
                Effect::Job(state.jobs.look()),
                Effect::Task(TaskEffect::List),
            ];
        }
        EnvironmentsEvent::Statuses(found) => {
            for found in found {
                // Another program baked, or started something.
                if state.environments.statuses.get(&found.id).is_some_and(|known| *known != found) {
                    scripts::ran(state, &found.id);
                }
                state.environments.statuses.insert(found.id.clone(), found);
            }
            jobs::forget_mended(state);
        }
        EnvironmentsEvent::Explained(id, explanation) => explained(state, &id, explanation),
        EnvironmentsEvent::Previewed(asked, forecast) => state.preview.answer(asked, forecast),
        EnvironmentsEvent::Saved(entry) => {
            form::saved(state, &entry);
            state.environments.take(*entry);
            let mut effects = scripts::listed(state);
            effects.extend(state.link.is_up().then_some(Effect::AskStatuses));
            return effects;
        }
        EnvironmentsEvent::NotSaved { id, cause } => {
            scripts::not_saved(state, &id);
            form::not_saved(state, &id, &cause);
            state.tell(Tone::Failure, cause);
            return vec![Effect::List];
        }
        EnvironmentsEvent::Arrived { id, told } => {
            state.environments.wanted = Some(id);
            state.tell(Tone::Done, told);
            return vec![Effect::List];
        }
        EnvironmentsEvent::Removed { id, kept_at } => {
            let undo = state.keymap.chords(undo_action()).first().map(ToString::to_string);
            let undo = undo.map(|key| format!("; `{key}` takes it back")).unwrap_or_default();
            state.tell(Tone::Done, format!("`{id}` was moved to the trash{undo}"));
            state.environments.removed = Some((id, kept_at));
            return vec![Effect::List];
        }
    }
    Vec::new()
}

/// What is asked before there is an environment.
const NEW: &str = "New environment: an id of a-z, 0-9, `.`, `_`, `-`";

fn undo_action() -> Action {
    Action::Environment(EnvironmentAction::UndoRemove)
}

pub(super) fn act(state: &mut State, action: EnvironmentAction) -> Vec<Effect> {
    match action {
        EnvironmentAction::Down => state.environments.move_by(1),
        EnvironmentAction::Up => state.environments.move_by(-1),
        EnvironmentAction::First => state.environments.move_by(isize::MIN),
        EnvironmentAction::Last => state.environments.move_by(isize::MAX),
        EnvironmentAction::Filter => {
            state.layout.focus(Region::Environments);
            state.environments.filter.get_or_insert_default();
            state.mode = Mode::Filter;
        }
        EnvironmentAction::Open => state.layout.focus(Region::Cached),
        EnvironmentAction::Fields => form::open(state),
        EnvironmentAction::Explain => return explain(state),
        EnvironmentAction::Split => return split::open(state),
        EnvironmentAction::ToggleDesktop => {
            return toggle(state, action, "headless desktop", |it| {
                &mut it.headless_desktop_enabled
            });
        }
        EnvironmentAction::ToggleDesktopCache => {
            let words = "caching of the desktop";
            return toggle(state, action, words, |it| &mut it.cache_desktop_build);
        }
        EnvironmentAction::ToggleCaching => {
            let words = "container caching";
            let effects = toggle(state, action, words, |it| &mut it.cache_container_build);
            nothing_to_cache(state);
            return effects;
        }
        EnvironmentAction::New => ask_id(state, NEW, Purpose::New, ""),
        EnvironmentAction::Duplicate => {
            if let Some(id) = selected(state) {
                let proposed = format!("{id}-copy");
                ask_id(state, "Duplicate the environment", Purpose::Duplicate(id), &proposed);
            }
        }
        EnvironmentAction::Rename => {
            if let Some(id) = selected(state) {
                let proposed = id.to_string();
                ask_id(state, "Another id for the environment", Purpose::Rename(id), &proposed);
            }
        }
        EnvironmentAction::Remove => {
            if let Some(id) = selected(state) {
                state.mode = Mode::Ask(Dialog::confirm(
                    format!("Remove `{id}`?"),
                    vec![
                        "Its file is moved to the trash, from which it can be taken back.".into(),
                        format!(
                            "Its tasks and images stay; `prebake clean {id}` removes its images."
                        ),
                    ],
                    "Remove it",
                    vec![Effect::Remove(id)],
                ));
            }
        }
        EnvironmentAction::UndoRemove => {
            if let Some((id, kept_at)) = state.environments.removed.take() {
                return vec![Effect::Restore { id, kept_at }];
            }
        }
    }
    Vec::new()
}

/// Asks why the layers are as they are, with the scripts as they stand on the screen.
fn explain(state: &mut State) -> Vec<Effect> {
    let Some(entry) = state.environments.selected() else { return Vec::new() };
    let (id, mut environment) = (entry.id.clone(), Box::new(entry.environment.clone()));
    if let Some(pair) = state.scripts.pair(&id) {
        environment.set_scripts(&pair.text(Stage::Cached), &pair.text(Stage::Run));
    }
    let is_unsaved = *environment != entry.environment;
    state.environments.explaining = Some(id.clone());
    vec![Effect::Explain { id, environment, is_unsaved }]
}

/// Shows an explanation, unless the person went on to something else.
fn explained(state: &mut State, id: &EnvironmentId, explanation: Result<Box<Explanation>, String>) {
    let is_wanted = state.environments.explaining.take_if(|asked| asked == id).is_some();
    match explanation {
        Err(cause) => state.tell(Tone::Failure, cause),
        Ok(explanation) if is_wanted && matches!(state.mode, Mode::Panes) => {
            state.mode = Mode::Sheet(explanation.sheet());
        }
        Ok(_) => {}
    }
}

/// Container caching is switched on, and there is nothing in the cached script although there is
/// a script: explains what is to be done.
fn nothing_to_cache(state: &mut State) {
    let Some(entry) = state.environments.selected() else { return };
    let it = &entry.environment;
    let was_on = it.cache_container_build;
    let has_script = !it.run_stage().trim().is_empty();
    if was_on || !has_script || !it.cached_preflight_script.trim().is_empty() {
        return;
    }
    let choice = |label: &str, key, action| {
        let does = Does::Act(entry.id.clone(), action);
        Choice { label: label.to_owned(), key, does }
    };
    let own = Action::Environment;
    state.mode = Mode::Ask(Dialog::new(
        format!("`{}` has nothing to cache yet", entry.id),
        vec![
            "All of its script runs at every task start. What goes into the cached preflight"
                .to_owned(),
            "runs once and is baked into the image: installations, downloads, configuration."
                .to_owned(),
        ],
        vec![
            choice("Open preflight editors", 'o', own(EnvironmentAction::Open)),
            choice("Split automatically", 's', own(EnvironmentAction::Split)),
            choice("Disable container caching", 'd', own(EnvironmentAction::ToggleCaching)),
            Choice { label: "Remind me later".to_owned(), key: 'r', does: Does::Nothing },
        ],
    ));
}

fn selected(state: &State) -> Option<EnvironmentId> {
    state.environments.selected().map(|entry| entry.id.clone())
}

/// Changes fields of the selected environment; the rest of its file stays as it is.
pub(super) fn change(state: &mut State, how: impl FnOnce(&mut Environment)) -> Vec<Effect> {
    let Some(entry) = state.environments.selected() else { return Vec::new() };
    let mut environment = entry.environment.clone();
    how(&mut environment);
    match manifest::update(&entry.text, &environment) {
        Ok(text) => {
            vec![Effect::Save { id: entry.id.clone(), text, expected: entry.revision.clone() }]
        }
        Err(error) => {
            state.tell(Tone::Failure, error.to_string());
            Vec::new()
        }
    }
}

/// Turns a switch of an environment round, and tells that: a key that was meant for something else
/// must not change a file unseen.
fn toggle(
    state: &mut State,
    action: EnvironmentAction,
    what: &str,
    switch: impl Fn(&mut Environment) -> &mut bool,
) -> Vec<Effect> {
    let mut on = false;
    let effects = change(state, |it| {
        let switch = switch(it);
        *switch = !*switch;
        on = *switch;
    });
    if let Some(id) = selected(state).filter(|_| !effects.is_empty()) {
        let word = if on { "on" } else { "off" };
        let action = Action::Environment(action);
        let key = state.keymap.shown(Scope::Environments, action);
        let back = key.map(|key| format!("; `{key}` in the list takes it back"));
        state.tell(Tone::Done, format!("{what} of `{id}` is {word}{}", back.unwrap_or_default()));
    }
    effects
}

/// The line that narrows the list.
pub(super) fn filter(state: &mut State, chord: Chord) -> Vec<Effect> {
    let environments = &mut state.environments;
    match chord.code {
        Code::Esc => environments.filter = None,
        Code::Enter => {
            if environments.filter.as_ref().is_some_and(|input| input.value().is_empty()) {
                environments.filter = None;
            }
        }
        Code::Down => {
            environments.move_by(1);
            state.mode = Mode::Filter;
        }
        Code::Up => {
            environments.move_by(-1);
            state.mode = Mode::Filter;
        }
        _ => {
            pick::edit(environments.filter.get_or_insert_default(), chord);
            if !environments.is_selection_seen() {
                environments.move_by(isize::MIN);
            }
            state.mode = Mode::Filter;
        }
    }
    Vec::new()
}

fn ask_id(state: &mut State, title: &str, purpose: Purpose, proposed: &str) {
    let input = Input::new(proposed.to_owned());
    // Nothing is wrong before anything was typed.
    let fault = if proposed.is_empty() { None } else { fault(state, &purpose, proposed) };
    state.mode =
        Mode::Line(Line { title: title.to_owned(), input, purpose, fault, is_offered: false });
}

/// What is wrong with an id that is being typed.
fn fault(state: &State, purpose: &Purpose, text: &str) -> Option<String> {
    let id = match EnvironmentId::parse(text) {
        Ok(id) => id,
        Err(error) => return Some(error.to_string()),
    };
    let same = matches!(purpose, Purpose::Rename(from) if *from == id);
    (!same && state.environments.entry(&id).is_some())
        .then(|| format!("there is an environment `{id}` already; take another id"))
}

/// A line of text that was asked for.
pub(super) fn line(state: &mut State, mut line: Line, chord: Chord) -> Vec<Effect> {
    match chord.code {
        Code::Esc => return Vec::new(),
        Code::Enter => {
            line.fault = fault(state, &line.purpose, line.input.value());
            match (EnvironmentId::parse(line.input.value()), &line.fault) {
                (Ok(id), None) => return named(state, line.purpose, id),
                _ => state.mode = Mode::Line(line),
            }
        }
        _ => {
            pick::edit(&mut line.input, chord);
            line.fault = fault(state, &line.purpose, line.input.value());
            state.mode = Mode::Line(line);
        }
    }
    Vec::new()
}

fn named(state: &mut State, purpose: Purpose, id: EnvironmentId) -> Vec<Effect> {
    match purpose {
        // These are asked for elsewhere.
        Purpose::GoToLine | Purpose::SaveLog(_) | Purpose::Run(_) => Vec::new(),
        Purpose::New => base::open(state, id),
        Purpose::Duplicate(from) => vec![Effect::Duplicate { from, to: id }],
        Purpose::Rename(from) if from == id => Vec::new(),
        Purpose::Rename(from) => vec![Effect::Rename { from, to: id }],
    }
}
