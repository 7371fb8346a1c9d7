//! The history as the screen shows it: what was baked and started, of the selected environment or
//! of all, what the cache saved, and the two entries that are looked at together.
//!
//! The state holds the newest entries and asks for more when the selection gets to the last of
//! them. Whatever ran makes what is held stale; it is asked for again only while somebody looks.
//! An entry, and two side by side, are texts to read: [`sheet`] writes them.

pub mod sheet;

use std::collections::BTreeMap;

use crate::domain::environment::EnvironmentId;
use crate::domain::history::compare::{InputChange, ScriptPair};
use crate::domain::history::estimate::EarlierScript;
use crate::domain::history::{Detail, Entry, Kind, Outcome, Savings};

/// How many entries are asked for at first; each time they do not suffice, twice as many.
const AT_FIRST: usize = 200;

/// What is asked of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Of which environment; none: of all.
    pub of: Option<EnvironmentId>,
    /// How many entries at most.
    pub most: usize,
}

/// What the history wants done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryEffect {
    /// Find the newest entries and what the cache saved.
    Read {
        /// The number of the request; what is told carries it.
        asked: u64,
        /// Which ones.
        question: Question,
    },
    /// Find all that is known of an entry.
    Look(u64),
    /// Open the log of an entry.
    OpenLog(u64),
    /// Lay two entries side by side.
    Compare {
        /// The number of the first.
        from: u64,
        /// The number of the second.
        to: u64,
    },
}

/// What is heard of the history.
#[derive(Clone, Debug, PartialEq)]
pub enum HistoryEvent {
    /// What was asked for, with the number of the request; a sentence if it could not be read.
    Read(u64, Result<Past, String>),
    /// All that is known of an entry.
    Known(Box<Known>),
    /// The log of an entry is there to be shown.
    Opened {
        /// The number of the entry.
        entry: u64,
        /// What it is of.
        title: String,
    },
    /// Two entries side by side.
    Compared(Box<Compared>),
}

/// What the history says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    /// The environments, sorted by id.
    pub environments: Vec<Summary>,
    /// What the cache saved in all of them.
    pub total: Option<Savings>,
    /// The entries, newest first.
    pub entries: Vec<Entry>,
}

/// What the history says of an environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Its id.
    pub environment: String,
    /// What the cache saved.
    pub savings: Savings,
    /// How long the newest starts took, oldest first, in milliseconds; none: not measured.
    pub durations_ms: Vec<Option<f64>>,
}

/// All that is known of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The entry.
    pub entry: Entry,
    /// Its detail.
    pub detail: Detail,
    /// Its scripts, with their texts where copies are kept.
    pub scripts: Vec<EarlierScript>,
}

/// Two entries side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The first.
    pub from: Entry,
    /// The second.
    pub to: Entry,
    /// The inputs in which they differ.
    pub inputs: Vec<InputChange>,
    /// Their scripts, statement by statement.
    pub scripts: Vec<ScriptPair>,
    /// The texts of the scripts of both, by file name, where copies are kept.
    pub texts: [BTreeMap<String, String>; 2],
    /// The difference of their logs; empty: they are the same; none: one has none.
    pub log: Option<String>,
}

/// The history.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// What is known; none: nothing yet.
    pub past: Option<Past>,
    /// Why it could not be read.
    pub fault: Option<String>,
    /// Whether the entries of all environments are seen.
    pub is_all: bool,
    /// The entry that the selected one is compared with.
    pub marked: Option<u64>,
    /// Whether something ran since it was asked for.
    pub is_stale: bool,
    selected: Option<u64>,
    question: Option<Question>,
    asked: u64,
}

impl History {
    /// The entries, newest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        self.past.as_ref().map_or(&[], |past| &past.entries)
    }

    /// The entry with this number.
    #[must_use]
    pub fn entry(&self, number: u64) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.number == number)
    }

    /// The selected one.
    #[must_use]
    pub fn selected(&self) -> Option<&Entry> {
        self.entry(self.selected?)
    }

    /// Where the selected one stands.
    #[must_use]
    pub fn place(&self) -> Option<usize> {
        self.entries().iter().position(|entry| Some(entry.number) == self.selected)
    }

    /// Selects the one so many further down.
    pub fn move_by(&mut self, by: isize) {
        let last = self.entries().len().saturating_sub(1);
        let at = self.place().unwrap_or(0).saturating_add_signed(by).min(last);
        self.selected = self.entries().get(at).map(|entry| entry.number);
    }

    /// The number of the entry that the selected one is compared with: the marked one, of whichever
    /// environment, else the one before of the same environment, kind and layer. Not a bake that was
    /// only joined: whoever watches the same bake has such an entry beside that of the bake itself.
    #[must_use]
    pub fn other(&self) -> Option<u64> {
        let selected = self.selected()?;
        let same = |entry: &&Entry| {
            (&entry.environment, entry.kind, entry.layer)
                == (&selected.environment, selected.kind, selected.layer)
                && entry.outcome != Outcome::Joined
        };
        let before = || {
            let mut earlier = self.entries().iter().filter(same);
            Some(earlier.find(|entry| entry.number < selected.number)?.number)
        };
        self.marked.filter(|marked| *marked != selected.number).or_else(before)
    }

    /// What is to be asked for so that the history of an environment, or of all, can be seen;
    /// nothing: that was asked for.
    pub fn ask(&mut self, of: Option<EnvironmentId>) -> Option<HistoryEffect> {
        let known = self.question.as_ref().filter(|question| question.of == of);
        let most = known.map_or(AT_FIRST, |question| question.most);
        let is_at_end = self.place().is_some_and(|place| place + 1 == most);
        let most = if is_at_end { most * 2 } else { most };
        let question = Question { of, most };
        if !self.is_stale && self.question.as_ref() == Some(&question) {
            return None;
        }
        if known.is_none() {
            (self.past, self.fault) = (None, None);
        }
        self.is_stale = false;
        self.asked += 1;
        self.question = Some(question.clone());
        Some(HistoryEffect::Read { asked: self.asked, question })
    }

    /// Takes what was asked for. The selection stays where it is.
    pub fn take(&mut self, asked: u64, past: Result<Past, String>) {
        if asked != self.asked {
            return;
        }
        let at_top = self.place().unwrap_or(0) == 0;
        match past {
            Ok(past) => (self.past, self.fault) = (Some(past), None),
            Err(fault) => self.fault = Some(fault),
        }
        // Whoever looks at the newest one goes on with what is newer.
        if at_top || self.place().is_none() {
            self.selected = self.entries().first().map(|entry| entry.number);
        }
    }
}

/// What an entry is of, as a title: `bake 12 of web`.
#[must_use]
pub fn title(entry: &Entry) -> String {
    let kind = match entry.kind {
        Kind::Bake => "bake",
        Kind::Start => "start",
    };
    format!("{kind} {} of {}", entry.number, entry.environment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::testing::{id, past_entry};

    fn past(numbers: impl IntoIterator<Item = u64>) -> Past {
        let entries = numbers.into_iter().map(|number| past_entry(number, "web", Outcome::Baked));
        Past { entries: entries.collect(), ..Past::default() }
    }

    fn number(effect: Option<HistoryEffect>) -> (u64, usize) {
        match effect {
            Some(HistoryEffect::Read { asked, question }) => (asked, question.most),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn it_is_asked_once_again_when_stale_and_for_more_at_the_end() {
        let (mut history, web) = (History::default(), Some(id("web")));
        let (asked, most) = number(history.ask(web.clone()));
        assert_eq!((history.ask(web.clone()), most), (None, AT_FIRST));
        history.take(asked, Ok(past((1..=200).rev())));
        assert_eq!(history.selected().unwrap().number, 200);
        assert_eq!(history.ask(web.clone()), None);
        history.is_stale = true;
        let (again, _) = number(history.ask(web.clone()));
        // An answer to an older request is of no use.
        history.take(asked, Ok(past([])));
        assert_eq!(history.entries().len(), 200);
        history.move_by(isize::MAX);
        let (more, most) = number(history.ask(web.clone()));
        assert_eq!((more, most), (again + 1, 400));
        history.take(more, Ok(past((1..=201).rev())));
        assert_eq!(history.selected().unwrap().number, 1, "the selection stays");
        // Of another one nothing of this is shown.
        assert!(history.ask(None).is_some() && history.past.is_none());
    }

    #[test]
    fn the_other_entry_is_the_marked_one_or_the_one_before_of_its_kind() {
        let mut history = History::default();
        let (asked, _) = number(history.ask(None));
        let mut past = past([5, 4, 3, 2]);
        past.entries[1].environment = "api".to_owned();
        past.entries[2].kind = Kind::Start;
        history.take(asked, Ok(past));
        assert_eq!(history.other(), Some(2));
        history.marked = Some(3);
        assert_eq!(history.other(), Some(3));
        history.marked = Some(5);
        assert_eq!(history.other(), Some(2), "not with itself");
        history.move_by(isize::MAX);
        history.marked = None;
        assert!(history.other().is_none());
        // Of another environment, and not shown now.
        history.marked = Some(1);
        assert_eq!(history.other(), Some(1));
    }

    #[test]
    fn a_bake_is_not_compared_with_an_entry_of_those_who_joined_it() {
        let mut history = History::default();
        let (asked, _) = number(history.ask(None));
        let mut past = past([5, 4, 3]);
        past.entries[1].outcome = Outcome::Joined;
        history.take(asked, Ok(past));
        assert_eq!(history.other(), Some(3));
    }
}
