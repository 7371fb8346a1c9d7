//! The settings preflight: before every run preflight, in the same shell, told by its own name,
//! and no part of any image.

use std::fs;

use crate::files::{given, outcomes};
use crate::support::World;

#[test]
fn it_runs_before_every_run_preflight_and_changes_no_key() {
    let mut world =
        World::new().environment("demo", |e| e.cached("echo a > /opt/a").run("export B=$A$A"));
    world.build("demo").succeeds();
    let image = world.image_of("demo");
    world = world.config_file("settings_preflight.sh", "cd /opt\nexport A=1\nexit 0\n");
    assert_eq!(
        (world.status("demo")["warm"].clone(), world.image_of("demo")),
        (true.into(), image)
    );
    let at_start = world.status("demo")["at_start"].clone();
    assert_eq!(at_start, serde_json::json!(["settings preflight", "run preflight"]));
    world
        .bash("demo", "echo $A $B $PWD; env | grep -ci prebake; ls -A /tmp")
        .prints("1 11 /opt\n0\n");

    let large = format!("# {}\nexport A=2\n", "x".repeat(60 * 1024));
    world = world.config_file("settings_preflight.sh", &large);
    world.bash("demo", "echo $A $B; ls -A /tmp").succeeds().prints("2 22\n");
}

#[test]
fn its_failure_is_told_by_its_own_name_and_line() {
    let mut world = World::new().environment("demo", |e| e.run("export B=1\nexit 0"));
    for (script, words) in [
        (
            "true\nexit 3\n",
            "settings preflight failed at line 2 (exit 3); the command was not started",
        ),
        ("set -e\n\nls /nonexistent\n", "settings preflight failed at line 3 (exit 2)"),
        ("true\nif\n", "settings preflight failed at line 3 (exit 2)"),
    ] {
        world = world.config_file("settings_preflight.sh", script);
        world.run("demo", &["echo", "started"]).exits(125).prints("").says(words);
    }
    world = world.config_file("settings_preflight.sh", "exit 0\n");
    world.write("demo", |e| e.run("true\n)\n"));
    world.run("demo", &["true"]).exits(125).says("run preflight failed at line 2 (exit 2)");
    fs::write(world.config().join("settings_preflight.sh"), b"\xff").unwrap();
    world.run("demo", &["true"]).exits(125).says("settings_preflight.sh:1:1");
}

#[test]
fn one_that_is_there_stays_unless_it_may_be_replaced() {
    let world = World::new().config_file("settings_preflight.sh", "mine\n");
    given(&world, "state.toml", "[settings]\npreflight_script = 'theirs'\n");
    let import =
        |more: &[&str]| world.prebake([&["import", "state.toml", "--json"], more].concat()).run();
    assert_eq!(
        import(&["--dry-run"]).succeeds().json()["settings_preflight"]["outcome"],
        "differs"
    );
    let kept = import(&[]).exits(1);
    assert_eq!(kept.json()["settings_preflight"]["outcome"], "kept");
    assert_eq!(fs::read_to_string(world.config().join("settings_preflight.sh")).unwrap(), "mine\n");
    let replaced = import(&["--overwrite"]).succeeds().json();
    assert_eq!(
        (outcomes(&replaced).len(), &replaced["settings_preflight"]["outcome"]),
        (0, &"overwritten".into())
    );
    let trash = world.state_files("trash");
    assert_eq!(fs::read_to_string(&trash[0]).unwrap(), "mine\n");
    assert_eq!(import(&[]).succeeds().json()["settings_preflight"]["outcome"], "unchanged");
}
