//! Files that are no environment: each is told with its place and cause, whatever is in it, and
//! hides no other.

use std::fmt::Write as _;

use crate::setup::{User, WEB};

/// Ten levels of nine aliases each: billions of values, if all were followed.
fn alias_bomb() -> String {
    let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..10 {
        let above = format!("*a{},", level - 1).repeat(9);
        writeln!(text, "a{level}: &a{level} [{above}]").unwrap();
    }
    text
}

/// Texts that are no environment; where, as it stands behind the path; and words of the cause.
fn broken() -> Vec<(&'static str, Vec<u8>, &'static str, &'static str)> {
    let long_script = "cached_preflight_script: |\n".to_owned() + &"  echo\n".repeat(3 << 20);
    vec![
        ("empty", b"".into(), ":1:1", "empty"),
        ("binary", b"\x7fELF\x02\x01\x01\0\0\0\xff\xfe".into(), ":1:11", "UTF-8"),
        ("latin", b"version: 1\nname: caf\xe9\n".into(), ":2:10", "UTF-8"),
        ("nul", b"version: 1\nname: a\0b\n".into(), ":2:8", "NUL"),
        ("huge", long_script.into(), ":1:1", "an environment file may have"),
        ("twice", b"name: a\nuser: b\nname: c\n".into(), ":3:1", "`name` is given twice"),
        ("bomb", alias_bomb().into(), ":5:30", "expands to too many"),
        ("newer", b"name: a\nversion: 2\n".into(), ":2:10", "version `2` is not known"),
        ("type", b"cache_container_build: maybe\n".into(), ":1:24", "`cache_container_build`"),
        ("list", b"version: 1\nname: [a]\n".into(), ":2:7", "`name`"),
        ("user", b"user: \"a\\nRUN x\"\n".into(), ":1:7", "is no user"),
        ("folder", b"workdir: src\n".into(), ":1:10", "`src` is not absolute"),
        ("base", b"base_image: a?b=c\n".into(), ":1:13", "it contains '?'"),
        ("open", b"mounts: {\n".into(), ":1:9", "a list is expected"),
        ("tab", b"env_vars:\n\tA: 1\n".into(), ":2:2", "tab"),
    ]
}

fn user() -> User {
    let user = User::new().with("good", WEB).with("other", WEB);
    broken().into_iter().fold(user, |user, (id, text, ..)| user.with(id, text))
}

#[test]
fn each_is_told_with_its_place_and_hides_no_other() {
    let user = user();
    let listed = user.run(&["list"]);
    assert_eq!(listed.code, 0, "{listed:?}");
    let ids: Vec<_> = listed.stdout.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(ids, ["good", "other"]);
    assert_eq!(listed.stderr.lines().count(), broken().len(), "{listed:#?}");
    for (id, _, place, cause) in broken() {
        let path = format!("{}{place}", user.file(id).display());
        let told = listed.stderr.lines().find(|line| line.contains(&path));
        assert!(told.is_some_and(|line| line.contains(cause)), "{id}: {listed:#?}");
    }
}

#[test]
fn each_has_its_place_in_the_document() {
    let document = user().run(&["list", "--json"]).json();
    assert_eq!(document["environments"].as_array().unwrap().len(), 2);
    let told = document["broken"].as_array().unwrap();
    assert_eq!(told.len(), broken().len());
    for (id, _, place, _) in broken() {
        let told = told.iter().find(|told| told["id"] == id).unwrap();
        // A size has no place of its own.
        let place = if id == "huge" { ":null:null" } else { place };
        assert_eq!(format!(":{}:{}", told["line"], told["column"]), place, "{told}");
    }
}

#[test]
fn every_command_ends_with_one_sentence_and_asks_no_engine() {
    let user = user();
    for (id, _, place, cause) in broken() {
        let path = format!("{id}.yaml{place}");
        for (arguments, code) in [
            (&["show", id][..], 1),
            (&["show", id, "--json"], 1),
            (&["build", id], 1),
            (&["status", id], 1),
            (&["explain", id], 1),
            (&["export", id, "--dockerfile"], 1),
            (&["run", id, "--", "true"], 125),
        ] {
            let ended = user.run(&[&["--host", "unix:///nowhere/s"], arguments].concat());
            ended.says(code, &[&path, cause]);
            assert_eq!((ended.stdout.as_str(), ended.stderr.lines().count()), ("", 1), "{ended:?}");
            assert!(ended.stderr.len() < 700, "{ended:?}");
        }
    }
}
