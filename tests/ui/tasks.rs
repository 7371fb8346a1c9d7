//! Tasks and images on the screen, by a real engine.

use crate::support::{Screen, World};

#[test]
fn a_task_is_started_with_variables_watched_and_ended() {
    let world = World::new().environment("demo", |e| {
        e.cached("echo b > /opt/f").run("export FROM_PREFLIGHT=\"<$KEY>\"")
    });
    world.build("demo").succeeds();
    let screen = Screen::open(&world, (130, 36));
    screen.until("warm").press("r").until("Run in");
    screen.press("KEY='a b' echo \"got $FROM_PREFLIGHT\"; sleep 300\r");
    screen.until("got <a b>").press("\u{1b}6").until("running");
    screen.press("s").until("End task").press("y").until("has ended");
    screen.until("exit 1").press("x").until("Remove task").press("y").until("is removed");
    screen.press("q");
    assert_eq!(screen.ends(), 0);
    let label = format!("label={}", world.label("demo"));
    assert!(world.docker().lines(["ps", "-aq", "--filter", &label]).is_empty());
}

#[test]
fn a_cold_start_bakes_first_and_shows_it() {
    let world = World::new()
        .environment("demo", |e| e.cached("printf 'baking %s\\n' now\necho b > /opt/f"));
    let screen = Screen::open(&world, (130, 36));
    screen.until("cold").press("r").until("Run in").press("echo task $((40 + 2))\r");
    screen.until("task 42").press("\u{1b}7").until("for demo").press("\u{1b}6").until("ended");
    assert_eq!(world.status("demo")["warm"], true);
    screen.press("q");
    assert_eq!(screen.ends(), 0);
}

#[test]
fn fields_are_edited_and_the_file_says_so() {
    let world = World::new().environment("demo", |e| e.cached("true"));
    let screen = Screen::open(&world, (100, 30));
    screen.until("demo-").press("p").until("base image").press("\u{1b}[B\u{1b}[B");
    screen.press("make 'all of it'").until("words as in a shell").press("\r");
    screen.until_gone("Fields of");
    let shown = world.prebake(["show", &world.id("demo"), "--json"]).run().succeeds().out();
    assert!(shown.contains("all of it"), "{shown}");
    screen.press("q");
    assert_eq!(screen.ends(), 0);
}
