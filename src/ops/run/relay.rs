//! Between a task and the person in front of it: output out, input and signals in, until the
//! task ends or is left.

use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;

use super::{Channels, Clock};
use crate::domain::layer::stack::RUN_PREFLIGHT;
use crate::domain::log::Source;
use crate::domain::script::marker::{Marker, MarkerFilter, Piece};
use crate::engine::{Attachment, Engine, EngineError, Output, State};
use crate::ops::bake::title;
use crate::ops::{OpError, Progress, Watch};

/// How long after its last output a task may take to be seen as ended.
const SETTLE: Duration = Duration::from_millis(500);

/// Standard input, in pieces as they come.
pub type Input = mpsc::Receiver<Bytes>;

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
    pub(in crate::ops) container: &'a str,
    pub(in crate::ops) nonce: &'a str,
    pub(in crate::ops) tty: bool,
    /// Whether the container is removed when the task has ended.
    pub(in crate::ops) remove: bool,
}

impl Relay<'_> {
    /// Watches the task through `attachment`.
    pub(in crate::ops) async fn relay(
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
        let mut writer = attachment.input;
        let mut input = input;
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
                bytes = next_input(&mut input), if input.is_some() => {
                    if !write(writer.as_mut(), bytes).await {
                        input = None;
                    }
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
                    // Output that is still on its way comes first; a program that left a
                    // background child holding the stream must not keep us for ever.
                    let rest = tokio::time::timeout(SETTLE, async {
                        while let Some(batch) = pieces.next().await {
                            for piece in batch.into_iter().flatten() {
                                seen.take(&piece, clock, watch);
                            }
                        }
                    });
                    let _ = rest.await;
                    break;
                }
            }
        }
        drop(writer);
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

/// The next piece of input; without input it never comes.
pub(in crate::ops) async fn next_input(input: &mut Option<Input>) -> Option<Bytes> {
    match input {
        Some(input) => input.recv().await,
        None => std::future::pending().await,
    }
}

/// Passes input on; whether more can follow. The end of ours is the end of theirs.
pub(in crate::ops) async fn write(
    mut writer: Pin<&mut (dyn AsyncWrite + Send)>,
    bytes: Option<Bytes>,
) -> bool {
    let alive = match bytes {
        Some(bytes) => writer.write_all(&bytes).await.is_ok() && writer.flush().await.is_ok(),
        None => false,
    };
    if !alive {
        let _ = writer.shutdown().await;
    }
    alive
}

/// What a task's output told so far.
pub(in crate::ops) struct Seen {
    filters: [MarkerFilter; 2],
    stage: Option<String>,
    line: Option<u32>,
    failed: Option<i64>,
    began: u64,
    command: Option<u64>,
    first_output_ms: Option<f64>,
}

impl Seen {
    pub(in crate::ops) fn new(nonce: &str) -> Self {
        Self {
            filters: [MarkerFilter::new(nonce), MarkerFilter::new(nonce)],
            stage: None,
            line: None,
            failed: None,
            began: 0,
            command: None,
            first_output_ms: None,
        }
    }

    pub(in crate::ops) fn take(&mut self, output: &Output, clock: &Clock, watch: &mut dyn Watch) {
        let index = usize::from(output.source == Source::Stderr);
        for piece in self.filters[index].push(&output.bytes) {
            match piece {
                Piece::Bytes(bytes) => self.output(output.source, &bytes, clock, watch),
                Piece::Marker(marker) => self.mark(marker, watch),
            }
        }
    }

    fn output(&mut self, source: Source, bytes: &[u8], clock: &Clock, watch: &mut dyn Watch) {
        if self.command.is_some() && self.first_output_ms.is_none() {
            self.first_output_ms = clock.ms();
        }
        watch.see(Progress::Output { source, bytes });
    }

    fn mark(&mut self, marker: Marker, watch: &mut dyn Watch) {
        match marker {
            Marker::Begin(time) => self.began = time,
            Marker::Stage(stage) => {
                watch.see(Progress::Script { name: &title(&stage) });
                self.stage = Some(stage);
                self.line = None;
            }
            Marker::Line(line, _) => self.line = Some(line),
            Marker::Failed(stage, code) => {
                self.stage = Some(stage);
                self.failed = Some(code);
            }
            Marker::Forgiven(stage, code) => {
                let line = self.line.map(|line| format!(" at line {line}")).unwrap_or_default();
                watch.see(Progress::Warning(&format!(
                    "{} failed{line} (exit {code}) at the task's start too; the task starts without what it did not do",
                    title(&stage)
                )));
            }
            Marker::Command(time) => {
                self.command = Some(time);
                watch.see(Progress::CommandBegan);
            }
            Marker::Kept(_) | Marker::Done => {}
        }
    }

    pub(in crate::ops) fn finish(&mut self, clock: &Clock, watch: &mut dyn Watch) {
        for (index, source) in [Source::Stdout, Source::Stderr].into_iter().enumerate() {
            let held = self.filters[index].finish();
            if !held.is_empty() {
                self.output(source, &held, clock, watch);
            }
        }
    }

    /// What an exit status means. A container that ended before its command began ended in a
    /// stage, even if the stage's own trap kept it from telling so.
    pub(in crate::ops) fn ending(&self, code: i64) -> Ending {
        let stage = || title(self.stage.as_deref().unwrap_or(RUN_PREFLIGHT));
        match (self.failed, self.command) {
            (Some(code), _) => Ending::StageFailed { stage: stage(), line: self.line, code },
            (None, None) if code != 0 && self.stage.is_some() => {
                Ending::StageFailed { stage: stage(), line: self.line, code }
            }
            _ => Ending::Exited(code),
        }
    }

    /// How long the stages took, by the container's own clock.
    pub(in crate::ops) fn preflight_ms(&self) -> Option<f64> {
        let command = self.command.filter(|&time| time > 0 && self.began > 0)?;
        let microseconds = u32::try_from(command.checked_sub(self.began)?).ok()?;
        Some(f64::from(microseconds) / 1000.0)
    }

    fn relayed(&self, ending: Ending) -> Relayed {
        Relayed { ending, preflight_ms: self.preflight_ms(), first_output_ms: self.first_output_ms }
    }
}
