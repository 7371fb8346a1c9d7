//! Who makes the image of a bake that has ended: of all clients of the engine, one. The lock is
//! a container that is never started; the engine gives its name to one client only.

use jiff::{SignedDuration, Timestamp};

use super::Job;
use crate::domain::layer::labels;
use crate::engine::{ContainerSpec, Engine};
use crate::ops::{Context, OpError};

/// A client that did not make the image in this time is dead.
const LIMIT: SignedDuration = SignedDuration::from_mins(15);

/// The role in the labels of such a container.
pub(super) const ROLE: &str = "commit";

/// The lock, held.
pub(super) struct CommitLock {
    container: String,
}

impl CommitLock {
    /// Takes the lock of a bake; `None`: another client has it. The caller drives the bake on
    /// this machine, so a lock that this machine's clients left is nobody's.
    pub(super) async fn try_take(
        context: &Context,
        bake_container: &str,
        image: &str,
    ) -> Result<Option<Self>, OpError> {
        let name = bake_container.replacen("prebake-bake-", "prebake-commit-", 1);
        let marks =
            [(labels::ROLE, ROLE), (labels::CLIENT, context.client.as_str()), (labels::BAKE, "")];
        let spec = ContainerSpec {
            name: name.clone(),
            image: image.to_owned(),
            program: vec!["bash".to_owned()],
            labels: marks.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            ..ContainerSpec::default()
        };
        let engine = &context.engine;
        loop {
            match engine.create_container(spec.clone()).await {
                Ok(container) => return Ok(Some(Self { container })),
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error.into()),
            }
            let Some(there) = engine.container(&name).await? else { continue };
            if there.label(labels::ROLE) != ROLE {
                return Err(OpError::NameTaken { name });
            }
            let age = there.created.map(|created| Timestamp::now().duration_since(created));
            let ours = there.label(labels::CLIENT) == context.client;
            if !ours && age.is_none_or(|age| age < LIMIT) {
                return Ok(None);
            }
            engine.remove_container(&there.id).await?;
        }
    }

    /// Frees the lock.
    pub(super) async fn free(self, engine: &Engine) -> Result<(), OpError> {
        Ok(engine.remove_container(&self.container).await?)
    }
}

/// The lock for a job's bake.
pub(super) async fn of(job: &Job<'_>) -> Result<Option<CommitLock>, OpError> {
    CommitLock::try_take(job.context, &job.goal.container, &job.below.id).await
}
