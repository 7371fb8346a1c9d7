//! The room on the engine's disk before a bake: whoever bakes into a full disk loses the bake, and
//! often more than that.
//!
//! Only told where it is known: the engine's folder must be on this machine. Nothing is held up
//! silently: too little is a warning, and an error only below a floor that the settings can take
//! away. A task whose bake is not begun for it starts degraded, as after a bake that failed.

use super::Asked;
use crate::domain::amount::bytes;
use crate::domain::clean::Request;
use crate::domain::environment::EnvironmentId;
use crate::domain::layer::Layer;
use crate::domain::settings::DiskLimits;
use crate::engine::Disk;
use crate::ops::history::estimate::estimate;
use crate::ops::{Context, OpError, Progress, Watch};
use crate::store::settings;

/// What the room on a disk means for a bake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Enough,
    /// The bake may well need more, which is this much.
    Little(u64),
    /// It is not begun.
    None,
}

/// A bake has its layer twice for a moment: in its container and in its image.
fn judge(free: u64, layer: Option<u64>, limits: DiskLimits) -> Verdict {
    let needed = layer.map_or(0, |layer| layer.saturating_mul(2)).max(limits.warn_below);
    if free < limits.refuse_below {
        Verdict::None
    } else if free < needed {
        Verdict::Little(needed)
    } else {
        Verdict::Enough
    }
}

/// Looks whether there is room for the bake of a layer, and tells if there is little.
pub(in crate::ops) async fn check(
    context: &Context,
    id: &EnvironmentId,
    layer: &Layer,
    watch: &mut dyn Watch,
) -> Result<(), OpError> {
    let (settings, _) = settings::load(&context.folders);
    let limits = settings.disk;
    if limits == DiskLimits::NONE {
        return Ok(());
    }
    // An engine that does not tell is no reason not to bake.
    let Ok(Some((root, Disk { free, .. }))) = context.engine.disk().await else { return Ok(()) };
    let expected = estimate(&context.folders, id, layer).ok().flatten();
    let verdict = judge(free, expected.and_then(|expected| expected.bytes), limits);
    if verdict == Verdict::Enough {
        return Ok(());
    }
    let clean = match freed(context).await {
        0 => "`prebake clean` lists what the images take".to_owned(),
        freed => format!("`prebake clean --unused` frees up to {}", bytes(freed)),
    };
    let (kind, free) = (layer.kind, bytes(free));
    if let Verdict::Little(needed) = verdict {
        let needed = bytes(needed);
        watch.see(Progress::Warning(&format!(
            "only {free} are free in `{root}`, and the bake of the {kind} layer may need {needed}; {clean}"
        )));
        return Ok(());
    }
    let floor = bytes(limits.refuse_below);
    Err(OpError::NoRoom { layer: kind, root, free, floor, clean })
}

/// What removing all that is unneeded frees at most; 0 if it cannot be told.
async fn freed(context: &Context) -> u64 {
    let asked = Asked::of_images(Request::default());
    super::plan(context, &asked).await.map_or(0, |plan| plan.size())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_needs_room_twice_and_the_limits_hold_for_any() {
        let limits = DiskLimits { warn_below: 1_000, refuse_below: 100 };
        for (free, layer, expected) in [
            (1_000, None, Verdict::Enough),
            (999, None, Verdict::Little(1_000)),
            (999, Some(10), Verdict::Little(1_000)),
            (2_000, Some(1_000), Verdict::Enough),
            (1_999, Some(1_000), Verdict::Little(2_000)),
            (100, None, Verdict::Little(1_000)),
            (99, Some(1), Verdict::None),
            (u64::MAX - 1, Some(u64::MAX), Verdict::Little(u64::MAX)),
        ] {
            assert_eq!(judge(free, layer, limits), expected, "{free} {layer:?}");
        }
        assert_eq!(judge(0, None, DiskLimits::NONE), Verdict::Enough);
    }
}
