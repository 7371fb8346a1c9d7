//! Following a bake to its end: the log live, through lost connections, until the container has
//! ended; then it is finished, or its failure told.

use std::path::PathBuf;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use tokio::sync::mpsc;

use super::account::Account;
use super::cancel::{cancel, is_cancelled};
use super::failed::set_aside;
use super::finish::Finished;
use super::prove::{self, Clean, Proof};
use super::tail::Tail;
use super::values::{Known, Values};
use super::{Baked, Driver, How, Job, PAUSE, finish};
use crate::domain::script::marker::Marker;
use crate::engine::{Attachment, ContainerFacts, EngineError, Output, Outputs, State};
use crate::ops::error::BakeFailure;
use crate::ops::intent::Hold;
use crate::ops::{Intent, Intents, OpError, Progress, Watch};
use crate::store::bake_log::BakeLog;

/// How many pieces of a log are taken at once before others have their turn.
const BATCH: usize = 512;

/// How often, and how long apart, the engine is asked again after the connection broke.
const RETRIES: [u64; 7] = [100, 200, 400, 800, 1600, 3200, 6400];

/// The exit status of a container that was killed.
const KILLED: i64 = 137;

/// One bake being followed.
pub(super) struct Run<'a> {
    job: &'a Job<'a>,
    container: ContainerFacts,
    /// Held by the client that drives the bake on this machine.
    lock: Option<Driver>,
    how: How,
    /// The output as it comes, for the client that started the container.
    live: Option<Live>,
    /// What is known of its secrets.
    known: Known,
}

/// How many pieces of live output wait for a slow reader, of at most 32 KiB each.
const QUEUE: usize = 128;

/// How long a slow reader may hold up the container itself.
const PATIENCE: Duration = Duration::from_millis(500);

/// A container's output as it comes: cheaper for the engine than reading its log back. A reader
/// that is too slow, such as a stalled terminal, and one that is about to be stopped loses the
/// connection and goes on in the log, so that it never holds up the bake.
pub(super) struct Live(mpsc::Receiver<Result<Output, EngineError>>);

impl Live {
    pub(super) fn of(attachment: Attachment, mut hold: Hold) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            // Both directions live as long as each other.
            let Attachment { mut output, input } = attachment;
            loop {
                let piece = tokio::select! {
                    piece = output.next() => piece,
                    () = hold.asked_back() => None,
                };
                let Some(piece) = piece else { break };
                let sent = tokio::time::timeout(PATIENCE, sender.send(piece)).await;
                if !matches!(sent, Ok(Ok(()))) {
                    break;
                }
            }
            drop((output, input));
            drop(hold);
        });
        Self(receiver)
    }

    fn outputs(self) -> Outputs {
        Box::pin(stream::unfold(self.0, async |mut pieces| {
            pieces.recv().await.map(|piece| (piece, pieces))
        }))
    }
}

/// Why following ended.
enum End {
    /// The container ended with this status.
    Exited(i64),
    /// The container is gone.
    Gone,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        job: &'a Job<'a>,
        container: ContainerFacts,
        lock: Option<Driver>,
        how: How,
    ) -> Self {
        let known = Known::by_labels(&container);
        Self { job, container, lock, how, live: None, known }
    }

    /// Follows the output as it comes.
    pub(super) fn live(mut self, live: Live) -> Self {
        self.live = Some(live);
        self
    }

    /// Knows the secrets.
    pub(super) fn knowing(mut self, secrets: Known) -> Self {
        self.known = secrets;
        self
    }

    pub(super) async fn follow(
        mut self,
        before: Option<&str>,
        intents: &mut Intents,
        watch: &mut dyn Watch,
    ) -> Result<Baked, OpError> {
        let nonce = Tail::nonce(&self.container).to_owned();
        // The driver writes the log; a client that joins it would write the same lines again.
        let log = self.lock.as_ref().and_then(|_| self.open_log(&nonce, watch));
        let job = self.job;
        job.tell_began(self.how, log.as_ref().map(BakeLog::path), watch);
        if matches!(self.known, Known::Unknown) {
            self.known = Values::of_running(&job.context.engine, &self.container).await;
        }
        if matches!(self.known, Known::Unknown) {
            watch.see(Progress::Warning(
                "this bake has secrets that cannot be read here, so its log is not shown",
            ));
        }
        let mut tail = Tail::new(&nonce, log).hiding(&self.known.redactor());
        let account = Account::of(job, &self.container, self.how, self.lock.is_some());
        let ended = self.see_through(&mut tail, before, intents, watch).await;
        account.close(job.context, &tail, &ended, watch).await;
        ended
    }

    async fn see_through(
        mut self,
        tail: &mut Tail,
        before: Option<&str>,
        intents: &mut Intents,
        watch: &mut dyn Watch,
    ) -> Result<Baked, OpError> {
        let end = self.until_ended(tail, intents, watch).await;
        let log = tail.finish(watch);
        watch.see(Progress::Idle);
        let facts = self.job.context.engine.container(&self.container.id).await;
        if let Ok(Some(facts)) = &facts {
            tail.ended_at(facts.finished);
        }
        match (end?, facts?) {
            (End::Exited(code), Some(facts)) if !is_cancelled(&facts) => {
                let Some(finished) = Finished::of(facts.clone(), tail) else {
                    return Err(self.failed(tail, code, &facts, log).await?);
                };
                // Nobody removes it as left behind while it is searched.
                if self.lock.is_none() {
                    self.lock = self.job.drive(watch);
                }
                let engine = &self.job.context.engine;
                let proof = tokio::select! {
                    proof = prove::prove(engine, finished, &self.known) => proof,
                    intent = intents.ended() => return Err(self.end_early(intent).await?),
                };
                let proof = match proof {
                    Ok(proof) => proof,
                    // Another client that knows them was faster, and the container went meanwhile.
                    Err(error) => {
                        return match self.job.ready(before).await? {
                            Some(image) => Ok(Baked::elsewhere(image)),
                            None => Err(error),
                        };
                    }
                };
                match proof {
                    Proof::Clean(clean) => self.finished(&clean, before, log, intents, watch).await,
                    Proof::Holds(places) => {
                        let script = tail.script.as_deref();
                        Err(prove::refused(self.job, &facts, &places, script, log).await?)
                    }
                    Proof::Unknown => {
                        let Self { job, lock, .. } = self;
                        prove::leave(job, &facts, lock, before, intents, watch).await
                    }
                }
            }
            // Whoever removed it made the image first, or cancelled.
            (End::Gone | End::Exited(_), _) => match self.job.ready(before).await? {
                Some(image) => Ok(Baked::elsewhere(image)),
                None => Err(OpError::CancelledElsewhere { layer: self.job.goal.kind }),
            },
        }
    }

    async fn finished(
        self,
        clean: &Clean,
        before: Option<&str>,
        log: Option<PathBuf>,
        intents: &mut Intents,
        watch: &mut dyn Watch,
    ) -> Result<Baked, OpError> {
        let Self { job, lock, how, .. } = self;
        let mut baked = finish::finish(job, clean, lock, how, before, intents, watch).await?;
        baked.log = log;
        watch.see(Progress::Baked {
            layer: job.goal.kind,
            image: &job.goal.image(),
            how: baked.how.word(),
            duration_ms: baked.duration_ms,
            log: baked.log.as_deref(),
        });
        Ok(baked)
    }

    fn open_log(&self, nonce: &str, watch: &mut dyn Watch) -> Option<BakeLog> {
        match BakeLog::create(&self.job.context.folders, nonce) {
            Ok(log) => Some(log),
            Err(error) => {
                watch.see(Progress::Warning(&format!("the bake's log is not kept: {error}")));
                None
            }
        }
    }

    /// Reads the log until the container has ended.
    async fn until_ended(
        &mut self,
        tail: &mut Tail,
        intents: &mut Intents,
        watch: &mut dyn Watch,
    ) -> Result<End, OpError> {
        let engine = &self.job.context.engine;
        let mut live = self.live.take();
        let id = &self.container.id;
        loop {
            let output = match live.take() {
                Some(live) => live.outputs(),
                None => engine.logs(id, true),
            };
            self.read(output, tail, intents, watch).await?;
            // Its end was not told: it goes on, or the end is only in the log.
            if tail.end.is_none() && self.still_runs(intents).await? {
                tail.rewind();
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            let exit = tokio::select! {
                exit = engine.wait_container(id) => exit,
                intent = intents.ended() => return Err(self.end_early(intent).await?),
            };
            match exit {
                Ok(None) => return Ok(End::Gone),
                Ok(Some(code)) => {
                    // A follower can miss the last lines of a container that ends just then.
                    if !tail.is_whole() {
                        tail.rewind();
                        self.read(engine.logs(id, false), tail, intents, watch).await?;
                    }
                    return Ok(End::Exited(code));
                }
                Err(error) => self.reconnect(error, intents).await?,
            }
            tail.rewind();
        }
    }

    async fn still_runs(&self, intents: &mut Intents) -> Result<bool, OpError> {
        match self.job.context.engine.container(&self.container.id).await {
            Ok(facts) => Ok(facts.is_some_and(|facts| facts.state == State::Running)),
            Err(error @ (EngineError::Lost { .. } | EngineError::Unreachable { .. })) => {
                self.reconnect(error, intents).await?;
                Ok(true)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the log once; a broken connection ends it like the log's own end.
    async fn read(
        &self,
        output: Outputs,
        tail: &mut Tail,
        intents: &mut Intents,
        watch: &mut dyn Watch,
    ) -> Result<(), OpError> {
        let mut pieces = output.ready_chunks(BATCH);
        loop {
            let batch = tokio::select! {
                batch = pieces.next() => batch,
                intent = intents.ended() => return Err(self.end_early(intent).await?),
            };
            let Some(batch) = batch else { return Ok(()) };
            let full = batch.len() == BATCH;
            for piece in batch {
                match piece {
                    Ok(piece) => tail.take(&piece, watch),
                    // What it was shows when the container is asked about next.
                    Err(_) => return Ok(()),
                }
            }
            if !full {
                tail.flush(watch);
                watch.see(Progress::Idle);
            }
        }
    }

    /// Waits until the engine answers about the container again.
    async fn reconnect(&self, error: EngineError, intents: &mut Intents) -> Result<(), OpError> {
        for wait in RETRIES {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(wait)) => {}
                intent = intents.ended() => return Err(self.end_early(intent).await?),
            }
            match self.job.context.engine.container(&self.container.id).await {
                Ok(_) => return Ok(()),
                Err(EngineError::Lost { .. } | EngineError::Unreachable { .. }) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Err(error.into())
    }

    /// The user wants no more of it.
    async fn end_early(&self, intent: Intent) -> Result<OpError, OpError> {
        match intent {
            Intent::GoOn | Intent::Leave => Ok(self.job.left()),
            Intent::Cancel => {
                cancel(self.job.context, &self.container).await?;
                Ok(OpError::Cancelled { layer: self.job.goal.kind })
            }
        }
    }

    /// The error for a bake that failed, its container set aside for a look into it.
    async fn failed(
        &self,
        tail: &Tail,
        code: i64,
        facts: &ContainerFacts,
        log: Option<PathBuf>,
    ) -> Result<OpError, OpError> {
        let context = self.job.context;
        let layer = self.job.goal.kind;
        // Who cancels a bake kills its container first and then removes it.
        let gone = OpError::CancelledElsewhere { layer };
        if facts.state == State::Removing {
            return Ok(gone);
        }
        let container = match set_aside(context, facts).await {
            // On a full disk not even a name can be changed; the failure is the news.
            Err(OpError::Engine(EngineError::Full { .. })) => facts.name.clone(),
            name => name?,
        };
        if code == KILLED && context.engine.container(&facts.id).await?.is_none() {
            return Ok(gone);
        }
        let cause = match (&tail.end, code) {
            (Some(Marker::Failed(..)), _) => String::new(),
            (Some(Marker::Kept(path)), _) => {
                format!("`{path}` could not be removed from the image; the image needs `rm`")
            }
            (_, KILLED) if !facts.out_of_memory => {
                "killed from outside, as when the engine stops".to_owned()
            }
            (_, 0) => "it ended without telling that the scripts succeeded".to_owned(),
            _ if !facts.error.is_empty() => facts.error.clone(),
            _ => String::new(),
        };
        Ok(OpError::BakeFailed(Box::new(BakeFailure {
            environment: self.job.environment.clone(),
            layer,
            script: tail.script_title().unwrap_or_else(|| format!("{layer} layer")),
            line: tail.failing_line(),
            code: match &tail.end {
                Some(Marker::Failed(_, code)) => *code,
                _ => code,
            },
            out_of_memory: facts.out_of_memory,
            cause,
            container,
            log,
        })))
    }
}
