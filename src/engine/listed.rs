//! All containers in one call, with the little that the engine tells of each in a list.
//!
//! Apart from the calls on one container because whoever looks at everything must not ask about
//! each.

use bollard::models::{ContainerSummary, ContainerSummaryStateEnum};
use bollard::query_parameters::ListContainersOptionsBuilder;

use super::{Engine, EngineError};
use crate::domain::layer::labels::Labels;

/// A container in a list.
#[derive(Clone, Debug)]
pub struct ListedContainer {
    /// The id, 64 hex digits.
    pub id: String,
    /// The name, without the leading slash.
    pub name: String,
    /// The ID of its image.
    pub image_id: String,
    /// The labels, those of its image included.
    pub labels: Labels,
    /// Whether it has ended: it ran, and does not any more.
    pub has_ended: bool,
    /// When it was created, in seconds since 1970.
    pub created: i64,
}

impl ListedContainer {
    /// A label, or the empty text.
    #[must_use]
    pub fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }

    fn of(container: ContainerSummary) -> Self {
        let name = container.names.into_iter().flatten().next().unwrap_or_default();
        let ended = [ContainerSummaryStateEnum::EXITED, ContainerSummaryStateEnum::DEAD];
        Self {
            id: container.id.unwrap_or_default(),
            name: name.trim_start_matches('/').to_owned(),
            image_id: container.image_id.unwrap_or_default(),
            labels: container.labels.unwrap_or_default().into_iter().collect(),
            has_ended: container.state.is_some_and(|state| ended.contains(&state)),
            created: container.created.unwrap_or(0),
        }
    }
}

impl Engine {
    /// All containers of the engine, in one call, with the little that it takes.
    pub async fn all_containers(&self) -> Result<Vec<ListedContainer>, EngineError> {
        let options = ListContainersOptionsBuilder::default().all(true).build();
        let call = self.docker().list_containers(Some(options));
        let listed = self.call("list containers", call).await?;
        Ok(listed.into_iter().map(ListedContainer::of).collect())
    }
}
