//! Names and tags that somebody else has, or moves.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::support::{GATE, World};

/// The name of the container that bakes a key.
fn bake_container(key: &str) -> String {
    format!("prebake-bake-{}", &hex::encode(Sha256::digest(key))[..32])
}

#[test]
fn a_bake_name_that_is_not_ours_is_a_sentence_and_left_alone() {
    let world =
        World::new().environment("demo", |e| e.cached("echo baked > /opt/f").run("export A=1"));
    let status = world.status("demo");
    let name = bake_container(status["layers"][0]["key"].as_str().unwrap());
    let label = format!("--label={}", world.label("demo"));
    let theirs =
        world.docker().ask(["create", "--name", &name, &label, world.base(), "sleep", "9"]);

    let sentence = world.build("demo").exits(1).error();
    assert_eq!(
        sentence,
        format!(
            "container `{name}` has the name of this bake but is not prebake's; remove or rename it: `docker rename {name} OTHER`"
        )
    );
    assert_eq!(world.docker().container(&name).unwrap()["Id"], theirs.as_str());
    // A task starts all the same, and says why it is slow.
    world
        .bash("demo", "cat /opt/f; echo $A")
        .succeeds()
        .prints("baked\n1\n")
        .says("degraded: container `");

    world.docker().ask(["rename", &name, &format!("other-{}", world.token())]);
    world.build("demo").succeeds();
}

#[test]
fn the_container_of_a_bake_has_the_name_of_its_key() {
    let world = World::new().environment("demo", |e| e.cached(GATE));
    let status = world.status("demo");
    let name = bake_container(status["layers"][0]["key"].as_str().unwrap());
    let build = world.prebake(["build", "demo"]).start();
    world.baking("demo");
    assert_eq!(world.docker().containers(&world.label("demo")), [name]);
    world.open_gate("demo");
    build.wait().succeeds();
}

#[test]
fn a_base_tag_moved_while_it_is_baked_changes_nothing_of_the_bake() {
    let mut world = World::new();
    let env = |value: &str| json!({ "Env": ["PATH=/usr/bin:/bin", format!("V={value}")] });
    let moving = world.base_with("moving", &env("1"));
    let old = world.docker().image(&moving).unwrap()["Id"].as_str().unwrap().to_owned();
    world.write("demo", |e| e.base(&moving).cached(&format!("{GATE}\necho $V > /opt/v")));
    let planned = world.image_of("demo");
    let run = world.run_in_background("demo", "cat /opt/v; echo $V");
    world.baking("demo");
    world.base_with("moving", &env("2"));
    world.open_gate("demo");
    run.wait().succeeds().prints("1\n1\n");
    assert_eq!(world.docker().file(&planned, "/opt/v").unwrap(), "1\n");

    // The next start that waits for fresh layers sees the move.
    let print = "cat /opt/v; echo $V";
    let run = world.prebake(["run", "demo", "--fresh", "--", "bash", "-c", print]).start();
    world.open_gate("demo");
    run.wait().succeeds().prints("2\n2\n");
    world.docker().try_ask(["rmi", "-f", &planned]);
    world.owns_image(&old);
}

#[test]
fn an_image_removed_after_its_bake_is_baked_again() {
    let world = World::new().environment("demo", |e| e.cached("echo baked > /opt/f"));
    let image = world.build("demo").succeeds().line();
    world.docker().ask(["rmi", "-f", &image]);
    assert_eq!(world.status("demo")["layers"][0]["cached"], false);
    world.run("demo", &["cat", "/opt/f"]).succeeds().prints("baked\n");
    assert!(world.docker().image(&image).is_some());
}
