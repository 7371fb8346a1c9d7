//! Cleaning up: which cached images can go, and what keeps the others.
//!
//! Pure, because what is removed must be exactly what a person was shown, and is decided once for
//! the question and once more right before the deed. A [`request`] says which images a person
//! wants gone and which of these are spared, a [`removal`] what of that can go, a [`refusal`] why
//! one stays; [`leftover`] is about everything that is no image.

pub mod leftover;
pub mod refusal;
pub mod removal;
pub mod request;

use serde::Serialize;

use super::image::PIN_REPOSITORY;
use super::layer::LayerKind;

pub use refusal::Refusal;
pub use removal::{Removal, children};
pub use request::{Choice, Policy, Request};

/// A cached image, and what there is in the engine that has to do with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CachedImage {
    /// Its ID.
    pub id: String,
    /// Its name, `repository:key`; none: a bake that was not finished, or was repeated, left it.
    pub name: Option<String>,
    /// Names that others gave it; with one, it stays when ours goes.
    pub other_names: Vec<String>,
    /// Whether it is the work of a bake; another image can have the name of one.
    pub is_baked: bool,
    /// Whether another program baked it, by the form of its key.
    pub is_theirs: bool,
    /// Whether somebody pinned it, on whatever machine.
    pub is_pinned: bool,
    /// Its size in bytes, shared layers included.
    pub size: u64,
    /// What it adds to the image below it, in bytes; all of it if that one is not there.
    pub own_size: u64,
    /// When it was made, in seconds since 1970.
    pub created: i64,
    /// When a task or a bake was last seen to use it, in seconds since 1970; none: never seen
    /// here.
    pub last_used: Option<i64>,
    /// How long its bake took, in milliseconds, which is what making it again costs; none: it was
    /// not measured.
    pub bake_ms: Option<u64>,
    /// The id of the environment it was baked for; of another program's image, the one whose
    /// cached script it was baked from. Empty: it is not known.
    pub environment: String,
    /// Whether that environment is here.
    pub standing: Standing,
    /// The layer.
    pub layer: Option<LayerKind>,
    /// The id of the bake that made it; empty: it is not known.
    pub bake_id: String,
    /// The layer's key.
    pub key: String,
    /// The key of the layer below; empty on a base image.
    pub below: String,
    /// The ID of the image it was made of; empty: the engine does not tell.
    pub parent: String,
    /// Images that somebody made of it and that are none of ours, by name or ID.
    pub others_on_it: Vec<String>,
    /// Containers of it, running or not, by name.
    pub containers: Vec<String>,
    /// The container of a bake that is about to replace it.
    pub bake: Option<String>,
    /// Environments that start or bake on it as they are now.
    pub needed_by: Vec<String>,
}

/// Whether the environment of an image is here, so that its need can be judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is here, and what it needs is known.
    Here,
    /// It is here, but what it needs is not known: its file cannot be read, or its base image is
    /// not in the engine.
    Unsure,
    /// It is not here: removed, or of another machine or configuration folder that shares the
    /// engine; or nobody knows whose the image is.
    #[default]
    Elsewhere,
}

impl CachedImage {
    /// Its name, or else its ID.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// When it was last of use, in seconds since 1970: one that nobody was seen to use, when it
    /// was made.
    #[must_use]
    pub fn used(&self) -> i64 {
        self.last_used.unwrap_or(self.created).max(self.created)
    }

    /// What it has in common with the image below it, in bytes.
    #[must_use]
    pub fn shared_size(&self) -> u64 {
        self.size.saturating_sub(self.own_size)
    }
}

/// The name that pins the image with this ID: a name of its own in the engine, so that every
/// machine that uses the engine sees it, and no image can lose its pin to another.
#[must_use]
pub fn pin(id: &str) -> (&'static str, String) {
    let digits = id.strip_prefix("sha256:").unwrap_or(id);
    (PIN_REPOSITORY, digits.chars().take(32).collect())
}

/// Whether a name, without the registry that some engines put before it, is that of a pin.
#[must_use]
pub fn is_pin(name: &str) -> bool {
    name.rsplit_once(':').is_some_and(|(repository, _)| repository == PIN_REPOSITORY)
}
