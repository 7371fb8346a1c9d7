//! Stories of the queue of bakes, told as data.

use crate::app::effect::Effect;
use crate::app::environments::{EnvironmentsEvent, Warmth};
use crate::app::event::Event;
use crate::app::jobs::{JobEffect, JobEvent, JobId, Outcome};
use crate::app::link::LinkEvent;
use crate::app::mode::Mode;
use crate::app::state::State;
use crate::app::testing::{id, linked, press, status, told};
use crate::app::update::update;

fn begun(effects: &[Effect]) -> Vec<String> {
    let ids = effects.iter().filter_map(|effect| match effect {
        Effect::Job(JobEffect::Build { id, .. }) => Some(id.to_string()),
        _ => None,
    });
    ids.collect()
}

fn queue(state: &State) -> Vec<String> {
    state.jobs.waiting().map(|job| job.environment.to_string()).collect()
}

fn job(state: &State, name: &str) -> JobId {
    state.jobs.of(&id(name)).unwrap().id
}

/// Five cold environments; all are asked for, and two are begun.
fn crowded() -> State {
    let mut state = linked(&["a", "b", "c", "d", "e"]);
    for name in ["a", "b", "c", "d", "e"] {
        let event = status(&state, name, Some("never baked"));
        update(&mut state, event);
    }
    assert_eq!(begun(&press(&mut state, &["A"])), ["a", "b"]);
    assert_eq!(told(&state), "5 environments are to be baked, 2 at a time");
    assert_eq!(queue(&state), ["c", "d", "e"]);
    state
}

#[test]
fn builds_wait_for_their_turn_in_an_order_that_can_be_changed() {
    let mut state = crowded();
    press(&mut state, &["A"]);
    assert_eq!(told(&state), "no environment is cold or stale");
    // The last one first; it is no sooner than that.
    press(&mut state, &["end", "K", "K"]);
    assert_eq!(queue(&state), ["e", "c", "d"]);
    assert_eq!(told(&state), "`e` is number 1 of 3 in the queue of bakes");
    press(&mut state, &["K"]);
    assert_eq!((told(&state), queue(&state)), ("it is the next one", queue(&state)));
    press(&mut state, &["J", "up", "up", "J", "J"]);
    assert_eq!(queue(&state), ["e", "d", "c"]);
    press(&mut state, &["J"]);
    assert_eq!(told(&state), "it is the last one");
    press(&mut state, &["home", "K"]);
    assert_eq!(told(&state), "`a` does not wait in the queue");
    // Each end begins the next one.
    let end = |state: &mut State, name: &str| {
        let ended = JobEvent::Ended(job(state, name), Outcome::Done(true));
        begun(&update(state, Event::Job(ended)))
    };
    assert_eq!(end(&mut state, "b"), ["e"]);
    assert_eq!(end(&mut state, "e"), ["d"]);
    let failed = Outcome::Cancelled("it was cancelled".to_owned());
    let ended = JobEvent::Ended(job(&state, "a"), failed);
    assert_eq!(begun(&update(&mut state, Event::Job(ended))), ["c"]);
    assert_eq!(queue(&state), [""; 0]);
}

#[test]
fn one_that_waits_is_taken_out_of_the_queue_without_a_question() {
    let mut state = crowded();
    press(&mut state, &["end", "b"]);
    assert_eq!(told(&state), "`e` is number 3 of 3 in the queue of bakes");
    press(&mut state, &["l"]);
    assert_eq!(told(&state), "`e` waits for its turn; there is no log yet");
    assert_eq!(press(&mut state, &["c"]), []);
    assert_eq!(told(&state), "`e` was taken out of the queue");
    assert_eq!(queue(&state), ["c", "d"]);
    assert!(matches!(state.mode, Mode::Panes));
    // It can be asked for again, and waits behind the others.
    press(&mut state, &["b"]);
    assert_eq!(queue(&state), ["c", "d", "e"]);
}

#[test]
fn whoever_leaves_leaves_the_queue_to_others_too() {
    let mut state = crowded();
    let effects = press(&mut state, &["q"]);
    let all = ["a", "b", "c", "d", "e"].map(id).into();
    assert!(effects.contains(&Effect::Job(JobEffect::Leave(all))), "{effects:?}");
}

#[test]
fn nothing_is_begun_while_the_engine_is_away() {
    let mut state = crowded();
    let down = LinkEvent::Down { cause: "gone".to_owned(), again_ms: 500 };
    update(&mut state, Event::Link(down));
    let lost = JobEvent::Ended(job(&state, "a"), Outcome::Refused("no".to_owned()));
    assert_eq!(begun(&update(&mut state, Event::Job(lost))), [""; 0]);
    let facts = state.link.facts.clone().unwrap();
    let effects = update(&mut state, Event::Link(LinkEvent::Up(facts)));
    let Some(asked) = effects.iter().find_map(|effect| match effect {
        Effect::Job(JobEffect::Look(asked)) => Some(*asked),
        _ => None,
    }) else {
        panic!("{effects:?}")
    };
    let found = update(&mut state, Event::Job(JobEvent::Found(asked, Vec::new())));
    assert_eq!(begun(&found), ["c"]);
}

#[test]
fn what_is_stale_serves_and_is_baked_with_the_cold_ones() {
    let mut state = linked(&["cold", "old", "warm"]);
    for (name, why) in [("cold", Some("never baked")), ("old", Some("base moved")), ("warm", None)]
    {
        let mut event = status(&state, name, why);
        if let Event::Environments(EnvironmentsEvent::Statuses(found)) = &mut event
            && let Ok(status) = &mut found[0].status
            && name == "old"
        {
            status.stale = why.map(str::to_owned);
        }
        update(&mut state, event);
    }
    let entry = state.environments.entry(&id("old")).unwrap();
    let warmth = state.environments.warmth(entry);
    assert_eq!(warmth, Warmth::Outdated("base moved".to_owned()));
    assert!(warmth.is_warm());
    assert_eq!(begun(&press(&mut state, &["A"])), ["cold", "old"]);
}
