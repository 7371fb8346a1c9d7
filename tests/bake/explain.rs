//! Why a layer is cold, and a look into what a failed bake left.

use crate::support::{Terminal, World, until};

#[test]
fn a_changed_script_is_explained_by_its_difference() {
    let mut world = World::new().environment("demo", |e| e.cached("echo one > /opt/f").run("true"));
    let image = world.build("demo").succeeds().line();
    let warm = world.prebake(["explain", "demo", "--json"]).run().succeeds().json();
    assert_eq!(warm["layers"][0]["cached"], true);
    assert_eq!(warm["warm"], true);

    world.change("demo", |e| e.cached("echo two > /opt/f"));
    let out = world.prebake(["explain", "demo"]).run().succeeds().out();
    assert!(out.contains("cold: cached preflight changed from `"), "{out}");
    assert!(out.contains("\n-echo one > /opt/f\n+echo two > /opt/f\n"), "{out}");
    let told = world.prebake(["explain", "demo", "--json"]).run().succeeds().json();
    let why = &told["layers"][0]["why"];
    assert_eq!(why["reason"], "changed", "{told}");
    assert_eq!(why["changes"].as_array().unwrap().len(), 1);
    assert_eq!(why["changes"][0]["input"], "cached preflight");
    assert_eq!(why["changes"][0]["to"], told["layers"][0]["script_sha256"]);
    let diff = told["newest"][0]["diffs"]["cached_preflight.sh"].as_str().unwrap();
    assert!(diff.contains("-echo one > /opt/f\n+echo two > /opt/f\n"), "{diff}");
    assert!(image.ends_with(told["newest"][0]["key"].as_str().unwrap()));

    // Back to what it was: warm again, without a bake.
    world.change("demo", |e| e.cached("echo one > /opt/f").run("false"));
    assert_eq!(world.status("demo")["warm"], true);
}

#[test]
fn each_changed_input_is_named() {
    let mut world = World::new().environment("demo", |e| e.cached("true"));
    world.build("demo").succeeds();
    let changed = |world: &World| {
        let told = world.prebake(["explain", "demo", "--json"]).run().succeeds().json();
        told["layers"][0]["why"]["changes"].to_string()
    };
    world.change("demo", |e| e.user("dev"));
    let user = changed(&world);
    assert!(user.contains("\"input\":\"user\"") && user.contains("\"to\":\"dev\""), "{user}");
    let other = world.base_with("other", &serde_json::json!({ "User": "dev" }));
    world.change("demo", |e| e.user("").base(&other));
    assert!(changed(&world).contains("\"input\":\"base image\""), "{}", changed(&world));

    let world = world.environment("fresh", |e| e.cached("echo never"));
    let told = world.prebake(["explain", "fresh"]).run().succeeds().out();
    assert!(told.contains("never baked"), "{told}");
}

#[test]
fn a_shell_shows_what_a_failed_bake_left() {
    let world = World::new()
        .environment("demo", |e| e.cached("echo half > /opt/half\nexit 3").user("root"));
    let id = world.id("demo");
    let early = world.prebake(["shell", "demo", "--failed"]).run().exits(125).error();
    assert!(early.starts_with("no failed bake of environment `"), "{early}");

    world.build("demo").exits(1);
    let call = world.prebake(["shell", "demo", "--failed"]);
    call.stdin("cat /opt/half; exit 4\n").run().exits(4).prints("half\n");

    let mut terminal =
        Terminal::open(&world, &format!("\"$PREBAKE\" shell {id} --failed; echo \"status $?\""));
    terminal.press("echo is $(cat /opt/half) $((6 * 7))\r").until("is half 42");
    terminal.press("exit 6\r").until("status 6");
    assert_eq!(terminal.ends(), 0);
    let kept = format!("prebake-failed-{id}-environment");
    until("the end of the kept container", || {
        let running = &world.docker().container(&kept).unwrap()["State"]["Running"];
        (running == false).then_some(())
    });

    // Looked into, it is still no more than what failed.
    world.build("demo").exits(1).says("at line 2 (exit 3)");
    assert!(world.docker().image(&world.image_of("demo")).is_none());
}

#[test]
fn a_shell_in_an_environment_has_what_a_task_has() {
    let world =
        World::new().environment("demo", |e| e.cached("echo baked > /opt/f").run("export A=1"));
    world.build("demo").succeeds();
    let id = world.id("demo");
    let mut terminal =
        Terminal::open(&world, &format!("\"$PREBAKE\" shell {id}; echo \"status $?\""));
    terminal.press("echo it is $(cat /opt/f) $A\r").until("it is baked 1");
    terminal.press("exit 7\r").until("status 7");
    assert_eq!(terminal.ends(), 0);
    world.assert_tidy("demo");
}
