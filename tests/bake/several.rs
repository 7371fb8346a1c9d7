//! Builds of several environments by one client: a few at a time, in order, and again when they
//! are saved.

use std::fs;

use serde_json::Value;

use crate::support::{GATE, Running, World, until};

/// The events of a file: name, and environment if it tells one.
fn events(world: &World, file: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(world.cwd().join(file)).unwrap();
    let read = |line: &str| {
        let event: Value = serde_json::from_str(line).unwrap();
        let word = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
        (word("event"), word("environment"))
    };
    text.lines().map(read).collect()
}

/// The bakes of an environment that its history knows, newest first.
fn bakes(world: &World, name: &str) -> Vec<String> {
    let entries = world.history(name).into_iter().filter(|entry| entry["kind"] == "bake");
    entries.map(|entry| entry["outcome"].as_str().unwrap().to_owned()).collect()
}

/// Two environments with one layer, and a build of both that waits in its bake: with the name of
/// the one whose bake it is, and of the one that joined it.
fn sharing(options: &[&str]) -> (World, Running, &'static str, &'static str) {
    let world = World::new();
    let script = format!("{GATE}\nmktemp /opt/f.XXX\n# {}", world.token());
    let world = world
        .environment("a", |e| e.cached_exactly(&script))
        .environment("b", |e| e.cached_exactly(&script));
    let both = world.prebake([&["build", "a", "b"], options].concat()).start();
    both.until_err("joining the bake of").until_err("baking environment layer");
    let bakes = |name: &&str| !world.docker().containers(&world.label(name)).is_empty();
    let owners: Vec<_> = ["a", "b"].into_iter().filter(bakes).collect();
    assert_eq!(owners.len(), 1, "{owners:?}");
    let joined = if owners[0] == "a" { "b" } else { "a" };
    (world, both, owners[0], joined)
}

#[test]
fn all_are_built_as_many_at_a_time_as_the_settings_say_and_a_failure_stops_none() {
    let world = World::new()
        .config_file("settings.toml", "bake_limit = 1\n")
        .environment("a", |e| e.cached("echo from a > /opt/f; cat /opt/f"))
        .environment("b", |e| e.cached("echo from b; exit 3"))
        .environment("c", |e| e.cached("echo from c > /opt/f"))
        .environment("off", |e| e.cached("echo off").caching(false))
        .environment("empty", |e| e);
    let built = world.prebake(["build", "--all", "--events", "events"]).run().exits(1);
    let (a, b, c) = (world.id("a"), world.id("b"), world.id("c"));
    let images: Vec<_> = ["a", "c"].map(|name| world.image_of(name)).into();
    let built = built.prints(&format!("{a}\t{}\n{c}\t{}\n", images[0], images[1]));
    let built = built.says(&format!("{a} | from a\n")).says(&format!("{b} | from b\n"));
    built
        .says(&format!("{b} | error: cached preflight failed at line 1 (exit 3)"))
        .says(&format!("2 built, 1 failed: {b}\n"));
    let events = events(&world, "events");
    let ends: Vec<_> = events.iter().filter(|it| it.0 == "build_ended").map(|it| &it.1).collect();
    assert_eq!(ends, [&a, &b, &c]);
    // One at a time: nothing is heard of one before all of the one before it.
    let named = events.iter().map(|it| &it.1).filter(|id| !id.is_empty());
    let mut order: Vec<_> = named.collect();
    order.dedup();
    assert_eq!(order, [&a, &b, &c]);
    assert_eq!(events.last().unwrap().0, "builds_ended");

    // What is there is no work, and what failed is tried again.
    world.prebake(["build", "a", "b"]).run().exits(1).says(&format!("1 built, 1 failed: {b}\n"));
    assert_eq!(bakes(&world, "a"), ["baked"]);
    assert_eq!(bakes(&world, "b"), ["failed", "failed"]);
}

#[test]
fn one_layer_of_two_environments_is_baked_once() {
    let (world, both, owner, _) = sharing(&[]);
    world.open_gate(owner);
    let out = both.wait().succeeds().out();
    let images: Vec<_> = out.lines().map(|line| line.split_once('\t').unwrap().1).collect();
    assert_eq!((images.len(), images[0]), (2, images[1]));
}

#[test]
fn ctrl_c_ends_those_that_go_on_and_begins_no_other() {
    let world = World::new()
        .config_file("settings.toml", "bake_limit = 1\n")
        .environment("a", |e| e.cached(GATE))
        .environment("b", |e| e.cached(GATE));
    let building = world.prebake(["build", "a", "b"]).start();
    world.baking("a");
    building.signal("INT");
    let ended = building.wait().exits(130);
    ended.says("was cancelled").says(&format!("0 built, 2 not built: {}, ", world.id("a")));
    world.assert_tidy("a");
    world.assert_tidy("b");
    assert_eq!(bakes(&world, "b"), [""; 0]);
}

#[test]
fn a_save_builds_again_if_it_changes_what_is_baked() {
    let mut world = World::new().environment("demo", |e| e.cached("echo 1 > /opt/f"));
    let watching = world.prebake(["build", "demo", "--watch"]).start();
    watching.until_err("waiting for an environment to be saved");
    // Neither a run preflight nor a broken file is any work; the next save is.
    world.change("demo", |e| e.run("echo started"));
    fs::write(world.path_of("demo"), "version: 1\nbase_image: [").unwrap();
    watching.until_err(".yaml:2:");
    world.change("demo", |e| e.cached("echo 2 > /opt/f"));
    let second = world.image_of("demo");
    watching.until_out(&second);
    assert_eq!(bakes(&world, "demo"), ["baked", "baked"]);
    watching.signal("INT");
    watching.wait().succeeds().says("1 built\n");
    world.assert_tidy("demo");
}

#[test]
fn a_save_during_a_bake_takes_its_place_with_what_was_asked_for() {
    let mut world = World::new().environment("demo", |e| e.cached("echo 2 > /opt/f"));
    world.build("demo").succeeds();
    world.change("demo", |e| e.cached(&format!("{GATE}\necho 1")));
    let watching = world.prebake(["build", "demo", "--no-cache", "--watch"]).start();
    let first = world.baking("demo");
    world.change("demo", |e| e.cached("echo 2 > /opt/f"));
    watching.until_err("saved meanwhile: this bake is stopped");
    watching.until_out(&world.image_of("demo"));
    assert!(world.docker().container(&first).is_none());
    // Its image was there, and no cache was to be used.
    until("what was cancelled in the history", || {
        (bakes(&world, "demo") == ["baked", "cancelled", "baked"]).then_some(())
    });
    watching.signal("INT");
    watching.wait().succeeds().says("1 built\n");
    world.assert_tidy("demo");
}

#[test]
fn who_loses_a_shared_bake_by_a_save_bakes_by_itself() {
    let (mut world, watching, owner, joined) = sharing(&["--watch"]);
    world.change(owner, |e| e.cached("echo saved"));
    watching.until_err(&format!("{} | the bake that it had joined was stopped", world.id(joined)));
    world.open_gate(joined);
    for name in [owner, joined] {
        watching.until_out(&format!("{}\t{}\n", world.id(name), world.image_of(name)));
    }
    watching.signal("INT");
    watching.wait().succeeds().says("2 built\n").does_not_say("elsewhere");
    world.assert_tidy(owner);
    world.assert_tidy(joined);
}

#[test]
fn ctrl_c_during_a_shared_bake_is_no_failure() {
    let (world, building, owner, joined) = sharing(&[]);
    building.signal("INT");
    building.wait().exits(130).says("0 built, 2 not built: ").does_not_say("elsewhere");
    world.assert_tidy(owner);
    world.assert_tidy(joined);
}

#[test]
fn a_bake_that_somebody_else_cancels_is_a_failure() {
    let world =
        World::new().environment("a", |e| e.cached(GATE)).environment("b", |e| e.cached("echo b"));
    let building = world.prebake(["build", "a", "b"]).start();
    building.until_out(&world.image_of("b"));
    world.baking("a");
    let other = world.prebake(["build", "a"]).start();
    other.until_err("joining the bake of");
    other.signal("INT");
    other.wait().exits(130);
    let a = world.id("a");
    building
        .wait()
        .exits(1)
        .says(&format!(
            "{a} | error: the bake of the environment layer was cancelled from elsewhere"
        ))
        .says(&format!("1 built, 1 failed: {a}\n"));
}

#[test]
fn a_file_that_cannot_be_read_is_a_failure_and_stops_no_other() {
    let mut world = World::new()
        .environment("a", |e| e.cached("echo a"))
        .environment("b", |e| e.cached("echo 1"));
    let watching = world.prebake(["build", "a", "b", "--watch"]).start();
    watching.until_err("waiting for an environment to be saved");
    fs::write(world.path_of("a"), "version: 1\nbase_image: [").unwrap();
    watching.until_err(".yaml:2:");
    world.change("b", |e| e.cached("echo 2"));
    watching.until_out(&world.image_of("b"));
    watching.signal("INT");
    let counted = format!("1 not read: {}.yaml\n", world.id("a"));
    watching.wait().exits(1).says(&format!("2 built, {counted}"));

    let all = world.prebake(["build", "--all", "--events", "events"]).run().exits(1);
    all.says(".yaml:2:").says(&format!("1 built, {counted}"));
    let text = fs::read_to_string(world.cwd().join("events")).unwrap();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last["event"], "builds_ended");
    assert_eq!(last["unread"], serde_json::json!([world.path_of("a")]));
}

#[test]
fn what_is_removed_or_switched_off_while_all_are_watched_is_stopped() {
    let mut world = World::new()
        .environment("removed", |e| e.cached(&format!("{GATE}\necho removed")))
        .environment("off", |e| e.cached(&format!("{GATE}\necho off")));
    let watching = world.prebake(["build", "--all", "--watch"]).start();
    world.baking("removed");
    world.baking("off");
    fs::remove_file(world.path_of("removed")).unwrap();
    world.change("off", |e| e.caching(false));
    for name in ["removed", "off"] {
        watching.until_err(&format!("{} | removed, or nothing of it is baked", world.id(name)));
    }
    watching.until_err("waiting for an environment to be saved");
    for name in ["removed", "off"] {
        world.assert_tidy(name);
    }
    watching.signal("INT");
    watching.wait().succeeds().says("no environment has anything to bake\n");
}

#[test]
fn an_environment_that_is_made_while_all_are_watched_is_built_too() {
    let mut world = World::new().environment("a", |e| e.cached("echo a"));
    let watching = world.prebake(["build", "--all", "--watch"]).start();
    watching.until_out(&world.image_of("a"));
    world.write("b", |e| e.cached("echo b"));
    watching.until_out(&world.image_of("b"));
    watching.signal("INT");
    watching.wait().succeeds().says("2 built\n");
}

#[test]
fn several_are_left_to_themselves_in_one_process() {
    let world = World::new()
        .environment("a", |e| e.cached("echo a"))
        .environment("b", |e| e.cached("echo b"));
    world.prebake(["build", "a", "b", "--detach"]).run().succeeds().says("in the background");
    for name in ["a", "b"] {
        until("a warm environment", || (world.status(name)["warm"] == true).then_some(()));
    }
    until("the end of it", || world.state_files("locks").is_empty().then_some(()));
}
