//! Status: for each layer of an environment which image it has, and whether it is cached.

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Serialize;

use super::bake::failed_name;
use super::history::estimate as history;
use super::look::Look;
use super::registry::AtRegistry;
use super::resolve::{Resolved, resolve_present};
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::freshness::Freshness;
use crate::domain::history::Estimate;
use crate::domain::layer::plan::Reason;
use crate::domain::layer::stack::CACHED_PREFLIGHT;
use crate::domain::layer::{Layer, LayerKind, LayerScript, Step, labels};
use crate::ops::{Context, OpError};
use crate::store::preflight;

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
    /// Whether a task starts without baking or pulling anything first: all is there, or `stale` is.
    pub warm: bool,
    /// What a task starts on although something is to be baked; none: nothing is, or it has to wait.
    pub stale: Option<StaleStatus>,
    /// How long its layers are good, as its file says.
    pub freshness: Freshness,
}

impl Status {
    /// The IDs of all images that its layers have or that serve in their place.
    pub fn image_ids(&self) -> impl Iterator<Item = &String> {
        let own = self.layers.iter().filter_map(|layer| layer.image_id.as_ref());
        own.chain(self.stale.iter().flat_map(|stale| &stale.image_ids))
    }
}

/// Layers that serve while new ones are baked.
#[derive(Clone, Debug, Serialize)]
pub struct StaleStatus {
    /// The image that tasks run on.
    pub image: String,
    /// The IDs of the images of all its layers that are there, bottom first.
    pub image_ids: Vec<String>,
    /// The ID of the base they lie on.
    pub base_id: String,
    /// Why they are stale.
    pub why: Option<Reason>,
}

/// A base image.
#[derive(Clone, Debug, Serialize)]
pub struct BaseStatus {
    /// Its reference.
    pub reference: String,
    /// Its ID; none: the engine does not have it.
    pub id: Option<String>,
    /// What its registry says; none: it was not asked.
    pub registry: Option<AtRegistry>,
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
    /// Whether the image is there; it may be too old.
    pub cached: bool,
    /// The image's ID.
    pub image_id: Option<String>,
    /// When the image was made, RFC 3339.
    pub made: Option<Timestamp>,
    /// Why it has to be baked.
    pub why: Option<Reason>,
    /// What the failed bake of this very key left; none: it is cached, or no bake of it failed.
    pub failed: Option<Failed>,
    /// What baking it will take; none: it is cached, nothing of it was ever measured here, or
    /// nobody asked.
    pub estimate: Option<Estimate>,
    /// The digest of the cached preflight; none for a desktop, see `scripts`.
    pub script_sha256: Option<String>,
    /// The digest of each script, by name.
    pub scripts: IndexMap<String, String>,
    /// The digest of the recipe.
    pub recipe_sha256: String,
}

/// What a failed bake left.
#[derive(Clone, Debug, Serialize)]
pub struct Failed {
    /// The kept container's name.
    pub container: String,
    /// When that bake began, RFC 3339. Its end is not told: a shell in it moves that.
    pub at: Option<String>,
}

/// Finds the status of an environment. Pulls and bakes nothing.
pub async fn status(
    context: &Context,
    id: &EnvironmentId,
    environment: &Environment,
) -> Result<Status, OpError> {
    let resolved = resolve_present(context, id, environment).await?;
    let look = Look::Engine(&context.engine);
    let mut status = of(context, look, id, environment, resolved.as_ref()).await?;
    estimate(context, id, resolved.as_ref(), &mut status);
    Ok(status)
}

/// Adds what baking the cold layers will take. Apart from the rest because it reads the history
/// for each of them, which the status of very many environments does without.
pub(super) fn estimate(
    context: &Context,
    id: &EnvironmentId,
    resolved: Option<&Resolved>,
    status: &mut Status,
) {
    let steps = resolved.iter().flat_map(|resolved| &resolved.plan.steps);
    for (step, layer) in steps.zip(&mut status.layers).filter(|(step, _)| step.needs_bake()) {
        // A history that cannot be read is as good as none.
        layer.estimate = history::estimate(&context.folders, id, step.layer()).ok().flatten();
    }
}

/// The status that follows from a plan; `None`: the base image is not in the engine.
pub(super) async fn of(
    context: &Context,
    look: Look<'_>,
    id: &EnvironmentId,
    environment: &Environment,
    resolved: Option<&Resolved>,
) -> Result<Status, OpError> {
    let base = BaseStatus {
        reference: environment.base_image.clone(),
        id: resolved.map(|resolved| resolved.base.id.clone()),
        registry: None,
    };
    let mut layers = Vec::new();
    for (step, made) in resolved.iter().flat_map(|it| it.plan.steps.iter().zip(&it.made)) {
        // A bake that succeeded after a failed one leaves what that one kept.
        let failed = if step.is_reuse() { None } else { failed(look, id, step.layer()).await? };
        layers.push(layer(step, *made, failed));
    }
    let stale = resolved.and_then(stale);
    let run_image =
        layers.last().map_or_else(|| base.reference.clone(), |layer| layer.image.clone());
    let mut at_start: Vec<String> = resolved
        .map(|resolved| resolved.stack.at_start.iter().map(LayerScript::title).collect())
        .unwrap_or_default();
    // One that cannot be read is there.
    if !preflight::load(&context.folders).is_ok_and(|script| script.is_empty()) {
        at_start.push("settings preflight".to_owned());
    }
    if !environment.run_stage().is_empty() {
        at_start.push("run preflight".to_owned());
    }
    Ok(Status {
        environment: id.to_string(),
        warm: stale.is_some() || resolved.is_some_and(|resolved| resolved.plan.is_warm()),
        stale,
        freshness: environment.freshness,
        base,
        layers,
        at_start,
        run_image,
    })
}

/// What a task starts on meanwhile.
fn stale(resolved: &Resolved) -> Option<StaleStatus> {
    let stale = resolved.stale.as_ref()?;
    let ready = stale.plan.steps.iter().filter_map(|step| match step {
        Step::Reuse(ready) => Some(ready.image_id.clone()),
        Step::Covered(_) | Step::Bake(_) => None,
    });
    Some(StaleStatus {
        image: stale.stack.layers.last().map(Layer::image)?,
        image_ids: ready.collect(),
        base_id: stale.stack.base.id.clone(),
        why: resolved.plan.misses().next().map(|miss| miss.reason().clone()),
    })
}

/// What the failed bake of this layer left, if it was of the key that the layer has now.
async fn failed(
    look: Look<'_>,
    id: &EnvironmentId,
    layer: &Layer,
) -> Result<Option<Failed>, OpError> {
    let name = failed_name(id.as_str(), &layer.kind.to_string());
    let kept = look.container(&name).await?.filter(|kept| {
        kept.label(labels::ROLE) == "bake"
            && kept.label(labels::ENVIRONMENT) == id.as_str()
            && kept.label(labels::KEY) == layer.key.as_str()
    });
    Ok(kept.map(|kept| Failed {
        container: kept.name,
        at: kept.created.map(|created| created.to_string()),
    }))
}

fn layer(step: &Step, made: Option<Timestamp>, failed: Option<Failed>) -> LayerStatus {
    let layer = step.layer();
    let (image_id, why) = match step {
        Step::Reuse(ready) => (Some(ready.image_id.clone()), None),
        Step::Covered(_) => (None, Some(Reason::NotNeeded)),
        Step::Bake(miss) => (miss.replaces().map(str::to_owned), Some(miss.reason().clone())),
    };
    let digest = |name: &str| {
        let script = layer.scripts.iter().find(|script| script.name == name);
        script.map(|script| script.digest.to_string())
    };
    LayerStatus {
        kind: layer.kind,
        image: layer.image(),
        key: layer.key.to_string(),
        cached: image_id.is_some(),
        made: made.filter(|_| image_id.is_some()),
        image_id,
        why,
        failed,
        estimate: None,
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
