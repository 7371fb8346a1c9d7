//! Status: for each layer of an environment which image it has, and whether it is cached.

use indexmap::IndexMap;
use serde::Serialize;

use super::resolve::{Resolved, resolve_present};
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::layer::plan::Reason;
use crate::domain::layer::stack::CACHED_PREFLIGHT;
use crate::domain::layer::{LayerKind, LayerScript, Step};
use crate::ops::{Context, OpError};

/// The status of an environment; the document of `prebake status ENV --json`.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// Its id.
    pub environment: String,
    /// Its base image.
    pub base: BaseStatus,
    /// Its layers, bottom first; empty too when the base is not in the engine, because the keys
    /// depend on it.
    pub layers: Vec<LayerStatus>,
    /// Scripts that run at every task start, as a person says them.
    pub at_start: Vec<String>,
    /// The image that tasks run on, baked first if it is not there.
    pub run_image: String,
    /// Whether a task starts without baking or pulling anything.
    pub warm: bool,
}

/// A base image.
#[derive(Clone, Debug, Serialize)]
pub struct BaseStatus {
    /// Its reference.
    pub reference: String,
    /// Its ID; none: the engine does not have it.
    pub id: Option<String>,
}

/// A layer.
#[derive(Clone, Debug, Serialize)]
pub struct LayerStatus {
    /// Which one.
    pub kind: LayerKind,
    /// The image of its key, there or not.
    pub image: String,
    /// Its key.
    pub key: String,
    /// Whether the image is there.
    pub cached: bool,
    /// The image's ID.
    pub image_id: Option<String>,
    /// Why it is not cached.
    pub why: Option<Reason>,
    /// The digest of the cached preflight; none for a desktop, see `scripts`.
    pub script_sha256: Option<String>,
    /// The digest of each script, by name.
    pub scripts: IndexMap<String, String>,
    /// The digest of the recipe.
    pub recipe_sha256: String,
}

/// Finds the status of an environment. Pulls and bakes nothing.
pub async fn status(
    context: &Context,
    id: &EnvironmentId,
    environment: &Environment,
) -> Result<Status, OpError> {
    let resolved = resolve_present(context, id, environment).await?;
    Ok(of(id, environment, resolved.as_ref()))
}

/// The status that follows from a plan; `None`: the base image is not in the engine.
#[must_use]
pub fn of(id: &EnvironmentId, environment: &Environment, resolved: Option<&Resolved>) -> Status {
    let base = BaseStatus {
        reference: environment.base_image.clone(),
        id: resolved.map(|resolved| resolved.base.id.clone()),
    };
    let layers: Vec<LayerStatus> = resolved
        .map(|resolved| resolved.plan.steps.iter().map(layer).collect())
        .unwrap_or_default();
    let run_image =
        layers.last().map_or_else(|| base.reference.clone(), |layer| layer.image.clone());
    let mut at_start: Vec<String> = resolved
        .map(|resolved| resolved.stack.at_start.iter().map(LayerScript::title).collect())
        .unwrap_or_default();
    if !environment.run_stage().is_empty() {
        at_start.push("run preflight".to_owned());
    }
    Status {
        environment: id.to_string(),
        warm: resolved.is_some_and(|resolved| resolved.plan.is_warm()),
        base,
        layers,
        at_start,
        run_image,
    }
}

fn layer(step: &Step) -> LayerStatus {
    let layer = step.layer();
    let (image_id, why) = match step {
        Step::Reuse(ready) => (Some(ready.image_id.clone()), None),
        Step::Covered(_) => (None, Some(Reason::NotNeeded)),
        Step::Bake(miss) => (None, Some(miss.reason().clone())),
    };
    let digest = |name: &str| {
        let script = layer.scripts.iter().find(|script| script.name == name);
        script.map(|script| script.digest.to_string())
    };
    LayerStatus {
        kind: layer.kind,
        image: layer.image(),
        key: layer.key.to_string(),
        cached: step.is_reuse(),
        image_id,
        why,
        script_sha256: digest(CACHED_PREFLIGHT),
        scripts: layer
            .scripts
            .iter()
            .map(|script| {
                (script.name.trim_end_matches(".sh").to_owned(), script.digest.to_string())
            })
            .collect(),
        recipe_sha256: layer.recipe.digest().to_string(),
    }
}
