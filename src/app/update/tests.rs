//! Stories of keys and news, told as data: what comes out, and what the screen knows then.

mod form;
mod link;

use super::*;
use crate::app::effect::{Aside, Effect};
use crate::app::environments::{BrokenFile, EnvironmentStatus, EnvironmentsEvent, Warmth};
use crate::app::event::{Mouse, MouseKind};
use crate::app::explain::Explanation;
use crate::app::images::{ImageEffect, ImageEvent};
use crate::app::keymap::Keymap;
use crate::app::layout::Region;
use crate::app::link::{LinkEvent, LinkState};
use crate::app::mode::Mode;
use crate::app::tasks::TaskEvent;
use crate::app::testing::{
    choose_theme, entry, id, linked, press, screen, status, told, type_text,
};
use crate::domain::environment::Stage;
use crate::domain::manifest;

fn selected(state: &State) -> &str {
    state.environments.selected().map_or("", |entry| entry.id.as_str())
}

/// Without those that come with every change of what is seen.
fn work(effects: Vec<Effect>) -> Vec<Effect> {
    effects.into_iter().filter(|effect| !matches!(effect, Effect::Wake { .. })).collect()
}

#[test]
fn the_selection_moves_and_stays_with_its_environment() {
    let mut state = screen(&["api", "data", "web"]);
    assert_eq!(selected(&state), "api");
    press(&mut state, &["down", "j"]);
    assert_eq!(selected(&state), "web");
    press(&mut state, &["down"]);
    assert_eq!(selected(&state), "web");
    let relisted = |ids: &[&str]| {
        let entries = ids.iter().map(|id| entry(id)).collect();
        Event::Environments(EnvironmentsEvent::Listed { entries, broken: Vec::new() })
    };
    update(&mut state, relisted(&["aa", "api", "data", "web", "x"]));
    assert_eq!(selected(&state), "web");
    update(&mut state, relisted(&["aa", "api", "data", "x"]));
    assert_eq!(selected(&state), "x", "the neighbour of what is gone");
    update(&mut state, relisted(&[]));
    assert_eq!(selected(&state), "");
}

#[test]
fn the_filter_narrows_and_keeps_something_selected() {
    let mut state = screen(&["api", "data", "web"]);
    press(&mut state, &["/"]);
    type_text(&mut state, "a");
    assert_eq!(state.environments.seen().count(), 2);
    type_text(&mut state, "t");
    assert_eq!(selected(&state), "data");
    press(&mut state, &["enter"]);
    assert!(matches!(state.mode, Mode::Panes));
    assert_eq!(state.environments.seen().count(), 1);
    press(&mut state, &["esc"]);
    assert_eq!(state.environments.seen().count(), 3);
}

#[test]
fn a_toggle_writes_the_file_with_its_revision() {
    let mut state = screen(&["web"]);
    let before = state.environments.selected().unwrap().clone();
    let effects = press(&mut state, &["3"]);
    let [Effect::Save { id: saved, text, expected }] = &effects[..] else {
        panic!("{effects:?}");
    };
    assert_eq!((saved, expected), (&before.id, &before.revision));
    let after = manifest::parse(text).unwrap();
    assert!(before.environment.cache_container_build && !after.cache_container_build);
    assert_eq!(after.cached_preflight_script, before.environment.cached_preflight_script);

    assert_eq!(press(&mut state, &["2"]), []);
    assert!(told(&state).contains("the headless desktop is off"), "{}", told(&state));
}

#[test]
fn an_id_is_judged_while_it_is_typed() {
    let mut state = screen(&["web"]);
    press(&mut state, &["n"]);
    type_text(&mut state, "web");
    let fault = |state: &State| match &state.mode {
        Mode::Line(line) => line.fault.clone(),
        _ => panic!("no line"),
    };
    assert!(fault(&state).unwrap().contains("already"));
    assert_eq!(press(&mut state, &["enter"]), []);
    type_text(&mut state, "2");
    assert_eq!(fault(&state), None);
    press(&mut state, &["enter"]);
    assert!(matches!(state.mode, Mode::Base(_)));
    press(&mut state, &["esc"]);
    assert!(matches!(state.mode, Mode::Panes));
}

#[test]
fn a_new_environment_is_made_on_an_image_of_the_engine() {
    let mut state = linked(&["web"]);
    press(&mut state, &["n"]);
    type_text(&mut state, "api");
    let effects = press(&mut state, &["enter"]);
    assert_eq!(effects, [Effect::Image(ImageEffect::ListBases)]);
    let bases = vec!["debian:12".to_owned(), "own:1".to_owned()];
    update(&mut state, Event::Image(ImageEvent::Bases(bases)));
    let effects = press(&mut state, &["down", "enter"]);
    let [Effect::Create { id, text }] = &effects[..] else { panic!("{effects:?}") };
    let made = manifest::parse(text).unwrap();
    assert_eq!((id.as_str(), made.base_image.as_str()), ("api", "own:1"));
    assert!(matches!(state.mode, Mode::Panes));
}

#[test]
fn a_file_that_is_no_environment_can_be_selected_and_edited() {
    let mut state = linked(&["web"]);
    let fault = "environments/odd.yaml:1:1: is nothing".to_owned();
    let broken = vec![
        BrokenFile { name: "Not This.yaml".to_owned(), fault: fault.clone() },
        BrokenFile { name: "odd.yaml".to_owned(), fault },
    ];
    let listed = EnvironmentsEvent::Listed { entries: vec![entry("web")], broken };
    update(&mut state, Event::Environments(listed));
    press(&mut state, &["down"]);
    assert_eq!(press(&mut state, &["E"]), []);
    assert!(told(&state).contains("rename it to an id"), "{}", told(&state));
    assert_eq!(work(press(&mut state, &["down", "b"])), []);
    assert!(told(&state).contains("`odd.yaml` cannot be read"), "{}", told(&state));
    let effects = press(&mut state, &["E"]);
    let [Effect::Aside(Aside::Prebake { arguments, .. })] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(arguments, &["edit", "odd"]);
}

#[test]
fn an_explanation_is_read_over_the_panes_with_what_is_typed() {
    let mut state = linked(&["web"]);
    press(&mut state, &["enter"]);
    type_text(&mut state, "#");
    press(&mut state, &["esc"]);
    let effects = press(&mut state, &["x"]);
    let [Effect::Explain { environment, is_unsaved: true, .. }] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert!(environment.cached_preflight_script.starts_with("##!"));
    let explained = |state: &mut State| {
        let status = EnvironmentStatus {
            base: Some("sha256:base".to_owned()),
            layers: Vec::new(),
            at_start: Vec::new(),
            warm: true,
            stale: None,
        };
        let newest = Vec::new();
        let base = "base:1".to_owned();
        let found = Explanation { id: id("web"), is_unsaved: true, base, status, newest };
        let event = EnvironmentsEvent::Explained(id("web"), Ok(Box::new(found)));
        update(state, Event::Environments(event));
    };
    let mut gone_on = state.clone();
    press(&mut gone_on, &["tab"]);
    explained(&mut gone_on);
    assert!(matches!(gone_on.mode, Mode::Panes), "the person went on");
    explained(&mut state);
    let Mode::Sheet(sheet) = &state.mode else { panic!("{:?}", state.mode) };
    assert!(sheet.lines[0].text.contains("not saved"));
    press(&mut state, &["down", "j", "pagedown", "esc"]);
    assert!(matches!(state.mode, Mode::Panes));
    // A key that means something below a sheet closes it.
    press(&mut state, &["x"]);
    explained(&mut state);
    press(&mut state, &["n"]);
    assert!(matches!(state.mode, Mode::Line(_)));
}

#[test]
fn what_was_told_can_be_read_again() {
    let mut state = screen(&["web"]);
    press(&mut state, &["f4"]);
    assert_eq!(told(&state), "nothing was told yet");
    press(&mut state, &["2", "tab", "f4"]);
    let Mode::Sheet(sheet) = &state.mode else { panic!("{:?}", state.mode) };
    assert!(sheet.lines[0].text.contains("the headless desktop is off"), "{:?}", sheet.lines);
}

#[test]
fn a_pane_that_is_made_narrower_begins_with_the_width_that_is_seen() {
    let mut state = screen(&["an-environment-with-a-long-name"]);
    state.size = (200, 50);
    let width = |state: &State| state.arrangement().pane(Region::Environments).unwrap().width;
    assert_eq!(width(&state), 62);
    press(&mut state, &["alt-left"]);
    assert_eq!(width(&state), 54);
    press(&mut state, &["alt-right", "alt-right"]);
    assert_eq!(width(&state), 70, "the person's own width may be more than a third");
}

#[test]
fn ctrl_c_tells_how_to_leave_where_it_means_nothing() {
    let mut state = screen(&["web"]);
    let told = |state: &State| state.notices.shown().map(|notice| notice.text.clone());
    assert_eq!(press(&mut state, &["ctrl-c"]), []);
    assert_eq!(told(&state).as_deref(), Some("`q` leaves prebake; bakes and tasks go on"));
    assert!(!state.leaving);
    press(&mut state, &["enter", "ctrl-c"]);
    assert_eq!(state.scripts.clipboard, "#!/bin/bash\n", "in a script it copies");
    assert_eq!(told(&state).as_deref(), Some("copied 12 characters"));
    state.keymap = Keymap::new(&[("quit".to_owned(), vec!["x".to_owned()])]).0;
    press(&mut state, &["esc", "ctrl-c"]);
    assert_eq!(told(&state).as_deref(), Some("`x` leaves prebake; bakes and tasks go on"));
}

#[test]
fn a_removal_asks_and_can_be_taken_back() {
    let mut state = screen(&["api", "web"]);
    press(&mut state, &["delete"]);
    let Mode::Ask(dialog) = &state.mode else { panic!("{:?}", state.mode) };
    let stays = "Its tasks and images stay; `prebake clean api` removes its images.";
    assert_eq!(dialog.body[1], stays);
    assert_eq!(press(&mut state, &["enter"]), [], "Enter alone does nothing");
    assert_eq!(press(&mut state, &["delete", "y"]), [Effect::Remove(id("api"))]);
    let kept_at = "/trash/api.yaml".to_owned();
    let removed = EnvironmentsEvent::Removed { id: id("api"), kept_at: kept_at.clone() };
    assert_eq!(work(update(&mut state, Event::Environments(removed))), [Effect::List]);
    assert!(told(&state).contains("`U` takes it back"), "{}", told(&state));
    assert_eq!(press(&mut state, &["U"]), [Effect::Restore { id: id("api"), kept_at }]);
}

#[test]
fn panes_are_reached_by_keys_and_mouse_and_remembered() {
    let mut state = screen(&["web"]);
    let effects = press(&mut state, &["tab"]);
    assert_eq!(state.layout.focus, Region::Details);
    assert_eq!(effects, [Effect::Wake { timer: Timer::Layout, after_ms: LAYOUT_REST }]);
    press(&mut state, &["shift-tab", "shift-tab"]);
    assert_eq!(state.layout.focus, Region::Log);
    press(&mut state, &["alt-7"]);
    assert_eq!((state.layout.focus, state.layout.bottom), (Region::Images, Region::Images));
    let effects = update(&mut state, Event::Woke(Timer::Layout));
    assert!(matches!(&effects[..], [Effect::RememberLayout { .. }]));

    let left = state.arrangement().pane(Region::Environments).unwrap().width;
    let mouse = |kind, x| Event::Mouse(Mouse { kind, x, y: 5, shift: false });
    update(&mut state, mouse(MouseKind::Down, left));
    update(&mut state, mouse(MouseKind::Drag, left + 12));
    update(&mut state, mouse(MouseKind::Up, left + 12));
    assert_eq!(state.arrangement().pane(Region::Environments).unwrap().width, left + 13);
    update(&mut state, mouse(MouseKind::Down, 3));
    assert_eq!(state.layout.focus, Region::Environments);
}

#[test]
fn the_palette_does_what_is_chosen_and_a_theme_is_tried_on() {
    let mut state = screen(&["web"]);
    press(&mut state, &[":"]);
    type_text(&mut state, "leave; bakes");
    assert_eq!(work(press(&mut state, &["enter"])).last(), Some(&Effect::Quit));

    let first = state.theme.name().to_owned();
    choose_theme(&mut state);
    press(&mut state, &["down"]);
    assert_ne!(state.theme.name(), first);
    press(&mut state, &["esc"]);
    assert_eq!(state.theme.name(), first);
    choose_theme(&mut state);
    let effects = press(&mut state, &["down", "enter"]);
    assert_eq!(effects, [Effect::RememberTheme(state.theme.name().to_owned())]);
}

#[test]
fn container_caching_without_anything_to_cache_is_explained() {
    let mut state = screen(&["web"]);
    let mut empty = entry("web");
    empty.environment.cached_preflight_script.clear();
    empty.environment.cache_container_build = false;
    empty.text = manifest::render(&empty.environment);
    let listed = EnvironmentsEvent::Listed { entries: vec![empty], broken: Vec::new() };
    update(&mut state, Event::Environments(listed));
    let effects = press(&mut state, &["3"]);
    assert!(matches!(&effects[..], [Effect::Save { .. }]));
    let Mode::Ask(dialog) = &state.mode else { panic!("{:?}", state.mode) };
    let labels: Vec<_> = dialog.choices.iter().map(|choice| choice.label.as_str()).collect();
    assert_eq!(labels.len(), 4, "{labels:?}");
    press(&mut state, &["s"]);
    assert!(matches!(state.mode, Mode::Split(_)), "{:?}", state.mode);
}

#[test]
fn a_script_is_split_changed_by_hand_and_written() {
    let mut state = screen(&["web"]);
    let mut one = entry("web");
    one.environment.cached_preflight_script.clear();
    one.environment.run_preflight_script =
        "#!/bin/bash\napt-get install -y jq\nmkdir -p /srv/$TASK_ID\napt-get install -y git\n"
            .to_owned();
    one.text = manifest::render(&one.environment);
    let listed = EnvironmentsEvent::Listed { entries: vec![one.clone()], broken: Vec::new() };
    update(&mut state, Event::Environments(listed));
    // The last statement goes back to the run part, and that is taken back.
    press(&mut state, &["s", "end", "m", "u", "up", "m", "m"]);
    let effects = press(&mut state, &["enter"]);
    let [Effect::Save { text, .. }] = &effects[..] else { panic!("{effects:?}") };
    let after = manifest::parse(text).unwrap();
    assert_eq!(after.preflight_script, one.environment.run_preflight_script);
    assert!(after.run_preflight_script.contains("mkdir -p /srv/$TASK_ID"));
    assert!(!after.run_preflight_script.contains("apt-get"), "{}", after.run_preflight_script);
    assert!(after.cached_preflight_script.contains("install -y jq\napt-get install -y git"));

    press(&mut state, &["enter"]);
    type_text(&mut state, "x");
    press(&mut state, &["esc", "s"]);
    assert!(told(&state).contains("not saved"), "{}", told(&state));
}

#[test]
fn several_lines_are_not_pasted_as_one_command() {
    let mut state = linked(&["web"]);
    press(&mut state, &["r"]);
    let line = |state: &State| match &state.mode {
        Mode::Line(line) => (line.input.value().to_owned(), line.fault.clone()),
        mode => panic!("{mode:?}"),
    };
    let offered = line(&state).0;
    update(&mut state, Event::Pasted("echo one\necho two\n".to_owned()));
    let (value, fault) = line(&state);
    assert_eq!(value, offered);
    assert!(fault.unwrap().contains("several"));
    update(&mut state, Event::Pasted("echo one\n".to_owned()));
    assert_eq!(line(&state).0, "echo one");
}

#[test]
fn a_switch_that_is_turned_is_told_with_the_way_back() {
    let mut state = linked(&["web"]);
    let effects = press(&mut state, &["1"]);
    assert!(matches!(&effects[..], [Effect::Save { .. }]), "{effects:?}");
    assert_eq!(told(&state), "headless desktop of `web` is on; `1` in the list takes it back");
}

#[test]
fn tab_goes_on_through_the_scripts_until_something_else_is_pressed() {
    let mut state = linked(&["web"]);
    state.size = (160, 50);
    let text = |state: &State| {
        state.scripts.pair(&id("web")).map(|pair| pair.text(Stage::Cached)).unwrap_or_default()
    };
    press(&mut state, &["tab", "tab"]);
    assert_eq!(state.layout.focus, Region::Cached);
    press(&mut state, &["tab"]);
    assert_eq!(state.layout.focus, Region::Run);
    press(&mut state, &["shift-tab", "shift-tab", "shift-tab"]);
    assert_eq!(state.layout.focus, Region::Environments);
    let before = text(&state);
    press(&mut state, &["tab", "tab", "down", "tab"]);
    assert_eq!(state.layout.focus, Region::Cached);
    assert_ne!(text(&state), before, "who works in a script indents it");
}

#[test]
fn that_a_task_is_asked_to_end_is_told_at_once() {
    let mut state = linked(&["web"]);
    update(&mut state, Event::Task(TaskEvent::Ending { id: "a1".to_owned(), seconds: 10 }));
    assert_eq!(told(&state), "ending task a1: it has 10 s to end by itself");
}
