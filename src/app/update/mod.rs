//! The one place where the state changes: [`update`], and a file for each feature.

mod base;
mod command;
mod environments;
mod form;
mod history;
mod images;
mod jobs;
mod keys;
mod link;
mod log;
mod mouse;
mod palette;
mod preview;
mod scripts;
mod sheet;
mod split;
mod tasks;
mod view;

use super::action::{self, Action};
use super::effect::{Effect, Timer};
use super::event::{Event, Returned};
use super::notice::Tone;
use super::scripts::ScriptsEffect;
use super::state::State;
use crate::domain::environment::EnvironmentId;

/// How long the layout stays as it is before it is remembered, in milliseconds.
const LAYOUT_REST: u64 = 800;

/// What is to be done when prebake begins, once the environments are listed and seen.
#[must_use]
pub fn begin() -> Vec<Effect> {
    vec![Effect::Connect, Effect::Scripts(ScriptsEffect::FindDrafts)]
}

/// Takes note of what happened, and gives what is to be done about it.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    let selected = |state: &State| state.environments.selected().map(|entry| entry.id.clone());
    let (layout, was_listed) = ((state.layout, selected(state)), state.environments.listed);
    let mut effects = happened(state, event);
    effects.extend(scripts::settle(state));
    effects.extend(log::settle(state));
    effects.extend(images::settle(state));
    effects.extend(history::settle(state));
    effects.extend(preview::settle(state));
    if was_listed && layout != (state.layout, selected(state)) {
        effects.extend(wake(state, Timer::Layout, LAYOUT_REST));
    }
    if state.has_running_clock() {
        effects.extend(wake(state, Timer::Second, 1000));
    }
    effects
}

fn happened(state: &mut State, event: Event) -> Vec<Effect> {
    match event {
        Event::Clock(now) => {
            state.now = now;
            Vec::new()
        }
        Event::Woke(timer) => woke(state, timer),
        Event::Pressed(chord) => keys::pressed(state, chord),
        Event::Pasted(text) => keys::pasted(state, &text),
        Event::Mouse(mouse) => mouse::mouse(state, mouse),
        Event::Resized { width, height } => {
            state.size = (width, height);
            Vec::new()
        }
        Event::Link(event) => link::link(state, event),
        Event::Environments(event) => environments::heard(state, event),
        Event::Themes(themes) => {
            palette::open_themes(state, themes);
            Vec::new()
        }
        Event::History(event) => history::heard(state, event),
        Event::Image(event) => images::heard(state, event),
        Event::Task(event) => tasks::heard(state, event),
        Event::Job(event) => jobs::heard(state, event),
        Event::Log(event) => log::heard(state, event),
        Event::Returned(returned) => returned_from(state, returned),
        Event::Scripts(event) => scripts::heard(state, event),
        Event::Terminated => scripts::leave(state),
        Event::Failed(sentence) => {
            state.tell(Tone::Failure, sentence);
            Vec::new()
        }
    }
}

/// A program gave the terminal back; what it did is in the engine and on the disk.
fn returned_from(state: &mut State, returned: Returned) -> Vec<Effect> {
    state.history.is_stale = true;
    if let Some(id) = state.environments.selected().map(|entry| entry.id.clone()) {
        scripts::ran(state, &id);
    }
    match returned {
        Returned::Ended { arguments, code } if code != 0 => {
            let command = arguments.join(" ");
            state.tell(Tone::Failure, format!("`prebake {command}` ended with exit code {code}"));
        }
        Returned::Ended { .. } => {}
        Returned::Edited { id, stage, text, trouble } => {
            if let Some(sentence) = trouble {
                state.tell(Tone::Failure, sentence);
            }
            return scripts::edited(state, &id, stage, &text);
        }
        Returned::Failed(sentence) => state.tell(Tone::Failure, sentence),
    }
    if state.link.is_up() { vec![Effect::List, Effect::AskStatuses] } else { vec![Effect::List] }
}

fn woke(state: &mut State, timer: Timer) -> Vec<Effect> {
    state.timers.retain(|asked| *asked != timer);
    match timer {
        Timer::Second => Vec::new(),
        Timer::Layout => vec![view::remember(state)],
        Timer::Drafts => scripts::drafts(state),
        Timer::Lint => scripts::lint(state),
        Timer::Preview => preview::ask(state).into_iter().collect(),
    }
}

/// Asks for a timer, unless it is on its way.
fn wake(state: &mut State, timer: Timer, after_ms: u64) -> Option<Effect> {
    if state.timers.contains(&timer) {
        return None;
    }
    state.timers.push(timer);
    Some(Effect::Wake { timer, after_ms })
}

/// Does an action, or tells why it cannot be done now.
pub(crate) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    if let Err(why) = action::availability(state, action) {
        state.tell(Tone::Note, why);
        return Vec::new();
    }
    if scripts::guard(state, action) {
        return Vec::new();
    }
    act_unguarded(state, action)
}

/// Does something with an environment that was asked about: it need not be the selected one any
/// more, nor be there.
fn act_on(
    state: &mut State,
    id: &EnvironmentId,
    act: impl FnOnce(&mut State) -> Vec<Effect>,
) -> Vec<Effect> {
    if state.environments.entry(id).is_none_or(|entry| entry.lost.is_some()) {
        let words = format!("`{id}` is not there any more, so nothing was done with it");
        state.tell(Tone::Failure, words);
        return Vec::new();
    }
    state.environments.select(id);
    act(state)
}

/// Does an action that works now, whatever is unsaved.
fn act_unguarded(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::View(action) => view::act(state, action),
        Action::Environment(action) => environments::act(state, action),
        Action::Command(action) => command::act(state, action),
        Action::Job(action) => jobs::act(state, action),
        Action::History(action) => history::act(state, action),
        Action::Image(action) => images::act(state, action),
        Action::Task(action) => tasks::act(state, action),
        Action::Log(action) => log::act(state, action),
        Action::Script(action) => scripts::act(state, action),
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod asked_tests;
