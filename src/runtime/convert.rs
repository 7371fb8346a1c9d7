//! From what operations tell to what the screen knows.

use crate::app::domain::environment::EnvironmentId;
use crate::app::domain::layer::plan::Reason;
use crate::app::environments::{BrokenFile, Entry, EnvironmentStatus, LayerStatus};
use crate::app::explain::{Explanation, Newest};
use crate::app::preview::Forecast;
use crate::ops::{Broken, Loaded, explain, status};

pub(super) fn entry(loaded: Loaded) -> Entry {
    Entry {
        id: loaded.id,
        environment: loaded.environment,
        text: loaded.text,
        revision: loaded.revision,
        path: loaded.path.display().to_string(),
        lost: None,
    }
}

pub(super) fn broken(broken: &Broken) -> BrokenFile {
    let name = broken.path.file_name().map(|name| name.to_string_lossy().into_owned());
    BrokenFile { name: name.unwrap_or_default(), fault: broken.error.to_string() }
}

pub(super) fn status(status: status::Status) -> EnvironmentStatus {
    EnvironmentStatus {
        base: status.base.id,
        layers: status.layers.into_iter().map(layer).collect(),
        at_start: status.at_start,
        warm: status.warm,
        stale: status.stale.and_then(|stale| stale.why).map(|why| why.brief()),
    }
}

/// What a bake would have to do for what has this status.
pub(super) fn forecast(status: &status::Status) -> Forecast {
    let reason = |layer: &status::LayerStatus| layer.why.clone().filter(|_| !layer.cached);
    let bakes = status.layers.iter().filter_map(|layer| {
        let why = reason(layer).filter(|why| *why != Reason::NotNeeded)?;
        Some((layer, why.brief()))
    });
    let bakes: Vec<_> = bakes.collect();
    let cost = bakes.iter().map(|(layer, _)| layer.estimate.clone()).reduce(|all, one| {
        // A part of it is no measure of all.
        Some(all?.and(one?))
    });
    Forecast {
        has_base: status.base.id.is_some(),
        has_layers: !status.layers.is_empty(),
        cost: cost.flatten().map(|cost| cost.words()),
        bakes: bakes.into_iter().map(|(layer, why)| (layer.kind, why)).collect(),
    }
}

pub(super) fn explanation(
    id: EnvironmentId,
    is_unsaved: bool,
    found: explain::Explanation,
) -> Explanation {
    Explanation {
        id,
        is_unsaved,
        base: found.status.base.reference.clone(),
        status: status(found.status),
        newest: found.newest.into_iter().map(newest).collect(),
    }
}

fn newest(found: explain::Newest) -> Newest {
    Newest {
        exists: found.key.is_some(),
        environment: found.environment,
        duration_ms: found.duration_ms,
        inputs: found.inputs,
        diffs: found.diffs.into_iter().collect(),
    }
}

fn layer(layer: status::LayerStatus) -> LayerStatus {
    let stale = matches!(
        &layer.why,
        Some(Reason::Changed { .. } | Reason::BaseMoved { .. } | Reason::TooOld { .. })
    );
    LayerStatus {
        kind: layer.kind,
        image: layer.image,
        cached: layer.why.is_none() || layer.why == Some(Reason::NotNeeded),
        stale,
        why: layer.why.map(|why| why.brief()),
        failed: layer.failed.map(|failed| failed.container),
    }
}
