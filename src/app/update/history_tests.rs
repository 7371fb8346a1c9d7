//! Stories of the history, of what an edit bakes, and of times of statements, told as data.

use std::collections::BTreeMap;

use crate::app::effect::{Effect, Timer};
use crate::app::environments::EnvironmentsEvent;
use crate::app::event::Event;
use crate::app::history::{Compared, HistoryEffect, HistoryEvent, Known, Question};
use crate::app::jobs::{JobEvent, JobId, Outcome};
use crate::app::layout::Region;
use crate::app::log::statements::LogStatement;
use crate::app::log::{LogEffect, LogEvent, LogId};
use crate::app::mode::Mode;
use crate::app::moment::Moment;
use crate::app::preview::Forecast;
use crate::app::scripts::{ScriptsEffect, ScriptsEvent};
use crate::app::state::State;
use crate::app::tasks::{Task, TaskEffect, TaskEvent, TaskState};
use crate::app::testing::{id, linked, past, past_entry, press, status, told, type_text};
use crate::app::update::update;
use crate::domain::digest::Digest;
use crate::domain::environment::Stage;
use crate::domain::history::estimate::EarlierScript;
use crate::domain::history::statement::StatementTime;
use crate::domain::history::{Detail, LineTime, Outcome as Ended, ScriptTimes};
use crate::domain::layer::LayerKind;

/// What is asked of the history.
fn asked(effects: &[Effect]) -> Vec<&HistoryEffect> {
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::History(effect) => Some(effect),
        _ => None,
    });
    asked.collect()
}

/// A screen that shows the history of `web`: a start, a bake and one that failed.
fn looking() -> State {
    let mut state = linked(&["api", "web"]);
    press(&mut state, &["down", "h"]);
    let past = Ok(past(&["web"]));
    assert_eq!(update(&mut state, Event::History(HistoryEvent::Read(1, past))), []);
    state
}

#[test]
fn the_history_is_read_for_whoever_looks_and_again_when_something_ran() {
    let mut state = linked(&["api", "web"]);
    assert!(asked(&press(&mut state, &["down"])).is_empty(), "nobody looks");
    let read = |asked, of: Option<&str>| HistoryEffect::Read {
        asked,
        question: Question { of: of.map(id), most: 200 },
    };
    assert_eq!(asked(&press(&mut state, &["h"])), [&read(1, Some("web"))]);
    assert_eq!(state.layout.focus, Region::History);
    assert!(asked(&press(&mut state, &["down"])).is_empty());
    assert_eq!(asked(&press(&mut state, &["a"])), [&read(2, None)]);
    assert_eq!(asked(&press(&mut state, &["a"])), [&read(3, Some("web"))]);
    press(&mut state, &["alt-1", "b"]);
    assert!(asked(&press(&mut state, &["alt-5"])).is_empty());
    let ended = Event::Job(JobEvent::Ended(JobId(1), Outcome::Done(true)));
    assert!(asked(&update(&mut state, ended)).is_empty(), "nobody looks");
    assert_eq!(asked(&press(&mut state, &["alt-8"])), [&read(4, Some("web"))]);
    assert_eq!(asked(&press(&mut state, &["f5"])), [&read(5, Some("web"))]);
}

#[test]
fn an_entry_is_looked_at_and_its_log_is_shown() {
    let mut state = looking();
    press(&mut state, &["down"]);
    assert_eq!(asked(&press(&mut state, &["enter"])), [&HistoryEffect::Look(2)]);
    // A script that was never baked has no copy, and is known while it is what it was.
    let ran = |text: &str, line| EarlierScript {
        times: ScriptTimes {
            script: "run_preflight.sh".to_owned(),
            sha256: Some(Digest::of(text).full().to_owned()),
            lines: vec![LineTime { line, ms: 20.0, log_line: None }],
            stopped_at: None,
        },
        text: None,
    };
    let known = Box::new(Known {
        entry: past_entry(2, "web", Ended::Baked),
        detail: Detail::default(),
        scripts: vec![ran("export GREETING=hi\n", 1), ran("export GREETING=ho\n", 1)],
    });
    update(&mut state, Event::History(HistoryEvent::Known(known.clone())));
    let Mode::Sheet(sheet) = &state.mode else { panic!("{:?}", state.mode) };
    assert_eq!(sheet.title, "bake 2 of web");
    assert!(sheet.lines[1].text.contains("1970-01-01 00:06:40"), "{:?}", sheet.lines);
    let named = sheet.lines.iter().filter(|line| line.text.contains("0.02 s  export GREETING=hi"));
    assert_eq!(named.count(), 1, "{:?}", sheet.lines);
    press(&mut state, &["esc"]);

    assert_eq!(asked(&press(&mut state, &["l"])), [&HistoryEffect::OpenLog(2)]);
    let opened = HistoryEvent::Opened { entry: 2, title: "bake 2 of web".to_owned() };
    let effects = update(&mut state, Event::History(opened));
    assert!(effects.contains(&Effect::Log(LogEffect::Watch(Some(LogId::Entry(2))))), "{effects:?}");
    assert_eq!(state.layout.focus, Region::Log);
    // Whoever went on is not covered.
    update(&mut state, Event::History(HistoryEvent::Known(known)));
    assert!(matches!(state.mode, Mode::Panes));
}

#[test]
fn the_log_of_a_start_is_that_of_its_task_as_long_as_that_is_there() {
    let mut state = looking();
    assert_eq!(asked(&press(&mut state, &["l"])), [&HistoryEffect::OpenLog(3)]);
    let name = state.history.selected().unwrap().name.clone();
    let task = Task {
        id: name.clone(),
        environment: "web".to_owned(),
        command: "make".to_owned(),
        state: TaskState::Ended(0),
        ports: Vec::new(),
        desktop: None,
        degraded: None,
        started: None,
        ended: None,
    };
    update(&mut state, Event::Task(TaskEvent::Listed(vec![task])));
    let effects = press(&mut state, &["l"]);
    assert!(effects.contains(&Effect::Task(TaskEffect::Follow(name))), "{effects:?}");
    assert_eq!(state.layout.focus, Region::Log);
}

#[test]
fn entries_are_compared_with_the_marked_one_the_older_one_first() {
    let mut state = looking();
    press(&mut state, &["d"]);
    assert!(told(&state).contains("no earlier entry like 3"), "{}", told(&state));
    press(&mut state, &["down"]);
    let compare = |from, to| HistoryEffect::Compare { from, to };
    assert_eq!(asked(&press(&mut state, &["d"])), [&compare(1, 2)]);
    press(&mut state, &["m"]);
    assert!(told(&state).contains("entry 2 is marked"), "{}", told(&state));
    assert_eq!(asked(&press(&mut state, &["home", "d"])), [&compare(2, 3)]);
    let compared = Compared {
        from: past_entry(2, "web", Ended::Baked),
        to: past_entry(3, "web", Ended::Baked),
        inputs: Vec::new(),
        scripts: Vec::new(),
        texts: [BTreeMap::new(), BTreeMap::new()],
        log: None,
    };
    update(&mut state, Event::History(HistoryEvent::Compared(Box::new(compared))));
    assert!(matches!(&state.mode, Mode::Sheet(sheet) if sheet.title.contains("bake 2 of web and")));
}

/// What is asked about an edit once nothing was typed for a while.
fn preview(state: &mut State) -> Option<(u64, bool)> {
    state.now = Moment(state.now.0 + 1000);
    let effects = update(state, Event::Woke(Timer::Preview));
    effects.into_iter().find_map(|effect| match effect {
        Effect::Preview { asked, environment, .. } => {
            let saved = &state.environments.selected().unwrap().environment;
            Some((asked, *environment != *saved))
        }
        _ => None,
    })
}

#[test]
fn what_an_edit_bakes_is_asked_for_once_nothing_is_typed_and_told_until_it_is_saved() {
    let mut state = linked(&["web"]);
    let warm = status(&state, "web", None);
    update(&mut state, warm);
    assert_eq!(preview(&mut state), None, "a warm environment bakes nothing");
    press(&mut state, &["enter"]);
    type_text(&mut state, "# ");
    // The timer of the first key comes while somebody still types.
    assert_eq!(update(&mut state, Event::Woke(Timer::Preview)).len(), 1);
    let (asked, is_unsaved) = preview(&mut state).unwrap();
    assert!(is_unsaved);
    assert_eq!(preview(&mut state), None, "it is asked for once");
    let forecast = Forecast {
        has_base: true,
        has_layers: true,
        bakes: vec![(LayerKind::Environment, "cached preflight changed".to_owned())],
        cost: Some("about 1:40".to_owned()),
    };
    let told = |state: &State| state.preview.of_unsaved(&id("web"));
    let answer = EnvironmentsEvent::Previewed(asked, Some(forecast.clone()));
    update(&mut state, Event::Environments(answer.clone()));
    let words = "would bake the environment layer: cached preflight changed, about 1:40";
    assert_eq!(told(&state).as_deref(), Some(words));
    press(&mut state, &["ctrl-z", "ctrl-z"]);
    assert_eq!(told(&state), None, "the text is what the file says");
    update(&mut state, Event::Environments(answer));
    assert_eq!(told(&state), None, "an answer that comes too late");

    // The fields of the form are no less an edit; what is no field yet asks nothing.
    press(&mut state, &["alt-1", "p", "down"]);
    type_text(&mut state, "x");
    let (asked, is_unsaved) = preview(&mut state).unwrap();
    assert!(is_unsaved);
    update(&mut state, Event::Environments(EnvironmentsEvent::Previewed(asked, Some(forecast))));
    assert!(told(&state).is_some());
    press(&mut state, &["down"]);
    type_text(&mut state, "'");
    assert_eq!(preview(&mut state), None);
}

#[test]
fn what_a_cold_environment_takes_is_told_before_it_is_baked() {
    let mut state = linked(&["web"]);
    let cold = status(&state, "web", Some("never baked"));
    update(&mut state, cold);
    let (asked, is_unsaved) = preview(&mut state).unwrap();
    assert!(!is_unsaved);
    let forecast = Forecast {
        has_base: true,
        has_layers: true,
        bakes: Vec::new(),
        cost: Some("about 0:04".into()),
    };
    update(&mut state, Event::Environments(EnvironmentsEvent::Previewed(asked, Some(forecast))));
    let of_saved = |state: &State| state.preview.of_saved(&id("web"));
    assert_eq!(of_saved(&state).as_deref(), Some("a build takes about 0:04"));
    let warm = status(&state, "web", None);
    update(&mut state, warm);
    assert_eq!(of_saved(&state), None);
}

#[test]
fn times_of_statements_come_with_the_findings_and_again_after_a_bake() {
    let mut state = linked(&["web"]);
    let lints = |state: &mut State| {
        state.now = Moment(state.now.0 + 1000);
        let effects = update(state, Event::Woke(Timer::Lint));
        let is_lint =
            |effect: &&Effect| matches!(effect, Effect::Scripts(ScriptsEffect::Lint { .. }));
        effects.iter().filter(is_lint).count()
    };
    assert_eq!(lints(&mut state), 2);
    assert_eq!(lints(&mut state), 0);
    let times = vec![StatementTime { line: 3, last: 3, ms: Some(41_200.0) }];
    let timed = |revision| ScriptsEvent::Timed {
        id: id("web"),
        stage: Stage::Cached,
        revision,
        times: times.clone(),
    };
    update(&mut state, Event::Scripts(timed(7)));
    let at =
        |state: &State| state.scripts.pair(&id("web")).unwrap().editor(Stage::Cached).times.at(2);
    assert_eq!(at(&state), None, "an answer about another text");
    update(&mut state, Event::Scripts(timed(0)));
    assert_eq!(at(&state), Some(41_200.0));
    press(&mut state, &["b"]);
    update(&mut state, Event::Job(JobEvent::Ended(JobId(1), Outcome::Done(true))));
    assert_eq!(lints(&mut state), 2);
}

#[test]
fn keys_go_from_statement_to_statement_of_a_log() {
    let mut state = linked(&["web"]);
    press(&mut state, &["b", "alt-5", "}"]);
    assert!(told(&state).contains("no script whose statements"), "{}", told(&state));
    let log = LogId::Bake(JobId(1));
    let (total, tail) = (100, Vec::new());
    let grew =
        LogEvent::Grew { log: log.clone(), revision: 0, total, seen: total, tail, ended: true };
    update(&mut state, Event::Log(grew));
    let statement = |first, line, ms| LogStatement {
        first,
        script: "cached preflight".to_owned(),
        line,
        text: format!("statement {line}"),
        ms,
    };
    let tell = |state: &mut State, from, statements| {
        let log = log.clone();
        update(state, Event::Log(LogEvent::Statements { log, from, statements }));
    };
    tell(&mut state, 0, vec![statement(3, 2, Some(1.0)), statement(3, 3, None)]);
    // The time of the last one is known once the next begins.
    tell(&mut state, 1, vec![statement(3, 3, Some(5000.0)), statement(40, 4, None)]);
    press(&mut state, &["home"]);
    for (key, cursor, words) in [
        ("}", 3, "line 3 of cached preflight, 5.00 s: statement 3"),
        ("}", 40, "line 4 of cached preflight: statement 4"),
        ("}", 40, "there is no statement further on"),
        ("{", 3, "line 3 of cached preflight, 5.00 s: statement 3"),
        ("{", 3, "there is no statement further on"),
    ] {
        press(&mut state, &[key]);
        let view = state.logs.view().unwrap();
        assert_eq!((view.cursor, told(&state)), (cursor, words), "{key}");
    }
    press(&mut state, &["&", "x", "enter", "}"]);
    assert!(told(&state).contains("not all lines are seen"), "{}", told(&state));
}
