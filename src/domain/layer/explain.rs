//! Why a layer is cold: its inputs beside those in the labels of the newest image.

use serde::Serialize;

use super::labels::{self, Labels};
use super::stack::Layer;
use crate::domain::image::variant;

/// One input that differs between the newest image and now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The input, as a person says it: `cached preflight`, `base image`, `user` …
    pub input: String,
    /// Its value in the newest image; empty: it had none.
    pub from: String,
    /// Its value now.
    pub to: String,
}

impl Change {
    /// The change as a sentence part, digests shortened.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{} changed from `{}` to `{}`", self.input, shown(&self.from), shown(&self.to))
    }
}

/// An input of a layer beside its value in the newest image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Input {
    /// The input, as a person says it.
    pub input: String,
    /// Its value now.
    pub now: String,
    /// Its value in the newest image; none: there is no image.
    pub newest: Option<String>,
}

impl Input {
    /// Its value now, a digest shortened.
    #[must_use]
    pub fn shown_now(&self) -> String {
        shown(&self.now)
    }

    /// What it was in the newest image, a digest shortened; nothing if that is the same.
    #[must_use]
    pub fn shown_change(&self) -> Option<String> {
        self.newest.as_deref().filter(|newest| *newest != self.now).map(shown)
    }
}

/// All that decides what is in a layer, component by component, beside what the image with these
/// labels was baked from.
#[must_use]
pub fn inputs(layer: &Layer, image: Option<&Labels>) -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut list = |input: String, label: &str, now: &str| {
        let newest = image.map(|image| image.get(label).cloned().unwrap_or_default());
        inputs.push(Input { input, now: now.to_owned(), newest });
    };
    for script in &layer.scripts {
        list(script.title(), &labels::script_label(script.name), script.digest.full());
    }
    list("base image".into(), labels::BASE_ID, &layer.base.id);
    list("platform".into(), labels::PLATFORM, &layer.base.platform);
    list("user".into(), labels::USER, &layer.user);
    for (input, label, now) in mounts(layer) {
        let before = image.and_then(|image| image.get(label));
        if !now.is_empty() || before.is_some_and(|before| !before.is_empty()) {
            list(input.to_owned(), label, &now);
        }
    }
    if let Some(below) = &layer.below {
        list("desktop layer".into(), labels::BELOW, below.as_str());
    }
    list("recipe".into(), labels::RECIPE_SHA256, layer.recipe.digest().full());
    inputs
}

/// The inputs that most layers have not: what scripts see beside the image, by label.
fn mounts(layer: &Layer) -> [(&'static str, &'static str, String); 2] {
    [
        ("caches", labels::CACHES, layer.mounts.caches_label()),
        ("secrets", labels::SECRETS, layer.mounts.secrets_label()),
    ]
}

/// Long hex values are shown by their first 16 digits.
pub(super) fn shown(value: &str) -> String {
    let (prefix, hex) = match value.strip_prefix("sha256:") {
        Some(hex) => ("sha256:", hex),
        None => ("", value),
    };
    if hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        format!("{prefix}{}", &hex[..16])
    } else if value.is_empty() {
        "(none)".to_owned()
    } else {
        value.to_owned()
    }
}

/// How `layer` differs from the image with these labels. Scripts come first, since they change
/// most. The key of a desktop below is compared too, because it stands for the desktop's scripts.
#[must_use]
pub fn changes(layer: &Layer, image: &Labels) -> Vec<Change> {
    let old = |name: &str| image.get(name).map_or("", String::as_str);
    let mut changes = Vec::new();
    let mut compare = |input: String, from: &str, to: &str| {
        if from != to {
            changes.push(Change { input, from: from.to_owned(), to: to.to_owned() });
        }
    };
    for script in &layer.scripts {
        let label = labels::script_label(script.name);
        compare(script.title(), old(&label), script.digest.full());
    }
    compare("base image".into(), old(labels::BASE_ID), &layer.base.id);
    compare("platform".into(), old(labels::PLATFORM), &layer.base.platform);
    compare("user".into(), old(labels::USER), &layer.user);
    for (input, label, now) in mounts(layer) {
        compare(input.to_owned(), old(label), &now);
    }
    let below = layer.below.as_ref().map_or("", |key| key.as_str());
    let (old_below, new_base) = (old(labels::BELOW), &layer.base);
    // A desktop moves with the base; saying both would name one cause twice.
    if old(labels::BASE_ID) == new_base.id {
        compare("desktop layer".into(), old_below, below);
    }
    if changes.is_empty() {
        let digest = layer.recipe.digest();
        let variants = [old(labels::BASE_REFERENCE), &layer.base.reference].map(variant);
        if variants[0] != variants[1] {
            changes.push(Change {
                input: "base image tag".into(),
                from: variants[0].clone(),
                to: variants[1].clone(),
            });
        } else if old(labels::RECIPE_SHA256) != digest.full() {
            changes.push(Change {
                input: "recipe".into(),
                from: old(labels::RECIPE_SHA256).to_owned(),
                to: digest.full().to_owned(),
            });
        } else if old(labels::KEY) != layer.key.as_str() {
            changes.push(Change {
                input: "key".into(),
                from: old(labels::KEY).to_owned(),
                to: layer.key.to_string(),
            });
        }
    }
    changes
}
