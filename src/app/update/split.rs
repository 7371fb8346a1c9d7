//! The dialog that splits a script in two: opened, changed by keys, applied.

use super::environments::change;
use super::scripts;
use crate::app::chord::{Chord, Code};
use crate::app::effect::Effect;
use crate::app::mode::Mode;
use crate::app::notice::Tone;
use crate::app::split::{Side, SplitView};
use crate::app::state::State;
use crate::domain::environment::Stage;
use crate::domain::split::{Part, applied};

/// Opens the dialog for the script of the selected environment.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let Some(entry) = state.environments.selected() else { return Vec::new() };
    let id = entry.id.clone();
    match SplitView::of(id.clone(), &entry.environment) {
        Ok(view) => {
            state.mode = Mode::Split(Box::new(view));
            Vec::new()
        }
        Err((line, cause)) => {
            let effects = scripts::show_line(state, &id, Stage::Run, line);
            let words = format!("bash cannot read line {line}, so nothing is split: {cause}");
            state.tell(Tone::Failure, words);
            effects
        }
    }
}

pub(super) fn pressed(state: &mut State, mut view: Box<SplitView>, chord: Chord) -> Vec<Effect> {
    let page = usize::from(state.arrangement().body().height / 2).max(1).cast_signed();
    match chord.code {
        Code::Esc | Code::Char('q') => return Vec::new(),
        Code::Enter => return apply(state, &view),
        Code::Char('z') if chord.ctrl => {
            view.undo();
        }
        Code::Down | Code::Char('j') => view.move_by(1),
        Code::Up | Code::Char('k') => view.move_by(-1),
        Code::PageDown => view.move_by(page),
        Code::PageUp => view.move_by(-page),
        Code::Home | Code::Char('g') => view.move_by(isize::MIN),
        Code::End | Code::Char('G') => view.move_by(isize::MAX),
        Code::Char('c') => view.choose(Part::Cached),
        Code::Char('r') => view.choose(Part::Run),
        Code::Char('b') => view.choose(Part::Both),
        Code::Char('m' | ' ') => view.turn(),
        Code::Char('a') => view.decide(),
        Code::Char('B') => view.turn_boldness(),
        Code::Char('u') => {
            view.undo();
        }
        Code::Tab => {
            view.side = match view.side {
                Side::Script => Side::Results,
                Side::Results => Side::Script,
            };
        }
        _ => {}
    }
    state.mode = Mode::Split(view);
    Vec::new()
}

/// Writes both parts, and the script as it was in the field that keeps it. Both editors follow the file; what
/// they had is a step of undo away.
fn apply(state: &mut State, view: &SplitView) -> Vec<Effect> {
    let entry = state.environments.selected().filter(|entry| entry.id == view.id);
    let same = entry.filter(|entry| view.origin.script(&entry.environment) == view.text);
    let Some(entry) = same else {
        state.tell(Tone::Failure, "the script was changed meanwhile; split it again");
        return Vec::new();
    };
    let Some(after) = applied(&entry.environment, view.origin, &view.split) else {
        let words = "`preflight_script` keeps another script already, so the old one would be lost; empty that field (`E`) and split again";
        state.tell(Tone::Failure, words);
        return Vec::new();
    };
    let [cached, run, both] = view.counts();
    if cached + both == 0 || view.split.cached.is_empty() {
        state.tell(Tone::Note, "nothing of the script can be baked, so nothing is changed");
        return Vec::new();
    }
    let effects = change(state, |it| *it = after);
    if !effects.is_empty() {
        let words = format!(
            "split: {cached} cached, {run} at task start, {both} in both; ctrl-z in an editor takes its part back"
        );
        state.tell(Tone::Done, words);
    }
    effects
}
