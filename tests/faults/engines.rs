//! An engine that is killed in the middle, and one that is not there.

use std::time::Duration;

use crate::support::{GATE, SecondEngine, World};

#[test]
fn an_engine_killed_in_a_bake_is_told_and_the_next_build_ends_well() {
    let mut engine = SecondEngine::start(None);
    let world = World::on(engine.docker())
        .environment("demo", |e| e.cached(&format!("echo begun\n{GATE}\necho end > /opt/f")));
    let build = world.prebake(["build", "demo"]).start();
    build.until_err("begun\n");
    engine.kill();
    let ended = build.wait();
    assert!(ended.took < Duration::from_secs(30), "{:?}", ended.took);
    let ended = ended.exits(1);
    let sentence = ended.error();
    assert!(sentence.contains("container engine at `unix://"), "{sentence}");

    // Nothing works, and says so, as long as it is away.
    let sentence = world.build("demo").exits(1).error();
    assert!(sentence.starts_with("cannot reach the container engine at "), "{sentence}");
    world.run("demo", &["true"]).exits(125).says("cannot reach the container engine at ");
    world.prebake(["status", "demo", "--json"]).run().exits(1);

    engine.restart();
    let next = world.prebake(["build", "demo"]).start();
    world.open_gate("demo");
    let image = next.wait().succeeds().line();
    assert_eq!(world.docker().file(&image, "/opt/f").unwrap(), "end\n");
    world.bash("demo", "cat /opt/f").succeeds().prints("end\n");
    let locks = world.state_files("locks");
    assert!(locks.is_empty(), "{locks:?}");
}

#[test]
fn an_engine_killed_in_a_task_is_told() {
    let mut engine = SecondEngine::start(None);
    let world = World::on(engine.docker()).environment("demo", |e| e.run("export A=1"));
    let run = world.run_in_background("demo", "echo begun; while :; do sleep 0.05; done");
    run.until_out("begun\n");
    engine.kill();
    let ended = run.wait();
    assert!(ended.took < Duration::from_secs(30), "{:?}", ended.took);
    let sentence = ended.exits(125).error();
    assert!(sentence.contains("engine"), "{sentence}");

    engine.restart();
    world.bash("demo", "echo $A").succeeds().prints("1\n");
}

#[test]
fn an_engine_that_comes_back_in_time_tells_what_became_of_the_bake() {
    let mut engine = SecondEngine::start(None);
    let world = World::on(engine.docker())
        .environment("demo", |e| e.cached(&format!("echo begun\n{GATE}\necho end > /opt/f")));
    let build = world.prebake(["build", "demo"]).start();
    build.until_err("begun\n");
    engine.kill();
    engine.restart();
    // An engine that starts ends the containers of the one before.
    let sentence = build.wait().exits(1).error();
    assert!(!sentence.is_empty() && !sentence.contains('\n'), "{sentence}");
    let next = world.prebake(["build", "demo"]).start();
    world.open_gate("demo");
    let image = next.wait().succeeds().line();
    assert_eq!(world.docker().file(&image, "/opt/f").unwrap(), "end\n");
}
