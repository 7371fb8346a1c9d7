//! Bakes that failed: their containers are kept, one an environment and layer, for a look into
//! them.

use crate::domain::environment::EnvironmentId;
use crate::domain::layer::{LayerKind, labels};
use crate::engine::{ContainerFacts, EngineError, State};
use crate::ops::{Context, OpError};

/// How the names of kept containers begin.
pub(super) const PREFIX: &str = "prebake-failed-";

/// The name of the kept container of an environment's failed layer.
#[must_use]
pub fn failed_name(environment: &str, layer: &str) -> String {
    format!("{PREFIX}{environment}-{layer}")
}

/// Keeps the container of a failed bake under a name of its own, so that the key is free again.
/// An older one gives way; one that is not this client's, or that somebody is looking into, does
/// not, and then the name is the bake's id. Returns the name.
pub(super) async fn set_aside(
    context: &Context,
    container: &ContainerFacts,
) -> Result<String, OpError> {
    let engine = &context.engine;
    let mut name =
        failed_name(container.label(labels::ENVIRONMENT), container.label(labels::LAYER));
    if container.name.starts_with(PREFIX) {
        return Ok(container.name.clone());
    }
    loop {
        match engine.rename_container(&container.id, &name).await {
            // Not found: another client did it, or removed it.
            Ok(()) | Err(EngineError::NotFound { .. }) => return Ok(name),
            Err(EngineError::Conflict { .. }) => match engine.container(&name).await? {
                Some(older) if older.id == container.id => return Ok(name),
                Some(older) if gives_way(&older, container) => {
                    engine.remove_container(&older.id).await?;
                }
                Some(_) => name = format!("{PREFIX}{}", container.label(labels::BAKE)),
                None => {}
            },
            Err(error) => return Err(error.into()),
        }
    }
}

fn gives_way(older: &ContainerFacts, newer: &ContainerFacts) -> bool {
    let same = [labels::ENVIRONMENT, labels::LAYER, labels::CLIENT]
        .iter()
        .all(|name| older.label(name) == newer.label(name));
    same && older.label(labels::ROLE) == "bake" && older.state != State::Running
}

/// The newest kept container of the environment's layer, of this client's bakes.
pub(in crate::ops) async fn kept(
    context: &Context,
    environment: &EnvironmentId,
    layer: LayerKind,
) -> Result<Option<ContainerFacts>, OpError> {
    let filter = [
        format!("{}=bake", labels::ROLE),
        format!("{}={environment}", labels::ENVIRONMENT),
        format!("{}={layer}", labels::LAYER),
        format!("{}={}", labels::CLIENT, context.client),
    ];
    let found = context.engine.containers(&filter).await?;
    Ok(found
        .into_iter()
        .filter(|container| container.name.starts_with(PREFIX))
        .max_by_key(|container| container.created))
}
