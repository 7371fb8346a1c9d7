//! Cached images, on tokio: listed, removed and pinned.

use super::Outbox;
use crate::app::domain::clean::Request;
use crate::app::event::Event;
use crate::app::images::{ImageEffect, ImageEvent};
use crate::ops::clean::{self, Asked, CleanPlan, Thing, pins};
use crate::ops::images::{self, CachedImage, Outcome, Removal};
use crate::ops::{Context, OpError};

/// Does what is asked of images.
pub(super) fn perform(effect: ImageEffect, context: Option<Context>, outbox: Outbox) {
    let Some(context) = context else { return };
    tokio::spawn(async move {
        let nobody_asked = matches!(effect, ImageEffect::List);
        let outcome = match effect {
            ImageEffect::List => list(&context).await,
            ImageEffect::ListBases => images::bases(&context).await.map(ImageEvent::Bases),
            ImageEffect::Remove(removal) => remove(&context, &removal).await,
            ImageEffect::Clean(request, removal) => clean(&context, request, removal).await,
            ImageEffect::Pin { image, pinned } => pin(&context, &image, pinned).await,
        };
        match outcome {
            Ok(event) => outbox.tell(Event::Image(event)).await,
            // The link tells it.
            Err(error) if nobody_asked && error.is_connection() => true,
            Err(error) => outbox.tell(Event::Failed(error.to_string())).await,
        };
    });
}

async fn list(context: &Context) -> Result<ImageEvent, OpError> {
    Ok(ImageEvent::Listed(clean::images(context).await?))
}

async fn pin(context: &Context, image: &CachedImage, pinned: bool) -> Result<ImageEvent, OpError> {
    if pinned {
        pins::set(context, image).await?;
    } else {
        pins::unset(context, image).await?;
    }
    Ok(ImageEvent::Pinned { image: image.shown().to_owned(), pinned })
}

/// What of a removal went, and sentences about the rest.
#[derive(Default)]
struct Account {
    count: usize,
    bytes: u64,
    kept: Vec<String>,
}

impl Account {
    fn take(&mut self, image: &CachedImage, outcome: &Outcome) {
        match outcome {
            Outcome::Removed => {
                self.count += 1;
                self.bytes += image.own_size;
            }
            Outcome::Unnamed => {
                self.kept.push(format!("`{}` has other names and stays", image.shown()));
            }
            Outcome::Refused { refusal } => {
                self.kept.push(format!("`{}` stays: {}", image.shown(), refusal.words()));
            }
            Outcome::Failed { cause } => {
                self.kept.push(format!("`{}` stays: {cause}", image.shown()));
            }
        }
    }

    fn told(self) -> ImageEvent {
        ImageEvent::Removed { count: self.count, bytes: self.bytes, kept: self.kept }
    }
}

async fn remove(context: &Context, removal: &Removal) -> Result<ImageEvent, OpError> {
    let mut account = Account::default();
    images::remove(context, removal, |image, outcome| account.take(image, &outcome)).await?;
    Ok(account.told())
}

async fn clean(
    context: &Context,
    request: Request,
    removal: Removal,
) -> Result<ImageEvent, OpError> {
    let mut account = Account::default();
    let plan = CleanPlan { asked: Asked::of_images(request), removal, ..CleanPlan::default() };
    clean::carry_out(context, &plan, |thing, outcome| {
        if let Thing::Image(image) = thing {
            account.take(image, outcome);
        }
    })
    .await?;
    Ok(account.told())
}
