//! What a task's output tells while it passes: its markers are taken out of it, and say where the
//! task is and what its end means.

use super::Clock;
use super::relay::{Ending, Relayed};
use crate::domain::history::{LineClock, ScriptTimes};
use crate::domain::layer::stack::RUN_PREFLIGHT;
use crate::domain::log::{LineSplitter, Source};
use crate::domain::script::complaint::syntax_error;
use crate::domain::script::marker::{Marker, MarkerFilter, Piece};
use crate::engine::Output;
use crate::ops::bake::title;
use crate::ops::{Progress, Watch};

/// The stage that starts the desktop, as its markers name it.
const DESKTOP: &str = "desktop";

/// Whether the output told that the command began. It does so on each stream; a person is told
/// after both, so that no output of the preflight follows, or before the command's first output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CommandTold {
    No,
    Once,
    Yes,
}

/// What a task's output told so far.
pub(in crate::ops) struct Seen {
    filters: [MarkerFilter; 2],
    lines: [LineSplitter; 2],
    stage: Option<String>,
    line: Option<u32>,
    /// Bash's own word for a line of the stage that it cannot read.
    syntax_error: Option<u32>,
    failed: Option<i64>,
    began: u64,
    command: Option<u64>,
    desktop_ms: Option<f64>,
    /// Whether the command's begin was told, by stream: what follows on that stream is its output.
    began_on: [bool; 2],
    told: CommandTold,
    first_output_ms: Option<f64>,
    clock: LineClock,
}

impl Seen {
    pub(in crate::ops) fn new(nonce: &str) -> Self {
        Self {
            filters: [MarkerFilter::new(nonce), MarkerFilter::new(nonce)],
            lines: [LineSplitter::default(), LineSplitter::default()],
            began_on: [false; 2],
            told: CommandTold::No,
            stage: None,
            line: None,
            syntax_error: None,
            failed: None,
            began: 0,
            command: None,
            desktop_ms: None,
            first_output_ms: None,
            clock: LineClock::default(),
        }
    }

    pub(in crate::ops) fn take(&mut self, output: &Output, clock: &Clock, watch: &mut dyn Watch) {
        let index = usize::from(output.source == Source::Stderr);
        for piece in self.filters[index].push(&output.bytes) {
            match piece {
                Piece::Bytes(bytes) => self.output(output.source, &bytes, clock, watch),
                Piece::Marker(Marker::Desktop) => self.desktop_ms = self.desktop_ms.or(clock.ms()),
                Piece::Marker(marker) => self.mark(index, marker, watch),
            }
        }
    }

    fn output(&mut self, source: Source, bytes: &[u8], clock: &Clock, watch: &mut dyn Watch) {
        let index = usize::from(source == Source::Stderr);
        if !self.began_on[index] {
            // A terminal has one stream for both, so that each is looked at.
            let (stage, found) = (self.stage.as_deref(), &mut self.syntax_error);
            self.lines[index].push(bytes, |line| {
                *found = syntax_error(line.trim_ascii_end(), stage).or(*found);
            });
        } else if self.first_output_ms.is_none() {
            self.first_output_ms = clock.ms();
            self.tell_command(watch);
        }
        watch.see(Progress::Output { source, bytes });
    }

    fn mark(&mut self, index: usize, marker: Marker, watch: &mut dyn Watch) {
        match marker {
            Marker::Begin(time) => self.began = time,
            Marker::Stage(stage) => {
                watch.see(Progress::Script { name: &title(&stage) });
                self.clock.script(&stage);
                self.stage = Some(stage);
                (self.line, self.syntax_error) = (None, None);
            }
            Marker::Line(line, time) => {
                self.line = Some(line);
                self.clock.line(line, time);
            }
            Marker::Failed(stage, code) => {
                self.stage = Some(stage);
                self.failed = Some(code);
            }
            Marker::Forgiven(stage, _) if stage == DESKTOP => {
                watch.see(Progress::Warning(
                    "the desktop did not start; the task starts without it",
                ));
            }
            Marker::Forgiven(stage, code) => {
                let line =
                    self.failing_line().map(|line| format!(" at line {line}")).unwrap_or_default();
                watch.see(Progress::Warning(&format!(
                    "{} failed{line} (exit {code}) at the task's start too; the task starts without what it did not do",
                    title(&stage)
                )));
            }
            Marker::Command(time) => {
                self.began_on[index] = true;
                self.lines[index] = LineSplitter::default();
                if time > 0 {
                    self.clock.end(time);
                }
                let known = self.command.filter(|&known| known > 0);
                self.command = known.or(Some(time));
                match self.told {
                    CommandTold::No => self.told = CommandTold::Once,
                    CommandTold::Once | CommandTold::Yes => self.tell_command(watch),
                }
            }
            Marker::Desktop | Marker::Kept(_) | Marker::Done => {}
        }
    }

    pub(in crate::ops) fn finish(&mut self, clock: &Clock, watch: &mut dyn Watch) {
        for (index, source) in [Source::Stdout, Source::Stderr].into_iter().enumerate() {
            let held = self.filters[index].finish();
            if !held.is_empty() {
                self.output(source, &held, clock, watch);
            }
        }
        if self.told == CommandTold::Once {
            self.tell_command(watch);
        }
    }

    fn tell_command(&mut self, watch: &mut dyn Watch) {
        if self.told != CommandTold::Yes {
            self.told = CommandTold::Yes;
            watch.see(Progress::CommandBegan);
        }
    }

    /// What an exit status means. A container that ended before its command began ended in a
    /// stage, even if the stage's own trap kept it from telling so.
    pub(in crate::ops) fn ending(&self, code: i64) -> Ending {
        let stage = || title(self.stage.as_deref().unwrap_or(RUN_PREFLIGHT));
        match (self.failed, self.command) {
            (Some(code), _) => {
                Ending::StageFailed { stage: stage(), line: self.failing_line(), code }
            }
            (None, None) if code != 0 && self.stage.is_some() => {
                Ending::StageFailed { stage: stage(), line: self.failing_line(), code }
            }
            _ => Ending::Exited(code),
        }
    }

    /// The line at which a stage ended: bash's own word for a syntax error, else the last
    /// statement that began.
    fn failing_line(&self) -> Option<u32> {
        self.syntax_error.or(self.line)
    }

    /// Whether the desktop has become ready.
    pub(super) fn has_desktop(&self) -> bool {
        self.desktop_ms.is_some()
    }

    /// How long the stages took, by the container's own clock.
    pub(in crate::ops) fn preflight_ms(&self) -> Option<f64> {
        let command = self.command.filter(|&time| time > 0 && self.began > 0)?;
        let microseconds = u32::try_from(command.checked_sub(self.began)?).ok()?;
        Some(f64::from(microseconds) / 1000.0)
    }

    /// How long the lines of the stages took.
    pub(in crate::ops) fn scripts(&self) -> Vec<ScriptTimes> {
        self.clock.times(self.command.is_some())
    }

    pub(super) fn relayed(&self, ending: Ending) -> Relayed {
        Relayed {
            ending,
            desktop_ms: self.desktop_ms,
            preflight_ms: self.preflight_ms(),
            first_output_ms: self.first_output_ms,
            scripts: self.scripts(),
        }
    }
}
