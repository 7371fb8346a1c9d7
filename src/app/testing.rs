//! What the tests of the state share: a screen with environments, and a hand that presses keys.

use jiff::Timestamp;

use super::effect::Effect;
use super::environments::{Entry, EnvironmentStatus, EnvironmentsEvent, LayerStatus, StatusFound};
use super::event::Event;
use super::history::{Past, Summary};
use super::jobs::{JobEffect, JobId};
use super::keymap::Keymap;
use super::link::{EngineFacts, LinkEvent};
use super::log::{LogEffect, LogId};
use super::moment::Moment;
use super::state::State;
use super::update::update;
use crate::domain::digest::Digest;
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::history::{self, Kind, Outcome, Savings};
use crate::domain::layer::LayerKind;
use crate::domain::manifest;
use crate::domain::theme::shipped;

/// A screen of 130 by 36 cells with these environments, the engine not there yet.
pub(crate) fn screen(ids: &[&str]) -> State {
    let theme = shipped::names().find_map(shipped::theme).unwrap();
    let mut state = State::new(theme, Keymap::new(&[]).0);
    state.size = (130, 36);
    state.now = Moment(1_000_000);
    let entries = ids.iter().map(|id| entry(id)).collect();
    let listed = EnvironmentsEvent::Listed { entries, broken: Vec::new() };
    update(&mut state, Event::Environments(listed));
    state
}

/// The same with an engine.
pub(crate) fn linked(ids: &[&str]) -> State {
    let mut state = screen(ids);
    let facts = EngineFacts {
        place: "local".to_owned(),
        product: "docker 28.5".to_owned(),
        free_bytes: Some(41 << 30),
    };
    update(&mut state, Event::Link(LinkEvent::Up(facts)));
    state
}

/// An id.
pub(crate) fn id(text: &str) -> EnvironmentId {
    EnvironmentId::parse(text).unwrap()
}

/// An environment with two short scripts.
pub(crate) fn entry(name: &str) -> Entry {
    let environment = Environment {
        name: name.to_owned(),
        base_image: "base:1".to_owned(),
        cached_preflight_script: "#!/bin/bash\nset -e\necho baked > /opt/f\n".to_owned(),
        run_preflight_script: "export GREETING=hi\n".to_owned(),
        ..Environment::default()
    };
    let text = manifest::render(&environment);
    Entry {
        id: id(name),
        environment,
        revision: Digest::of(&text),
        text,
        path: format!("environments/{name}.yaml"),
        lost: None,
    }
}

/// A status with one layer: warm, or not and why.
pub(crate) fn status(state: &State, name: &str, why: Option<&str>) -> Event {
    let entry = state.environments.entry(&id(name)).unwrap();
    let layer = LayerStatus {
        kind: LayerKind::Environment,
        image: "agent-runner-env:key".to_owned(),
        cached: why.is_none(),
        stale: false,
        why: why.map(str::to_owned),
        failed: None,
    };
    let status = EnvironmentStatus {
        base: Some("sha256:base".to_owned()),
        layers: vec![layer],
        at_start: vec!["run preflight".to_owned()],
        warm: why.is_none(),
        stale: None,
    };
    let found =
        StatusFound { id: entry.id.clone(), revision: entry.revision.clone(), status: Ok(status) };
    Event::Environments(EnvironmentsEvent::Statuses(vec![found]))
}

/// An entry of the history that is 10 minutes old.
pub(crate) fn past_entry(number: u64, environment: &str, outcome: Outcome) -> history::Entry {
    history::Entry {
        number,
        kind: Kind::Bake,
        name: format!("{number:012}"),
        environment: environment.to_owned(),
        began: Timestamp::from_millisecond(400_000).unwrap(),
        outcome,
        layer: Some(LayerKind::Environment),
        keys: vec!["key".to_owned()],
        stages: String::new(),
        image: "agent-runner-env:key".to_owned(),
        bytes: Some(512_000_000),
        layer_bytes: None,
        why: None,
        exit_code: None,
        line: None,
        took_ms: Some(41_230.0),
        scripts_ms: None,
        cold_ms: None,
        saved_ms: None,
        log: true,
    }
}

/// A history of these environments: of each a warm start, a bake, and one that failed.
pub(crate) fn past(ids: &[&str]) -> Past {
    let savings = Savings {
        starts: 1,
        hits: 1,
        measured: 1,
        wanted: 1,
        saved_ms: Some(51_000.0),
        payoff: None,
    };
    let summary = |id: &&str| Summary {
        environment: (*id).to_owned(),
        savings: savings.clone(),
        durations_ms: vec![Some(52_000.0), None, Some(310.0)],
    };
    let entries = (0..).zip(ids).flat_map(|(at, id)| {
        let start = history::Entry {
            kind: Kind::Start,
            layer: None,
            took_ms: Some(310.0),
            saved_ms: Some(51_000.0),
            ..past_entry(at * 3 + 3, id, Outcome::Hit)
        };
        let bake = history::Entry {
            layer_bytes: Some(64_000_000),
            ..past_entry(at * 3 + 2, id, Outcome::Baked)
        };
        let failed = history::Entry {
            exit_code: Some(3),
            took_ms: None,
            why: Some("cached preflight failed at line 3".to_owned()),
            ..past_entry(at * 3 + 1, id, Outcome::Failed)
        };
        [start, bake, failed]
    });
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.number));
    let environments = ids.iter().map(summary).collect();
    Past { environments, total: Some(savings.clone()), entries }
}

/// Presses keys one after the other and gives the effects of the last one.
pub(crate) fn press(state: &mut State, keys: &[&str]) -> Vec<Effect> {
    let mut effects = Vec::new();
    for key in keys {
        effects = update(state, Event::Pressed(key.parse().unwrap()));
    }
    effects
}

/// Begins the first bake, of `web`.
pub(crate) fn built(state: &mut State) {
    let effects = press(state, &["b"]);
    let build = JobEffect::Build { job: JobId(1), id: id("web"), anew: false };
    assert!(effects.contains(&Effect::Job(build)), "{effects:?}");
    let watch = LogEffect::Watch(Some(LogId::Bake(JobId(1))));
    assert!(effects.contains(&Effect::Log(watch)), "{effects:?}");
}

/// Opens the choice of the shipped themes.
pub(crate) fn choose_theme(state: &mut State) {
    assert_eq!(press(state, &["f9"]), [Effect::ListThemes]);
    let themes = shipped::names().filter_map(shipped::theme).collect();
    update(state, Event::Themes(themes));
}

/// Types a text, a key a character.
pub(crate) fn type_text(state: &mut State, text: &str) {
    for char in text.chars() {
        let key = if char == ' ' { "space".to_owned() } else { char.to_string() };
        press(state, &[&key]);
    }
}

/// What was told last, if it is still shown.
pub(crate) fn told(state: &State) -> &str {
    state.notices.shown().map_or("", |notice| &notice.text)
}
