//! What a bake on the screen will take: by the times of its statements in the history, else by the
//! bake of its newest image, if that was of the same scripts.

use std::collections::HashMap;
use std::time::Duration;

use crate::app::domain::environment::{Environment, EnvironmentId};
use crate::app::domain::history::Estimate;
use crate::app::domain::layer::LayerKind;
use crate::app::jobs::Expected;
use crate::app::moment::Moment;
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
    /// What is expected when this line of a script begins, at the moment `since`.
    pub(super) fn at(&self, script: &str, line: u32, since: Moment) -> Expected {
        match self {
            Self::Image(ms) => {
                Expected { all_ms: *ms, done_ms: 0, running_ms: Some(*ms), unmeasured: 0, since }
            }
            Self::Statements(estimate) => {
                let reached = estimate.until(script, line);
                Expected {
                    all_ms: whole(estimate.ms),
                    done_ms: whole(reached.before_ms),
                    running_ms: reached.here_ms.map(whole),
                    unmeasured: reached.unmeasured,
                    since,
                }
            }
        }
    }

    /// What is expected when the scripts are over and the image is made, at the moment `since`;
    /// none: how long that takes was never measured. `before` is what was expected until then.
    pub(super) fn committing(&self, before: Option<Expected>, since: Moment) -> Option<Expected> {
        let Self::Statements(estimate) = self else { return before };
        let scripts_ms = estimate.statements_ms();
        (estimate.ms > scripts_ms).then(|| Expected {
            all_ms: whole(estimate.ms),
            done_ms: whole(scripts_ms),
            running_ms: Some(whole(estimate.ms - scripts_ms)),
            unmeasured: 0,
            since,
        })
    }
}

fn whole(ms: f64) -> u64 {
    u64::try_from(Duration::from_secs_f64(ms.max(0.0) / 1000.0).as_millis()).unwrap_or(0)
}

/// What the layers that are to be baked will take, as far as anything tells; it is worth having,
/// and not needed.
pub(super) async fn forecasts(
    context: &Context,
    id: &EnvironmentId,
    environment: &Environment,
    resolved: &Resolved,
) -> HashMap<LayerKind, Forecast> {
    let mut forecasts = HashMap::new();
    for step in resolved.plan.steps.iter().filter(|step| step.needs_bake()) {
        let layer = step.layer();
        if let Ok(Some(estimate)) = estimate(&context.folders, id, layer) {
            forecasts.insert(layer.kind, Forecast::Statements(estimate));
        } else if let Ok(known) = explain(context, id, environment).await {
            // What other scripts took says nothing of these.
            let is_same = |newest: &&Newest| newest.kind == layer.kind && newest.diffs.is_empty();
            let newest = known.newest.iter().find(is_same);
            let took = newest.and_then(|newest| newest.duration_ms);
            forecasts.extend(took.map(|took| (layer.kind, Forecast::Image(took))));
        }
    }
    forecasts
}
