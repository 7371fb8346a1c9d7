//! What a bake will take, by the statements it has in common with earlier ones.

use serde_json::Value;

use crate::support::{GATE, Terminal, World};

fn estimate(world: &World) -> Value {
    world.status("demo")["layers"][0]["estimate"].clone()
}

#[test]
fn a_cold_layer_is_estimated_by_the_statements_that_ran_before() {
    let mut world = World::new()
        .environment("demo", |e| e.cached("sleep 0.5\nhead -c 300000 /dev/zero > /opt/f"));
    assert_eq!(estimate(&world), Value::Null);
    world.build("demo").succeeds();
    assert_eq!(estimate(&world), Value::Null);

    world.change("demo", |e| e.cached("echo new\nsleep 0.5\nhead -c 300000 /dev/zero > /opt/f"));
    let told = estimate(&world);
    assert_eq!((&told["statements"], &told["unmeasured"]), (&3.into(), &1.into()));
    let row = world.history("demo").remove(0);
    let lines = row["scripts"][0]["lines"].as_array().unwrap();
    let expected: f64 = lines.iter().map(|line| line["ms"].as_f64().unwrap()).sum::<f64>()
        + row["phases"]["commit_ms"].as_f64().unwrap();
    assert!((told["ms"].as_f64().unwrap() - expected).abs() < 0.01, "{told} {row}");
    assert!(told["bytes"].as_u64().unwrap() >= 300_000, "{told}");

    // All of it is new.
    world.change("demo", |e| e.cached("echo other"));
    assert_eq!(estimate(&world), Value::Null);
}

#[test]
fn a_build_at_a_terminal_tells_how_long_it_would_take_before_it_begins() {
    let world = World::new().environment("demo", |e| e.cached("sleep 0.7"));
    let build = format!("$PREBAKE build {} --no-cache", world.id("demo"));
    let mut first = Terminal::open(&world, &build);
    assert_eq!(first.ends(), 0);
    assert!(!first.shown().contains("would take"), "{}", first.shown());
    let mut second = Terminal::open(&world, &build);
    assert_eq!(second.ends(), 0);
    let shown = second.shown();
    let told = shown.find(&format!("building `{}` would take about 0:0", world.id("demo")));
    assert!(told.is_some() && told < shown.find("log: "), "{shown}");
    // Not where nobody sits.
    world.prebake(["build", "demo", "--no-cache"]).run().succeeds().does_not_say("would take");
}

#[test]
fn a_build_at_a_terminal_tells_what_is_left_while_it_goes_on() {
    let script = |new: &str| format!("sleep 3\n{new}{GATE}\necho end");
    let mut world = World::new().environment("demo", |e| e.cached(&script("")));
    let build = format!("$PREBAKE build {} --no-cache", world.id("demo"));
    let run = |world: &World, told: &[&str]| {
        let mut terminal = Terminal::open(world, &build);
        for words in told {
            terminal.until(words);
        }
        world.open_gate("demo");
        assert_eq!(terminal.ends(), 0, "{}", terminal.shown());
        terminal.shown()
    };
    let first = run(&world, &["line 1"]);
    assert!(!first.contains(" left") && !first.contains(" %"), "{first}");
    // At the gate more time passes than it took before.
    run(&world, &[" % · about 0:0", " left · ", "longer than last time"]);
    // What was never measured has no share.
    world.change("demo", |e| e.cached(&script("echo new\n")));
    run(&world, &["and 1 new statement · "]);
}
