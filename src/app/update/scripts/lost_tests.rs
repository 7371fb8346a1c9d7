//! Stories of what is typed while its file goes or breaks, told as data.

use super::tests::{draft, list, rest, standing, text, written};
use crate::app::effect::{Effect, Timer};
use crate::app::environments::{BrokenFile, Entry, EnvironmentsEvent};
use crate::app::event::Event;
use crate::app::lost::Lost;
use crate::app::mode::Mode;
use crate::app::scripts::{ScriptsEffect, ScriptsEvent, Standing};
use crate::app::state::State;
use crate::app::testing::{entry, id, linked, press, screen, told, type_text};
use crate::app::update::update;
use crate::domain::digest::Digest;
use crate::domain::environment::Stage;
use crate::domain::manifest;

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
    rest(&mut state, 400);
    press(&mut state, &["t"]);
    assert_eq!((lost(&state), text(&state, Stage::Cached)), (Some(&Lost::Gone), "typed\n".into()));
    let effects = press(&mut state, &["ctrl-s"]);
    let [Effect::Create { text: made, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(*made, draft().text, "with all that the draft says");
    // One whose file is broken waits until it is mended; then it is a conflict like any other.
    let mut state = screen(&["api"]);
    web_is_broken(&mut state, Vec::new());
    update(&mut state, found);
    rest(&mut state, 400);
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
