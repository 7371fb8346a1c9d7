//! Pulling a base image that the engine does not have.

use crate::engine::{Engine, EngineError, ImageFacts};
use crate::ops::{OpError, Progress, Watch};

/// Pulls `reference` and returns its facts.
pub async fn pull(
    engine: &Engine,
    reference: &str,
    watch: &mut dyn Watch,
) -> Result<ImageFacts, OpError> {
    let pulled = engine
        .pull(reference, |status, bytes| {
            watch.see(Progress::Pulling { reference, status, bytes });
        })
        .await;
    if let Err(error) = pulled {
        return Err(match error {
            EngineError::NotFound { cause, .. } | EngineError::Refused { cause, .. } => {
                OpError::BaseMissing { reference: reference.to_owned(), cause }
            }
            other => other.into(),
        });
    }
    engine.image(reference).await?.ok_or_else(|| OpError::BaseMissing {
        reference: reference.to_owned(),
        cause: "the engine does not have it after the pull".to_owned(),
    })
}
