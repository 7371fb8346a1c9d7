//! A shell in what a failed bake left: the kept container is started again with a file that
//! makes its program wait instead of running the scripts, and bash runs beside it.

use futures_util::StreamExt as _;

use super::bake::{kept, owner};
use super::run::Channels;
use super::run::feed::Feed;
use super::run::relay::TaskSignal;
use crate::domain::environment::EnvironmentId;
use crate::domain::layer::{LayerKind, labels};
use crate::engine::{Attachment, ContainerFacts, State, UploadFile};
use crate::ops::{Context, OpError, Progress, Watch};

/// The file that makes a bake's program wait.
const WAIT_FILE: &str = "shell";

/// A shell that runs in a kept container.
struct Shell<'a> {
    context: &'a Context,
    container: String,
    exec: String,
}

/// Opens a shell in the kept container of the environment's failed bake, on a terminal if `tty`,
/// and carries its input and output until it ends. Returns its exit status.
pub async fn in_failed(
    context: &Context,
    id: &EnvironmentId,
    tty: bool,
    channels: Channels<'_>,
    watch: &mut dyn Watch,
) -> Result<i64, OpError> {
    let kept = find(context, id).await?;
    if kept.state != State::Running {
        wake(context, &kept).await?;
    }
    let (exec, attachment) = context.engine.exec(&kept.id, &["bash"], tty).await?;
    watch.see(Progress::TaskStarted { id: &kept.name, image: &kept.image, degraded: None });
    let shell = Shell { context, container: kept.id, exec };
    let carried = shell.carry(attachment, channels, watch).await;
    watch.see(Progress::Idle);
    let status = shell.close().await?;
    carried.map(|()| status)
}

/// The kept container of the environment's newest failure.
async fn find(context: &Context, id: &EnvironmentId) -> Result<ContainerFacts, OpError> {
    let environment = kept(context, id, LayerKind::Environment).await?;
    let desktop = kept(context, id, LayerKind::Desktop).await?;
    let newest = environment.into_iter().chain(desktop).max_by_key(|kept| kept.created);
    newest.ok_or_else(|| OpError::NothingFailed { environment: id.clone() })
}

async fn wake(context: &Context, kept: &ContainerFacts) -> Result<(), OpError> {
    let engine = &context.engine;
    let user = kept.label(labels::USER).to_owned();
    let user = match engine.image(&kept.image).await? {
        Some(image) if user.is_empty() => image.user().to_owned(),
        _ => user,
    };
    let owner = owner(engine, &kept.id, &user, &kept.image).await?;
    engine.upload(&kept.id, &[UploadFile { name: WAIT_FILE, content: b"" }], owner).await?;
    engine.start_container(&kept.id).await?;
    Ok(())
}

impl Shell<'_> {
    async fn carry(
        &self,
        attachment: Attachment,
        channels: Channels<'_>,
        watch: &mut dyn Watch,
    ) -> Result<(), OpError> {
        let Channels { signals, input, size, .. } = channels;
        let Attachment { mut output, input: writer } = attachment;
        let _feed = Feed::start(input, writer);
        if let Some(size) = size {
            self.resize(size).await;
        }
        loop {
            tokio::select! {
                piece = output.next() => match piece {
                    Some(piece) => {
                        let piece = piece?;
                        watch.see(Progress::Output { source: piece.source, bytes: &piece.bytes });
                        watch.see(Progress::Idle);
                    }
                    None => return Ok(()),
                },
                signal = signals.recv() => match signal {
                    Some(TaskSignal::Resize(width, height)) => self.resize((width, height)).await,
                    Some(TaskSignal::Leave(_)) | None => return Ok(()),
                    // Without a terminal there is nobody in the shell to tell.
                    Some(TaskSignal::Send(_)) => {}
                },
            }
        }
    }

    async fn resize(&self, size: (u16, u16)) {
        // It may have ended already, or have no terminal.
        let _ = self.context.engine.resize_exec(&self.exec, size).await;
    }

    /// Its exit status, after its output has ended; the container rests again unless another
    /// shell is open in it.
    async fn close(self) -> Result<i64, OpError> {
        let engine = &self.context.engine;
        let status = engine.exec_status(&self.exec).await?.unwrap_or(0);
        let others = engine.container(&self.container).await?.map_or(0, |facts| facts.execs);
        if others == 0 {
            engine.signal_container(&self.container, "KILL").await?;
        }
        Ok(status)
    }
}
