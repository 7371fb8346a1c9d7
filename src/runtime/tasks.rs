//! Tasks, on tokio: listed, followed into their logs, ended.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Outbox;
use super::logs::{Logs, Sink};
use crate::app::domain::port::Port;
use crate::app::event::Event;
use crate::app::log::LogId;
use crate::app::moment::Moment;
use crate::app::tasks::{Desktop, Task, TaskEffect, TaskEvent, TaskState};
use crate::ops::desktop::{self, browser};
use crate::ops::tasks::{self, TaskSummary};
use crate::ops::{Context, OpError, Progress, Watch};

/// How long a task has to end before it is killed, in seconds.
const PATIENCE: u16 = 10;
/// After this time a desktop that was not ready is asked for again, after twice as long the next
/// time, and after the longest from then on: one that is installed at the start takes minutes.
const SOON: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(8);

/// What is done about tasks.
#[derive(Clone)]
pub(super) struct Tasks {
    outbox: Outbox,
    logs: Logs,
    /// Those whose logs are followed.
    followed: Arc<Mutex<HashSet<String>>>,
    /// Desktops that were found, by the id of their tasks: they stay as they are.
    desktops: Arc<Mutex<HashMap<String, Desktop>>>,
    /// Whether they are listed again in a moment.
    is_waiting: Arc<AtomicBool>,
    /// How often a desktop was not ready since all were.
    waits: Arc<AtomicU32>,
    /// Who lists them: what is told later was found later.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Tasks {
    pub(super) fn new(logs: Logs, outbox: Outbox) -> Self {
        Self {
            outbox,
            logs,
            followed: Arc::default(),
            desktops: Arc::default(),
            is_waiting: Arc::default(),
            waits: Arc::default(),
            turn: Arc::default(),
        }
    }

    /// Does what is asked of tasks.
    pub(super) fn perform(&self, effect: TaskEffect, context: Option<Context>) {
        let Some(context) = context else { return };
        let tasks = self.clone();
        tokio::spawn(async move {
            let nobody_asked = effect == TaskEffect::List;
            let outcome = match effect {
                TaskEffect::List => tasks.tell_list(&context).await.map(|()| None),
                TaskEffect::Follow(id) => tasks.follow(&context, &id).await.map(|()| None),
                TaskEffect::Stop(id) => tasks.end(&context, &id, false).await.map(Some),
                TaskEffect::Remove(id) => tasks.end(&context, &id, true).await.map(Some),
                TaskEffect::OpenDesktop(id) => open_desktop(&context, &id).await.map(Some),
            };
            match outcome {
                Ok(Some(event)) => tasks.outbox.tell(Event::Task(event)).await,
                Ok(None) => true,
                // The link tells it.
                Err(error) if nobody_asked && error.is_connection() => true,
                Err(error) => tasks.outbox.tell(Event::Failed(error.to_string())).await,
            };
        });
    }

    async fn end(&self, context: &Context, id: &str, removes: bool) -> Result<TaskEvent, OpError> {
        let task = tasks::find(context, id).await?;
        if task.is_running() {
            let ending = TaskEvent::Ending { id: id.to_owned(), seconds: PATIENCE };
            self.outbox.tell(Event::Task(ending)).await;
        }
        tasks::stop(context, &task, PATIENCE, removes).await?;
        let how = if removes { "is removed" } else { "has ended" };
        Ok(TaskEvent::Done(format!("task {id} {how}")))
    }

    async fn tell_list(&self, context: &Context) -> Result<(), OpError> {
        let _turn = self.turn.lock().await;
        let listed = self.list(context).await?;
        self.outbox.tell(Event::Task(listed)).await;
        Ok(())
    }

    async fn list(&self, context: &Context) -> Result<TaskEvent, OpError> {
        let mut are_ready = true;
        let mut listed = Vec::new();
        let mut known = HashMap::new();
        for found in tasks::list(context).await? {
            match self.desktop(context, &found).await {
                Ok(Some(desktop)) => drop(known.insert(found.id.clone(), desktop)),
                Err(OpError::DesktopNotReady { .. }) => are_ready = false,
                // One that cannot be found out is as good as none.
                Ok(None) | Err(_) => {}
            }
            let desktop = known.get(&found.id).cloned();
            listed.push(task(found, desktop));
        }
        *self.desktops.lock().unwrap_or_else(PoisonError::into_inner) = known;
        if are_ready {
            self.waits.store(0, Ordering::Relaxed);
        } else {
            self.list_again(context.clone());
        }
        Ok(TaskEvent::Listed(listed))
    }

    /// Lists them once more in a moment: no event of an engine tells when a desktop is ready.
    fn list_again(&self, context: Context) {
        if self.is_waiting.swap(true, Ordering::Relaxed) {
            return;
        }
        let waits = self.waits.fetch_add(1, Ordering::Relaxed).min(3);
        let tasks = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep((SOON * 2_u32.pow(waits)).min(LONGEST)).await;
            tasks.is_waiting.store(false, Ordering::Relaxed);
            // If the engine went away, they are listed when it is back.
            let _ = tasks.tell_list(&context).await;
        });
    }

    /// How to get to the desktop of a task.
    async fn desktop(
        &self,
        context: &Context,
        found: &TaskSummary,
    ) -> Result<Option<Desktop>, OpError> {
        if !found.desktop || found.state != "running" {
            return Ok(None);
        }
        let known =
            self.desktops.lock().unwrap_or_else(PoisonError::into_inner).get(&found.id).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let desktop = desktop::of_summary(context, found).await?;
        Ok(Some(Desktop { url: desktop.url, tunnel: desktop.tunnel }))
    }

    /// Reads the whole log of a task, and what it writes until it ends; once at a time.
    async fn follow(&self, context: &Context, id: &str) -> Result<(), OpError> {
        let followed = || self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        if !followed().insert(id.to_owned()) {
            return Ok(());
        }
        let outcome = async {
            let task = tasks::find(context, id).await?;
            let sink = self.logs.begin(&LogId::Task(id.to_owned()));
            let mut watcher = Watcher { sink: sink.map_err(OpError::Unusable)? };
            tasks::logs(context, &task, true, &mut watcher).await.map(drop)
        };
        let outcome = outcome.await;
        followed().remove(id);
        outcome
    }
}

async fn open_desktop(context: &Context, id: &str) -> Result<TaskEvent, OpError> {
    let task = tasks::find(context, id).await?;
    let desktop = desktop::of_task(context, &task).await?;
    let opener = browser::find().ok_or_else(|| {
        OpError::Unusable("no browser is found here; copy the URL with `u` instead".to_owned())
    })?;
    browser::open(context, &desktop, &opener)?;
    Ok(TaskEvent::Done(format!("the desktop of task {id} is opened in the browser")))
}

fn task(found: TaskSummary, desktop: Option<Desktop>) -> Task {
    let moment = |text: Option<String>| {
        let time: jiff::Timestamp = text?.parse().ok()?;
        u64::try_from(time.as_millisecond()).ok().map(Moment)
    };
    Task {
        state: match (found.state, found.exit_code) {
            (_, Some(code)) => TaskState::Ended(code),
            ("created", None) => TaskState::Created,
            _ => TaskState::Running,
        },
        command: found.command.join(" "),
        started: moment(found.created),
        ended: moment(found.finished),
        id: found.id,
        environment: found.environment,
        ports: found.ports.iter().map(Port::leads).collect(),
        desktop,
        degraded: found.degraded,
    }
}

/// Puts what a task writes into its log.
struct Watcher {
    sink: Sink,
}

impl Watch for Watcher {
    fn see(&mut self, progress: Progress<'_>) {
        match progress {
            Progress::Output { bytes, .. } => self.sink.output(bytes),
            Progress::Idle => self.sink.flush(),
            _ => {}
        }
    }
}
