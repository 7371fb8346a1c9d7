//! From an environment to a plan: its base image as the engine has it, its layers, and which of
//! them are there.

use jiff::Timestamp;

use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::layer::explain;
use crate::domain::layer::labels::{self, Labels};
use crate::domain::layer::plan::Evidence;
use crate::domain::layer::{Layer, LayerKind, Plan, Reuse, Stack};
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
    /// When the image of each layer was made; none: it is not there.
    pub made: Vec<Option<Timestamp>>,
    /// What a task can start on before that is done; none: it has to wait, or nothing is to be done.
    pub stale: Option<Stale>,
}

/// Layers that are all there, from the same inputs but an older base, or too old.
#[derive(Clone, Debug)]
pub struct Stale {
    /// The layers as they were baked.
    pub stack: Stack,
    /// A plan with nothing to bake.
    pub plan: Plan,
}

impl Resolved {
    /// What a task starts on at once; and if that is stale, what is to be baked behind it.
    #[must_use]
    pub fn serve(self) -> (Self, Option<Self>) {
        match self.stale.clone() {
            None => (self, None),
            Some(Stale { stack, plan }) => {
                let (base, made) = (self.base.clone(), vec![None; stack.layers.len()]);
                (Self { base, stack, plan, made, stale: None }, Some(self))
            }
        }
    }
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
    let reuse = match environment.freshness.oldest(Timestamp::now()) {
        _ if rebuild => Reuse::Nothing,
        Some(oldest) => Reuse::Since(oldest),
        None => Reuse::All,
    };
    let mut found = Vec::with_capacity(stack.layers.len());
    for layer in &stack.layers {
        found.push(look.found(&layer.image()).await?);
    }
    let made = found.iter().map(|found| found.as_ref()?.made).collect();
    let former = match found.last() {
        Some(None) if !rebuild => former(look, &stack).await?,
        _ => None,
    };
    let moved_from = former.as_ref().map(|former| former.stack.base.id.clone());
    let mut evidence = Vec::with_capacity(stack.layers.len());
    for (layer, found) in stack.layers.iter().zip(found) {
        let changes = match (&found, &moved_from) {
            (None, None) => newest(look, id, layer).await?,
            _ => None,
        };
        let changes = changes.map(|image| explain::changes(layer, &image));
        evidence.push(Evidence { found, changes, moved_from: moved_from.clone() });
    }
    let plan = Plan::decide(&stack, evidence.clone(), reuse);
    let stale = if rebuild || plan.is_warm() { None } else { stale(&stack, evidence, former) };
    Ok(Resolved { base, stack, plan, made, stale })
}

/// What a task can start on: the images that are too old, or those on the base that was.
fn stale(stack: &Stack, evidence: Vec<Evidence>, former: Option<Stale>) -> Option<Stale> {
    let plan = Plan::decide(stack, evidence, Reuse::All);
    if plan.is_warm() { Some(Stale { stack: stack.clone(), plan }) } else { former }
}

/// The newest layers that differ in nothing but the base, of whichever environment: their top one
/// has exactly the key that it has on that base.
async fn former(look: Look<'_>, stack: &Stack) -> Result<Option<Stale>, OpError> {
    let Some(top) = stack.layers.last() else { return Ok(None) };
    let kind = top.kind.to_string();
    let filter = [(labels::LAYER, &*kind), (labels::BASE_REFERENCE, &*top.base.reference)];
    // The scripts are compared first, because a key takes time to be made.
    let scripts: Vec<_> = top
        .scripts
        .iter()
        .map(|script| (labels::script_label(script.name), script.digest.full()))
        .collect();
    let is_former = |image: &ListedImage| {
        let label = |name: &str| image.labels.get(name).map_or("", String::as_str);
        let base = label(labels::BASE_ID);
        scripts.iter().all(|(name, digest)| label(name) == *digest)
            && base != top.base.id
            && stack.top_on(base).is_some_and(|key| key.as_str() == label(labels::KEY))
            && is_layer(top.kind, image)
    };
    let Some(image) = look.newest(&filter, is_former).await? else { return Ok(None) };
    let stack = stack.on(image.get(labels::BASE_ID).map_or("", String::as_str));
    let mut evidence = Vec::with_capacity(stack.layers.len());
    for layer in &stack.layers {
        let found = look.found(&layer.image()).await?;
        evidence.push(Evidence { found, changes: None, moved_from: None });
    }
    let plan = Plan::decide(&stack, evidence, Reuse::All);
    Ok(plan.is_warm().then_some(Stale { stack, plan }))
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

async fn newest_of(
    look: Look<'_>,
    layer: &Layer,
    filter: &[(&str, &str)],
) -> Result<Option<Labels>, OpError> {
    Ok(look.newest(filter, |image| is_layer(layer.kind, image)).await?)
}

/// Labels are inherited by whatever is made of an image; only one that has the name its labels
/// say is a layer.
fn is_layer(kind: LayerKind, image: &ListedImage) -> bool {
    let key = image.labels.get(labels::KEY).map_or("", String::as_str);
    let name = format!("{}:{key}", kind.repository());
    image.tags.iter().any(|tag| tag.ends_with(&name))
}
