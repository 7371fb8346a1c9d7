//! What a bake on the screen will take: by the times of its statements in the history, else by the
//! bake of its newest image, if that was of the same scripts.

use std::collections::HashMap;

use crate::app::domain::environment::{Environment, EnvironmentId};
use crate::app::domain::history::{Estimate, Expected};
use crate::app::domain::layer::LayerKind;
use crate::ops::Context;
use crate::ops::explain::{Newest, explain};
use crate::ops::history::estimate::estimate;
use crate::ops::resolve::Resolved;

/// What the bake of a layer will take.
pub(super) enum Forecast {
    /// By the times of its statements.
    Statements(Estimate),
    /// By the bake of its newest image, whoever baked that: so many milliseconds.
    Image(u64),
}

impl Forecast {
    /// What is expected when this line of a script begins.
    pub(super) fn at(&self, script: &str, line: u32) -> Expected {
        match self {
            Self::Image(ms) => {
                Expected { all_ms: *ms, done_ms: 0, running_ms: Some(*ms), unmeasured: 0 }
            }
            Self::Statements(estimate) => estimate.at(script, line),
        }
    }
}

/// What the bakes of the newest images took, of the layers that are to be baked by the same scripts
/// and of which the history knows nothing: in milliseconds. It is worth having, and not needed.
pub(super) async fn newest(
    context: &Context,
    id: &EnvironmentId,
    environment: &Environment,
    resolved: &Resolved,
) -> HashMap<LayerKind, u64> {
    let mut newest = HashMap::new();
    for step in resolved.plan.steps.iter().filter(|step| step.needs_bake()) {
        let layer = step.layer();
        if !matches!(estimate(&context.folders, id, layer), Ok(Some(_)))
            && let Ok(known) = explain(context, id, environment).await
        {
            // What other scripts took says nothing of these.
            let is_same = |newest: &&Newest| newest.kind == layer.kind && newest.diffs.is_empty();
            let took = known.newest.iter().find(is_same).and_then(|newest| newest.duration_ms);
            newest.extend(took.map(|took| (layer.kind, took)));
        }
    }
    newest
}
