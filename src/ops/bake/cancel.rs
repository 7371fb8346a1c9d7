//! Cancelling a bake: its container is marked, killed, seen to have ended, and removed.

use crate::domain::layer::labels;
use crate::engine::{ContainerFacts, EngineError, State};
use crate::ops::{Context, OpError};

/// How the names of cancelled containers begin.
const PREFIX: &str = "prebake-cancelled-";

/// Whether somebody cancelled this bake.
pub(super) fn is_cancelled(container: &ContainerFacts) -> bool {
    container.name.starts_with(PREFIX)
}

/// Stops the bake's container, makes sure that it stopped, and removes it. The new name frees the
/// key, and tells whoever else follows the bake that it did not fail.
pub(super) async fn cancel(context: &Context, container: &ContainerFacts) -> Result<(), OpError> {
    let engine = &context.engine;
    let id = &container.id;
    let name = format!("{PREFIX}{}", container.label(labels::BAKE));
    match engine.rename_container(id, &name).await {
        Ok(()) | Err(EngineError::Conflict { .. } | EngineError::NotFound { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    engine.signal_container(id, "KILL").await?;
    engine.wait_container(id).await?;
    if let Some(facts) = engine.container(id).await?
        && facts.state == State::Running
    {
        return Err(OpError::Unusable(format!(
            "container `{}` still runs after it was killed; stop it with `docker rm -f {}`",
            facts.name, facts.name
        )));
    }
    Ok(engine.remove_container(id).await?)
}
