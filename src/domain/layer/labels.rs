//! Labels: how an image or a container tells what it is. Full digests of all inputs, never a
//! script or a value of a variable.

use std::collections::BTreeMap;

use super::stack::Layer;

/// What an object of ours is: `bake`, `failed`, `layer` or `task`.
pub const ROLE: &str = "prebake.role";
/// The environment's id.
pub const ENVIRONMENT: &str = "prebake.environment";
/// The layer's kind.
pub const LAYER: &str = "prebake.layer";
/// The layer's key.
pub const KEY: &str = "prebake.key";
/// The key of the layer below; empty on the base.
pub const BELOW: &str = "prebake.below";
/// The base image's reference.
pub const BASE_REFERENCE: &str = "prebake.base.reference";
/// The base image's ID.
pub const BASE_ID: &str = "prebake.base.id";
/// The platform.
pub const PLATFORM: &str = "prebake.platform";
/// The user of the scripts; empty: the image's own.
pub const USER: &str = "prebake.user";
/// The package caches its scripts had, `NAME:PATH` each; empty: none.
pub const CACHES: &str = "prebake.caches";
/// The package cache that a volume is.
pub const CACHE: &str = "prebake.cache";
/// The names of the secrets its scripts had; empty: none.
pub const SECRETS: &str = "prebake.secrets";
/// The recipe's text.
pub const RECIPE: &str = "prebake.recipe";
/// The recipe's digest.
pub const RECIPE_SHA256: &str = "prebake.recipe.sha256";
/// The version of prebake that made it.
pub const VERSION: &str = "prebake.version";
/// The id of the bake, which is also the nonce of its markers and the name of its log file.
pub const BAKE: &str = "prebake.bake";
/// How long the bake took, in milliseconds.
pub const DURATION_MS: &str = "prebake.duration_ms";
/// The machine whose client started the bake or task.
pub const CLIENT: &str = "prebake.client";
/// The task's id.
pub const TASK: &str = "prebake.task";
/// The name of the image a task runs on.
pub const IMAGE: &str = "prebake.image";
/// The nonce of the task's markers.
pub const NONCE: &str = "prebake.nonce";
/// The port of the task's desktop inside its container; absent without a desktop.
pub const DESKTOP: &str = "prebake.desktop";
/// Why the task runs degraded; absent otherwise.
pub const DEGRADED: &str = "prebake.degraded";

/// Labels as the engine takes them.
pub type Labels = BTreeMap<String, String>;

/// The label that holds the full digest of the script file `name`.
#[must_use]
pub fn script_label(name: &str) -> String {
    format!("prebake.script.{}.sha256", name.trim_end_matches(".sh"))
}

/// All inputs of `layer`, baked for `environment` by the bake `bake`.
#[must_use]
pub fn of_layer(layer: &Layer, environment: &str, bake: &str, role: &str) -> Labels {
    let below = layer.below.as_ref().map_or("", |key| key.as_str());
    let recipe_sha256 = layer.recipe.digest();
    let mut labels: Labels = [
        (ROLE, role),
        (ENVIRONMENT, environment),
        (LAYER, layer.kind.to_string().as_str()),
        (KEY, layer.key.as_str()),
        (BELOW, below),
        (BASE_REFERENCE, &layer.base.reference),
        (BASE_ID, &layer.base.id),
        (PLATFORM, &layer.base.platform),
        (USER, &layer.user),
        (RECIPE, layer.recipe.template()),
        (RECIPE_SHA256, recipe_sha256.full()),
        (VERSION, env!("CARGO_PKG_VERSION")),
        (BAKE, bake),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    for script in &layer.scripts {
        labels.insert(script_label(script.name), script.digest.full().to_owned());
    }
    // Also when there are none: otherwise those of a layer below would be inherited.
    labels.insert(CACHES.to_owned(), layer.mounts.caches_label());
    labels.insert(SECRETS.to_owned(), layer.mounts.secrets_label());
    labels
}
