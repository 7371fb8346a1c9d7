//! Tasks on a terminal.

use crate::support::{Terminal, World};

fn world() -> World {
    World::new().environment("demo", |e| e.cached("true").run("export PS1='prompt> '"))
}

fn open(world: &World, command: &str) -> Terminal {
    let id = world.id("demo");
    let script = format!("\"$PREBAKE\" run {id} -it -- {command}; echo \"status $?\"");
    Terminal::open(world, &script)
}

#[test]
fn a_shell_has_a_prompt_and_takes_keys_and_sizes() {
    let world = world();
    world.build("demo").succeeds();
    let mut terminal = open(&world, "bash --norc");
    terminal.until("prompt> ");
    terminal.press("tty -s && echo it is $((6 * 7)) one\r").until("it is 42 one");
    terminal.press("stty size\r").until("24 80");
    terminal.resize(101, 37);
    // The size is told by a signal, so it is asked for until it is the new one.
    terminal.press(
        "until [[ $(stty size) == '37 101' ]]; do sleep 0.02; done; echo is $((40 - 3)) now\r",
    );
    terminal.until("is 37 now");
    terminal.press("exit 5\r").until("status 5");
    assert_eq!(terminal.ends(), 0);
}

#[test]
fn control_c_reaches_the_command_and_not_prebake() {
    let world = world();
    world.build("demo").succeeds();
    let mut terminal = open(
        &world,
        "bash -c 'trap \"echo caught; exit 9\" INT; echo ready; while :; do sleep 0.05; done'",
    );
    terminal.until("ready");
    terminal.press("\x03").until("caught").until("status 9");
    assert_eq!(terminal.ends(), 0);
}

#[test]
fn the_terminal_is_given_back_as_it_was() {
    let world = world();
    world.build("demo").succeeds();
    let id = world.id("demo");
    let script = format!(
        "before=$(stty -g); \"$PREBAKE\" run {id} -it -- bash -c 'stty raw; exit 3'; code=$?; \
         [[ $(stty -g) == \"$before\" ]] && echo \"same $code\" || echo \"differs $code\""
    );
    let mut terminal = Terminal::open(&world, &script);
    terminal.until("same 3");
    assert_eq!(terminal.ends(), 0);
}

#[test]
fn a_bake_before_the_task_shows_its_log_and_control_c_stops_it() {
    let world = World::new().environment("demo", |e| e.cached("echo a line of the log\nsleep 300"));
    let mut terminal = open(&world, "true");
    terminal.until("a line of the log");
    terminal.press("\x03").until("was cancelled").until("status 130");
    assert_eq!(terminal.ends(), 0);
    world.assert_tidy("demo");
}

#[test]
fn the_detach_keys_leave_the_task() {
    let world = world();
    world.build("demo").succeeds();
    let mut terminal = open(&world, "bash --norc");
    terminal.until("prompt> ");
    terminal.press("\x10\x11").until("status ");
    assert_eq!(terminal.ends(), 0);
    let tasks = world.prebake(["tasks", "--json"]).run().succeeds().json();
    let mut tasks = tasks["tasks"].as_array().unwrap().iter();
    let task = tasks.find(|task| task["environment"] == world.id("demo")).unwrap();
    assert_eq!(task["state"], "running");

    let id = task["id"].as_str().unwrap();
    let mut again =
        Terminal::open(&world, &format!("\"$PREBAKE\" attach {id}; echo \"status $?\""));
    again.press("echo back $((2 + 2))\r").until("back 4");
    again.press("exit 0\r").until("status 0");
    assert_eq!(again.ends(), 0);
}
