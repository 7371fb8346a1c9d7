//! Tasks that stay in the engine: listed, read, attached to, stopped.

use serde_json::Value;

use crate::support::{GATE, World, until};

fn world() -> World {
    World::new().environment("demo", |e| e.run("export A=1"))
}

fn detach(world: &World, script: &str) -> String {
    world.prebake(["run", "demo", "-d", "--", "bash", "-c", script]).run().succeeds().line()
}

fn task(world: &World, id: &str) -> Option<Value> {
    let all = world.prebake(["tasks", "--json"]).run().succeeds().json();
    let all = all["tasks"].as_array().unwrap().clone();
    all.into_iter().find(|task| task["id"] == id)
}

fn open_gate(world: &World, id: &str) {
    let container = task(world, id).unwrap()["container"].as_str().unwrap().to_owned();
    world.docker().open_gate(&container);
}

#[test]
fn a_detached_task_is_listed_read_and_followed() {
    let world = world();
    let id = detach(&world, &format!("echo begun $A; echo word >&2; {GATE}; echo end; exit 3"));
    let running = task(&world, &id).unwrap();
    assert_eq!(running["state"], "running");
    assert_eq!(running["environment"], world.id("demo"));
    assert_eq!(running["exit_code"], Value::Null);
    assert_eq!(running["command"][0], "bash");

    until("its first words", || {
        let logs = world.prebake(["logs", &id]).run().succeeds();
        (logs.out() == "begun 1\n" && logs.err() == "word\n").then_some(())
    });
    let follower = world.prebake(["logs", &id[..8], "-f"]).start();
    follower.until_out("begun 1\n");
    open_gate(&world, &id);
    follower.wait().succeeds().prints("begun 1\nend\n");
    let ended = until("its end", || task(&world, &id).filter(|task| task["state"] == "exited"));
    assert_eq!(ended["exit_code"], 3);
    world.prebake(["attach", &id]).run().exits(1).says("has ended (exit 3)");
    let list = world.prebake(["tasks"]).run().succeeds().out();
    assert!(list.lines().any(|line| line.starts_with(&id) && line.contains("exit 3")), "{list}");
}

#[test]
fn attaching_returns_to_a_task_and_to_its_status() {
    let world = world();
    let id =
        detach(&world, "until [ -e /tmp/gate ]; do echo tick; sleep 0.05; done; echo end; exit 6");
    let attached = world.prebake(["attach", &id]).start();
    attached.until_out("tick\n");
    open_gate(&world, &id);
    assert!(attached.wait().exits(6).out().ends_with("tick\nend\n"));
}

#[test]
fn a_detached_task_takes_the_input_of_whoever_attaches() {
    let world = world();
    let arguments = ["run", "demo", "-d", "-i", "--", "bash", "-c", "cat; exit 5"];
    let id = world.prebake(arguments).run().succeeds().line();
    let attached = world.prebake(["attach", &id]).stdin("one\ntwo\n").run();
    attached.exits(5).prints("one\ntwo\n");
}

#[test]
fn reading_a_detached_task_fills_in_how_long_its_preflight_took() {
    let world = world();
    let id = detach(&world, "echo begun");
    let time = || task(&world, &id).unwrap()["timings"]["preflight_ms"].clone();
    assert_eq!(time(), Value::Null);
    until("its words", || {
        world.prebake(["logs", &id]).run().succeeds().out().contains("begun").then_some(())
    });
    assert!(time().is_f64(), "{}", time());
}

#[test]
fn stopping_ends_a_task_in_time_and_removes_it_when_asked() {
    let world = world();
    let kind =
        detach(&world, "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
    until("the trap", || {
        world.prebake(["logs", &kind]).run().out().contains("ready").then_some(())
    });
    world.prebake(["stop", &kind]).run().succeeds().prints(&format!("{kind}\n"));
    assert_eq!(task(&world, &kind).unwrap()["state"], "exited");
    assert!(world.prebake(["logs", &kind]).run().out().ends_with("bye\n"));

    let stubborn = detach(&world, "trap '' TERM; while :; do sleep 0.05; done");
    world.prebake(["stop", &stubborn, "--time", "1", "--remove"]).run().succeeds();
    assert_eq!(task(&world, &stubborn), None);
}

#[test]
fn a_task_that_is_not_there_is_a_sentence() {
    let world = world();
    for command in ["logs", "attach", "stop"] {
        let sentence = world.prebake([command, "ffffffffffffffff"]).run().exits(1).error();
        assert_eq!(sentence, "no task `ffffffffffffffff`; `prebake tasks` lists them");
    }
}

#[test]
fn signals_reach_a_task_and_the_second_interrupt_leaves_it() {
    let world = world();
    let script = "trap 'echo interrupted' INT; trap 'echo ended; exit 8' TERM; echo ready; while :; do sleep 0.05; done";
    let command = ["run", "demo", "--", "bash", "-c", script];
    let run = world.prebake(command).start();
    run.until_out("ready\n");
    run.signal("INT");
    run.until_out("interrupted\n");
    run.signal("TERM");
    run.wait().exits(8).prints("ready\ninterrupted\nended\n");

    let run = world.prebake(command).start();
    run.until_out("ready\n");
    run.signal("INT");
    run.until_out("interrupted\n");
    let told = "Ctrl-C was sent to the command; press it again to leave the task running\n";
    run.until_err(told);
    run.signal("INT");
    let left = run.wait().exits(130);
    assert_eq!(left.err().matches(told).count(), 1, "{}", left.err());
    left.says(" running; `prebake attach ");
    let all = world.prebake(["tasks", "--json"]).run().succeeds().json();
    let mut all = all["tasks"].as_array().unwrap().iter();
    let mine = all.find(|task| task["environment"] == world.id("demo")).unwrap();
    assert_eq!(mine["state"], "running");
}
