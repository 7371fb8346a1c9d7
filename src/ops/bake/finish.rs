//! The end of a bake that went well: its image is made and tagged, by one client only.

use std::time::{Duration, Instant};

use super::prove::Clean;
use super::tail::Tail;
use super::{Baked, Driver, How, Job, commit_lock};
use crate::domain::layer::{LayerKind, labels};
use crate::engine::{ContainerFacts, ImageFacts, State};
use crate::ops::{Context, Intents, OpError, Progress, Watch};

/// How long the removal of a bake's container is waited for.
const REMOVAL: Duration = Duration::from_millis(60);
/// How long that of an image that was replaced: engines of the containerd image store end it with
/// the request for it.
const REPLACED: Duration = Duration::from_secs(5);

/// After how many pauses it is told that another client is waited for.
const TELL_AFTER: u32 = 100;

/// A bake whose container ended with success and whose log told that every script succeeded and
/// is gone. It becomes an image once it is seen to hold no secret.
pub(super) struct Finished {
    pub(super) facts: ContainerFacts,
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

    /// How long its scripts took, in milliseconds; 0: it is not known. An engine notes the start
    /// when the call for it returns, which can be after a very short script has ended.
    pub(super) fn duration_ms(&self) -> u64 {
        match (self.facts.started, self.facts.finished) {
            (Some(started), Some(finished)) => {
                u64::try_from(finished.duration_since(started).as_millis())
                    .map_or(1, |ms| ms.max(1))
            }
            _ => 0,
        }
    }
}

impl Clean {
    /// Makes the image and tags it when it is complete. The labels of the container name all inputs
    /// of the layer, so nothing else is needed to finish it.
    pub(super) async fn make_image(
        &self,
        context: &Context,
        below: &ImageFacts,
    ) -> Result<ImageFacts, OpError> {
        let Self(finished) = self;
        let engine = &context.engine;
        let mut all = finished.facts.labels.clone();
        all.insert(labels::ROLE.to_owned(), "layer".to_owned());
        all.insert(labels::DURATION_MS.to_owned(), finished.duration_ms().to_string());
        all.insert(labels::CLIENT.to_owned(), String::new());
        let image = engine.commit(&finished.facts.id, below, &all).await?;
        let repository = repository(finished.facts.label(labels::LAYER));
        engine.tag(&image.id, repository, finished.facts.label(labels::KEY)).await?;
        remove_untagged(context, finished.bake()).await?;
        Ok(image)
    }
}

/// The repository of a layer by the word in its label.
pub(super) fn repository(layer: &str) -> &'static str {
    kind(layer).repository()
}

/// The kind of a layer by the word in its label.
pub(super) fn kind(layer: &str) -> LayerKind {
    LayerKind::parse(layer).unwrap_or(LayerKind::Environment)
}

/// Makes the image of a bake, unless another client does; then its container is gone.
pub(super) async fn finish(
    job: &Job<'_>,
    clean: &Clean,
    lock: Option<Driver>,
    how: How,
    before: Option<&str>,
    intents: &mut Intents,
    watch: &mut dyn Watch,
) -> Result<Baked, OpError> {
    let Clean(finished) = clean;
    let done = |image, how, commit_ms| {
        let duration_ms = finished.duration_ms();
        Ok(Baked { image, how, duration_ms, commit_ms, log: None })
    };
    let engine = &job.context.engine;
    let (mut lock, mut waited) = (lock, 0);
    let held = loop {
        if lock.is_none() {
            lock = job.drive(watch);
        }
        let held = if lock.is_some() { commit_lock::of(job).await? } else { None };
        // Looked for after the lock: whoever held it before has tagged or has not.
        if let Some(image) = job.ready(before).await? {
            remove(REMOVAL, engine.remove_container(&finished.facts.id)).await?;
            if let Some(held) = held {
                held.free(engine).await?;
            }
            return done(image, how, None);
        }
        if let Some(held) = held {
            break held;
        }
        waited += 1;
        if waited == TELL_AFTER {
            watch.see(Progress::Warning(
                "waiting for another prebake, which is making the image or is stopped",
            ));
        }
        job.pause(intents).await?;
    };

    watch.see(Progress::Committing);
    let begun = Instant::now();
    let made = clean.make_image(job.context, job.below);
    let mut made = std::pin::pin!(made);
    let image = tokio::select! {
        image = &mut made => image,
        _ = intents.ended() => {
            watch.see(Progress::Warning("too late to stop: the scripts are done and the image is being made"));
            made.await
        }
    };
    held.free(engine).await?;
    let image = image?;
    let commit_ms = begun.elapsed().as_secs_f64() * 1000.0;
    // What takes the engine long is not waited for: it goes on without us, and if it does not,
    // the next bake removes what is left.
    remove(REMOVAL, engine.remove_container(&finished.facts.id)).await?;
    if let Some(before) = before {
        remove(REPLACED, remove_if_untagged(job.context, before)).await?;
    }
    drop(lock);
    done(image, if how == How::Joined { How::Adopted } else { how }, Some(commit_ms))
}

/// Waits for a removal, but no longer than that.
async fn remove<E>(
    longest: Duration,
    removal: impl Future<Output = Result<(), E>>,
) -> Result<(), E> {
    tokio::time::timeout(longest, removal).await.unwrap_or(Ok(()))
}

/// Removes images of the bake `bake` that were made and not tagged: only what is a bake's own
/// work, since everything made of it inherits its labels.
pub(super) async fn remove_untagged(context: &Context, bake: &str) -> Result<(), OpError> {
    let filter = [format!("{}={bake}", labels::BAKE), format!("{}=layer", labels::ROLE)];
    for image in context.engine.images(&filter, true).await? {
        remove_if_untagged(context, &image.id).await?;
    }
    Ok(())
}

/// Removes an image that a bake made, if nobody gave it another name; one in use stays.
pub(super) async fn remove_if_untagged(context: &Context, id: &str) -> Result<(), OpError> {
    match context.engine.image(id).await? {
        Some(image) if image.is_baked && image.tags.is_empty() => {
            Ok(context.engine.remove_image(id).await?)
        }
        _ => Ok(()),
    }
}
