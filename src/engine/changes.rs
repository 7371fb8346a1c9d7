//! What a container has that its image has not, and all that it has, byte for byte.

use std::pin::Pin;

use bollard::models::ChangeType;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};

use super::{Engine, EngineError};

/// An archive as it comes.
pub type Content = Pin<Box<dyn Stream<Item = Result<Bytes, EngineError>> + Send>>;

impl Engine {
    /// The absolute paths that a container added, and those it changed. Mounts are no part of it.
    pub async fn changed_paths(
        &self,
        container: &str,
    ) -> Result<(Vec<String>, Vec<String>), EngineError> {
        let changes = self.patient().container_changes(container).await;
        let changes =
            changes.map_err(|error| self.error("compare the container with its image", error))?;
        let (mut added, mut changed) = (Vec::new(), Vec::new());
        for change in changes.unwrap_or_default() {
            match change.kind {
                ChangeType::_1 => added.push(change.path),
                ChangeType::_0 => changed.push(change.path),
                ChangeType::_2 => {}
            }
        }
        Ok((added, changed))
    }

    /// All files of a container as a tar archive, without what is mounted.
    #[must_use]
    pub fn content(&self, container: &str) -> Content {
        let engine = self.clone();
        let stream = self.patient().export_container(container);
        Box::pin(stream.map(move |piece| {
            piece.map_err(|error| engine.error("read the baked container", error))
        }))
    }
}
