//! Environments whose files went or broke while their scripts are edited: they stay in the list, so
//! that what is typed has a place, and does not come into a neighbour.
//!
//! Apart from the list because it knows nothing of editors.

use super::environments::{BrokenFile, Entry, Environments};
use crate::domain::environment::EnvironmentId;

/// What became of the file of an environment whose scripts on the screen are in no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// There is none any more.
    Gone,
    /// It is no environment any more; why, as a sentence.
    Broken(String),
}

impl Lost {
    /// What the scripts are then, in as few words as a list has room for.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self {
            Self::Gone => "unsaved, file gone",
            Self::Broken(_) => "unsaved, file broken",
        }
    }

    /// Why nothing but its scripts can be worked with, and what to do.
    #[must_use]
    pub fn told(&self, id: &EnvironmentId) -> String {
        match self {
            Self::Gone => format!(
                "the file of `{id}` is gone; what you typed stays here, and saving it makes the file again"
            ),
            Self::Broken(fault) => format!(
                "the file of `{id}` cannot be read any more; what you typed stays here until you have mended it: {fault}"
            ),
        }
    }
}

impl Environments {
    /// What became of the file of an id that has no entry.
    #[must_use]
    pub fn lost(&self, id: &EnvironmentId) -> Lost {
        let broken = self.broken.iter().find(|broken| broken.id().as_ref() == Some(id));
        broken.map_or(Lost::Gone, |broken| Lost::Broken(broken.fault.clone()))
    }

    /// Takes what is in the folder. Those being edited stay, also when their files do not: what is
    /// typed must not go to a neighbour. Those of which that is new are the answer.
    pub fn list_with(
        &mut self,
        entries: Vec<Entry>,
        broken: Vec<BrokenFile>,
        edited: &[EnvironmentId],
    ) -> Vec<(EnvironmentId, Lost)> {
        let known = std::mem::take(&mut self.entries);
        (self.entries, self.broken) = (entries, broken);
        let mut news = Vec::new();
        for mut entry in known.into_iter().filter(|entry| edited.contains(&entry.id)) {
            if self.entry(&entry.id).is_none() {
                let lost = self.lost(&entry.id);
                if entry.lost.as_ref() != Some(&lost) {
                    news.push((entry.id.clone(), lost.clone()));
                }
                entry.lost = Some(lost);
                self.take(entry);
            }
        }
        let (entries, broken) =
            (std::mem::take(&mut self.entries), std::mem::take(&mut self.broken));
        self.list(entries, broken);
        news
    }

    /// Whether an entry is there only for what is typed.
    #[must_use]
    pub fn has_lost(&self) -> bool {
        self.entries.iter().any(|entry| entry.lost.is_some())
    }

    /// Lets go of those without a file, but for those being edited.
    pub fn let_go(&mut self, edited: &[EnvironmentId]) {
        let stays = |entry: &Entry| entry.lost.is_none() || edited.contains(&entry.id);
        let (stay, go): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.entries).into_iter().partition(stays);
        let mut broken = std::mem::take(&mut self.broken);
        broken.extend(go.into_iter().filter_map(|entry| match entry.lost {
            Some(Lost::Broken(fault)) => {
                Some(BrokenFile { name: format!("{}.yaml", entry.id), fault })
            }
            _ => None,
        }));
        broken.sort_by(|one, other| one.name.cmp(&other.name));
        self.list(stay, broken);
    }
}
