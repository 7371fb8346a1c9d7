//! A shell in what a failed bake left: the kept container is started again with a file that
//! makes its program wait instead of running the scripts, and bash runs beside it.

use super::bake::{failed_name, owner};
use crate::domain::environment::EnvironmentId;
use crate::domain::layer::{LayerKind, labels};
use crate::engine::{Attachment, ContainerFacts, State, UploadFile};
use crate::ops::{Context, OpError};

/// The file that makes a bake's program wait.
const WAIT_FILE: &str = "shell";

/// A shell that runs in a kept container.
#[derive(Debug)]
pub struct FailedShell {
    container: String,
    exec: String,
    /// Its input and output.
    pub attachment: Attachment,
}

/// Opens a shell in the kept container of the environment's failed bake, on a terminal if `tty`.
pub async fn open(
    context: &Context,
    id: &EnvironmentId,
    tty: bool,
) -> Result<FailedShell, OpError> {
    let kept = find(context, id).await?;
    if kept.state != State::Running {
        wake(context, &kept).await?;
    }
    let (exec, attachment) = context.engine.exec(&kept.id, &["bash"], tty).await?;
    Ok(FailedShell { container: kept.id, exec, attachment })
}

/// The kept container, of the upper layer first: the lower one may be older.
async fn find(context: &Context, id: &EnvironmentId) -> Result<ContainerFacts, OpError> {
    let mut newest: Option<ContainerFacts> = None;
    for kind in [LayerKind::Environment, LayerKind::Desktop] {
        let name = failed_name(id.as_str(), &kind.to_string());
        let found = context.engine.container(&name).await?;
        let found = found.filter(|found| found.label(labels::ROLE) == "bake");
        if let Some(found) = found
            && newest.as_ref().is_none_or(|newest| newest.created < found.created)
        {
            newest = Some(found);
        }
    }
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

impl FailedShell {
    /// Tells its terminal the size, in character cells.
    pub async fn resize(&self, context: &Context, size: (u16, u16)) {
        // It may have ended already.
        let _ = context.engine.resize_exec(&self.exec, size).await;
    }

    /// Its exit status, after its output has ended; the container rests again unless another
    /// shell is open in it.
    pub async fn close(self, context: &Context) -> Result<i64, OpError> {
        let engine = &context.engine;
        let status = engine.exec_status(&self.exec).await?.unwrap_or(0);
        let others = engine.container(&self.container).await?.map_or(0, |facts| facts.execs);
        if others == 0 {
            engine.signal_container(&self.container, "KILL").await?;
        }
        Ok(status)
    }
}
