//! The volumes of a bake's caches: chosen, made, and given to the user of the scripts.
//!
//! A cache that one bake at a time may use has several volumes. The first one that no container at
//! work has is taken, so that bakes never wait for each other. Whether it is ours is looked at
//! again when our container has it too: of two clients that took the same one at least one sees
//! the other, and takes another.

use super::Job;
use crate::domain::cache_mount::{CacheFolder, Sharing, volume};
use crate::domain::layer::{Layer, labels};
use crate::domain::owner::Owner;
use crate::engine::{ContainerMount, Engine, EngineError, UploadFolder};
use crate::ops::OpError;
use crate::ops::context::random_hex;

/// How many volumes a cache has for bakes at the same time. Beyond, a bake does without.
const VOLUMES: usize = 8;

/// The volumes of one bake.
pub(super) struct Caches<'l> {
    /// Each folder with its volume.
    chosen: Vec<(&'l CacheFolder, String)>,
}

impl<'l> Caches<'l> {
    /// Chooses volumes, and makes those that are not there. `attempt`: how often others were
    /// faster; the last time caches that are not shared are done without.
    pub(super) async fn choose(
        job: &Job<'_>,
        layer: &'l Layer,
        attempt: usize,
    ) -> Result<Self, OpError> {
        let engine = &job.context.engine;
        let user = if layer.user.is_empty() { job.below.user() } else { &layer.user };
        let user = match user.split(':').next().unwrap_or_default() {
            "" | "0" => "root",
            user => user,
        };
        let mut chosen = Vec::new();
        for folder in &layer.mounts.caches {
            let first = volume(folder, &layer.base.reference, &layer.base.platform, user);
            let name = match folder.sharing {
                Sharing::Shared => Some(first),
                Sharing::Locked if attempt >= VOLUMES => None,
                Sharing::Locked => free(engine, &first, attempt).await?,
            };
            let Some(name) = name else { continue };
            let marks = [
                (labels::CACHE, folder.name.as_str()),
                (labels::BASE_REFERENCE, &layer.base.reference),
                (labels::PLATFORM, &layer.base.platform),
                (labels::USER, user),
            ];
            let marks = marks.map(|(name, value)| (name.to_owned(), value.to_owned()));
            engine.make_volume(&name, marks.into()).await?;
            chosen.push((folder, name));
        }
        Ok(Self { chosen })
    }

    /// The mounts of the bake's container.
    pub(super) fn mounts(&self) -> Vec<ContainerMount> {
        let mount = |(folder, volume): &(&CacheFolder, String)| ContainerMount {
            source: volume.clone(),
            target: folder.path.clone(),
            read_only: false,
            without_copy: true,
        };
        self.chosen.iter().map(mount).collect()
    }

    /// Whether the folder at `path` has a volume.
    pub(super) fn has(&self, path: &str) -> bool {
        self.chosen.iter().any(|(folder, _)| folder.path == path)
    }

    /// Whether no other container at work has what is for one alone.
    pub(super) async fn are_ours(&self, engine: &Engine, container: &str) -> Result<bool, OpError> {
        for (folder, volume) in &self.chosen {
            if folder.sharing == Sharing::Locked
                && engine.at_work_on(volume).await?.iter().any(|id| id != container)
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Gives the caches to the owner of the scripts, the system's own ones to root, and with them
    /// the folders on the way that the image does not have: made for the mount, they stay in the
    /// image. The folder below the mount itself stays, too, empty and root's.
    pub(super) async fn own(
        &self,
        engine: &Engine,
        container: &str,
        owner: Owner,
    ) -> Result<(), EngineError> {
        if self.chosen.is_empty() {
            return Ok(());
        }
        let (added, _) = engine.changed_paths(container).await?;
        let mut folders = Vec::new();
        for (folder, _) in &self.chosen {
            let root = Owner { uid: 0, gid: 0 };
            let owner = if folder.is_system { root } else { owner };
            let on_the_way = |path: &&String| folder.path.starts_with(&format!("{path}/"));
            let paths = added.iter().filter(on_the_way).chain([&folder.path]);
            folders.extend(paths.map(|path| UploadFolder { path: path.clone(), owner }));
        }
        engine.upload_folders(container, &folders).await
    }
}

/// The first volume of a cache that nobody is at work on; from any of them when others were faster
/// before, so that two do not meet again.
async fn free(engine: &Engine, first: &str, attempt: usize) -> Result<Option<String>, OpError> {
    let start = match attempt {
        0 => 0,
        _ => usize::from_str_radix(&random_hex(4)?, 16).unwrap_or(attempt),
    };
    for number in 0..VOLUMES {
        let name = match (start + number) % VOLUMES {
            0 => first.to_owned(),
            other => format!("{first}-{}", other + 1),
        };
        if engine.at_work_on(&name).await?.is_empty() {
            return Ok(Some(name));
        }
    }
    Ok(None)
}
