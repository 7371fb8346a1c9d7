//! Logs: which one is shown, what is seen of it, and what is told of it.

use tui_input::Input;

use crate::app::action::LogAction;
use crate::app::chord::{Chord, Code};
use crate::app::editor::search::Search;
use crate::app::effect::{Aside, Effect, MOST_COPIED};
use crate::app::layout::Region;
use crate::app::log::statements::LogStatement;
use crate::app::log::{Filter, LogEffect, LogEvent, LogId, Pattern};
use crate::app::mode::{Line, LogInput, Mode, Purpose};
use crate::app::notice::Tone;
use crate::app::pick;
use crate::app::state::State;

/// Takes note of what happened to a log.
pub(super) fn heard(state: &mut State, event: LogEvent) -> Vec<Effect> {
    match event {
        LogEvent::Grew { log, revision, total, seen, tail, ended } => {
            if let Some(view) = state.logs.named(&log) {
                view.grew(revision, total, seen, tail, ended);
            }
        }
        LogEvent::Statements { log, from, statements } => {
            if let Some(view) = state.logs.named(&log) {
                view.take_statements(from, statements);
            }
        }
        LogEvent::Window { log, revision, first, lines } => {
            if let Some(view) = state.logs.named(&log) {
                view.window(revision, first, lines);
            }
        }
        LogEvent::Found { log, ask, hit } => {
            if !state.logs.is_asked(ask) {
                return Vec::new();
            }
            match (hit, state.logs.named(&log)) {
                (Some((position, _)), Some(view)) => {
                    view.go(position);
                    view.set_follows(false);
                    view.cursor = position;
                    if state.logs.went_round() {
                        state.tell(Tone::Note, "the search went on from the other end of the log");
                    }
                }
                _ => match state.logs.go_round() {
                    Some(search) => return vec![Effect::Log(search)],
                    None => state.tell(Tone::Note, "there is no such line"),
                },
            }
        }
        LogEvent::Copied { log, lines, text } => return copied(state, &log, lines, text),
        LogEvent::Told { is_done, sentence } => {
            state.tell(if is_done { Tone::Done } else { Tone::Failure }, sentence);
        }
    }
    Vec::new()
}

/// Lines were read; those that are too long for the clipboard stay selected.
fn copied(state: &mut State, log: &LogId, lines: u64, text: Option<String>) -> Vec<Effect> {
    let what = if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") };
    let Some(text) = text else {
        let sentence = format!(
            "cannot copy {what}: terminals take at most {MOST_COPIED} bytes for the clipboard; \
             select fewer, or save the log to a file with `s`"
        );
        state.tell(Tone::Failure, sentence);
        return Vec::new();
    };
    if let Some(view) = state.logs.named(log) {
        view.anchor = None;
    }
    if lines == 0 {
        state.tell(Tone::Note, "there is no line to copy");
        return Vec::new();
    }
    state.tell(Tone::Done, format!("copied {what}, {} characters", text.chars().count()));
    vec![Effect::Copy(text)]
}

/// Shows a log, from now on.
pub(super) fn show(state: &mut State, log: LogId, title: String) -> Vec<Effect> {
    state.logs.show(log, title);
    state.layout.bottom = Region::Log;
    watch(state)
}

fn watch(state: &State) -> Vec<Effect> {
    let watched = state.logs.view().map(|view| view.id.clone());
    vec![Effect::Log(LogEffect::Watch(watched))]
}

/// After whatever happened: the lines in sight are there, or are asked for.
pub(super) fn settle(state: &mut State) -> Vec<Effect> {
    let Some(inside) = state.arrangement().inside(Region::Log) else { return Vec::new() };
    let line = u16::from(matches!(state.mode, Mode::Log(_)));
    let asked = state.logs.settle(inside.height.saturating_sub(line), inside.width);
    asked.map(Effect::Log).into_iter().collect()
}

pub(super) fn act(state: &mut State, action: LogAction) -> Vec<Effect> {
    let page = state.arrangement().inside(Region::Log).map_or(1, |inside| inside.height.max(2) - 1);
    let page = i64::from(page);
    let logs = &mut state.logs;
    match action {
        LogAction::Wrap => logs.wraps = !logs.wraps,
        LogAction::Times => logs.has_times = !logs.has_times,
        LogAction::NextLog | LogAction::PreviousLog => {
            logs.turn(action == LogAction::NextLog);
            return watch(state);
        }
        LogAction::Next | LogAction::Previous => {
            return logs
                .find(action == LogAction::Next, true)
                .map(Effect::Log)
                .into_iter()
                .collect();
        }
        _ => {}
    }
    let Some(view) = logs.view_mut() else { return Vec::new() };
    match action {
        LogAction::Down => view.step(1),
        LogAction::Up => view.step(-1),
        LogAction::PageDown => view.step(page),
        LogAction::PageUp => view.step(-page),
        LogAction::First => view.go(0),
        LogAction::Last => view.go(u64::MAX),
        LogAction::Follow => view.set_follows(!view.follows),
        LogAction::Left => view.turn(false),
        LogAction::Right => view.turn(true),
        LogAction::Search | LogAction::Filter => {
            let is_filter = action == LogAction::Filter;
            // A key searches the same again; a filter that is there is changed.
            let (text, is_regex) = match (is_filter, &view.search, &view.filter) {
                (true, _, Some(filter)) => (filter.pattern.text.clone(), filter.pattern.is_regex),
                (false, Some(search), _) => (String::new(), search.regex),
                _ => (String::new(), false),
            };
            let (input, fault) = (Input::new(text), None);
            state.mode = Mode::Log(LogInput { is_filter, input, is_regex, fault });
        }
        LogAction::Inverse => {
            if let Some(mut filter) = view.filter.clone() {
                filter.is_inverse = !filter.is_inverse;
                return vec![Effect::Log(view.set_filter(Some(filter)))];
            }
        }
        LogAction::NextStatement | LogAction::PreviousStatement => {
            let found = view.step_statement(action == LogAction::NextStatement);
            let words = found
                .map_or_else(|| "there is no statement further on".to_owned(), LogStatement::words);
            state.tell(Tone::Note, words);
        }
        LogAction::Context => return vec![Effect::Log(view.set_filter(None))],
        LogAction::Select => {
            view.anchor = if view.anchor.is_some() { None } else { Some(view.cursor) };
            view.set_follows(false);
        }
        LogAction::Copy => {
            let (first, last) = view.selected().into_inner();
            return vec![Effect::Log(LogEffect::Copy { log: view.id.clone(), first, last })];
        }
        LogAction::Save => {
            let purpose = Purpose::SaveLog(view.id.clone());
            let name: String = view
                .title
                .chars()
                .map(|char| if char.is_ascii_alphanumeric() { char } else { '-' })
                .collect();
            state.mode = Mode::Line(Line {
                title: "Save the log to".to_owned(),
                input: Input::new(format!("{}.log", name.trim_matches('-'))),
                purpose,
                fault: None,
                is_offered: false,
            });
        }
        LogAction::Page => {
            let line = view.line(view.cursor).map_or(0, |line| line.number);
            return vec![Effect::Aside(Aside::Page(view.id.clone(), line))];
        }
        LogAction::Wrap
        | LogAction::Times
        | LogAction::NextLog
        | LogAction::PreviousLog
        | LogAction::Next
        | LogAction::Previous => {}
    }
    Vec::new()
}

/// A key of the search or the filter.
pub(super) fn typed(state: &mut State, mut input: LogInput, chord: Chord) -> Vec<Effect> {
    let changed = match (chord.code, chord.alt) {
        (Code::Esc, _) => return given_up(state, &input),
        (Code::Enter, _) if input.fault.is_some() => false,
        (Code::Enter, _) => return accepted(state, &input),
        (Code::Char('r'), true) => {
            input.is_regex = !input.is_regex;
            true
        }
        _ => pick::edit(&mut input.input, chord),
    };
    let effects = if changed { look(state, &mut input) } else { Vec::new() };
    state.mode = Mode::Log(input);
    effects
}

/// A pasted text, into the search or the filter.
pub(super) fn pasted(state: &mut State, text: &str) -> Vec<Effect> {
    let Mode::Log(mut input) = std::mem::take(&mut state.mode) else { return Vec::new() };
    pick::paste(&mut input.input, text);
    let effects = look(state, &mut input);
    state.mode = Mode::Log(input);
    effects
}

/// Goes to the first hit of what is typed so far. A filter waits for Enter.
fn look(state: &mut State, input: &mut LogInput) -> Vec<Effect> {
    let text = input.input.value();
    let search = (!text.is_empty()).then(|| Search::new(text, input.is_regex));
    input.fault = search.as_ref().and_then(|search| search.as_ref().err().cloned());
    let Some(view) = state.logs.view_mut() else { return Vec::new() };
    if input.is_filter {
        return Vec::new();
    }
    view.search = search.and_then(Result::ok);
    state.logs.find(true, false).map(Effect::Log).into_iter().collect()
}

fn accepted(state: &mut State, input: &LogInput) -> Vec<Effect> {
    let text = input.input.value().to_owned();
    let Some(view) = state.logs.view_mut().filter(|_| input.is_filter) else { return Vec::new() };
    let pattern = Pattern { text, is_regex: input.is_regex };
    let filter = (!pattern.text.is_empty()).then_some(Filter { pattern, is_inverse: false });
    vec![Effect::Log(view.set_filter(filter))]
}

fn given_up(state: &mut State, input: &LogInput) -> Vec<Effect> {
    if let Some(view) = state.logs.view_mut().filter(|_| !input.is_filter) {
        view.search = None;
    }
    Vec::new()
}

/// The path to save a log to.
pub(super) fn save_line(state: &mut State, mut line: Line, chord: Chord) -> Vec<Effect> {
    match (chord.code, line.input.value().trim()) {
        (Code::Esc, _) => Vec::new(),
        (Code::Enter, path) if !path.is_empty() => match line.purpose {
            Purpose::SaveLog(log) => {
                vec![Effect::Log(LogEffect::Save { log, path: path.to_owned() })]
            }
            _ => Vec::new(),
        },
        _ => {
            pick::edit(&mut line.input, chord);
            state.mode = Mode::Line(line);
            Vec::new()
        }
    }
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
