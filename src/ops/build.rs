//! Build: bakes what is missing or stale of an environment, on a base that is pulled anew if asked.

use super::bake::{self, Ensured, Retry};
use super::resolve::{Resolved, resolve};
use super::{Context, Intents, OpError, Watch, pull};
use crate::domain::environment::{Environment, EnvironmentId};

/// What a build is to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Whether every layer is baked, also what is there.
    pub anew: bool,
    /// Whether the base image is pulled first, so that one that moved at its registry is noticed.
    pub pull: bool,
}

/// Builds an environment.
pub async fn build(
    context: &Context,
    id: &EnvironmentId,
    environment: &Environment,
    wish: Wish,
    intents: &mut Intents,
    watch: &mut dyn Watch,
) -> Result<Ensured, OpError> {
    let resolved = prepare(context, id, environment, wish, intents, watch).await?;
    bake::ensure(context, id, &resolved, Retry::Always, intents, watch).await
}

/// Finds out what is to be baked.
pub async fn prepare(
    context: &Context,
    id: &EnvironmentId,
    environment: &Environment,
    wish: Wish,
    intents: &mut Intents,
    watch: &mut dyn Watch,
) -> Result<Resolved, OpError> {
    let prepared = async {
        if wish.pull {
            pull::pull(&context.engine, &environment.base_image, watch).await?;
        }
        resolve(context, id, environment, wish.anew, watch).await
    };
    intents.unless_ended(prepared).await
}
