//! Baking a layer: run its scripts in a container of the layer below, then commit that container.
//!
//! The engine holds the whole state. The container's name is the lock: whoever creates it bakes,
//! everybody else joins. A [`job`] is one client's part in it: [`start`] begins the bake,
//! [`follow`] watches it, [`finish`] makes the image under a [`commit_lock`], [`failed`] keeps what
//! went wrong, [`cancel`] ends it, [`tidy`] sees to what dead clients left, and [`found`] finds
//! those of the engine whoever began them. [`values`] knows its secrets, [`prove`] sees to it that
//! none gets into an image, and [`caches`] gives it volumes. [`account`] is what the history gets to
//! know. A lock file tells, on one machine, whether the client that drives a bake is still alive.

mod account;
mod caches;
mod cancel;
mod commit_lock;
mod failed;
mod finish;
mod follow;
mod found;
mod job;
mod prove;
mod start;
mod tail;
mod tidy;
mod values;

pub use failed::failed_name;
pub(in crate::ops) use failed::kept;
pub use found::{Bake, Driven, Stage, cancel, follow, list};
pub(in crate::ops) use start::{owner, start_container};
pub(in crate::ops) use tail::title;

use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;

use self::job::{Driver, Goal, Job};
use crate::domain::environment::EnvironmentId;
use crate::domain::layer::{Miss, Plan, Step};
use crate::engine::ImageFacts;
use crate::ops::history::estimate::estimate;
use crate::ops::resolve::Resolved;
use crate::ops::{Context, Intents, OpError, Progress, Watch};

/// How long to wait before looking again for something another client is about to do.
const PAUSE: Duration = Duration::from_millis(50);

/// How an image came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// It was there.
    Hit,
    /// This client baked it.
    Baked,
    /// This client watched another one's bake.
    Joined,
    /// This client finished the bake of a client that had gone.
    Adopted,
}

impl How {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Baked => "baked",
            Self::Joined => "joined",
            Self::Adopted => "adopted",
        }
    }
}

/// A baked layer.
#[derive(Clone, Debug)]
pub struct Baked {
    /// Its image.
    pub image: ImageFacts,
    /// How it came to be.
    pub how: How,
    /// How long its container ran, in milliseconds.
    pub duration_ms: u64,
    /// How long its image took to be made, in milliseconds; none: another client made it.
    pub commit_ms: Option<f64>,
    /// The log on this machine.
    pub log: Option<PathBuf>,
}

impl Baked {
    /// A layer that another client baked, unseen by this one.
    fn elsewhere(image: ImageFacts) -> Self {
        Self { image, how: How::Joined, duration_ms: 0, commit_ms: None, log: None }
    }
}

/// The images of an environment after baking.
#[derive(Debug)]
pub struct Ensured {
    /// The topmost image that is there: a layer's, or the base.
    pub top: ImageFacts,
    /// Its name for people: `repository:key`, or the base's reference.
    pub name: String,
    /// How many layers are there, from the bottom.
    pub ready: usize,
    /// How the layers came to be; the one that says most: baked over adopted over joined over hit.
    pub how: How,
    /// How long the scripts of all layers took, if all of them were baked for this.
    pub scripts_ms: Option<u64>,
    /// Why the layer above `top` is not there.
    pub failure: Option<OpError>,
}

/// Whether a bake that failed a moment ago is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Yes: the user asked for a build.
    Always,
    /// Not within [`RETRY_AFTER`]: a task start should not wait for the same failure again.
    Later,
}

/// When a task start tries a failed bake again.
const RETRY_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// The failure of the same key that is kept and not old.
pub(in crate::ops) async fn failed_before(
    context: &Context,
    id: &EnvironmentId,
    miss: &Miss,
    base: &ImageFacts,
) -> Result<Option<OpError>, OpError> {
    Job::new(context, id, Goal::of(miss), base, (1, 1)).failed_before().await
}

/// Makes every layer of the plan be there, bottom first. A bake that fails ends it; what is
/// below stays, and the failure is in the result.
pub async fn ensure(
    context: &Context,
    id: &EnvironmentId,
    resolved: &Resolved,
    retry: Retry,
    intents: &mut Intents,
    watch: &mut dyn Watch,
) -> Result<Ensured, OpError> {
    let Plan { steps } = &resolved.plan;
    let mut ensured = Ensured {
        top: resolved.base.clone(),
        name: resolved.stack.base.reference.clone(),
        ready: 0,
        how: How::Hit,
        scripts_ms: Some(0),
        failure: None,
    };
    // A bake tidies up by itself; a build that finds everything there does it here.
    if retry == Retry::Always && resolved.plan.is_warm() {
        job::tidy_up(context, "", watch).await;
    }
    for (index, step) in steps.iter().enumerate() {
        let name = step.layer().image();
        let (image, how, took_ms) = match step {
            Step::Covered(_) => continue,
            Step::Reuse(ready) => (reused(context, &ready.image_id, &name).await?, How::Hit, None),
            Step::Bake(miss) => {
                let position = (index + 1, steps.len());
                let job = Job::new(context, id, Goal::of(miss), &ensured.top, position);
                if retry == Retry::Later
                    && let Some(error) = job.failed_before().await?
                {
                    ensured.failure = Some(error);
                    return Ok(ensured);
                }
                // Worth having, and not needed.
                if let Ok(Some(estimate)) = estimate(&context.folders, id, miss.layer()) {
                    watch.see(Progress::Estimated(&estimate));
                }
                match job.bake(miss.layer(), intents, watch).await {
                    Ok(baked) => (baked.image, baked.how, Some(baked.duration_ms)),
                    Err(error) if error.allows_fallback() => {
                        ensured.failure = Some(error);
                        return Ok(ensured);
                    }
                    Err(error) => return Err(error),
                }
            }
        };
        ensured.top = image;
        ensured.name = name;
        ensured.ready = index + 1;
        ensured.how = more_telling(ensured.how, how);
        let took_ms = took_ms.filter(|_| how == How::Baked);
        ensured.scripts_ms = ensured.scripts_ms.zip(took_ms).map(|(sum, took)| sum + took);
    }
    Ok(ensured)
}

/// The image of a layer that was there when the plan was made.
async fn reused(context: &Context, image_id: &str, name: &str) -> Result<ImageFacts, OpError> {
    if let Some(image) = context.engine.image(image_id).await? {
        return Ok(image);
    }
    // Removed meanwhile; the tag may have been baked anew.
    let now = context.engine.image(name).await?;
    now.ok_or_else(|| OpError::ImageGone { name: name.to_owned() })
}

fn more_telling(one: How, other: How) -> How {
    let rank = |how: How| match how {
        How::Hit => 0,
        How::Joined => 1,
        How::Adopted => 2,
        How::Baked => 3,
    };
    if rank(other) > rank(one) { other } else { one }
}
