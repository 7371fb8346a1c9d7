//! Between a task and the person in front of it: output out, input and signals in, until the
//! task ends or is left.

use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::mpsc;

use super::desk::Desk;
use super::feed::Feed;
use super::place::Place;
use super::seen::Seen;
use super::{Channels, Clock};
use crate::domain::history::ScriptTimes;
use crate::engine::{Attachment, Engine, EngineError, Output, Outputs, State};
use crate::ops::{OpError, Outlet, Progress, Watch};

/// How long a task's stream may be silent after the task's end, and how long after the end of its
/// stream a task may take to be seen as ended.
const SETTLE: Duration = Duration::from_millis(500);

/// How often, and how many milliseconds apart, the engine is asked again after the connection
/// broke.
const RETRIES: [u64; 7] = [100, 200, 400, 800, 1600, 3200, 6400];

/// How long a log that ended too early is left alone.
const PAUSE: Duration = Duration::from_millis(200);

/// What the person wants of the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskSignal {
    /// To send it this signal, such as `TERM`.
    Send(&'static str),
    /// To tell it the new size of the terminal, in character cells.
    Resize(u16, u16),
    /// To stop watching; the task goes on.
    Leave(Leaving),
}

/// Why a task is no longer watched although it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// The person wanted it: from the start, or by the detach keys.
    Detached,
    /// Ctrl-C came a second time.
    Interrupted,
    /// The terminal went away.
    HungUp,
    /// Nobody reads its output any more.
    Unread,
}

/// How watching a task ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The command ended with this status.
    Exited(i64),
    /// A stage before the command failed.
    StageFailed {
        /// The stage, as a person says it.
        stage: String,
        /// The line, if known.
        line: Option<u32>,
        /// The exit status.
        code: i64,
    },
    /// The task goes on in the engine.
    Left(Leaving),
}

/// What was seen of a task.
#[derive(Debug)]
pub(in crate::ops) struct Relayed {
    pub(in crate::ops) ending: Ending,
    pub(in crate::ops) desktop_ms: Option<f64>,
    pub(in crate::ops) preflight_ms: Option<f64>,
    pub(in crate::ops) first_output_ms: Option<f64>,
    pub(in crate::ops) scripts: Vec<ScriptTimes>,
}

/// A task being watched.
pub(in crate::ops) struct Relay<'a> {
    pub(in crate::ops) engine: &'a Engine,
    /// The task's id.
    pub(in crate::ops) task: &'a str,
    pub(in crate::ops) container: &'a str,
    pub(in crate::ops) nonce: &'a str,
    pub(in crate::ops) tty: bool,
    /// Whether it is watched from its start, by the one who started it: the container is then
    /// removed when the task has ended.
    pub(in crate::ops) from_start: bool,
}

/// Why following the output ended.
enum End {
    /// The person wants no more of it.
    Left(Leaving),
    /// The log ended although the task goes on.
    Parted,
    /// The task ended with this status; `None`: it is gone.
    Exited(Option<i64>),
}

/// What was told of a task, and whether its log can go on from there.
struct Told {
    seen: Seen,
    place: Place,
    resumable: bool,
    /// Whether the output is now read from the log.
    resumed: bool,
}

impl Told {
    fn take(
        &mut self,
        batch: Vec<Result<Output, EngineError>>,
        clock: &Clock,
        watch: &mut dyn Watch,
    ) -> Result<(), EngineError> {
        for piece in batch {
            let piece = self.place.pass(piece?);
            self.seen.take(&piece, clock, watch);
        }
        Ok(())
    }
}

impl Relay<'_> {
    /// Watches the task through `attachment`. A task that is watched from its start and takes no
    /// input is followed through lost connections; otherwise, or when the engine stays away, the
    /// error says how to come back.
    pub(in crate::ops) async fn relay(
        &self,
        attachment: Attachment,
        channels: Channels<'_>,
        clock: &Clock,
        watch: &mut dyn Watch,
    ) -> Result<Relayed, OpError> {
        match self.carry(attachment, channels, clock, watch).await {
            Err(OpError::Engine(cause)) if is_lost(&cause) => {
                Err(OpError::TaskLost { id: self.task.to_owned(), cause })
            }
            other => other,
        }
    }

    async fn carry(
        &self,
        attachment: Attachment,
        channels: Channels<'_>,
        clock: &Clock,
        watch: &mut dyn Watch,
    ) -> Result<Relayed, OpError> {
        let Channels { signals, input, size, .. } = channels;
        if self.tty
            && let Some(size) = size
        {
            // The program may have ended already.
            let _ = self.engine.resize_container(self.container, size).await;
        }
        let mut told = Told {
            seen: Seen::new(self.nonce),
            place: Place::default(),
            // Input that was on its way is lost with the connection.
            resumable: self.from_start && input.is_none(),
            resumed: false,
        };
        let feed = Feed::start(input, attachment.input);
        let mut output = attachment.output;
        let code = loop {
            match self.follow(output, &mut told, signals, clock, watch).await {
                Ok(End::Left(why)) => return Ok(told.seen.relayed(Ending::Left(why))),
                Ok(End::Exited(code)) => break code,
                Ok(End::Parted) => tokio::time::sleep(PAUSE).await,
                Err(cause) if told.resumable && is_lost(&cause) => {
                    watch.see(Progress::Warning(
                        "the connection to the engine was lost; waiting for it to come back",
                    ));
                    if let Some(why) = self.reconnect(cause, signals).await? {
                        return Ok(told.seen.relayed(Ending::Left(why)));
                    }
                }
                Err(error) => return Err(error.into()),
            }
            told.resumed = true;
            told.place.rewind();
            output = self.engine.logs(self.container, true);
        };
        drop(feed);
        told.seen.finish(clock, watch);
        watch.see(Progress::Idle);
        let code = code.ok_or_else(|| {
            OpError::Unusable("the task was removed while it ran; nothing is left of it".to_owned())
        })?;
        let ending = told.seen.ending(code);
        if self.from_start {
            self.engine.remove_container(self.container).await?;
        }
        Ok(told.seen.relayed(ending))
    }

    /// Follows the output to its end, or until it is left.
    async fn follow(
        &self,
        output: Outputs,
        told: &mut Told,
        signals: &mut mpsc::Receiver<TaskSignal>,
        clock: &Clock,
        watch: &mut dyn Watch,
    ) -> Result<End, EngineError> {
        let mut pieces = output.ready_chunks(64);
        let exit = self.engine.wait_container(self.container);
        let mut exit = std::pin::pin!(exit);
        let mut code = None;
        let mut whole = !told.resumed;
        loop {
            tokio::select! {
                biased;
                // First, so that the engine is asked for it at once, however much is written: on a
                // terminal a link that is cut is told from the detach keys by this failing, too.
                status = &mut exit, if code.is_none() => {
                    code = Some(status?);
                    // Output that is still on its way comes first, however slowly it is read
                    // here; a program that left a background child holding the stream must not
                    // keep us for ever.
                    while let Ok(Some(batch)) = tokio::time::timeout(SETTLE, pieces.next()).await {
                        whole &= told.take(batch, clock, watch).is_ok();
                    }
                    break;
                }
                signal = signals.recv() => match signal {
                    Some(TaskSignal::Send(name)) => {
                        self.engine.signal_container(self.container, name).await?;
                    }
                    Some(TaskSignal::Resize(width, height)) => {
                        let _ = self.engine.resize_container(self.container, (width, height)).await;
                    }
                    Some(TaskSignal::Leave(why)) => return Ok(End::Left(why)),
                    None => std::future::pending().await,
                },
                batch = pieces.next() => {
                    let Some(batch) = batch else { break };
                    let had_desktop = told.seen.has_desktop();
                    told.take(batch, clock, watch)?;
                    if told.seen.has_desktop() && !had_desktop {
                        let Self { engine, task, container, .. } = *self;
                        Desk { engine, task, container }.tell(watch).await;
                    }
                    watch.see(Progress::Idle);
                    if watch.outlet() == Outlet::Closed {
                        // A command that is about to end is not left behind, as after `| head`.
                        let ended = async {
                            while let Some(batch) = pieces.next().await {
                                told.take(batch, clock, watch)?;
                            }
                            exit.as_mut().await
                        };
                        match tokio::time::timeout(SETTLE, ended).await {
                            Ok(status) => code = Some(status?),
                            Err(_) => return Ok(End::Left(Leaving::Unread)),
                        }
                        break;
                    }
                }
            }
        }
        let code = match code {
            Some(code) => code,
            None => match tokio::time::timeout(SETTLE, &mut exit).await {
                Ok(code) => code?,
                Err(_) if !self.still_runs().await? => exit.await?,
                // The stream ended and the program did not. Detach keys are for terminals alone.
                Err(_) if told.resumed || told.resumable => return Ok(End::Parted),
                Err(_) if self.tty => return Ok(End::Left(Leaving::Detached)),
                Err(_) => {
                    return Err(EngineError::Lost {
                        host: self.engine.host().to_string(),
                        what: "follow the task".to_owned(),
                        cause: "its output ended".to_owned(),
                    });
                }
            },
        };
        // A follower of a log can miss the last lines of a container that ends just then.
        if told.resumable && !whole && code.is_some() {
            told.place.rewind();
            let mut rest = self.engine.logs(self.container, false).ready_chunks(64);
            while let Some(batch) = rest.next().await {
                told.take(batch, clock, watch)?;
            }
        }
        Ok(End::Exited(code))
    }

    async fn still_runs(&self) -> Result<bool, EngineError> {
        let facts = self.engine.container(self.container).await?;
        Ok(facts.is_some_and(|facts| facts.state == State::Running))
    }

    /// Waits until the engine answers about the task again; why it is left instead.
    async fn reconnect(
        &self,
        cause: EngineError,
        signals: &mut mpsc::Receiver<TaskSignal>,
    ) -> Result<Option<Leaving>, EngineError> {
        for wait in RETRIES {
            let waited = tokio::time::timeout(Duration::from_millis(wait), async {
                loop {
                    match signals.recv().await {
                        Some(TaskSignal::Leave(why)) => break why,
                        // It cannot be told to the task now.
                        Some(_) => {}
                        None => std::future::pending().await,
                    }
                }
            });
            if let Ok(why) = waited.await {
                return Ok(Some(why));
            }
            match self.engine.container(self.container).await {
                Ok(_) => return Ok(None),
                Err(error) if is_lost(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Err(cause)
    }
}

/// Whether the engine may answer again.
fn is_lost(error: &EngineError) -> bool {
    matches!(
        error,
        EngineError::Lost { .. } | EngineError::Unreachable { .. } | EngineError::TimedOut { .. }
    )
}
