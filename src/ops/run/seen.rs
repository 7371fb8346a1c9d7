//! What a task's output tells while it passes: its markers are taken out of it, and say where the
//! task is and what its end means.

use super::Clock;
use super::relay::{Ending, Relayed};
use crate::domain::layer::stack::RUN_PREFLIGHT;
use crate::domain::log::Source;
use crate::domain::script::marker::{Marker, MarkerFilter, Piece};
use crate::engine::Output;
use crate::ops::bake::title;
use crate::ops::{Progress, Watch};

/// What a task's output told so far.
pub(in crate::ops) struct Seen {
    filters: [MarkerFilter; 2],
    stage: Option<String>,
    line: Option<u32>,
    failed: Option<i64>,
    began: u64,
    command: Option<u64>,
    first_output_ms: Option<f64>,
}

impl Seen {
    pub(in crate::ops) fn new(nonce: &str) -> Self {
        Self {
            filters: [MarkerFilter::new(nonce), MarkerFilter::new(nonce)],
            stage: None,
            line: None,
            failed: None,
            began: 0,
            command: None,
            first_output_ms: None,
        }
    }

    pub(in crate::ops) fn take(&mut self, output: &Output, clock: &Clock, watch: &mut dyn Watch) {
        let index = usize::from(output.source == Source::Stderr);
        for piece in self.filters[index].push(&output.bytes) {
            match piece {
                Piece::Bytes(bytes) => self.output(output.source, &bytes, clock, watch),
                Piece::Marker(marker) => self.mark(marker, watch),
            }
        }
    }

    fn output(&mut self, source: Source, bytes: &[u8], clock: &Clock, watch: &mut dyn Watch) {
        if self.command.is_some() && self.first_output_ms.is_none() {
            self.first_output_ms = clock.ms();
        }
        watch.see(Progress::Output { source, bytes });
    }

    fn mark(&mut self, marker: Marker, watch: &mut dyn Watch) {
        match marker {
            Marker::Begin(time) => self.began = time,
            Marker::Stage(stage) => {
                watch.see(Progress::Script { name: &title(&stage) });
                self.stage = Some(stage);
                self.line = None;
            }
            Marker::Line(line, _) => self.line = Some(line),
            Marker::Failed(stage, code) => {
                self.stage = Some(stage);
                self.failed = Some(code);
            }
            Marker::Forgiven(stage, code) => {
                let line = self.line.map(|line| format!(" at line {line}")).unwrap_or_default();
                watch.see(Progress::Warning(&format!(
                    "{} failed{line} (exit {code}) at the task's start too; the task starts without what it did not do",
                    title(&stage)
                )));
            }
            Marker::Command(time) => {
                self.command = Some(time);
                watch.see(Progress::CommandBegan);
            }
            Marker::Kept(_) | Marker::Done => {}
        }
    }

    pub(in crate::ops) fn finish(&mut self, clock: &Clock, watch: &mut dyn Watch) {
        for (index, source) in [Source::Stdout, Source::Stderr].into_iter().enumerate() {
            let held = self.filters[index].finish();
            if !held.is_empty() {
                self.output(source, &held, clock, watch);
            }
        }
    }

    /// What an exit status means. A container that ended before its command began ended in a
    /// stage, even if the stage's own trap kept it from telling so.
    pub(in crate::ops) fn ending(&self, code: i64) -> Ending {
        let stage = || title(self.stage.as_deref().unwrap_or(RUN_PREFLIGHT));
        match (self.failed, self.command) {
            (Some(code), _) => Ending::StageFailed { stage: stage(), line: self.line, code },
            (None, None) if code != 0 && self.stage.is_some() => {
                Ending::StageFailed { stage: stage(), line: self.line, code }
            }
            _ => Ending::Exited(code),
        }
    }

    /// How long the stages took, by the container's own clock.
    pub(in crate::ops) fn preflight_ms(&self) -> Option<f64> {
        let command = self.command.filter(|&time| time > 0 && self.began > 0)?;
        let microseconds = u32::try_from(command.checked_sub(self.began)?).ok()?;
        Some(f64::from(microseconds) / 1000.0)
    }

    pub(super) fn relayed(&self, ending: Ending) -> Relayed {
        Relayed { ending, preflight_ms: self.preflight_ms(), first_output_ms: self.first_output_ms }
    }
}
