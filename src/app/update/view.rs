//! Moving between panes, their sizes, themes, leaving.

use super::{palette, scripts};
use crate::app::action::ViewAction;
use crate::app::effect::Effect;
use crate::app::layout::{Region, Shape, Sizes};
use crate::app::link::LinkState;
use crate::app::log::view::time_of_day;
use crate::app::mode::Mode;
use crate::app::notice::Tone;
use crate::app::sheet::{Look, Sheet, SheetLine};
use crate::app::state::State;

pub(super) fn act(state: &mut State, action: ViewAction) -> Vec<Effect> {
    match action {
        ViewAction::NextPane => step(state, 1),
        ViewAction::PreviousPane => step(state, Region::ALL.len() - 1),
        ViewAction::Show(region) => state.layout.focus(region),
        ViewAction::Zoom => state.layout.zoomed = !state.layout.zoomed,
        ViewAction::Wider => resize(state, |sizes, pane| sizes.widen(pane, true)),
        ViewAction::Narrower => resize(state, |sizes, pane| sizes.widen(pane, false)),
        ViewAction::Taller => resize(state, |sizes, pane| sizes.heighten(pane, true)),
        ViewAction::Shorter => resize(state, |sizes, pane| sizes.heighten(pane, false)),
        ViewAction::Back if scripts::unselected(state) => {}
        ViewAction::Back => back(state),
        ViewAction::Palette => palette::open_palette(state),
        ViewAction::Help => palette::open_help(state),
        ViewAction::Notices => state.mode = Mode::Sheet(notices(state)),
        ViewAction::Themes => return vec![Effect::ListThemes],
        ViewAction::ToggleMouse => {
            state.surroundings.mouse = !state.surroundings.mouse;
            return vec![Effect::Mouse(state.surroundings.mouse)];
        }
        ViewAction::Redraw => return vec![Effect::Redraw],
        ViewAction::Refresh => {
            state.history.is_stale = true;
            let ask = if state.link.is_up() { Effect::AskStatuses } else { Effect::Connect };
            return vec![Effect::List, ask];
        }
        ViewAction::Suspend => return vec![Effect::Suspend],
        ViewAction::Quit => return scripts::quit(state),
    }
    Vec::new()
}

/// Gives the focused pane another size, beginning with the one that is seen.
fn resize(state: &mut State, how: impl FnOnce(&mut Sizes, Region)) {
    let seen = state.sizes();
    let mut sizes = seen;
    how(&mut sizes, state.layout.focus);
    if sizes.left == seen.left {
        sizes.left = state.layout.sizes.left;
    }
    state.layout.sizes = sizes;
}

/// To the next pane that is seen; with one pane at a time, to the next one at all.
fn step(state: &mut State, by: usize) {
    let arrangement = state.arrangement();
    let panes: Vec<Region> = match arrangement.shape {
        Shape::Split => arrangement.panes.iter().map(|(region, _)| *region).collect(),
        Shape::Single | Shape::TooSmall => Region::ALL.to_vec(),
    };
    let here = panes.iter().position(|region| *region == state.layout.focus).unwrap_or(0);
    let by = if by == 1 { 1 } else { panes.len().saturating_sub(1) };
    if let Some(next) = panes.get((here + by) % panes.len().max(1)) {
        state.layout.focus(*next);
        state.stepping = true;
    }
}

fn back(state: &mut State) {
    if state.layout.zoomed {
        state.layout.zoomed = false;
    } else if state.layout.focus == Region::Environments {
        state.environments.filter = None;
    } else {
        state.layout.focus(Region::Environments);
    }
}

/// What was told, the newest first, each with the time of day. That the engine does not answer
/// comes before all: the header tells it as long as it lasts, and has little room for why.
fn notices(state: &State) -> Sheet {
    let line = |look, at, words: &str| {
        let at = time_of_day(at, state.surroundings.utc_offset);
        SheetLine::new(look, format!("{at}  {words}"))
    };
    let down = match (&state.link.state, state.link.require()) {
        (LinkState::Down { since, .. }, Err(why)) => Some(line(Look::Failed, *since, &why)),
        _ => None,
    };
    let told = state.notices.all().iter().rev().map(|notice| {
        let look = match notice.tone {
            Tone::Done | Tone::Note => Look::Text,
            Tone::Failure => Look::Failed,
        };
        line(look, notice.at, &notice.text)
    });
    Sheet::new("What was told", down.into_iter().chain(told).collect())
}

/// What is remembered of the screen.
pub(super) fn remember(state: &State) -> Effect {
    Effect::RememberLayout {
        layout: state.layout,
        selected: state.environments.selected().map(|entry| entry.id.clone()),
    }
}
