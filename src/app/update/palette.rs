//! The palette, the help and the choice of a theme: lists that are narrowed by typing.

use super::act;
use crate::app::action::{self, Row};
use crate::app::chord::Chord;
use crate::app::domain::theme::Theme;
use crate::app::effect::Effect;
use crate::app::mode::Mode;
use crate::app::pick::{Pick, Picked};
use crate::app::state::State;

pub(super) fn open_palette(state: &mut State) {
    state.mode = Mode::Palette(Pick::of(&titles(state)));
}

pub(super) fn open_help(state: &mut State) {
    state.mode = Mode::Help(Pick::of(&titles(state)));
}

/// Opens the choice of these themes, unless the person does something else by now.
pub(super) fn open_themes(state: &mut State, themes: Vec<Theme>) {
    if !matches!(state.mode, Mode::Panes) {
        return;
    }
    state.themes = themes;
    let mut pick = Pick::of(&names(state));
    let before = state.theme.name().to_owned();
    pick.selected = state.themes.iter().position(|theme| theme.name() == before).unwrap_or(0);
    state.mode = Mode::Themes(pick, before);
}

pub(super) fn palette(state: &mut State, mut pick: Pick, chord: Chord) -> Vec<Effect> {
    match pick.press(chord, &titles(state), page(state)) {
        Picked::Closed => Vec::new(),
        Picked::Open(_) => {
            state.mode = Mode::Palette(pick);
            Vec::new()
        }
        Picked::Chosen(index) => match action::ordered(state.scope()).nth(index) {
            Some(row) => act(state, row.action),
            None => Vec::new(),
        },
    }
}

pub(super) fn help(state: &mut State, mut pick: Pick, chord: Chord) -> Vec<Effect> {
    // To choose a key's row does what the key does.
    match pick.press(chord, &titles(state), page(state)) {
        Picked::Open(_) => state.mode = Mode::Help(pick),
        Picked::Closed => {}
        Picked::Chosen(index) => {
            if let Some(row) = action::ordered(state.scope()).nth(index) {
                return act(state, row.action);
            }
        }
    }
    Vec::new()
}

pub(super) fn themes(
    state: &mut State,
    mut pick: Pick,
    before: String,
    chord: Chord,
) -> Vec<Effect> {
    let picked = pick.press(chord, &names(state), page(state));
    let wanted = match picked {
        Picked::Closed => state.themes.iter().position(|theme| theme.name() == before),
        Picked::Open(_) => pick.row(),
        Picked::Chosen(index) => Some(index),
    };
    if let Some(theme) = wanted.and_then(|index| state.themes.get(index)) {
        state.theme = theme.clone();
    }
    match picked {
        Picked::Closed => Vec::new(),
        Picked::Open(_) => {
            state.mode = Mode::Themes(pick, before);
            Vec::new()
        }
        Picked::Chosen(_) => vec![Effect::RememberTheme(state.theme.name().to_owned())],
    }
}

/// What is searched in the palette and the help.
fn titles(state: &State) -> Vec<String> {
    action::ordered(state.scope())
        .map(|Row { title, name, .. }| format!("{title} {name}"))
        .collect()
}

fn names(state: &State) -> Vec<String> {
    state.themes.iter().map(|theme| theme.name().to_owned()).collect()
}

fn page(state: &State) -> usize {
    usize::from(state.size.1.saturating_sub(8)).max(1)
}
