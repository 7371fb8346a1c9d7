//! What the scripts of an environment layer see beside the image while they are baked: package
//! caches and secrets.
//!
//! Names and folders are inputs of the layer and stand in its recipe. Where a secret's value comes
//! from does not: the same layer is baked from a variable here and from a file there.

use std::fmt::Write as _;

use indexmap::IndexMap;

use crate::domain::cache_mount::{CacheFolder, CacheMount, home};
use crate::domain::environment::Environment;
use crate::domain::image::BaseImage;
use crate::domain::secret::{self, Source};

/// Caches and secrets of a bake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BakeMounts {
    /// The folders of caches.
    pub caches: Vec<CacheFolder>,
    /// Names of caches whose folder is in the home of a user who is known by number only.
    pub homeless: Vec<String>,
    /// Secrets, with where their values come from.
    pub secrets: IndexMap<String, Source>,
    /// Whether the scripts run as root.
    is_root: bool,
}

impl BakeMounts {
    /// Those of `environment` on `base`.
    #[must_use]
    pub fn of(environment: &Environment, base: &BaseImage) -> Self {
        let user = if environment.user.is_empty() { &base.user } else { &environment.user };
        let home = home(user);
        let mut mounts = Self {
            secrets: environment.secrets.clone(),
            is_root: home.as_deref() == Some("/root"),
            ..Self::default()
        };
        for cache in environment.cache_mounts.iter().filter_map(|it| CacheMount::parse(it).ok()) {
            let folders = cache.folders(home.as_deref());
            if folders.is_empty() {
                mounts.homeless.push(cache.name);
            }
            for folder in folders {
                // One folder is of one cache.
                if !mounts.caches.iter().any(|other| other.path == folder.path) {
                    mounts.caches.push(folder);
                }
            }
        }
        mounts
    }

    /// The caches as a label has them: `NAME:PATH`, separated by blanks.
    #[must_use]
    pub fn caches_label(&self) -> String {
        let words = self.caches.iter().map(|it| format!("{}:{}", it.name, it.path));
        words.collect::<Vec<_>>().join(" ")
    }

    /// The secrets as a label has them: names, separated by blanks.
    #[must_use]
    pub fn secrets_label(&self) -> String {
        self.secrets.keys().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// The options of a `RUN` for them, each with a blank behind it. A Dockerfile knows users by
    /// number only, so whoever is not root is let in by the mode.
    #[must_use]
    pub fn options(&self) -> String {
        let mut text = String::new();
        let (cache_mode, secret_mode) =
            if self.is_root { ("", "") } else { (",mode=0777", ",mode=0444") };
        for CacheFolder { name, path, sharing, .. } in &self.caches {
            let sharing = sharing.word();
            let _ = write!(
                text,
                "--mount=type=cache,id={name},target={path},sharing={sharing}{cache_mode} "
            );
        }
        for name in self.secrets.keys() {
            let folder = secret::FOLDER;
            let _ = write!(
                text,
                "--mount=type=secret,id={name},target={folder}/{name},required=true{secret_mode} "
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_those_of_the_user_who_runs_the_scripts() {
        let base = |user: &str| BaseImage {
            reference: "debian:12".into(),
            id: "sha256:1".into(),
            platform: "linux/amd64".into(),
            user: user.to_owned(),
        };
        let mut environment = Environment {
            cache_mounts: ["pip", "apt", "mine:~/.cache/pip"].map(str::to_owned).into(),
            ..Environment::default()
        };
        let token = Source::Env("X".to_owned());
        environment.secrets.insert("TOKEN".to_owned(), token);
        let root = BakeMounts::of(&environment, &base(""));
        assert_eq!(
            root.caches_label(),
            "pip:~/.cache/pip apt:/var/cache/apt/archives".replace('~', "/root")
        );
        assert_eq!(root.secrets_label(), "TOKEN");
        assert_eq!(
            root.options(),
            "--mount=type=cache,id=pip,target=~/.cache/pip,sharing=shared \
             --mount=type=cache,id=apt,target=/var/cache/apt/archives,sharing=locked \
             --mount=type=secret,id=TOKEN,target=/run/secrets/TOKEN,required=true "
                .replace('~', "/root")
        );
        let dev = BakeMounts::of(&environment, &base("dev"));
        assert!(dev.caches_label().starts_with("pip:/home/dev/.cache/pip "));
        assert!(dev.options().contains(",mode=0777 ") && dev.options().contains(",mode=0444 "));
        environment.user = "1000".to_owned();
        let number = BakeMounts::of(&environment, &base("dev"));
        assert_eq!((number.homeless.len(), number.caches.len()), (2, 1));
        environment.secrets.clear();
        environment.cache_mounts.clear();
        assert_eq!(BakeMounts::of(&environment, &base("")).options(), "");
    }
}
