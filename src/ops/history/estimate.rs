//! What a bake will take, and what each statement of a script took the last time, from the bakes
//! in the history and the copies of their scripts.

use super::compare::with_texts;
use crate::domain::environment::EnvironmentId;
use crate::domain::history::entry::{BakeTimes, Phases};
use crate::domain::history::estimate::{self, Earlier};
use crate::domain::history::{Detail, Entry, Estimate};
use crate::domain::layer::{Layer, LayerKind};
use crate::store::{Folders, History, StoreError};

/// How many earlier bakes are looked at.
const BAKES: usize = 8;

/// What the bake of a layer will take; none: nothing of it was ever measured here.
pub fn estimate(
    folders: &Folders,
    environment: &EnvironmentId,
    layer: &Layer,
) -> Result<Option<Estimate>, StoreError> {
    let Some(history) = History::open_to_read(folders)? else { return Ok(None) };
    // A desktop is everybody's.
    let own = (layer.kind == LayerKind::Environment).then_some(environment.as_str());
    let bakes = history.bakes(own, layer.kind, BAKES)?;
    let earlier: Vec<Earlier> =
        bakes.into_iter().map(|(entry, detail)| earlier(folders, &entry, &detail)).collect();
    Ok(estimate::estimate(&layer.scripts, &earlier))
}

fn earlier(folders: &Folders, entry: &Entry, detail: &Detail) -> Earlier {
    let commit_ms = match &detail.phases {
        Phases::Bake(BakeTimes { commit_ms, .. }) => *commit_ms,
        Phases::Start(_) => None,
    };
    let scripts = with_texts(folders, &detail.scripts);
    Earlier { scripts, commit_ms, layer_bytes: entry.layer_bytes }
}

impl Estimate {
    /// In words: `about 1:40, 410 MB`.
    #[must_use]
    pub fn words(&self) -> String {
        use bytesize::ByteSize;

        let mut words = format!("about {}", crate::domain::history::words::clock(self.ms));
        let size = self.bytes.map(|bytes| ByteSize(bytes).display().si().to_string());
        match (self.unmeasured, size) {
            (0, Some(size)) => words += &format!(", {size}"),
            (0, None) => {}
            (1, _) => words += " and what 1 new statement takes",
            (new, _) => words += &format!(" and what {new} new statements take"),
        }
        words
    }
}
