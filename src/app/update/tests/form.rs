//! Stories of the form, told as data.

use super::super::*;
use crate::app::effect::Effect;
use crate::app::environments::{Entry, EnvironmentsEvent};
use crate::app::form::Form;
use crate::app::mode::Mode;
use crate::app::testing::{id, press, screen, type_text};
use crate::domain::digest::Digest;
use crate::domain::environment::Environment;
use crate::domain::manifest;

#[test]
fn fields_are_edited_in_a_form_that_stays_until_they_are_saved() {
    let mut state = screen(&["web"]);
    press(&mut state, &["p", "down", "ctrl-u"]);
    type_text(&mut state, "debian:12");
    assert_eq!(press(&mut state, &["esc"]), [], "something was typed");
    assert!(matches!(state.mode, Mode::Form(_)));
    let effects = press(&mut state, &["enter"]);
    let [Effect::Save { text, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert!(text.contains("base_image: debian:12") || text.contains("base_image: \"debian:12\""));
    let refused = EnvironmentsEvent::NotSaved { id: id("web"), cause: "disk full".to_owned() };
    update(&mut state, Event::Environments(refused));
    let Mode::Form(form) = &state.mode else { panic!("{:?}", state.mode) };
    assert_eq!(form.fault.as_deref(), Some("disk full"));
    let effects = press(&mut state, &["enter"]);
    let [Effect::Save { text, .. }] = &effects[..] else { panic!("{effects:?}") };
    let event = saved(&state, text);
    update(&mut state, event);
    assert!(matches!(state.mode, Mode::Panes));
}

/// The selected environment with a file of this text.
fn with_text(state: &State, text: &str) -> Entry {
    Entry {
        environment: manifest::parse(text).unwrap(),
        revision: Digest::of(text),
        text: text.to_owned(),
        ..state.environments.selected().unwrap().clone()
    }
}

/// Its file was written.
fn saved(state: &State, text: &str) -> Event {
    Event::Environments(EnvironmentsEvent::Saved(Box::new(with_text(state, text))))
}

/// Its file was changed by somebody else.
fn changed(state: &State, how: impl FnOnce(&mut Environment)) -> Event {
    let entry = state.environments.selected().unwrap();
    let mut environment = entry.environment.clone();
    how(&mut environment);
    let text = manifest::update(&entry.text, &environment).unwrap();
    let entries = vec![with_text(state, &text)];
    Event::Environments(EnvironmentsEvent::Listed { entries, broken: Vec::new() })
}

/// The form that is open.
fn form(state: &State) -> &Form {
    let Mode::Form(form) = &state.mode else { panic!("{:?}", state.mode) };
    form
}

#[test]
fn a_form_writes_over_nothing_that_somebody_else_wrote_into_the_same_field() {
    let mut state = screen(&["web"]);
    press(&mut state, &["p", "down", "down", "down"]);
    type_text(&mut state, "MINE=1");
    let theirs = changed(&state, |it| {
        it.env_vars.insert("OTHER".to_owned(), "x".to_owned());
        it.workdir = "/srv".to_owned();
    });
    update(&mut state, theirs);
    assert_eq!(press(&mut state, &["enter"]), []);
    let fault = form(&state).fault.clone().unwrap();
    assert!(fault.contains("changed the variables") && fault.contains("`OTHER=x`"), "{fault}");
    assert_eq!(form(&state).lines[3].input.value(), "MINE=1", "what was typed stays");
    // A field in which nothing was typed follows the file.
    assert_eq!(form(&state).lines[8].input.value(), "/srv");
    // Who goes on has seen it.
    let effects = press(&mut state, &["enter"]);
    let [Effect::Save { text, .. }] = &effects[..] else { panic!("{effects:?}") };
    let saved = manifest::parse(text).unwrap();
    assert_eq!(saved.env_vars.keys().collect::<Vec<_>>(), ["MINE"]);
    assert_eq!(saved.workdir, "/srv");
}

#[test]
fn a_form_stays_when_the_file_is_written_with_something_else() {
    let mut state = screen(&["web"]);
    // The toggle is on its way when the form is opened.
    let toggle = press(&mut state, &["3"]);
    let [Effect::Save { text, .. }] = &toggle[..] else { panic!("{toggle:?}") };
    press(&mut state, &["p"]);
    type_text(&mut state, "zz");
    let event = saved(&state, text);
    update(&mut state, event);
    assert_eq!(form(&state).lines[0].input.value(), "webzz");
    // What is typed while the form is written stays, too, and is nobody else's change.
    let effects = press(&mut state, &["enter"]);
    type_text(&mut state, "y");
    let [Effect::Save { text, .. }] = &effects[..] else { panic!("{effects:?}") };
    let event = saved(&state, text);
    update(&mut state, event);
    assert_eq!(form(&state).lines[0].input.value(), "webzzy");
    let effects = press(&mut state, &["enter"]);
    let [Effect::Save { text, .. }] = &effects[..] else { panic!("{effects:?}") };
    let event = saved(&state, text);
    update(&mut state, event);
    assert!(matches!(state.mode, Mode::Panes), "it has done its work");
    assert_eq!(state.environments.selected().unwrap().environment.name, "webzzy");
}
