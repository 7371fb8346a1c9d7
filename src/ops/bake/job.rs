//! One client's part in the bake of one layer: it begins it, joins it, or finishes what another
//! client left.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

use super::failed::{kept, set_aside};
use super::values::Values;
use super::{Baked, How, PAUSE, RETRY_AFTER, follow, start, tail, tidy};
use crate::domain::environment::EnvironmentId;
use crate::domain::layer::plan::Reason;
use crate::domain::layer::{Layer, LayerKind, Miss, labels};
use crate::engine::{ContainerFacts, ImageFacts, State};
use crate::ops::clean::room;
use crate::ops::{Context, Intents, OpError, Progress, Watch};
use crate::store::bake_lock::BakeLock;

/// A container that another machine's client created and did not start in this time is dead.
const START_LIMIT: SignedDuration = SignedDuration::from_secs(60);

/// The bake of one layer, as one client sees it.
pub(super) struct Job<'a> {
    pub(super) context: &'a Context,
    pub(super) environment: &'a EnvironmentId,
    pub(super) goal: Goal,
    pub(super) below: &'a ImageFacts,
    pub(super) begun: Instant,
    position: (usize, usize),
    /// Whether it was told that there are no locks.
    told: AtomicBool,
}

/// What a bake is to make: a plan knows it, and so do the labels of the bake's own container.
pub(super) struct Goal {
    pub(super) kind: LayerKind,
    pub(super) key: String,
    /// The name of the bake's container.
    pub(super) container: String,
    /// Why it is made.
    pub(super) reason: String,
    /// Whether an image of the key that is already there does not count.
    pub(super) is_rebuild: bool,
    /// The ID of the one image of the key that does not count: it is too old.
    pub(super) replaces: Option<String>,
    pub(super) has_secrets: bool,
}

impl Goal {
    pub(super) fn of(miss: &Miss) -> Self {
        let layer = miss.layer();
        Self {
            kind: layer.kind,
            key: layer.key.to_string(),
            container: layer.key.bake_container(),
            reason: miss.reason().words(),
            is_rebuild: *miss.reason() == Reason::Asked,
            replaces: miss.replaces().map(str::to_owned),
            has_secrets: !layer.mounts.secrets.is_empty(),
        }
    }

    /// The name of the image.
    pub(super) fn image(&self) -> String {
        format!("{}:{}", self.kind.repository(), self.key)
    }
}

/// The right to drive a bake on this machine.
pub(super) struct Driver {
    /// None where lock files cannot be written; the names of containers still keep clients apart.
    _lock: Option<BakeLock>,
}

impl<'a> Job<'a> {
    pub(super) fn new(
        context: &'a Context,
        environment: &'a EnvironmentId,
        goal: Goal,
        below: &'a ImageFacts,
        position: (usize, usize),
    ) -> Self {
        let (begun, told) = (Instant::now(), AtomicBool::new(false));
        Self { context, environment, goal, below, begun, position, told }
    }

    /// The failure of the same key that is kept and not old.
    pub(super) async fn failed_before(&self) -> Result<Option<OpError>, OpError> {
        let kind = self.goal.kind;
        let kept = kept(self.context, self.environment, kind).await?;
        let kept = kept.filter(|kept| kept.label(labels::KEY) == self.goal.key);
        let Some(kept) = kept else { return Ok(None) };
        let age = kept.finished.map(|finished| Timestamp::now().duration_since(finished));
        let Some(age) = age.filter(|age| *age < RETRY_AFTER) else {
            return Ok(None);
        };
        let tail = tail::Tail::of_last_lines(&self.context.engine, &kept).await;
        Ok(Some(OpError::FailedBefore {
            script: tail.script_title().unwrap_or_else(|| format!("{kind} layer")),
            line: tail.failing_line(),
            minutes: age.as_mins(),
            environment: self.environment.clone(),
        }))
    }

    /// Bakes `layer`, joins, adopts: whatever it takes until the image is there or the bake has
    /// failed.
    pub(super) async fn bake(
        &self,
        layer: &Layer,
        intents: &mut Intents,
        watch: &mut dyn Watch,
    ) -> Result<Baked, OpError> {
        let asked = Timestamp::now();
        let name = &self.goal.container;
        tidy_up(self.context, name, watch).await;
        let before = match &self.goal.replaces {
            // Another client may have baked it anew since the plan was made.
            Some(too_old) => Some(too_old.clone()),
            None if self.goal.is_rebuild => self.image_now().await?.map(|image| image.id),
            None => None,
        };
        let mut has_room = false;
        loop {
            if let Some(image) = self.ready(before.as_deref()).await? {
                return Ok(Baked::elsewhere(image));
            }
            let lock = self.drive(watch);
            let there = self.context.engine.container(name).await?;
            match (there, lock) {
                (None, Some(lock)) => {
                    let secrets = Values::of_sources(self.environment, &layer.mounts.secrets);
                    let secrets = intents.unless_ended(secrets).await?;
                    if !has_room {
                        let room = room::check(self.context, self.environment, layer, watch);
                        intents.unless_ended(room).await?;
                        has_room = true;
                    }
                    // From before it starts: whoever stops in between would leave it waiting.
                    let hold = intents.hold();
                    if let Some(started) = start::start(self, layer, &secrets).await? {
                        self.tell_volumes(watch);
                        tell_homeless(layer, watch);
                        let live = follow::Live::of(started.attachment, hold);
                        let run = follow::Run::new(self, started.container, Some(lock), How::Baked)
                            .live(live)
                            .knowing(secrets);
                        return run.follow(before.as_deref(), intents, watch).await;
                    }
                }
                (Some(there), lock) => match self.judge(&there, lock.is_some(), asked)? {
                    Verdict::Join(how) => {
                        let run = follow::Run::new(self, there, lock, how);
                        match run.follow(before.as_deref(), intents, watch).await {
                            // It is gone, and this client may have what it takes.
                            Err(OpError::Unproven { .. }) => {}
                            ended => return ended,
                        }
                    }
                    Verdict::Remove => self.context.engine.remove_container(&there.id).await?,
                    Verdict::SetAside => {
                        set_aside(self.context, &there).await?;
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
    pub(super) fn judge(
        &self,
        there: &ContainerFacts,
        alone: bool,
        asked: Timestamp,
    ) -> Result<Verdict, OpError> {
        if there.label(labels::KEY) != self.goal.key || there.label(labels::ROLE) != "bake" {
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
                    && self.goal.is_rebuild
                    && there.finished.is_some_and(|finished| finished < asked) =>
            {
                Verdict::Remove
            }
            // Its secrets went with its client, and nothing else can tell whether it holds them.
            State::Exited(0) if dead && !there.label(labels::SECRETS).is_empty() => Verdict::Remove,
            State::Exited(0) => Verdict::Join(how),
            // An earlier failure whose client went before it could set it aside.
            State::Exited(_) if alone => Verdict::SetAside,
            State::Exited(_) => Verdict::Wait,
        })
    }

    /// The layer's image, if it is there, carries the key, and is not `before`.
    pub(super) async fn ready(&self, before: Option<&str>) -> Result<Option<ImageFacts>, OpError> {
        let now = self.image_now().await?;
        Ok(now.filter(|image| Some(image.id.as_str()) != before))
    }

    pub(super) async fn image_now(&self) -> Result<Option<ImageFacts>, OpError> {
        let image = self.context.engine.image(&self.goal.image()).await?;
        let key = self.goal.key.as_str();
        Ok(image.filter(|image| image.found().key.as_deref() == Some(key)))
    }

    /// Waits a moment for another client; whoever waits has nothing to cancel.
    pub(super) async fn pause(&self, intents: &mut Intents) -> Result<(), OpError> {
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => Ok(()),
            _ = intents.ended() => Err(self.left()),
        }
    }

    pub(super) fn left(&self) -> OpError {
        OpError::Left {
            layer: self.goal.kind,
            environment: self.environment.clone(),
            has_secrets: self.goal.has_secrets,
        }
    }

    /// Takes the lock of the bake on this machine; `None`: another client has it.
    pub(super) fn drive(&self, watch: &mut dyn Watch) -> Option<Driver> {
        let folder = self.context.folders.locks();
        match BakeLock::try_take(&folder, &self.goal.container) {
            Ok(lock) => lock.map(|lock| Driver { _lock: Some(lock) }),
            Err(error) => {
                if !self.told.swap(true, Ordering::Relaxed) {
                    watch.see(Progress::Warning(&format!(
                        "the bake goes on without a lock file in `{}`: {error}; free space or make the folder writable",
                        folder.display()
                    )));
                }
                Some(Driver { _lock: None })
            }
        }
    }

    /// Tells of folders whose content no image can hold: a volume of the image below.
    fn tell_volumes(&self, watch: &mut dyn Watch) {
        let volumes = self.below.volumes();
        if !volumes.is_empty() {
            watch.see(Progress::Warning(&format!(
                "the image below the {} layer declares `{}` as a volume, so what is written there is not baked; write elsewhere, or use a base image without it",
                self.goal.kind,
                volumes.join("`, `"),
            )));
        }
    }

    /// Tells that the bake began.
    pub(super) fn tell_began(
        &self,
        how: How,
        log: Option<&std::path::Path>,
        watch: &mut dyn Watch,
    ) {
        let image = self.goal.image();
        watch.see(Progress::BakeBegan {
            layer: self.goal.kind,
            position: self.position,
            image: &image,
            reason: &self.goal.reason,
            joined: how != How::Baked,
            log,
        });
    }
}

/// Tells of caches that this user cannot have by their names.
fn tell_homeless(layer: &Layer, watch: &mut dyn Watch) {
    for name in &layer.mounts.homeless {
        watch.see(Progress::Warning(&format!(
            "cache `{name}` is left out: the scripts run as a user who is known by number only, so nothing says where its home is; write `{name}:/PATH` in `cache_mounts`"
        )));
    }
}

/// Sees to what killed clients left, except for the bake named `except`. A failure is told, and
/// keeps nobody from baking.
pub(super) async fn tidy_up(context: &Context, except: &str, watch: &mut dyn Watch) {
    if let Err(error) = tidy::tidy(context, except).await {
        watch.see(Progress::Warning(&format!("an earlier bake could not be tidied up: {error}")));
    }
}

/// What to do about a container that is already there.
pub(super) enum Verdict {
    Join(How),
    Remove,
    SetAside,
    Wait,
}
