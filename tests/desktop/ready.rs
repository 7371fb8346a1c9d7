//! What the tests of the desktop start from: a Debian, and the shipped desktop baked on it.

use std::fs::{self, File};
use std::process::Command;

use crate::rfb::Url;
use crate::support::{Docker, World, repository, within};

/// The name of the base image.
const BASE: &str = "prebake-test-base:debian";

/// The id of the environment whose only layer is the desktop.
const OWNER: &str = "prebake-test-desktop";

/// The base image, with the shipped desktop baked on it. Tests of other processes wait for the
/// one that makes them.
pub(crate) fn base() -> &'static str {
    let lock = File::create(std::env::temp_dir().join("prebake-test-desktop.lock")).unwrap();
    lock.lock().unwrap();
    let docker = Docker::default();
    if docker.image(BASE).is_none() {
        let script = repository().join("scripts/base-image");
        let status = Command::new(script).args(["debian", BASE]).status().unwrap();
        assert!(status.success(), "no base image `{BASE}`, and scripts/base-image fails");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("config/environments")).unwrap();
    let text = format!(
        "version: 1\nbase_image: {BASE}\nheadless_desktop_enabled: true\ncache_desktop_build: true\n"
    );
    fs::write(folder.path().join(format!("config/environments/{OWNER}.yaml")), text).unwrap();
    let built = Command::new(env!("CARGO_BIN_EXE_prebake"))
        .args(["build", OWNER])
        .env("PREBAKE_CONFIG_DIR", folder.path().join("config"))
        .env("PREBAKE_STATE_DIR", folder.path().join("state"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "the shipped desktop cannot be baked on `{BASE}`:\n{told}");
    // Desktops of older scripts are needed by nobody.
    let made = String::from_utf8_lossy(&built.stdout).trim_end().to_owned();
    let made = docker.image(&made).unwrap()["Id"].as_str().unwrap().to_owned();
    for image in docker.images(&format!("prebake.environment={OWNER}")) {
        if image != made {
            docker.try_ask(["rmi", &image]);
        }
    }
    BASE
}

/// A world with one environment, `demo`, that has a desktop.
pub(crate) fn world() -> World {
    World::new().environment("demo", |e| e.base(base()).desktop(true, true))
}

/// A task that runs and whose desktop is ready.
pub(crate) struct Started {
    /// Its id.
    pub(crate) id: String,
    /// What opens its desktop.
    pub(crate) url: Url,
}

/// Starts a script in `demo` and leaves it running.
#[track_caller]
pub(crate) fn start(world: &World, script: &str) -> Started {
    let begun = world.prebake(["run", "demo", "-d", "--", "bash", "-c", script]).run().succeeds();
    let told = begun.err();
    let line = told.lines().find_map(|line| line.strip_prefix("desktop: "));
    let line = line.unwrap_or_else(|| panic!("no URL was told:\n{told}"));
    Started { id: begun.line(), url: Url::parse(line) }
}

/// What `prebake logs` prints of a task once it contains `text`.
#[track_caller]
pub(crate) fn logs_until(world: &World, id: &str, text: &str) -> String {
    within(std::time::Duration::from_secs(30), text, || {
        let outcome = world.prebake(["logs", id]).run();
        let logs = outcome.out() + &outcome.err();
        logs.contains(text).then_some(logs)
    })
}
