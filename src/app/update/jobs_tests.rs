//! Stories of bakes, their logs and tasks, told as data.

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::jobs::{Failure, Found, JobEffect, JobEvent, JobId, Outcome, Phase, Stand};
use crate::app::layout::Region;
use crate::app::mode::Mode;
use crate::app::moment::Moment;
use crate::app::state::State;
use crate::app::tasks::{Request, Task, TaskEffect, TaskEvent, TaskState};
use crate::app::testing::{built, id, linked, press, told, type_text};
use crate::app::update::update;
use crate::domain::environment::Stage;
use crate::domain::history::Expected;
use crate::domain::layer::LayerKind;

#[test]
fn a_bake_is_begun_once_and_its_end_is_told() {
    let mut state = linked(&["api", "web"]);
    press(&mut state, &["down"]);
    built(&mut state);
    let again = press(&mut state, &["b"]);
    assert!(!again.iter().any(|it| matches!(it, Effect::Job(_))), "{again:?}");
    let since = state.now;
    let stand = Stand {
        phase: Phase::Running,
        layer: Some((LayerKind::Environment, 1, 1)),
        since: Some(since),
        expected: Some(Expected {
            all_ms: 20_000,
            done_ms: 1000,
            running_ms: Some(8_000),
            unmeasured: 0,
        }),
        reached: since,
        ..Stand::default()
    };
    update(&mut state, Event::Job(JobEvent::Told(JobId(1), stand)));
    state.now = Moment(since.0 + 4000);
    let job = state.jobs.of(&id("web")).unwrap();
    let rest = job.rest(state.now).map(|rest| rest.to_string());
    assert_eq!((job.percent(state.now), rest.as_deref()), (Some(25), Some("about 0:15 left")));
    state.now = Moment(since.0 + 5000);
    assert!(state.has_running_clock());
    let effects = update(&mut state, Event::Job(JobEvent::Ended(JobId(1), Outcome::Done(true))));
    assert_eq!(told(&state), "`web` is warm, after 5.0 s");
    assert!(effects.contains(&Effect::AskStatuses));
    assert!(!state.has_running_clock());
}

#[test]
fn a_failure_leads_to_its_line() {
    let mut state = linked(&["web"]);
    assert_eq!(press(&mut state, &["f"]), []);
    assert!(told(&state).contains("no bake of"), "{}", told(&state));
    built(&mut state);
    let sentence = "cached preflight failed at line 3 (exit 1)".to_owned();
    let failure = Failure { stage: Some(Stage::Cached), line: Some(3), sentence };
    update(&mut state, Event::Job(JobEvent::Ended(JobId(1), Outcome::Failed(failure))));
    assert!(told(&state).contains("failed at line 3"));
    press(&mut state, &["f"]);
    assert_eq!(state.layout.focus, Region::Cached);
    let editor = state.scripts.pair(&id("web")).unwrap().editor(Stage::Cached);
    assert_eq!((editor.buffer().cursor().line, editor.marks.failed()), (2, Some(2)));
}

#[test]
fn a_bake_is_cancelled_after_a_question() {
    let mut state = linked(&["web"]);
    built(&mut state);
    assert_eq!(press(&mut state, &["c", "enter"]), [], "Enter alone does nothing");
    let effects = press(&mut state, &["c", "y"]);
    assert_eq!(effects, [Effect::Job(JobEffect::Cancel(JobId(1)))]);
    press(&mut state, &["c"]);
    assert!(told(&state).contains("is being cancelled"));
    let proof = "its container is removed".to_owned();
    update(&mut state, Event::Job(JobEvent::Ended(JobId(1), Outcome::Cancelled(proof))));
    assert_eq!(told(&state), "`web`: its container is removed");
}

#[test]
fn a_question_about_a_bake_that_has_ended_is_taken_back() {
    let mut state = linked(&["web"]);
    built(&mut state);
    press(&mut state, &["c"]);
    assert!(matches!(state.mode, Mode::Ask(_)));
    update(&mut state, Event::Job(JobEvent::Ended(JobId(1), Outcome::Done(true))));
    assert!(matches!(state.mode, Mode::Panes), "{:?}", state.mode);
}

#[test]
fn bakes_in_the_engine_are_followed_unless_they_are_known_or_of_others() {
    let mut state = linked(&["api", "web"]);
    let found = |name: &str| Found {
        container: format!("bake-{name}"),
        environment: id(name),
        failure: None,
    };
    let look = state.jobs.look();
    assert_eq!(look, JobEffect::Look(0));
    let event = |turn| {
        let bakes = vec![found("web"), found("foreign")];
        Event::Job(JobEvent::Found(turn, bakes))
    };
    let effects = update(&mut state, event(0));
    let follow = JobEffect::Follow { job: JobId(1), container: "bake-web".to_owned() };
    assert!(effects.contains(&Effect::Job(follow)), "{effects:?}");
    assert_eq!(state.jobs.running().len(), 1);
    // What was asked before it began says nothing, and is asked again.
    let effects = update(&mut state, event(0));
    assert!(effects.contains(&Effect::Job(JobEffect::Look(1))), "{effects:?}");
    // The engine goes away: the bake is not given up, and found again.
    let lost = Outcome::Lost("gone".to_owned());
    update(&mut state, Event::Job(JobEvent::Ended(JobId(1), lost)));
    assert!(state.jobs.of(&id("web")).unwrap().is_lost);
    let effects = update(&mut state, event(1));
    let follow = JobEffect::Follow { job: JobId(1), container: "bake-web".to_owned() };
    assert!(effects.contains(&Effect::Job(follow)), "{effects:?}");
    assert!(!state.jobs.of(&id("web")).unwrap().is_lost);
}

#[test]
fn leaving_sees_to_the_bakes_that_go_on() {
    let mut state = linked(&["web"]);
    built(&mut state);
    let effects = press(&mut state, &["q"]);
    assert!(effects.contains(&Effect::Job(JobEffect::Leave(vec![id("web")]))), "{effects:?}");
    assert!(effects.contains(&Effect::Quit));
}

#[test]
fn a_command_is_started_with_variables_and_its_task_is_shown() {
    let mut state = linked(&["web"]);
    press(&mut state, &["r"]);
    type_text(&mut state, "KEY=1 make 'all");
    let effects = press(&mut state, &["'", "enter"]);
    let request = Request {
        command: "make 'all'".to_owned(),
        variables: vec![("KEY".to_owned(), "1".to_owned())],
    };
    let run = JobEffect::Run { job: JobId(1), id: id("web"), request };
    assert!(effects.contains(&Effect::Job(run)), "{effects:?}");
    let outcome = Outcome::Started { task: "abc".to_owned(), degraded: None };
    let effects = update(&mut state, Event::Job(JobEvent::Ended(JobId(1), outcome)));
    assert!(effects.contains(&Effect::Task(TaskEffect::Follow("abc".to_owned()))));
    let task = |name: &str, state| Task {
        id: name.to_owned(),
        environment: "web".to_owned(),
        command: "make".to_owned(),
        state,
        ports: Vec::new(),
        desktop: None,
        degraded: None,
        started: Some(Moment(0)),
        ended: None,
    };
    let tasks = vec![task("old", TaskState::Ended(2)), task("abc", TaskState::Running)];
    update(&mut state, Event::Task(TaskEvent::Listed(tasks)));
    assert_eq!(state.tasks.selected().unwrap().id, "abc");
    press(&mut state, &["alt-6"]);
    let effects = press(&mut state, &["s", "y"]);
    assert_eq!(effects, [Effect::Task(TaskEffect::Stop("abc".to_owned()))]);
    press(&mut state, &["down", "s"]);
    assert!(told(&state).contains("has ended, with exit code 2"), "{}", told(&state));
}

#[test]
fn the_last_command_is_offered_and_replaced_by_what_is_typed() {
    let mut state = linked(&["web"]);
    let line = |state: &State| match &state.mode {
        Mode::Line(line) => (line.input.value().to_owned(), line.is_offered),
        mode => panic!("{mode:?}"),
    };
    let line_is = |state: &State, text: &str, is_offered| {
        assert_eq!(line(state), (text.to_owned(), is_offered));
    };
    press(&mut state, &["r"]);
    line_is(&state, "", false);
    type_text(&mut state, "make all");
    press(&mut state, &["enter"]);
    for (keys, text) in [
        (&["l", "s"][..], "ls"),
        (&["backspace"], "make al"),
        (&["left", "x"], "make alxl"),
        (&["home", "x"], "xmake all"),
        (&["end", "x"], "make allx"),
        (&["ctrl-u"], ""),
    ] {
        press(&mut state, &["r"]);
        line_is(&state, "make all", true);
        press(&mut state, keys);
        line_is(&state, text, false);
        press(&mut state, &["esc"]);
    }
    press(&mut state, &["r"]);
    update(&mut state, Event::Pasted("ls -l".to_owned()));
    line_is(&state, "ls -l", false);
    press(&mut state, &["esc", "r"]);
    // The same once more.
    let effects = press(&mut state, &["enter"]);
    let is_same = |effect: &Effect| matches!(effect, Effect::Job(JobEffect::Run { request, .. }) if request.command == "make all");
    assert!(effects.iter().any(is_same), "{effects:?}");
}

#[test]
fn the_url_of_a_desktop_is_copied_and_opened_where_a_browser_can_be() {
    use crate::app::tasks::Desktop;

    let mut state = linked(&["web"]);
    let task = |desktop: Option<Desktop>| Task {
        id: "abc".to_owned(),
        environment: "web".to_owned(),
        command: String::new(),
        state: TaskState::Running,
        ports: Vec::new(),
        desktop,
        degraded: None,
        started: None,
        ended: None,
    };
    let desktop = |tunnel: Option<&str>| {
        Some(Desktop { url: "http://u".to_owned(), tunnel: tunnel.map(str::to_owned) })
    };
    let list = |state: &mut State, task| {
        update(state, Event::Task(TaskEvent::Listed(vec![task])));
        press(state, &["alt-6"]);
    };
    list(&mut state, task(desktop(None)));
    assert_eq!(press(&mut state, &["u"]), [Effect::Copy("http://u".to_owned())]);
    let open = Effect::Task(TaskEffect::OpenDesktop("abc".to_owned()));
    assert_eq!(press(&mut state, &["o"]), [open]);
    assert_eq!(press(&mut state, &["t"]), []);
    assert!(told(&state).contains("can be opened from here"), "{}", told(&state));

    list(&mut state, task(desktop(Some("ssh -N far"))));
    assert_eq!(press(&mut state, &["t"]), [Effect::Copy("ssh -N far".to_owned())]);
    assert_eq!(press(&mut state, &["o"]), []);
    assert!(told(&state).contains("`t` copies"), "{}", told(&state));

    list(&mut state, task(None));
    assert_eq!(press(&mut state, &["u"]), []);
    assert!(told(&state).contains("task abc has no desktop"), "{}", told(&state));
}
