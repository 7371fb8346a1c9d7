//! The plan: for each layer, reuse its image or bake it, and why.
//!
//! A [`Miss`] is made here only, and it is the only value a bake accepts, so nothing can be baked
//! that was not found missing.

use serde::Serialize;

use super::explain::Change;
use super::stack::{Layer, Stack};

/// What the engine knows of the image a layer's key names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The image's ID.
    pub id: String,
    /// The key in its labels; an image that carries the tag but not the key is not ours to trust.
    pub key: Option<String>,
}

/// Why a layer has to be baked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Reason {
    /// No image of this layer was ever baked for the environment, as far as the engine knows.
    NeverBaked,
    /// Inputs differ from those of the newest image.
    Changed {
        /// Each input that differs.
        changes: Vec<Change>,
    },
    /// The layer below is baked anew.
    BelowChanges,
    /// The tag exists, but its image does not carry this key in its labels.
    ForeignImage,
    /// All inputs are those of an image that is no longer there.
    Gone,
    /// The user asked for it.
    Asked,
}

impl Reason {
    /// The reason as a sentence part: "cold: …".
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::NeverBaked => "never baked for this environment".to_owned(),
            Self::Changed { changes } => {
                let words: Vec<String> = changes.iter().map(Change::words).collect();
                words.join("; ")
            }
            Self::BelowChanges => "the layer below is baked anew".to_owned(),
            Self::ForeignImage => {
                "the tag points at an image that does not carry this key in its labels".to_owned()
            }
            Self::Gone => "its image is no longer in the engine".to_owned(),
            Self::Asked => "a rebuild was asked for".to_owned(),
        }
    }
}

/// A layer that has to be baked. Only [`Plan::decide`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    layer: Layer,
    reason: Reason,
}

impl Miss {
    /// The layer to bake.
    #[must_use]
    pub fn layer(&self) -> &Layer {
        &self.layer
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.reason
    }
}

/// What is to be done for one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Its image exists.
    Reuse(Layer),
    /// Its image has to be baked.
    Bake(Miss),
}

impl Step {
    /// The layer, whatever is to be done for it.
    #[must_use]
    pub fn layer(&self) -> &Layer {
        match self {
            Self::Reuse(layer) => layer,
            Self::Bake(miss) => &miss.layer,
        }
    }

    /// Whether the layer's image exists.
    #[must_use]
    pub fn is_reuse(&self) -> bool {
        matches!(self, Self::Reuse(_))
    }
}

/// The steps of an environment, bottom layer first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// One step a layer.
    pub steps: Vec<Step>,
}

/// What is known about one layer before the decision.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The image of the layer's key, if there is one.
    pub found: Option<Found>,
    /// How the layer differs from the newest image of its kind; none: there is no such image,
    /// or nobody asked.
    pub changes: Option<Vec<Change>>,
}

impl Plan {
    /// Decides each layer of `stack` by the evidence of the same position.
    #[must_use]
    pub fn decide(stack: &Stack, evidence: Vec<Evidence>, rebuild: bool) -> Self {
        let mut below_changes = false;
        let steps = stack.layers.iter().zip(evidence).map(|(layer, evidence)| {
            let reason = reason(layer, evidence, rebuild, below_changes);
            below_changes |= reason.is_some();
            match reason {
                None => Step::Reuse(layer.clone()),
                Some(reason) => Step::Bake(Miss {
                    layer: layer.clone(),
                    reason,
                }),
            }
        });
        Self {
            steps: steps.collect(),
        }
    }

    /// The topmost image of the leading reused layers: what can be started right now.
    #[must_use]
    pub fn best_now<'a>(&'a self, base: &'a str) -> String {
        let ready = self.steps.iter().take_while(|step| step.is_reuse()).last();
        ready.map_or_else(|| base.to_owned(), |step| step.layer().image())
    }
}

fn reason(layer: &Layer, evidence: Evidence, rebuild: bool, below_changes: bool) -> Option<Reason> {
    if rebuild {
        return Some(Reason::Asked);
    }
    match evidence.found {
        Some(found) if found.key.as_deref() == Some(layer.key.as_str()) => None,
        Some(_) => Some(Reason::ForeignImage),
        None => Some(match evidence.changes {
            Some(changes) if changes.is_empty() => Reason::Gone,
            Some(changes) => Reason::Changed { changes },
            None if below_changes => Reason::BelowChanges,
            None => Reason::NeverBaked,
        }),
    }
}
