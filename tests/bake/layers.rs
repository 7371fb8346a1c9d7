//! Two layers and two toggles: what is baked where, and what is left to the start of a task.

use serde_json::Value;

use crate::support::World;

/// What a task of the environment sees of the stages.
const LOOK: &str = "cat /opt/desktop; cat /opt/f; cat /tmp/desktop; echo $DISPLAY $A";
const SEEN: &str = "install\nsetup\nbaked\nstarted\n:7 1\n";

fn world(cache_desktop: bool, cache_container: bool) -> World {
    World::new().tiny_desktop().environment("demo", |e| {
        e.desktop(true, cache_desktop)
            .caching(cache_container)
            // It lies on the desktop, so it sees what the desktop's scripts left.
            .cached("[ -s /opt/desktop ] && echo baked > /opt/f")
            .run("export A=1")
    })
}

fn kinds(status: &Value) -> Vec<&str> {
    status["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|layer| layer["kind"].as_str().unwrap())
        .collect()
}

#[test]
fn both_cached_bakes_two_layers_each_by_itself() {
    let mut world = world(true, true);
    let events = world.events("demo");
    world.bash("demo", LOOK).succeeds().prints(SEEN);
    let status = world.status("demo");
    assert_eq!(kinds(&status), ["desktop", "environment"]);
    let bakes: Vec<Value> = events
        .created(world.base())
        .into_iter()
        .filter(|labels| labels["prebake.role"] == "bake")
        .collect();
    assert_eq!(bakes.len(), 2, "{bakes:?}");
    // An image of the upper layer has all of the lower one.
    let layer = |index: usize| {
        let image = status["layers"][index]["image"].as_str().unwrap();
        world.docker().image(image).unwrap()["RootFS"]["Layers"].as_array().unwrap().clone()
    };
    assert!(layer(1).starts_with(&layer(0)));

    let events = world.events("demo");
    world.change("demo", |e| e.cached("[ -s /opt/desktop ] && echo again > /opt/f"));
    world.build("demo").succeeds();
    let mut created = events.created(world.base());
    created.retain(|labels| labels["prebake.role"] == "bake");
    assert_eq!(created.len(), 1, "{created:?}");
    assert_eq!(created[0]["prebake.layer"], "environment");
    world.bash("demo", LOOK).succeeds().prints(&SEEN.replace("baked", "again"));
}

#[test]
fn only_the_desktop_cached() {
    let world = world(true, false);
    world.bash("demo", LOOK).succeeds().prints(SEEN);
    let status = world.status("demo");
    assert_eq!(kinds(&status), ["desktop"]);
    let image = status["run_image"].as_str().unwrap();
    assert!(image.starts_with("agent-runner-desktop:"));
    assert!(world.docker().file(image, "/opt/desktop").is_some());
    assert!(world.docker().file(image, "/opt/f").is_none());
}

#[test]
fn nothing_cached() {
    let world = world(false, false);
    world.bash("demo", LOOK).succeeds().prints(SEEN);
    let status = world.status("demo");
    assert_eq!(kinds(&status), [""; 0]);
    assert_eq!(status["run_image"], world.base());
    assert_eq!(world.docker().images(&world.label("demo")), [""; 0]);
}

#[test]
fn only_the_preflight_cached_does_not_see_the_desktop() {
    let world = World::new().tiny_desktop().environment("demo", |e| {
        e.desktop(true, false)
            .cached("[ ! -e /opt/desktop ] && echo baked > /opt/f")
            .run("export A=1")
    });
    world.bash("demo", LOOK).succeeds().prints(SEEN);
    let status = world.status("demo");
    assert_eq!(kinds(&status), ["environment"]);
    assert!(!status["run_image"].as_str().unwrap().contains(":desktop-"));
}

#[test]
fn a_failing_preflight_keeps_the_good_desktop() {
    let world = World::new().tiny_desktop().environment("demo", |e| {
        e.desktop(true, true)
            .cached("[ \"$HOSTNAME\" != prebake ] || exit 3\necho baked > /opt/f")
            .run("export A=1")
    });
    world.build("demo").exits(1);
    let status = world.status("demo");
    assert_eq!(status["layers"][0]["cached"], true, "{status}");
    assert_eq!(status["layers"][1]["cached"], false, "{status}");
    let events = world.events("demo");
    world.bash("demo", LOOK).succeeds().prints(SEEN).says("degraded: cached preflight failed");
    let created = events.created(world.base());
    let bakes = created.iter().filter(|labels| labels["prebake.role"] == "bake");
    let bakes: Vec<_> = bakes.map(|labels| &labels["prebake.layer"]).collect();
    assert_eq!(bakes, [""; 0], "a failure just seen is not waited for again");
    let task = created.iter().find(|labels| labels["prebake.role"] == "task").unwrap();
    assert_eq!(
        task["image"],
        world.docker().image(status["layers"][0]["image"].as_str().unwrap()).unwrap()["Id"]
    );
}

#[test]
fn a_failing_desktop_starts_on_the_base() {
    let world = World::new().tiny_desktop();
    let install = format!(
        "[ \"$HOSTNAME\" != prebake ] || exit 9\necho install > /opt/desktop\n# {}",
        world.token()
    );
    let world = world.config_file("desktop_install.sh", &install).environment("demo", |e| {
        e.desktop(true, true).cached("echo baked > /opt/f").run("export A=1")
    });
    let sentence = world.build("demo").exits(1).error();
    assert!(sentence.starts_with("desktop install failed at line 1 (exit 9)"), "{sentence}");
    world.bash("demo", LOOK).succeeds().prints(SEEN).says("degraded: desktop install failed");
}

#[test]
fn a_lost_desktop_image_is_not_baked_again_below_a_baked_environment() {
    let world = world(true, true);
    world.build("demo").succeeds();
    let desktop = world.status("demo")["layers"][0]["image"].as_str().unwrap().to_owned();
    world.docker().ask(["rmi", &desktop]);
    let events = world.events("demo");
    world.bash("demo", LOOK).succeeds().prints(SEEN);
    let bakes = events.created(world.base());
    assert!(bakes.iter().all(|labels| labels["prebake.role"] == "task"), "{bakes:?}");
    let status = world.status("demo");
    assert_eq!((&status["warm"], &status["layers"][0]["cached"]), (&true.into(), &false.into()));
    assert_eq!(status["layers"][0]["why"]["reason"], "not_needed");
}
