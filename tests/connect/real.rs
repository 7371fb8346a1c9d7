//! The real engine on the default socket.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use prebake::engine::{Engine, HostSource, Outcome, Surroundings};

use crate::fake::nowhere;

#[tokio::test]
async fn the_default_socket_is_found_without_any_choice() {
    let folder = tempfile::tempdir().unwrap();
    let probe = Engine::probe(None, &nowhere(&folder)).await;
    let attempt = probe.attempts.last().unwrap();
    assert_eq!(attempt.source, HostSource::DefaultSocket);
    assert!(matches!(&attempt.outcome, Outcome::Answered(versions) if versions.os == "linux"));
    assert!(probe.engine.is_some());
}

#[tokio::test]
async fn the_engine_tells_what_it_is_like() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::connect(None, &nowhere(&folder)).await.unwrap();
    let facts = engine.facts().await.unwrap();
    assert!(facts.root_dir.starts_with('/'), "{facts:?}");
    assert_ne!(facts.storage_driver, "unknown");
    assert_ne!(facts.logging_driver, "unknown");
    assert!(facts.containers.is_some() && facts.images.is_some());
    assert!(facts.client_api_version >= facts.min_api_version.unwrap());
}

#[tokio::test]
async fn the_engine_is_reached_through_dockers_own_relay() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("ssh");
    fs::write(
        &script,
        "#!/bin/bash\nwhile [ \"$1\" != -- ]; do shift || exit 9; done\nshift 2\nunset DOCKER_HOST DOCKER_CONTEXT\nexec \"$@\"\n",
    )
    .unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let around = Surroundings { ssh: Some(script.into_os_string()), ..nowhere(&folder) };
    let engine =
        Engine::connect(Some("ssh://build:2222/var/run/docker.sock"), &around).await.unwrap();
    let facts = engine.facts().await.unwrap();
    assert_eq!(facts.engine_version, engine.versions().engine);
    assert_eq!(facts.disk, None, "another machine's disk is unknown");
}
