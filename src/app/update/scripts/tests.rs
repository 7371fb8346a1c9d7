//! Stories of typing and saving, told as data.

use crate::app::editor::place::Place;
use crate::app::effect::{Aside, Effect, Timer};
use crate::app::environments::{BrokenFile, Entry, EnvironmentsEvent};
use crate::app::event::{Event, Mouse, MouseKind, Returned};
use crate::app::layout::Region;
use crate::app::lost::Lost;
use crate::app::mode::Mode;
use crate::app::moment::Moment;
use crate::app::scripts::{Areas, DraftFound, DraftPlace, ScriptsEffect, ScriptsEvent, Standing};
use crate::app::sheet::{Look, SheetLine};
use crate::app::state::State;
use crate::app::testing::{entry, id, linked, press, screen, told, type_text};
use crate::app::update::update;
use crate::domain::digest::Digest;
use crate::domain::environment::Stage;
use crate::domain::lint::{Diagnostic, Fix, FixKind, RuleCode, Severity, Spot};
use crate::domain::manifest;
use crate::domain::settings::Settings;

fn text(state: &State, stage: Stage) -> String {
    let entry = state.environments.selected().unwrap();
    state.scripts.pair(&entry.id).unwrap().text(stage)
}

fn standing(state: &State, stage: Stage) -> Standing {
    let entry = state.environments.selected().unwrap();
    state.scripts.pair(&entry.id).unwrap().standing(stage)
}

/// An environment's file after `how`.
fn changed(entry: &Entry, how: impl FnOnce(&mut Entry)) -> Entry {
    let mut entry = entry.clone();
    how(&mut entry);
    entry.text = manifest::update(&entry.text, &entry.environment).unwrap();
    entry.revision = Digest::of(&entry.text);
    entry
}

fn list(state: &mut State, entries: Vec<Entry>) -> Vec<Effect> {
    let listed = EnvironmentsEvent::Listed { entries, broken: Vec::new() };
    update(state, Event::Environments(listed))
}

/// Does what a save asks for: the file is written, and that is told.
fn written(state: &mut State, effects: &[Effect]) -> Entry {
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
fn drafts_are_kept_while_something_is_unsaved_and_go_with_it() {
    let mut state = screen(&["web"]);
    press(&mut state, &["enter"]);
    let effects = press(&mut state, &["x"]);
    assert!(effects.contains(&Effect::Wake { timer: Timer::Drafts, after_ms: 3000 }));
    let effects = update(&mut state, Event::Woke(Timer::Drafts));
    let [Effect::Scripts(ScriptsEffect::KeepDraft { id: whose, cached, .. })] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((whose, cached.starts_with("x#!")), (&id("web"), true));
    assert_eq!(update(&mut state, Event::Woke(Timer::Drafts)), [], "it is kept already");
    press(&mut state, &["y"]);
    let effects = update(&mut state, Event::Terminated);
    assert!(matches!(
        &effects[..],
        [Effect::Scripts(ScriptsEffect::KeepDraft { .. }), .., Effect::Quit]
    ));
    press(&mut state, &["backspace", "backspace"]);
    let effects = update(&mut state, Event::Woke(Timer::Drafts));
    assert_eq!(effects, [Effect::Scripts(ScriptsEffect::DropDraft(id("web")))]);
}

#[test]
fn a_draft_is_written_anew_when_the_file_below_it_changes() {
    let mut state = screen(&["web"]);
    press(&mut state, &["enter", "x"]);
    update(&mut state, Event::Woke(Timer::Drafts));
    let base = state.environments.selected().unwrap().clone();
    let toggled = changed(&base, |it| it.environment.cache_container_build = false);
    let saved = EnvironmentsEvent::Saved(Box::new(toggled.clone()));
    let effects = update(&mut state, Event::Environments(saved));
    let draft = effects.iter().find_map(|effect| match effect {
        Effect::Scripts(ScriptsEffect::KeepDraft { base, file, cached, .. }) => {
            Some((base, file, cached.starts_with("x#!")))
        }
        _ => None,
    });
    assert_eq!(draft, Some((&toggled.revision, &toggled.text, true)), "{effects:?}");
    // It goes with what it is a draft of.
    press(&mut state, &["backspace"]);
    let effects = update(&mut state, Event::Woke(Timer::Drafts));
    assert_eq!(effects, [Effect::Scripts(ScriptsEffect::DropDraft(id("web")))]);
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

/// A draft of the environment `web`.
fn draft() -> DraftFound {
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
fn what_an_earlier_screen_left_is_offered() {
    let mut state = screen(&["api", "web"]);
    let draft = draft();
    let found = |draft: &DraftFound| Event::Scripts(ScriptsEvent::Drafts(vec![draft.clone()]));
    update(&mut state, found(&draft));
    assert!(matches!(state.mode, Mode::Ask(_)));
    let effects = press(&mut state, &["t"]);
    let take_up = Effect::Scripts(ScriptsEffect::TakeUp(id("web"), draft.place));
    assert_eq!(effects[0], take_up, "before anything is written");
    assert_eq!(text(&state, Stage::Cached), "typed\n");
    assert_eq!(standing(&state, Stage::Cached), Standing::Unsaved);
    // One that says what the file does is nothing to ask about.
    let mut state = screen(&["web"]);
    let saved = entry("web").environment.cached_preflight_script;
    let effects = update(&mut state, found(&DraftFound { cached: saved, ..draft.clone() }));
    assert_eq!(effects, [Effect::Scripts(ScriptsEffect::DropFound(id("web"), draft.place))]);
    assert!(matches!(state.mode, Mode::Panes));
    // The trash keeps what is not wanted.
    update(&mut state, found(&draft));
    let effects = press(&mut state, &["x"]);
    assert_eq!(effects, [Effect::Scripts(ScriptsEffect::SetAside(id("web"), draft.place))]);
}

#[test]
fn findings_are_asked_for_after_a_rest_and_stale_ones_are_dropped() {
    let mut state = screen(&["web"]);
    state.now = Moment(2_000_000);
    let effects = update(&mut state, Event::Woke(Timer::Lint));
    let asked = |effects: &[Effect]| -> Vec<(Stage, u64)> {
        let lint = |effect: &Effect| match effect {
            Effect::Scripts(ScriptsEffect::Lint { stage, revision, .. }) => {
                Some((*stage, *revision))
            }
            _ => None,
        };
        effects.iter().filter_map(lint).collect()
    };
    assert_eq!(asked(&effects), [(Stage::Cached, 0), (Stage::Run, 0)]);
    press(&mut state, &["enter", "x"]);
    let effects = update(&mut state, Event::Woke(Timer::Lint));
    assert_eq!(asked(&effects), [], "a key was pressed just now");
    assert!(matches!(effects[..], [Effect::Wake { timer: Timer::Lint, .. }]));
    state.now = Moment(2_000_300);
    let effects = update(&mut state, Event::Woke(Timer::Lint));
    // What one script installs is looked for in the other.
    let [(Stage::Cached, revision), (Stage::Run, 0)] = asked(&effects)[..] else {
        panic!("{effects:?}")
    };
    let spot = Spot { line: 2, column: 5 };
    let finding = Diagnostic {
        code: RuleCode("SC1".to_owned()),
        severity: Severity::Warning,
        message: "doubtful".to_owned(),
        advice: String::new(),
        start: spot,
        end: spot,
        fix: None,
    };
    let answer = |revision| {
        let (id, findings) = (id("web"), vec![finding.clone()]);
        Event::Scripts(ScriptsEvent::Linted { id, stage: Stage::Cached, revision, findings })
    };
    update(&mut state, answer(revision - 1));
    let found = |state: &State| {
        let pair = state.scripts.pair(&id("web")).unwrap();
        pair.editor(Stage::Cached).marks.findings().len()
    };
    assert_eq!(found(&state), 0);
    update(&mut state, answer(revision));
    assert_eq!(found(&state), 1);
    press(&mut state, &["f2"]);
    let pair = state.scripts.pair(&id("web")).unwrap();
    assert_eq!(pair.editor(Stage::Cached).buffer().cursor().line, 2);
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

/// The findings of a script as they would be told, each with what it removes of the text if it is
/// mended by that.
fn tell_findings(state: &mut State, stage: Stage, found: &[(usize, Option<Fix>)]) {
    let finding = |(line, fix): &(usize, Option<Fix>)| Diagnostic {
        code: RuleCode("PB1".to_owned()),
        severity: Severity::Warning,
        message: "doubtful".to_owned(),
        advice: String::new(),
        start: Spot { line: *line, column: 0 },
        end: Spot { line: *line, column: 1 },
        fix: fix.clone(),
    };
    let pair = state.scripts.pair(&id("web")).unwrap();
    let revision = pair.editor(stage).buffer().revision();
    let findings = found.iter().map(finding).collect();
    let linted = ScriptsEvent::Linted { id: id("web"), stage, revision, findings };
    update(state, Event::Scripts(linted));
}

#[test]
fn a_key_mends_the_finding_of_the_line_as_one_step() {
    let mut state = screen(&["web"]);
    press(&mut state, &["enter", "alt-enter"]);
    assert!(told(&state).contains("nothing in this line"), "{}", told(&state));
    let fix = Fix::one("stop on errors", FixKind::Suggested, 16..18, "-eu");
    tell_findings(&mut state, Stage::Cached, &[(1, Some(fix))]);
    press(&mut state, &["alt-enter"]);
    assert!(told(&state).contains("nothing in this line"), "{}", told(&state));
    press(&mut state, &["down", "alt-enter"]);
    assert_eq!(text(&state, Stage::Cached), "#!/bin/bash\nset -eu\necho baked > /opt/f\n");
    assert_eq!(told(&state), "stop on errors");
    // The finding is of the text as it was, and so is its fix.
    press(&mut state, &["alt-enter"]);
    assert_eq!(text(&state, Stage::Cached), "#!/bin/bash\nset -eu\necho baked > /opt/f\n");
    press(&mut state, &["ctrl-z"]);
    assert_eq!(text(&state, Stage::Cached), "#!/bin/bash\nset -e\necho baked > /opt/f\n");
}

#[test]
fn a_key_moves_a_statement_to_the_other_script() {
    let mut state = screen(&["web"]);
    press(&mut state, &["enter", "down", "down"]);
    let fix = Fix::one("move it", FixKind::Move, 19..39, "");
    tell_findings(&mut state, Stage::Cached, &[(2, Some(fix))]);
    press(&mut state, &["alt-m"]);
    assert_eq!(text(&state, Stage::Cached), "#!/bin/bash\nset -e\n");
    assert_eq!(text(&state, Stage::Run), "echo baked > /opt/f\nexport GREETING=hi\n");
    assert_eq!(standing(&state, Stage::Run), Standing::Unsaved);
    press(&mut state, &["ctrl-z", "alt-o", "ctrl-z"]);
    assert_eq!(standing(&state, Stage::Run), Standing::Saved);
    assert_eq!(standing(&state, Stage::Cached), Standing::Saved);
}

#[test]
fn a_move_that_breaks_something_is_refused_with_the_reason_and_done_when_asked_again() {
    let check = |typed: &str, keys: &[&str], why: &str| {
        let mut state = screen(&["web"]);
        press(&mut state, &["enter", "alt-o", "ctrl-end"]);
        type_text(&mut state, typed);
        press(&mut state, keys);
        let scripts = |state: &State| [Stage::Cached, Stage::Run].map(|stage| text(state, stage));
        let before = scripts(&state);
        press(&mut state, &["alt-m"]);
        if why.is_empty() {
            assert!(told(&state).starts_with("moved to the cached"), "{}", told(&state));
            return;
        }
        assert_eq!(told(&state), format!("not moved: {why}; alt-m again moves it"));
        assert_eq!(scripts(&state), before, "nothing is moved unasked");
        // The answer is about this line of this text, and about no other one.
        press(&mut state, &["x", "backspace", "alt-m"]);
        assert!(told(&state).starts_with("not moved: "), "{}", told(&state));
        assert_eq!(scripts(&state), before);
        press(&mut state, &["alt-m"]);
        assert!(told(&state).starts_with("moved to the cached"), "{}", told(&state));
        assert_ne!(scripts(&state), before);
    };
    check("touch /opt/a", &[], "");
    check("touch /opt/$TASK_ID", &[], "line 2 runs at task start: reads `$TASK_ID`");
    let follows = "line 2 must follow line 1, which runs at task start and sets `$GREETING`";
    check("echo $GREETING >/opt/a", &[], follows);
    let command =
        "line 1 runs at task start: the task's command needs `$GREETING`, which this sets";
    check("true", &["up"], command);
    let unread = "bash cannot read line 2 of the run preflight, so nobody knows what depends on it";
    check("if true", &["up"], unread);
}

#[test]
fn files_are_counted_once_and_anew_when_they_change() {
    let mut state = screen(&["web"]);
    let counted = |effects: &[Effect]| -> usize {
        effects.iter().filter(|it| matches!(it, Effect::Scripts(ScriptsEffect::Count(_)))).count()
    };
    let entry = state.environments.selected().unwrap().clone();
    let counts = |entry: &Entry, count| {
        let counts = vec![(entry.id.clone(), entry.revision.clone(), count)];
        Event::Scripts(ScriptsEvent::Counts(counts))
    };
    let known = |state: &State| state.environments.findings[&id("web")].1;
    update(&mut state, counts(&entry, 3));
    assert_eq!(known(&state), Some(3));
    assert_eq!(counted(&list(&mut state, vec![entry.clone()])), 0);
    let other = changed(&entry, |it| it.environment.workdir = "/srv".to_owned());
    assert_eq!(counted(&list(&mut state, vec![other.clone()])), 1);
    update(&mut state, counts(&entry, 4));
    assert_eq!(known(&state), None, "that was of the file before");
    update(&mut state, counts(&other, 1));
    assert_eq!(known(&state), Some(1));
}

#[test]
fn another_field_or_the_other_script_asks_for_findings_again() {
    let mut state = screen(&["web"]);
    state.now = Moment(2_000_000);
    update(&mut state, Event::Woke(Timer::Lint));
    let entry = state.environments.selected().unwrap().clone();
    let other = changed(&entry, |it| {
        it.environment.env_vars.insert("LEVEL".to_owned(), "1".to_owned());
    });
    let effects = list(&mut state, vec![other]);
    assert!(effects.contains(&Effect::Wake { timer: Timer::Lint, after_ms: 300 }), "{effects:?}");
    state.now = Moment(2_001_000);
    let effects = update(&mut state, Event::Woke(Timer::Lint));
    let contexts: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Scripts(ScriptsEffect::Lint { context, .. }) => Some(context),
            _ => None,
        })
        .collect();
    assert_eq!(contexts.len(), 2, "{effects:?}");
    assert_eq!(contexts[0].variables, ["LEVEL"]);
    assert_eq!(contexts[0].other, "export GREETING=hi\n");
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

/// The folder has these environments, and `web.yaml`, which is none.
fn web_is_broken(state: &mut State, entries: Vec<Entry>) {
    let broken = vec![BrokenFile { name: "web.yaml".to_owned(), fault: "no map".to_owned() }];
    update(state, Event::Environments(EnvironmentsEvent::Listed { entries, broken }));
}

/// What became of the file of the selected environment, which is `web`.
fn lost(state: &State) -> Option<&Lost> {
    let entry = state.environments.selected().unwrap();
    assert_eq!(entry.id, id("web"));
    entry.lost.as_ref()
}

#[test]
fn what_is_typed_stays_with_its_environment_when_the_file_goes() {
    let mut state = linked(&["api", "web"]);
    let theirs = state.environments.entry(&id("api")).unwrap().clone();
    press(&mut state, &["down", "enter"]);
    type_text(&mut state, "# mine ");
    // Somebody removes it or gives it another name.
    list(&mut state, vec![theirs.clone(), entry("web2")]);
    assert_eq!(lost(&state), Some(&Lost::Gone));
    assert!(told(&state).contains("the file of `web` is gone"), "{}", told(&state));
    type_text(&mut state, "and more ");
    assert_eq!(told(&state), "", "it is told once");
    assert!(text(&state, Stage::Cached).starts_with("# mine and more #!"));
    let other = state.scripts.pair(&id("api")).unwrap();
    assert!(!other.is_dirty(), "nothing of it went to a neighbour");
    // Nothing can be done with it but go on.
    press(&mut state, &["esc"]);
    assert_eq!(press(&mut state, &["3"]), []);
    assert!(told(&state).contains("is gone"), "{}", told(&state));
    press(&mut state, &["enter"]);
    let effects = press(&mut state, &["ctrl-s"]);
    let [Effect::Create { id: made, text: saved }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(*made, id("web"));
    assert!(saved.contains("# mine and more #!"), "{saved}");
    let back = Entry {
        environment: manifest::parse(saved).unwrap(),
        revision: Digest::of(saved),
        text: saved.clone(),
        ..entry("web")
    };
    list(&mut state, vec![theirs.clone(), back]);
    assert_eq!((lost(&state), standing(&state, Stage::Cached)), (None, Standing::Saved));
    // The keys are still in it: they do not go to a neighbour, either.
    list(&mut state, vec![theirs.clone(), entry("web2")]);
    assert_eq!(lost(&state), Some(&Lost::Gone));
    type_text(&mut state, "x");
    assert!(text(&state, Stage::Cached).starts_with("# mine and more x#!"));
    // Without anything typed the selection goes on when they leave, as ever.
    press(&mut state, &["backspace"]);
    assert_eq!(lost(&state), Some(&Lost::Gone));
    press(&mut state, &["esc"]);
    assert_eq!(state.environments.selected().unwrap().id, id("web2"));
}

#[test]
fn what_is_typed_waits_for_a_file_that_broke() {
    let mut state = screen(&["api", "web"]);
    let theirs = state.environments.entry(&id("api")).unwrap().clone();
    press(&mut state, &["down", "enter"]);
    type_text(&mut state, "a");
    web_is_broken(&mut state, vec![theirs.clone()]);
    assert_eq!(lost(&state), Some(&Lost::Broken("no map".to_owned())));
    assert!(state.environments.broken.is_empty(), "one row is enough");
    type_text(&mut state, "b");
    assert_eq!(press(&mut state, &["ctrl-s"]), []);
    assert!(told(&state).contains("no map"), "{}", told(&state));
    // Leaving asks, and with the answer it stays.
    press(&mut state, &["ctrl-q"]);
    assert_eq!(press(&mut state, &["s"]), []);
    assert!(!state.leaving && state.scripts.after_save.is_none());
    // It was mended.
    list(&mut state, vec![theirs, entry("web")]);
    assert_eq!((lost(&state), standing(&state, Stage::Cached)), (None, Standing::Unsaved));
    assert!(text(&state, Stage::Cached).starts_with("ab#!"));
    let effects = press(&mut state, &["ctrl-s"]);
    written(&mut state, &effects);
    // What goes back to what the file said goes with it.
    type_text(&mut state, "c");
    web_is_broken(&mut state, Vec::new());
    press(&mut state, &["shift-f7", "y", "esc"]);
    assert_eq!(state.environments.selected_broken().unwrap().name, "web.yaml");
}

#[test]
fn what_is_made_meanwhile_does_not_take_the_keys_away() {
    let mut state = screen(&["api", "web"]);
    press(&mut state, &["enter", "x"]);
    let arrived = EnvironmentsEvent::Arrived { id: id("new"), told: "made".to_owned() };
    update(&mut state, Event::Environments(arrived));
    list(&mut state, vec![entry("api"), entry("new"), entry("web")]);
    assert_eq!(state.environments.selected().unwrap().id, id("api"));
    assert!(text(&state, Stage::Cached).starts_with("x#!"));
}

#[test]
fn a_draft_without_a_file_is_offered_and_makes_one() {
    let mut state = screen(&["api"]);
    let found = Event::Scripts(ScriptsEvent::Drafts(vec![draft()]));
    update(&mut state, found.clone());
    let Mode::Ask(dialog) = &state.mode else { panic!("{:?}", state.mode) };
    assert!(dialog.body[1].contains("has no file"), "{:?}", dialog.body);
    press(&mut state, &["t"]);
    assert_eq!((lost(&state), text(&state, Stage::Cached)), (Some(&Lost::Gone), "typed\n".into()));
    let effects = press(&mut state, &["ctrl-s"]);
    let [Effect::Create { text: made, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(*made, draft().text, "with all that the draft says");
    // One whose file is broken waits until it is mended; then it is a conflict like any other.
    let mut state = screen(&["api"]);
    web_is_broken(&mut state, Vec::new());
    update(&mut state, found);
    press(&mut state, &["t"]);
    assert_eq!(lost(&state), Some(&Lost::Broken("no map".to_owned())));
    list(&mut state, vec![entry("web")]);
    assert_eq!(standing(&state, Stage::Cached), Standing::Conflict);
    assert_eq!(text(&state, Stage::Cached), "typed\n");
}

#[test]
fn what_is_in_no_draft_is_not_promised() {
    let mut state = screen(&["web"]);
    press(&mut state, &["enter", "x"]);
    update(&mut state, Event::Woke(Timer::Drafts));
    let kept = |outcome| Event::Scripts(ScriptsEvent::Kept(id("web"), outcome));
    let full = || kept(Err("the disk is full".to_owned()));
    let effects = update(&mut state, full());
    assert!(told(&state).contains("only on the screen: the disk is full"), "{}", told(&state));
    assert!(
        effects.contains(&Effect::Wake { timer: Timer::Drafts, after_ms: 3000 }),
        "{effects:?}"
    );
    let is_kept = |effects: &[Effect]| {
        effects.iter().any(|it| matches!(it, Effect::Scripts(ScriptsEffect::KeepDraft { .. })))
    };
    assert!(is_kept(&update(&mut state, Event::Woke(Timer::Drafts))), "it is tried again");
    press(&mut state, &["y", "backspace"]);
    update(&mut state, full());
    assert_eq!(told(&state), "", "it is told once");
    assert!(is_kept(&press(&mut state, &["ctrl-q"])), "and when somebody is about to leave");
    let labels = |state: &State| -> Vec<char> {
        let Mode::Ask(dialog) = &state.mode else { panic!("{:?}", state.mode) };
        dialog.choices.iter().map(|choice| choice.key).collect()
    };
    assert_eq!(labels(&state), ['s', 'n']);
    let Mode::Ask(dialog) = &state.mode else { panic!("{:?}", state.mode) };
    assert!(dialog.body[1].contains("the disk is full"), "{:?}", dialog.body);
    press(&mut state, &["enter"]);
    update(&mut state, kept(Ok(())));
    press(&mut state, &["ctrl-q"]);
    assert_eq!(labels(&state), ['s', 'l', 'n']);
}
