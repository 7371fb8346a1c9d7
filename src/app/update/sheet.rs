//! Keys of a sheet: they scroll it or close it; any other that means something below it closes it
//! and does that.

use super::{act, scripts};
use crate::app::chord::{Chord, Code};
use crate::app::effect::Effect;
use crate::app::mode::Mode;
use crate::app::sheet::{Sheet, SheetPurpose};
use crate::app::state::State;

pub(super) fn pressed(state: &mut State, mut sheet: Sheet, chord: Chord) -> Vec<Effect> {
    let (width, height) = state.sheet_room();
    let page = height.max(2).cast_signed() - 1;
    let by = match chord.code {
        Code::Esc | Code::Enter | Code::Char('q') => return close(state, &sheet),
        Code::Down | Code::Char('j') => 1,
        Code::Up | Code::Char('k') => -1,
        Code::PageDown | Code::Char(' ') => page,
        Code::PageUp => -page,
        Code::Home | Code::Char('g') => isize::MIN,
        Code::End | Code::Char('G') => isize::MAX,
        _ => {
            let action = state.keymap.action(state.scope(), chord);
            if let Some(action) = action.filter(|_| sheet.purpose == SheetPurpose::Reading) {
                return act(state, action);
            }
            0
        }
    };
    sheet.scroll(by, width, height);
    state.mode = Mode::Sheet(sheet);
    Vec::new()
}

fn close(state: &mut State, sheet: &Sheet) -> Vec<Effect> {
    let id = state.environments.selected().map(|entry| entry.id.clone());
    if let (SheetPurpose::Deciding, Some(id)) = (sheet.purpose, id) {
        scripts::conflict(state, &id);
    }
    Vec::new()
}

/// The wheel turned over it.
pub(super) fn wheeled(state: &mut State, by: isize) {
    let (width, height) = state.sheet_room();
    if let Mode::Sheet(sheet) = &mut state.mode {
        sheet.scroll(by, width, height);
    }
}
