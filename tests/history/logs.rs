//! The logs of entries: whole, also when they are packed, and compared.

use crate::support::World;

#[test]
fn the_log_of_an_entry_is_printed_packed_or_not() {
    let world = World::new()
        .environment("demo", |e| e.cached("for ((i = 0; i < 3000; i++)); do echo line $i; done"));
    world.build("demo").succeeds();
    let expected: Vec<String> = (0..3000).map(|number| format!("line {number}\n")).collect();
    let expected = expected.concat();
    let log = |entry: &str| world.prebake(["history", "--log", entry]).run();
    log("1").succeeds().prints(&expected);
    assert!(world.state_files("logs")[0].extension().unwrap() == "log");

    // The next bake of the environment packs it.
    world.prebake(["build", "demo", "--no-cache"]).run().succeeds();
    let mut endings: Vec<_> = world
        .state_files("logs")
        .iter()
        .map(|path| path.extension().unwrap().to_str().unwrap().to_owned())
        .collect();
    endings.sort_unstable();
    assert_eq!(endings, ["gz", "log"]);
    for entry in ["1", "#2"] {
        log(entry).succeeds().prints(&expected);
    }
    let name = world.history("demo")[1]["name"].as_str().unwrap().to_owned();
    log(&name).succeeds().prints(&expected);

    for path in world.state_files("logs") {
        std::fs::remove_file(path).unwrap();
    }
    assert!(log("1").exits(1).error().starts_with("the log of entry 1 is gone"));
    assert!(log("99").exits(1).error().starts_with("no entry `99` in the history"));
    world.run("demo", &["true"]).succeeds();
    assert!(log("3").exits(1).error().starts_with("entry 3 is the start of a task"));
}

#[test]
fn two_entries_are_compared_statement_by_statement() {
    let mut world =
        World::new().environment("demo", |e| e.cached("echo same\nsleep 0.2\necho one"));
    world.build("demo").succeeds();
    world.change("demo", |e| e.cached("echo same\necho new\nsleep 0.2\necho two"));
    world.build("demo").succeeds();
    let told = world.prebake(["history", "--diff", "1", "2", "--json"]).run().succeeds().json();
    let inputs = told["inputs"].as_array().unwrap();
    assert!(inputs.len() == 1 && inputs[0]["input"] == "cached preflight", "{told}");
    let pairs = told["scripts"][0]["statements"].as_array().unwrap();
    let lines: Vec<_> = pairs
        .iter()
        .map(|pair| (pair["from"]["line"].as_u64(), pair["to"]["line"].as_u64()))
        .collect();
    assert_eq!(
        lines,
        [(Some(1), Some(1)), (None, Some(2)), (Some(2), Some(3)), (Some(3), None), (None, Some(4))]
    );
    assert!(pairs[2]["from"]["ms"].as_f64().unwrap() >= 200.0, "{told}");
    let log = told["log"].as_str().unwrap();
    assert!(log.contains("\n same\n-one\n+new\n+two\n"), "{log}");

    let text = world.prebake(["history", "--diff", "1", "2"]).run().succeeds().out();
    assert!(text.contains("cached preflight changed from `"), "{text}");
    assert!(text.contains("line    2") && text.contains("+two"), "{text}");
    let same = world.prebake(["history", "--diff", "2", "2"]).run().succeeds().out();
    assert!(same.contains("inputs of their layers are the same"), "{same}");
    assert!(same.contains("Their logs are the same"), "{same}");
}
