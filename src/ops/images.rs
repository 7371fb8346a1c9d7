//! Cached images: listed with all that has to do with them, and removed.

use std::collections::HashMap;

use serde::Serialize;

use super::look::{Listing, short};
use super::statuses::{self, Told};
use crate::domain::layer::{LayerKind, labels, theirs};
use crate::engine::ListedImage;
use crate::ops::{Context, OpError};
use crate::store::Loaded;

pub use crate::domain::clean::{CachedImage, Refusal, Removal, children};

/// The cache of an engine, and what the environments want of it.
#[derive(Debug)]
pub struct Cache {
    /// Newest first.
    pub images: Vec<CachedImage>,
    /// As [`statuses::statuses`] tells them, of the same moment.
    pub statuses: Vec<Told>,
}

/// What became of an image that was to be removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// It is gone.
    Removed,
    /// Its name is gone; the image stays, it has other names.
    Unnamed,
    /// It stays, for a reason that came up after the plan.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// The engine did not remove it.
    Failed {
        /// Its words.
        cause: String,
    },
}

/// Lists the cached images and says which of these environments need them.
pub async fn list(context: &Context, environments: &[Loaded]) -> Result<Cache, OpError> {
    let listing = statuses::listing(context, environments).await?;
    let mut images = cached(&listing).await?;
    attribute(&mut images, environments);
    let statuses = statuses::in_listing(context, &listing, environments).await;
    for status in statuses.iter().filter_map(|(_, status)| status.as_ref().ok()) {
        for id in status.image_ids() {
            let needed = images.iter_mut().filter(|image| image.id == *id);
            needed.for_each(|image| image.needed_by.push(status.environment.clone()));
        }
    }
    Ok(Cache { images, statuses })
}

/// The references of all images that are not cached layers, newest first: what an environment can
/// be made on.
pub async fn bases(context: &Context) -> Result<Vec<String>, OpError> {
    let images = context.engine.all_images().await?;
    let tags = images.into_iter().flat_map(|image| image.tags);
    Ok(tags.filter(|tag| kind(tag).is_none()).collect())
}

/// The cached images of a listing: what has a name of ours, and what bakes left without one.
async fn cached(listing: &Listing<'_>) -> Result<Vec<CachedImage>, OpError> {
    let sizes: HashMap<&str, u64> =
        listing.images.iter().map(|image| (image.id.as_str(), image.size)).collect();
    let mut cached = Vec::new();
    for image in &listing.images {
        let (ours, others) = image.tags.iter().partition::<Vec<_>, _>(|tag| kind(tag).is_some());
        let left =
            ours.is_empty() && image.labels.get(labels::ROLE).is_some_and(|role| role == "layer");
        if ours.is_empty() && !(left && others.is_empty()) {
            continue;
        }
        let Some(found) = listing.found(image).await? else { continue };
        if ours.is_empty() && found.key.is_none() {
            // Somebody's own work, made of one of ours.
            continue;
        }
        cached.push(describe(listing, image, &ours, &others, found.key.is_some(), &sizes));
    }
    Ok(cached)
}

/// Finds out for which of these environments another program baked its images.
fn attribute(images: &mut [CachedImage], environments: &[Loaded]) {
    for image in images.iter_mut().filter(|image| image.is_theirs) {
        let is_of = |loaded: &&Loaded| {
            theirs::is_of_script(&image.key, &loaded.environment.cached_preflight_script)
        };
        if let Some(loaded) = environments.iter().find(is_of) {
            image.environment = loaded.id.to_string();
        }
    }
    // A desktop is of the first environment that lies on it.
    for at in 0..images.len() {
        let owner = desktop_owner(images, &images[at]);
        if let Some(owner) = owner {
            images[at].environment = owner;
        }
    }
}

/// The environment of an image that lies on a desktop of another program.
fn desktop_owner(images: &[CachedImage], image: &CachedImage) -> Option<String> {
    if !image.is_theirs || !image.environment.is_empty() {
        return None;
    }
    let owners = children(images, image).map(|child| &child.environment);
    owners.into_iter().find(|owner| !owner.is_empty()).cloned()
}

fn describe(
    listing: &Listing<'_>,
    image: &ListedImage,
    ours: &[&String],
    others: &[&String],
    is_baked: bool,
    sizes: &HashMap<&str, u64>,
) -> CachedImage {
    let label = |name| image.labels.get(name).cloned().unwrap_or_default();
    let (mut key, mut below) = (label(labels::KEY), label(labels::BELOW));
    // The name that its labels say; a person may have given it more of the same repository.
    let is_own = |tag: &&&String| !key.is_empty() && tag.ends_with(&format!(":{key}"));
    let name = ours.iter().find(is_own).or(ours.first()).copied();
    let layer = LayerKind::parse(&label(labels::LAYER)).or_else(|| kind(name?));
    // What is made of one of ours has its labels.
    let theirs = name.filter(|_| !is_baked && key.is_empty());
    let theirs = theirs.and_then(|name| their_key(name));
    if let Some(theirs) = theirs {
        theirs.clone_into(&mut key);
        below = desktop_below(listing, theirs).unwrap_or_default();
    }
    let lower = listing.image(&format!("{}:{below}", LayerKind::Desktop.repository()));
    let base = label(labels::BASE_ID);
    let lower = lower.map_or_else(|| sizes.get(base.as_str()).copied(), |lower| Some(lower.size));
    let on_it = listing.containers.iter().filter(|container| container.image_id == image.id);
    let baking = listing.containers.iter().find(|container| {
        let is = |name, value: &str| container.labels.get(name).is_some_and(|is| is == value);
        container.name.starts_with("prebake-bake-")
            && is(labels::ROLE, "bake")
            && is(labels::KEY, &key)
    });
    let other = ours.iter().chain(others).filter(|tag| name != Some(**tag));
    CachedImage {
        id: image.id.clone(),
        name: name.cloned(),
        other_names: other.map(|&tag| tag.clone()).collect(),
        is_baked,
        is_theirs: theirs.is_some(),
        size: image.size,
        own_size: image.size.saturating_sub(lower.unwrap_or(0)),
        created: image.created,
        environment: label(labels::ENVIRONMENT),
        layer,
        containers: on_it.map(|container| container.name.clone()).collect(),
        bake: baking.map(|baking| baking.name.clone()),
        needed_by: Vec::new(),
        key,
        below,
    }
}

/// The key in a name, if it has the form of one of another program.
fn their_key(name: &str) -> Option<&str> {
    let (_, tag) = short(name).rsplit_once(':')?;
    theirs::is_key(kind(name)?, tag).then_some(tag)
}

/// The key of the desktop that a layer with this key of another program lies on.
fn desktop_below(listing: &Listing<'_>, key: &str) -> Option<String> {
    let tags = listing.images.iter().flat_map(|image| &image.tags);
    let desktops = tags.filter(|tag| kind(tag) == Some(LayerKind::Desktop));
    let keys = desktops.filter_map(|tag| short(tag).rsplit_once(':').map(|(_, key)| key));
    keys.filter(|desktop| theirs::lies_on(key, desktop))
        .max_by_key(|key| key.len())
        .map(str::to_owned)
}

/// The layer that a name of ours says.
fn kind(tag: &str) -> Option<LayerKind> {
    let (repository, _) = short(tag).rsplit_once(':')?;
    let mut kinds = [LayerKind::Desktop, LayerKind::Environment].into_iter();
    kinds.find(|kind| kind.repository() == repository)
}

/// Removes exactly the images of a plan, in its order. Each is decided about once more right
/// before, by its ID; `tell` hears what became of it.
pub async fn remove(
    context: &Context,
    removal: &Removal,
    mut tell: impl FnMut(&CachedImage, Outcome),
) -> Result<(), OpError> {
    for image in &removal.images {
        tell(image, remove_one(context, image).await?);
    }
    Ok(())
}

async fn remove_one(context: &Context, image: &CachedImage) -> Result<Outcome, OpError> {
    let listing = Listing::take(context, std::iter::empty()).await?;
    let mut now = Removal::plan(&cached(&listing).await?, std::slice::from_ref(&image.id));
    if let Some((_, refusal)) = now.refused.pop() {
        return Ok(Outcome::Refused { refusal });
    }
    // The name that was shown may be another image's by now, and this one have none.
    if now.images.iter().any(|now| now.name != image.name) {
        return Ok(Outcome::Refused { refusal: Refusal::Gone });
    }
    let engine = &context.engine;
    if let Err(error) = engine.remove_image(image.shown()).await {
        return Ok(Outcome::Failed { cause: error.to_string() });
    }
    // The engine tells nothing of an image that it keeps because somebody began to use it.
    Ok(match engine.image(&image.id).await? {
        None => Outcome::Removed,
        Some(there) if image.name.as_ref().is_some_and(|name| !there.tags.contains(name)) => {
            Outcome::Unnamed
        }
        Some(_) => Outcome::Failed { cause: "the engine keeps it, it is in use".to_owned() },
    })
}
