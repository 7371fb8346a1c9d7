//! The steps of a devcontainer as one script, run by the host's bash: what only bash can judge,
//! without an engine.

use std::process::Command;

use prebake::domain::import::{Kind, Source, read};
use serde_json::{Value, json};

/// Runs what these commands, one after the other, become: its output and its exit status.
#[track_caller]
fn check(commands: [Value; 2], out: &str, code: i32) {
    let [first, second] = commands;
    let file = json!({ "image": "a", "onCreateCommand": first, "updateContentCommand": second });
    let text = file.to_string();
    let source = Source { name: "devcontainer.json", text: &text, folder: "/srv/a" };
    let read = read(Kind::Devcontainer, source).unwrap();
    let script = &read.environments[0].environment.cached_preflight_script;
    let output = Command::new("bash").args(["-c", script]).output().unwrap();
    let got = String::from_utf8(output.stdout).unwrap();
    assert_eq!((got.as_str(), output.status.code()), (out, Some(code)), "{script}");
}

#[test]
fn each_step_is_a_shell_of_its_own_and_a_failed_one_ends_the_script() {
    let ends_in_a_comment = json!("cd /\nA=1; false; echo one # end");
    check([ends_in_a_comment, json!("echo ${A-2}")], "one\n2\n", 0);
    check([json!("exit 3"), json!("echo no")], "", 3);
    check([json!({ "a\necho x": "cat <<E\ny\nE" }), json!("echo z")], "y\nz\n", 0);
    let words = json!(["printf", "%s|", "a b", "it's", "$HOME", ""]);
    check([words, json!("true")], "a b|it's|$HOME||", 0);
    check([json!(["false"]), json!("echo no")], "", 1);
}

#[test]
fn what_runs_together_is_waited_for_and_fails_as_one() {
    // Each waits for what the other does, so that one after the other would never end.
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name).display().to_string();
    let meet = |own: &str, other: &str| {
        format!("touch {}; until [ -e {} ]; do sleep 0.01; done", at(own), at(other))
    };
    let both = json!({ "one": meet("a", "b"), "two": meet("b", "a") });
    check([both, json!("echo met")], "met\n", 0);
    check([json!({ "one": ["true"], "two": "exit 4" }), json!("echo no")], "", 4);
}
