//! An environment: two scripts, a base image and how tasks in it are started.
//!
//! Only the value lives here; its YAML form is [`super::manifest`]'s.

use std::fmt;

use indexmap::IndexMap;
use serde::Serialize;

use super::desktop::{self, Geometry};
use super::freshness::Freshness;
use super::secret;
use super::unknown::Unknown;

/// The base image of an environment that names none.
pub const DEFAULT_BASE_IMAGE: &str = "lunamidori5/pixelarch:emerald";

/// The longest id, in characters.
pub const MAX_ID_CHARS: usize = 63;

/// The name of an environment file without its ending: `[a-z0-9][a-z0-9._-]{0,62}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct EnvironmentId(String);

/// Why a text is no environment id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{shown}` is no environment id: {cause}; use 1 to 63 of a-z, 0-9, `.`, `_` and `-`, beginning with a letter or digit"
)]
pub struct IdError {
    shown: String,
    cause: String,
}

impl EnvironmentId {
    /// Checks `text` against the pattern of ids; nothing is trimmed or folded.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let cause = match text.chars().next() {
            None => Some("it is empty".to_owned()),
            Some(first) if !first.is_ascii_lowercase() && !first.is_ascii_digit() => {
                Some(format!("it begins with {first:?}"))
            }
            Some(_) => text
                .chars()
                .find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '.' | '_' | '-'))
                .map(|c| format!("it contains {c:?}")),
        };
        let cause = cause.or_else(|| {
            (text.len() > MAX_ID_CHARS).then(|| format!("it has {} characters", text.len()))
        });
        match cause {
            None => Ok(Self(text.to_owned())),
            Some(cause) => Err(IdError { shown: shorten(text), cause }),
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EnvironmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A hostile name must not flood or steer the terminal when it is quoted back.
fn shorten(text: &str) -> String {
    let mut shown: String = text.chars().take(40).flat_map(char::escape_debug).collect();
    if text.chars().count() > 40 {
        shown.push('…');
    }
    shown
}

/// The two bash scripts of an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Baked into the image once.
    Cached,
    /// Runs at every task start, before the command.
    Run,
}

impl Stage {
    /// Its name, as a person writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cached => "cached",
            Self::Run => "run",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Cached => Self::Run,
            Self::Run => Self::Cached,
        }
    }
}

/// Everything an environment file says. Field names are those of the file.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an independent toggle of the file, with the file's own name"
)]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Environment {
    /// The format of the file; 1.
    pub version: u32,
    /// What a person calls it; free text, may be empty.
    pub name: String,
    /// The image below all layers.
    pub base_image: String,
    /// Whether each task gets a headless desktop.
    pub headless_desktop_enabled: bool,
    /// Whether the desktop is baked; has effect only with the desktop enabled.
    pub cache_desktop_build: bool,
    /// Whether the cached preflight is baked: the "container caching" toggle.
    pub cache_container_build: bool,
    /// The script that is baked, byte for byte.
    pub cached_preflight_script: String,
    /// The script of every task start, byte for byte.
    pub run_preflight_script: String,
    /// Variables of tasks, in the file's order; never present at bake time.
    pub env_vars: IndexMap<String, String>,
    /// Mounts of tasks, `source:target[:ro]`, as typed.
    pub mounts: Vec<String>,
    /// Published ports of tasks, `[address:][host port:]port[/udp]`, as typed.
    pub ports: Vec<String>,
    /// Package caches of bakes, `NAME` or `NAME:/path`, as typed.
    pub cache_mounts: Vec<String>,
    /// Secrets of bakes by name, with where their values come from; in the file's order.
    pub secrets: IndexMap<String, secret::Source>,
    /// Working directory of tasks; empty: the image's own.
    pub workdir: String,
    /// User of scripts and tasks; empty: the image's own.
    pub user: String,
    /// What a task runs when no command is given; empty: the image's own.
    pub command: Vec<String>,
    /// The size of the desktop.
    pub desktop_geometry: Geometry,
    /// The depth of its colours, in bits, one of [`desktop::DEPTHS`].
    pub desktop_depth: u8,
    /// The port of its page inside the container.
    pub desktop_port: u16,
    /// How long its layers are good.
    pub freshness: Freshness,
    /// Legacy single preflight, kept for migration and never dropped.
    pub preflight_enabled: bool,
    /// Legacy single preflight, kept for migration and never dropped.
    pub preflight_script: String,
    /// Fields this version does not know, in the file's order; they survive load and save.
    #[serde(flatten)]
    pub unknown: IndexMap<String, Unknown>,
}

/// What a file that says nothing (`{}`) means.
impl Default for Environment {
    fn default() -> Self {
        Self {
            version: 1,
            name: String::new(),
            base_image: DEFAULT_BASE_IMAGE.to_owned(),
            headless_desktop_enabled: false,
            cache_desktop_build: false,
            cache_container_build: true,
            cached_preflight_script: String::new(),
            run_preflight_script: String::new(),
            env_vars: IndexMap::new(),
            mounts: Vec::new(),
            ports: Vec::new(),
            cache_mounts: Vec::new(),
            secrets: IndexMap::new(),
            workdir: String::new(),
            user: String::new(),
            command: Vec::new(),
            desktop_geometry: Geometry::DEFAULT,
            desktop_depth: desktop::DEFAULT_DEPTH,
            desktop_port: desktop::DEFAULT_PORT,
            freshness: Freshness::default(),
            preflight_enabled: false,
            preflight_script: String::new(),
            unknown: IndexMap::new(),
        }
    }
}

impl Environment {
    /// Whether a layer is baked for it.
    #[must_use]
    pub fn bakes(&self) -> bool {
        let caches_script = self.cache_container_build && !self.cached_preflight_script.is_empty();
        caches_script || self.headless_desktop_enabled && self.cache_desktop_build
    }

    /// The script of a stage, as it runs.
    #[must_use]
    pub fn script(&self, stage: Stage) -> &str {
        match stage {
            Stage::Cached => &self.cached_preflight_script,
            Stage::Run => self.run_stage(),
        }
    }

    /// The script of every task start: the run preflight, or in an older environment that has
    /// none, its enabled single preflight.
    #[must_use]
    pub fn run_stage(&self) -> &str {
        if self.run_preflight_script.is_empty() && self.preflight_enabled {
            &self.preflight_script
        } else {
            &self.run_preflight_script
        }
    }

    /// Makes these the scripts of both stages. A single preflight that says the same stays what
    /// runs; one that was emptied is switched off, so that it does not run in place of nothing.
    pub fn set_scripts(&mut self, cached: &str, run: &str) {
        cached.clone_into(&mut self.cached_preflight_script);
        if run != self.run_stage() {
            run.clone_into(&mut self.run_preflight_script);
        }
        if run != self.run_stage() {
            self.preflight_enabled = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_their_pattern_and_errors_name_the_cause() {
        let long = "a".repeat(64);
        for (text, cause) in [
            ("web", None),
            ("0.a_b-c", None),
            (&long[..63], None),
            ("", Some("it is empty")),
            (".hidden", Some("it begins with '.'")),
            ("Web", Some("it begins with 'W'")),
            ("we b", Some("it contains ' '")),
            ("a/../b", Some("it contains '/'")),
            ("é", Some("it begins with 'é'")),
            (&long, Some("it has 64 characters")),
        ] {
            let got = EnvironmentId::parse(text);
            match cause {
                None => assert_eq!(got.unwrap().as_str(), text),
                Some(cause) => {
                    let words = got.unwrap_err().to_string();
                    assert!(words.contains(cause), "{text:?}: {words}");
                }
            }
        }
    }

    #[test]
    fn scripts_that_are_set_are_those_that_run() {
        let old = Environment {
            preflight_enabled: true,
            preflight_script: "old".to_owned(),
            ..Environment::default()
        };
        for (run, own, enabled) in
            [("old", "", true), ("new", "new", true), ("", "", false), ("old\n", "old\n", true)]
        {
            let mut environment = old.clone();
            environment.set_scripts("c", run);
            assert_eq!(environment.script(Stage::Cached), "c");
            assert_eq!(environment.script(Stage::Run), run);
            let Environment { run_preflight_script, preflight_enabled, .. } = &environment;
            assert_eq!((run_preflight_script.as_str(), *preflight_enabled), (own, enabled));
            assert_eq!(environment.preflight_script, "old");
        }
    }

    #[test]
    fn a_hostile_name_is_quoted_back_shortened_and_escaped() {
        let words =
            EnvironmentId::parse(&format!("\u{1b}[2J{}", "x".repeat(500))).unwrap_err().to_string();
        assert!(!words.contains('\u{1b}') && words.len() < 250, "{words}");
    }
}
