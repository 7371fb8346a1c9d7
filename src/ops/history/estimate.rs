//! What a bake will take, and what each statement of a script took the last time, from the bakes
//! in the history and the copies of their scripts.

use bytesize::ByteSize;

use super::compare::with_texts;
use crate::domain::environment::{EnvironmentId, Stage};
use crate::domain::history::entry::{BakeTimes, Phases};
use crate::domain::history::estimate::{self, Earlier};
use crate::domain::history::statement::StatementTime;
use crate::domain::history::words::clock;
use crate::domain::history::{Detail, Entry, Estimate};
use crate::domain::layer::stack::{CACHED_PREFLIGHT, RUN_PREFLIGHT};
use crate::domain::layer::{Layer, LayerKind, LayerScript, Plan};
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

/// What all bakes of a plan will take together; none: nothing is to be baked, or of one layer
/// nothing was ever measured.
pub fn estimate_plan(
    folders: &Folders,
    environment: &EnvironmentId,
    plan: &Plan,
) -> Result<Option<Estimate>, StoreError> {
    let mut all: Option<Estimate> = None;
    for step in plan.steps.iter().filter(|step| step.needs_bake()) {
        let Some(one) = estimate(folders, environment, step.layer())? else { return Ok(None) };
        all = Some(match all {
            None => one,
            Some(all) => all.and(one),
        });
    }
    Ok(all)
}

fn earlier(folders: &Folders, entry: &Entry, detail: &Detail) -> Earlier {
    let commit_ms = match &detail.phases {
        Phases::Bake(BakeTimes { commit_ms, .. }) => *commit_ms,
        Phases::Start(_) => None,
    };
    let scripts = with_texts(folders, &detail.scripts);
    Earlier { scripts, commit_ms, layer_bytes: entry.layer_bytes }
}

/// How long each statement of a person's script took the last time it ran: of the cached
/// preflight in a bake, of either at the start of a task. `text` is the script as it is now, saved
/// or not.
pub fn statement_times(
    folders: &Folders,
    environment: &EnvironmentId,
    stage: Stage,
    text: &str,
) -> Result<Vec<StatementTime>, StoreError> {
    let Some(history) = History::open_to_read(folders)? else { return Ok(Vec::new()) };
    let own = Some(environment.as_str());
    let mut told = history.starts(own, BAKES)?;
    let name = match stage {
        Stage::Cached => CACHED_PREFLIGHT,
        Stage::Run => RUN_PREFLIGHT,
    };
    if stage == Stage::Cached {
        told.extend(history.bakes(own, LayerKind::Environment, BAKES)?);
        told.sort_by_key(|(entry, _)| std::cmp::Reverse(entry.number));
    }
    let earlier: Vec<Earlier> =
        told.iter().map(|(entry, detail)| earlier(folders, entry, detail)).collect();
    Ok(estimate::expect(&LayerScript::new(name, text.to_owned()), &earlier).statements)
}

impl Estimate {
    /// In words: `about 1:40, 410 MB`.
    #[must_use]
    pub fn words(&self) -> String {
        let time = clock(self.ms);
        let size = self.bytes.map(|bytes| ByteSize(bytes).display().si().to_string());
        match (self.unmeasured, size) {
            (0, Some(size)) => format!("about {time}, {size}"),
            (0, None) => format!("about {time}"),
            (1, _) => format!("about {time} and what 1 new statement takes"),
            (new, _) => format!("about {time} and what {new} new statements take"),
        }
    }
}
