//! `new`: a file to start from, with scripts as they were given.

use std::fs;

use crate::setup::{User, names};

fn manifest(user: &User, id: &str) -> serde_json::Value {
    user.run(&["show", id, "--json"]).json()["manifest"].clone()
}

#[test]
fn a_new_environment_bakes_and_has_scripts_to_start_from() {
    let user = User::new();
    let ended = user.run(&["new", "web"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(ended.stdout.trim(), user.file("web").to_str().unwrap());
    let text = user.text("web");
    assert_eq!(
        text.matches("_script: |\n  #!/bin/bash\n  set -euo pipefail\n").count(),
        2,
        "{text}"
    );
    let manifest = manifest(&user, "web");
    assert_eq!(manifest["cache_container_build"], true);
    assert_eq!(manifest["headless_desktop_enabled"], false);
    let bash = |script: &serde_json::Value| {
        let script = script.as_str().unwrap();
        std::process::Command::new("bash").args(["-c", script]).status().unwrap().success()
    };
    assert!(bash(&manifest["cached_preflight_script"]) && bash(&manifest["run_preflight_script"]));
}

#[test]
fn scripts_are_taken_byte_for_byte() {
    let user = User::new();
    for (id, script, warned) in [
        ("a", "\techo ü 🐢  \n---\n\n\n", ""),
        ("b", "no final newline", ""),
        ("c", "", ""),
        ("d", "a\r\nb", "Windows line ends"),
        ("e", "a\0b\n", "NUL"),
    ] {
        fs::write(user.place().join("script"), script).unwrap();
        let arguments = ["new", id, "--cached", "script", "--run", "-", "--name", "N: #1"];
        user.run_with(&arguments, script.as_bytes()).says(0, &[warned]);
        let manifest = manifest(&user, id);
        assert_eq!(manifest["cached_preflight_script"], script);
        assert_eq!(manifest["run_preflight_script"], script);
        assert_eq!(manifest["name"], "N: #1");
    }
}

#[test]
fn what_cannot_be_made_is_a_sentence_and_leaves_nothing() {
    let user = User::new().with("there", "name: [");
    fs::write(user.place().join("script"), b"echo\n\xc3\xa4\xff").unwrap();
    for (arguments, code, words) in [
        (&["new", "there"][..], 1, "exists; choose another id"),
        (&["new", "there", "--edit"], 1, "exists; choose another id"),
        (&["new", "a/../b"], 1, "no environment id"),
        (&["new", "a", "--cached", "script"], 1, "`script:2:2` is no text"),
        (&["new", "a", "--run", "none"], 1, "cannot read `none`"),
        (&["new", "a", "--run", "."], 1, "cannot read `.`"),
        (&["new", "a", "--cached", "-", "--run", "-"], 2, "one script only"),
        (&["new", "a", "--base", "a b"], 2, "no image reference"),
        (&["new", "a", "--base", ""], 2, "no image reference"),
        (&["new", "a", "--base", "../images"], 2, "no image reference: `..`"),
    ] {
        let ended = user.run(arguments);
        ended.says(code, &[words]);
        assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
    }
    assert_eq!(names(user.file("there").parent().unwrap()), ["there.yaml"]);
}

#[test]
fn it_can_be_edited_before_it_is_written() {
    let user = User::new().editor(r#"test ! -e "$FILE" && sed -i 's/^name:.*/name: Mine/' "$1""#);
    user.run(&["new", "web", "--edit"]).says(0, &[]);
    assert!(user.text("web").contains("name: Mine\n"));

    let user = User::new().editor("true");
    user.run(&["new", "web", "--edit"]).says(0, &[]);
    assert!(user.file("web").exists());

    let user = User::new().editor("exit 1");
    user.run(&["new", "web", "--edit"]).says(1, &["ended with exit 1", "nothing is kept"]);
    assert!(!user.file("web").exists());

    let user = User::new().editor(r#"echo x >"$1""#);
    user.run(&["new", "web", "--edit"]).says(1, &["`prebake new web --edit` takes it up"]);
    assert!(!user.file("web").exists() && user.draft("web").exists());
}

#[test]
fn export_gives_a_file_that_means_the_same() {
    let user = User::new().with("web", "# gone\nbase_image: debian:12\nextra: {a: [1]}\n");
    let ended = user.run(&["export", "web", "--yaml"]);
    ended.says(0, &[]);
    assert!(ended.stdout.contains("cache_container_build: true\n"), "{ended:?}");
    assert!(!ended.stdout.contains("gone"), "{ended:?}");
    let user = user.with("copy", &ended.stdout);
    assert_eq!(manifest(&user, "copy"), manifest(&user, "web"));
    assert_eq!(user.run(&["export", "copy", "--yaml"]).stdout, ended.stdout);
}
