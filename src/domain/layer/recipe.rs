//! The recipe of a layer: its Dockerfile, with the literal `{base_image}` for what it lies on.
//!
//! A recipe states everything besides the scripts and the base that can change the result. It is
//! hashed into the layer's key, kept in the image's labels, and is what `prebake export
//! --dockerfile` writes. The bake itself does what the recipe says by running a container.

use std::fmt::Write as _;

use serde::Serialize;

use super::mounts::BakeMounts;
use super::stack::LayerKind;
use crate::domain::cache_mount::APT;
use crate::domain::digest::Digest;
use crate::domain::image::BaseImage;
use crate::domain::script::FOLDER;

/// Stands in a recipe for the image below.
pub const BASE_IMAGE: &str = "{base_image}";

/// The host name of every bake, so that a script that writes it down gives the same image.
pub const BAKE_HOSTNAME: &str = "prebake";

/// The number of this recipe: a new one whenever a bake gives another result from the same
/// inputs, so that every layer is baked anew.
const NUMBER: u32 = 1;

/// The rendered Dockerfile template of one layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recipe(String);

impl Recipe {
    /// The recipe of a layer of `kind` that runs the scripts named `scripts`, in order, as
    /// `user` (empty: the image's own user), with `mounts`.
    #[must_use]
    pub fn render(
        kind: LayerKind,
        base: &BaseImage,
        user: &str,
        scripts: &[&str],
        mounts: &BakeMounts,
    ) -> Self {
        let mut text = format!(
            "# prebake {kind} layer, recipe {NUMBER}\n\
             # hostname: {BAKE_HOSTNAME}; stdin: empty; variables: the image's own\n\
             FROM --platform={} {BASE_IMAGE}\n",
            base.platform
        );
        if user.is_empty() {
            text.push_str("# user: the image's own\n");
        } else {
            let _ = writeln!(text, "USER {user}");
        }
        if mounts.caches.iter().any(|cache| cache.path == APT) {
            text.push_str("# apt keeps packages in `kept` of its cache, by APT_CONFIG\n");
        }
        let options = mounts.options();
        for script in scripts {
            let path = format!("{FOLDER}/{script}");
            let _ = writeln!(
                text,
                "RUN {options}--mount=type=bind,source={script},target={path} [\"bash\", \"{path}\"]"
            );
        }
        if !user.is_empty() {
            let own = if base.user.is_empty() { "0" } else { &base.user };
            let _ = writeln!(text, "USER {own}");
        }
        Self(text)
    }

    /// The template, with the literal `{base_image}`.
    #[must_use]
    pub fn template(&self) -> &str {
        &self.0
    }

    /// The digest of the template.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// The Dockerfile on `image`, with the stage named `stage`.
    #[must_use]
    pub fn dockerfile(&self, image: &str, stage: &str) -> String {
        self.0.replacen(BASE_IMAGE, &format!("{image} AS {stage}"), 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> BaseImage {
        BaseImage {
            reference: "debian:12".into(),
            id: "sha256:1".into(),
            platform: "linux/amd64".into(),
            user: String::new(),
        }
    }

    #[test]
    fn every_input_shows() {
        let render = |base: &BaseImage, user| {
            let none = BakeMounts::default();
            Recipe::render(LayerKind::Environment, base, user, &["cached_preflight.sh"], &none)
        };
        let (plain, user) = (render(&base(), ""), render(&base(), "dev"));
        let mut other = base();
        other.platform = "linux/arm64".into();
        let platform = render(&other, "");
        let digests = [plain.digest(), user.digest(), platform.digest()];
        assert!(digests[0] != digests[1] && digests[0] != digests[2] && digests[1] != digests[2]);
        assert!(plain.template().contains("FROM --platform=linux/amd64 {base_image}\n"));
        assert!(user.template().ends_with("USER 0\n"));
        assert!(
            plain.dockerfile("debian:12", "environment").contains("debian:12 AS environment\n")
        );
    }

    /// How a script is invoked decides what it leaves, and the key knows of it by the number alone.
    /// The trace is not pinned: it only watches, and changes no result.
    #[test]
    fn the_program_of_a_bake_is_that_of_the_recipe_number() {
        const PINNED: (u32, &str) =
            (1, "5efb4e9f03bbf2a4714ad1096d83a898cade980c691a3e5a544a9dfcc6b1d55b");
        let now = (NUMBER, Digest::of(crate::domain::script::BAKE).to_string());
        assert_eq!(
            (now.0, now.1.as_str()),
            PINNED,
            "bake.sh changed: if a bake can now give another result, raise `NUMBER`; then pin \
             ({}, \"{}\") here",
            now.0,
            now.1
        );
    }
}
