//! Starting a task: resolve, bake what is missing, create the container, run what is left of the
//! stages in it, then the command.
//!
//! [`launch`] makes the container, [`relay`] carries its output and signals while somebody
//! watches, [`feed`] its input, and [`seen`] is what the output told; [`desk`] tells how to get to
//! the task's desktop, and [`account`] is what the history gets to know. When a bake fails, the task
//! starts all the same, degraded: on the best image there is, with the stages that were not baked run
//! at the start.

mod account;
mod desk;
pub mod feed;
mod launch;
mod place;
pub mod relay;
mod seen;

use std::time::Instant;

use jiff::Timestamp;
use tokio::sync::mpsc;

use self::account::Account;
use self::feed::Input;
use self::relay::{Ending, TaskSignal};
pub(in crate::ops) use self::seen::Seen;
use super::bake::{self, Ensured, How, Retry};
use super::behind;
use super::context::random_hex;
use super::resolve::{Resolved, resolve};
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::layer::LayerScript;
use crate::domain::mount::Mount;
use crate::domain::port::Port;
use crate::domain::task::{Outcome, TaskId, TaskRecord, Timings};
use crate::ops::{Context, Detached, Intents, OpError, Watch};
use crate::store::preflight;

/// What a task is to be.
#[derive(Clone, Debug, Default)]
pub struct RunRequest {
    /// What it runs.
    pub command: TaskCommand,
    /// Whether standard input reaches it.
    pub interactive: bool,
    /// Whether it has a terminal.
    pub tty: bool,
    /// Whether it is left running at once.
    pub detach: bool,
    /// More variables, after the environment's.
    pub variables: Vec<(String, String)>,
    /// More mounts, after the environment's.
    pub mounts: Vec<Mount>,
    /// More published ports, after the environment's.
    pub ports: Vec<Port>,
    /// What a failed bake means for it.
    pub fallback: Fallback,
    /// What stale layers mean for it.
    pub staleness: Staleness,
    /// Who bakes stale layers anew behind it; nobody: they stay stale.
    pub detached: Option<Detached>,
}

/// What a task runs after its stages.
#[derive(Clone, Debug, Default)]
pub enum TaskCommand {
    /// The environment's command, else the image's.
    #[default]
    Own,
    /// This one.
    Given(Vec<String>),
    /// Nothing: the stages are tried.
    StagesOnly,
}

/// How often the images of a task are looked for if somebody removes them meanwhile.
const ATTEMPTS: u32 = 4;

/// What a failed bake means for a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fallback {
    /// It starts degraded.
    #[default]
    Degraded,
    /// It does not start.
    Refused,
}

/// What stale layers mean for a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Staleness {
    /// It starts on them at once.
    #[default]
    Served,
    /// It waits for new ones.
    Refused,
}

impl Staleness {
    /// What a task starts on, and what is baked behind it.
    fn of(self, wanted: Resolved) -> (Resolved, Option<Resolved>) {
        match self {
            Self::Served => wanted.serve(),
            Self::Refused => (wanted, None),
        }
    }
}

/// What became of a task.
#[derive(Clone, Debug)]
pub struct RunEnd {
    /// What is recorded of it.
    pub record: TaskRecord,
    /// How watching it ended.
    pub ending: Ending,
}

/// The channels between a task and the person in front of it.
pub struct Channels<'a> {
    /// Ends a bake that comes first.
    pub intents: &'a mut Intents,
    /// Signals for the task.
    pub signals: &'a mut mpsc::Receiver<TaskSignal>,
    /// Standard input.
    pub input: Option<Input>,
    /// The size of the terminal, in character cells, when it is known.
    pub size: Option<(u16, u16)>,
}

/// Starts a task and watches it to its end, unless it is detached.
pub async fn run(
    context: &Context,
    id: &EnvironmentId,
    environment: &Environment,
    request: &RunRequest,
    channels: Channels<'_>,
    watch: &mut dyn Watch,
) -> Result<RunEnd, OpError> {
    let asked_at = Timestamp::now();
    let clock = Clock::start();
    let mut timings = Timings::default();

    // Before a bake of minutes, after which it would be an error.
    let settings_preflight = preflight::load(&context.folders)?;
    let resolving = resolve(context, id, environment, false, watch);
    let wanted = channels.intents.unless_ended(resolving).await?;
    let (mut resolved, mut behind) = request.staleness.of(wanted);
    timings.resolve_ms = clock.ms();
    let task = TaskId::of(random_hex(TaskId::DIGITS)?);
    let mut account = Account::of(context, &task, (id.as_str(), environment), &resolved, asked_at);
    let start = Start {
        context,
        id,
        environment,
        request,
        settings_preflight: &settings_preflight,
        task,
        asked_at,
        clock: &clock,
    };
    let mut attempts = ATTEMPTS;
    let mut stale = None;
    let Ready { mut record, ensured, stages, created } = loop {
        attempts -= 1;
        let notes = (&mut timings, &mut account, &mut stale);
        let tried = start.attempt((&resolved, behind.as_ref()), notes, channels.intents, watch);
        match tried.await {
            Ok(ready) => break ready,
            // Somebody removed it between the look at it and its use, which is no reason not to
            // start: it is looked for, or baked, once more.
            Err(OpError::ImageGone { .. }) if attempts > 0 => {
                let resolving = resolve(context, id, environment, false, watch);
                let wanted = channels.intents.unless_ended(resolving).await?;
                (resolved, behind) = request.staleness.of(wanted);
            }
            Err(error) => {
                account.close(&timings, Vec::new(), Err(&error), watch).await;
                return Err(error);
            }
        }
    };

    let mut scripts = Vec::new();
    let notes = launch::Notes { record: &mut record, account: &mut account, scripts: &mut scripts };
    let launch = start.launch(&ensured, &stages);
    let ending = launch.launch(created, notes, &clock, channels, watch).await;
    record.timings.total_ms = clock.ms();
    if let Ok(Ending::Exited(code)) = &ending {
        record.exit_code = Some(*code);
    }
    account.close(&record.timings, scripts, ending.as_ref(), watch).await;
    Ok(RunEnd { record, ending: ending? })
}

/// A start, however often it is tried.
struct Start<'a> {
    context: &'a Context,
    id: &'a EnvironmentId,
    environment: &'a Environment,
    request: &'a RunRequest,
    settings_preflight: &'a str,
    task: TaskId,
    asked_at: Timestamp,
    clock: &'a Clock,
}

/// A start whose container is there, and keeps its image from now on.
struct Ready {
    record: TaskRecord,
    ensured: Ensured,
    stages: Vec<LayerScript>,
    created: launch::Created,
}

impl Start<'_> {
    /// Has the layers baked that are missing, those behind it begun, and the container created.
    /// Why it starts on stale layers is noted in the last of the notes, once for all attempts.
    async fn attempt(
        &self,
        (resolved, behind): (&Resolved, Option<&Resolved>),
        (timings, account, stale): (&mut Timings, &mut Account, &mut Option<String>),
        intents: &mut Intents,
        watch: &mut dyn Watch,
    ) -> Result<Ready, OpError> {
        let Self { context, id, environment, request, .. } = *self;
        let retry = match request.fallback {
            Fallback::Refused => Retry::Always,
            Fallback::Degraded => Retry::Later,
        };
        let ensured = bake::ensure(context, id, resolved, retry, intents, watch).await?;
        match behind {
            None => *stale = None,
            Some(wanted) if stale.is_none() => {
                let (of, detached) = ((id, environment), request.detached.as_ref());
                let name = &ensured.name;
                *stale = Some(behind::bake(context, of, wanted, name, detached, watch).await?);
            }
            Some(_) => {}
        }
        account.ensured(&ensured, stale.as_deref());
        if !resolved.plan.is_warm() {
            timings.bake_ms = self.clock.since(timings.resolve_ms);
        }
        let degraded = ensured.failure.as_ref().map(ToString::to_string);
        if let Some(cause) = &degraded
            && request.fallback == Fallback::Refused
        {
            return Err(OpError::NoFallback { cause: cause.clone() });
        }
        let record = TaskRecord {
            id: self.task.clone(),
            environment: id.to_string(),
            image: ensured.name.clone(),
            outcome: outcome(resolved, &ensured),
            degraded,
            stale: stale.clone(),
            asked_at: self.asked_at.to_string(),
            exit_code: None,
            timings: timings.clone(),
        };
        let stages = stages(resolved, ensured.ready);
        let created = self.launch(&ensured, &stages).create(&record, self.clock).await?;
        Ok(Ready { record, ensured, stages, created })
    }

    fn launch<'l>(&'l self, ensured: &'l Ensured, stages: &'l [LayerScript]) -> launch::Launch<'l> {
        launch::Launch {
            context: self.context,
            id: self.id,
            environment: self.environment,
            request: self.request,
            ensured,
            stages,
            settings_preflight: self.settings_preflight,
        }
    }
}

/// The scripts that run at the start: those of switched-off layers, and those of layers that are
/// not there.
fn stages(resolved: &Resolved, ready: usize) -> Vec<LayerScript> {
    let missing = resolved.stack.layers.iter().skip(ready);
    let mut stages = resolved.stack.at_start.clone();
    stages.extend(missing.flat_map(|layer| layer.scripts.iter().cloned()));
    stages
}

fn outcome(resolved: &Resolved, ensured: &Ensured) -> Outcome {
    if ensured.failure.is_some() {
        Outcome::Degraded
    } else if resolved.stack.layers.is_empty() {
        Outcome::Uncached
    } else if ensured.how == How::Hit {
        Outcome::Hit
    } else {
        Outcome::Miss
    }
}

/// Milliseconds since the task was asked for.
pub(in crate::ops) struct Clock(Instant);

impl Clock {
    pub(in crate::ops) fn start() -> Self {
        Self(Instant::now())
    }

    pub(in crate::ops) fn ms(&self) -> Option<f64> {
        let microseconds = u32::try_from(self.0.elapsed().as_micros()).ok()?;
        Some(f64::from(microseconds) / 1000.0)
    }

    pub(in crate::ops) fn since(&self, earlier: Option<f64>) -> Option<f64> {
        let difference = self.ms()? - earlier.unwrap_or(0.0);
        Some((difference * 1000.0).round() / 1000.0)
    }
}
