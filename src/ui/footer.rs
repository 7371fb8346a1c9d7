//! The last line: a notice if one was just told, else the keys that work here and now.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::paint::{Paint, cells, cut, fit};
use crate::app::action::{
    self, Action, EnvironmentAction, JobAction, Row, Scope, ScriptAction, TaskAction, ViewAction,
};
use crate::app::domain::theme::Role;
use crate::app::layout::Rect;
use crate::app::mode::Mode;
use crate::app::notice::Tone;
use crate::app::state::State;

pub(super) fn draw(frame: &mut Frame<'_>, rect: Rect, state: &State, paint: Paint<'_>) {
    frame.buffer_mut().set_style(cells(rect), paint.style(Role::Footer));
    let width = usize::from(rect.width);
    let line = match state.notices.shown() {
        Some(notice) => {
            let role = match notice.tone {
                Tone::Done => Role::Info,
                Tone::Note => Role::Hint,
                Tone::Failure => Role::Error,
            };
            let text = fit(&notice.text, width.saturating_sub(2), &cut(state, paint));
            Line::from(paint.span(format!(" {text}"), role))
        }
        None => keys(state, paint, width),
    };
    frame.render_widget(line, cells(rect));
}

/// What a person came for, which is told before all else of a pane: from a script to a baked
/// environment to a task.
const FIRST: [Action; 6] = [
    Action::Environment(EnvironmentAction::Open),
    Action::Job(JobAction::Build),
    Action::Task(TaskAction::Run),
    Action::Job(JobAction::Cancel),
    Action::Job(JobAction::Failed),
    Action::Script(ScriptAction::Save),
];

/// How many keys of a pane are told before the one that goes to the next pane.
const OWN: usize = 4;

/// Keys with a word each.
type Keys = Vec<(String, &'static str)>;

/// The keys that work here and now, in the order in which they matter; what has no room is left
/// out. The last place is kept for those that lead on: to all keys, and out of here.
fn keys<'t>(state: &State, paint: Paint<'_>, width: usize) -> Line<'t> {
    let (keys, last) = match state.mode {
        Mode::Panes => of_pane(state),
        Mode::Filter => fixed(&[("enter", "keep"), ("up/down", "choose")], "all"),
        Mode::Palette(_) | Mode::Help(_) => {
            fixed(&[("enter", "do it"), ("up/down", "choose"), ("type", "find")], "close")
        }
        Mode::Themes(..) => fixed(&[("enter", "keep"), ("up/down", "try")], "as before"),
        Mode::Ask(_) => fixed(&[("enter", "choose"), ("up/down", "answer")], "nothing"),
        // What is put in place of a hit may name parts of it.
        Mode::Search(ref search) if search.in_with && search.is_regex => fixed(
            &[
                ("enter", "replace"),
                ("alt-a", "all"),
                ("tab", "field"),
                ("alt-r", "plain"),
                ("$1 ${name}", "groups"),
                ("$0", "the hit"),
            ],
            "close",
        ),
        Mode::Search(ref search) if search.with.is_some() => fixed(
            &[
                ("enter", if search.in_with { "replace" } else { "next" }),
                ("alt-a", "all"),
                ("tab", "field"),
                ("alt-r", "regex"),
            ],
            "close",
        ),
        Mode::Search(_) => {
            fixed(&[("enter", "next"), ("up", "previous"), ("alt-r", "regex")], "close")
        }
        Mode::Form(_) => fixed(&[("enter", "save"), ("up/down", "field")], "give up"),
        Mode::Log(_) => fixed(&[("enter", "keep"), ("alt-r", "regex")], "give up"),
        Mode::Split(_) => fixed(
            &[
                ("enter", "apply"),
                ("m", "move"),
                ("c/r/b", "cached/run/both"),
                ("a", "as decided"),
                ("u", "undo"),
                ("B", "bolder"),
                ("tab", "results"),
            ],
            "give up",
        ),
        Mode::Sheet(_) => fixed(&[("up/down", "scroll")], "close"),
        Mode::Base(_) => fixed(&[("enter", "make it"), ("up/down", "choose")], "give up"),
        Mode::Line(_) => fixed(&[("enter", "accept")], "give up"),
    };
    let mut spans: Vec<Span<'_>> = Vec::new();
    let cells = |(key, short): &(String, &str)| key.width() + short.width() + 3;
    let mut room = width.saturating_sub(last.iter().map(cells).sum());
    let fits = |pair: &(String, &str)| {
        let left = room.checked_sub(cells(pair));
        room = left.unwrap_or(room);
        left.is_some()
    };
    for (key, short) in keys.into_iter().filter(fits).chain(last) {
        spans.push(paint.span(format!(" {key}"), Role::Key));
        spans.push(paint.span(format!(" {short} "), Role::Footer));
    }
    Line::from(spans)
}

/// Keys that nobody can bind to something else, and what Escape does.
fn fixed(pairs: &[(&str, &'static str)], escape: &'static str) -> (Keys, Keys) {
    let keys = pairs.iter().map(|(key, short)| ((*key).to_owned(), *short)).collect();
    (keys, vec![("esc".to_owned(), escape)])
}

/// The keys of a pane and those that work everywhere, and apart from them those that lead on.
fn of_pane(state: &State) -> (Keys, Keys) {
    let scope = state.scope();
    let key = |action, short| Some((state.keymap.shown(scope, action)?.to_string(), short));
    let works = |row: &&Row| {
        (row.scope == scope || row.scope == Scope::Global)
            && !row.short.is_empty()
            && action::availability(state, row.action).is_ok()
    };
    let help = Action::View(ViewAction::Help);
    let (last, back) = match state.stage() {
        // A text is left before prebake is.
        Some(_) => ([help, Action::View(ViewAction::Back)], back(state)),
        None => ([help, Action::View(ViewAction::Quit)], ""),
    };
    let mut rows: Vec<&Row> =
        action::ordered(scope).filter(works).filter(|row| !last.contains(&row.action)).collect();
    rows.sort_by_key(|row| FIRST.iter().position(|it| *it == row.action).unwrap_or(FIRST.len()));
    let next = rows.iter().position(|row| row.action == Action::View(ViewAction::NextPane));
    if let Some(next) = next.filter(|next| *next > OWN) {
        rows[OWN..=next].rotate_right(1);
    }
    let keys = rows.into_iter().filter_map(|row| key(row.action, row.short)).collect();
    let last = last.into_iter().filter_map(|action| {
        let short = action::row(action).map_or("", |row| row.short);
        key(action, if short.is_empty() { back } else { short })
    });
    (keys, last.collect())
}

/// What going back does in a script.
fn back(state: &State) -> &'static str {
    let selected = state.environments.selected();
    let pair = selected.and_then(|entry| state.scripts.pair(&entry.id));
    let editor = pair.zip(state.stage()).map(|(pair, stage)| pair.editor(stage));
    if editor.is_some_and(|editor| editor.buffer().selection().is_some()) {
        "unselect"
    } else if state.layout.zoomed {
        "unzoom"
    } else {
        "leave"
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use insta::assert_snapshot;

    use crate::app::keymap::Keymap;
    use crate::app::notice::Tone;
    use crate::app::state::State;
    use crate::app::testing::press;
    use crate::ui::testing::{furnished, picture};

    #[test]
    fn the_keys_of_where_one_is_or_what_was_just_told() {
        let mut state = furnished();
        let mut seen = String::new();
        for keys in [&[][..], &["alt-3"], &["alt-5"], &["alt-6"], &["alt-7"], &["alt-1", ":"]] {
            press(&mut state, keys);
            seen += &picture(&state, state.arrangement().footer);
        }
        press(&mut state, &["esc"]);
        for tone in [Tone::Done, Tone::Note, Tone::Failure] {
            state.tell(tone, "a sentence");
            seen += &picture(&state, state.arrangement().footer);
        }
        assert_snapshot!("footer", seen);
    }

    fn footer(state: &State) -> String {
        let seen = picture(state, state.arrangement().footer);
        seen.lines().next().unwrap_or_default().to_owned()
    }

    #[test]
    fn where_there_is_little_room_the_keys_that_matter_most_stay() {
        let mut state = furnished();
        let mut seen = String::new();
        for width in [60, 80, 100] {
            state.size = (width, 24);
            // Something bakes, something failed, a script, the same with something unsaved, zoomed,
            // with a selection, and a script that is split.
            let keys: [&[&str]; 7] = [
                &["g", "down"],
                &["down"],
                &["enter"],
                &["x"],
                &["alt-z"],
                &["ctrl-a"],
                &["esc", "esc", "esc", "g", "s"],
            ];
            for keys in keys {
                press(&mut state, keys);
                assert!(footer(&state).len() <= usize::from(width), "{}", footer(&state));
                let _ = writeln!(seen, "{width}:{}", footer(&state));
            }
            press(&mut state, &["esc", "g", "down", "down", "enter", "ctrl-z", "esc"]);
        }
        assert_snapshot!("footer_with_little_room", seen);
    }

    #[test]
    fn a_sentence_that_is_cut_names_the_key_that_shows_all_of_it() {
        let mut state = furnished();
        state.size = (60, 20);
        let long = "a sentence of a person who needs more words than there is room for";
        state.tell(Tone::Failure, long);
        let seen = footer(&state);
        assert_eq!(seen, " a sentence of a person who needs more words than there… f4");
        press(&mut state, &["c"]);
        state.tell(Tone::Failure, long);
        assert!(footer(&state).ends_with("than there is…"), "f4 is no answer: {}", footer(&state));
        press(&mut state, &["down"]);
        assert_eq!(footer(&state), " enter choose  up/down answer  esc nothing");
        state.tell(Tone::Failure, long);
        state.size = (80, 24);
        assert!(footer(&state).ends_with("room for"), "{}", footer(&state));
    }

    #[test]
    fn a_key_of_the_persons_own_is_the_one_that_is_shown() {
        let mut state = furnished();
        state.size = (60, 20);
        let own = |name: &str, chord: &str| (name.to_owned(), vec![chord.to_owned()]);
        let bindings = [own("quit", "Q"), own("help", "f12"), own("build", "ctrl-b")];
        state.keymap = Keymap::new(&bindings).0;
        let seen = footer(&state);
        assert!(seen.ends_with(" f12 keys  Q quit"), "{seen}");
        assert!(seen.contains(" ctrl-b build "), "{seen}");
        state.keymap = Keymap::new(&[("quit".to_owned(), Vec::new())]).0;
        assert!(footer(&state).ends_with(" ? keys"), "what has no key is not shown");
    }

    #[test]
    fn groups_of_an_expression_are_told_where_they_can_be_named() {
        let mut state = furnished();
        press(&mut state, &["enter", "ctrl-r", "alt-r"]);
        assert!(!footer(&state).contains("groups"), "{}", footer(&state));
        press(&mut state, &["tab"]);
        assert!(footer(&state).contains("$1 ${name} groups"), "{}", footer(&state));
        press(&mut state, &["alt-r"]);
        assert!(!footer(&state).contains("groups"), "{}", footer(&state));
    }
}
