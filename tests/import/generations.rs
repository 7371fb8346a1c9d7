//! A folder with one file of each generation and neighbour: all of it is listed, and each
//! environment builds and runs.

use std::fs;

use crate::files::{fixture, given, outcomes};
use crate::support::{World, files_below};

/// The names of the environments in the folder, in the order in which they are found.
const NAMES: [&str; 6] = ["toml", "state", "listed", "dev", "pod", "single"];

/// A world with the folder, its placeholders replaced.
fn world() -> World {
    let mut world = World::new();
    for name in NAMES {
        world = world.expects(name);
    }
    for volume in ["listed-cache", "dev"] {
        let volume = format!("{volume}-{}", world.token());
        world.owns_volume(&volume);
    }
    let folder = fixture("");
    for path in files_below(&folder) {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        let text = text.replace("@TOKEN@", world.token()).replace("@BASE@", world.base());
        given(&world, &format!("pod-{}/{name}", world.token()), text);
    }
    world
}

#[test]
fn each_is_listed_and_builds_and_runs() {
    let world = world();
    let folder = format!("pod-{}", world.token());
    let shown = world.prebake(["import", &folder, "--dry-run", "--json"]).run().succeeds().json();
    let mut wanted: Vec<String> =
        NAMES.iter().map(|name| format!("{} new", world.id(name))).collect();
    wanted.push("preflight new".to_owned());
    assert_eq!(outcomes(&shown), wanted);
    assert_eq!(shown["settings_preflight"]["outcome"], "new");
    assert_eq!(shown["faults"].as_array().unwrap().len(), 0);

    let imported = world.prebake(["import", &folder]).run().succeeds();
    imported.says("settings_preflight.sh` runs before the run preflight of every environment");
    let listed = world.prebake(["list", "--json"]).run().succeeds().json();
    assert_eq!(listed["environments"].as_array().unwrap().len(), wanted.len());

    for (name, found) in [
        ("toml", "settings tabled"),
        ("state", "at the start"),
        ("listed", "baked"),
        ("single", "single"),
        ("dev", "text\na list of\n/tmp/one\n/tmp/two\ndev"),
        ("pod", "ran pod\n"),
    ] {
        world.build(name).succeeds();
        world.bash(name, "echo \"$FOUND\"").succeeds().prints(&format!("{found}\n"));
    }
    // A stage of the devcontainer is where it belongs: baked once, or run at every start.
    let status = world.status("dev");
    assert_eq!((&status["layers"][0]["cached"], &status["warm"]), (&true.into(), &true.into()));
    world
        .run("listed", &["bash", "-c", "echo $LEVEL $RETRIES $BEFORE; test -d /cache"])
        .prints("info 3 settings\n");
}

#[test]
fn container_caching_without_anything_to_bake_offers_the_split() {
    let world = World::new().expects("old");
    let id = world.id("old");
    let text = format!(
        r#"[{{"env_id": "{id}", "base_image": "{}", "cache_container_build": true,
            "preflight_enabled": true, "preflight_script": "export OLD=1\n"}}]"#,
        world.base()
    );
    given(&world, "environments.json", text);
    world
        .prebake(["import", "environments.json"])
        .run()
        .succeeds()
        .says(&format!("`prebake split {id}` divides it"));
    let ran = world.bash("old", "echo $OLD").succeeds().prints("1\n");
    ran.says("container caching of environment").says("there is nothing to bake");
    let file = fs::read_to_string(world.path_of("old")).unwrap();
    assert!(
        file.contains("preflight_enabled: true\npreflight_script: |\n  export OLD=1\n"),
        "{file}"
    );
}
