//! The history: read while somebody looks at it, an entry looked at, two compared, a log opened.

use jiff::SignedDuration;

use super::{log, tasks};
use crate::app::action::HistoryAction;
use crate::app::effect::Effect;
use crate::app::history::{HistoryEffect, HistoryEvent, Known};
use crate::app::layout::Region;
use crate::app::log::LogId;
use crate::app::mode::Mode;
use crate::app::notice::Tone;
use crate::app::state::State;
use crate::domain::digest::Digest;
use crate::domain::environment::Stage;
use crate::domain::history::Kind;

/// After whatever happened: whoever looks at the history sees what it says by now.
pub(super) fn settle(state: &mut State) -> Option<Effect> {
    state.arrangement().pane(Region::History)?;
    let selected = state.environments.selected().map(|entry| entry.id.clone());
    let of = selected.filter(|_| !state.history.is_all);
    state.history.ask(of).map(Effect::History)
}

pub(super) fn heard(state: &mut State, event: HistoryEvent) -> Vec<Effect> {
    match event {
        HistoryEvent::Read(asked, past) => state.history.take(asked, past),
        HistoryEvent::Known(mut known) => {
            fill_in(state, &mut known);
            let offset = SignedDuration::from_secs(state.surroundings.utc_offset.into());
            let began = known.entry.began;
            let local = began.checked_add(offset).unwrap_or(began);
            let began = local.strftime("%Y-%m-%d %H:%M:%S").to_string();
            cover(state, Mode::Sheet(known.sheet(&began)));
        }
        HistoryEvent::Compared(compared) => cover(state, Mode::Sheet(compared.sheet())),
        HistoryEvent::Opened { entry, title } => {
            let effects = log::show(state, LogId::Entry(entry), title);
            // Whoever went on to something else is not taken away from it.
            if state.layout.focus == Region::History && matches!(state.mode, Mode::Panes) {
                state.layout.focus(Region::Log);
            }
            return effects;
        }
    }
    Vec::new()
}

/// Scripts that are only run and never baked have no copy; the text of one that is still the same
/// is here.
fn fill_in(state: &State, known: &mut Known) {
    let Some(entry) =
        state.environments.entries.iter().find(|it| it.id.as_str() == known.entry.environment)
    else {
        return;
    };
    for script in known.scripts.iter_mut().filter(|script| script.text.is_none()) {
        let is_same = |text: &&str| {
            script.times.sha256.as_deref() == Some(Digest::of(text.as_bytes()).full())
        };
        let stages = [Stage::Cached, Stage::Run].map(|stage| entry.environment.script(stage));
        script.text = stages.into_iter().find(is_same).map(str::to_owned);
    }
}

/// Lays something over the history, unless the person went on to something else.
fn cover(state: &mut State, mode: Mode) {
    if state.layout.focus == Region::History && matches!(state.mode, Mode::Panes) {
        state.mode = mode;
    }
}

pub(super) fn act(state: &mut State, action: HistoryAction) -> Vec<Effect> {
    let inside = state.arrangement().inside(Region::History);
    let page = inside.map_or(1, |inside| isize::try_from(inside.height).unwrap_or(1).max(3) - 2);
    let history = &mut state.history;
    match action {
        HistoryAction::Open => {
            history.is_all = false;
            state.layout.focus(Region::History);
        }
        HistoryAction::Down => history.move_by(1),
        HistoryAction::Up => history.move_by(-1),
        HistoryAction::PageDown => history.move_by(page),
        HistoryAction::PageUp => history.move_by(-page),
        HistoryAction::First => history.move_by(isize::MIN),
        HistoryAction::Last => history.move_by(isize::MAX),
        HistoryAction::All => history.is_all = !history.is_all,
        HistoryAction::Look | HistoryAction::Log | HistoryAction::Mark | HistoryAction::Compare => {
            return of_entry(state, action);
        }
    }
    Vec::new()
}

fn of_entry(state: &mut State, action: HistoryAction) -> Vec<Effect> {
    let Some(entry) = state.history.selected() else { return Vec::new() };
    let (number, kind, name) = (entry.number, entry.kind, entry.name.clone());
    let environment = entry.environment.clone();
    match action {
        HistoryAction::Look => vec![Effect::History(HistoryEffect::Look(number))],
        // The output of a task is in the engine as long as the task is.
        HistoryAction::Log
            if kind == Kind::Start && state.tasks.entries.iter().any(|task| task.id == name) =>
        {
            tasks::show_log(state, name, &environment)
        }
        HistoryAction::Log => vec![Effect::History(HistoryEffect::OpenLog(number))],
        HistoryAction::Mark => {
            let is_marked = state.history.marked == Some(number);
            state.history.marked = (!is_marked).then_some(number);
            let words = if is_marked {
                format!("entry {number} is no longer marked")
            } else {
                format!("entry {number} is marked; `d` at another one compares them")
            };
            state.tell(Tone::Note, words);
            Vec::new()
        }
        HistoryAction::Compare => {
            let Some(other) = state.history.other() else {
                return Vec::new();
            };
            // The older one is the first, so that what was added since is told as added.
            let (from, to) = (number.min(other), number.max(other));
            vec![Effect::History(HistoryEffect::Compare { from, to })]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
