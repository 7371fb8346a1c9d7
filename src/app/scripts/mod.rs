//! The scripts being edited: a pair of editors for each environment that was looked at, and how
//! they stand to the file.
//!
//! A [`Pair`] began as a revision of the file. What is typed since is *unsaved*: it waits in a
//! draft every few seconds, survives a change of anything else in the file, and is never replaced
//! without a question when the scripts in the file change, too.

mod answer;
mod areas;
pub mod listed;
mod mend;
mod pair;

pub use answer::Answer;
pub use areas::{Areas, region};
pub use mend::{is_to_move, mending, moving};
pub use pair::{Pair, Standing};

use std::collections::HashMap;
use std::ops::Range;

use super::action::Action;
use super::environments::Entry;
use super::moment::Moment;
use crate::domain::digest::Digest;
use crate::domain::environment::{Environment, EnvironmentId, Stage};
use crate::domain::history::statement::StatementTime;
use crate::domain::lint::{Context, Diagnostic};

/// Pairs without unsaved text that are kept, with their cursors and their steps of undo.
const KEPT: usize = 8;

/// What the scripts want done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum ScriptsEffect {
    /// Keep unsaved scripts as a draft of the environment's file.
    KeepDraft {
        /// Whose.
        id: EnvironmentId,
        /// The file's text that they began as.
        file: String,
        /// Its revision.
        base: Digest,
        /// The cached preflight.
        cached: String,
        /// The run preflight.
        run: String,
    },
    /// Remove the draft of this screen: its text is in the file, or is not wanted.
    DropDraft(EnvironmentId),
    /// Go on with a draft that was found: it is this screen's from now on.
    TakeUp(EnvironmentId, DraftPlace),
    /// Remove a draft that was found and says what the file does.
    DropFound(EnvironmentId, DraftPlace),
    /// Move a draft that was found and is not wanted to the trash.
    SetAside(EnvironmentId, DraftPlace),
    /// Find the drafts that an earlier screen left.
    FindDrafts,
    /// Find how long the statements of a script took when they ran last, and what is doubtful in
    /// it.
    Lint {
        /// Whose.
        id: EnvironmentId,
        /// Which of its scripts.
        stage: Stage,
        /// The edit that the text is of.
        revision: u64,
        /// The text.
        text: String,
        /// What is around it.
        context: Context,
    },
    /// Count what is doubtful in the files of environments.
    Count(Vec<Counted>),
}

/// An environment whose findings are counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// Whose.
    pub id: EnvironmentId,
    /// The revision of its file.
    pub revision: Digest,
    /// What the file says.
    pub environment: Environment,
}

/// What is heard of the scripts.
#[derive(Clone, Debug, PartialEq)]
pub enum ScriptsEvent {
    /// The drafts that an earlier screen left.
    Drafts(Vec<DraftFound>),
    /// Unsaved scripts were kept as a draft; else why not, as a sentence.
    Kept(EnvironmentId, Result<(), String>),
    /// A draft that was taken up said more than its scripts, and is kept there.
    SetAside(EnvironmentId, String),
    /// What is doubtful in a script.
    Linted {
        /// Whose.
        id: EnvironmentId,
        /// Which of its scripts.
        stage: Stage,
        /// The edit that the text was of.
        revision: u64,
        /// What was found.
        findings: Vec<Diagnostic>,
    },
    /// How long the statements of a script took when they ran last.
    Timed {
        /// Whose.
        id: EnvironmentId,
        /// Which of its scripts.
        stage: Stage,
        /// The edit that the text was of.
        revision: u64,
        /// Its statements, in order.
        times: Vec<StatementTime>,
    },
    /// How many warnings and errors there are in the scripts of files.
    Counts(Vec<(EnvironmentId, Digest, usize)>),
}

/// Which of the drafts of an environment that lie side by side, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DraftPlace(pub usize);

/// A draft that an earlier screen left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftFound {
    /// Whose.
    pub id: EnvironmentId,
    /// Which of its drafts.
    pub place: DraftPlace,
    /// When it was written last.
    pub written: Moment,
    /// The cached preflight in it.
    pub cached: String,
    /// The run preflight in it.
    pub run: String,
    /// All of it: what a file is made of, if there is none any more.
    pub text: String,
    /// Whether the file was changed since the draft was begun.
    pub is_stale: bool,
}

/// The scripts being edited.
#[derive(Clone, Debug, Default)]
pub struct Scripts {
    pairs: HashMap<EnvironmentId, Pair>,
    /// Those looked at, the last one last.
    seen: Vec<EnvironmentId>,
    /// What was cut or copied last.
    pub clipboard: String,
    /// What was searched last, and whether it is a regular expression.
    pub searched: (String, bool),
    /// When the findings are asked for: some time after the last key.
    pub lint_due: Option<Moment>,
    /// Drafts that were found and not asked about yet.
    pub drafts: Vec<DraftFound>,
    /// What is done once these are saved.
    pub after_save: Option<(Vec<EnvironmentId>, AfterSave)>,
    /// The cell and the time of the last click, to know a double one.
    pub clicked: Option<((u16, u16), Moment)>,
    /// The editor in which the mouse is held.
    pub held: Option<Stage>,
    /// The move that was refused last: the same key does it all the same.
    pub refused: Option<Refused>,
}

/// A move of a statement that was refused, since it breaks something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Whose statement.
    pub id: EnvironmentId,
    /// Which of its scripts has it.
    pub stage: Stage,
    /// The edits that both scripts were of.
    pub revisions: [u64; 2],
    /// The bytes that were to move.
    pub bytes: Range<usize>,
}

/// What is done once something is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AfterSave {
    /// Leave.
    Quit,
    /// An action on an environment.
    Act(EnvironmentId, Action),
}

impl Scripts {
    /// The editors of an environment, if it was looked at.
    #[must_use]
    pub fn pair(&self, id: &EnvironmentId) -> Option<&Pair> {
        self.pairs.get(id)
    }

    /// The same, to be changed.
    pub fn pair_mut(&mut self, id: &EnvironmentId) -> Option<&mut Pair> {
        self.pairs.get_mut(id)
    }

    /// Makes sure that an environment has its editors; those not looked at for long, and without
    /// unsaved text, go. Whether they were made.
    pub fn open(&mut self, entry: &Entry, tab_width: u8) -> bool {
        if self.seen.last() != Some(&entry.id) {
            self.seen.retain(|id| *id != entry.id);
            self.seen.push(entry.id.clone());
            let clean = |id: &&EnvironmentId| self.pairs.get(*id).is_none_or(|it| !it.is_dirty());
            let over = self.seen.len().saturating_sub(KEPT);
            let gone: Vec<_> = self.seen[..over].iter().filter(clean).cloned().collect();
            for id in gone {
                self.forget(&id);
            }
        }
        let is_new = !self.pairs.contains_key(&entry.id);
        if is_new {
            self.pairs.insert(entry.id.clone(), Pair::new(entry, tab_width));
        }
        is_new
    }

    /// Closes the editors of an environment.
    pub fn forget(&mut self, id: &EnvironmentId) {
        self.pairs.remove(id);
        self.seen.retain(|seen| seen != id);
    }

    /// Gives the editors of an environment to its new id.
    pub fn rename(&mut self, from: &EnvironmentId, to: &EnvironmentId) {
        if let Some(pair) = self.pairs.remove(from) {
            self.pairs.insert(to.clone(), pair);
        }
        for id in self.seen.iter_mut().filter(|id| *id == from) {
            *id = to.clone();
        }
    }

    /// Those with unsaved text, sorted.
    #[must_use]
    pub fn unsaved(&self) -> Vec<EnvironmentId> {
        let dirty = self.pairs.iter().filter(|(_, pair)| pair.is_dirty());
        let mut ids: Vec<_> = dirty.map(|(id, _)| id.clone()).collect();
        ids.sort();
        ids
    }

    /// All that are open.
    pub fn pairs_mut(&mut self) -> impl Iterator<Item = (&EnvironmentId, &mut Pair)> {
        self.pairs.iter_mut()
    }
}
