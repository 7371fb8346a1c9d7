//! The search line of a script, and the comparison with its file.

use tui_input::Input;

use super::edit::{self, apply, editor};
use crate::app::chord::{Chord, Code};
use crate::app::editor::place::Place;
use crate::app::editor::{EditorCommand, Told};
use crate::app::effect::Effect;
use crate::app::mode::{Line, Mode, Search};
use crate::app::pick;
use crate::app::sheet::{Look, Sheet, SheetLine, SheetPurpose};
use crate::app::state::State;
use crate::domain::difference::parts;
use crate::domain::environment::{EnvironmentId, Stage};

/// Lines that are the same and stay beside those that are not.
const AROUND: usize = 3;

/// Opens the search, with the selected words of one line or what was searched last.
pub(super) fn open(state: &mut State, stage: Stage, replaces: bool) -> Vec<Effect> {
    let selected = editor(state).and_then(|editor| editor.buffer().selected());
    let selected = selected.filter(|text| !text.contains('\n'));
    let (last, is_regex) = state.scripts.searched.clone();
    let is_regex = is_regex && selected.is_none();
    let query = Input::new(selected.unwrap_or(last));
    let with = replaces.then(Input::default);
    let mut search = Search { stage, query, with, in_with: false, is_regex, told: String::new() };
    let effects = look(state, &mut search);
    state.mode = Mode::Search(search);
    effects
}

/// Looks for what is typed.
fn look(state: &mut State, search: &mut Search) -> Vec<Effect> {
    let query = search.query.value().to_owned();
    state.scripts.searched = (query.clone(), search.is_regex);
    step(state, search, EditorCommand::Search { query, regex: search.is_regex })
}

/// Does something with the hits, and says how many there are.
fn step(state: &mut State, search: &mut Search, command: EditorCommand) -> Vec<Effect> {
    let Some(editor) = editor(state) else { return Vec::new() };
    let page = editor.viewport().height.max(1);
    let applied = editor.apply(command, page);
    let count = editor.search().map(|search| search.count(editor.buffer()));
    search.told = match (applied.told, count) {
        (Some(Told::BadPattern(why)), _) => why,
        (Some(told @ Told::Replaced(_)), _) => edit::words(&told).1,
        (_, None) => String::new(),
        (_, Some(count)) if count.total == 0 => "no hit".to_owned(),
        (_, Some(count)) => {
            let more = if count.more { "+" } else { "" };
            match count.current {
                Some(current) => format!("{current} of {}{more}", count.total),
                None => format!("{}{more} hits", count.total),
            }
        }
    };
    if applied.changed { super::changed(state) } else { Vec::new() }
}

/// A key of the search line.
pub(in crate::app::update) fn searched(
    state: &mut State,
    mut search: Search,
    chord: Chord,
) -> Vec<Effect> {
    let with = search.with.as_ref().map(|with| with.value().to_owned());
    let effects = match (chord.code, chord.ctrl, chord.alt) {
        (Code::Esc, ..) => return apply(state, EditorCommand::EndSearch),
        (Code::Char('r'), false, true) => {
            search.is_regex = !search.is_regex;
            look(state, &mut search)
        }
        (Code::Char('a'), false, true) if with.is_some() => {
            step(state, &mut search, EditorCommand::ReplaceAll(with.unwrap_or_default()))
        }
        (Code::Tab, ..) if with.is_some() => {
            search.in_with = !search.in_with;
            Vec::new()
        }
        (Code::Enter, ..) if search.in_with => {
            step(state, &mut search, EditorCommand::Replace(with.unwrap_or_default()))
        }
        (Code::Up, ..) => step(state, &mut search, EditorCommand::PreviousHit),
        (Code::Enter, ..) if chord.shift => step(state, &mut search, EditorCommand::PreviousHit),
        (Code::Enter | Code::Down | Code::F(3), ..) => {
            step(state, &mut search, EditorCommand::NextHit)
        }
        _ => match (&mut search.with, search.in_with) {
            (Some(with), true) => {
                pick::edit(with, chord);
                Vec::new()
            }
            _ if pick::edit(&mut search.query, chord) => look(state, &mut search),
            _ => Vec::new(),
        },
    };
    state.mode = Mode::Search(search);
    effects
}

/// A pasted text, into the search line.
pub(in crate::app::update) fn pasted_in_search(state: &mut State, text: &str) -> Vec<Effect> {
    let Mode::Search(mut search) = std::mem::take(&mut state.mode) else { return Vec::new() };
    let mut effects = Vec::new();
    if let (Some(with), true) = (&mut search.with, search.in_with) {
        pick::paste(with, text);
    } else {
        pick::paste(&mut search.query, text);
        effects = look(state, &mut search);
    }
    state.mode = Mode::Search(search);
    effects
}

/// Goes to a hit of the last search.
pub(super) fn again(state: &mut State, command: EditorCommand) -> Vec<Effect> {
    let (query, regex) = state.scripts.searched.clone();
    let Some(editor) = editor(state) else { return Vec::new() };
    let known = editor.search().is_some_and(|it| (&it.query, it.regex) == (&query, regex));
    if known { apply(state, command) } else { apply(state, EditorCommand::Search { query, regex }) }
}

/// The number of a line.
pub(in crate::app::update) fn go_to_line(
    state: &mut State,
    mut line: Line,
    chord: Chord,
) -> Vec<Effect> {
    let Some(last) = editor(state).map(|editor| editor.buffer().text().last() + 1) else {
        return Vec::new();
    };
    if chord.code == Code::Esc {
        return Vec::new();
    }
    if chord.code != Code::Enter {
        pick::edit(&mut line.input, chord);
    }
    let number = line.input.value().trim().parse::<usize>();
    let typed = !line.input.value().trim().is_empty();
    line.fault = (typed && number.is_err()).then(|| format!("type a number from 1 to {last}"));
    match number {
        Ok(number) if chord.code == Code::Enter => {
            edit::go(state, Place::new(number.clamp(1, last) - 1, 0));
        }
        _ => state.mode = Mode::Line(line),
    }
    Vec::new()
}

/// Shows what differs between a script on the screen and its file.
pub(super) fn compare(state: &mut State, id: &EnvironmentId, stage: Stage) {
    let Some(pair) = state.scripts.pair(id) else { return };
    let file = pair.theirs().or_else(|| state.environments.entry(id));
    let file = file.map_or("", |entry| entry.environment.script(stage));
    let lines = differences(file, &pair.text(stage));
    let title = format!("{} preflight of {id}: - in the file, + on the screen", stage.name());
    state.mode = Mode::Sheet(Sheet { purpose: SheetPurpose::Deciding, ..Sheet::new(title, lines) });
}

fn differences(file: &str, screen: &str) -> Vec<SheetLine> {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (file.split('\n').collect(), screen.split('\n').collect());
    let mut changes: Vec<SheetLine> = Vec::new();
    for part in parts(&old, &new) {
        let mut tell = |look, sign, lines: &[&str]| {
            changes.extend(lines.iter().map(|line| SheetLine::new(look, format!("{sign} {line}"))));
        };
        if part.is_same {
            tell(Look::Code, ' ', &old[part.old]);
        } else {
            tell(Look::Removed, '-', &old[part.old]);
            tell(Look::Added, '+', &new[part.new]);
        }
    }
    let near = |at: usize| {
        let (from, to) = (at.saturating_sub(AROUND), (at + AROUND + 1).min(changes.len()));
        changes[from..to].iter().any(|line| line.look != Look::Code)
    };
    let mut lines: Vec<SheetLine> = Vec::new();
    for (at, line) in changes.iter().enumerate() {
        if near(at) {
            lines.push(line.clone());
        } else if lines.last().is_none_or(|last| last.look != Look::Muted) {
            lines.push(SheetLine::new(Look::Muted, "..."));
        }
    }
    lines
}
