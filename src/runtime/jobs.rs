//! Bakes, on tokio: each one an operation that a [`watcher`] looks at, and that can be cancelled or
//! left to go on without the screen.

mod watcher;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use self::watcher::Watcher;
use super::Outbox;
use super::forecast::newest;
use super::link::Link;
use super::logs::Logs;

use crate::app::domain::environment::{Environment, EnvironmentId, Stage};
use crate::app::event::Event;
use crate::app::jobs::{Failure, Found, JobEffect, JobEvent, JobId, Outcome};
use crate::app::tasks::Request;
use crate::ops::bake::{self, How, Retry};
use crate::ops::intent::intents;
use crate::ops::run::{Channels, RunRequest, TaskCommand, run};
use crate::ops::{
    Context, Detached, Environments, Folders, Intent, IntentSender, OpError, resolve,
};

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
                None if matches!(work, Work::Follow { .. }) => {
                    Outcome::Lost("the engine does not answer".to_owned())
                }
                None => Outcome::Refused(
                    "nothing was begun: the engine does not answer; try again when it does"
                        .to_owned(),
                ),
                Some(context) => match work.run(&context, &mut intents, &mut watcher).await {
                    Ok(outcome) => outcome,
                    Err(error) => outcome(&error),
                },
            };
            // Whoever reads the log later sees how it ended.
            match &outcome {
                Outcome::Failed(failure) => watcher.note(&failure.sentence),
                Outcome::Cancelled(words) | Outcome::Refused(words) => watcher.note(words),
                Outcome::Lost(why) => watcher.note(&format!("the rest was not seen: {why}")),
                Outcome::Done(_) | Outcome::Started { .. } | Outcome::Missed => {}
            }
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
                let command = request.words().map_or(TaskCommand::Own, TaskCommand::Given);
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
                watcher.newest = newest(context, &id, &environment, &resolved).await;
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
        OpError::BakeGone { .. } => Outcome::Missed,
        _ if error.is_connection() => Outcome::Lost(error.to_string()),
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
