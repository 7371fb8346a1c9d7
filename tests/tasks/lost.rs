//! Connections that break while a task is watched, and the engine goes on.

use crate::support::{GATE, Line, World};

#[test]
fn a_task_is_followed_through_lost_connections() {
    let world = World::new().environment("demo", |e| e.run("export A=1"));
    let line = Line::new(&world);
    let script = format!("seq 3000; printf begun; {GATE}; echo; seq 3000 >&2; echo end; exit 3");
    let host = line.host();
    let run = world.prebake(["--host", &host, "run", "demo", "--", "bash", "-c", &script]).start();
    for _ in 0..2 {
        run.until_out("begun");
        line.cut();
    }
    run.until_err("the connection to the engine was lost; waiting for it to come back");
    let containers = world.docker().containers(&world.label("demo"));
    world.docker().open_gate(&containers[0]);
    let outcome = run.wait().exits(3);
    let lines: Vec<_> = (1..=3000).map(|number| number.to_string()).collect();
    let lines = lines.join("\n") + "\n";
    assert_eq!(outcome.err().matches(&lines).count(), 1);
    outcome.prints(&format!("{lines}begun\nend\n"));
    world.assert_tidy("demo");
}

#[test]
fn a_task_with_input_says_how_to_return_to_it() {
    let world = World::new().environment("demo", |e| e.run("export A=1"));
    let line = Line::new(&world);
    let host = line.host();
    let script = format!("echo begun; {GATE}");
    let arguments = ["--host", &host, "run", "demo", "-i", "--", "bash", "-c", &script];
    let run = world.prebake(arguments).start();
    run.until_out("begun\n");
    line.cut();
    let sentence = run.wait().exits(125).error();
    let tasks = world.prebake(["tasks", "--json"]).run().succeeds().json();
    let mut tasks = tasks["tasks"].as_array().unwrap().iter();
    let task = tasks.find(|task| task["environment"] == world.id("demo")).unwrap();
    let id = task["id"].as_str().unwrap();
    assert!(sentence.starts_with(&format!("lost sight of task `{id}`: ")), "{sentence}");
    assert!(sentence.contains(&format!("`prebake attach {id}` returns to it")), "{sentence}");
}
