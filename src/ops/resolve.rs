//! From an environment to a plan: its base image as the engine has it, its layers, and which of
//! them are there.

use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::layer::explain;
use crate::domain::layer::labels::{self, Labels};
use crate::domain::layer::plan::Evidence;
use crate::domain::layer::{Layer, LayerKind, Plan, Stack};
use crate::engine::{EngineError, ImageFacts, ListedImage};
use crate::ops::look::Look;
use crate::ops::{Context, OpError, Watch, pull};
use crate::store::desktop;

/// An environment on its base, and what is to be done for it.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The base image.
    pub base: ImageFacts,
    /// The layers and the stages left to task starts.
    pub stack: Stack,
    /// What is to be done for each layer.
    pub plan: Plan,
}

/// Resolves `environment`, pulling its base image only if the engine does not have it.
pub async fn resolve(
    context: &Context,
    id: &EnvironmentId,
    environment: &Environment,
    rebuild: bool,
    watch: &mut dyn Watch,
) -> Result<Resolved, OpError> {
    let reference = environment.base_image.as_str();
    let look = Look::Engine(&context.engine);
    let base = match base_image(look, id, reference).await? {
        Some(base) => base,
        None => pull::pull(&context.engine, reference, watch).await?,
    };
    plan(context, look, id, environment, base, rebuild).await
}

/// As [`resolve`], but never pulls: `None` when the engine does not have the base image.
pub async fn resolve_present(
    context: &Context,
    id: &EnvironmentId,
    environment: &Environment,
) -> Result<Option<Resolved>, OpError> {
    resolve_in(context, Look::Engine(&context.engine), id, environment).await
}

/// As [`resolve_present`], with what `look` finds.
pub(super) async fn resolve_in(
    context: &Context,
    look: Look<'_>,
    id: &EnvironmentId,
    environment: &Environment,
) -> Result<Option<Resolved>, OpError> {
    match base_image(look, id, &environment.base_image).await? {
        None => Ok(None),
        Some(base) => plan(context, look, id, environment, base, false).await.map(Some),
    }
}

async fn base_image(
    look: Look<'_>,
    id: &EnvironmentId,
    reference: &str,
) -> Result<Option<ImageFacts>, OpError> {
    if reference.trim().is_empty() || reference.contains(char::is_whitespace) {
        return Err(OpError::BaseName {
            reference: reference.to_owned(),
            cause: "it is empty or contains white space".to_owned(),
            environment: id.clone(),
        });
    }
    match look.base(reference).await {
        // The engine refuses a text that cannot be a reference.
        Err(EngineError::Refused { status: Some(400 | 500), cause, .. })
            if cause.contains("invalid reference") =>
        {
            Err(OpError::BaseName {
                reference: reference.to_owned(),
                cause,
                environment: id.clone(),
            })
        }
        other => Ok(other?),
    }
}

async fn plan(
    context: &Context,
    look: Look<'_>,
    id: &EnvironmentId,
    environment: &Environment,
    base: ImageFacts,
    rebuild: bool,
) -> Result<Resolved, OpError> {
    let scripts = desktop::scripts(&context.folders)?;
    let facts = base.as_base(&environment.base_image);
    let stack = Stack::lay_out(environment, &facts, &scripts);
    let mut evidence = Vec::with_capacity(stack.layers.len());
    for layer in &stack.layers {
        let found = look.found(&layer.image()).await?;
        let changes = match &found {
            Some(_) => None,
            None => newest(look, id, layer).await?.map(|image| explain::changes(layer, &image)),
        };
        evidence.push(Evidence { found, changes });
    }
    let plan = Plan::decide(&stack, evidence, rebuild);
    Ok(Resolved { base, stack, plan })
}

/// The labels of the newest image of the layer's kind: of this environment, or for a desktop,
/// which environments share, of any on the same base image.
pub(super) async fn newest(
    look: Look<'_>,
    id: &EnvironmentId,
    layer: &Layer,
) -> Result<Option<Labels>, OpError> {
    let kind = layer.kind.to_string();
    let kind = (labels::LAYER, kind.as_str());
    let own = [kind, (labels::ENVIRONMENT, id.as_str())];
    let found = newest_of(look, layer, &own).await?;
    if found.is_some() || layer.kind == LayerKind::Environment {
        return Ok(found);
    }
    newest_of(look, layer, &[kind, (labels::BASE_REFERENCE, &layer.base.reference)]).await
}

/// Labels are inherited by whatever is made of an image; only one that has the name its labels
/// say is a layer.
async fn newest_of(
    look: Look<'_>,
    layer: &Layer,
    filter: &[(&str, &str)],
) -> Result<Option<Labels>, OpError> {
    let is_layer = |image: &ListedImage| {
        let key = image.labels.get(labels::KEY).map_or("", String::as_str);
        let name = format!("{}:{key}", layer.kind.repository());
        image.tags.iter().any(|tag| tag.ends_with(&name))
    };
    Ok(look.newest(filter, is_layer).await?)
}
