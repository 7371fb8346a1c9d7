//! Starts: what is recorded of them, degraded ones, many at once, and clients that are killed.

use serde_json::Value;

use crate::support::{GATE, Running, World, until};

/// What is recorded of this world's tasks.
fn records(world: &World) -> Vec<Value> {
    let told = world.prebake(["history", "--json", "--limit", "1000"]).run().succeeds().json();
    let entries = told["entries"].as_array().unwrap().iter();
    entries.filter(|entry| entry["kind"] == "start").cloned().collect()
}

#[test]
fn a_task_records_its_times_and_what_the_cache_did() {
    let mut world = World::new().environment("demo", |e| e.cached("sleep 0.2").run("export A=1"));
    for expected in ["baked", "hit"] {
        let before = records(&world);
        world.bash("demo", "echo out; exit 4").exits(4);
        let new = records(&world).into_iter().find(|record| !before.contains(record)).unwrap();
        assert_eq!(new["outcome"], expected, "{new}");
        assert_eq!(new["exit_code"], 4);
        assert_eq!(new["environment"], world.id("demo"));
        assert_eq!(new["image"], world.image_of("demo"));
        assert_eq!(new["why"], Value::Null);
        let times = &new["phases"];
        let time = |name: &str| times[name].as_f64();
        for name in
            ["resolve_ms", "create_ms", "start_ms", "preflight_ms", "first_output_ms", "total_ms"]
        {
            assert!(time(name).is_some_and(|ms| ms >= 0.0), "{name} in {new}");
        }
        assert!(time("total_ms") >= time("first_output_ms"), "{new}");
        assert!(time("first_output_ms") >= time("preflight_ms"), "{new}");
        assert_eq!(time("bake_ms").is_some_and(|ms| ms >= 200.0), expected == "baked", "{new}");
    }
    world.write("plain", |e| e.caching(false).cached("true"));
    world.run("plain", &["true"]).succeeds();
    assert!(records(&world).iter().any(|record| record["outcome"] == "uncached"));
}

#[test]
fn the_command_is_told_before_its_first_output_on_either_stream() {
    let world = World::new().environment("demo", |e| e.run("echo early"));
    for script in ["echo out", "echo err >&2"] {
        let arguments = ["run", "demo", "--events", "-", "--", "bash", "-c", script];
        let out = world.prebake(arguments).run().succeeds().out();
        let events = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        // An engine does not keep the order of two streams: what the preflight wrote on one may
        // come after what the command wrote on the other.
        let told: Vec<String> = events
            .filter(|event| event["text"] != "early\n")
            .map(|event| event["event"].as_str().unwrap().to_owned())
            .filter(|event| ["output", "command_began"].contains(&&event[..]))
            .collect();
        assert_eq!(told, ["command_began", "output"], "{out}");
        assert!(out.contains("early"), "{out}");
    }
    assert!(records(&world).iter().all(|record| record["phases"]["first_output_ms"].is_f64()));
}

#[test]
fn a_desktop_that_could_not_be_baked_is_done_without() {
    let world = World::new()
        .config_file("desktop_install.sh", "exit 3\n")
        .config_file("desktop_setup.sh", "exit 4\n")
        .environment("demo", |e| e.desktop(true, true).run("export A=1"));
    let run = world.bash("demo", "echo $A").succeeds().prints("1\n");
    run.says("warning: the desktop did not start; the task starts without it")
        .does_not_say("command not found");
}

#[test]
fn a_degraded_start_is_marked_and_has_its_reason() {
    let world = World::new().environment("demo", |e| {
        e.cached("[ \"$HOSTNAME\" != prebake ] || exit 3\necho late > /opt/f").run("export A=1")
    });
    let run = world.bash("demo", "cat /opt/f; echo $A").succeeds().prints("late\n1\n");
    run.says("degraded: cached preflight failed at line 1 (exit 3)");
    let all = records(&world);
    let [record] = &all[..] else { panic!("{all:?}") };
    assert_eq!(record["outcome"], "degraded");
    assert_eq!(record["image"], world.base());
    let reason = record["why"].as_str().unwrap();
    assert!(reason.starts_with("cached preflight failed at line 1"), "{reason}");

    let refused = world.prebake(["run", "demo", "--no-fallback", "--", "echo", "x"]).run();
    let sentence = refused.exits(125).prints("").error();
    assert!(sentence.starts_with("task not started: cached preflight failed"), "{sentence}");
    let all = records(&world);
    assert_eq!((all.len(), &all[0]["outcome"]), (2, &"failed".into()), "{all:?}");
}

#[test]
fn ten_tasks_at_once_bake_once_and_each_has_an_id_of_its_own() {
    let world =
        World::new().environment("demo", |e| e.cached(&format!("{GATE}\nmktemp /opt/f.XXX")));
    let events = world.events("demo");
    let command = ["run", "demo", "--", "bash", "-c", "ls /opt; echo $TASK_ID"];
    let tasks: Vec<Running> = (0..10).map(|_| world.prebake(command).start()).collect();
    for task in &tasks {
        task.until_err("layer 1/1");
    }
    world.open_gate("demo");
    let mut files = Vec::new();
    let mut ids = Vec::new();
    for task in tasks {
        let out = task.wait().succeeds().out();
        let (file, id) = out.trim_end().split_once('\n').unwrap();
        files.push(file.to_owned());
        ids.push(id.to_owned());
    }
    files.dedup();
    assert_eq!(files.len(), 1, "{files:?}");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 10);
    let created = events.created(world.base());
    assert_eq!(created.iter().filter(|labels| labels["prebake.role"] == "bake").count(), 1);
    assert_eq!(created.iter().filter(|labels| labels["prebake.role"] == "task").count(), 10);
    world.assert_tidy("demo");
}

#[test]
fn a_task_whose_client_was_killed_goes_on() {
    let world = World::new();
    let shared = world.cwd().join("shared");
    std::fs::create_dir(&shared).unwrap();
    let mount = format!("{}:/shared", shared.display());
    let world = world.environment("demo", |e| e.mounts(&[&mount]));
    let command = format!("echo begun; {GATE}; echo end; echo end > /shared/end");
    let run = world.prebake(["run", "demo", "--", "bash", "-c", &command]).start();
    run.until_out("begun\n");
    run.kill();
    let tasks = world.prebake(["tasks", "--json"]).run().succeeds().json();
    let task = tasks["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|task| task["environment"] == world.id("demo"));
    let task = task.unwrap();
    assert_eq!(task["state"], "running");
    let container = task["container"].as_str().unwrap();
    world.docker().open_gate(container);
    let id = task["id"].as_str().unwrap();
    world.prebake(["logs", id, "-f"]).run().succeeds().prints("begun\nend\n");
    until("the task's last words", || shared.join("end").exists().then_some(()));
}

#[test]
fn a_warm_start_asks_for_nothing_else() {
    let world = World::new().environment("demo", |e| e.cached("echo 1 > /opt/f").run("export A=1"));
    world.build("demo").succeeds();
    let events = world.events("demo");
    world.run("demo", &["cat", "/opt/f"]).succeeds().prints("1\n").does_not_say("baking");
    let created = events.created(world.base());
    assert_eq!(created.len(), 1, "{created:?}");
    assert_eq!(created[0]["prebake.role"], "task");
}
