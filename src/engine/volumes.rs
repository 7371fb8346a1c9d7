//! Named volumes: made, listed, removed, and who has them. What is in them is never looked at.

use std::collections::{BTreeSet, HashMap};

use bollard::models::{Volume, VolumeCreateRequest};
use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListVolumesOptionsBuilder, RemoveVolumeOptionsBuilder,
};

use super::{Engine, EngineError};
use crate::domain::layer::labels::Labels;

/// States in which a container writes into its volumes, or is about to.
const AT_WORK: [&str; 4] = ["created", "running", "paused", "restarting"];

/// A volume in a list.
#[derive(Clone, Debug)]
pub struct ListedVolume {
    /// The name.
    pub name: String,
    /// The labels.
    pub labels: Labels,
    /// Whether a container has it, running or not.
    pub in_use: bool,
}

impl Engine {
    /// Makes a volume of this name; one that is there stays as it is, whatever its labels.
    pub async fn make_volume(&self, name: &str, labels: Labels) -> Result<(), EngineError> {
        let request = VolumeCreateRequest {
            name: Some(name.to_owned()),
            labels: Some(labels.into_iter().collect()),
            ..VolumeCreateRequest::default()
        };
        let call = self.docker().create_volume(request);
        self.call(format!("make the volume `{name}`"), call).await.map(drop)
    }

    /// The ids of containers that have a volume and have not ended.
    pub async fn at_work_on(&self, volume: &str) -> Result<Vec<String>, EngineError> {
        let states = AT_WORK.map(str::to_owned).to_vec();
        let filters = HashMap::from([("volume", vec![volume.to_owned()]), ("status", states)]);
        let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
        let call = self.docker().list_containers(Some(options));
        let listed = self.call(format!("find who uses the volume `{volume}`"), call).await?;
        Ok(listed.into_iter().filter_map(|summary| summary.id).collect())
    }

    /// All volumes with this label (`name` or `name=value`), sorted by name.
    pub async fn volumes(&self, label: &str) -> Result<Vec<ListedVolume>, EngineError> {
        let label = vec![label.to_owned()];
        let all = self.listed(HashMap::from([("label", label.clone())])).await?;
        let unused = vec!["true".to_owned()];
        let unused = self.listed(HashMap::from([("label", label), ("dangling", unused)])).await?;
        let unused: BTreeSet<String> = unused.into_iter().map(|volume| volume.name).collect();
        let mut volumes: Vec<ListedVolume> = all
            .into_iter()
            .map(|volume| ListedVolume {
                in_use: !unused.contains(&volume.name),
                name: volume.name,
                labels: volume.labels.into_iter().collect(),
            })
            .collect();
        volumes.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(volumes)
    }

    async fn listed(
        &self,
        filters: HashMap<&str, Vec<String>>,
    ) -> Result<Vec<Volume>, EngineError> {
        let options = ListVolumesOptionsBuilder::default().filters(&filters).build();
        let listed = self.call("list volumes", self.docker().list_volumes(Some(options))).await?;
        Ok(listed.volumes.unwrap_or_default())
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
