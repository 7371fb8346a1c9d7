//! Named volumes: listed and removed. What is in them is never looked at.

use std::collections::HashMap;

use bollard::query_parameters::{ListVolumesOptionsBuilder, RemoveVolumeOptionsBuilder};

use super::{Engine, EngineError};
use crate::domain::layer::labels::Labels;

/// A volume in a list.
#[derive(Clone, Debug)]
pub struct ListedVolume {
    /// The name.
    pub name: String,
    /// The labels.
    pub labels: Labels,
}

impl Engine {
    /// All volumes with this label (`name` or `name=value`), sorted by name.
    pub async fn volumes(&self, label: &str) -> Result<Vec<ListedVolume>, EngineError> {
        let filters = HashMap::from([("label", vec![label.to_owned()])]);
        let options = ListVolumesOptionsBuilder::default().filters(&filters).build();
        let listed = self.call("list volumes", self.docker().list_volumes(Some(options))).await?;
        let mut volumes: Vec<ListedVolume> = listed
            .volumes
            .into_iter()
            .flatten()
            .map(|volume| ListedVolume {
                name: volume.name,
                labels: volume.labels.into_iter().collect(),
            })
            .collect();
        volumes.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(volumes)
    }

    /// Removes a volume, never by force; one that is not there is no error, one that is in use is
    /// [`EngineError::Conflict`].
    pub async fn remove_volume(&self, name: &str) -> Result<(), EngineError> {
        let options = RemoveVolumeOptionsBuilder::default().build();
        match self.patient().remove_volume(name, Some(options)).await {
            Ok(()) => Ok(()),
            Err(error) => match self.error(format!("remove the volume `{name}`"), error) {
                EngineError::NotFound { .. } => Ok(()),
                other => Err(other),
            },
        }
    }
}
