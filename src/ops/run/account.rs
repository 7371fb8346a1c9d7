//! What the history gets to know of a task start: how it came to run, how long its parts took,
//! and how it ended. Neither its command nor its variables.
//!
//! It is noted when the task has started, on a thread of its own while the task runs, so that the
//! start never waits for it, and again at the task's end.

use jiff::Timestamp;
use tokio::task::JoinHandle;

use super::relay::Ending;
use crate::domain::digest::Digest;
use crate::domain::environment::Environment;
use crate::domain::history::entry::{self, Phases};
use crate::domain::history::{Detail, Entry, Kind, Outcome, ScriptTimes, savings};
use crate::domain::layer::LayerScript;
use crate::domain::layer::labels;
use crate::domain::layer::stack::{
    CACHED_PREFLIGHT, DESKTOP_INSTALL, DESKTOP_SETUP, RUN_PREFLIGHT,
};
use crate::domain::task::{TaskId, Timings};
use crate::ops::bake::{Ensured, How};
use crate::ops::history::record::{self, Recorded};
use crate::ops::resolve::Resolved;
use crate::ops::{Context, OpError, Watch};
use crate::store::Folders;

/// A start that is under way.
pub(super) struct Account {
    folders: Folders,
    entry: Entry,
    detail: Detail,
    /// The digests of the scripts that may run in the task, by file name.
    digests: Vec<(&'static str, Digest)>,
    /// How long the scripts of all layers took, if they were baked for this start.
    baked_ms: Option<u64>,
    noted: Option<JoinHandle<Recorded>>,
}

impl Account {
    /// Of the start that was asked for at `began`.
    pub(super) fn of(
        context: &Context,
        task: &TaskId,
        environment: (&str, &Environment),
        resolved: &Resolved,
        began: Timestamp,
    ) -> Self {
        let (id, environment) = environment;
        let layers = &resolved.stack.layers;
        let digest = |script: &LayerScript| (script.name, script.digest.clone());
        let scripts = layers.iter().flat_map(|layer| &layer.scripts);
        let mut digests: Vec<_> = scripts.chain(&resolved.stack.at_start).map(digest).collect();
        digests.push((RUN_PREFLIGHT, Digest::of(environment.run_stage())));
        let inputs = layers.iter().map(|layer| (layer.key.to_string(), entry::inputs_of(layer)));
        Self {
            folders: context.folders.clone(),
            entry: Entry {
                number: 0,
                kind: Kind::Start,
                name: task.to_string(),
                environment: id.to_owned(),
                began,
                outcome: Outcome::Failed,
                layer: None,
                keys: layers.iter().map(|layer| layer.key.to_string()).collect(),
                stages: entry::stages(&resolved.stack),
                image: resolved.stack.base.reference.clone(),
                bytes: None,
                layer_bytes: None,
                why: None,
                exit_code: None,
                line: None,
                took_ms: None,
                scripts_ms: None,
                cold_ms: None,
                saved_ms: None,
                log: false,
            },
            detail: Detail { inputs: inputs.collect(), ..Detail::default() },
            digests,
            baked_ms: None,
            noted: None,
        }
    }

    /// Its layers are there, or why not.
    pub(super) fn ensured(&mut self, ensured: &Ensured, stale: Option<&str>) {
        self.entry.outcome = match (&ensured.failure, ensured.how) {
            (Some(_), _) => Outcome::Degraded,
            (None, _) if self.entry.keys.is_empty() => Outcome::Uncached,
            (None, How::Hit) => Outcome::Hit,
            (None, How::Baked) => Outcome::Baked,
            (None, How::Joined) => Outcome::Joined,
            (None, How::Adopted) => Outcome::Adopted,
        };
        let failure = ensured.failure.as_ref().map(ToString::to_string);
        self.entry.why = failure.or_else(|| stale.map(|why| format!("stale: {why}")));
        self.entry.image.clone_from(&ensured.name);
        self.entry.bytes = Some(ensured.top.size);
        self.baked_ms = ensured.scripts_ms.filter(|_| self.entry.outcome == Outcome::Baked);
        if let ([_], Some(label)) =
            (&self.entry.keys[..], ensured.top.labels.get(labels::DURATION_MS))
        {
            self.entry.scripts_ms = label.parse().ok();
        }
    }

    /// The task has started, and goes on.
    pub(super) fn started(&mut self, timings: &Timings) {
        self.measure(timings, &[]);
        let (folders, entry) = (self.folders.clone(), self.entry.clone());
        let detail = self.detail.clone();
        self.noted =
            Some(tokio::task::spawn_blocking(move || record::put(&folders, entry, &detail)));
    }

    /// The task ended, was left, or could not be started.
    pub(super) async fn close(
        mut self,
        timings: &Timings,
        scripts: Vec<ScriptTimes>,
        ending: Result<&Ending, &OpError>,
        watch: &mut dyn Watch,
    ) {
        if let Some(noted) = self.noted.take()
            && let Ok(noted) = noted.await
        {
            record::tell(&noted, "task", watch);
            match noted.entry {
                Ok(entry) => self.entry = entry,
                // It was told, and would fail again.
                Err(_) => return,
            }
        }
        match ending {
            Ok(Ending::Exited(code)) => self.entry.exit_code = Some(*code),
            Ok(Ending::Left(_)) => {}
            Ok(Ending::StageFailed { stage, line, code }) => {
                let error = OpError::StageFailed { stage: stage.clone(), line: *line, code: *code };
                self.entry.outcome = Outcome::Failed;
                self.entry.why = Some(error.to_string());
                (self.entry.exit_code, self.entry.line) = (Some(*code), *line);
            }
            Err(error) => {
                self.entry.outcome = match error {
                    OpError::Cancelled { .. }
                    | OpError::CancelledElsewhere { .. }
                    | OpError::Left { .. }
                    | OpError::Interrupted => Outcome::Cancelled,
                    // It runs, out of sight.
                    OpError::TaskLost { .. } => self.entry.outcome,
                    _ => Outcome::Failed,
                };
                self.entry.why = Some(error.to_string());
            }
        }
        if self.entry.outcome != Outcome::Hit {
            self.entry.saved_ms = None;
        }
        self.measure(timings, &scripts);
        self.detail.scripts = self.named(scripts);
        let recorded = record::put_aside(self.folders, self.entry, self.detail).await;
        record::tell(&recorded, "task", watch);
    }

    /// Takes what was measured by now.
    fn measure(&mut self, timings: &Timings, scripts: &[ScriptTimes]) {
        self.detail.phases = Phases::Start(timings.clone());
        self.entry.took_ms = savings::took_ms(timings);
        self.entry.cold_ms = match self.entry.outcome {
            Outcome::Baked => savings::cold_ms(timings, self.baked_ms.map(milliseconds)),
            Outcome::Uncached if !self.entry.stages.is_empty() => {
                savings::cold_ms(timings, stages_ms(scripts))
            }
            _ => None,
        };
    }

    fn named(&self, mut scripts: Vec<ScriptTimes>) -> Vec<ScriptTimes> {
        for script in &mut scripts {
            let known = self.digests.iter().find(|(name, _)| *name == script.script);
            script.sha256 = known.map(|(_, digest)| digest.full().to_owned());
        }
        scripts
    }
}

/// How long the stages took that a layer would have held; none: none was seen.
fn stages_ms(scripts: &[ScriptTimes]) -> Option<f64> {
    let layers = [DESKTOP_INSTALL, DESKTOP_SETUP, CACHED_PREFLIGHT];
    let stages = scripts.iter().filter(|script| layers.contains(&script.script.as_str()));
    let stages: Vec<f64> = stages.map(ScriptTimes::ms).collect();
    (!stages.is_empty()).then(|| stages.iter().sum())
}

fn milliseconds(whole: u64) -> f64 {
    f64::from(u32::try_from(whole).unwrap_or(u32::MAX))
}
