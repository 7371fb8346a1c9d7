//! Explain: why each layer is cached or not, down to the lines of a script that changed.

use indexmap::IndexMap;
use serde::Serialize;

use super::look::Look;
use super::resolve::{newest, resolve_in};
use super::status::{self, Status};
use crate::domain::difference;
use crate::domain::digest::Digest;
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::layer::explain::{Input, inputs};
use crate::domain::layer::labels::{self, Labels};
use crate::domain::layer::{Layer, LayerKind};
use crate::ops::{Context, OpError};
use crate::store::scripts::Scripts;

/// An explanation; the document of `prebake explain ENV --json`.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// The status it explains.
    #[serde(flatten)]
    pub status: Status,
    /// For each layer what is known of its newest image.
    pub newest: Vec<Newest>,
}

/// The newest image of a layer, whatever its key.
#[derive(Clone, Debug, Serialize)]
pub struct Newest {
    /// Which layer.
    pub kind: LayerKind,
    /// The key it was baked under; none: there is no image.
    pub key: Option<String>,
    /// The environment it was baked for.
    pub environment: Option<String>,
    /// How long its bake took, in milliseconds.
    pub duration_ms: Option<u64>,
    /// The version of prebake that baked it.
    pub version: Option<String>,
    /// All that decides what is in the layer, beside what the newest image was baked from.
    pub inputs: Vec<Input>,
    /// For each script that changed since, by name, what changed: a unified diff; none: this
    /// machine has no copy of the script as it was.
    pub diffs: IndexMap<String, Option<String>>,
}

/// Explains the status of an environment.
pub async fn explain(
    context: &Context,
    id: &EnvironmentId,
    environment: &Environment,
) -> Result<Explanation, OpError> {
    let look = Look::Engine(&context.engine);
    let resolved = resolve_in(context, look, id, environment).await?;
    let mut explained = Vec::new();
    if let Some(resolved) = &resolved {
        for layer in &resolved.stack.layers {
            let labels = newest(look, id, layer).await?;
            explained.push(describe(context, layer, labels.as_ref()));
        }
    }
    let mut status = status::of(context, look, id, environment, resolved.as_ref()).await?;
    status::estimate(context, id, resolved.as_ref(), &mut status);
    Ok(Explanation { status, newest: explained })
}

fn describe(context: &Context, layer: &Layer, image: Option<&Labels>) -> Newest {
    let label = |name: &str| image.and_then(|labels| labels.get(name)).cloned();
    let mut diffs = IndexMap::new();
    for script in layer.scripts.iter().filter(|_| image.is_some()) {
        let old = label(&labels::script_label(script.name)).unwrap_or_default();
        if old != script.digest.full() {
            let diff = diff(context, script.name, &old, &script.text);
            diffs.insert(script.name.to_owned(), diff);
        }
    }
    Newest {
        kind: layer.kind,
        key: label(labels::KEY),
        environment: label(labels::ENVIRONMENT),
        duration_ms: label(labels::DURATION_MS).and_then(|text| text.parse().ok()),
        version: label(labels::VERSION),
        inputs: inputs(layer, image),
        diffs,
    }
}

fn diff(context: &Context, name: &str, old: &str, new: &str) -> Option<String> {
    let old = Scripts::new(context.folders.clone()).recall(&Digest::parse(old)?)?;
    let old = String::from_utf8_lossy(&old);
    let names = (format!("{name} (baked)"), format!("{name} (now)"));
    Some(difference::unified(&old, new, (&names.0, &names.1)))
}
