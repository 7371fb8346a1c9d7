//! A container of a real engine becomes an environment whose tasks are like it.

use crate::files::outcomes;
use crate::support::World;

#[test]
fn a_container_made_by_hand_becomes_an_environment() {
    let mut world = World::new().expects("adopted");
    let id = world.id("adopted");
    let volume = format!("adopted-{}", world.token());
    world.owns_volume(&volume);
    let (label, mount) = (world.label("adopted"), format!("{volume}:/keep:ro"));
    let container = world.docker().ask([
        "run",
        "-d",
        "--name",
        &id,
        "--label",
        &label,
        "-e",
        "LEVEL=de bug",
        "-e",
        "TASK_ID=7",
        "-v",
        &mount,
        "-v",
        "/unnamed",
        "-w",
        "/srv",
        "-p",
        "127.0.0.1::80",
        "--restart=on-failure",
        world.base(),
        "bash",
        "-c",
        "echo changed > /etc/changed; echo \"$LEVEL $PWD\"; sleep 600",
    ]);
    crate::support::until("the container's file", || {
        world.docker().try_ask(["exec", &container, "test", "-e", "/etc/changed"])
    });
    let adopt = |more: &[&str]| {
        world.prebake([&["adopt", &id, "--json"], more].concat()).run().succeeds().json()
    };
    let shown = adopt(&["--dry-run"]);
    assert_eq!(outcomes(&shown), [format!("{id} new")]);
    let manifest = &shown["environments"][0]["manifest"];
    assert_eq!(manifest["base_image"], world.base());
    assert_eq!(manifest["env_vars"], serde_json::json!({ "LEVEL": "de bug" }));
    assert_eq!(manifest["mounts"], serde_json::json!([format!("{volume}:/keep:ro")]));
    assert_eq!((&manifest["workdir"], &manifest["ports"][0]), (&"/srv".into(), &"80".into()));
    let notes = shown["environments"][0]["notes"].as_array().unwrap();
    let left = notes
        .iter()
        .filter(|note| note["fate"] == "left")
        .map(|note| note["field"].as_str().unwrap());
    let mut left: Vec<&str> = left.collect();
    left.sort_unstable();
    assert_eq!(left.len(), 4, "{left:?}");
    assert!(left.contains(&"restart") && left.contains(&"files"), "{left:?}");

    assert_eq!(outcomes(&adopt(&[])), [format!("{id} imported")]);
    assert_eq!(outcomes(&adopt(&[])), [format!("{id} unchanged")]);
    world
        .run("adopted", &["bash", "-c", "echo \"$LEVEL $PWD\"; touch /keep/x"])
        .prints("de bug /srv\n");
    world
        .prebake(["adopt", "no-such-container"])
        .run()
        .exits(1)
        .says("there is no container `no-such-container`");
    world.docker().ask(["rm", "-fv", &container]);
}
