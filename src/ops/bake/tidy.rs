//! What clients of this machine left when they were killed: containers that were never started,
//! bakes that ended with nobody there, images that were made and not tagged. What other machines'
//! clients left is left to them.

use super::account;
use super::cancel::is_cancelled;
use super::commit_lock::{self, CommitLock};
use super::failed::set_aside;
use super::finish::{Finished, remove_if_untagged, remove_untagged, repository};
use super::prove::{Proof, prove};
use super::tail::{Tail, Unwatched};
use super::values::Known;
use crate::domain::layer::labels;
use crate::engine::{ContainerFacts, ImageFacts, State};
use crate::ops::{Context, OpError};
use crate::store::bake_lock::BakeLock;
use crate::store::bake_log::BakeLog;
use crate::store::kept_log;

/// Brings all of it to its end, except for the bake named `except`, which its own job sees to.
pub(super) async fn tidy(context: &Context, except: &str) -> Result<(), OpError> {
    let engine = &context.engine;
    let ours = [format!("{}=bake", labels::ROLE), format!("{}={}", labels::CLIENT, context.client)];
    for container in engine.containers(&ours).await? {
        if is_cancelled(&container) {
            engine.remove_container(&container.id).await?;
        }
        let bakes = container.name.starts_with("prebake-bake-") && container.name != except;
        if !bakes || container.state == State::Running {
            continue;
        }
        // Whoever holds the lock is at work on it.
        let Ok(Some(lock)) = BakeLock::try_take(&context.folders.locks(), &container.name) else {
            continue;
        };
        // It may have gone on between the list and the lock.
        if let Some(now) = engine.container(&container.id).await?
            && now.name == container.name
        {
            end(context, now).await?;
        }
        drop(lock);
    }
    locks(context).await?;
    BakeLock::remove_free(&context.folders.locks());
    untagged(context).await
}

async fn end(context: &Context, container: ContainerFacts) -> Result<(), OpError> {
    match container.state {
        State::Created => Ok(context.engine.remove_container(&container.id).await?),
        State::Running | State::Removing => Ok(()),
        State::Exited(0) => adopt(context, container).await,
        State::Exited(_) => set_aside(context, &container).await.map(drop),
    }
}

/// Finishes a bake that ended well.
async fn adopt(context: &Context, container: ContainerFacts) -> Result<(), OpError> {
    let engine = &context.engine;
    let (layer, key) = (container.label(labels::LAYER), container.label(labels::KEY));
    let image = engine.image(&format!("{}:{key}", repository(layer))).await?;
    let before = image.filter(|image| image.found().key.as_deref() == Some(key));
    // One that was made before this bake began is what it replaces.
    let is_newer = |before: &ImageFacts| before.created >= container.created;
    if before.as_ref().is_some_and(is_newer) {
        return Ok(engine.remove_container(&container.id).await?);
    }
    let Some(below) = engine.image(&container.image).await? else { return Ok(()) };
    let Some(held) = CommitLock::try_take(context, &container.name, &below.id).await? else {
        return Ok(());
    };
    let adopted = match Known::by_labels(&container) {
        Known::None => adopt_open(context, &container, &below).await,
        // Its secrets went with its client: nothing can tell whether it holds them. The log that
        // the client wrote stays as it is.
        Known::Values(_) | Known::Unknown => Ok(true),
    };
    held.free(engine).await?;
    if adopted? {
        engine.remove_container(&container.id).await?;
    }
    match before {
        Some(before) => remove_if_untagged(context, &before.id).await,
        None => Ok(()),
    }
}

/// Makes the image of a bake without secrets; whether its container is of no more use.
async fn adopt_open(
    context: &Context,
    container: &ContainerFacts,
    below: &ImageFacts,
) -> Result<bool, OpError> {
    let engine = &context.engine;
    let bake = Tail::nonce(container).to_owned();
    let log = BakeLog::create(&context.folders, &bake).ok();
    let mut tail = Tail::new(&bake, log);
    tail.take_all(engine.logs(&container.id, false), &mut Unwatched).await?;
    tail.finish(&mut Unwatched);
    tail.ended_at(container.finished);
    let Some(finished) = Finished::of(container.clone(), &tail) else {
        set_aside(context, container).await?;
        return Ok(false);
    };
    let took = finished.duration_ms();
    let Proof::Clean(clean) = prove(engine, finished, &Known::None).await? else {
        return Ok(true);
    };
    let made = clean.make_image(context, below).await?;
    account::adopted(context, container, &tail, &made, below, took).await;
    Ok(true)
}

/// Locks of clients that died while they made an image.
async fn locks(context: &Context) -> Result<(), OpError> {
    let ours = [
        format!("{}={}", labels::ROLE, commit_lock::ROLE),
        format!("{}={}", labels::CLIENT, context.client),
    ];
    for container in context.engine.containers(&ours).await? {
        let bake = container.name.replacen("prebake-commit-", "prebake-bake-", 1);
        if let Ok(Some(_lock)) = BakeLock::try_take(&context.folders.locks(), &bake) {
            context.engine.remove_container(&container.id).await?;
        }
    }
    Ok(())
}

/// An untagged image of a bake of this machine whose container is gone can never be finished.
async fn untagged(context: &Context) -> Result<(), OpError> {
    let layers = [format!("{}=layer", labels::ROLE)];
    for image in context.engine.images(&layers, true).await? {
        let Some(bake) = image.labels.get(labels::BAKE) else { continue };
        let here = matches!(kept_log::find(&context.folders, bake), Ok(Some(_)));
        let filter = [format!("{}={bake}", labels::BAKE), format!("{}=bake", labels::ROLE)];
        if here && context.engine.containers(&filter).await?.is_empty() {
            remove_untagged(context, bake).await?;
        }
    }
    Ok(())
}
