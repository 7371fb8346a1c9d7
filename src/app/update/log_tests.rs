//! Stories of logs, told as data.

use crate::app::effect::{Aside, Effect};
use crate::app::event::{Event, Mouse, MouseKind};
use crate::app::jobs::JobId;
use crate::app::layout::Region;
use crate::app::log::{LogEffect, LogEvent, LogId, LogLine};
use crate::app::mode::Mode;
use crate::app::state::State;
use crate::app::tasks::{Task, TaskEvent, TaskState};
use crate::app::testing::{built, linked, press, told, type_text};
use crate::app::update::update;

fn log_lines(from: u64, to: u64) -> Vec<LogLine> {
    (from..to).map(|number| LogLine { number, at: None, text: format!("line {number}") }).collect()
}

/// The log of the first bake has so many lines.
fn grow(state: &mut State, total: u64, revision: u64) -> Vec<Effect> {
    let tail = log_lines(total.saturating_sub(200), total);
    let log = LogId::Bake(JobId(1));
    let grew = LogEvent::Grew { log, revision, total, seen: total, tail, ended: false };
    update(state, Event::Log(grew))
}

#[test]
fn a_log_follows_until_it_is_scrolled_and_counts_what_comes() {
    let mut state = linked(&["web"]);
    built(&mut state);
    assert_eq!(grow(&mut state, 1000, 0), [], "following needs no request");
    press(&mut state, &["alt-5", "pageup"]);
    let view = state.logs.view().unwrap();
    assert!(!view.follows);
    grow(&mut state, 1200, 0);
    assert_eq!(state.logs.view().unwrap().new_lines(), 200);
    // Lines that are not at hand are asked for, once.
    let effects = press(&mut state, &["g"]);
    let [Effect::Log(LogEffect::Read { first: 0, count, .. })] = effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(press(&mut state, &["w", "w"]), []);
    let log = LogId::Bake(JobId(1));
    let lines = log_lines(0, count as u64);
    update(&mut state, Event::Log(LogEvent::Window { log, revision: 0, first: 0, lines }));
    assert_eq!(state.logs.view().unwrap().line(0).unwrap().text, "line 0");
    press(&mut state, &["G"]);
    assert!(state.logs.view().unwrap().follows);
}

#[test]
fn a_log_is_searched_filtered_and_shown_in_context() {
    let mut state = linked(&["web"]);
    built(&mut state);
    grow(&mut state, 1000, 0);
    press(&mut state, &["alt-5", "/"]);
    type_text(&mut state, "9");
    let effects = press(&mut state, &["5"]);
    let [Effect::Log(LogEffect::Search { ask, from: 999, backwards: false, .. })] = &effects[..]
    else {
        panic!("{effects:?}")
    };
    let found = |ask, hit| Event::Log(LogEvent::Found { log: LogId::Bake(JobId(1)), ask, hit });
    update(&mut state, found(ask - 1, Some((3, 3))));
    assert_eq!(state.logs.view().unwrap().cursor, 999, "an older answer is dropped");
    // The log stands at its end, and what is searched stands before it.
    let effects = update(&mut state, found(*ask, None));
    let [Effect::Log(LogEffect::Search { ask, from: 0, backwards: false, .. })] = &effects[..]
    else {
        panic!("{effects:?}")
    };
    update(&mut state, found(*ask, Some((995, 995))));
    assert_eq!(state.logs.view().unwrap().cursor, 995);
    assert!(told(&state).contains("other end"), "{}", told(&state));
    press(&mut state, &["enter"]);
    for (key, from) in [("N", 994), ("n", 996)] {
        let effects = press(&mut state, &[key]);
        let [Effect::Log(LogEffect::Search { from: begin, .. })] = &effects[..] else {
            panic!("{effects:?}")
        };
        assert_eq!(*begin, from, "{key}");
    }
    press(&mut state, &["g"]);
    let effects = press(&mut state, &["N"]);
    let [Effect::Log(LogEffect::Search { ask, from: u64::MAX, backwards: true, .. })] =
        &effects[..]
    else {
        panic!("{effects:?}")
    };
    assert_eq!(update(&mut state, found(*ask, None)), [], "it came from there");
    assert_eq!(told(&state), "there is no such line");
    press(&mut state, &["/"]);
    press(&mut state, &["enter", "&"]);
    type_text(&mut state, "7(");
    press(&mut state, &["alt-r"]);
    let Mode::Log(input) = &state.mode else { panic!("{:?}", state.mode) };
    assert!(input.fault.is_some());
    press(&mut state, &["backspace"]);
    let effects = press(&mut state, &["enter"]);
    let filter = |effects: &[Effect]| match effects {
        [Effect::Log(LogEffect::Filter { revision, filter, .. }), ..] => {
            (*revision, filter.is_some())
        }
        _ => panic!("{effects:?}"),
    };
    assert_eq!(filter(&effects), (1, true));
    grow(&mut state, 50, 0);
    assert_eq!(state.logs.view().unwrap().seen, 0, "of the revision before");
    let lines = [7, 17, 27].map(|number| log_lines(number, number + 1).remove(0)).to_vec();
    let log = LogId::Bake(JobId(1));
    let grew = LogEvent::Grew { log, revision: 1, total: 30, seen: 3, tail: lines, ended: true };
    update(&mut state, Event::Log(grew));
    press(&mut state, &["g", "down"]);
    let effects = press(&mut state, &["enter"]);
    assert_eq!(filter(&effects), (2, false));
    grow(&mut state, 30, 2);
    assert_eq!(state.logs.view().unwrap().cursor, 17, "the same line, among all others");
    let copy = LogEffect::Copy { log: LogId::Bake(JobId(1)), first: 17, last: 17 };
    assert_eq!(press(&mut state, &["y"]), [Effect::Log(copy)]);
    assert_eq!(press(&mut state, &["o"]), [Effect::Aside(Aside::Page(LogId::Bake(JobId(1)), 17))]);
}

#[test]
fn lines_are_copied_from_the_disk_however_many_are_in_memory() {
    let mut state = linked(&["web"]);
    built(&mut state);
    let copy =
        |first, last| [Effect::Log(LogEffect::Copy { log: LogId::Bake(JobId(1)), first, last })];
    grow(&mut state, 5003, 0);
    press(&mut state, &["alt-5", "g", "v"]);
    for _ in 0..200 {
        press(&mut state, &["pagedown"]);
    }
    assert_eq!(press(&mut state, &["y"]), copy(0, 2000));
    // To the last line is a way to select, too, and what comes later is not meant.
    press(&mut state, &["v", "g", "v", "G"]);
    assert!(!state.logs.view().unwrap().follows);
    grow(&mut state, 5004, 0);
    assert_eq!(press(&mut state, &["y"]), copy(0, 5002));
    let copied = |lines, text: Option<&str>| {
        let text = text.map(str::to_owned);
        Event::Log(LogEvent::Copied { log: LogId::Bake(JobId(1)), lines, text })
    };
    assert_eq!(update(&mut state, copied(5003, None)), []);
    assert_eq!(
        told(&state),
        "cannot copy 5003 lines: terminals take at most 56244 bytes for the clipboard; select \
         fewer, or save the log to a file with `s`"
    );
    assert_eq!(state.logs.view().unwrap().anchor, Some(0), "fewer can be selected");
    for (lines, text, words) in
        [(1, "line é", "copied 1 line, 6 characters"), (2, "a\nb", "copied 2 lines, 3 characters")]
    {
        let effects = update(&mut state, copied(lines, Some(text)));
        assert_eq!(effects, [Effect::Copy(text.to_owned())]);
        assert_eq!((told(&state), state.logs.view().unwrap().anchor), (words, None));
    }
    assert_eq!(update(&mut state, copied(0, Some(""))), []);
    assert_eq!(told(&state), "there is no line to copy");
}

#[test]
fn a_click_selects_a_task_and_a_line_of_a_log() {
    let mut state = linked(&["web"]);
    let task = |name: &str| Task {
        id: name.to_owned(),
        environment: "web".to_owned(),
        command: String::new(),
        state: TaskState::Running,
        ports: Vec::new(),
        desktop: None,
        degraded: None,
        started: None,
        ended: None,
    };
    update(&mut state, Event::Task(TaskEvent::Listed(vec![task("a"), task("b"), task("c")])));
    let click = |state: &mut State, region, row| {
        let inside = state.arrangement().inside(region).unwrap();
        let (x, y) = (inside.x + 3, inside.y + row);
        update(state, Event::Mouse(Mouse { kind: MouseKind::Down, x, y, shift: false }));
    };
    press(&mut state, &["alt-6"]);
    click(&mut state, Region::Tasks, 2);
    assert_eq!(state.tasks.selected().unwrap().id, "c");
    click(&mut state, Region::Tasks, 1);
    assert_eq!(state.tasks.selected().unwrap().id, "b");
    press(&mut state, &["alt-1"]);
    built(&mut state);
    grow(&mut state, 100, 0);
    let top = state.logs.view().unwrap().top;
    click(&mut state, Region::Log, 2);
    assert_eq!(state.logs.view().unwrap().cursor, top + 2);
    // A line that goes on in the next rows is one line, with its time before it or without.
    let width = usize::from(state.arrangement().inside(Region::Log).unwrap().width);
    let mut lines = log_lines(0, 3);
    lines[1].text = "x".repeat(2 * width);
    let log = LogId::Bake(JobId(1));
    let grew = LogEvent::Grew { log, revision: 0, total: 3, seen: 3, tail: lines, ended: true };
    update(&mut state, Event::Log(grew));
    press(&mut state, &["alt-5", "g", "w"]);
    for (keys, places) in
        [(&[][..], &[0, 1, 1, 2, 2][..]), (&["t"], &[0, 1, 1, 1, 2]), (&["w"], &[0, 1, 2, 2])]
    {
        press(&mut state, keys);
        for (row, place) in (0..).zip(places) {
            press(&mut state, &["g"]);
            click(&mut state, Region::Log, row);
            assert_eq!(state.logs.view().unwrap().cursor, *place, "{keys:?}, row {row}");
        }
    }
}
