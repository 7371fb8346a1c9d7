//! Bakes, on tokio: each one an operation whose lines go into its log and whose progress is told
//! a few times a second.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::Outbox;
use super::forecast::{Forecast, forecasts};
use super::link::Link;
use super::logs::{Logs, Sink};
use tokio::sync::mpsc;

use crate::app::domain::environment::{Environment, EnvironmentId, Stage};
use crate::app::domain::layer::LayerKind;
use crate::app::event::Event;
use crate::app::jobs::{Failure, Found, JobEffect, JobEvent, JobId, Outcome, Phase, Stand};
use crate::app::log::LogId;
use crate::app::log::statements::Steps;
use crate::app::moment::Moment;
use crate::app::tasks::Request;
use crate::ops::bake::{self, How, Retry};
use crate::ops::intent::intents;
use crate::ops::run::{Channels, RunRequest, TaskCommand, run};
use crate::ops::{
    Context, Detached, Environments, Folders, Intent, IntentSender, OpError, Progress, Watch,
    resolve,
};

/// The shortest time between two tellings of how far a bake is.
const GAP: Duration = Duration::from_millis(100);

/// Lines that are shown at the latest together.
const LINES: usize = 500;

/// The most that a statement is seen after it began, in milliseconds, if it is seen as it happens.
const AT_ONCE_MS: u64 = 500;

/// The bakes that go on here.
#[derive(Clone)]
pub(super) struct Jobs {
    outbox: Outbox,
    logs: Logs,
    host: Option<String>,
    senders: Arc<Mutex<HashMap<JobId, IntentSender>>>,
}

impl Jobs {
    pub(super) fn new(host: Option<String>, logs: Logs, outbox: Outbox) -> Self {
        Self { outbox, logs, host, senders: Arc::default() }
    }

    /// Does what is asked of bakes.
    pub(super) fn perform(&self, effect: JobEffect, link: &Link, folders: &Folders) {
        match effect {
            JobEffect::Cancel(job) => {
                let senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(sender) = senders.get(&job) {
                    sender.tell(Intent::Cancel);
                }
            }
            JobEffect::Leave(ids) => {
                let ids = ids.iter().map(EnvironmentId::as_str);
                // Without it the next prebake finishes the bakes.
                let _ = Detached::own(self.host.as_deref()).and_then(|own| own.build(ids));
            }
            JobEffect::Look(asked) => {
                if let Some(context) = link.context() {
                    let outbox = self.outbox.clone();
                    tokio::spawn(async move {
                        if let Ok(bakes) = bake::list(&context).await {
                            let found = bakes.into_iter().filter_map(found).collect();
                            outbox.tell(Event::Job(JobEvent::Found(asked, found))).await;
                        }
                    });
                }
            }
            JobEffect::Build { job, id, anew } => {
                self.begin(job, link, Work::Build { id, anew, folders: folders.clone() });
            }
            JobEffect::Run { job, id, request } => {
                let folders = folders.clone();
                let detached = Detached::own(self.host.as_deref()).ok();
                self.begin(job, link, Work::Run { id, request, folders, detached });
            }
            JobEffect::Follow { job, container } => {
                self.begin(job, link, Work::Follow { container });
            }
        }
    }

    /// Before this process is stopped for a while: no bake waits for it.
    pub(super) async fn let_go(&self) {
        let senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for sender in senders.values() {
            sender.let_go().await;
        }
    }

    fn begin(&self, job: JobId, link: &Link, work: Work) {
        let (sender, mut intents) = intents();
        let jobs = self.clone();
        let context = link.context();
        self.senders.lock().unwrap_or_else(PoisonError::into_inner).insert(job, sender);
        tokio::spawn(async move {
            let mut watcher = Watcher::new(job, &jobs).await;
            let outcome = match context {
                None => Outcome::Lost("the engine does not answer".to_owned()),
                Some(context) => match work.run(&context, &mut intents, &mut watcher).await {
                    Ok(outcome) => outcome,
                    Err(error) => outcome(&error),
                },
            };
            drop(watcher);
            jobs.senders.lock().unwrap_or_else(PoisonError::into_inner).remove(&job);
            jobs.outbox.tell(Event::Job(JobEvent::Ended(job, outcome))).await;
        });
    }
}

/// What is done in a bake.
enum Work {
    Build { id: EnvironmentId, anew: bool, folders: Folders },
    Follow { container: String },
    Run { id: EnvironmentId, request: Request, folders: Folders, detached: Option<Detached> },
}

impl Work {
    async fn run(
        self,
        context: &Context,
        intents: &mut crate::ops::Intents,
        watcher: &mut Watcher,
    ) -> Result<Outcome, OpError> {
        match self {
            Self::Follow { container } => {
                bake::follow(context, &container, intents, watcher).await?;
                Ok(Outcome::Done(true))
            }
            Self::Run { id, request, folders, detached } => {
                let environment = load(folders, id.clone()).await?;
                let command = match request.command {
                    command if command.is_empty() => TaskCommand::Own,
                    command => {
                        TaskCommand::Given(vec!["bash".to_owned(), "-c".to_owned(), command])
                    }
                };
                let variables = request.variables;
                let request = RunRequest {
                    command,
                    variables,
                    detach: true,
                    detached,
                    ..RunRequest::default()
                };
                let cached = environment.script(Stage::Cached).to_owned();
                watcher.texts = [("cached preflight".to_owned(), cached)].into();
                let (_sender, mut signals) = mpsc::channel(1);
                let channels = Channels { intents, signals: &mut signals, input: None, size: None };
                let end = run(context, &id, &environment, &request, channels, watcher).await?;
                let (task, degraded) = (end.record.id.to_string(), end.record.degraded);
                Ok(Outcome::Started { task, degraded })
            }
            Self::Build { id, anew, folders } => {
                let environment = load(folders, id.clone()).await?;
                let resolving = resolve::resolve(context, &id, &environment, anew, watcher);
                let resolved = intents.unless_ended(resolving).await?;
                let steps = resolved.plan.steps.iter();
                let scripts = steps.flat_map(|step| &step.layer().scripts);
                watcher.texts = scripts.map(|it| (it.title(), it.text.clone())).collect();
                watcher.forecasts = forecasts(context, &id, &environment, &resolved).await;
                let ensured =
                    bake::ensure(context, &id, &resolved, Retry::Always, intents, watcher).await?;
                Ok(match ensured.failure {
                    Some(error) => outcome(&error),
                    None => Outcome::Done(ensured.how != How::Hit),
                })
            }
        }
    }
}

/// What the file of an environment says now.
async fn load(folders: Folders, id: EnvironmentId) -> Result<Environment, OpError> {
    let loaded = tokio::task::spawn_blocking(move || Environments::new(folders).load(&id)).await;
    let loaded = loaded.map_err(|error| OpError::Unusable(error.to_string()))?;
    Ok(loaded?.environment)
}

/// How a bake ended that did not succeed.
fn outcome(error: &OpError) -> Outcome {
    match error {
        OpError::Cancelled { .. } | OpError::CancelledElsewhere { .. } => {
            Outcome::Cancelled(error.to_string())
        }
        OpError::Interrupted => {
            Outcome::Cancelled("cancelled before anything was begun".to_owned())
        }
        OpError::BakeFailed(failure) => {
            let sentence = format!("{} failed", failure.script);
            Outcome::Failed(self::failure(&failure.script, failure.line, sentence, failure.code))
        }
        OpError::Engine(engine) if engine.is_connection() => Outcome::Lost(error.to_string()),
        _ => Outcome::Refused(error.to_string()),
    }
}

fn failure(script: &str, line: Option<u32>, mut sentence: String, code: i64) -> Failure {
    use std::fmt::Write as _;

    if let Some(line) = line {
        let _ = write!(sentence, " at line {line}");
    }
    let _ = write!(sentence, " (exit {code})");
    let stage = match script {
        "cached preflight" => Some(Stage::Cached),
        "run preflight" => Some(Stage::Run),
        _ => None,
    };
    Failure { stage, line, sentence }
}

fn found(bake: bake::Bake) -> Option<Found> {
    let environment = EnvironmentId::parse(&bake.environment).ok()?;
    let failure = match &bake.stage {
        bake::Stage::Kept { script, line, code } => {
            let script = script.clone().unwrap_or_else(|| "a script".to_owned());
            Some(failure(&script, *line, format!("{script} failed"), *code))
        }
        _ => None,
    };
    Some(Found { container: bake.container, environment, failure })
}

/// A statement of a script that runs.
struct Step {
    /// Its line.
    line: u32,
    /// When it began, in microseconds since 1970 by the engine's clock; 0: unknown.
    began: u64,
    /// When that was seen here.
    seen: Instant,
}

/// Watches one bake for the screen.
struct Watcher {
    job: JobId,
    outbox: Outbox,
    sink: Option<Sink>,
    stand: Stand,
    /// What each layer will take.
    forecasts: HashMap<LayerKind, Forecast>,
    /// The texts of the scripts that will run, as a person says their names.
    texts: HashMap<String, String>,
    /// The statements of the script that runs.
    steps: Steps,
    /// The statement that runs.
    step: Option<Step>,
    /// The layer that is baked.
    layer: Option<LayerKind>,
    told: Instant,
    is_told: bool,
    /// Lines that cannot be seen yet.
    lines: usize,
}

impl Watcher {
    async fn new(job: JobId, jobs: &Jobs) -> Self {
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
            forecasts: HashMap::new(),
            texts: HashMap::new(),
            steps: Steps::default(),
            step: None,
            layer: None,
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

    fn note(&mut self, words: &str) {
        self.write(format!("\u{1b}[1m== {words}\u{1b}[0m").as_bytes());
    }

    fn flush(&mut self) {
        self.lines = 0;
        if let Some(sink) = &mut self.sink {
            sink.flush();
        }
    }

    /// Takes note of a line of the script that begins at `time`: where in the log its statement
    /// does, and that the one before took until then.
    fn step(&mut self, line: u32, time: u64) {
        let Some((line, text)) = self.steps.begin(line) else { return };
        let before = self.step.replace(Step { line, began: time, seen: Instant::now() });
        let Some(sink) = &mut self.sink else { return };
        if let Some(before) = before.filter(|before| before.began > 0)
            && let Some(took) = time.checked_sub(before.began)
        {
            sink.took(before.line, Duration::from_micros(took).as_secs_f64() * 1000.0);
        }
        sink.statement(&self.stand.script, line, text);
    }

    /// The last statement is over. When is told by no marker: it is now, if its beginning was seen
    /// as it happened and not read afterwards.
    fn last_step(&mut self) {
        let (Some(step), Some(sink)) = (self.step.take(), &mut self.sink) else { return };
        let elapsed = step.seen.elapsed();
        let seen_at = now().0.saturating_sub(u64::try_from(elapsed.as_millis()).unwrap_or(0));
        if seen_at.abs_diff(step.began / 1000) < AT_ONCE_MS {
            sink.took(step.line, elapsed.as_secs_f64() * 1000.0);
        }
    }

    /// Takes note of what is expected now that this line of the script begins.
    fn expect(&mut self, line: u32) {
        let Some(forecast) = self.layer.and_then(|layer| self.forecasts.get(&layer)) else {
            return;
        };
        let now = now();
        let next = forecast.at(&self.stand.script, line, now);
        // The next pass of a loop, or the next line of a statement, goes on in the same one.
        self.stand.expected = match self.stand.expected {
            Some(last) if (last.done_ms, last.running_ms) == (next.done_ms, next.running_ms) => {
                Some(last)
            }
            _ => Some(next),
        };
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
                self.layer = Some(layer);
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
                self.expect(line);
                self.tell(false);
            }
            Progress::Line { bytes, .. } => self.write(bytes),
            Progress::Committing => {
                self.last_step();
                self.note("the scripts succeeded; the image is made");
                self.stand.phase = Phase::Committing;
                self.tell(true);
            }
            Progress::Baked { layer, image, how, duration_ms, .. } => {
                let seconds = std::time::Duration::from_millis(duration_ms).as_secs_f64();
                self.note(&format!("the {layer} layer is {image}: {how}, {seconds:.1} s"));
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
