//! The environments as the screen shows them: their files, which one is selected, and what is
//! known of their layers.

use std::collections::HashMap;

use tui_input::Input;

use crate::domain::digest::Digest;
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::layer::LayerKind;

/// An environment and its file.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: EnvironmentId,
    /// What the file says.
    pub environment: Environment,
    /// The file's text.
    pub text: String,
    /// The digest of that text.
    pub revision: Digest,
    /// The file's path, to be shown.
    pub path: String,
}

/// A file that is no environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenFile {
    /// Its name.
    pub name: String,
    /// What is wrong with it, as a sentence.
    pub fault: String,
}

/// What is known of an environment's layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentStatus {
    /// The base image's ID; none: the engine does not have it.
    pub base: Option<String>,
    /// Its layers, bottom first.
    pub layers: Vec<LayerStatus>,
    /// Scripts that run at every task start, as a person says them.
    pub at_start: Vec<String>,
    /// Whether a task starts without baking or pulling anything.
    pub warm: bool,
}

/// What is known of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerStatus {
    /// Which one.
    pub kind: LayerKind,
    /// The image of its key.
    pub image: String,
    /// Whether the image is there.
    pub cached: bool,
    /// Whether an earlier image of it is, so that it is stale and not merely cold.
    pub stale: bool,
    /// Why it is not cached.
    pub why: Option<String>,
    /// The name of the container that the failed bake of this very key left.
    pub failed: Option<String>,
}

/// How an environment is, at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warmth {
    /// Nothing is known yet.
    Unknown,
    /// It has no layers: its scripts run at every start.
    Uncached,
    /// A task starts at once.
    Warm,
    /// A layer was never baked; why.
    Cold(String),
    /// A layer was baked from older inputs; what changed.
    Stale(String),
    /// The engine does not have its base image.
    NoBase,
    /// The bake of what it is now failed.
    Failed,
    /// Its status could not be found; why.
    Fault(String),
}

/// A status, with the revision of the file it was found for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusFound {
    /// The environment.
    pub id: EnvironmentId,
    /// The revision of its file.
    pub revision: Digest,
    /// The status; a sentence if it could not be found.
    pub status: Result<EnvironmentStatus, String>,
}

/// What is heard of the environments.
#[derive(Clone, Debug, PartialEq)]
pub enum EnvironmentsEvent {
    /// What is in the folder.
    Listed {
        /// The environments, sorted by id.
        entries: Vec<Entry>,
        /// The files that are none.
        broken: Vec<BrokenFile>,
    },
    /// The folder could not be read.
    NotListed(String),
    /// Something in the folder changed.
    FilesChanged,
    /// Something in the engine changed.
    EngineChanged,
    /// What is known of their layers.
    Statuses(Vec<StatusFound>),
    /// A file was written.
    Saved(Box<Entry>),
    /// A file was not written.
    NotSaved {
        /// Whose.
        id: EnvironmentId,
        /// Why, as a sentence.
        cause: String,
    },
    /// One was made, duplicated, renamed or brought back: it is selected.
    Arrived {
        /// The id it has now.
        id: EnvironmentId,
        /// What was done, as a sentence.
        told: String,
    },
    /// One was moved to the trash.
    Removed {
        /// Its id.
        id: EnvironmentId,
        /// Where its file is now.
        kept_at: String,
    },
    /// Something was not done, as a sentence.
    Refused(String),
}

/// The environments.
#[derive(Clone, Debug, Default)]
pub struct Environments {
    /// Sorted by id.
    pub entries: Vec<Entry>,
    /// Files that are none.
    pub broken: Vec<BrokenFile>,
    /// Whether the folder was read at least once.
    pub listed: bool,
    /// What is known of their layers.
    pub statuses: HashMap<EnvironmentId, StatusFound>,
    /// The warnings and errors in the scripts of the files, by the revision they are of; none: they
    /// are being counted.
    pub findings: HashMap<EnvironmentId, (Digest, Option<usize>)>,
    /// What narrows the list.
    pub filter: Option<Input>,
    /// The last one that was removed, and where its file is.
    pub removed: Option<(EnvironmentId, String)>,
    /// The one to select once it is listed.
    pub wanted: Option<EnvironmentId>,
    selected: Option<EnvironmentId>,
    /// Where the selected one stood, for when it goes.
    place: usize,
}

impl Environments {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Those that the filter lets through.
    pub fn seen(&self) -> impl Iterator<Item = &Entry> {
        let wanted = self.filter.as_ref().map(|input| input.value().to_lowercase());
        self.entries.iter().filter(move |entry| {
            wanted.as_deref().is_none_or(|wanted| {
                entry.id.as_str().contains(wanted)
                    || entry.environment.name.to_lowercase().contains(wanted)
            })
        })
    }

    /// The selected one.
    #[must_use]
    pub fn selected(&self) -> Option<&Entry> {
        self.selected.as_ref().and_then(|id| self.entry(id))
    }

    /// The one with this id.
    #[must_use]
    pub fn entry(&self, id: &EnvironmentId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == *id)
    }

    /// Selects one by its id, if it is there.
    pub fn select(&mut self, id: &EnvironmentId) {
        if self.entry(id).is_some() {
            self.selected = Some(id.clone());
            self.note_place();
        }
    }

    /// Selects the one so many further down; more than there are is the last.
    pub fn move_by(&mut self, by: isize) {
        let ids: Vec<EnvironmentId> = self.seen().map(|entry| entry.id.clone()).collect();
        let here = ids.iter().position(|id| self.selected.as_ref() == Some(id));
        let last = ids.len().saturating_sub(1);
        let next = here.map_or(0, |here| here.saturating_add_signed(by).min(last));
        if let Some(id) = ids.into_iter().nth(next) {
            self.selected = Some(id);
            self.note_place();
        }
    }

    /// Takes what is in the folder. The selection stays, or goes to the neighbour of what is gone.
    pub fn list(&mut self, entries: Vec<Entry>, broken: Vec<BrokenFile>) {
        (self.entries, self.broken, self.listed) = (entries, broken, true);
        self.statuses.retain(|id, _| self.entries.iter().any(|entry| entry.id == *id));
        self.findings.retain(|id, _| self.entries.iter().any(|entry| entry.id == *id));
        if let Some(id) = self.wanted.take_if(|id| self.entries.iter().any(|entry| entry.id == *id))
        {
            self.selected = Some(id);
        }
        if self.selected().is_none() {
            let neighbour = self.place.min(self.entries.len().saturating_sub(1));
            self.selected = self.entries.get(neighbour).map(|entry| entry.id.clone());
        }
        self.note_place();
    }

    /// Takes one file that was written.
    pub fn take(&mut self, entry: Entry) {
        match self.entries.binary_search_by(|known| known.id.cmp(&entry.id)) {
            Ok(at) => self.entries[at] = entry,
            Err(at) => self.entries.insert(at, entry),
        }
    }

    /// What is known of an environment's layers as its file is now; `Err`: why nothing is.
    #[must_use]
    pub fn status(&self, entry: &Entry) -> Option<&Result<EnvironmentStatus, String>> {
        let found = self.statuses.get(&entry.id)?;
        Some(&found.status)
    }

    /// How an environment is, at a glance.
    #[must_use]
    pub fn warmth(&self, entry: &Entry) -> Warmth {
        let status = match self.status(entry) {
            None => return Warmth::Unknown,
            Some(Err(cause)) => return Warmth::Fault(cause.clone()),
            Some(Ok(status)) => status,
        };
        if status.base.is_none() {
            return Warmth::NoBase;
        }
        if status.layers.is_empty() {
            return Warmth::Uncached;
        }
        if status.warm {
            return Warmth::Warm;
        }
        if status.layers.iter().any(|layer| layer.failed.is_some()) {
            return Warmth::Failed;
        }
        let missing = status.layers.iter().find(|layer| !layer.cached);
        let why = missing.and_then(|layer| layer.why.clone()).unwrap_or_default();
        if missing.is_some_and(|layer| layer.stale) {
            Warmth::Stale(why)
        } else {
            Warmth::Cold(why)
        }
    }

    /// The row of the list that is the first one seen when so many are: the selected one is among
    /// them.
    #[must_use]
    pub fn first_seen(&self, rows: usize) -> usize {
        let here = self.seen().position(|entry| self.selected.as_ref() == Some(&entry.id));
        here.map_or(0, |here| (here + 1).saturating_sub(rows.max(1)))
    }

    fn note_place(&mut self) {
        let place = self.entries.iter().position(|entry| self.selected.as_ref() == Some(&entry.id));
        self.place = place.unwrap_or(self.place);
    }
}
