//! Cached images as the screen shows them, and which one is selected.

use super::moment::{Moment, clock};
use crate::domain::amount;
use crate::domain::clean::{CachedImage, Policy, Removal, Request};

/// What images want done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum ImageEffect {
    /// Find the cached images that are in the engine.
    List,
    /// Find the images that environments can be made on.
    ListBases,
    /// Remove exactly these, by their IDs.
    Remove(Removal),
    /// Remove exactly these, of what this asks for.
    Clean(Request, Removal),
    /// Pin an image, or take its pin away.
    Pin {
        /// Which one.
        image: Box<CachedImage>,
        /// Whether it is to be pinned.
        pinned: bool,
    },
}

/// What is heard of images.
#[derive(Clone, Debug, PartialEq)]
pub enum ImageEvent {
    /// The cached images that are in the engine, newest first.
    Listed(Vec<CachedImage>),
    /// The references of the images that environments can be made on, newest first.
    Bases(Vec<String>),
    /// An image is pinned now, or is not any more.
    Pinned {
        /// Its name, or ID.
        image: String,
        /// Whether it is pinned.
        pinned: bool,
    },
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

    /// The removal of those that no environment needs as it is now, less those that this policy
    /// spares. Those of environments that are not here are not for here to judge.
    #[must_use]
    pub fn unneeded(&self, policy: Policy, now: Moment) -> Removal {
        Self::request(policy).plan(&self.entries, seconds(now), &[])
    }

    /// What a clean of the unneeded images asks for.
    #[must_use]
    pub fn request(policy: Policy) -> Request {
        Request { policy, ..Request::default() }
    }
}

/// Seconds since 1970.
fn seconds(now: Moment) -> i64 {
    i64::try_from(now.0 / 1000).unwrap_or(i64::MAX)
}

/// When an image was last of use: `3 d ago`.
#[must_use]
pub fn used(image: &CachedImage, now: Moment) -> String {
    format!("{} ago", amount::age(seconds(now) - image.used()))
}

/// What making an image again takes, as it was measured: `bake 1:40`.
#[must_use]
pub fn cost(image: &CachedImage) -> String {
    image.bake_ms.map_or_else(|| "unmeasured".to_owned(), |ms| format!("bake {}", clock(ms)))
}

/// Bytes as a person reads them.
#[must_use]
pub fn size(bytes: u64) -> String {
    amount::bytes(bytes)
}
