//! What is seen of one bake: its lines go into the log of the screen, with the statements that
//! wrote them, and how far it got is told a few times a second.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::Jobs;
use crate::app::domain::history::{Estimate, words};
use crate::app::domain::layer::LayerKind;
use crate::app::event::Event;
use crate::app::jobs::{JobEvent, JobId, Phase, Stand};
use crate::app::log::LogId;
use crate::app::log::statements::Steps;
use crate::app::moment::Moment;
use crate::ops::{Progress, Watch};
use crate::runtime::Outbox;
use crate::runtime::forecast::Forecast;
use crate::runtime::logs::Sink;

/// The shortest time between two tellings of how far a bake is.
const GAP: Duration = Duration::from_millis(100);

/// Lines that are shown at the latest together.
const LINES: usize = 500;

/// A statement of a script that runs.
struct Step {
    /// Its line.
    line: u32,
    /// When it began, in microseconds since 1970 by the engine's clock; 0: unknown.
    began: u64,
}

/// Watches one bake for the screen.
pub(super) struct Watcher {
    job: JobId,
    outbox: Outbox,
    sink: Option<Sink>,
    stand: Stand,
    /// What each layer will take.
    pub(super) newest: HashMap<LayerKind, u64>,
    /// What the next bake will take.
    estimate: Option<Estimate>,
    /// What the one that goes on will.
    forecast: Option<Forecast>,
    /// The texts of the scripts that will run, as a person says their names.
    pub(super) texts: HashMap<String, String>,
    /// The statements of the script that runs.
    steps: Steps,
    /// The statement that runs.
    step: Option<Step>,
    /// The layer that is baked.
    told: Instant,
    is_told: bool,
    /// Lines that cannot be seen yet.
    lines: usize,
}

impl Watcher {
    pub(super) async fn new(job: JobId, jobs: &Jobs) -> Self {
        let sink = match jobs.logs.begin(&LogId::Bake(job)) {
            Ok(sink) => Some(sink),
            Err(sentence) => {
                jobs.outbox.tell(Event::Failed(sentence)).await;
                None
            }
        };
        Self {
            job,
            outbox: jobs.outbox.clone(),
            sink,
            stand: Stand::default(),
            newest: HashMap::new(),
            estimate: None,
            forecast: None,
            texts: HashMap::new(),
            steps: Steps::default(),
            step: None,
            told: Instant::now(),
            is_told: true,
            lines: 0,
        }
    }

    fn write(&mut self, line: &[u8]) {
        self.lines += 1;
        let is_enough = self.lines >= LINES;
        if let Some(sink) = &mut self.sink {
            sink.line(line);
        }
        if is_enough {
            self.flush();
        }
    }

    pub(super) fn note(&mut self, words: &str) {
        self.write(format!("\u{1b}[1m== {words}\u{1b}[0m").as_bytes());
    }

    fn flush(&mut self) {
        self.lines = 0;
        if let Some(sink) = &mut self.sink {
            sink.flush();
        }
    }

    /// Takes note of a line of the script that begins at `time`: where in the log its statement
    /// does, and that the one before took until then. When the last one ends no marker tells, so
    /// that it has no time here; the history has it.
    fn step(&mut self, line: u32, time: u64) {
        let Some((line, text)) = self.steps.begin(line) else { return };
        let before = self.step.replace(Step { line, began: time });
        let Some(sink) = &mut self.sink else { return };
        if let Some(before) = before.filter(|before| before.began > 0)
            && let Some(took) = time.checked_sub(before.began)
        {
            sink.took(before.line, Duration::from_micros(took).as_secs_f64() * 1000.0);
        }
        sink.statement(&self.stand.script, line, text);
    }

    /// Takes note of what is expected now that this line of the script begins.
    fn expect(&mut self, line: u32) {
        let Some(forecast) = &self.forecast else { return };
        let next = Some(forecast.at(&self.stand.script, line));
        // The next pass of a loop, or the next line of a statement, goes on in the same one.
        if self.stand.expected != next {
            (self.stand.expected, self.stand.reached) = (next, now());
        }
    }

    /// Tells how far it is, unless that was told a moment ago.
    fn tell(&mut self, at_once: bool) {
        self.is_told = at_once || self.told.elapsed() >= GAP;
        if self.is_told {
            self.told = Instant::now();
            let told = JobEvent::Told(self.job, self.stand.clone());
            self.outbox.tell_if_room(Event::Job(told));
        }
    }
}

impl Watch for Watcher {
    fn see(&mut self, progress: Progress<'_>) {
        match progress {
            Progress::Pulling { reference, status, bytes } => {
                if self.stand.phase == Phase::Preparing {
                    self.note(&format!("pulling {reference}: {status}"));
                }
                let percent = bytes.filter(|(_, all)| *all > 0);
                let percent =
                    percent.map(|(done, all)| u8::try_from(done * 100 / all).unwrap_or(99));
                self.stand.phase = Phase::Pulling(percent);
                self.tell(false);
            }
            Progress::Estimated(estimate) => self.estimate = Some(estimate.clone()),
            Progress::BakeBegan { layer, position, reason, joined, log, .. } => {
                let how = if joined { "joined the bake of" } else { "baking" };
                let (at, of) = position;
                self.note(&format!("{how} the {layer} layer, {at} of {of}: {reason}"));
                if let Some(log) = log.map(Path::display) {
                    self.note(&format!("the whole log is {log}"));
                }
                self.stand = Stand {
                    phase: Phase::Running,
                    layer: Some((layer, at, of)),
                    since: Some(now()),
                    ..Stand::default()
                };
                self.forecast = match self.estimate.take() {
                    Some(estimate) => Some(Forecast::Statements(estimate)),
                    None => self.newest.remove(&layer).map(Forecast::Image),
                };
                self.expect(0);
                self.tell(true);
            }
            Progress::Script { name } => {
                self.note(name);
                self.steps = Steps::of(self.texts.get(name).map(String::as_str));
                name.clone_into(&mut self.stand.script);
                self.stand.line = None;
                self.tell(true);
            }
            Progress::Statement { line, time } => {
                self.stand.line = Some(line);
                self.step(line, time);
                // A function that stands further up is of the statement that calls it.
                self.expect(self.step.as_ref().map_or(line, |step| step.line));
                self.tell(false);
            }
            Progress::Line { bytes, .. } => self.write(bytes),
            Progress::Committing => {
                self.note("the scripts succeeded; the image is made");
                self.stand.phase = Phase::Committing;
                if let Some(Forecast::Statements(estimate)) = &self.forecast {
                    (self.stand.expected, self.stand.reached) = (estimate.committing(), now());
                }
                self.tell(true);
            }
            Progress::Baked { layer, image, how, duration_ms, .. } => {
                let took = words::scripts(duration_ms);
                let took = took.map(|took| format!(", its scripts took {took}"));
                let took = took.unwrap_or_default();
                self.note(&format!("the {layer} layer is {image}: {how}{took}"));
            }
            Progress::Stale { image, why, .. } => {
                self.note(&format!("starting on {image}, which is stale: {why}"));
            }
            Progress::Warning(sentence) => self.note(&format!("warning: {sentence}")),
            // Of tasks. What opens a desktop must not get into a log.
            Progress::TaskStarted { .. }
            | Progress::DesktopReady { .. }
            | Progress::DesktopPending { .. }
            | Progress::Output { .. }
            | Progress::CommandBegan => {}
            Progress::Idle => {
                self.flush();
                if !self.is_told {
                    self.tell(true);
                }
            }
        }
    }
}

fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(u64::try_from(since.as_millis()).unwrap_or(0))
}
