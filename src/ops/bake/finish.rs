//! The end of a bake: committed, set aside after a failure, or cancelled.

use std::time::Duration;

use jiff::Timestamp;

use super::tail::Tail;
use super::{Baked, How, Job, PAUSE};
use crate::domain::layer::{LayerKind, labels};
use crate::engine::{ContainerFacts, EngineError, ImageFacts, State};
use crate::ops::{Context, OpError, Progress, Watch};
use crate::store::bake_lock::BakeLock;

/// How long a client of another machine is given to commit its own bake.
const GRACE: Duration = Duration::from_secs(3);

/// How long the removal of what a bake leaves is waited for.
const REMOVAL: Duration = Duration::from_millis(200);

/// A bake whose container ended with success and whose log told that every script succeeded and
/// is gone. Nothing else can become an image.
pub(super) struct Finished {
    facts: ContainerFacts,
}

impl Finished {
    /// The bake of this container, if its log says so. A status alone is no proof: an engine that
    /// was killed may not remember the right one.
    pub(super) fn of(facts: ContainerFacts, tail: &Tail) -> Option<Self> {
        (facts.state == State::Exited(0) && tail.is_done()).then_some(Self { facts })
    }

    fn bake(&self) -> &str {
        self.facts.label(labels::BAKE)
    }

    fn duration_ms(&self) -> u64 {
        match (self.facts.started, self.facts.finished) {
            (Some(started), Some(finished)) => {
                u64::try_from(finished.duration_since(started).as_millis()).unwrap_or(0)
            }
            _ => 0,
        }
    }

    /// Makes the image, tags it when it is complete, and removes the container. The labels of the
    /// container name all inputs of the layer, so nothing else is needed to finish it.
    pub(super) async fn make_image(
        &self,
        context: &Context,
        below: &ImageFacts,
    ) -> Result<String, OpError> {
        let engine = &context.engine;
        let mut all = self.facts.labels.clone();
        all.insert(labels::ROLE.to_owned(), "layer".to_owned());
        all.insert(labels::DURATION_MS.to_owned(), self.duration_ms().to_string());
        all.insert(labels::CLIENT.to_owned(), String::new());
        let image = engine.commit(&self.facts.id, below, &all).await?;
        let repository = repository(self.facts.label(labels::LAYER));
        engine.tag(&image, repository, self.facts.label(labels::KEY)).await?;
        self.remove(context).await?;
        remove_untagged(context, self.bake()).await?;
        Ok(image)
    }

    /// Removes the container. The engine takes seconds for a big one, and nobody needs to wait:
    /// it goes on without us, and if it does not, the next bake removes what is left.
    async fn remove(&self, context: &Context) -> Result<(), OpError> {
        let removal = context.engine.remove_container(&self.facts.id);
        Ok(tokio::time::timeout(REMOVAL, removal).await.unwrap_or(Ok(()))?)
    }
}

/// The repository of a layer by the word in its label.
pub(super) fn repository(layer: &str) -> &'static str {
    let kinds = [LayerKind::Desktop, LayerKind::Environment];
    let kind = kinds.into_iter().find(|kind| kind.to_string() == layer);
    kind.unwrap_or(LayerKind::Environment).repository()
}

/// Makes the image of a bake, unless another client does; then its container is gone.
pub(super) async fn finish(
    job: &Job<'_>,
    finished: &Finished,
    lock: Option<BakeLock>,
    how: How,
    before: Option<&str>,
    watch: &mut dyn Watch,
) -> Result<Baked, OpError> {
    let engine = &job.context.engine;
    let name = job.layer().key.bake_container();
    let done =
        |image_id, how| Ok(Baked { image_id, how, duration_ms: finished.duration_ms(), log: None });

    let theirs = finished.facts.label(labels::CLIENT) != job.context.client;
    let patience = Timestamp::now() + if theirs { GRACE } else { Duration::ZERO };
    let mut lock = lock;
    loop {
        if lock.is_none() {
            lock = BakeLock::try_take(&job.context.folders.locks(), &name)
                .map_err(|error| job.lock_error(&error))?;
        }
        // Looked for after the lock: whoever held it before has tagged or has not.
        if let Some(image) = job.ready(before).await? {
            finished.remove(job.context).await?;
            return done(image, how);
        }
        if lock.is_some() && Timestamp::now() >= patience {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }

    watch.see(Progress::Committing);
    let image = finished.make_image(job.context, job.below).await?;
    if let Some(before) = before {
        // The image that the rebuild replaced; one in use stays. What takes long is not waited
        // for, as with the container.
        let removal = engine.remove_image(before);
        tokio::time::timeout(REMOVAL, removal).await.unwrap_or(Ok(()))?;
    }
    drop(lock);
    done(image, if how == How::Joined { How::Adopted } else { how })
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
    let name = failed_name(container.label(labels::ENVIRONMENT), container.label(labels::LAYER));
    if container.name == name {
        return Ok(name);
    }
    loop {
        match context.engine.rename_container(&container.id, &name).await {
            // Not found: another client did it, or removed it.
            Ok(()) | Err(EngineError::NotFound { .. }) => return Ok(name),
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
