//! Changes are told as they happen, until the engine is lost.

use jiff::Timestamp;
use prebake::engine::{Engine, Surroundings};
use prebake::ops::{Change, Context, Folders, changes};
use tokio::io::AsyncWriteExt as _;

use super::context;
use crate::support::{World, engine_socket};

#[tokio::test]
async fn a_build_is_told_without_asking() {
    let world = World::new().environment("demo", |e| e.cached("echo demo"));
    let context = context(&world).await;
    let (sender, mut told) = tokio::sync::mpsc::unbounded_channel();
    let since = Timestamp::now();
    let watching = tokio::spawn(async move {
        changes(&context, since, move |change| sender.send(change).unwrap_or_default()).await
    });
    world.build("demo").succeeds();
    let mut missing = vec![Change::Containers, Change::Images];
    while !missing.is_empty() {
        let change = told.recv().await.unwrap();
        missing.retain(|one| *one != change);
    }
    assert!(!watching.is_finished());
    watching.abort();
}

#[tokio::test]
async fn a_lost_engine_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("engine.sock");
    let listener = tokio::net::UnixListener::bind(&socket).unwrap();
    // Answers as the real one does, and lets go of everybody when it is told to.
    let (cut, _) = tokio::sync::broadcast::channel::<()>(1);
    let cutting = cut.clone();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut engine = tokio::net::UnixStream::connect(engine_socket()).await.unwrap();
            let mut cut = cutting.subscribe();
            tokio::spawn(async move {
                tokio::select! {
                    _ = tokio::io::copy_bidirectional(&mut client, &mut engine) => {}
                    _ = cut.recv() => {}
                }
                let _ = client.shutdown().await;
            });
        }
    });
    let host = format!("unix://{}", socket.display());
    let engine = Engine::connect(Some(&host), &Surroundings::default()).await.unwrap();
    let context = Context::new(engine, Folders::new(folder.path(), folder.path().join("state")));
    let world = World::new().environment("demo", |e| e.cached("echo demo"));
    let (sender, mut told) = tokio::sync::mpsc::unbounded_channel();
    let since = Timestamp::now();
    let watching = tokio::spawn(async move {
        changes(&context, since, move |change| sender.send(change).unwrap_or_default()).await
    });
    world.build("demo").succeeds();
    told.recv().await.unwrap();
    cut.send(()).unwrap();
    let error = watching.await.unwrap().to_string();
    assert!(error.contains("follow what happens in the engine"), "{error}");
}
