//! Where a plan looks for images and containers: one question each for one environment, or one
//! listing of the engine for all of them. Apart so that both come to the same plan.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;

use crate::domain::layer::labels::{self, Labels};
use crate::domain::layer::plan::Found;
use crate::engine::{
    ContainerFacts, Engine, EngineError, ImageFacts, ListedContainer, ListedImage,
};
use crate::ops::Context;

/// How many questions wait for their answers at the same time.
pub(super) const AT_ONCE: usize = 16;

/// Where to look.
#[derive(Clone, Copy)]
pub(super) enum Look<'a> {
    /// The engine is asked about each thing.
    Engine(&'a Engine),
    /// It was asked about all.
    Listing(&'a Listing<'a>),
}

/// All images and containers of an engine at one moment.
pub(super) struct Listing<'a> {
    context: &'a Context,
    /// Newest first.
    pub(super) images: Vec<ListedImage>,
    pub(super) containers: Vec<ListedContainer>,
    /// Positions of images by their names, and by their IDs.
    named: HashMap<String, usize>,
    by_id: HashMap<String, usize>,
    bases: HashMap<String, Result<Option<ImageFacts>, EngineError>>,
}

/// What is known of images by their ID. It never changes, so it is asked for once; a list does
/// not tell whose work an image is.
#[derive(Clone, Debug, Default)]
pub(super) struct Known(Arc<Mutex<HashMap<String, Found>>>);

impl<'a> Listing<'a> {
    /// Lists everything, and looks at the base images with these references.
    pub(super) async fn take(
        context: &'a Context,
        bases: impl Iterator<Item = &str>,
    ) -> Result<Self, EngineError> {
        let engine = &context.engine;
        let (images, containers) = tokio::try_join!(engine.all_images(), engine.all_containers())?;
        let bases: HashSet<String> = bases
            .filter(|base| !base.is_empty() && !base.contains(char::is_whitespace))
            .map(str::to_owned)
            .collect();
        let bases = stream::iter(bases)
            .map(|base| async move {
                let image = engine.image(&base).await;
                (base, image)
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let named = images
            .iter()
            .enumerate()
            .flat_map(|(index, image)| image.tags.iter().map(move |tag| (tag, index)))
            .map(|(tag, index)| (short(tag).to_owned(), index))
            .collect();
        let by_id =
            images.iter().enumerate().map(|(index, image)| (image.id.clone(), index)).collect();
        Ok(Self { context, images, containers, named, by_id, bases })
    }

    /// The image with a name of ours.
    pub(super) fn image(&self, name: &str) -> Option<&ListedImage> {
        self.named.get(name).map(|&index| &self.images[index])
    }

    /// What a plan has to know of a listed image; `None`: it was removed meanwhile.
    pub(super) async fn found(&self, image: &ListedImage) -> Result<Option<Found>, EngineError> {
        if let Some(found) = self.found_by_parent(image) {
            return Ok(Some(found));
        }
        let known = || self.context.known.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&image.id) {
            return Ok(Some(found.clone()));
        }
        let found = self.context.engine.image(&image.id).await?.map(|image| image.found());
        if let Some(found) = &found {
            known().insert(image.id.clone(), found.clone());
        }
        Ok(found)
    }

    /// As [`Listing::found`], where the list alone tells: an engine with thousands of images must
    /// not be asked about each. Whatever is made of a layer inherits its labels, but lies on the
    /// layer itself, and a baked one on what its labels say is below.
    fn found_by_parent(&self, image: &ListedImage) -> Option<Found> {
        let label = |image: &'_ ListedImage, name| image.labels.get(name).cloned();
        let made = Timestamp::from_second(image.created).ok();
        let found = |key| Found { id: image.id.clone(), key, made };
        let Some(key) = label(image, labels::KEY).filter(|key| !key.is_empty()) else {
            return Some(found(None));
        };
        let parent = &self.images[*self.by_id.get(&image.parent)?];
        let is_baked = match label(image, labels::BELOW).filter(|below| !below.is_empty()) {
            Some(below) => label(parent, labels::KEY) == Some(below),
            None => label(image, labels::BASE_ID).as_ref() == Some(&parent.id),
        };
        // What is neither is for the engine to tell.
        let is_made_of_it = label(parent, labels::KEY).as_ref() == Some(&key);
        (is_baked || is_made_of_it).then(|| found(is_baked.then_some(key)))
    }
}

/// A name without the registry that an engine puts before names that have none.
pub(super) fn short(tag: &str) -> &str {
    let hidden = ["localhost/", "docker.io/library/"];
    hidden.iter().find_map(|registry| tag.strip_prefix(registry)).unwrap_or(tag)
}

impl Look<'_> {
    /// A base image by its reference.
    pub(super) async fn base(self, reference: &str) -> Result<Option<ImageFacts>, EngineError> {
        match self {
            Self::Engine(engine) => engine.image(reference).await,
            Self::Listing(listing) => match listing.bases.get(reference) {
                Some(base) => base.clone(),
                None => listing.context.engine.image(reference).await,
            },
        }
    }

    /// The image that has the name of a layer.
    pub(super) async fn found(self, name: &str) -> Result<Option<Found>, EngineError> {
        match self {
            Self::Engine(engine) => Ok(engine.image(name).await?.map(|image| image.found())),
            Self::Listing(listing) => match listing.image(name) {
                Some(image) => listing.found(image).await,
                None => Ok(None),
            },
        }
    }

    /// The labels of the newest tagged image with all of these labels that is wanted.
    pub(super) async fn newest(
        self,
        labels: &[(&str, &str)],
        is_wanted: impl Fn(&ListedImage) -> bool,
    ) -> Result<Option<Labels>, EngineError> {
        match self {
            Self::Engine(engine) => {
                let filter: Vec<String> =
                    labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let images = engine.images(&filter, false).await?;
                Ok(images.into_iter().find(is_wanted).map(|image| image.labels))
            }
            Self::Listing(listing) => {
                let has = |image: &ListedImage, (name, value): &(&str, &str)| {
                    image.labels.get(*name).is_some_and(|there| there == value)
                };
                let fits = |image: &&ListedImage| labels.iter().all(|label| has(image, label));
                let mut fitting = listing.images.iter().filter(fits);
                Ok(fitting.find(|image| is_wanted(image)).map(|image| image.labels.clone()))
            }
        }
    }

    /// A container by its name.
    pub(super) async fn container(self, name: &str) -> Result<Option<ContainerFacts>, EngineError> {
        match self {
            Self::Engine(engine) => engine.container(name).await,
            Self::Listing(listing) if listing.containers.iter().any(|one| one.name == name) => {
                listing.context.engine.container(name).await
            }
            Self::Listing(_) => Ok(None),
        }
    }
}
