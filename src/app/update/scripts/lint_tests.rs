//! Stories of findings in scripts and what keys do about them, told as data.

use super::tests::{changed, list, standing, text};
use crate::app::effect::{Effect, Timer};
use crate::app::environments::Entry;
use crate::app::event::Event;
use crate::app::moment::Moment;
use crate::app::scripts::{ScriptsEffect, ScriptsEvent, Standing};
use crate::app::state::State;
use crate::app::testing::{id, press, screen, told, type_text};
use crate::app::update::update;
use crate::domain::environment::Stage;
use crate::domain::lint::{Diagnostic, Fix, FixKind, RuleCode, Severity, Spot};

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
