//! The environments as the screen shows them: their files, which one is selected, and what is
//! known of their layers.

use std::collections::HashMap;

use tui_input::Input;

use super::explain::Explanation;
use super::lost::Lost;
use super::preview::Forecast;
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
    /// What became of the file since, if it is no more what is told here.
    pub lost: Option<Lost>,
}

/// A file that is no environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenFile {
    /// Its name.
    pub name: String,
    /// What is wrong with it, as a sentence.
    pub fault: String,
}

impl BrokenFile {
    /// The id of the environment that it would be.
    #[must_use]
    pub fn id(&self) -> Option<EnvironmentId> {
        EnvironmentId::parse(self.name.strip_suffix(".yaml")?).ok()
    }
}

/// What is selected in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Selected {
    Entry(EnvironmentId),
    Broken(String),
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
    /// Whether a task starts without baking or pulling anything first.
    pub warm: bool,
    /// Why what it starts on is stale.
    pub stale: Option<String>,
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
    /// A task starts at once, on layers that are stale; why.
    Outdated(String),
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

impl Warmth {
    /// Whether a task starts at once.
    #[must_use]
    pub fn is_warm(&self) -> bool {
        matches!(self, Self::Warm | Self::Outdated(_))
    }

    /// Whether there is something to bake that did not fail.
    #[must_use]
    pub fn is_to_be_baked(&self) -> bool {
        matches!(self, Self::Outdated(_) | Self::Cold(_) | Self::Stale(_) | Self::NoBase)
    }
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
    /// Why the layers of one are warm or cold; a sentence if it could not be found out.
    Explained(EnvironmentId, Result<Box<Explanation>, String>),
    /// What a bake would have to do, for the question of this number; none: that could not be
    /// found out.
    Previewed(u64, Option<Forecast>),
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
    /// The one that is to be explained, until somebody goes on to something else.
    pub explaining: Option<EnvironmentId>,
    selected: Option<Selected>,
    /// Where the selected one stood, for when it goes.
    place: usize,
}

impl Environments {
    /// Whether there is nothing to select.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.broken.is_empty()
    }

    /// Those that the filter lets through.
    pub fn seen(&self) -> impl Iterator<Item = &Entry> {
        let wanted = self.wanted_words();
        self.entries.iter().filter(move |entry| {
            wanted.as_deref().is_none_or(|wanted| {
                entry.id.as_str().contains(wanted)
                    || entry.environment.name.to_lowercase().contains(wanted)
            })
        })
    }

    /// The files that are none and that the filter lets through; the list has them at its end.
    pub fn seen_broken(&self) -> impl Iterator<Item = &BrokenFile> {
        let wanted = self.wanted_words();
        self.broken.iter().filter(move |broken| {
            wanted.as_deref().is_none_or(|wanted| broken.name.to_lowercase().contains(wanted))
        })
    }

    fn wanted_words(&self) -> Option<String> {
        self.filter.as_ref().map(|input| input.value().to_lowercase())
    }

    /// The rows of the list.
    fn rows(&self) -> Vec<Selected> {
        let entries = self.seen().map(|entry| Selected::Entry(entry.id.clone()));
        entries.chain(self.seen_broken().map(|it| Selected::Broken(it.name.clone()))).collect()
    }

    /// The selected one.
    #[must_use]
    pub fn selected(&self) -> Option<&Entry> {
        match self.selected.as_ref()? {
            Selected::Entry(id) => self.entry(id),
            Selected::Broken(_) => None,
        }
    }

    /// The file that is selected and is no environment.
    #[must_use]
    pub fn selected_broken(&self) -> Option<&BrokenFile> {
        match self.selected.as_ref()? {
            Selected::Entry(_) => None,
            Selected::Broken(name) => self.broken.iter().find(|broken| broken.name == *name),
        }
    }

    /// Whether what is selected is among the rows of the list.
    #[must_use]
    pub fn is_selection_seen(&self) -> bool {
        self.selected.as_ref().is_some_and(|selected| self.rows().contains(selected))
    }

    /// The one with this id.
    #[must_use]
    pub fn entry(&self, id: &EnvironmentId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == *id)
    }

    /// Selects one by its id, if it is there.
    pub fn select(&mut self, id: &EnvironmentId) {
        if self.entry(id).is_some() {
            self.selected = Some(Selected::Entry(id.clone()));
            self.note_place();
        }
    }

    /// Selects what is in a row of the list.
    pub fn select_row(&mut self, row: usize) {
        if let Some(selected) = self.rows().into_iter().nth(row) {
            self.selected = Some(selected);
            self.note_place();
        }
    }

    /// Selects the one so many further down; more than there are is the last.
    pub fn move_by(&mut self, by: isize) {
        let rows = self.rows();
        let here = rows.iter().position(|row| self.selected.as_ref() == Some(row));
        let last = rows.len().saturating_sub(1);
        self.select_row(here.map_or(0, |here| here.saturating_add_signed(by).min(last)));
    }

    /// Takes what is in the folder. The selection stays, also when a file breaks or is mended, or
    /// goes to the neighbour of what is gone.
    pub fn list(&mut self, entries: Vec<Entry>, broken: Vec<BrokenFile>) {
        (self.entries, self.broken, self.listed) = (entries, broken, true);
        let there = self.entries.iter().filter(|entry| entry.lost.is_none());
        let there: Vec<_> = there.map(|entry| &entry.id).collect();
        self.statuses.retain(|id, _| there.contains(&id));
        self.findings.retain(|id, _| self.entries.iter().any(|entry| entry.id == *id));
        if let Some(id) = self.wanted.take_if(|id| self.entries.iter().any(|entry| entry.id == *id))
        {
            self.selected = Some(Selected::Entry(id));
        }
        let other = match &self.selected {
            Some(Selected::Entry(id)) => Some(Selected::Broken(format!("{id}.yaml"))),
            Some(Selected::Broken(name)) => {
                BrokenFile { name: name.clone(), fault: String::new() }.id().map(Selected::Entry)
            }
            None => None,
        };
        for also in [self.selected.clone(), other] {
            if self.selected().is_none() && self.selected_broken().is_none() {
                self.selected = also;
            }
        }
        if self.selected().is_none() && self.selected_broken().is_none() {
            let neighbour = self.place.min(self.entries.len().saturating_sub(1));
            let neighbour = self.entries.get(neighbour).map(|it| Selected::Entry(it.id.clone()));
            let broken = || self.broken.first().map(|it| Selected::Broken(it.name.clone()));
            self.selected = neighbour.or_else(broken);
        }
        self.note_place();
    }

    /// Takes one file that was written, or whose scripts wait for it.
    pub fn take(&mut self, entry: Entry) {
        // One row is enough for it.
        self.broken.retain(|broken| broken.id().as_ref() != Some(&entry.id));
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
        if let Some(why) = &status.stale {
            return Warmth::Outdated(why.clone());
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
        let here = self.rows().iter().position(|row| self.selected.as_ref() == Some(row));
        here.map_or(0, |here| (here + 1).saturating_sub(rows.max(1)))
    }

    fn note_place(&mut self) {
        let Some(Selected::Entry(id)) = &self.selected else { return };
        let place = self.entries.iter().position(|entry| entry.id == *id);
        self.place = place.unwrap_or(self.place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::testing::{entry, id};

    fn broken(name: &str) -> BrokenFile {
        BrokenFile { name: name.to_owned(), fault: "wrong".to_owned() }
    }

    fn shown(environments: &Environments) -> String {
        let entry = environments.selected().map(|entry| entry.id.to_string());
        entry
            .or_else(|| environments.selected_broken().map(|it| it.name.clone()))
            .unwrap_or_default()
    }

    #[test]
    fn a_selection_survives_that_its_file_breaks_and_is_mended() {
        let mut environments = Environments::default();
        environments.list(vec![entry("a"), entry("b")], vec![broken("Odd.yaml")]);
        environments.select(&id("b"));
        environments.list(vec![entry("a")], vec![broken("Odd.yaml"), broken("b.yaml")]);
        assert_eq!(shown(&environments), "b.yaml");
        assert_eq!(environments.first_seen(1), 2);
        environments.list(vec![entry("a"), entry("b")], vec![broken("Odd.yaml")]);
        assert_eq!(shown(&environments), "b");
        environments.move_by(1);
        assert_eq!(shown(&environments), "Odd.yaml");
        assert_eq!(environments.selected_broken().unwrap().id(), None);
        environments.list(vec![entry("a"), entry("b")], Vec::new());
        assert_eq!(shown(&environments), "b");
        environments.list(Vec::new(), vec![broken("x.yaml")]);
        assert_eq!(shown(&environments), "x.yaml");
        environments.list(Vec::new(), Vec::new());
        assert_eq!(shown(&environments), "");
    }

    #[test]
    fn a_filter_hides_broken_files_too() {
        let mut environments = Environments::default();
        environments.list(vec![entry("web")], vec![broken("data.yaml")]);
        environments.move_by(5);
        assert_eq!(shown(&environments), "data.yaml");
        environments.filter = Some(Input::new("we".to_owned()));
        assert!(!environments.is_selection_seen());
        environments.move_by(isize::MIN);
        assert_eq!(shown(&environments), "web");
    }
}
