//! However a bake or a start ends, the row says so.

use serde_json::Value;

use crate::support::{GATE, Running, World, until};

/// Kinds and outcomes, newest first.
fn outcomes(world: &World, name: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = world.history(name);
    rows.iter().map(|row| (text(&row["kind"]), text(&row["outcome"]))).collect()
}

#[track_caller]
fn check(world: &World, name: &str, expected: &[(&str, &str)]) {
    let told = outcomes(world, name);
    let told: Vec<_> = told.iter().map(|(kind, outcome)| (&**kind, &**outcome)).collect();
    assert_eq!(told, expected);
}

#[test]
fn a_failed_bake_and_the_degraded_start_after_it() {
    let world = World::new().environment("demo", |e| {
        e.cached("sleep 0.2\n[ \"$HOSTNAME\" != prebake ] || exit 3\necho late > /opt/f")
    });
    world.run("demo", &["true"]).succeeds();
    check(&world, "demo", &[("start", "degraded"), ("bake", "failed")]);
    let rows = world.history("demo");
    let failed = &rows[1];
    assert_eq!((&failed["line"], &failed["exit_code"]), (&2.into(), &3.into()));
    assert_eq!(failed["why"], "cached preflight failed at line 2 (exit 3)");
    assert_eq!(failed["scripts"][0]["stopped_at"], 2);
    assert!(failed["scripts"][0]["lines"][0]["ms"].as_f64().unwrap() >= 200.0, "{failed}");
    assert_eq!(failed["bytes"], Value::Null);
    let degraded = &rows[0];
    assert!(degraded["why"].as_str().unwrap().starts_with("cached preflight failed at line 2"));
    assert_eq!(degraded["saved_ms"], Value::Null);
    assert_eq!(degraded["image"], world.base());

    // The failure is a moment old, so no bake is tried, and without a fallback there is no start.
    world.prebake(["run", "demo", "--no-fallback", "--", "true"]).run().exits(125);
    assert_eq!(outcomes(&world, "demo")[0], ("start".to_owned(), "failed".to_owned()));
}

#[test]
fn a_failed_preflight() {
    let world = World::new().environment("demo", |e| e.run("sleep 0.1\nexit 7"));
    world.run("demo", &["true"]).exits(125);
    check(&world, "demo", &[("start", "failed")]);
    let row = world.history("demo").remove(0);
    assert_eq!((&row["line"], &row["exit_code"]), (&2.into(), &7.into()));
    assert_eq!(row["why"], "run preflight failed at line 2 (exit 7); the command was not started");
    assert_eq!(row["scripts"][0]["stopped_at"], 2);
}

#[test]
fn a_bake_that_was_cancelled_and_the_start_that_wanted_it() {
    let world = World::new().environment("demo", |e| e.cached(&format!("echo begun\n{GATE}")));
    for (arguments, expected) in [
        (&["build", "demo"][..], &[("bake", "cancelled")][..]),
        (
            &["run", "demo", "--", "true"],
            &[("start", "cancelled"), ("bake", "cancelled"), ("bake", "cancelled")],
        ),
    ] {
        let begun = world.prebake(arguments).start();
        begun.until_err("begun\n");
        begun.signal("INT");
        begun.wait().exits(130);
        check(&world, "demo", expected);
    }
    world.assert_tidy("demo");
}

#[test]
fn a_bake_that_others_joined_is_baked_once_and_joined_by_each() {
    let world = World::new().environment("demo", |e| e.cached(&format!("echo begun\n{GATE}")));
    let first = world.prebake(["build", "demo"]).start();
    first.until_err("begun\n");
    let others: Vec<Running> = (0..2).map(|_| world.prebake(["build", "demo"]).start()).collect();
    for other in &others {
        other.until_err("joining the bake");
    }
    world.open_gate("demo");
    first.wait().succeeds();
    for other in others {
        other.wait().succeeds();
    }
    let mut told = outcomes(&world, "demo");
    told.sort_unstable();
    let expected = ["baked", "joined", "joined"].map(|it| ("bake".to_owned(), it.to_owned()));
    assert_eq!(told, expected);
    let rows = world.history("demo");
    let logs: Vec<_> = rows.iter().filter(|row| row["log"] == true).collect();
    assert!(logs.len() == 1 && logs[0]["outcome"] == "baked", "{rows:?}");
}

#[test]
fn a_bake_whose_client_was_killed_is_adopted_with_all_its_times() {
    let world = World::new()
        .environment("demo", |e| e.cached(&format!("sleep 0.3\necho begun\n{GATE}\nsleep 0.2")));
    let killed = world.prebake(["build", "demo"]).start();
    killed.until_err("begun\n");
    killed.kill();
    assert!(world.history("demo").is_empty());
    let next = world.prebake(["build", "demo"]).start();
    next.until_err("joining the bake");
    world.open_gate("demo");
    next.wait().succeeds();
    check(&world, "demo", &[("bake", "adopted")]);
    let row = world.history("demo").remove(0);
    let lines = row["scripts"][0]["lines"].as_array().unwrap();
    let took = |line: u64| {
        let line = lines.iter().find(|it| it["line"] == line).unwrap();
        line["ms"].as_f64().unwrap()
    };
    assert!(took(1) >= 300.0 && took(4) >= 200.0, "{row}");
}

#[test]
fn a_task_whose_client_was_killed_has_a_row() {
    let world = World::new().environment("demo", |e| e.run("export A=1"));
    let run = world.run_in_background("demo", &format!("echo begun; {GATE}"));
    run.until_out("begun\n");
    until("its row", || (world.history("demo").len() == 1).then_some(()));
    run.kill();
    let row = world.history("demo").remove(0);
    assert_eq!((&row["kind"], &row["exit_code"]), (&"start".into(), &Value::Null));
    assert!(row["phases"]["start_ms"].as_f64().unwrap() > 0.0, "{row}");
}
