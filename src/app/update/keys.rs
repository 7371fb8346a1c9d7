//! Keys and pasted texts: to what lies over the panes, else to the focused pane.

use tui_input::Input;

use super::{act, act_on, base, environments, form, log, palette, scripts, sheet, split, tasks};
use crate::app::action::{Action, Scope, ViewAction};
use crate::app::chord::{Chord, Code};
use crate::app::effect::Effect;
use crate::app::mode::{Dialog, Does, Mode, Purpose};
use crate::app::notice::Tone;
use crate::app::pick::{self, Pick};
use crate::app::state::State;

pub(super) fn pressed(state: &mut State, chord: Chord) -> Vec<Effect> {
    state.notices.dismiss();
    state.environments.explaining = None;
    // What lies over the panes is taken out of the state while it looks at the rest of it.
    match std::mem::take(&mut state.mode) {
        Mode::Panes => in_pane(state, chord),
        Mode::Filter => environments::filter(state, chord),
        Mode::Palette(pick) => palette::palette(state, pick, chord),
        Mode::Help(pick) => palette::help(state, pick, chord),
        Mode::Themes(pick, before) => palette::themes(state, pick, before, chord),
        Mode::Ask(dialog) => ask(state, dialog, chord),
        Mode::Base(choice) => base::pressed(state, choice, chord),
        Mode::Line(line) if line.purpose == Purpose::GoToLine => {
            scripts::go_to_line(state, line, chord)
        }
        Mode::Line(line) if matches!(line.purpose, Purpose::SaveLog(_)) => {
            log::save_line(state, line, chord)
        }
        Mode::Line(line) if matches!(line.purpose, Purpose::Run(_)) => {
            tasks::run_line(state, line, chord)
        }
        Mode::Form(form) => form::pressed(state, form, chord),
        Mode::Log(input) => log::typed(state, input, chord),
        Mode::Search(search) => scripts::searched(state, search, chord),
        Mode::Split(view) => split::pressed(state, view, chord),
        Mode::Sheet(sheet) => sheet::pressed(state, sheet, chord),
        Mode::Line(line) => environments::line(state, line, chord),
    }
}

fn in_pane(state: &mut State, chord: Chord) -> Vec<Effect> {
    let was_stepping = std::mem::take(&mut state.stepping);
    // Who looks for a pane by Tab must not find blanks in the script that lies on the way.
    if was_stepping && chord.code == Code::Tab && state.scope() == Scope::Editor {
        let there = if chord.shift { ViewAction::PreviousPane } else { ViewAction::NextPane };
        return act(state, Action::View(there));
    }
    match state.keymap.action(state.scope(), chord) {
        Some(action) => act(state, action),
        None if state.scope() == Scope::Editor => scripts::pressed(state, chord),
        None => {
            interrupted(state, chord);
            Vec::new()
        }
    }
}

/// Where Ctrl-C means nothing, whoever presses it wants to leave: tells how.
fn interrupted(state: &mut State, chord: Chord) {
    if chord != Chord::new(Code::Char('c'), true, false, false) {
        return;
    }
    let quit = Action::View(ViewAction::Quit);
    if let Some(key) = state.keymap.shown(state.scope(), quit) {
        state.tell(Tone::Note, format!("`{key}` leaves prebake; bakes and tasks go on"));
    }
}

/// Turns the body of a question; none: the key is not one for that.
fn turn(state: &State, dialog: &mut Dialog, code: Code) -> Option<()> {
    let view = state.dialog_view(dialog);
    let page = view.seen.max(2).cast_signed() - 1;
    let by = match code {
        Code::PageDown => page,
        Code::PageUp => -page,
        Code::Home => isize::MIN,
        Code::End => isize::MAX,
        _ => return None,
    };
    dialog.first = view.scrolled(dialog.first, by);
    Some(())
}

/// The wheel turned over a question.
pub(super) fn wheeled(state: &mut State, by: isize) {
    let Mode::Ask(dialog) = &state.mode else { return };
    let first = state.dialog_view(dialog).scrolled(dialog.first, by);
    if let Mode::Ask(dialog) = &mut state.mode {
        dialog.first = first;
    }
}

fn ask(state: &mut State, mut dialog: Dialog, chord: Chord) -> Vec<Effect> {
    let answers = matches!(chord.code, Code::Enter | Code::Char(_));
    if answers && dialog.is_unread(state.now) || turn(state, &mut dialog, chord.code).is_some() {
        state.mode = Mode::Ask(dialog);
        return Vec::new();
    }
    let last = dialog.choices.len().saturating_sub(1);
    let chosen = match chord.code {
        Code::Esc => return Vec::new(),
        Code::Enter => Some(dialog.selected),
        Code::Char(char) if !chord.ctrl && !chord.alt => {
            let char = char.to_ascii_lowercase();
            dialog.choices.iter().position(|choice| choice.key == char)
        }
        Code::Left | Code::Up => {
            dialog.selected = dialog.selected.saturating_sub(1);
            None
        }
        Code::Tab if !chord.shift => {
            dialog.selected = if dialog.selected == last { 0 } else { dialog.selected + 1 };
            None
        }
        Code::Right | Code::Down => {
            dialog.selected = (dialog.selected + 1).min(last);
            None
        }
        _ => None,
    };
    let Some(choice) = chosen.filter(|chosen| *chosen <= last) else {
        state.mode = Mode::Ask(dialog);
        return Vec::new();
    };
    match dialog.choices.swap_remove(choice).does {
        Does::Nothing => Vec::new(),
        Does::Effects(effects) => effects,
        Does::Act(id, action) => act_on(state, &id, |state| act(state, action)),
        Does::Script(answer) => scripts::answer(state, answer),
    }
}

pub(super) fn pasted(state: &mut State, text: &str) -> Vec<Effect> {
    let into = |input: &mut Input| pick::paste(input, text);
    let in_text = state.scope() == Scope::Editor;
    match &mut state.mode {
        Mode::Palette(Pick { input, .. }) | Mode::Help(Pick { input, .. }) => into(input),
        Mode::Themes(pick, _) => into(&mut pick.input),
        Mode::Line(line) => {
            // Two commands in one row would be another one.
            if matches!(line.purpose, Purpose::Run(_)) && text.trim_end().contains(['\n', '\r']) {
                let words = "this takes one line, and several were pasted; a script can have them";
                line.fault = Some(words.to_owned());
            } else {
                line.paste(text);
            }
        }
        Mode::Base(choice) => base::pasted(choice, text),
        Mode::Filter => {
            if let Some(input) = &mut state.environments.filter {
                into(input);
            }
        }
        Mode::Panes if in_text => return scripts::pasted(state, text),
        Mode::Form(_) => form::pasted(state, text),
        Mode::Log(_) => return log::pasted(state, text),
        Mode::Search(_) => return scripts::pasted_in_search(state, text),
        Mode::Panes | Mode::Ask(_) | Mode::Sheet(_) | Mode::Split(_) => {}
    }
    Vec::new()
}
