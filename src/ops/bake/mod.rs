//! Baking a layer: run its scripts in a container of the layer below, then commit that container.
//!
//! The engine holds the whole state. The container's name is the lock: whoever creates it bakes,
//! everybody else joins. [`follow`] watches it, [`finish`] commits or sets it aside, [`tidy`]
//! removes what dead clients left. A lock file tells, on one machine, whether the client that
//! drives a bake is still alive.

mod finish;
mod follow;
mod start;
mod tail;
mod tidy;

pub use finish::failed_name;
pub(in crate::ops) use start::{owner, start_container};
pub(in crate::ops) use tail::title;

use std::path::PathBuf;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::environment::EnvironmentId;
use crate::domain::layer::plan::Reason;
use crate::domain::layer::{Layer, Miss, Plan, Step, labels};
use crate::engine::{ContainerFacts, ImageFacts, State};
use crate::ops::resolve::Resolved;
use crate::ops::{Context, Intent, Intents, OpError, Progress, Watch};
use crate::store::bake_lock::BakeLock;

/// How long to wait before looking again for something another client is about to do.
const PAUSE: Duration = Duration::from_millis(50);

/// A container that another machine's client created and did not start in this time is dead.
const START_LIMIT: SignedDuration = SignedDuration::from_secs(60);

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
    /// Its image's ID.
    pub image_id: String,
    /// How it came to be.
    pub how: How,
    /// How long its container ran, in milliseconds.
    pub duration_ms: u64,
    /// The log on this machine.
    pub log: Option<PathBuf>,
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
        failure: None,
    };
    for (index, step) in steps.iter().enumerate() {
        let (image_id, how) = match step {
            Step::Reuse(ready) => (ready.image_id.clone(), How::Hit),
            Step::Bake(miss) => {
                let position = (index + 1, steps.len());
                let job = Job { context, environment: id, miss, below: &ensured.top, position };
                if retry == Retry::Later
                    && let Some(error) = job.failed_before().await?
                {
                    ensured.failure = Some(error);
                    return Ok(ensured);
                }
                match job.bake(intents, watch).await {
                    Ok(baked) => (baked.image_id, baked.how),
                    Err(error) if error.allows_fallback() => {
                        ensured.failure = Some(error);
                        return Ok(ensured);
                    }
                    Err(error) => return Err(error),
                }
            }
        };
        let name = step.layer().image();
        ensured.top = match context.engine.image(&image_id).await? {
            Some(image) => image,
            // Removed between the plan and now; the tag may have been baked anew.
            None => context.engine.image(&name).await?.ok_or_else(|| {
                OpError::Unusable(format!("image `{name}` was removed meanwhile; try again"))
            })?,
        };
        ensured.name = name;
        ensured.ready = index + 1;
        ensured.how = more_telling(ensured.how, how);
    }
    Ok(ensured)
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

/// The bake of one layer, as one client sees it.
struct Job<'a> {
    context: &'a Context,
    environment: &'a EnvironmentId,
    miss: &'a Miss,
    below: &'a ImageFacts,
    position: (usize, usize),
}

impl Job<'_> {
    fn layer(&self) -> &Layer {
        self.miss.layer()
    }

    /// Whether an image of the key that is already there does not count.
    fn rebuild(&self) -> bool {
        *self.miss.reason() == Reason::Asked
    }

    /// The failure of the same key that is kept and not old.
    async fn failed_before(&self) -> Result<Option<OpError>, OpError> {
        let layer = self.layer();
        let name = failed_name(self.environment.as_str(), &layer.kind.to_string());
        let kept = self.context.engine.container(&name).await?;
        let kept = kept.filter(|kept| kept.label(labels::KEY) == layer.key.as_str());
        let Some(kept) = kept else { return Ok(None) };
        let age = kept.created.map(|created| Timestamp::now().duration_since(created));
        let Some(age) = age.filter(|age| *age < RETRY_AFTER) else {
            return Ok(None);
        };
        let tail = tail::Tail::of_last_lines(&self.context.engine, &kept).await;
        Ok(Some(OpError::FailedBefore {
            script: tail.script_title().unwrap_or_else(|| format!("{} layer", layer.kind)),
            line: tail.failing_line(),
            minutes: age.as_mins(),
            environment: self.environment.clone(),
        }))
    }

    /// Bakes, joins, adopts: whatever it takes until the image is there or the bake has failed.
    async fn bake(&self, intents: &mut Intents, watch: &mut dyn Watch) -> Result<Baked, OpError> {
        let asked = Timestamp::now();
        let name = self.layer().key.bake_container();
        if let Err(error) = tidy::tidy(self.context, &name).await {
            watch.see(Progress::Warning(&format!(
                "an earlier bake could not be tidied up: {error}"
            )));
        }
        let before = if self.rebuild() { self.image_now().await? } else { None };
        loop {
            if let Some(image) = self.ready(before.as_deref()).await? {
                return Ok(Baked { image_id: image, how: How::Joined, duration_ms: 0, log: None });
            }
            let lock = BakeLock::try_take(&self.context.folders.locks(), &name)
                .map_err(|error| self.lock_error(&error))?;
            let there = self.context.engine.container(&name).await?;
            match (there, lock) {
                (None, Some(lock)) => {
                    if let Some(started) = start::start(self).await? {
                        let live = follow::Live::of(started.attachment);
                        let run = follow::Run::new(self, started.container, Some(lock), How::Baked)
                            .live(live);
                        return run.follow(before.as_deref(), intents, watch).await;
                    }
                }
                (Some(there), lock) => match self.judge(&there, lock.is_some(), asked)? {
                    Verdict::Join(how) => {
                        let run = follow::Run::new(self, there, lock, how);
                        return run.follow(before.as_deref(), intents, watch).await;
                    }
                    Verdict::Remove => self.context.engine.remove_container(&there.id).await?,
                    Verdict::SetAside => {
                        finish::set_aside(self.context, &there).await?;
                    }
                    Verdict::Wait => self.pause(intents).await?,
                },
                (None, None) => self.pause(intents).await?,
            }
        }
    }

    /// What to do about a container that has this bake's name. `alone`: no other client of this
    /// machine drives it.
    #[expect(clippy::match_same_arms, reason = "the states stand in the order of a life")]
    fn judge(
        &self,
        there: &ContainerFacts,
        alone: bool,
        asked: Timestamp,
    ) -> Result<Verdict, OpError> {
        if there.label(labels::KEY) != self.layer().key.as_str()
            || there.label(labels::ROLE) != "bake"
        {
            return Err(OpError::NameTaken { name: there.name.clone() });
        }
        let dead = alone && there.label(labels::CLIENT) == self.context.client;
        let old = there.created.is_some_and(|created| asked.duration_since(created) > START_LIMIT);
        let how = if dead { How::Adopted } else { How::Joined };
        Ok(match there.state {
            State::Created if dead || old => Verdict::Remove,
            State::Created | State::Removing => Verdict::Wait,
            State::Running => Verdict::Join(how),
            // A rebuild that ended before this one was asked for is not what was asked for.
            State::Exited(0)
                if alone
                    && self.rebuild()
                    && there.finished.is_some_and(|finished| finished < asked) =>
            {
                Verdict::Remove
            }
            State::Exited(0) => Verdict::Join(how),
            // An earlier failure whose client went before it could set it aside.
            State::Exited(_) if alone => Verdict::SetAside,
            State::Exited(_) => Verdict::Wait,
        })
    }

    /// The ID of the layer's image, if it is there, carries the key, and is not `before`.
    async fn ready(&self, before: Option<&str>) -> Result<Option<String>, OpError> {
        let now = self.image_now().await?;
        Ok(now.filter(|id| Some(id.as_str()) != before))
    }

    async fn image_now(&self) -> Result<Option<String>, OpError> {
        let image = self.context.engine.image(&self.layer().image()).await?;
        let key = self.layer().key.as_str();
        let image = image.filter(|image| image.found().key.as_deref() == Some(key));
        Ok(image.map(|image| image.id))
    }

    async fn pause(&self, intents: &mut Intents) -> Result<(), OpError> {
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => Ok(()),
            intent = intents.ended() => Err(match intent {
                Intent::Cancel => OpError::Cancelled { layer: self.layer().kind },
                Intent::GoOn | Intent::Leave => self.left(),
            }),
        }
    }

    fn left(&self) -> OpError {
        OpError::Left { layer: self.layer().kind, environment: self.environment.clone() }
    }

    fn lock_error(&self, error: &std::io::Error) -> OpError {
        let folder = self.context.folders.locks();
        OpError::Unusable(format!(
            "cannot lock the bake in `{}`: {error}; make that folder writable or set PREBAKE_STATE_DIR",
            folder.display()
        ))
    }

    /// Tells that the bake began.
    fn tell_began(&self, how: How, log: Option<&std::path::Path>, watch: &mut dyn Watch) {
        let image = self.layer().image();
        watch.see(Progress::BakeBegan {
            layer: self.layer().kind,
            position: self.position,
            image: &image,
            reason: &self.miss.reason().words(),
            joined: how != How::Baked,
            log,
        });
    }
}

/// What to do about a container that is already there.
enum Verdict {
    Join(How),
    Remove,
    SetAside,
    Wait,
}
