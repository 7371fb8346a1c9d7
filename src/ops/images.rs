//! Cached images: listed with all that has to do with them, and removed.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::look::{Listing, short};
use super::status::Status;
use super::statuses::{self, Told};
use crate::domain::clean::{Standing, is_pin};
use crate::domain::layer::{LayerKind, labels, theirs};
use crate::engine::{ImageFacts, ListedContainer, ListedImage};
use crate::ops::{Context, OpError};
use crate::store::{Folders, History, Loaded, StoreError};

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
    stand(&mut images, &statuses);
    note_uses(&mut images, &context.folders, &listing);
    Ok(Cache { images, statuses })
}

/// Notes which images environments need, and of which nobody here can say it.
fn stand(images: &mut [CachedImage], statuses: &[Told]) {
    let mut needed: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut standings: HashMap<&str, Standing> = HashMap::new();
    for (id, status) in statuses {
        let standing = if is_judged(status) { Standing::Here } else { Standing::Unsure };
        standings.insert(id.as_str(), standing);
        for image in status.iter().flat_map(Status::image_ids) {
            needed.entry(image).or_default().push(id.as_str());
        }
    }
    for image in images {
        let by = needed.get(image.id.as_str()).into_iter().flatten();
        image.needed_by = by.map(|&id| id.to_owned()).collect();
        image.standing = standings.get(image.environment.as_str()).copied().unwrap_or_default();
    }
}

/// Whether it is known what an environment needs: without its base the keys of its layers are not.
pub(super) fn is_judged(status: &Result<Status, OpError>) -> bool {
    status.as_ref().is_ok_and(|status| status.base.id.is_some())
}

/// Notes when images were last used, as far as that was seen here: by the history of this machine,
/// by containers that are there, and by what lies on them.
fn note_uses(images: &mut [CachedImage], folders: &Folders, listing: &Listing<'_>) {
    // A history that cannot be read is as good as none.
    let history = uses(folders).unwrap_or_default();
    let mut containers: HashMap<&str, i64> = HashMap::new();
    for container in &listing.containers {
        let last = containers.entry(container.image_id.as_str()).or_default();
        *last = container.created.max(*last);
    }
    for image in images.iter_mut() {
        let times = [history.get(&image.key), containers.get(image.id.as_str())];
        image.last_used = times.into_iter().flatten().copied().max();
    }
    let mut above: HashMap<String, i64> = HashMap::new();
    for image in images.iter().filter(|image| !image.below.is_empty()) {
        let last = above.entry(image.below.clone()).or_default();
        *last = image.used().max(*last);
    }
    for image in images.iter_mut() {
        image.last_used = image.last_used.max(above.get(&image.key).copied());
    }
}

fn uses(folders: &Folders) -> Result<HashMap<String, i64>, StoreError> {
    History::open_to_read(folders)?.map_or_else(|| Ok(HashMap::new()), |history| history.uses())
}

/// The references of all images that are not cached layers, newest first: what an environment can
/// be made on.
pub async fn bases(context: &Context) -> Result<Vec<String>, OpError> {
    let images = context.engine.all_images().await?;
    let tags = images.into_iter().flat_map(|image| image.tags);
    Ok(tags.filter(|tag| kind(tag).is_none() && !is_pin(short(tag))).collect())
}

/// The cached images of a listing: what has a name of ours, and what bakes left without one.
async fn cached(listing: &Listing<'_>) -> Result<Vec<CachedImage>, OpError> {
    let sizes: HashMap<&str, u64> =
        listing.images.iter().map(|image| (image.id.as_str(), image.size)).collect();
    let mut cached: Vec<CachedImage> = Vec::new();
    for image in &listing.images {
        let tags = image.tags.iter().filter(|tag| !is_pin(short(tag)));
        let (ours, others) = tags.partition::<Vec<_>, _>(|tag| kind(tag).is_some());
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
    note_others(&mut cached, listing);
    Ok(cached)
}

/// Notes what lies on the images and is none of ours.
fn note_others(cached: &mut [CachedImage], listing: &Listing<'_>) {
    let ours: HashSet<String> = cached.iter().map(|image| image.id.clone()).collect();
    let mut others: HashMap<&str, Vec<String>> = HashMap::new();
    for image in listing.images.iter().filter(|image| !ours.contains(&image.id)) {
        let name = image.tags.first().unwrap_or(&image.id).clone();
        others.entry(image.parent.as_str()).or_default().push(name);
    }
    for image in cached {
        image.others_on_it = others.remove(image.id.as_str()).unwrap_or_default();
    }
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
    let baking = listing.containers.iter().find(|container| is_bake_of(container, &key));
    let other = ours.iter().chain(others).filter(|tag| name != Some(**tag));
    CachedImage {
        id: image.id.clone(),
        name: name.cloned(),
        other_names: other.map(|&tag| tag.clone()).collect(),
        is_baked,
        is_theirs: theirs.is_some(),
        is_pinned: image.tags.iter().any(|tag| is_pin(short(tag))),
        parent: image.parent.clone(),
        bake_id: label(labels::BAKE),
        bake_ms: label(labels::DURATION_MS).parse().ok().filter(|ms| is_baked && *ms > 0),
        size: image.size,
        own_size: image.size.saturating_sub(lower.unwrap_or(0)),
        created: image.created,
        environment: label(labels::ENVIRONMENT),
        layer,
        containers: on_it.map(|container| container.name.clone()).collect(),
        bake: baking.map(|baking| baking.name.clone()),
        key,
        below,
        // Found out when all are there.
        ..CachedImage::default()
    }
}

/// Whether a container is that of an unfinished bake of this key.
fn is_bake_of(container: &ListedContainer, key: &str) -> bool {
    container.name.starts_with("prebake-bake-")
        && container.label(labels::ROLE) == "bake"
        && container.label(labels::KEY) == key
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

/// Removes exactly the images of a plan, in its order. Each is looked at once more right before,
/// by its ID; `tell` hears what became of it.
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
    let engine = &context.engine;
    let Some(there) = engine.image(&image.id).await? else {
        return Ok(Outcome::Refused { refusal: Refusal::Gone });
    };
    if let Some(refusal) = refusal(context, image, &there).await? {
        return Ok(Outcome::Refused { refusal });
    }
    // By its ID an engine removes an image with its name or does nothing, whatever came up in the
    // meantime. With more names than one it would do nothing; then only ours goes.
    let reference = if there.tags.len() > 1 { image.shown() } else { &image.id };
    let removed = engine.remove_image(reference).await;
    // The engine tells nothing of an image that it keeps because somebody began to use it, and
    // has many words for one that somebody else was quicker to remove.
    let there = engine.image(&image.id).await?;
    Ok(match (there, removed) {
        (None, Ok(())) => Outcome::Removed,
        (None, Err(_)) => Outcome::Refused { refusal: Refusal::Gone },
        (Some(_), Err(error)) => Outcome::Failed { cause: error.to_string() },
        (Some(there), Ok(()))
            if image.name.as_ref().is_some_and(|name| !there.tags.contains(name)) =>
        {
            Outcome::Unnamed
        }
        (Some(there), Ok(())) => match refusal(context, image, &there).await? {
            Some(refusal) => Outcome::Refused { refusal },
            None => Outcome::Failed { cause: "the engine keeps it, it is in use".to_owned() },
        },
    })
}

/// What by now keeps an image that was planned to go. A few questions about it alone: a list of
/// thousands for each of thousands would take longer than the removal.
async fn refusal(
    context: &Context,
    image: &CachedImage,
    there: &ImageFacts,
) -> Result<Option<Refusal>, OpError> {
    let engine = &context.engine;
    if there.tags.iter().any(|tag| is_pin(short(tag))) {
        return Ok(Some(Refusal::Pinned));
    }
    // The name that was shown may be another image's by now, and this one have none, or have one.
    let has_name = match &image.name {
        Some(name) => there.tags.contains(name),
        None => there.tags.is_empty(),
    };
    if !has_name {
        return Ok(Some(Refusal::Gone));
    }
    if !there.is_baked && !image.is_theirs {
        return Ok(Some(Refusal::Foreign));
    }
    for container in engine.all_containers().await? {
        if is_bake_of(&container, &image.key) {
            return Ok(Some(Refusal::Baking { container: container.name }));
        }
        if container.image_id == image.id {
            return Ok(Some(Refusal::InUse { container: container.name }));
        }
    }
    // An engine may not know that one lies on the other; labels do.
    if image.layer == Some(LayerKind::Desktop) && image.name.is_some() && !image.key.is_empty() {
        let on_it = [format!("{}={}", labels::BELOW, image.key)];
        let found = engine.images(&on_it, false).await?;
        if let Some(child) = found.first() {
            let image = child.tags.first().unwrap_or(&child.id).clone();
            return Ok(Some(Refusal::Below { image }));
        }
    }
    Ok(None)
}
