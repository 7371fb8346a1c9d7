//! Tasks that are in the engine: listed, read, attached to, stopped. Any client of the engine
//! finds them by their labels, whoever started them.

use std::collections::HashMap;

use futures_util::StreamExt as _;
use serde::Serialize;

use super::run::relay::{Ending, Relay};
use super::run::{Channels, Clock, Seen};
use crate::domain::history::entry::Phases;
use crate::domain::history::{ScriptTimes, savings};
use crate::domain::layer::labels;
use crate::domain::port::Port;
use crate::domain::task::Timings;
use crate::engine::{ContainerFacts, State};
use crate::ops::{Context, OpError, Outlet, Progress, Watch};
use crate::store::{Folders, History, StoreError};

/// A task as `prebake tasks` lists it.
#[derive(Clone, Debug, Serialize)]
pub struct TaskSummary {
    /// Its id.
    pub id: String,
    /// The environment's id.
    pub environment: String,
    /// `created`, `running` or `exited`.
    pub state: &'static str,
    /// Its exit status, when it has ended.
    pub exit_code: Option<i64>,
    /// The image it runs on.
    pub image: String,
    /// Why it is degraded.
    pub degraded: Option<String>,
    /// Whether it was started with a desktop.
    pub desktop: bool,
    /// The command; empty: the stages alone.
    pub command: Vec<String>,
    /// The ports that lead to it, while it runs.
    pub ports: Vec<Port>,
    /// When it was created, RFC 3339.
    pub created: Option<String>,
    /// When it ended, RFC 3339.
    pub finished: Option<String>,
    /// What was measured by the client that started it, if that was on this machine.
    pub timings: Option<Timings>,
    /// Its container's name.
    pub container: String,
}

/// A task in the engine.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its id.
    pub id: String,
    facts: ContainerFacts,
}

/// Lists tasks, newest first.
pub async fn list(context: &Context) -> Result<Vec<TaskSummary>, OpError> {
    let tasks = containers(context).await?;
    let ids = tasks.iter().map(|facts| facts.label(labels::TASK));
    // A history that cannot be read is as good as none.
    let mut measured = timings(&context.folders, ids).unwrap_or_default();
    Ok(tasks.into_iter().map(|facts| summary(facts, &mut measured)).collect())
}

fn timings<'a>(
    folders: &Folders,
    tasks: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, Timings>, StoreError> {
    match History::open_to_read(folders)? {
        Some(history) => history.timings(tasks),
        None => Ok(HashMap::new()),
    }
}

async fn containers(context: &Context) -> Result<Vec<ContainerFacts>, OpError> {
    Ok(context.engine.containers(&[format!("{}=task", labels::ROLE)]).await?)
}

fn summary(facts: ContainerFacts, measured: &mut HashMap<String, Timings>) -> TaskSummary {
    let label = |name| facts.label(name).to_owned();
    let id = label(labels::TASK);
    let (state, exit_code) = match facts.state {
        State::Created => ("created", None),
        State::Running => ("running", None),
        State::Exited(code) => ("exited", Some(code)),
        State::Removing => ("exited", None),
    };
    let degraded = label(labels::DEGRADED);
    let desktop = !label(labels::DESKTOP).is_empty();
    let image = label(labels::IMAGE);
    TaskSummary {
        environment: label(labels::ENVIRONMENT),
        state,
        exit_code,
        image: if image.is_empty() { facts.image } else { image },
        degraded: (!degraded.is_empty()).then_some(degraded),
        desktop,
        command: facts.arguments,
        ports: facts.ports,
        created: facts.created.map(|time| time.to_string()),
        finished: facts.finished.map(|time| time.to_string()),
        timings: measured.remove(&id),
        container: facts.name,
        id,
    }
}

/// The tasks that run, newest first.
pub(super) async fn running(context: &Context) -> Result<Vec<Task>, OpError> {
    let all = containers(context).await?.into_iter();
    let running = all.filter(|facts| facts.state == State::Running);
    Ok(running.map(Task::of).collect())
}

/// The task whose id begins with `text`.
pub async fn find(context: &Context, text: &str) -> Result<Task, OpError> {
    let mut found: Vec<Task> = containers(context)
        .await?
        .into_iter()
        .map(Task::of)
        .filter(|task| !text.is_empty() && task.id.starts_with(text))
        .collect();
    match (found.pop(), found.len()) {
        (Some(task), 0) => Ok(task),
        (None, _) => Err(OpError::NoTask { id: text.to_owned() }),
        (Some(_), more) => Err(OpError::ManyTasks { id: text.to_owned(), count: more + 1 }),
    }
}

/// Tells all a task wrote, and with `follow` all it writes until it ends, unless nobody can be told
/// any more. Returns how it ended; `None`: it still runs, as far as was seen.
pub async fn logs(
    context: &Context,
    task: &Task,
    follow: bool,
    watch: &mut dyn Watch,
) -> Result<Option<Ending>, OpError> {
    let clock = Clock::start();
    let mut seen = Seen::new(task.facts.label(labels::NONCE));
    let mut pieces = context.engine.logs(&task.facts.id, follow).ready_chunks(256);
    while let Some(batch) = pieces.next().await {
        for piece in batch {
            seen.take(&piece?, &clock, watch);
        }
        watch.see(Progress::Idle);
        // A log is for whoever reads it, and its task goes on by itself.
        if watch.outlet() != Outlet::Open {
            return Ok(None);
        }
    }
    seen.finish(&clock, watch);
    watch.see(Progress::Idle);
    remember(context, task, seen.preflight_ms(), seen.scripts());
    let facts = context.engine.container(&task.facts.id).await?;
    Ok(match facts.map(|facts| facts.state) {
        Some(State::Exited(code)) => Some(seen.ending(code)),
        _ => None,
    })
}

/// Attaches a terminal to a running task, until it ends or is left.
pub async fn attach(
    context: &Context,
    task: &Task,
    channels: Channels<'_>,
    watch: &mut dyn Watch,
) -> Result<Ending, OpError> {
    if let State::Exited(code) = task.facts.state {
        return Err(OpError::TaskEnded { id: task.id.clone(), code });
    }
    let attachment = context.engine.attach(&task.facts.id, channels.input.is_some()).await?;
    watch.see(Progress::TaskStarted { id: &task.id, image: &task.facts.image, degraded: None });
    let relay = Relay {
        engine: &context.engine,
        task: &task.id,
        container: &task.facts.id,
        nonce: task.facts.label(labels::NONCE),
        tty: task.facts.tty,
        from_start: false,
    };
    let relayed = relay.relay(attachment, channels, &Clock::start(), watch).await?;
    remember(context, task, relayed.preflight_ms, relayed.scripts);
    Ok(relayed.ending)
}

/// Notes how long the preflight of a task took that nobody watched when it started.
fn remember(context: &Context, task: &Task, preflight_ms: Option<f64>, scripts: Vec<ScriptTimes>) {
    if preflight_ms.is_some() {
        // The entry is on the machine that started the task, if anywhere; it is a measurement, and
        // no reason to fail.
        let _ = amend(&context.folders, &task.id, preflight_ms, scripts);
    }
}

fn amend(
    folders: &Folders,
    task: &str,
    preflight_ms: Option<f64>,
    scripts: Vec<ScriptTimes>,
) -> Result<(), StoreError> {
    let Some(mut history) = History::open_to_read(folders)? else { return Ok(()) };
    let Some(mut entry) = history.named(task)? else { return Ok(()) };
    let mut detail = history.detail(&entry)?;
    if let Phases::Start(timings) = &mut detail.phases
        && timings.preflight_ms.is_none()
    {
        timings.preflight_ms = preflight_ms;
        entry.took_ms = savings::took_ms(timings);
        for script in scripts {
            let known = detail.scripts.iter().any(|known| known.script == script.script);
            detail.scripts.extend((!known).then_some(script));
        }
        history.amend(&entry, &detail)?;
    }
    Ok(())
}

/// Ends a task: asks it to, and kills it after `seconds`. With `remove` nothing of it stays.
pub async fn stop(
    context: &Context,
    task: &Task,
    seconds: u16,
    remove: bool,
) -> Result<(), OpError> {
    let id = &task.facts.id;
    if task.is_running() {
        context.engine.stop_container(id, i32::from(seconds)).await?;
    }
    if remove {
        context.engine.remove_container(id).await?;
    }
    Ok(())
}

impl Task {
    /// Whether its container runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.facts.state == State::Running
    }

    fn of(facts: ContainerFacts) -> Self {
        Self { id: facts.label(labels::TASK).to_owned(), facts }
    }

    /// The id of its environment.
    #[must_use]
    pub fn environment(&self) -> &str {
        self.facts.label(labels::ENVIRONMENT)
    }

    /// Whether it was started with a desktop.
    #[must_use]
    pub fn has_desktop(&self) -> bool {
        !self.facts.label(labels::DESKTOP).is_empty()
    }

    /// Its container.
    pub(super) fn container(&self) -> &str {
        &self.facts.id
    }

    /// Whether it has a terminal.
    #[must_use]
    pub fn has_terminal(&self) -> bool {
        self.facts.tty
    }

    /// Whether it can be given input.
    #[must_use]
    pub fn takes_input(&self) -> bool {
        self.facts.tty || self.facts.stdin
    }
}
