//! The history as a user asks for it: what was baked and started, what it saved, the log of an
//! entry, two entries side by side, and what a bake will take. None of it needs the engine.
//!
//! [`record`] is how bakes and starts get into it, [`compare`] and [`estimate`] are questions of
//! their own. For a view of the history [`overview`] has all of it in one call.

pub mod compare;
pub mod estimate;
pub(in crate::ops) mod record;

use std::io::Read;

use serde::Serialize;

use crate::domain::history::{Detail, Entry, Kind, Savings};
use crate::ops::OpError;
use crate::store::{Folders, History, kept_log};

/// How many starts a line of bars shows.
const BARS: usize = 24;

/// What is known of environments and their newest entries.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Overview {
    /// The environments, sorted by id.
    pub environments: Vec<Summary>,
    /// The entries, newest first.
    pub entries: Vec<Told>,
}

/// What the history says of an environment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Its id.
    pub environment: String,
    /// What the cache saved.
    #[serde(flatten)]
    pub savings: Savings,
    /// How long the newest starts took, oldest first, in milliseconds; none: not measured.
    pub durations_ms: Vec<Option<f64>>,
}

/// An entry with its detail.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Told {
    /// The entry.
    #[serde(flatten)]
    pub entry: Entry,
    /// Its detail.
    #[serde(flatten)]
    pub detail: Detail,
}

/// The summaries and the newest entries, of one environment or of all.
pub fn overview(
    folders: &Folders,
    environment: Option<&str>,
    most: usize,
) -> Result<Overview, OpError> {
    let Some(history) = History::open_to_read(folders)? else { return Ok(Overview::default()) };
    let mut environments: Vec<Summary> = Vec::new();
    let tallies = history.tallies(environment)?;
    for same in tallies.chunk_by(|one, other| one.0 == other.0) {
        let id = same[0].0.clone();
        let tallies: Vec<_> = same.iter().map(|(_, tally)| *tally).collect();
        environments.push(Summary {
            savings: Savings::of(&tallies, history.payoff(&id)?),
            durations_ms: history.durations(&id, BARS)?,
            environment: id,
        });
    }
    let entries = history.entries(environment, most)?.into_iter().map(|entry| {
        let detail = history.detail(&entry)?;
        Ok::<_, OpError>(Told { entry, detail })
    });
    Ok(Overview { environments, entries: entries.collect::<Result<_, _>>()? })
}

/// What the cache saved over all environments.
#[must_use]
pub fn total(environments: &[Summary]) -> Savings {
    let all = || environments.iter().map(|it| &it.savings);
    let saved: Vec<f64> = all().filter_map(|it| it.saved_ms).collect();
    Savings {
        starts: all().map(|it| it.starts).sum(),
        hits: all().map(|it| it.hits).sum(),
        measured: all().map(|it| it.measured).sum(),
        wanted: all().map(|it| it.wanted).sum(),
        saved_ms: (!saved.is_empty()).then(|| saved.iter().sum()),
        payoff: None,
    }
}

/// The entry a person named: by its number, or by the id of its bake or task.
pub fn entry(folders: &Folders, typed: &str) -> Result<Told, OpError> {
    let none = || OpError::NoEntry { typed: typed.to_owned() };
    let history = History::open_to_read(folders)?.ok_or_else(none)?;
    let entry = history.find(typed)?.ok_or_else(none)?;
    let detail = history.detail(&entry)?;
    Ok(Told { entry, detail })
}

/// The whole log of an entry, piece by piece.
pub fn log(folders: &Folders, entry: &Entry) -> Result<Box<dyn Read + Send>, OpError> {
    let Entry { number, name, .. } = entry;
    match entry.kind {
        Kind::Start => Err(OpError::Unusable(format!(
            "entry {number} is the start of a task, whose output is not kept; while the engine has the task, `prebake logs {name}` shows it"
        ))),
        Kind::Bake if !entry.log => Err(OpError::Unusable(format!(
            "entry {number} has no log here: another prebake baked it and has its log, in an entry of its own: here, or on the machine that baked"
        ))),
        Kind::Bake => kept_log::open(folders, name)?.ok_or_else(|| {
            OpError::Unusable(format!(
                "the log of entry {number} is gone: logs are kept for 30 days, as far as there is room; build again to see what it says"
            ))
        }),
    }
}
