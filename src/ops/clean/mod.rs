//! Cleaning up: a plan of everything that goes, and then exactly that, looked at once more.
//!
//! [`leftovers`] finds what is no image, [`pins`] keeps images from going, [`room`] looks at the
//! engine's disk before a bake. What can go is decided in [`crate::domain::clean`]; the screen and
//! the command line both plan here.

pub mod leftovers;
pub mod pins;
pub mod room;

use std::time::SystemTime;

use jiff::Timestamp;
use serde::Serialize;

use super::images::{self, Cache, CachedImage, Outcome, Refusal, Removal};
use crate::domain::clean::{Request, Standing};
use crate::ops::{Context, OpError};
use crate::store::retention::{self, OldLog};
use crate::store::{Environments, History, Loaded};

pub use leftovers::{CacheVolume, LeftContainer};

/// What a person wants gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Which images, and of which environments everything else.
    pub request: Request,
    /// Whether images are meant.
    pub images: bool,
    /// Whether containers that ended and old logs are meant.
    pub leftovers: bool,
    /// Whether volumes with package caches are meant.
    pub volumes: bool,
}

/// Everything that is there, and what of it goes.
#[derive(Clone, Debug, Default)]
pub struct CleanPlan {
    /// What was asked for.
    pub asked: Asked,
    /// All cached images, newest first.
    pub images: Vec<CachedImage>,
    /// What of them goes, and why the others stay.
    pub removal: Removal,
    /// The containers that go, before the images.
    pub containers: Vec<LeftContainer>,
    /// Volumes with package caches: all there are.
    pub volumes: Vec<CacheVolume>,
    /// Logs that go.
    pub logs: Vec<OldLog>,
}

/// A thing that was to go.
#[derive(Clone, Copy, Debug)]
pub enum Thing<'a> {
    /// An image.
    Image(&'a CachedImage),
    /// A container.
    Container(&'a LeftContainer),
    /// A volume.
    Volume(&'a CacheVolume),
    /// A log.
    Log(&'a OldLog),
}

/// What was removed of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// Images.
    pub images: usize,
    /// Containers.
    pub containers: usize,
    /// Volumes.
    pub volumes: usize,
    /// Logs.
    pub logs: usize,
    /// What of it was known to be its own, in bytes.
    pub bytes: u64,
}

impl Asked {
    /// Images alone.
    #[must_use]
    pub fn of_images(request: Request) -> Self {
        Self { request, images: true, ..Self::default() }
    }

    /// Whether nothing is meant to go.
    #[must_use]
    pub fn is_look(&self) -> bool {
        !self.images && !self.leftovers && !self.volumes
    }
}

impl CleanPlan {
    /// Whether nothing goes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.removal.images.is_empty()
            && self.containers.is_empty()
            && self.leaving_volumes().next().is_none()
            && self.logs.is_empty()
    }

    /// The volumes that go: those that no container uses, if they were asked for.
    pub fn leaving_volumes(&self) -> impl Iterator<Item = &CacheVolume> {
        self.volumes.iter().filter(|volume| self.asked.volumes && !volume.in_use)
    }

    /// What goes at most, in bytes, as far as it is known: an engine does not tell the sizes of
    /// containers and volumes in passing.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.removal.size() + self.logs.iter().map(|log| log.bytes).sum::<u64>()
    }
}

/// The environments that are here.
struct Here {
    environments: Vec<Loaded>,
    /// Ids of those whose files cannot be read.
    broken: Vec<String>,
}

impl Here {
    fn find(context: &Context) -> Result<Self, OpError> {
        let listing = Environments::new(context.folders.clone()).list()?;
        let broken = listing.broken.into_iter().filter_map(|broken| broken.id);
        Ok(Self {
            environments: listing.environments,
            broken: broken.map(|id| id.to_string()).collect(),
        })
    }
}

/// The cached images of the engine, newest first, with what environments that are here need.
pub async fn images(context: &Context) -> Result<Vec<CachedImage>, OpError> {
    let here = Here::find(context)?;
    let Cache { mut images, statuses } = images::list(context, &here.environments).await?;
    for image in images.iter_mut().filter(|image| here.broken.contains(&image.environment)) {
        image.standing = Standing::Unsure;
    }
    let unjudged = statuses.iter().filter(|(_, status)| !images::is_judged(status));
    let unsure = unjudged.map(|(id, _)| id.as_str()).chain(here.broken.iter().map(String::as_str));
    keep_last(context, &mut images, unsure);
    Ok(images)
}

/// Counts as needed what these environments were last baked or started as, whoever baked it: what
/// they need now cannot be told.
fn keep_last<'a>(
    context: &Context,
    images: &mut [CachedImage],
    unsure: impl Iterator<Item = &'a str>,
) {
    let mut unsure = unsure.peekable();
    if unsure.peek().is_none() {
        return;
    }
    // A history that cannot be read is as good as none.
    let Ok(Some(history)) = History::open_to_read(&context.folders) else { return };
    for id in unsure {
        let keys = history.last_keys(id).unwrap_or_default();
        for image in images.iter_mut().filter(|image| keys.contains(&image.key)) {
            if !image.needed_by.iter().any(|by| by == id) {
                image.needed_by.push(id.to_owned());
            }
        }
    }
}

/// Plans what goes. Nothing is changed.
pub async fn plan(context: &Context, asked: &Asked) -> Result<CleanPlan, OpError> {
    let images = images(context).await?;
    let now = Timestamp::now().as_second();
    let containers = if asked.leftovers {
        leftovers::containers(context, &images, &asked.request, now).await?
    } else {
        Vec::new()
    };
    let leaving: Vec<String> = containers.iter().map(|left| left.name.clone()).collect();
    let removal =
        if asked.images { asked.request.plan(&images, now, &leaving) } else { Removal::default() };
    // Logs are of no one environment, so that naming some does not mean them.
    let logs = if asked.leftovers && asked.request.environments.is_empty() {
        retention::old_logs(&context.folders, SystemTime::now())
    } else {
        Vec::new()
    };
    let volumes = leftovers::volumes(context).await?;
    Ok(CleanPlan { asked: asked.clone(), images, removal, containers, volumes, logs })
}

/// Removes exactly what a plan says and can still go: everything is planned anew first, since a
/// person may have looked at the plan for long, and each thing is looked at once more right
/// before. `tell` hears what became of it.
pub async fn carry_out(
    context: &Context,
    plan: &CleanPlan,
    mut tell: impl FnMut(Thing<'_>, &Outcome),
) -> Result<Removed, OpError> {
    let mut removed = Removed::default();
    let now = self::plan(context, &plan.asked).await?;
    for left in &plan.containers {
        let is_left = now.containers.iter().any(|other| other.id == left.id);
        let outcome = if is_left { leftovers::remove(context, left).await? } else { gone() };
        removed.containers += usize::from(outcome == Outcome::Removed);
        tell(Thing::Container(left), &outcome);
    }
    let mut still = Removal::default();
    for image in &plan.removal.images {
        match refusal(&now.removal, image) {
            None => still.images.push(image.clone()),
            Some(refusal) => tell(Thing::Image(image), &Outcome::Refused { refusal }),
        }
    }
    images::remove(context, &still, |image, outcome| {
        if outcome == Outcome::Removed {
            removed.images += 1;
            removed.bytes += image.own_size;
        }
        tell(Thing::Image(image), &outcome);
    })
    .await?;
    for volume in plan.leaving_volumes() {
        let outcome = leftovers::remove_volume(context, volume).await?;
        removed.volumes += usize::from(outcome == Outcome::Removed);
        tell(Thing::Volume(volume), &outcome);
    }
    for log in plan.logs.iter().filter(|log| now.logs.contains(log)) {
        let outcome = match retention::delete_log(log) {
            Ok(()) => Outcome::Removed,
            Err(error) => Outcome::Failed { cause: error.to_string() },
        };
        if outcome == Outcome::Removed {
            removed.logs += 1;
            removed.bytes += log.bytes;
        }
        tell(Thing::Log(log), &outcome);
    }
    Ok(removed)
}

fn gone() -> Outcome {
    Outcome::Refused { refusal: Refusal::Gone }
}

/// Why an image that was planned to go does not go by a later plan.
fn refusal(now: &Removal, image: &CachedImage) -> Option<Refusal> {
    let same = |other: &&CachedImage| other.id == image.id && other.name == image.name;
    if now.images.iter().any(|other| same(&other)) {
        return None;
    }
    let refused = now.refused.iter().find(|(id, _)| *id == image.id);
    Some(refused.map_or(Refusal::Gone, |(_, refusal)| refusal.clone()))
}
