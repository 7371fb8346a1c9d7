//! `doctor`: says what was tried, what is wrong and what to do, and ends accordingly.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;

use crate::setup::{Ended, User, WEB};

/// The state of the check `name`.
#[track_caller]
fn state(ended: &Ended, name: &str) -> String {
    let document = ended.json();
    let checks = document["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == name);
    check.map_or("absent", |check| check["state"].as_str().unwrap()).to_owned()
}

#[test]
fn without_an_engine_it_fails_and_still_looks_at_the_rest() {
    let user = User::new().with("web", WEB).with("bad", "x: [");
    let ended = user.run(&["--host", "unix:///nowhere/s", "doctor", "--json"]);
    assert_eq!(ended.code, 1);
    let document = ended.json();
    assert_eq!(document["ok"], false);
    assert!(document["engine"].is_null());
    let tried = &document["attempts"][0];
    assert_eq!((&tried["host"], &tried["source"]), (&"unix:///nowhere/s".into(), &"flag".into()));
    assert_eq!(tried["outcome"], "failed");
    assert!(tried["error"].as_str().unwrap().contains("cannot reach"), "{tried}");
    for (name, expected) in [
        ("engine", "failed"),
        ("environments", "warning"),
        ("environment", "warning"),
        ("state folder", "ok"),
        ("storage", "absent"),
    ] {
        assert_eq!(state(&ended, name), expected, "{name}: {document:#}");
    }
}

#[test]
fn text_has_a_glyph_a_word_and_what_to_do() {
    let user = User::new().variable("DOCKER_HOST", "unix:///nowhere/s");
    let ended = user.run(&["doctor"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
    for words in ["(DOCKER_HOST)", "✗ failed   engine", "→ check that it runs", "! warning", "● ok"]
    {
        assert!(ended.stdout.contains(words), "{words}: {}", ended.stdout);
    }
}

#[test]
fn what_is_no_engine_is_told() {
    let user = User::new();
    let socket = user.place().join("s");
    let listener = UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        use std::io::Write as _;
        for stream in listener.incoming() {
            let _ = stream.unwrap().write_all(b"SSH-2.0-OpenSSH_9.2\r\n");
        }
    });
    let host = format!("unix://{}", socket.display());
    let ended = user.run(&["--host", &host, "doctor", "--json"]);
    assert_eq!(ended.code, 1);
    let error = ended.json()["attempts"][0]["error"].as_str().unwrap().to_owned();
    assert!(error.contains("not that of a container engine"), "{error}");
}

#[test]
fn an_address_by_ssh_needs_ssh() {
    let user = User::new().variable("PREBAKE_SSH", "/nowhere/ssh");
    let ended = user.run(&["--host", "ssh://nowhere.invalid", "doctor", "--json"]);
    assert_eq!((ended.code, state(&ended, "ssh").as_str()), (1, "failed"));
}

#[test]
fn a_docker_context_is_named() {
    let user = User::new().variable("DOCKER_CONTEXT", "far");
    let ended = user.run(&["doctor", "--json"]);
    assert_eq!((ended.code, state(&ended, "docker context").as_str()), (1, "ok"));
    assert_eq!(ended.json()["attempts"][0]["source"], "docker-context");
}

#[test]
fn with_an_engine_the_main_job_can_run() {
    let user = User::new()
        .with("web", "base_image: prebake-no-such-image:1\n")
        .variable("EDITOR", "ed")
        .variable("DOCKER_HOST", std::env::var("DOCKER_HOST").unwrap_or_default());
    fs::create_dir(user.state()).unwrap();
    fs::set_permissions(user.state(), fs::Permissions::from_mode(0o700)).unwrap();
    let ended = user.run(&["doctor", "--json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let document = ended.json();
    let engine = &document["engine"];
    for field in ["host", "engine_version", "api_version", "client_api_version", "storage_driver"] {
        assert!(engine[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {engine}");
    }
    assert_eq!(document["ok"], true);
    for (name, expected) in [
        ("engine", "ok"),
        ("api", "ok"),
        ("state folder", "ok"),
        ("base images", "warning"),
        ("in the engine", "ok"),
        ("editor", "ok"),
    ] {
        assert_eq!(state(&ended, name), expected, "{name}: {document:#}");
    }
    fs::set_permissions(user.state(), fs::Permissions::from_mode(0o755)).unwrap();
    let ended = user.run(&["doctor", "--json"]);
    assert_eq!((ended.code, state(&ended, "state folder").as_str()), (0, "warning"));
}
