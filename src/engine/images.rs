//! Images: looked at, listed, tagged, removed.

use std::collections::HashMap;
use std::time::Duration;

use bollard::models::{ImageConfig, ImageInspect};
use bollard::query_parameters::{
    ListImagesOptionsBuilder, RemoveImageOptionsBuilder, TagImageOptionsBuilder,
};

use jiff::Timestamp;

use super::commit::BAKED;
use super::{Engine, EngineError};
use crate::domain::image::BaseImage;
use crate::domain::layer::labels::{self, Labels};
use crate::domain::layer::plan::Found;

/// How often images are listed until none goes at that moment: the containerd image store fails
/// for all of them then.
const LISTINGS: u32 = 10;
/// What is waited between two of them.
const BETWEEN: Duration = Duration::from_millis(30);

/// What the engine knows of an image.
#[derive(Clone, Debug)]
pub struct ImageFacts {
    /// The ID, `sha256:` and 64 hex digits.
    pub id: String,
    /// Its references, `repository:tag`; none: it is dangling.
    pub tags: Vec<String>,
    /// Its labels.
    pub labels: Labels,
    /// `os/architecture[/variant]`.
    pub platform: String,
    /// Its size in bytes, shared layers included.
    pub size: u64,
    /// When it was made, if the engine tells.
    pub created: Option<Timestamp>,
    /// Its digests at the registries it was pulled from or pushed to, `repository@sha256:…`.
    pub digests: Vec<String>,
    /// Whether a bake made it, and nobody made anything else of it.
    pub is_baked: bool,
    /// What containers of it are started with; a commit restores it.
    pub(super) config: ImageConfig,
}

impl ImageFacts {
    fn of(image: ImageInspect) -> Result<Self, String> {
        let id = image.id.filter(|id| !id.is_empty()).ok_or("it has no ID")?;
        let config = image.config.unwrap_or_default();
        let mut platform = format!(
            "{}/{}",
            image.os.filter(|os| !os.is_empty()).unwrap_or_else(|| "linux".into()),
            image.architecture.unwrap_or_default()
        );
        if let Some(variant) = image.variant.filter(|variant| !variant.is_empty()) {
            platform.push('/');
            platform.push_str(&variant);
        }
        Ok(Self {
            id,
            tags: image.repo_tags.unwrap_or_default(),
            labels: config.labels.clone().unwrap_or_default().into_iter().collect(),
            platform,
            size: image.size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            created: image.created.and_then(super::containers::date),
            digests: image.repo_digests.unwrap_or_default(),
            is_baked: image.comment.as_deref() == Some(BAKED),
            config,
        })
    }

    /// The user of the image's configuration; empty: root.
    #[must_use]
    pub fn user(&self) -> &str {
        self.config.user.as_deref().unwrap_or_default()
    }

    /// The working directory of the image's configuration.
    #[must_use]
    pub fn workdir(&self) -> &str {
        self.config.working_dir.as_deref().filter(|folder| !folder.is_empty()).unwrap_or("/")
    }

    /// What the image's configuration sets a variable to.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        let all = self.config.env.iter().flatten();
        all.filter_map(|pair| pair.split_once('=')).find(|pair| pair.0 == name).map(|pair| pair.1)
    }

    /// Whether the image's configuration has a health check.
    #[must_use]
    pub fn has_health_check(&self) -> bool {
        self.config.healthcheck.is_some()
    }

    /// The folders that containers of the image have as volumes; a commit leaves them out.
    #[must_use]
    pub fn volumes(&self) -> Vec<&str> {
        let mut folders: Vec<&str> =
            self.config.volumes.iter().flatten().map(String::as_str).collect();
        folders.sort_unstable();
        folders
    }

    /// The command of the image's configuration: its entry point, or else its command.
    #[must_use]
    pub fn command(&self) -> Vec<String> {
        let own = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
        let mut command = own(&self.config.entrypoint);
        command.extend(own(&self.config.cmd));
        command
    }

    /// The image as the base of layers, under the reference the environment uses.
    #[must_use]
    pub fn as_base(&self, reference: &str) -> BaseImage {
        BaseImage {
            reference: reference.to_owned(),
            id: self.id.clone(),
            platform: self.platform.clone(),
            user: self.user().to_owned(),
        }
    }

    /// What a plan has to know of it.
    #[must_use]
    pub fn found(&self) -> Found {
        let key = self.labels.get(labels::KEY).filter(|_| self.is_baked);
        // In whole seconds, as a list of images tells it.
        let made = self.created.and_then(|made| Timestamp::from_second(made.as_second()).ok());
        Found { id: self.id.clone(), key: key.cloned(), made }
    }
}

impl Engine {
    /// The facts of an image; `None`: the engine does not have it.
    pub async fn image(&self, reference: &str) -> Result<Option<ImageFacts>, EngineError> {
        let what = format!("inspect the image `{reference}`");
        match self.call(what.clone(), self.docker().inspect_image(reference)).await {
            Ok(image) => ImageFacts::of(image).map(Some).map_err(|cause| EngineError::Garbage {
                host: self.host().to_string(),
                what,
                cause,
            }),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All images with all of these labels (`name` or `name=value`), newest first; dangling ones
    /// only, or tagged ones only.
    pub async fn images(
        &self,
        labels: &[String],
        dangling: bool,
    ) -> Result<Vec<ListedImage>, EngineError> {
        let filters =
            HashMap::from([("label", labels.to_vec()), ("dangling", vec![dangling.to_string()])]);
        self.list(filters, false).await
    }

    /// All images, tagged or dangling or between others, newest first.
    pub async fn all_images(&self) -> Result<Vec<ListedImage>, EngineError> {
        self.list(HashMap::new(), true).await
    }

    async fn list(
        &self,
        filters: HashMap<&str, Vec<String>>,
        all: bool,
    ) -> Result<Vec<ListedImage>, EngineError> {
        let options = ListImagesOptionsBuilder::default().all(all).filters(&filters).build();
        let mut tries = 1..LISTINGS;
        let listed = loop {
            let listed = self.docker().list_images(Some(options.clone()));
            match self.call("list images", listed).await {
                Err(error) if error.is_not_found() && tries.next().is_some() => {
                    tokio::time::sleep(BETWEEN).await;
                }
                listed => break listed?,
            }
        };
        let mut images: Vec<ListedImage> = listed
            .into_iter()
            .map(|image| ListedImage {
                id: image.id,
                parent: image.parent_id,
                // Older engines give a dangling image this name.
                tags: image.repo_tags.into_iter().filter(|tag| tag != "<none>:<none>").collect(),
                labels: image.labels.into_iter().collect(),
                size: u64::try_from(image.size).unwrap_or(0),
                created: image.created,
            })
            .collect();
        images.sort_by_key(|image| std::cmp::Reverse(image.created));
        Ok(images)
    }

    /// Gives an image the reference `repository:tag`, taking it from any other.
    pub async fn tag(&self, id: &str, repository: &str, tag: &str) -> Result<(), EngineError> {
        let options = TagImageOptionsBuilder::default().repo(repository).tag(tag).build();
        let what = format!("tag the image `{repository}:{tag}`");
        self.call(what, self.docker().tag_image(id, Some(options))).await
    }

    /// Removes an image; one that is not there or is in use is no error.
    pub async fn remove_image(&self, reference: &str) -> Result<(), EngineError> {
        let options = RemoveImageOptionsBuilder::default().build();
        match self.patient().remove_image(reference, Some(options), None).await {
            Ok(_) => Ok(()),
            Err(error) => match self.error(format!("remove the image `{reference}`"), error) {
                EngineError::NotFound { .. } | EngineError::Conflict { .. } => Ok(()),
                other => Err(other),
            },
        }
    }
}

/// An image in a list.
#[derive(Clone, Debug)]
pub struct ListedImage {
    /// The ID.
    pub id: String,
    /// The ID of the image it was made of; empty: the engine does not tell.
    pub parent: String,
    /// Its references.
    pub tags: Vec<String>,
    /// Its labels.
    pub labels: Labels,
    /// Its size in bytes, shared layers included.
    pub size: u64,
    /// When it was made, in seconds since 1970.
    pub created: i64,
}
