//! The end of a bake: committed, set aside after a failure, or cancelled.

use std::time::Duration;

use jiff::Timestamp;

use super::{Baked, How, Job, PAUSE};
use crate::domain::layer::labels;
use crate::engine::{ContainerFacts, EngineError, State};
use crate::ops::{Context, OpError, Progress, Watch};
use crate::store::bake_lock::BakeLock;

/// How long a client of another machine is given to commit its own bake.
const GRACE: Duration = Duration::from_secs(3);

/// Makes the image of a bake that ended well, unless another client does; then removes the
/// container.
pub(super) async fn finish(
    job: &Job<'_>,
    container: &ContainerFacts,
    lock: Option<BakeLock>,
    how: How,
    before: Option<&str>,
    watch: &mut dyn Watch,
) -> Result<Baked, OpError> {
    let engine = &job.context.engine;
    let name = job.layer().key.bake_container();
    let facts = engine
        .container(&container.id)
        .await?
        .unwrap_or_else(|| container.clone());
    let duration_ms = duration_ms(&facts);
    let done = |image_id, how| {
        Ok(Baked {
            image_id,
            how,
            duration_ms,
            log: None,
        })
    };

    let theirs = facts.label(labels::CLIENT) != job.context.client;
    let patience = Timestamp::now() + if theirs { GRACE } else { Duration::ZERO };
    let mut lock = lock;
    loop {
        if let Some(image) = job.ready(before).await? {
            engine.remove_container(&container.id).await?;
            return done(image, how);
        }
        if lock.is_none() {
            lock = BakeLock::try_take(&job.context.folders.locks(), &name)
                .map_err(|error| job.lock_error(&error))?;
        }
        // With the lock nobody on this machine commits; the image is looked for once more by
        // whoever got it late.
        if lock.is_some() && Timestamp::now() >= patience {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    if let Some(image) = job.ready(before).await? {
        engine.remove_container(&container.id).await?;
        return done(image, how);
    }

    watch.see(Progress::Committing);
    let image = commit(job, &facts, duration_ms).await?;
    let layer = job.layer();
    engine
        .tag(&image, layer.kind.repository(), layer.key.as_str())
        .await?;
    engine.remove_container(&container.id).await?;
    remove_untagged(job.context, facts.label(labels::BAKE)).await?;
    if let Some(before) = before {
        // The image that the rebuild replaced; one in use stays.
        engine.remove_image(before).await?;
    }
    drop(lock);
    let how = if how == How::Joined {
        How::Adopted
    } else {
        how
    };
    done(image, how)
}

/// Makes the image, without a tag.
async fn commit(
    job: &Job<'_>,
    container: &ContainerFacts,
    duration_ms: u64,
) -> Result<String, OpError> {
    let bake = container.label(labels::BAKE);
    let mut all = labels::of_layer(
        job.layer(),
        container.label(labels::ENVIRONMENT),
        bake,
        "layer",
    );
    all.insert(labels::DURATION_MS.to_owned(), duration_ms.to_string());
    all.insert(labels::CLIENT.to_owned(), String::new());
    Ok(job
        .context
        .engine
        .commit(&container.id, job.below, &all)
        .await?)
}

/// Removes images of the bake `bake` that carry no tag.
pub(super) async fn remove_untagged(context: &Context, bake: &str) -> Result<(), OpError> {
    let filter = [format!("{}={bake}", labels::BAKE)];
    for image in context.engine.images(&filter, true).await? {
        context.engine.remove_image(&image.id).await?;
    }
    Ok(())
}

/// Keeps the container of a failed bake under a name of its own, so that the key is free again.
/// One is kept an environment and layer. Returns the name.
pub(super) async fn set_aside(
    context: &Context,
    container: &ContainerFacts,
) -> Result<String, OpError> {
    let name = failed_name(
        container.label(labels::ENVIRONMENT),
        container.label(labels::LAYER),
    );
    if container.name == name {
        return Ok(name);
    }
    loop {
        match context.engine.rename_container(&container.id, &name).await {
            Ok(()) => return Ok(name),
            // Another client did it, or removed it.
            Err(EngineError::NotFound { .. }) => return Ok(name),
            Err(EngineError::Conflict { .. }) => match context.engine.container(&name).await? {
                Some(older) if older.id == container.id => return Ok(name),
                Some(older) => context.engine.remove_container(&older.id).await?,
                None => {}
            },
            Err(error) => return Err(error.into()),
        }
    }
}

/// The name of the kept container of an environment's failed layer.
#[must_use]
pub fn failed_name(environment: &str, layer: &str) -> String {
    format!("prebake-failed-{environment}-{layer}")
}

/// Stops the bake's container, makes sure that it stopped, and removes it.
pub(super) async fn cancel(context: &Context, id: &str) -> Result<(), OpError> {
    let engine = &context.engine;
    engine.signal_container(id, "KILL").await?;
    engine.wait_container(id).await?;
    if let Some(facts) = engine.container(id).await?
        && facts.state == State::Running
    {
        return Err(OpError::Unusable(format!(
            "container `{}` still runs after it was killed; stop it with `docker rm -f {}`",
            facts.name, facts.name
        )));
    }
    engine.remove_container(id).await?;
    Ok(())
}

fn duration_ms(facts: &ContainerFacts) -> u64 {
    match (facts.started, facts.finished) {
        (Some(started), Some(finished)) => {
            u64::try_from(finished.duration_since(started).as_millis()).unwrap_or(0)
        }
        _ => 0,
    }
}
