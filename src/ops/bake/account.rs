//! What the history gets to know of a bake: how it ended, and how long its parts took.
//!
//! The client that drives a bake records its end. Whoever joins it records that, and nothing of a
//! failure that is somebody else's; whoever leaves it records nothing, because it goes on.

use std::time::Instant;

use jiff::Timestamp;

use super::tail::Tail;
use super::{Baked, How, Job};
use crate::domain::history::entry::{self, BakeTimes, Phases};
use crate::domain::history::{Detail, Entry, Kind, Outcome, ScriptTimes, savings};
use crate::domain::layer::labels::{self, Labels};
use crate::engine::{ContainerFacts, ImageFacts};
use crate::ops::error::without_kept_state;
use crate::ops::history::record;
use crate::ops::{Context, OpError, Watch};
use crate::store::{Folders, History, kept_log};

/// How many earlier bakes of a layer are looked at for logs to pack.
const EARLIER: usize = 16;

/// A bake that is under way.
pub(super) struct Account {
    entry: Entry,
    labels: Labels,
    begun: Instant,
    below_bytes: u64,
    is_driver: bool,
}

impl Account {
    /// Of the bake in `container`, which this client drives or only follows.
    pub(super) fn of(job: &Job<'_>, container: &ContainerFacts, how: How, is_driver: bool) -> Self {
        let account = Self {
            entry: entry(container, job.goal.image(), Some(job.goal.reason.clone())),
            labels: container.labels.clone(),
            begun: job.begun,
            below_bytes: job.below.size,
            is_driver,
        };
        if is_driver && how == How::Baked {
            let (folders, entry) = (job.context.folders.clone(), account.entry.clone());
            // While the scripts run there is nothing else to do here.
            tokio::task::spawn_blocking(move || pack_earlier(&folders, &entry));
        }
        account
    }

    /// Records how it ended.
    pub(super) async fn close(
        self,
        context: &Context,
        tail: &Tail,
        ended: &Result<Baked, OpError>,
        watch: &mut dyn Watch,
    ) {
        let Some((entry, phases)) = self.judge(ended) else { return };
        let scripts = scripts(tail, &self.labels, ended.is_ok());
        put(context, entry, phases, scripts, &self.labels, watch).await;
    }

    fn judge(&self, ended: &Result<Baked, OpError>) -> Option<(Entry, BakeTimes)> {
        let mut entry = self.entry.clone();
        let mut times = BakeTimes::default();
        match ended {
            Ok(baked) => {
                entry.outcome = outcome(baked.how);
                times.scripts_ms = milliseconds(baked.duration_ms);
                times.commit_ms = baked.commit_ms.map(savings::exact);
                // Whoever came later has not seen all of it.
                times.total_ms = match baked.how {
                    How::Adopted => times.scripts_ms.zip(times.commit_ms).map(|(a, b)| a + b),
                    _ => Some(self.elapsed_ms()),
                };
                set_sizes(&mut entry, &baked.image, self.below_bytes);
                entry.scripts_ms = times.scripts_ms.filter(|_| baked.how != How::Joined);
            }
            Err(OpError::BakeFailed(failure)) if self.is_driver => {
                let words = OpError::BakeFailed(failure.clone()).to_string();
                entry.outcome = Outcome::Failed;
                entry.why = Some(without_kept_state(&words).to_owned());
                // A script that succeeded and left a secret has no status to tell.
                entry.exit_code = Some(failure.code).filter(|code| *code != 0);
                entry.line = failure.line;
                times.total_ms = Some(self.elapsed_ms());
            }
            Err(OpError::Cancelled { .. } | OpError::CancelledElsewhere { .. })
                if self.is_driver =>
            {
                entry.outcome = Outcome::Cancelled;
                times.total_ms = Some(self.elapsed_ms());
            }
            Err(_) => return None,
        }
        entry.took_ms = times.total_ms;
        entry.log = self.is_driver;
        Some((entry, times))
    }

    fn elapsed_ms(&self) -> f64 {
        savings::exact(self.begun.elapsed().as_secs_f64() * 1000.0)
    }
}

/// Records a bake that was finished for a client that had gone.
pub(super) async fn adopted(
    context: &Context,
    container: &ContainerFacts,
    tail: &Tail,
    image: &ImageFacts,
    below: &ImageFacts,
    duration_ms: u64,
) {
    let repository = super::finish::repository(container.label(labels::LAYER));
    let name = format!("{repository}:{}", container.label(labels::KEY));
    let mut entry = entry(container, name, None);
    entry.outcome = Outcome::Adopted;
    entry.log = true;
    entry.scripts_ms = milliseconds(duration_ms);
    set_sizes(&mut entry, image, below.size);
    let times = BakeTimes { scripts_ms: entry.scripts_ms, ..BakeTimes::default() };
    let scripts = scripts(tail, &container.labels, true);
    // Nobody asked for it, so nobody is told.
    put(context, entry, times, scripts, &container.labels, &mut super::tail::Unwatched).await;
}

fn entry(container: &ContainerFacts, image: String, why: Option<String>) -> Entry {
    Entry {
        number: 0,
        kind: Kind::Bake,
        name: Tail::nonce(container).to_owned(),
        environment: container.label(labels::ENVIRONMENT).to_owned(),
        began: container.created.unwrap_or_else(Timestamp::now),
        outcome: Outcome::Baked,
        layer: Some(super::finish::kind(container.label(labels::LAYER))),
        keys: vec![container.label(labels::KEY).to_owned()],
        stages: String::new(),
        image,
        bytes: None,
        layer_bytes: None,
        why,
        exit_code: None,
        line: None,
        took_ms: None,
        scripts_ms: None,
        cold_ms: None,
        saved_ms: None,
        log: false,
    }
}

fn outcome(how: How) -> Outcome {
    match how {
        How::Hit => Outcome::Hit,
        How::Baked => Outcome::Baked,
        How::Joined => Outcome::Joined,
        How::Adopted => Outcome::Adopted,
    }
}

fn set_sizes(entry: &mut Entry, image: &ImageFacts, below_bytes: u64) {
    entry.bytes = Some(image.size);
    entry.layer_bytes = Some(image.size.saturating_sub(below_bytes));
}

/// The time of a container; one of 0 was not told by the engine.
fn milliseconds(whole: u64) -> Option<f64> {
    let whole = u32::try_from(whole).ok().filter(|whole| *whole > 0)?;
    Some(f64::from(whole))
}

/// The times of the lines, with the digests of their scripts.
fn scripts(tail: &Tail, labels: &Labels, is_whole: bool) -> Vec<ScriptTimes> {
    let mut scripts = tail.times(is_whole);
    for script in &mut scripts {
        script.sha256 = labels.get(&labels::script_label(&script.script)).cloned();
    }
    scripts
}

async fn put(
    context: &Context,
    entry: Entry,
    times: BakeTimes,
    scripts: Vec<ScriptTimes>,
    labels: &Labels,
    watch: &mut dyn Watch,
) {
    let inputs = entry.keys.iter().map(|key| (key.clone(), entry::inputs(labels))).collect();
    let detail = Detail { phases: Phases::Bake(times), scripts, inputs };
    let recorded = record::put_aside(context.folders.clone(), entry, detail).await;
    record::tell(&recorded, "bake", watch);
}

/// Packs the logs of earlier bakes of the same layer, all of which are over: only then are they
/// in the history.
fn pack_earlier(folders: &Folders, entry: &Entry) {
    let Some(layer) = entry.layer else { return };
    let Ok(Some(history)) = History::open_to_read(folders) else { return };
    let earlier = history.bakes(Some(&entry.environment), layer, EARLIER).unwrap_or_default();
    for (earlier, _) in earlier.iter().filter(|(it, _)| it.log && it.name != entry.name) {
        // What cannot be packed now is packed the next time.
        let _ = kept_log::pack(folders, &earlier.name);
    }
}
