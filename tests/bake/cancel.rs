//! Signals: once stops the bake, twice leaves it, and a closed terminal stops nothing.

use crate::support::{GATE, Running, World, until};

fn baking() -> (World, Running, String) {
    let world = World::new()
        .environment("demo", |e| e.cached(&format!("echo begun\n{GATE}\necho end > /opt/f")));
    let build = world.prebake(["build", "demo"]).start();
    build.until_err("begun\n");
    let container = world.baking("demo");
    (world, build, container)
}

/// The next build joins and ends well.
fn goes_on(world: &World, container: &str) {
    assert_eq!(world.baking("demo"), container[..12]);
    let next = world.prebake(["build", "demo"]).start();
    next.until_err("joining the bake");
    world.open_gate("demo");
    let image = next.wait().succeeds().line();
    assert_eq!(world.docker().file(&image, "/opt/f").unwrap(), "end\n");
    world.assert_tidy("demo");
}

#[test]
fn once_interrupted_the_bake_is_stopped_and_nothing_is_left() {
    let (world, build, _) = baking();
    build.signal("INT");
    let ended = build.wait().exits(130).prints("");
    ended.says("was cancelled: its container is stopped and removed, nothing was tagged");
    assert!(world.docker().image(&world.image_of("demo")).is_none());
    world.assert_tidy("demo");
}

#[test]
fn twice_interrupted_the_bake_goes_on() {
    let (world, build, container) = baking();
    build.signal("INT");
    build.until_err("press Ctrl-C again");
    build.signal("INT");
    build.wait().exits(130).says("it goes on in the engine");
    goes_on(&world, &container);
}

#[test]
fn terminated_the_bake_goes_on() {
    let (world, build, container) = baking();
    build.signal("TERM");
    build.wait().exits(130).says("it goes on in the engine");
    goes_on(&world, &container);
}

#[test]
fn a_closed_terminal_leaves_the_bake() {
    let (world, build, container) = baking();
    build.signal("HUP");
    build.wait().exits(130);
    goes_on(&world, &container);
}

#[test]
fn a_cancelled_bake_is_cancelled_for_those_who_joined() {
    let (world, build, _) = baking();
    let joined = world.prebake(["build", "demo"]).start();
    joined.until_err("joining the bake");
    build.signal("INT");
    build.wait().exits(130);
    let told = joined.wait().exits(1);
    assert!(told.error().contains("was cancelled from elsewhere"), "{}", told.error());
    world.assert_tidy("demo");
}

#[test]
fn a_task_whose_bake_is_cancelled_does_not_start() {
    let world = World::new().environment("demo", |e| e.cached(GATE));
    let run = world.prebake(["run", "demo", "--", "echo", "started"]).start();
    world.baking("demo");
    until("the log", || run.err().contains("baking").then_some(()));
    run.signal("INT");
    run.wait().exits(130).prints("");
    world.assert_tidy("demo");
}
