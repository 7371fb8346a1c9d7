//! Stories of typing and saving, told as data.

mod drafts;

use crate::app::editor::place::Place;
use crate::app::effect::{Aside, Effect, Timer};
use crate::app::environments::{Entry, EnvironmentsEvent};
use crate::app::event::{Event, Mouse, MouseKind, Returned};
use crate::app::layout::Region;
use crate::app::mode::Mode;
use crate::app::moment::Moment;
use crate::app::scripts::{Areas, DraftFound, DraftPlace, ScriptsEffect, ScriptsEvent, Standing};
use crate::app::sheet::{Look, SheetLine};
use crate::app::state::State;
use crate::app::testing::{entry, id, linked, press, screen, told, type_text};
use crate::app::update::update;
use crate::domain::digest::Digest;
use crate::domain::environment::Stage;
use crate::domain::manifest;
use crate::domain::settings::Settings;

pub(super) fn text(state: &State, stage: Stage) -> String {
    let entry = state.environments.selected().unwrap();
    state.scripts.pair(&entry.id).unwrap().text(stage)
}

pub(super) fn standing(state: &State, stage: Stage) -> Standing {
    let entry = state.environments.selected().unwrap();
    state.scripts.pair(&entry.id).unwrap().standing(stage)
}

/// An environment's file after `how`.
pub(super) fn changed(entry: &Entry, how: impl FnOnce(&mut Entry)) -> Entry {
    let mut entry = entry.clone();
    how(&mut entry);
    entry.text = manifest::update(&entry.text, &entry.environment).unwrap();
    entry.revision = Digest::of(&entry.text);
    entry
}

pub(super) fn list(state: &mut State, entries: Vec<Entry>) -> Vec<Effect> {
    let listed = EnvironmentsEvent::Listed { entries, broken: Vec::new() };
    update(state, Event::Environments(listed))
}

/// Does what a save asks for: the file is written, and that is told.
pub(super) fn written(state: &mut State, effects: &[Effect]) -> Entry {
    let [Effect::Save { id, text, expected }] = effects else { panic!("{effects:?}") };
    let before = state.environments.entry(id).unwrap();
    assert_eq!(before.revision, *expected);
    let entry = Entry {
        environment: manifest::parse(text).unwrap(),
        revision: Digest::of(text),
        text: text.clone(),
        ..before.clone()
    };
    update(state, Event::Environments(EnvironmentsEvent::Saved(Box::new(entry.clone()))));
    entry
}

#[test]
fn both_scripts_are_saved_together_and_a_toggle_leaves_what_is_typed() {
    let mut state = screen(&["web"]);
    press(&mut state, &["enter", "ctrl-end"]);
    type_text(&mut state, "true");
    press(&mut state, &["alt-o"]);
    type_text(&mut state, "# hi ");
    assert_eq!(standing(&state, Stage::Cached), Standing::Unsaved);
    // A toggle writes the file without what is typed, and the text stays on the screen.
    let effects = press(&mut state, &["alt-1", "1"]);
    let save: Vec<Effect> =
        effects.into_iter().filter(|it| matches!(it, Effect::Save { .. })).collect();
    let toggled = written(&mut state, &save);
    assert!(toggled.environment.headless_desktop_enabled);
    assert!(!toggled.environment.cached_preflight_script.contains("true"));
    assert_eq!(standing(&state, Stage::Cached), Standing::Unsaved);
    press(&mut state, &["enter"]);
    let effects = press(&mut state, &["ctrl-s"]);
    let saved = written(&mut state, &effects);
    assert!(saved.environment.cached_preflight_script.ends_with("/opt/f\ntrue"));
    assert!(saved.environment.run_preflight_script.starts_with("# hi export"));
    assert_eq!(standing(&state, Stage::Run), Standing::Saved);
    assert_eq!(told(&state), "`web` is saved");
}

#[test]
fn what_is_typed_while_a_file_is_written_stays_unsaved() {
    let mut state = screen(&["web"]);
    press(&mut state, &["enter"]);
    type_text(&mut state, "a");
    let effects = press(&mut state, &["ctrl-s"]);
    type_text(&mut state, "b");
    written(&mut state, &effects);
    assert_eq!(standing(&state, Stage::Cached), Standing::Unsaved);
    assert!(text(&state, Stage::Cached).starts_with("ab#!"));
    let effects = press(&mut state, &["ctrl-s"]);
    written(&mut state, &effects);
    assert_eq!(standing(&state, Stage::Cached), Standing::Saved);
}

#[test]
fn a_change_by_somebody_else_is_taken_unless_it_is_in_the_way() {
    let mut state = screen(&["web"]);
    let base = state.environments.selected().unwrap().clone();
    let theirs = changed(&base, |it| it.environment.run_preflight_script = "theirs\n".to_owned());
    press(&mut state, &["enter"]);
    type_text(&mut state, "mine ");
    // They changed the script that is not touched here.
    list(&mut state, vec![theirs.clone()]);
    assert_eq!(text(&state, Stage::Run), "theirs\n");
    assert_eq!(standing(&state, Stage::Cached), Standing::Unsaved);
    // They changed the one that is.
    let theirs = changed(&theirs, |it| {
        it.environment.cached_preflight_script = "echo theirs\n".to_owned();
    });
    list(&mut state, vec![theirs.clone()]);
    assert_eq!(standing(&state, Stage::Cached), Standing::Conflict);
    assert!(told(&state).contains("somebody else"), "{}", told(&state));
    assert_eq!(press(&mut state, &["ctrl-s"]), [], "asks");
    press(&mut state, &["d"]);
    let Mode::Sheet(sheet) = &state.mode else { panic!("{:?}", state.mode) };
    assert!(sheet.lines.contains(&SheetLine::new(Look::Removed, "- echo theirs")));
    press(&mut state, &["esc"]);
    assert!(matches!(state.mode, Mode::Ask(_)), "asked again");
    let mut other = state.clone();
    // Theirs is taken, and mine is a step of undo away.
    press(&mut other, &["t"]);
    assert_eq!(text(&other, Stage::Cached), "echo theirs\n");
    assert_eq!(standing(&other, Stage::Cached), Standing::Saved);
    press(&mut other, &["ctrl-z"]);
    assert!(text(&other, Stage::Cached).starts_with("mine #!"));
    // Mine is written over theirs.
    let effects = press(&mut state, &["m"]);
    let saved = written(&mut state, &effects);
    assert!(saved.environment.cached_preflight_script.starts_with("mine #!"));
    assert_eq!(saved.environment.run_preflight_script, "theirs\n");
}

#[test]
fn what_was_written_while_it_was_asked_is_not_written_over() {
    let mut state = screen(&["web"]);
    let base = state.environments.selected().unwrap().clone();
    let theirs =
        |text: &str| changed(&base, |it| it.environment.cached_preflight_script = text.to_owned());
    press(&mut state, &["enter", "x"]);
    list(&mut state, vec![theirs("first\n")]);
    press(&mut state, &["ctrl-s"]);
    list(&mut state, vec![theirs("second\n")]);
    assert_eq!(press(&mut state, &["m"]), [], "asks again");
    assert!(told(&state).contains("once more"), "{}", told(&state));
    let effects = press(&mut state, &["m"]);
    assert!(written(&mut state, &effects).environment.cached_preflight_script.starts_with("x#!"));
}

#[test]
fn leaving_asks_about_unsaved_text_and_a_build_too() {
    let mut state = linked(&["web"]);
    press(&mut state, &["enter", "x", "ctrl-q"]);
    assert!(matches!(state.mode, Mode::Ask(_)));
    assert_eq!(press(&mut state, &["enter"]), [], "Enter stays");
    let effects = press(&mut state, &["ctrl-q", "s"]);
    assert!(!state.leaving);
    let [Effect::Save { text: saved, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert!(saved.contains("x#!/bin/bash"));
    written(&mut state, &effects);
    assert!(state.leaving, "once it is saved");

    let mut state = linked(&["web"]);
    press(&mut state, &["enter", "x", "esc"]);
    assert_eq!(press(&mut state, &["b"]), []);
    assert!(matches!(state.mode, Mode::Ask(_)), "a build is of the file");
}

/// Nothing happens for so many milliseconds.
pub(super) fn rest(state: &mut State, ms: u64) {
    update(state, Event::Clock(Moment(state.now.0 + ms)));
}

/// A draft of the environment `web`.
pub(super) fn draft() -> DraftFound {
    let mut environment = entry("web").environment;
    environment.set_scripts("typed\n", "export GREETING=hi\n");
    environment.workdir = "/srv".to_owned();
    DraftFound {
        id: id("web"),
        place: DraftPlace(1),
        written: Moment(0),
        cached: "typed\n".to_owned(),
        run: "export GREETING=hi\n".to_owned(),
        text: manifest::render(&environment),
        is_stale: false,
    }
}

#[test]
fn search_and_replace_have_a_line_of_their_own() {
    let mut state = screen(&["web"]);
    press(&mut state, &["enter", "ctrl-r"]);
    type_text(&mut state, "e");
    let hits = |state: &State| match &state.mode {
        Mode::Search(search) => search.told.clone(),
        mode => panic!("{mode:?}"),
    };
    assert_eq!(hits(&state), "1 of 4");
    press(&mut state, &["tab"]);
    type_text(&mut state, "E");
    press(&mut state, &["alt-a"]);
    assert_eq!(hits(&state), "replaced 4 hits");
    press(&mut state, &["esc"]);
    assert_eq!(text(&state, Stage::Cached), "#!/bin/bash\nsEt -E\nEcho bakEd > /opt/f\n");
    press(&mut state, &["ctrl-g", "2", "enter"]);
    let pair = state.scripts.pair(&id("web")).unwrap();
    assert_eq!(pair.editor(Stage::Cached).buffer().cursor().line, 1);
}

#[test]
fn a_tab_is_as_wide_as_the_settings_say() {
    for (tab_width, column) in [(4, 4), (8, 8), (1, 1)] {
        let mut state = screen(&[]);
        state.prefer(Settings { tab_width, ..Settings::default() });
        let entries = vec![entry("web")];
        let listed = EnvironmentsEvent::Listed { entries, broken: Vec::new() };
        update(&mut state, Event::Environments(listed));
        press(&mut state, &["enter", "ctrl-home"]);
        update(&mut state, Event::Pasted("\tx".to_owned()));
        let cell = |state: &State, column| {
            let editor = state.scripts.pair(&id("web")).unwrap().editor(Stage::Cached);
            let text = editor.buffer().text();
            let (cell, _) = editor.viewport().cell_at(text, Place::new(0, column)).unwrap();
            cell - editor.viewport().gutter(text.lines().len())
        };
        assert_eq!(cell(&state, 1), column, "{tab_width}");
        // A script without indentation is indented as far as a tab reaches.
        press(&mut state, &["ctrl-home", "delete", "tab"]);
        assert_eq!(cell(&state, usize::from(tab_width)), column, "{tab_width}");
        let first = text(&state, Stage::Cached).lines().next().unwrap().to_owned();
        assert_eq!(first, format!("{}x#!/bin/bash", " ".repeat(usize::from(tab_width))));
    }
}

#[test]
fn the_own_editor_gets_the_text_and_gives_it_back_as_one_step() {
    let mut state = screen(&["web"]);
    press(&mut state, &["enter", "down", "right"]);
    let effects = press(&mut state, &["ctrl-o"]);
    let [Effect::Aside(Aside::Edit { line, column, text: given, .. })] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((*line, *column, given.as_str()), (2, 2, text(&state, Stage::Cached).as_str()));
    let left = Returned::Edited {
        id: id("web"),
        stage: Stage::Cached,
        text: "from outside\n".to_owned(),
        trouble: Some("`vim` ended with exit status: 1".to_owned()),
    };
    let effects = update(&mut state, Event::Returned(left));
    assert_eq!(text(&state, Stage::Cached), "from outside\n");
    assert_eq!(told(&state), "`vim` ended with exit status: 1");
    let is_kept = |it: &Effect| matches!(it, Effect::Scripts(ScriptsEffect::KeepDraft { .. }));
    assert!(effects.iter().any(is_kept), "at once: {effects:?}");
    press(&mut state, &["ctrl-z"]);
    assert_eq!(standing(&state, Stage::Cached), Standing::Saved);
}

#[test]
fn the_mouse_places_the_cursor_and_selects() {
    let mut state = screen(&["web"]);
    let areas = Areas::of(&state, Stage::Run).unwrap();
    let at = |kind, x, y| Event::Mouse(Mouse { kind, x, y, shift: false });
    let (x, y) = (areas.editor.x + 6, areas.editor.y);
    update(&mut state, at(MouseKind::Down, x, y));
    assert_eq!(state.layout.focus, Region::Run);
    update(&mut state, at(MouseKind::Drag, x + 3, y));
    update(&mut state, at(MouseKind::Up, x + 3, y));
    let effects = press(&mut state, &["ctrl-c"]);
    assert_eq!(effects, [Effect::Copy("xpo".to_owned())]);
    assert_eq!(told(&state), "copied 3 characters");
    update(&mut state, Event::Pasted("A\nB".to_owned()));
    assert!(
        text(&state, Stage::Run).starts_with("eA\nBrt GREETING"),
        "{}",
        text(&state, Stage::Run)
    );
}

#[test]
fn an_old_single_preflight_is_edited_as_what_it_runs_as_and_caching_erases_nothing() {
    let mut state = screen(&["web"]);
    let base = state.environments.selected().unwrap().clone();
    let old = changed(&base, |it| {
        it.environment.run_preflight_script.clear();
        it.environment.preflight_enabled = true;
        it.environment.preflight_script = "export OLD=1\n".to_owned();
    });
    list(&mut state, vec![old.clone()]);
    press(&mut state, &["enter"]);
    assert_eq!(text(&state, Stage::Run), "export OLD=1\n");
    // A change of the other script leaves it where it is.
    type_text(&mut state, "#");
    let effects = press(&mut state, &["ctrl-s"]);
    let saved = written(&mut state, &effects);
    assert_eq!(saved.environment.run_preflight_script, "");
    assert_eq!(
        (standing(&state, Stage::Run), saved.environment.preflight_enabled),
        (Standing::Saved, true)
    );
    press(&mut state, &["alt-o"]);
    type_text(&mut state, "# ");
    let effects = press(&mut state, &["ctrl-s"]);
    let saved = written(&mut state, &effects);
    assert_eq!(saved.environment.run_preflight_script, "# export OLD=1\n");
    assert_eq!(saved.environment.preflight_script, "export OLD=1\n");
    assert_eq!(standing(&state, Stage::Run), Standing::Saved);
    // Container caching goes off, and the cached script stays.
    let effects = press(&mut state, &["alt-1", "3"]);
    let save: Vec<Effect> =
        effects.into_iter().filter(|it| matches!(it, Effect::Save { .. })).collect();
    let off = written(&mut state, &save);
    assert!(!off.environment.cache_container_build);
    assert_eq!(off.environment.cached_preflight_script, saved.environment.cached_preflight_script);
}
