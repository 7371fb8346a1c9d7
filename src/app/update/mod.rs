//! The one place where the state changes: [`update`], and a file for each feature.

mod command;
mod environments;
mod keys;
mod link;
mod log;
mod mouse;
mod palette;
mod view;

use super::action::{self, Action};
use super::effect::{Effect, Timer};
use super::event::{Event, Returned};
use super::notice::Tone;
use super::state::State;

/// How long the layout stays as it is before it is remembered, in milliseconds.
const LAYOUT_REST: u64 = 800;

/// What is to be done when prebake begins.
#[must_use]
pub fn begin() -> Vec<Effect> {
    vec![Effect::List]
}

/// Takes note of what happened, and gives what is to be done about it.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    let selected = |state: &State| state.environments.selected().map(|entry| entry.id.clone());
    let (layout, was_listed) = ((state.layout, selected(state)), state.environments.listed);
    let mut effects = happened(state, event);
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
        Event::Log(event) => log::heard(state, event),
        Event::Returned(returned) => returned_from(state, returned),
        Event::Terminated => {
            state.leaving = true;
            vec![Effect::Quit]
        }
        Event::Failed(sentence) => {
            state.tell(Tone::Failure, sentence);
            Vec::new()
        }
    }
}

/// A program gave the terminal back; what it did is in the engine and on the disk.
fn returned_from(state: &mut State, returned: Returned) -> Vec<Effect> {
    match returned {
        Returned::Ended { arguments, code } if code != 0 => {
            let command = arguments.join(" ");
            state.tell(Tone::Failure, format!("`prebake {command}` ended with exit code {code}"));
        }
        Returned::Ended { .. } | Returned::Edited { .. } => {}
        Returned::Failed(sentence) => state.tell(Tone::Failure, sentence),
    }
    if state.link.is_up() { vec![Effect::List, Effect::AskStatuses] } else { vec![Effect::List] }
}

fn woke(state: &mut State, timer: Timer) -> Vec<Effect> {
    state.timers.retain(|asked| *asked != timer);
    match timer {
        Timer::Second => Vec::new(),
        Timer::Layout => vec![view::remember(state)],
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
    match action {
        Action::View(action) => view::act(state, action),
        Action::Environment(action) => environments::act(state, action),
        Action::Command(action) => command::act(state, action),
    }
}

#[cfg(test)]
mod tests;
