//! Scripts that fail: the line is named, the state kept, and a next build tries again.

use crate::support::{World, until};

#[test]
fn the_failing_line_and_its_status_are_named() {
    let cases: &[(&str, &str, &str)] = &[
        ("set-e", "set -e\ntrue\nls /nonexistent\necho no", " at line 3 (exit 2)"),
        ("exit", "true\nexit 42\n", " at line 2 (exit 42)"),
        ("last", "true\n\n\nfalse", " at line 4 (exit 1)"),
        ("syntax", "true\nif then\nfi", " at line 2 (exit 2)"),
        ("open", "true\necho 'never closed\n", "(exit "),
        ("loop", "set -e\nfor i in 1 2 3; do\n  [ $i -lt 2 ]\ndone", " at line 3 (exit 1)"),
        // Calls are told, not what is inside: a trap of ours in functions would change them.
        ("function", "set -e\nf() {\n  true\n  false\n}\ntrue\nf", " at line 7 (exit 1)"),
        ("unset", "set -u\ntrue\necho $nothing\n", " at line 3 (exit "),
        ("missing", "set -e\n\nno-such-command --now", " at line 3 (exit 127)"),
        ("killed", "true\nkill -9 $$", " at line 2 (exit 137)"),
        ("trap", "trap 'echo bye' EXIT\ntrue\nexit 6", " at line 3 (exit 6)"),
        ("pipe", "set -eo pipefail\nfalse | cat\necho no", " at line 2 (exit 1)"),
    ];
    let mut world = World::new();
    for (name, script, words) in cases {
        world.write(name, |e| {
            e.cached_exactly(&format!("{script}\n# {}", crate::support::unique()))
        });
        let failed = world.build(name).exits(1).prints("");
        let sentence = failed.error();
        assert!(sentence.starts_with("cached preflight failed"), "{name}: {sentence}");
        assert!(sentence.contains(words), "{name}: {sentence}");
        let image = world.image_of(name);
        assert!(world.docker().image(&image).is_none(), "{name} is tagged");
    }
}

#[test]
fn one_container_is_kept_and_the_next_build_tries_again() {
    let mut world = World::new().environment("demo", |e| e.cached("echo 1 > /opt/n; false"));
    let kept = format!("prebake-failed-{}-environment", world.id("demo"));
    world.build("demo").exits(1);
    let first = world.docker().container(&kept).unwrap();
    assert_eq!(first["State"]["Running"], false);

    let events = world.events("demo");
    world.build("demo").exits(1);
    assert_eq!(events.created(world.base()).len(), 1, "it was tried again");
    let second = world.docker().container(&kept).unwrap();
    assert_ne!(first["Id"], second["Id"]);
    assert_eq!(world.docker().containers(&world.label("demo")), [kept.as_str()]);

    world.change("demo", |e| e.cached("echo 2 > /opt/n; exit 5"));
    world.build("demo").exits(1);
    assert_eq!(world.docker().containers(&world.label("demo")), [kept.as_str()]);
    let state = world.docker().try_ask(["cp", &format!("{kept}:/opt/n"), "-"]).unwrap();
    assert!(crate::support::contains(&state, b"2\n"));

    world.change("demo", |e| e.cached("echo 3 > /opt/n"));
    world.build("demo").succeeds();
}

#[test]
fn a_script_that_leaves_processes_behind_ends_all_the_same() {
    let world = World::new().environment("demo", |e| {
        e.cached("sleep 300 &\n(trap '' HUP; sleep 300 & )\necho done > /opt/f")
    });
    let image = world.build("demo").succeeds().line();
    assert_eq!(world.docker().file(&image, "/opt/f").unwrap(), "done\n");
}

#[test]
fn a_bake_removed_by_somebody_else_is_told() {
    let world = World::new()
        .environment("demo", |e| e.cached(&format!("{}\necho end", crate::support::GATE)));
    let build = world.prebake(["build", "demo"]).start();
    let container = world.baking("demo");
    world.docker().ask(["rm", "-f", &container]);
    let ended = build.wait().exits(1);
    let sentence = ended.error();
    assert!(
        sentence.starts_with("the bake of the environment layer was cancelled from elsewhere"),
        "{sentence}"
    );
    world.assert_tidy("demo");
}

#[test]
fn a_bake_killed_from_outside_is_told_and_kept() {
    let world =
        World::new().environment("demo", |e| e.cached(&format!("true\n{}", crate::support::GATE)));
    let build = world.prebake(["build", "demo"]).start();
    let container = world.baking("demo");
    until("the second line", || build.err().contains("baking").then_some(()));
    world.docker().ask(["kill", &container]);
    let sentence = build.wait().exits(1).error();
    assert!(sentence.contains("killed from outside"), "{sentence}");
    assert_eq!(world.docker().containers(&world.label("demo")).len(), 1);
}
