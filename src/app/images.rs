//! Cached images as the screen shows them, and which one is selected.

use super::environments::Entry;
use crate::domain::clean::{CachedImage, Removal};

/// What images want done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum ImageEffect {
    /// Find the cached images that are in the engine.
    List,
    /// Find the images that environments can be made on.
    ListBases,
    /// Remove exactly these.
    Remove(Removal),
}

/// What is heard of images.
#[derive(Clone, Debug, PartialEq)]
pub enum ImageEvent {
    /// The cached images that are in the engine, newest first.
    Listed(Vec<CachedImage>),
    /// The references of the images that environments can be made on, newest first.
    Bases(Vec<String>),
    /// A removal ended: how many images went, with how many bytes of their own, and why others
    /// stay, as sentences.
    Removed {
        /// How many went.
        count: usize,
        /// What was theirs alone, in bytes.
        bytes: u64,
        /// Why others stay.
        kept: Vec<String>,
    },
}

/// The cached images.
#[derive(Clone, Debug, Default)]
pub struct Images {
    /// Newest first.
    pub entries: Vec<CachedImage>,
    /// Whether they were found at least once.
    pub listed: bool,
    /// Whether they were asked for since something changed.
    pub asked: bool,
    selected: Option<String>,
}

impl Images {
    /// The selected one.
    #[must_use]
    pub fn selected(&self) -> Option<&CachedImage> {
        self.entries.iter().find(|image| self.selected.as_ref() == Some(&image.id))
    }

    /// Where the selected one stands.
    #[must_use]
    pub fn place(&self) -> Option<usize> {
        self.entries.iter().position(|image| self.selected.as_ref() == Some(&image.id))
    }

    /// Takes what is in the engine. The selection stays as long as its image does.
    pub fn list(&mut self, entries: Vec<CachedImage>) {
        let place = self.place().unwrap_or(0);
        (self.entries, self.listed) = (entries, true);
        if self.selected().is_none() {
            let at = place.min(self.entries.len().saturating_sub(1));
            self.selected = self.entries.get(at).map(|image| image.id.clone());
        }
    }

    /// Selects the one so many further down.
    pub fn move_by(&mut self, by: isize) {
        let last = self.entries.len().saturating_sub(1);
        let at = self.place().unwrap_or(0).saturating_add_signed(by).min(last);
        self.selected = self.entries.get(at).map(|image| image.id.clone());
    }

    /// What they add to the images below them, in bytes, all together.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.entries.iter().map(|image| image.own_size).sum()
    }

    /// The removal of those that were baked for one of these environments and that none needs as
    /// it is now. Those of other people's environments are not for here to judge.
    #[must_use]
    pub fn unneeded(&self, environments: &[Entry]) -> Removal {
        let is_ours = |image: &&CachedImage| {
            environments.iter().any(|entry| entry.id.as_str() == image.environment)
        };
        let unneeded = self.entries.iter().filter(|image| image.needed_by.is_empty());
        let ids: Vec<String> = unneeded.filter(is_ours).map(|image| image.id.clone()).collect();
        Removal::plan(&self.entries, &ids)
    }
}

/// Bytes as a person reads them.
#[must_use]
pub fn size(bytes: u64) -> String {
    bytesize::ByteSize(bytes).display().si().to_string()
}
