//! The layers of one environment, bottom first, with their scripts, recipes and keys; and the
//! stages that are left to task starts.

use std::fmt;

use serde::Serialize;

use super::key::{Below, LayerKey};
use super::mounts::BakeMounts;
use super::recipe::Recipe;
use crate::domain::digest::Digest;
use crate::domain::environment::Environment;
use crate::domain::image::{BaseImage, DESKTOP_REPOSITORY, ENVIRONMENT_REPOSITORY, variant};

/// Which layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerKind {
    /// The headless desktop.
    Desktop,
    /// The cached preflight.
    Environment,
}

impl LayerKind {
    /// Reads the word for it, as labels have it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Desktop, Self::Environment].into_iter().find(|kind| kind.to_string() == word)
    }

    /// The repository of the layer's images.
    #[must_use]
    pub fn repository(self) -> &'static str {
        match self {
            Self::Desktop => DESKTOP_REPOSITORY,
            Self::Environment => ENVIRONMENT_REPOSITORY,
        }
    }
}

impl fmt::Display for LayerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Desktop => "desktop",
            Self::Environment => "environment",
        })
    }
}

/// A script that makes a layer or a stage: its file name and its exact bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct LayerScript {
    /// The file's name, such as `cached_preflight.sh`.
    pub name: &'static str,
    /// The script, byte for byte.
    pub text: String,
    /// The digest of `text`.
    pub digest: Digest,
}

/// The text may hold secrets, so it stays out of every debug print.
impl fmt::Debug for LayerScript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LayerScript({} {})", self.name, self.digest.short())
    }
}

impl LayerScript {
    /// The script of this name.
    #[must_use]
    pub fn new(name: &'static str, text: String) -> Self {
        let digest = Digest::of(&text);
        Self { name, text, digest }
    }

    /// The name as a person says it: `cached preflight`.
    #[must_use]
    pub fn title(&self) -> String {
        self.name.trim_end_matches(".sh").replace('_', " ")
    }
}

/// The file name of the cached preflight.
pub const CACHED_PREFLIGHT: &str = "cached_preflight.sh";
/// The file name of the run preflight.
pub const RUN_PREFLIGHT: &str = "run_preflight.sh";
/// The file name of the user's own script that runs before every run preflight.
pub const SETTINGS_PREFLIGHT: &str = "settings_preflight.sh";
/// The file name of the desktop's installation.
pub const DESKTOP_INSTALL: &str = "desktop_install.sh";
/// The file name of the desktop's set-up.
pub const DESKTOP_SETUP: &str = "desktop_setup.sh";

/// The two scripts of the desktop, shipped ones or the user's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesktopScripts {
    /// Installs packages.
    pub install: String,
    /// Configures them and leaves the program that starts the desktop.
    pub setup: String,
}

/// One layer with everything that decides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Which layer.
    pub kind: LayerKind,
    /// Its key.
    pub key: LayerKey,
    /// The base image at the bottom of the stack.
    pub base: BaseImage,
    /// The key of the layer it lies on; none: it lies on the base.
    pub below: Option<LayerKey>,
    /// The scripts that make it, in order.
    pub scripts: Vec<LayerScript>,
    /// Everything else that decides it.
    pub recipe: Recipe,
    /// The user its scripts run as; empty: the image's own.
    pub user: String,
    /// What its scripts see beside the image.
    pub mounts: BakeMounts,
}

impl Layer {
    /// The image of this layer, `repository:key`.
    #[must_use]
    pub fn image(&self) -> String {
        format!("{}:{}", self.kind.repository(), self.key)
    }

    /// The image it lies on: a layer's image, or the ID of the base (its tag may move between
    /// plan and bake).
    #[must_use]
    pub fn image_below(&self) -> String {
        match &self.below {
            Some(key) => format!("{DESKTOP_REPOSITORY}:{key}"),
            None => self.base.id.clone(),
        }
    }
}

/// An environment on its base: the layers to bake, bottom first, and the stages left to run at
/// each task start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// The resolved base image.
    pub base: BaseImage,
    /// Layers, bottom first.
    pub layers: Vec<Layer>,
    /// Scripts that run at every task start before the run preflight, because their layer is
    /// switched off.
    pub at_start: Vec<LayerScript>,
    /// Whether tasks get a desktop.
    pub desktop: bool,
}

impl Stack {
    /// Lays out `environment` on `base`.
    #[must_use]
    pub fn lay_out(environment: &Environment, base: &BaseImage, desktop: &DesktopScripts) -> Self {
        let mut layers = Vec::new();
        let mut at_start = Vec::new();
        let user = environment.user.as_str();
        let variant = variant(&base.reference);
        let on_base = Below::Base { variant: &variant, id: &base.id };

        if environment.headless_desktop_enabled {
            let scripts = vec![
                LayerScript::new(DESKTOP_INSTALL, desktop.install.clone()),
                LayerScript::new(DESKTOP_SETUP, desktop.setup.clone()),
            ];
            if environment.cache_desktop_build {
                let mounts = BakeMounts::default();
                layers.push(layer(LayerKind::Desktop, base, None, on_base, scripts, user, mounts));
            } else {
                at_start.extend(scripts);
            }
        }
        let cached = &environment.cached_preflight_script;
        if !cached.is_empty() {
            let script = LayerScript::new(CACHED_PREFLIGHT, cached.clone());
            if environment.cache_container_build {
                let desktop_key = layers.last().map(|layer: &Layer| layer.key.clone());
                let below = desktop_key.as_ref().map_or(on_base, Below::Desktop);
                let kind = LayerKind::Environment;
                let mounts = BakeMounts::of(environment, base);
                let made =
                    layer(kind, base, desktop_key.clone(), below, vec![script], user, mounts);
                layers.push(made);
            } else {
                at_start.push(script);
            }
        }
        Self { base: base.clone(), layers, at_start, desktop: environment.headless_desktop_enabled }
    }

    /// The key that the top layer has on a base with this ID, all else the same; none: there is no
    /// layer.
    #[must_use]
    pub fn top_on(&self, base_id: &str) -> Option<LayerKey> {
        self.keys_on(base_id).pop()
    }

    /// The same on a base with this ID.
    #[must_use]
    pub fn on(&self, base_id: &str) -> Self {
        let mut stack = self.clone();
        base_id.clone_into(&mut stack.base.id);
        let mut below = None;
        for (layer, key) in stack.layers.iter_mut().zip(self.keys_on(base_id)) {
            layer.base.clone_from(&stack.base);
            layer.below = below.replace(key.clone());
            layer.key = key;
        }
        stack
    }

    fn keys_on(&self, base_id: &str) -> Vec<LayerKey> {
        let variant = variant(&self.base.reference);
        let mut keys: Vec<LayerKey> = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let base = Below::Base { variant: &variant, id: base_id };
            let below = keys.last().map_or(base, Below::Desktop);
            let digests: Vec<&Digest> = layer.scripts.iter().map(|script| &script.digest).collect();
            keys.push(LayerKey::of(below, &digests, &layer.recipe.digest()));
        }
        keys
    }
}

fn layer(
    kind: LayerKind,
    base: &BaseImage,
    below: Option<LayerKey>,
    lies_on: Below<'_>,
    scripts: Vec<LayerScript>,
    user: &str,
    mounts: BakeMounts,
) -> Layer {
    let names: Vec<&str> = scripts.iter().map(|script| script.name).collect();
    let recipe = Recipe::render(kind, base, user, &names, &mounts);
    let digests: Vec<&Digest> = scripts.iter().map(|script| &script.digest).collect();
    let key = LayerKey::of(lies_on, &digests, &recipe.digest());
    Layer { kind, key, base: base.clone(), below, scripts, recipe, user: user.to_owned(), mounts }
}
