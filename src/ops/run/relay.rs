//! Between a task and the person in front of it: output out, input and signals in, until the
//! task ends or is left.

use std::time::Duration;

use futures_util::StreamExt as _;

use super::feed::Feed;
use super::seen::Seen;
use super::{Channels, Clock};
use crate::engine::{Attachment, Engine, EngineError, State};
use crate::ops::{OpError, Progress, Watch};

/// How long a task's stream may be silent after the task's end, and how long after the end of its
/// stream a task may take to be seen as ended.
const SETTLE: Duration = Duration::from_millis(500);

/// What the person wants of the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskSignal {
    /// To send it this signal, such as `TERM`.
    Send(&'static str),
    /// To tell it the new size of the terminal, in character cells.
    Resize(u16, u16),
    /// To stop watching; the task goes on.
    Leave,
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
    Left,
}

/// What was seen of a task.
#[derive(Debug)]
pub(in crate::ops) struct Relayed {
    pub(in crate::ops) ending: Ending,
    pub(in crate::ops) preflight_ms: Option<f64>,
    pub(in crate::ops) first_output_ms: Option<f64>,
}

/// A task being watched.
pub(in crate::ops) struct Relay<'a> {
    pub(in crate::ops) engine: &'a Engine,
    /// The task's id.
    pub(in crate::ops) task: &'a str,
    pub(in crate::ops) container: &'a str,
    pub(in crate::ops) nonce: &'a str,
    pub(in crate::ops) tty: bool,
    /// Whether the container is removed when the task has ended.
    pub(in crate::ops) remove: bool,
}

impl Relay<'_> {
    /// Watches the task through `attachment`. A connection that breaks says how to come back.
    pub(in crate::ops) async fn relay(
        &self,
        attachment: Attachment,
        channels: Channels<'_>,
        clock: &Clock,
        watch: &mut dyn Watch,
    ) -> Result<Relayed, OpError> {
        match self.carry(attachment, channels, clock, watch).await {
            Err(OpError::Engine(
                cause @ (EngineError::Lost { .. }
                | EngineError::Unreachable { .. }
                | EngineError::TimedOut { .. }),
            )) => Err(OpError::TaskLost { id: self.task.to_owned(), cause }),
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
        let mut seen = Seen::new(self.nonce);
        let mut pieces = attachment.output.ready_chunks(64);
        let feed = Feed::start(input, attachment.input);
        let exit = self.engine.wait_container(self.container);
        let mut exit = std::pin::pin!(exit);
        let mut code = None;
        loop {
            tokio::select! {
                batch = pieces.next() => {
                    let Some(batch) = batch else { break };
                    for piece in batch {
                        seen.take(&piece?, clock, watch);
                    }
                    watch.see(Progress::Idle);
                }
                signal = signals.recv() => match signal {
                    Some(TaskSignal::Send(name)) => {
                        self.engine.signal_container(self.container, name).await?;
                    }
                    Some(TaskSignal::Resize(width, height)) => {
                        let _ = self.engine.resize_container(self.container, (width, height)).await;
                    }
                    Some(TaskSignal::Leave) => return Ok(seen.relayed(Ending::Left)),
                    None => std::future::pending().await,
                },
                status = &mut exit, if code.is_none() => {
                    code = Some(status);
                    // Output that is still on its way comes first, however slowly it is read
                    // here; a program that left a background child holding the stream must not
                    // keep us for ever.
                    while let Ok(Some(batch)) = tokio::time::timeout(SETTLE, pieces.next()).await {
                        for piece in batch.into_iter().flatten() {
                            seen.take(&piece, clock, watch);
                        }
                    }
                    break;
                }
            }
        }
        drop(feed);
        seen.finish(clock, watch);
        watch.see(Progress::Idle);
        let code = match code {
            Some(code) => code,
            None => match tokio::time::timeout(SETTLE, &mut exit).await {
                Ok(code) => code,
                // The stream ended and the program did not: the detach keys were pressed.
                Err(_) if self.still_runs().await? => {
                    return Ok(seen.relayed(Ending::Left));
                }
                Err(_) => exit.await,
            },
        };
        let code = code?.ok_or_else(|| {
            OpError::Unusable("the task was removed while it ran; nothing is left of it".to_owned())
        })?;
        let ending = seen.ending(code);
        if self.remove {
            self.engine.remove_container(self.container).await?;
        }
        Ok(seen.relayed(ending))
    }

    async fn still_runs(&self) -> Result<bool, EngineError> {
        let facts = self.engine.container(self.container).await?;
        Ok(facts.is_some_and(|facts| facts.state == State::Running))
    }
}
