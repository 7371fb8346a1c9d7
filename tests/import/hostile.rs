//! Files that nobody should have written: each is told with its place, and hides no other.

use crate::files::{given, outcomes};
use crate::support::World;

#[test]
fn a_bad_file_is_told_with_its_place_and_the_others_are_read() {
    let world = World::new();
    given(
        &world,
        "all/environments.json",
        r#"[{"env_id": "../../etc/x"}, 5, {"env_id": "Web"}, {"env_id": "web", "name": "other"}, {"env_id": "web", "name": "other"}]"#,
    );
    given(&world, "all/state.json", "{\"environments\": [\n  oops\n]}");
    given(&world, "all/environment-latin.json", b"{\"env_id\": \"a\",\n \"name\": \"\xe4\"}");
    given(
        &world,
        "all/environment-deep.json",
        format!("{{\"env_id\": \"deep\", \"x\": {}", "[".repeat(200_000)),
    );
    given(&world, "all/state.toml", "a = 1\na = 2\n");
    given(&world, "all/.gitpod.yml", "tasks: [\n");
    let wide: Vec<u8> = "\u{feff}[{\"env_id\": \"wide\", \"name\": \"é\"}]"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    given(&world, "all/environment-wide.json", wide);
    let outcome = world.prebake(["import", "all", "--json"]).run().exits(1);
    let document = outcome.json();
    assert_eq!(
        outcomes(&document),
        ["etc-x imported", "web imported", "web-2 imported", "wide imported"]
    );
    let faults = document["faults"].as_array().unwrap();
    let mut places: Vec<String> = faults
        .iter()
        .map(|fault| {
            let name = fault["source"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
            format!("{name}:{}:{}", fault["line"], fault["column"])
        })
        .collect();
    places.sort();
    assert_eq!(
        places,
        [
            ".gitpod.yml:1:8",
            "environment-deep.json:1:535",
            "environment-latin.json:2:11",
            "state.json:2:3",
            "state.toml:2:1"
        ]
    );
    for fault in faults {
        assert!(outcome.err().contains(fault["error"].as_str().unwrap()), "{fault}");
    }
    // Nothing went anywhere but into the folder of environments.
    let written = crate::support::files_below(&world.config());
    assert!(
        written.iter().all(|path| path.parent().unwrap().ends_with("environments")),
        "{written:?}"
    );
    // The same again is no news.
    let again = world.prebake(["import", "all", "--json"]).run().exits(1).json();
    assert_eq!(
        outcomes(&again),
        ["etc-x unchanged", "web unchanged", "web-2 unchanged", "wide unchanged"]
    );
}

#[test]
fn ten_megabytes_are_read_and_more_than_a_file_holds_is_told() {
    let world = World::new();
    let script = "echo 0123456789\n".repeat(10 << 16);
    let large = serde_json::json!([{ "env_id": "large", "run_preflight_script": script }]);
    given(&world, "environments.json", large.to_string());
    world.prebake(["import", "environments.json"]).run().succeeds();
    let shown = world.prebake(["show", "large", "--json"]).run().succeeds().json();
    assert_eq!(shown["manifest"]["run_preflight_script"], script);

    let larger = serde_json::json!([{ "env_id": "larger", "run_preflight_script": script.repeat(2) }, { "env_id": "small" }]);
    given(&world, "larger.json", larger.to_string());
    let outcome = world.prebake(["import", "larger.json"]).run().exits(1);
    outcome.says("larger.yaml").says("has 2");
    world.prebake(["show", "small"]).run().succeeds();
}

#[test]
fn a_name_cannot_steer_the_terminal() {
    let world = World::new();
    given(
        &world,
        "environments.json",
        r#"[{"env_id": "a\u001b[2J", "b\u001b[2J": 1, "extra_mounts": ["\u001b[2J\u202e"]}]"#,
    );
    let outcome = world.prebake(["import", "environments.json", "--dry-run"]).run().succeeds();
    let text = outcome.out() + &outcome.err();
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
    assert!(text.starts_with("a-2j  new"), "{text}");
}
