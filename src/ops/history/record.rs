//! How bakes and starts get into the history. It is worth neither: what goes wrong is a warning.

use std::io;

use crate::domain::history::entry::Phases;
use crate::domain::history::savings::{self, Cold};
use crate::domain::history::{Detail, Entry, Outcome};
use crate::domain::task::Timings;
use crate::ops::{Progress, Watch};
use crate::store::{Folders, History, StoreError};

/// What became of a recording.
pub(in crate::ops) struct Recorded {
    /// The entry, with its number and what it saved.
    pub(in crate::ops) entry: Result<Entry, StoreError>,
    /// A damaged history that was moved out of the way for it.
    pub(in crate::ops) set_aside: Option<StoreError>,
}

/// Writes an entry: a new one, or in the place of the one with its number.
pub(in crate::ops) fn put(folders: &Folders, mut entry: Entry, detail: &Detail) -> Recorded {
    let mut history = match History::open(folders) {
        Ok(history) => history,
        Err(error) => return Recorded { entry: Err(error), set_aside: None },
    };
    let set_aside = history.set_aside();
    if let (0, Outcome::Hit, Phases::Start(timings)) = (entry.number, entry.outcome, &detail.phases)
    {
        entry.saved_ms = saved_ms(&history, &entry, timings);
    }
    let done = match entry.number {
        0 => history.record(&entry, detail),
        number => history.amend(&entry, detail).map(|()| number),
    };
    Recorded { entry: done.map(|number| Entry { number, ..entry }), set_aside }
}

/// What a warm start saved. A question that cannot be answered is one without an answer.
fn saved_ms(history: &History, entry: &Entry, timings: &Timings) -> Option<f64> {
    let found = history.cold(&entry.environment, &entry.stages, &entry.keys).unwrap_or_default();
    // The image itself tells how long its bake took, whoever baked it.
    let scripts_ms = found.scripts_ms.or(entry.scripts_ms);
    savings::saved_ms(timings, Cold { scripts_ms, ..found })
}

/// Writes an entry on a thread that may wait for the disk.
pub(in crate::ops) async fn put_aside(folders: Folders, entry: Entry, detail: Detail) -> Recorded {
    let path = History::path_of(&folders);
    let put = tokio::task::spawn_blocking(move || put(&folders, entry, &detail));
    put.await.unwrap_or_else(|error| Recorded {
        entry: Err(StoreError::History { path, cause: io::Error::other(error).to_string() }),
        set_aside: None,
    })
}

/// Tells what went wrong; `what` is not recorded then.
pub(in crate::ops) fn tell(recorded: &Recorded, what: &str, watch: &mut dyn Watch) {
    if let Some(told) = &recorded.set_aside {
        watch.see(Progress::Warning(&told.to_string()));
    }
    if let Err(error) = &recorded.entry {
        watch.see(Progress::Warning(&format!("the {what} is not recorded: {error}")));
    }
}
