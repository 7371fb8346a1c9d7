//! Where a task's output goes: a reader that goes away, a disk that is full, a terminal that closes.

use std::os::unix::ffi::OsStringExt as _;

use crate::support::{World, until};

/// Prints without an end, with a pause that lets others work.
const TICKS: &str = "trap 'exit 7' TERM; while :; do echo tick; sleep 0.05; done";

fn world() -> World {
    World::new().environment("demo", |e| e.run("export A=1"))
}

fn detach(world: &World, script: &str) -> String {
    world.prebake(["run", "demo", "-d", "--", "bash", "-c", script]).run().succeeds().line()
}

/// The state of the one task of this world.
fn state(world: &World) -> String {
    let all = world.prebake(["tasks", "--json"]).run().succeeds().json();
    let mut all = all["tasks"].as_array().unwrap().iter();
    let task = all.find(|task| task["environment"] == world.id("demo")).unwrap();
    task["state"].as_str().unwrap().to_owned()
}

/// Follows the task until it has printed its first line, as `| head -1` does.
#[track_caller]
fn follow(world: &World, verb: &str, id: &str) {
    let script = format!("\"$PREBAKE\" {verb} {id} | head -1; echo \"status ${{PIPESTATUS[0]}}\"");
    world.shell(&script).run().succeeds().prints("tick\nstatus 0\n");
    assert_eq!(state(world), "running", "{verb}");
}

#[test]
fn whoever_follows_a_task_ends_with_their_reader_and_the_task_goes_on() {
    let world = world();
    let id = detach(&world, TICKS);
    follow(&world, "logs -f", &id);
    follow(&world, "attach", &id);
}

#[test]
fn whoever_follows_a_silent_task_ends_with_their_reader_too() {
    let world = world();
    let id = detach(&world, "echo tick; sleep 600");
    follow(&world, "logs -f", &id);
}

#[test]
fn a_run_without_a_reader_leaves_its_task_and_does_not_succeed() {
    let world = world();
    world.build("demo").succeeds();
    let id = world.id("demo");
    let script = format!(
        "\"$PREBAKE\" run {id} -- bash -c \"$1\" | head -1; echo \"status ${{PIPESTATUS[0]}}\""
    );
    let left = world.shell(&script).argument("bash").argument(TICKS).run().succeeds();
    left.prints("tick\nstatus 141\n").says("left task ").says(" running; `prebake attach ");
    assert_eq!(state(&world), "running");
}

#[test]
fn what_cannot_be_written_is_an_error() {
    let world = world();
    world.build("demo").succeeds();
    let id = detach(&world, "echo words; exit 3");
    until("its end", || (state(&world) == "exited").then_some(()));
    let full = |arguments: &str| world.shell(&format!("\"$PREBAKE\" {arguments} >/dev/full")).run();
    let words = "cannot write the result: No space left on device";
    full(&format!("logs {id}")).exits(1).says(words);
    world.prebake(["stop", &id, "--remove"]).run().succeeds();

    let demo = world.id("demo");
    full(&format!("run {demo} -- echo words")).exits(125).says(words);
    full(&format!("run {demo} -- bash -c 'echo words; exit 3'")).exits(3).says(words);
    full(&format!("run {demo} -- true")).succeeds();
    // Events are beside the task.
    // Through a descriptor, so that no fault of ours can replace the device.
    let script = "\"$PREBAKE\" run \"$1\" --events /dev/fd/3 -- printf '1\\n2\\n' 3>/dev/full";
    let lost = world.shell(script).argument("bash").argument(&demo).run().succeeds();
    let lost = lost.says("warning: cannot write events to `/dev/fd/3`: No space left");
    assert_eq!((lost.err().matches("warning").count(), lost.out().as_str()), (1, "1\n2\n"));
    full(&format!("run {demo} --events - -- true")).exits(125).says(words);
    world.assert_tidy("demo");
}

#[test]
fn a_run_whose_terminal_goes_away_does_not_succeed() {
    let world = world();
    let run = world.prebake(["run", "demo", "--", "bash", "-c", TICKS]).start();
    run.until_out("tick\n");
    run.signal("HUP");
    run.wait().exits(129).says("left task ");
    assert_eq!(state(&world), "running");
}

#[test]
fn a_variable_that_is_no_utf_8_is_told_from_one_that_is_not_set() {
    let world = world();
    let odd = std::ffi::OsString::from_vec(b"a\xff".to_vec());
    let run = world.prebake(["run", "demo", "--env", "ODD", "--", "true"]).variable("ODD", odd);
    let sentence = run.run().exits(125).error();
    assert_eq!(
        sentence,
        "variable `ODD` has a value here that is no UTF-8; write `--env ODD=VALUE`"
    );
}
