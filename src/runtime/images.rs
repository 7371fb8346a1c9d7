//! Cached images, on tokio: listed and removed.

use super::Outbox;
use crate::app::event::Event;
use crate::app::images::{ImageEffect, ImageEvent};
use crate::ops::images::{self, Outcome, Removal};
use crate::ops::{Context, Environments, OpError};

/// Does what is asked of images.
pub(super) fn perform(effect: ImageEffect, context: Option<Context>, outbox: Outbox) {
    let Some(context) = context else { return };
    tokio::spawn(async move {
        let outcome = match effect {
            ImageEffect::List => list(&context).await,
            ImageEffect::ListBases => images::bases(&context).await.map(ImageEvent::Bases),
            ImageEffect::Remove(removal) => remove(&context, &removal).await,
        };
        match outcome {
            Ok(event) => outbox.tell(Event::Image(event)).await,
            Err(error) => outbox.tell(Event::Failed(error.to_string())).await,
        };
    });
}

async fn list(context: &Context) -> Result<ImageEvent, OpError> {
    let environments = Environments::new(context.folders.clone());
    let listing = tokio::task::spawn_blocking(move || environments.list()).await;
    let listing = listing.map_err(|error| OpError::Unusable(error.to_string()))?;
    Ok(ImageEvent::Listed(images::list(context, &listing?.environments).await?.images))
}

async fn remove(context: &Context, removal: &Removal) -> Result<ImageEvent, OpError> {
    let (mut count, mut bytes, mut kept) = (0, 0, Vec::new());
    images::remove(context, removal, |image, outcome| match outcome {
        Outcome::Removed => {
            count += 1;
            bytes += image.own_size;
        }
        Outcome::Unnamed => kept.push(format!("`{}` has other names and stays", image.shown())),
        Outcome::Refused { refusal } => {
            kept.push(format!("`{}` stays: {}", image.shown(), refusal.words()));
        }
        Outcome::Failed { cause } => kept.push(format!("`{}` stays: {cause}", image.shown())),
    })
    .await?;
    Ok(ImageEvent::Removed { count, bytes, kept })
}
