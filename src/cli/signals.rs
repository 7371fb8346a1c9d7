//! Ctrl-C and its like. During a bake the first Ctrl-C stops the bake after a moment in which a
//! second one leaves it running instead, and once it is being stopped another one ends the wait
//! for that; a task gets the first, and the second leaves it running.
//! A closed terminal never stops anything, and neither does Ctrl-Z: a bake goes on while this
//! process is stopped.

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::{Signal as Number, getpid, kill_process};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, mpsc};

use super::output::Output;
use crate::ops::OpError;
use crate::ops::intent::{Intent, IntentSender, Intents, intents};
use crate::ops::run::relay::{Leaving, TaskSignal};

/// How long the second Ctrl-C may take.
const MOMENT: Duration = Duration::from_secs(2);

/// Told when the user will not wait any longer, not even for a stop that was begun.
#[derive(Clone, Debug, Default)]
pub(super) struct Forced(Arc<Notify>);

impl Forced {
    /// Does `work`, which is dropped when the user will not wait any longer.
    pub(super) async fn unless<T>(
        &self,
        work: impl Future<Output = Result<T, OpError>>,
    ) -> Result<T, OpError> {
        tokio::select! {
            done = work => done,
            () = self.0.notified() => Err(OpError::Abandoned),
        }
    }
}

/// The ends of the channels that an operation listens to.
pub(super) struct Listening {
    /// For bakes.
    pub(super) intents: Intents,
    /// For tasks.
    pub(super) signals: mpsc::Receiver<TaskSignal>,
    /// Whether a task has started.
    pub(super) in_task: Arc<AtomicBool>,
    /// Whether nothing goes on that would have to be stopped.
    pub(super) idle: Arc<AtomicBool>,
    /// For whoever waits for the operation.
    pub(super) forced: Forced,
}

/// Listens to signals from now on. Must be called inside the runtime.
pub(super) fn listen() -> Result<Listening, String> {
    let (sender, intents) = intents();
    let (tasks, signals) = mpsc::channel(16);
    let in_task = Arc::new(AtomicBool::new(false));
    let idle = Arc::new(AtomicBool::new(false));
    let forced = Forced::default();
    let open = |kind| {
        signal(kind).map_err(|error| format!("cannot listen to signals: {error}; try again"))
    };
    let listener = Listener {
        interrupt: open(SignalKind::interrupt())?,
        terminate: open(SignalKind::terminate())?,
        hangup: open(SignalKind::hangup())?,
        resize: open(SignalKind::window_change())?,
        stop: open(SignalKind::from_raw(Number::TSTP.as_raw()))?,
        sender,
        tasks,
        in_task: in_task.clone(),
        idle: idle.clone(),
        forced: forced.clone(),
        stopping: false,
    };
    tokio::spawn(listener.listen());
    Ok(Listening { intents, signals, in_task, idle, forced })
}

struct Listener {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
    resize: Signal,
    stop: Signal,
    sender: IntentSender,
    tasks: mpsc::Sender<TaskSignal>,
    in_task: Arc<AtomicBool>,
    idle: Arc<AtomicBool>,
    forced: Forced,
    stopping: bool,
}

impl Listener {
    async fn listen(mut self) {
        let mut interrupts = 0;
        loop {
            let in_task = || self.in_task.load(Ordering::Relaxed);
            tokio::select! {
                _ = self.interrupt.recv() => {
                    if in_task() {
                        interrupts += 1;
                        let signal = if interrupts == 1 {
                            TaskSignal::Send("INT")
                        } else {
                            TaskSignal::Leave(Leaving::Interrupted)
                        };
                        let _ = self.tasks.send(signal).await;
                        // On the task's own terminal keys do not come here, and a word of ours
                        // would be in the way.
                        let raw = crossterm::terminal::is_raw_mode_enabled().unwrap_or(false);
                        if interrupts == 1 && !raw {
                            Output::interject(
                                "Ctrl-C was sent to the command; press it again to leave the task running",
                            );
                        }
                    } else {
                        self.stop_or_leave().await;
                    }
                }
                _ = self.terminate.recv() => {
                    if in_task() {
                        let _ = self.tasks.send(TaskSignal::Send("TERM")).await;
                    } else {
                        self.sender.tell(Intent::Leave);
                    }
                }
                _ = self.hangup.recv() => {
                    self.sender.tell(Intent::Leave);
                    let _ = self.tasks.send(TaskSignal::Leave(Leaving::HungUp)).await;
                }
                _ = self.stop.recv() => {
                    self.sender.let_go().await;
                    suspend();
                }
                _ = self.resize.recv() => {
                    if let Ok((width, height)) = crossterm::terminal::size() {
                        let _ = self.tasks.send(TaskSignal::Resize(width, height)).await;
                    }
                }
            }
        }
    }

    async fn stop_or_leave(&mut self) {
        if self.stopping {
            self.forced.0.notify_one();
            return;
        }
        self.stopping = true;
        if self.idle.load(Ordering::Relaxed) {
            self.sender.tell(Intent::Cancel);
            return;
        }
        Output::interject("stopping the bake; press Ctrl-C again to leave it running instead");
        let second = tokio::time::timeout(MOMENT, self.interrupt.recv()).await;
        self.sender.tell(if second.is_ok() { Intent::Leave } else { Intent::Cancel });
    }
}

/// Stops this process until it is continued, as Ctrl-Z does with those that do not listen for it:
/// not if no shell would ever continue it.
fn suspend() {
    if Place::of("self").is_some_and(|own| own.is_looked_after()) {
        let _ = kill_process(getpid(), Number::STOP);
    }
}

/// Where a process stands among the others, by the kernel's line about it. All numbers come from
/// there, because those that the system calls give for a process outside the own PID namespace,
/// where a shell may well be, are none. In the line they are 0.
struct Place {
    parent: u32,
    group: u32,
    session: u32,
}

impl Place {
    fn of(process: impl Display) -> Option<Self> {
        Self::read(&std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
    }

    /// The name in the line can be anything, but it ends at the last bracket.
    fn read(line: &str) -> Option<Self> {
        let mut fields = line.rsplit_once(')')?.1.split_whitespace().skip(1);
        let mut number = || fields.next()?.parse().ok();
        Some(Self { parent: number()?, group: number()?, session: number()? })
    }

    /// Whether a shell of the same session started this or the first of its pipeline, which leads
    /// the group and may have ended.
    fn is_looked_after(&self) -> bool {
        let looks_after = |shell: &Self| shell.group != self.group && shell.session == self.session;
        let leader = Self::of(self.group).map(|leader| leader.parent);
        [leader, Some(self.parent)]
            .into_iter()
            .flatten()
            .filter_map(Self::of)
            .any(|it| looks_after(&it))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_behind_any_name_and_from_outside_the_namespace() {
        let place = Place::read("57 (a) S 1 2 3 (b) S 7 57 0 34816 57 4194304").unwrap();
        assert_eq!((place.parent, place.group, place.session), (7, 57, 0));
        assert!(Place::read("57 (ends").is_none());
        assert!(Place::read("57 (a) S 1").is_none());
    }
}
