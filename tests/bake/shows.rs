//! What a person sees who has a new environment: the first build, the second, a task, the status,
//! a change, a failure.

use serde_json::json;

use crate::support::World;

/// An environment as in the README.
fn demo() -> World {
    World::new().environment("demo", |e| {
        e.cached("#!/bin/bash\necho baked > /opt/f").run("export GREETING=hi\n")
    })
}

#[test]
fn a_build_prints_the_image_and_a_second_build_makes_no_container() {
    let world = demo();
    let first = world.build("demo").succeeds().line();
    assert!(first.starts_with("agent-runner-env:"), "{first}");
    assert!(world.docker().image(&first).is_some());
    world.assert_tidy("demo");

    let events = world.events("demo");
    assert_eq!(world.build("demo").succeeds().line(), first);
    assert_eq!(events.created(world.base()), Vec::<serde_json::Value>::new());
}

#[test]
fn a_task_has_what_was_baked_and_what_its_preflight_exports() {
    let world = demo();
    let run = world.bash("demo", "cat /opt/f; echo $GREETING $TASK_ID").succeeds();
    let out = run.out();
    let lines: Vec<&str> = out.lines().collect();
    let [baked, greeting] = lines[..] else { panic!("{out}") };
    let id = greeting.strip_prefix("hi ").unwrap();
    assert_eq!(baked, "baked");
    assert!(id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    world.bash("demo", "exit 7").exits(7);
    world.assert_tidy("demo");
}

#[test]
fn the_status_tells_each_layer_and_follows_the_cached_script_only() {
    let mut world = demo();
    let image = world.build("demo").succeeds().line();
    let status = world.status("demo");
    let layer = &status["layers"][0];
    assert_eq!(status["environment"], world.id("demo"));
    assert_eq!(status["base"]["reference"], world.base());
    assert_eq!(status["base"]["id"], world.docker().image(world.base()).unwrap()["Id"]);
    assert_eq!(status["run_image"], image.as_str());
    assert_eq!(layer["kind"], "environment");
    assert_eq!(layer["image"], image.as_str());
    assert_eq!(format!("agent-runner-env:{}", layer["key"].as_str().unwrap()), image);
    assert_eq!(layer["cached"], true);
    for digest in ["script_sha256", "recipe_sha256"] {
        let digest = layer[digest].as_str().unwrap();
        assert!(digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    world.change("demo", |e| e.run("export GREETING=hello\n").variable("A", "1"));
    assert_eq!(world.status("demo")["layers"][0]["cached"], true);
    world.change("demo", |e| e.cached("#!/bin/bash\necho changed > /opt/f"));
    let status = world.status("demo");
    assert_eq!(status["layers"][0]["cached"], false);
    assert_ne!(status["run_image"], image.as_str());
    assert_eq!(status["warm"], json!(false));
}

#[test]
fn a_failing_script_is_named_kept_and_started_without() {
    let world = World::new().environment("demo", |e| {
        e.cached("#!/bin/bash\necho one > /opt/one\nfalse || exit 4\necho two > /opt/two")
            .run("export GREETING=hi")
    });
    let failed = world.build("demo").exits(1).prints("");
    let id = world.id("demo");
    let sentence = failed.error();
    assert!(sentence.starts_with("cached preflight failed at line 3 (exit 4); "), "{sentence}");
    assert!(sentence.contains(&format!("`prebake shell {id} --failed`")), "{sentence}");
    assert_eq!(
        world.docker().containers(&world.label("demo")),
        [format!("prebake-failed-{id}-environment")]
    );

    // At the start it fails again, which is told and ends nothing.
    let started = world.bash("demo", "cat /opt/one; echo $GREETING").succeeds();
    started.prints("one\nhi\n").says("degraded: cached preflight failed at line 3");
    let refused = world.prebake(["run", "demo", "--no-fallback", "--", "true"]).run().exits(125);
    assert!(refused.error().starts_with("task not started: cached preflight failed at line 3"));
}

#[test]
fn a_failed_bake_is_told_until_its_inputs_change() {
    let mut world = World::new().environment("demo", |e| e.cached("exit 4"));
    assert_eq!(world.status("demo")["layers"][0]["failed"], json!(null));
    world.build("demo").exits(1);
    let id = world.id("demo");
    let status = world.status("demo");
    let failed = &status["layers"][0]["failed"];
    assert_eq!(failed["container"], format!("prebake-failed-{id}-environment"), "{status}");
    assert!(failed["at"].as_str().unwrap().ends_with('Z'), "{status}");
    for command in ["status", "explain"] {
        let out = world.prebake([command, "demo"]).run().succeeds().out();
        assert!(out.contains("the last bake, begun "), "{out}");
        assert!(out.contains(&format!(" ago, failed: `prebake shell {id} --failed`")), "{out}");
    }

    world.change("demo", |e| e.cached("exit 5"));
    assert_eq!(world.status("demo")["layers"][0]["failed"], json!(null));
}

#[test]
fn the_status_of_all_tells_broken_files_as_the_list_does() {
    let world = demo();
    let all = world.prebake(["status", "--json"]).run().succeeds().json();
    assert_eq!(all["environments"][0]["environment"], world.id("demo"));
    assert_eq!(all["broken"], json!([]));
    std::fs::write(world.config().join("environments/bad.yaml"), "x: [").unwrap();
    let all = world.prebake(["status", "--json"]).run().succeeds().json();
    let listed = world.prebake(["list", "--json"]).run().succeeds().json();
    assert_eq!((&all["broken"], &all["broken"][0]["line"]), (&listed["broken"], &json!(1)));
}

#[test]
fn a_bake_that_fails_only_at_build_time_still_lets_tasks_start() {
    // The host's name is `prebake` in a bake and nowhere else.
    let world = World::new().environment("demo", |e| {
        e.cached("[ \"$HOSTNAME\" != prebake ] || exit 3\necho late > /opt/f")
            .run("export GREETING=hi")
    });
    let run = world.bash("demo", "cat /opt/f; echo $GREETING").succeeds();
    let run = run.says("degraded: cached preflight failed at line 1 (exit 3)");
    run.prints("late\nhi\n");
    assert_eq!(world.status("demo")["layers"][0]["cached"], false);
}

#[test]
fn lists_and_shows_are_documents() {
    let world = demo();
    let list = world.prebake(["list", "--json"]).run().succeeds().json();
    assert_eq!(list["environments"][0]["id"], world.id("demo"));
    assert_eq!(list["environments"].as_array().unwrap().len(), 1);
    let shown = world.prebake(["show", "demo", "--json"]).run().succeeds().json();
    assert_eq!(shown["id"], world.id("demo"));
    assert_eq!(shown["manifest"]["run_preflight_script"], "export GREETING=hi\n");
    let fields = [
        "version",
        "name",
        "base_image",
        "headless_desktop_enabled",
        "cache_desktop_build",
        "cache_container_build",
        "cached_preflight_script",
        "run_preflight_script",
        "env_vars",
        "mounts",
        "ports",
        "workdir",
        "user",
        "command",
        "preflight_enabled",
        "preflight_script",
    ];
    for field in fields {
        assert!(shown["manifest"].get(field).is_some(), "no `{field}` in {shown}");
    }
}
