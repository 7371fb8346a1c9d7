//! The engine comes and goes.

use super::*;

#[test]
fn why_the_engine_does_not_answer_can_be_read_from_the_beginning() {
    let mut state = screen(&["web"]);
    state.size = (80, 24);
    let down = LinkEvent::Down { cause: "no socket; start docker".to_owned(), again_ms: 500 };
    update(&mut state, Event::Link(down));
    press(&mut state, &["f4"]);
    let Mode::Sheet(sheet) = &state.mode else { panic!("{:?}", state.mode) };
    let texts: Vec<&str> = sheet.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, ["00:16:40  the engine does not answer: no socket; start docker"]);
    assert_eq!(state.notices.all(), [], "it is told as long as it lasts, not once for all");
    press(&mut state, &["esc", "alt-7", "c"]);
    assert_eq!(told(&state), "the engine does not answer: no socket; start docker");
}

#[test]
fn the_engine_goes_and_what_was_known_stays() {
    let mut state = linked(&["web"]);
    let known = status(&state, "web", Some("script changed"));
    update(&mut state, known);
    let cold = Warmth::Cold("script changed".to_owned());
    let warmth = |state: &State| state.environments.warmth(state.environments.selected().unwrap());
    assert_eq!(warmth(&state), cold);
    let down = LinkEvent::Down { cause: "gone".to_owned(), again_ms: 500 };
    let effects = update(&mut state, Event::Link(down));
    assert_eq!(effects, [Effect::Wake { timer: Timer::Second, after_ms: 1000 }]);
    assert_eq!(warmth(&state), cold);
    assert!(matches!(state.link.state, LinkState::Down { .. }));
    assert_eq!(press(&mut state, &["f5"]), [Effect::List, Effect::Connect]);
    let facts = state.link.facts.clone().unwrap();
    let effects = update(&mut state, Event::Link(LinkEvent::Up(facts)));
    assert!(work(effects).contains(&Effect::AskStatuses));
    assert_eq!(told(&state), "the engine answers again");
    // A bake took some of the room.
    update(&mut state, Event::Link(LinkEvent::Room(Some(7))));
    assert_eq!(state.link.facts.unwrap().free_bytes, Some(7));
}

#[test]
fn nothing_wakes_when_nothing_runs() {
    let mut state = linked(&["web"]);
    assert!(!state.has_running_clock());
    assert_eq!(update(&mut state, Event::Woke(Timer::Second)), []);
    assert_eq!(update(&mut state, Event::Resized { width: 100, height: 30 }), []);
}
