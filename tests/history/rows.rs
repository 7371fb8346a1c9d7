//! A row for each bake and each start, with the times of statements, and what they saved.

use serde_json::Value;

use crate::support::{World, until};

fn numbers(value: &Value, name: &str) -> Vec<u64> {
    let all = value.as_array().unwrap().iter();
    all.map(|item| item[name].as_u64().unwrap()).collect()
}

#[test]
fn bakes_and_starts_have_a_row_with_the_times_of_their_statements() {
    let world = World::new().environment("demo", |e| {
        e.cached("set -e\nsleep 0.4\nfor i in 1 2; do\n  sleep 0.15\ndone").run("A=1\nsleep 0.2\n")
    });
    world.build("demo").succeeds();
    world.bash("demo", "exit 3").exits(3);
    world.run("demo", &["true"]).succeeds();

    let rows = world.history("demo");
    let told: Vec<_> =
        rows.iter().map(|row| (row["kind"].clone(), row["outcome"].clone())).collect();
    assert_eq!(
        told,
        [("start", "hit"), ("start", "hit"), ("bake", "baked")].map(|(a, b)| (a.into(), b.into()))
    );
    assert_eq!(numbers(&Value::from(rows.clone()), "number"), [3, 2, 1]);

    let bake = &rows[2];
    let image = world.docker().image(&world.image_of("demo")).unwrap();
    assert_eq!(bake["bytes"], image["Size"]);
    assert_eq!(bake["why"], "never baked for this environment");
    assert_eq!(bake["log"], true);
    let script = &bake["scripts"][0];
    assert_eq!(script["script"], "cached_preflight.sh");
    let labels = &image["Config"]["Labels"];
    assert_eq!(script["sha256"], labels["prebake.script.cached_preflight.sha256"]);
    assert_eq!(numbers(&script["lines"], "line"), [1, 2, 3, 4]);
    let took = |line: usize| script["lines"][line - 1]["ms"].as_f64().unwrap();
    assert!((400.0..2_000.0).contains(&took(2)) && took(1) < 300.0, "{script}");
    // The next pass of a loop is told at its head or in it.
    assert!((300.0..2_000.0).contains(&(took(3) + took(4))), "{script}");
    let phase = |name: &str| bake["phases"][name].as_f64().unwrap();
    assert!(phase("scripts_ms") >= 700.0 && phase("commit_ms") > 0.0, "{bake}");
    assert!(phase("total_ms") >= phase("scripts_ms") + phase("commit_ms"), "{bake}");
    assert_eq!(bake["took_ms"], bake["phases"]["total_ms"]);
    let key = bake["keys"][0].as_str().unwrap();
    assert_eq!(bake["inputs"][key]["base image"], world.base());
    assert_eq!(bake["inputs"][key]["cached preflight"], script["sha256"]);

    for (row, code) in [(&rows[0], 0), (&rows[1], 3)] {
        assert_eq!((&row["exit_code"], &row["keys"][0]), (&code.into(), &key.into()));
        assert_eq!(row["scripts"][0]["script"], "run_preflight.sh");
        assert_eq!(numbers(&row["scripts"][0]["lines"], "line"), [1, 2]);
        assert!(row["scripts"][0]["lines"][1]["ms"].as_f64().unwrap() >= 200.0, "{row}");
        assert!(row["phases"]["preflight_ms"].as_f64().unwrap() >= 200.0, "{row}");
        assert_eq!(row["inputs"], bake["inputs"]);
    }
}

#[test]
fn a_warm_start_saves_what_the_bake_took() {
    let world = World::new().environment("demo", |e| e.cached("sleep 1"));
    world.run("demo", &["true"]).succeeds();
    let summary = world.summary("demo");
    assert_eq!((&summary["starts"], &summary["saved_ms"]), (&1.into(), &Value::Null));
    assert_eq!(summary["payoff"], Value::Null);
    for _ in 0..3 {
        world.run("demo", &["true"]).succeeds();
    }
    let summary = world.summary("demo");
    let expected = [("starts", 4), ("wanted", 4), ("hits", 3), ("measured", 3)];
    for (name, value) in expected {
        assert_eq!(summary[name], value, "{name}: {summary}");
    }
    let saved = summary["saved_ms"].as_f64().unwrap();
    let rows = world.history("demo");
    let each = rows.iter().filter_map(|row| row["saved_ms"].as_f64());
    assert!((each.sum::<f64>() - saved).abs() < 0.01, "{rows:?}");
    // What the cold one took was measured: the bake and the start of its container.
    let cold = rows[3]["cold_ms"].as_f64().unwrap();
    let phase = |row: &Value, name: &str| row["phases"][name].as_f64().unwrap();
    let bake = &rows.iter().find(|row| row["kind"] == "bake").unwrap()["scripts_ms"];
    let own = phase(&rows[3], "create_ms") + phase(&rows[3], "start_ms");
    assert!((cold - bake.as_f64().unwrap() - own).abs() < 0.01, "{rows:?}");
    for row in &rows[..3] {
        let warm = phase(row, "resolve_ms") + phase(row, "create_ms") + phase(row, "start_ms");
        assert!((row["saved_ms"].as_f64().unwrap() - (cold - warm)).abs() < 0.01, "{row}");
    }
    assert_eq!(summary["payoff"]["state"], "after");
    let table = world.prebake(["history", "demo"]).run().succeeds().out();
    assert!(table.contains(" starts; hit rate 75 %; paid off after "), "{table}");
    assert!(table.lines().next().unwrap().contains("  █"), "{table}");
    assert_eq!(table.lines().filter(|line| line.contains("  hit  ")).count(), 3, "{table}");
}

#[test]
fn an_uncached_start_is_the_measure_of_the_same_scripts_baked() {
    let mut world = World::new().environment("demo", |e| e.caching(false).cached("sleep 0.6"));
    world.run("demo", &["true"]).succeeds();
    let cold = &world.history("demo")[0];
    assert_eq!(cold["outcome"], "uncached");
    assert_eq!(cold["scripts"][0]["script"], "cached_preflight.sh");
    let measured = cold["cold_ms"].as_f64().unwrap();
    assert!(measured >= 600.0, "{cold}");
    world.change("demo", |e| e.caching(true));
    world.build("demo").succeeds();
    world.run("demo", &["true"]).succeeds();
    let warm = &world.history("demo")[0];
    let parts = ["resolve_ms", "create_ms", "start_ms"];
    let took: f64 = parts.iter().map(|name| warm["phases"][*name].as_f64().unwrap()).sum();
    assert!((warm["saved_ms"].as_f64().unwrap() - (measured - took)).abs() < 0.01, "{warm}");
}

#[test]
fn a_task_that_was_left_gets_its_preflight_when_somebody_looks() {
    let world = World::new().environment("demo", |e| e.run("sleep 0.2"));
    let id = world.prebake(["run", "demo", "-d", "--", "true"]).run().succeeds().line();
    let row = world.history("demo").remove(0);
    assert_eq!((&row["name"], &row["exit_code"]), (&Value::from(id.as_str()), &Value::Null));
    assert_eq!(row["phases"]["preflight_ms"], Value::Null);
    let took = |row: &Value| row["took_ms"].as_f64().unwrap();
    until("its preflight", || {
        world.prebake(["logs", &id]).run();
        let now = world.history("demo").remove(0);
        let preflight = now["phases"]["preflight_ms"].as_f64()?;
        assert!(preflight >= 200.0 && took(&now) >= took(&row) + 200.0, "{now}");
        assert_eq!(now["scripts"][0]["lines"][0]["line"], 1);
        Some(())
    });
    let tasks = world.prebake(["tasks", "--json"]).run().succeeds().json();
    let mut tasks = tasks["tasks"].as_array().unwrap().iter();
    let task = tasks.find(|task| task["id"] == id.as_str()).unwrap();
    assert!(task["timings"]["preflight_ms"].as_f64().unwrap() >= 200.0, "{task}");
    // A task that is removed was started all the same.
    world.prebake(["stop", &id, "--remove"]).run().succeeds();
    assert_eq!(world.history("demo").len(), 1);
}

#[test]
fn entries_are_listed_for_one_or_for_all_and_as_many_as_wanted() {
    let world =
        World::new().environment("demo", |e| e.run("true")).environment("other", |e| e.run("true"));
    let all = world.prebake(["history"]).run().succeeds();
    all.prints("").says("nothing was baked or started yet");
    for name in ["demo", "other", "demo"] {
        world.run(name, &["true"]).succeeds();
    }
    let rows = |arguments: &[&str]| {
        let told = world.prebake(arguments).run().succeeds().json();
        let environments = told["environments"].as_array().unwrap().len();
        (environments, told["entries"].as_array().unwrap().len())
    };
    assert_eq!(rows(&["history", "--json"]), (2, 3));
    assert_eq!(rows(&["history", "demo", "--json"]), (1, 2));
    assert_eq!(rows(&["history", "--json", "--limit", "1"]), (2, 1));
    let table = world.prebake(["history"]).run().succeeds().out();
    assert!(table.contains("in all") && table.contains(&world.id("other")), "{table}");
    assert!(table.contains("2 starts, nothing was measured to compare with"), "{table}");
    // One that was removed has been started all the same.
    world.prebake(["remove", "demo", "--yes"]).run().succeeds();
    assert_eq!(rows(&["history", &world.id("demo"), "--json"]), (1, 2));
    let unknown = world.prebake(["history", "nobody"]).run().exits(1);
    assert!(unknown.error().contains("no environment `nobody`"), "{}", unknown.error());
}
