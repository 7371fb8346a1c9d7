//! `split` without an engine: what it shows and writes.

use std::fs;

use serde_json::json;

use crate::support::World;

/// The example of those who asked for this.
const EXAMPLE: &str = "#!/bin/bash
# Install packages
yay -S --noconfirm python-requests nodejs
# Download tool
curl -O /usr/local/bin/tool https://example.com/tool
chmod +x /usr/local/bin/tool
# Set environment
export API_KEY=${TASK_API_KEY}
mkdir -p /tmp/workspace-${TASK_ID}
";

const CACHED: &str = "#!/bin/bash
# Install packages
yay -S --noconfirm python-requests nodejs
# Download tool
curl -O /usr/local/bin/tool https://example.com/tool
chmod +x /usr/local/bin/tool
";

const RUN: &str = "#!/bin/bash
# Set environment
export API_KEY=${TASK_API_KEY}
mkdir -p /tmp/workspace-${TASK_ID}
";

#[test]
fn a_file_is_told_as_a_document() {
    let world = World::new();
    fs::write(world.cwd().join("one.sh"), EXAMPLE).unwrap();
    let document = world.prebake(["split", "one.sh", "--json"]).run().succeeds().json();
    assert_eq!((&document["cached"], &document["run"]), (&json!(CACHED), &json!(RUN)));
    assert_eq!(document["errors"], json!([]));
    let statement = |number: usize| &document["statements"][number];
    assert_eq!(
        statement(0),
        &json!({
            "start_line": 3, "end_line": 3, "stage": "cached", "rule": "installs",
            "reason": "`yay` installs the same for every task", "confidence": "certain",
        })
    );
    assert_eq!(statement(4)["reason"], "runs at task start: reads `$TASK_ID`");
}

#[test]
fn a_person_sees_both_parts_side_by_side_with_reasons() {
    let world = World::new();
    let outcome = world.prebake(["split", "-"]).stdin("touch /opt/a\necho $TASK_ID\n").run();
    let lines: Vec<_> = outcome.out().lines().map(str::to_owned).collect();
    let column = |text: &str| lines.iter().find(|line| line.contains(text)).unwrap().find(text);
    assert_eq!(column("touch"), Some(0));
    assert!(column("echo") > Some(50), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("^ runs at task start: reads `$TASK_ID`")));
}

#[test]
fn a_broken_script_is_not_split() {
    let world = World::new();
    let text = "touch /opt/a\n  if true; then\n";
    fs::write(world.cwd().join("one.sh"), text).unwrap();
    let outcome = world.prebake(["split", "one.sh"]).run().exits(2);
    assert_eq!(outcome.out(), "");
    outcome
        .says("cannot split `one.sh:2:3`: `if` is never closed by `fi`; mend it and split again");
    let outcome = world.prebake(["split", "one.sh", "--json"]).run().exits(2);
    let error = json!({ "line": 2, "column": 3, "error": "`if` is never closed by `fi`" });
    assert_eq!(outcome.json()["errors"], json!([error]));
    assert_eq!(outcome.json()["cached"], "");
}

#[test]
fn an_environment_is_written_and_keeps_its_script() {
    let world = World::new().environment("demo", |it| it.single(EXAMPLE));
    let path = world.path_of("demo");
    let commented = format!("# mine\n{}", fs::read_to_string(&path).unwrap());
    fs::write(&path, commented).unwrap();
    world.prebake(["split", "demo", "--apply"]).run().succeeds();
    assert!(fs::read_to_string(&path).unwrap().starts_with("# mine\n"));
    let shown = world.prebake(["show", "demo", "--json"]).run().succeeds().json();
    let manifest = &shown["manifest"];
    assert_eq!(manifest["cached_preflight_script"], CACHED);
    assert_eq!(manifest["run_preflight_script"], RUN);
    assert_eq!(manifest["preflight_script"], EXAMPLE);
    // The second time another script is in the way, and nothing is lost.
    world
        .prebake(["split", "demo", "--apply"])
        .run()
        .exits(1)
        .says("`preflight_script` holds another");
}

#[test]
fn a_file_becomes_a_new_environment() {
    let world = World::new();
    fs::write(world.cwd().join("one.sh"), EXAMPLE).unwrap();
    world.prebake(["split", "one.sh", "--apply"]).run().exits(2).says("`--to ENV`");
    let call = ["split", "one.sh", "--apply", "--to", "fresh", "--base", "debian:12"];
    world.prebake(call).run().succeeds();
    let shown = world.prebake(["show", "fresh", "--json"]).run().succeeds().json();
    assert_eq!(shown["manifest"]["base_image"], "debian:12");
    assert_eq!(shown["manifest"]["cached_preflight_script"], CACHED);
    assert_eq!(shown["manifest"]["preflight_script"], EXAMPLE);
    world.prebake(call).run().exits(1).says("exists");
}

#[test]
fn what_is_neither_is_told() {
    let world = World::new().environment("demo", |it| it);
    world.prebake(["split", "nothing"]).run().exits(1).says("neither an environment nor a file");
    world.prebake(["split", "no/thing.sh"]).run().exits(1).says("cannot read `no/thing.sh`");
    let call = ["split", "demo", "--base", "debian:12"];
    world.prebake(call).run().exits(2).says("are for files");
}
