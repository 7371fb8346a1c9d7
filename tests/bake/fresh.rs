//! Stale layers: a base that moved, and layers that are too old. They serve until the new ones are
//! complete, and nobody waits for those unless asked to.

use serde_json::{Value, json};

use crate::support::{GATE, Registry, World, until};

/// The configuration of a base that says who it is. It is the world's own: what is the same in two
/// worlds would be one image.
fn config(world: &World, says: &str) -> Value {
    let path = "PATH=/usr/local/bin:/usr/bin:/bin";
    json!({ "Env": [path, format!("BASE={says}"), format!("WORLD={}", world.token())] })
}

/// Has the base image `moving` of a world say who it is; the one that had the name keeps another.
fn move_base(world: &mut World, says: &str) -> String {
    let name = format!("prebake-test-{}:moving", world.token());
    if let Some(before) = world.docker().image(&name) {
        let id = before["Id"].as_str().unwrap().to_owned();
        let kept = format!("prebake-test-{}:before-{says}", world.token());
        world.docker().ask(["tag", &id, &kept]);
        world.owns_image(&kept);
    }
    let config = config(world, says);
    assert_eq!(world.base_with("moving", &config), name);
    name
}

/// A world whose environment was baked on a base that has moved since; its script needs the gate.
fn moved(script: &str) -> World {
    let mut world = World::new();
    let base = move_base(&mut world, "one");
    world.write("demo", |e| e.base(&base).cached(script));
    if script.contains(GATE) {
        let first = world.prebake(["build", "demo"]).start();
        world.open_gate("demo");
        first.wait().succeeds();
    } else {
        world.build("demo").succeeds();
    }
    move_base(&mut world, "two");
    world
}

/// Waits until nothing of the environment is stale and whoever baked it has ended.
fn settled(world: &World) {
    until("fresh layers", || world.status("demo")["stale"].is_null().then_some(()));
    until("the end of whoever baked them", || world.state_files("locks").is_empty().then_some(()));
}

#[test]
fn a_stale_base_serves_starts_before_during_and_after_the_bake_of_the_new_one() {
    let world = moved(&format!("{GATE}\necho $BASE > /opt/f"));
    let status = world.status("demo");
    assert_eq!((&status["warm"], &status["layers"][0]["cached"]), (&true.into(), &false.into()));
    assert_eq!(status["layers"][0]["why"]["reason"], "base_moved");
    assert_ne!(status["stale"]["image"], status["run_image"]);
    let text = world.prebake(["status", "demo"]).run().succeeds().out();
    assert!(text.contains("◐ stale") && text.contains("the base moved from `sha256:"), "{text}");

    // Before: it starts at once, and has the new one baked behind it.
    let before = world.bash("demo", "cat /opt/f").succeeds().prints("one\n");
    before.says("stale: starting on `agent-runner-env:").says("is baked behind it");
    // During: nobody bakes it twice.
    let container = world.baking("demo");
    let during = world.bash("demo", "cat /opt/f").succeeds().prints("one\n");
    during.says("the new one is being baked");
    assert_eq!(world.baking("demo"), container);
    world.open_gate("demo");
    settled(&world);
    // After.
    let after = world.bash("demo", "cat /opt/f").succeeds().prints("two\n");
    after.does_not_say("stale");
    let starts = world.history("demo").into_iter().filter(|it| it["kind"] == "start");
    let starts: Vec<_> = starts.map(|it| (it["outcome"].clone(), !it["why"].is_null())).collect();
    assert_eq!(starts, [("hit".into(), false), ("hit".into(), true), ("hit".into(), true)]);
    world.assert_tidy("demo");
}

#[test]
fn whoever_asks_for_fresh_layers_waits_for_them() {
    let world = moved("echo $BASE > /opt/f");
    let fresh = world.prebake(["run", "demo", "--fresh", "--", "cat", "/opt/f"]).run().succeeds();
    fresh.prints("two\n").does_not_say("stale");
    world.assert_tidy("demo");
}

#[test]
fn a_changed_script_is_not_stale_but_cold() {
    let mut world = moved("echo $BASE > /opt/f");
    world.change("demo", |e| e.cached("echo other > /opt/f"));
    let status = world.status("demo");
    assert_eq!((&status["warm"], &status["stale"]), (&false.into(), &json!(null)));
    world.bash("demo", "cat /opt/f").succeeds().prints("other\n").does_not_say("stale");
}

#[test]
fn layers_that_are_never_stale_for_a_task_stay_until_a_person_builds() {
    let mut world = moved("echo $BASE > /opt/f");
    world.change("demo", |e| e.freshness("never"));
    let start = world.bash("demo", "cat /opt/f").succeeds().prints("one\n");
    start.says("`prebake build demo-");
    // Nothing was left behind that bakes, or it would have made a container by its end.
    world.assert_tidy("demo");
    assert!(world.history("demo").iter().filter(|it| it["kind"] == "bake").count() == 1);
    world.build("demo").succeeds().says("the base moved");
    world.bash("demo", "cat /opt/f").succeeds().prints("two\n").does_not_say("stale");
}

#[test]
fn both_layers_on_the_base_that_was_serve_together() {
    let mut world = World::new().tiny_desktop();
    let base = move_base(&mut world, "one");
    world.write("demo", |e| e.base(&base).desktop(true, true).cached("echo $BASE > /opt/f"));
    world.build("demo").succeeds();
    move_base(&mut world, "two");
    let reasons = |world: &World| {
        let status = world.status("demo");
        let layers = status["layers"].as_array().unwrap().iter();
        layers.map(|layer| layer["why"]["reason"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(reasons(&world), ["base_moved", "base_moved"]);
    world.bash("demo", "cat /opt/f").succeeds().prints("one\n").says("stale");
    settled(&world);
    assert_eq!(reasons(&world), [json!(null), json!(null)]);
    world.bash("demo", "cat /opt/f").succeeds().prints("two\n");
}

#[test]
fn a_bake_behind_that_failed_is_told_and_not_tried_at_every_start() {
    let world = moved("[ $BASE = one ]\necho $BASE > /opt/f\n[ $BASE = one ]");
    world.bash("demo", "cat /opt/f").succeeds().prints("one\n").says("is baked behind it");
    until("the failure", || world.status("demo")["layers"][0]["failed"].is_object().then_some(()));
    until("the end of whoever baked it", || world.state_files("locks").is_empty().then_some(()));
    let again = world.bash("demo", "cat /opt/f").succeeds().prints("one\n");
    again.says("the new one is not baked: cached preflight failed at line 3");
    assert_eq!(world.docker().containers(&world.label("demo")).len(), 1, "one is kept");
}

#[test]
fn a_layer_that_is_too_old_is_baked_anew_under_its_name_and_disturbs_no_task() {
    let mut world =
        World::new().environment("demo", |e| e.cached("cat /proc/sys/kernel/random/uuid > /opt/f"));
    let image = world.build("demo").succeeds().line();
    world.make_old(&image);
    let old = world.docker().image(&image).unwrap()["Id"].clone();
    assert!(world.status("demo")["stale"].is_null(), "no age is too old by itself");
    world.change("demo", |e| e.freshness("7d"));
    let status = world.status("demo");
    let layer = &status["layers"][0];
    assert_eq!(layer["why"]["reason"], "too_old");
    assert_eq!(layer["why"]["made"], "2020-01-01T00:00:00Z");
    assert_eq!((&layer["made"], &layer["image_id"]), (&"2020-01-01T00:00:00Z".into(), &old));
    assert_eq!((&status["stale"]["image"], &status["warm"]), (&image.clone().into(), &true.into()));

    let script = format!("cat /opt/f; {GATE}; cat /opt/f");
    let task = world.run_in_background("demo", &script);
    task.until_err("is baked behind it").until_out("\n");
    settled(&world);
    let new = world.docker().image(&image).unwrap()["Id"].clone();
    assert_ne!(new, old);
    let running = world.docker().lines([
        "ps",
        "-q",
        "--filter",
        &format!("label={}", world.label("demo")),
        "--filter",
        "label=prebake.role=task",
    ]);
    world.docker().open_gate(&running[0]);
    let lines = task.wait().succeeds().out();
    let lines: Vec<_> = lines.lines().collect();
    assert_eq!((lines.len(), lines[0]), (2, lines[1]), "its files stay what they were");
    let after = world.bash("demo", "cat /opt/f").succeeds().does_not_say("stale");
    assert_ne!(after.line(), lines[0]);
}

#[test]
fn a_registry_that_does_not_answer_is_told_with_what_to_do() {
    let world =
        World::new().environment("demo", |e| e.base("127.0.0.1:1/nothing:1").cached("true"));
    let told = world.prebake(["status", "demo", "--check-base"]).run().exits(1);
    let error = told.error();
    assert!(
        error.starts_with("cannot ask the registry about base image `127.0.0.1:1/nothing:1`: ")
    );
    assert!(error.contains("connection refused") && error.contains("`docker login`"), "{error}");
    let told = world.prebake(["status", "demo", "--check-base", "--json"]).run().exits(1).json();
    assert!(told["base"]["registry"]["error"].as_str().unwrap().contains("cannot ask"), "{told}");
    assert_eq!(told["base"]["registry"]["moved"], json!(null));
    assert_eq!(world.status("demo")["base"]["registry"], json!(null), "nobody asked");
}

#[test]
fn a_base_that_moved_at_its_registry_is_told_and_pulled_on_request() {
    let mut world = World::new();
    let registry = Registry::start();
    let configs = ["one", "two"].map(|says| config(&world, says));
    let says = |at: usize| registry.push("moving", "1", &configs[at]);
    let base = says(0);
    world.write("demo", |e| e.base(&base).cached("echo $BASE > /opt/f"));
    world.build("demo").succeeds().says("pulling");
    let own = |world: &mut World| {
        let image = world.docker().image(&base).unwrap();
        world.owns_image(image["Id"].as_str().unwrap());
    };
    own(&mut world);
    let check = |world: &World| {
        let told = world.prebake(["status", "demo", "--check-base", "--json"]).run().succeeds();
        told.json()["base"]["registry"]["moved"].clone()
    };
    assert_eq!(check(&world), false);

    says(1);
    assert_eq!(check(&world), true);
    let text = world.prebake(["status", "demo", "--check-base"]).run().succeeds().out();
    assert!(text.contains("moved at its registry to sha256:"), "{text}");
    // What is not pulled is not stale.
    world.bash("demo", "cat /opt/f").succeeds().prints("one\n").does_not_say("stale");
    world.prebake(["build", "demo", "--pull"]).run().succeeds().says("the base moved");
    own(&mut world);
    world.bash("demo", "cat /opt/f").succeeds().prints("two\n");
    assert_eq!(check(&world), false);
}
