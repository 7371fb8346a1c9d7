//! Stories of questions whose answer comes when something else is selected, told as data.

use crate::app::effect::Effect;
use crate::app::environments::EnvironmentsEvent;
use crate::app::event::Event;
use crate::app::jobs::{Failure, JobEffect, JobEvent, JobId, Outcome};
use crate::app::link::LinkEvent;
use crate::app::mode::Mode;
use crate::app::state::State;
use crate::app::testing::{entry, id, linked, press, status, told, type_text};
use crate::app::update::update;
use crate::domain::digest::Digest;
use crate::domain::environment::Stage;
use crate::domain::manifest;

fn list(state: &mut State, ids: &[&str]) {
    let entries = ids.iter().map(|id| entry(id)).collect();
    let listed = EnvironmentsEvent::Listed { entries, broken: Vec::new() };
    update(state, Event::Environments(listed));
}

fn bakes(effects: &[Effect]) -> Vec<String> {
    let of = |effect: &Effect| match effect {
        Effect::Job(JobEffect::Build { id, .. }) => Some(id.to_string()),
        _ => None,
    };
    effects.iter().filter_map(of).collect()
}

#[test]
fn an_answer_is_about_what_was_asked_about() {
    let mut state = linked(&["web", "zed"]);
    press(&mut state, &["B"]);
    // Its file is renamed by somebody else, so that another one is selected.
    list(&mut state, &["zed"]);
    assert_eq!(press(&mut state, &["y"]), []);
    assert_eq!(told(&state), "`web` is not there any more, so nothing was done with it");
    list(&mut state, &["api", "zed"]);
    press(&mut state, &["B"]);
    list(&mut state, &["api", "web", "zed"]);
    state.environments.select(&id("web"));
    assert_eq!(bakes(&press(&mut state, &["y"])), ["zed"]);
    assert_eq!(state.environments.selected().unwrap().id, id("zed"));
}

#[test]
fn what_waits_for_a_save_is_done_with_what_was_saved() {
    let mut state = linked(&["web", "zed"]);
    press(&mut state, &["enter"]);
    type_text(&mut state, "x");
    press(&mut state, &["esc"]);
    press(&mut state, &["b"]);
    assert!(matches!(state.mode, Mode::Ask(_)));
    let effects = press(&mut state, &["s"]);
    press(&mut state, &["down"]);
    let [Effect::Save { text, .. }] = &effects[..] else { panic!("{effects:?}") };
    let mut saved = entry("web");
    saved.environment = manifest::parse(text).unwrap();
    saved.text.clone_from(text);
    saved.revision = Digest::of(text);
    let event = EnvironmentsEvent::Saved(Box::new(saved));
    assert_eq!(bakes(&update(&mut state, Event::Environments(event))), ["web"]);
}

#[test]
fn what_is_baked_keeps_its_name() {
    let mut state = linked(&["web"]);
    press(&mut state, &["b", "esc"]);
    for keys in ["R", "delete"] {
        press(&mut state, &[keys]);
        assert!(told(&state).contains("`web` is being baked; wait"), "{}", told(&state));
        assert!(matches!(state.mode, Mode::Panes));
    }
    update(&mut state, Event::Job(JobEvent::Ended(JobId(1), Outcome::Done(true))));
    press(&mut state, &["R"]);
    assert!(matches!(state.mode, Mode::Line(_)));
}

#[test]
fn a_command_waits_in_its_line_while_the_engine_is_away() {
    let mut state = linked(&["web"]);
    press(&mut state, &["r"]);
    let down = LinkEvent::Down { cause: "connection refused".to_owned(), again_ms: 500 };
    update(&mut state, Event::Link(down));
    assert_eq!(press(&mut state, &["enter"]), []);
    let Mode::Line(line) = &state.mode else { panic!("the line is closed") };
    assert!(line.fault.as_ref().is_some_and(|fault| fault.contains("connection refused")));
    assert!(state.jobs.running().is_empty());
}

#[test]
fn a_failure_of_what_is_baked_now_is_past() {
    let failure = |stage| {
        let sentence = "failed at line 3 (exit 1)".to_owned();
        Failure { stage: Some(stage), line: Some(3), sentence }
    };
    let mut state = linked(&["web"]);
    for (stage, why, is_told) in [
        (Stage::Cached, None, false),
        (Stage::Cached, Some("its container failed"), true),
        (Stage::Run, None, true),
    ] {
        state.jobs.set_failure(id("web"), Some(failure(stage)));
        let event = status(&state, "web", why);
        update(&mut state, event);
        assert_eq!(state.jobs.failure(&id("web")).is_some(), is_told, "{stage:?} {why:?}");
    }
}
