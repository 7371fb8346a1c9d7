//! Pins: images that no clean takes.
//!
//! A pin is a name of its own in the engine, `prebake-pin:<digits of the ID>`, and not a line in a
//! file of this machine: an engine is shared, and so is what must not be removed from it. The
//! engine itself keeps an image that has a second name, even from programs that know nothing of
//! pins, and a pin cannot be left behind by an image that is gone.

use super::super::images::CachedImage;
use crate::domain::clean::pin;
use crate::ops::{Context, OpError};

/// The images that a person means by a text: those an environment needs as it is now, or those
/// whose name, key or ID it is, or begins.
pub async fn find(context: &Context, text: &str) -> Result<Vec<CachedImage>, OpError> {
    let images = super::images(context).await?;
    let needed = images.iter().filter(|image| image.needed_by.iter().any(|id| id == text));
    let found: Vec<CachedImage> = needed.cloned().collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let mut named: Vec<CachedImage> = images.into_iter().filter(|image| is(image, text)).collect();
    match named.len() {
        0 => Err(OpError::Unusable(format!(
            "no cached image is `{text}`, and no environment of that id has one now; `prebake clean` lists the images, `prebake build {text}` makes those of an environment"
        ))),
        1 => Ok(vec![named.remove(0)]),
        count => Err(OpError::Unusable(format!(
            "`{text}` stands for {count} images; give more of the name or ID"
        ))),
    }
}

/// The pinned images that a person means by a text: as in [`find`], but of an environment all that
/// are pinned, also those it does not need any more.
pub async fn find_pinned(context: &Context, text: &str) -> Result<Vec<CachedImage>, OpError> {
    let mut found = super::images(context).await?;
    found.retain(|image| {
        let is_of = image.environment == text || image.needed_by.iter().any(|id| id == text);
        image.is_pinned && (is_of || is(image, text))
    });
    if found.is_empty() {
        return Err(OpError::Unusable(format!(
            "nothing of `{text}` is pinned; `prebake clean` tells which images are"
        )));
    }
    Ok(found)
}

fn is(image: &CachedImage, text: &str) -> bool {
    /// Fewer digits of an ID are no name of one.
    const LEAST: usize = 6;
    let digits = image.id.strip_prefix("sha256:").unwrap_or(&image.id);
    let typed = text.strip_prefix("sha256:").unwrap_or(text);
    image.name.as_deref() == Some(text)
        || image.key == text
        || typed.len() >= LEAST && digits.starts_with(typed)
}

/// Pins an image; one that is pinned stays so.
pub async fn set(context: &Context, image: &CachedImage) -> Result<(), OpError> {
    let (repository, tag) = pin(&image.id);
    Ok(context.engine.tag(&image.id, repository, &tag).await?)
}

/// Takes the pin of an image away. An image without another name would go with it, which is not
/// for this to do.
pub async fn unset(context: &Context, image: &CachedImage) -> Result<(), OpError> {
    let (repository, tag) = pin(&image.id);
    let name = format!("{repository}:{tag}");
    let Some(there) = context.engine.image(&image.id).await? else { return Ok(()) };
    match &there.tags[..] {
        [only] if only.ends_with(&name) => Err(OpError::Unusable(format!(
            "the pin of image `{}` is its last name, without which the engine would remove it; `docker image rm {name}` does that",
            there.id
        ))),
        tags if tags.iter().any(|tag| tag.ends_with(&name)) => {
            Ok(context.engine.remove_image(&name).await?)
        }
        _ => Ok(()),
    }
}
