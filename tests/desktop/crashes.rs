//! Parts of a desktop that end while the task runs.

use crate::ready::{logs_until, start, world};
use crate::rfb::Desktop;
use crate::support::{World, until};

/// Kills a part of a task's desktop.
fn kill(world: &World, id: &str, part: &str) {
    let script = format!("kill -9 $(cat /tmp/.prebake-desktop-{id}/{part}.pid)");
    world.docker().ask(["exec", &format!("prebake-task-{id}"), "bash", "-c", &script]);
}

/// Waits until a part has become ready so many times.
#[track_caller]
fn ready(world: &World, id: &str, part: &str, times: usize) {
    let log = format!("/tmp/.prebake-desktop-{id}/desktop.log");
    until(&format!("{part} to be ready {times} times"), || {
        let log = world.docker().ask(["exec", &format!("prebake-task-{id}"), "cat", &log]);
        let word = format!(" {part} is ready");
        (log.lines().filter(|line| line.ends_with(&word)).count() >= times).then_some(())
    });
}

#[test]
fn a_part_that_ends_is_started_again_and_told() {
    let world = world();
    let task = start(&world, "sleep 600");
    for (part, title) in
        [("openbox", "window manager"), ("xterm", "terminal"), ("novnc", "noVNC page")]
    {
        kill(&world, &task.id, part);
        let told = format!("prebake: the desktop's {title} ended (exit 137) and is started again");
        logs_until(&world, &task.id, &told);
        ready(&world, &task.id, part, 2);
    }
    kill(&world, &task.id, "vnc");
    logs_until(&world, &task.id, "X server ended (exit 137) and is started again, the windows");
    ready(&world, &task.id, "xterm", 3);
    // The same way in, on the same display.
    assert!(Desktop::open(&task.url, &task.url.password).is_ok());
    let display = format!("/tmp/.prebake-desktop-{}/display", task.id);
    let name = format!("prebake-task-{}", task.id);
    assert_eq!(world.docker().ask(["exec", &name, "cat", &display]), ":0");
}

#[test]
fn a_server_that_ends_again_and_again_is_given_up_with_a_sentence() {
    let world = world();
    let task = start(&world, "sleep 600");
    for times in 1..=4 {
        ready(&world, &task.id, "xterm", times);
        kill(&world, &task.id, "vnc");
    }
    let told = logs_until(&world, &task.id, "is not started any more");
    assert!(told.contains("ended again and again (exit 137)"), "{told}");
    let refused = world.prebake(["desktop", "open", &task.id]).run().exits(1).error();
    assert!(refused.contains("cannot be opened: the desktop's X server ended"), "{refused}");
    let refused = world.prebake(["desktop", "shot", &task.id, "x.png"]).run().exits(1).error();
    assert!(refused.contains("the desktop does not run"), "{refused}");
    // The task goes on.
    let tasks = world.prebake(["tasks"]).run().succeeds().out();
    assert!(
        tasks.lines().any(|line| line.contains(&task.id) && line.contains("running")),
        "{tasks}"
    );
}

#[test]
fn a_desktop_that_cannot_start_fails_the_task_with_its_reason() {
    let mut world = world();
    world.change("demo", |e| e.cached("ln -sf /bin/false /usr/bin/Xvnc"));
    let outcome = world.bash("demo", "echo started").exits(125).prints("");
    let outcome = outcome.says("prebake-desktop: the X server ended while it was started");
    assert!(outcome.error().contains("desktop failed"), "{}", outcome.error());
}
