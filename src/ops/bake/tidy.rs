//! What dead clients of this machine left: containers that were never started, finished ones
//! whose image is there, and images that were made and not tagged.

use super::follow::ended_well;
use crate::domain::layer::labels;
use crate::engine::State;
use crate::ops::{Context, OpError};
use crate::store::bake_lock::BakeLock;

/// Removes it. What other machines' clients left is left to them.
pub(super) async fn tidy(context: &Context) -> Result<(), OpError> {
    let engine = &context.engine;
    let ours = [
        format!("{}=bake", labels::ROLE),
        format!("{}={}", labels::CLIENT, context.client),
    ];
    let containers = engine.containers(&ours).await?;
    for container in &containers {
        if !container.name.starts_with("prebake-bake-") {
            continue;
        }
        let dead_end = match container.state {
            State::Created => true,
            State::Exited(0) if ended_well(container) => {
                let image = format!(
                    "{}:{}",
                    repository(container.label(labels::LAYER)),
                    container.label(labels::KEY)
                );
                engine.image(&image).await?.is_some_and(|image| {
                    image.labels.get(labels::BAKE).map(String::as_str)
                        == Some(container.label(labels::BAKE))
                })
            }
            _ => false,
        };
        // Whoever holds the lock is at work on it.
        let folder = context.folders.locks();
        if dead_end && let Ok(Some(_lock)) = BakeLock::try_take(&folder, &container.name) {
            let again = engine.container(&container.id).await?;
            if again.is_some_and(|again| again.state == container.state) {
                engine.remove_container(&container.id).await?;
            }
        }
    }
    untagged(context).await
}

/// An untagged image of a bake whose container is gone can never be finished.
async fn untagged(context: &Context) -> Result<(), OpError> {
    let images = context
        .engine
        .images(&[labels::BAKE.to_owned()], true)
        .await?;
    for image in images {
        let Some(bake) = image.labels.get(labels::BAKE) else {
            continue;
        };
        let filter = [
            format!("{}={bake}", labels::BAKE),
            format!("{}=bake", labels::ROLE),
        ];
        if context.engine.containers(&filter).await?.is_empty() {
            context.engine.remove_image(&image.id).await?;
        }
    }
    Ok(())
}

fn repository(layer: &str) -> &'static str {
    use crate::domain::image::{DESKTOP_REPOSITORY, ENVIRONMENT_REPOSITORY};
    if layer == "desktop" {
        DESKTOP_REPOSITORY
    } else {
        ENVIRONMENT_REPOSITORY
    }
}
