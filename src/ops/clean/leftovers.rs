//! What is left in the engine besides images: containers that ended, and volumes with package
//! caches.

use std::collections::HashMap;

use serde::Serialize;

use super::super::images::{CachedImage, Outcome, Refusal};
use crate::domain::clean::leftover::{Leftover, Seen};
use crate::domain::clean::{Request, Standing};
use crate::domain::layer::labels;
use crate::engine::{EngineError, ListedContainer, State};
use crate::ops::{Context, OpError};
use crate::store::Environments;

/// The label of volumes that hold the caches of package managers; its value is the cache's name.
pub const CACHE: &str = "prebake.cache";

/// A container that nobody needs any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftContainer {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub what: Leftover,
    /// The environment's id.
    pub environment: String,
    /// When it was created, in seconds since 1970.
    pub created: i64,
}

/// A volume with a package cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CacheVolume {
    /// Its name.
    pub name: String,
    /// The cache's name.
    pub cache: String,
    /// Whether a container has it, so that it stays.
    pub in_use: bool,
}

/// The containers that nobody needs any more, of the environments that a request means, and as
/// old as it says; newest first.
pub(super) async fn containers(
    context: &Context,
    images: &[CachedImage],
    request: &Request,
    now: i64,
) -> Result<Vec<LeftContainer>, OpError> {
    let listing = Environments::new(context.folders.clone()).list()?;
    let here = |id: &str| {
        listing.environments.iter().any(|loaded| loaded.id.as_str() == id)
            || listing.broken.iter().any(|it| it.id.as_ref().is_some_and(|it| it.as_str() == id))
    };
    let by_key: HashMap<&str, &CachedImage> = images
        .iter()
        .filter(|image| image.name.is_some() && image.is_baked)
        .map(|image| (image.key.as_str(), image))
        .collect();
    let listed = context.engine.all_containers().await?;
    let mut left: Vec<LeftContainer> = listed
        .iter()
        .filter_map(|container| {
            let environment = container.label(labels::ENVIRONMENT);
            let standing = if here(environment) { Standing::Here } else { Standing::Elsewhere };
            // It is meant if an image of that environment would be.
            let like = CachedImage {
                environment: environment.to_owned(),
                standing,
                ..CachedImage::default()
            };
            let is_old = |limit| now.saturating_sub(container.created) >= limit;
            let is_meant = request.means(&like) && request.policy.older_than_s.is_none_or(is_old);
            is_meant.then(|| left(container, &by_key)).flatten()
        })
        .collect();
    left.sort_by_key(|left| std::cmp::Reverse(left.created));
    Ok(left)
}

fn left(
    container: &ListedContainer,
    by_key: &HashMap<&str, &CachedImage>,
) -> Option<LeftContainer> {
    let label = |name| container.label(name);
    let image = by_key.get(label(labels::KEY));
    let what = Leftover::of(Seen {
        name: &container.name,
        role: label(labels::ROLE),
        bake: label(labels::BAKE),
        has_ended: container.has_ended,
        created: container.created,
        image: image.map(|image| (image.bake_id.as_str(), image.created)),
    })?;
    Some(LeftContainer {
        id: container.id.clone(),
        name: container.name.clone(),
        what,
        environment: label(labels::ENVIRONMENT).to_owned(),
        created: container.created,
    })
}

/// The volumes with package caches.
pub(super) async fn volumes(context: &Context) -> Result<Vec<CacheVolume>, OpError> {
    let found = context.engine.volumes(CACHE).await?.into_iter();
    Ok(found
        .map(|volume| CacheVolume {
            cache: volume.labels.get(CACHE).cloned().unwrap_or_default(),
            in_use: volume.in_use,
            name: volume.name,
        })
        .collect())
}

/// Removes a container that is still what it was planned as: one may have been started again.
pub(super) async fn remove(context: &Context, left: &LeftContainer) -> Result<Outcome, OpError> {
    let engine = &context.engine;
    let refused = |refusal| Ok(Outcome::Refused { refusal });
    match engine.container(&left.id).await? {
        None => refused(Refusal::Gone),
        Some(there) if there.name != left.name => refused(Refusal::Gone),
        Some(there) if !matches!(there.state, State::Exited(_)) => {
            refused(Refusal::InUse { container: there.name })
        }
        Some(there) => Ok(match engine.remove_container(&there.id).await {
            Ok(()) => Outcome::Removed,
            Err(error) => Outcome::Failed { cause: error.to_string() },
        }),
    }
}

/// Removes a volume that no container uses.
pub(super) async fn remove_volume(
    context: &Context,
    volume: &CacheVolume,
) -> Result<Outcome, OpError> {
    Ok(match context.engine.remove_volume(&volume.name).await {
        Ok(()) => Outcome::Removed,
        Err(EngineError::Conflict { cause, .. } | EngineError::Refused { cause, .. }) => {
            Outcome::Failed { cause }
        }
        Err(error) => return Err(error.into()),
    })
}
