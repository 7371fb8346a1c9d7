//! An environment file, described field by field.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// Describes an environment; what is not said is as in a new one.
#[derive(Clone, Debug)]
pub(crate) struct EnvironmentBuilder {
    fields: Vec<(&'static str, Value)>,
    token: String,
}

impl EnvironmentBuilder {
    pub(super) fn new(base: &str, token: &str) -> Self {
        let builder = Self { fields: Vec::new(), token: token.to_owned() };
        builder.set("version", 1).set("base_image", base).caching(true)
    }

    fn set(mut self, field: &'static str, value: impl Into<Value>) -> Self {
        self.fields.retain(|(name, _)| *name != field);
        self.fields.push((field, value.into()));
        self
    }

    /// The cached preflight, with a last line that no other test has.
    pub(crate) fn cached(self, script: &str) -> Self {
        let script = format!("{script}\n# {}\n", self.token);
        self.cached_exactly(&script)
    }

    /// The cached preflight, byte for byte.
    pub(crate) fn cached_exactly(self, script: &str) -> Self {
        self.set("cached_preflight_script", script)
    }

    /// The run preflight, byte for byte.
    pub(crate) fn run(self, script: &str) -> Self {
        self.set("run_preflight_script", script)
    }

    /// The single preflight of an older environment, switched off.
    pub(crate) fn single(self, script: &str) -> Self {
        self.set("preflight_script", script)
    }

    /// The base image.
    pub(crate) fn base(self, image: &str) -> Self {
        self.set("base_image", image)
    }

    /// The two toggles of the desktop: whether it is there, and whether it is baked.
    pub(crate) fn desktop(self, enabled: bool, cached: bool) -> Self {
        self.set("headless_desktop_enabled", enabled).set("cache_desktop_build", cached)
    }

    /// What the desktop looks like, and the port of its page.
    pub(crate) fn desktop_of(self, geometry: &str, depth: u8, port: u16) -> Self {
        let sized = self.set("desktop_geometry", geometry).set("desktop_depth", depth);
        sized.set("desktop_port", port)
    }

    /// The container caching toggle.
    pub(crate) fn caching(self, on: bool) -> Self {
        self.set("cache_container_build", on)
    }

    /// How long its layers are good.
    pub(crate) fn freshness(self, word: &str) -> Self {
        self.set("freshness", word)
    }

    /// A variable of the environment's tasks.
    pub(crate) fn variable(self, name: &str, value: &str) -> Self {
        let mut all = self.fields.iter().find(|(field, _)| *field == "env_vars");
        let mut all = all.take().map_or_else(|| json!({}), |(_, value)| value.clone());
        all[name] = value.into();
        self.set("env_vars", all)
    }

    /// The mounts.
    pub(crate) fn mounts(self, mounts: &[&str]) -> Self {
        self.set("mounts", mounts)
    }

    /// The package caches of bakes.
    pub(crate) fn caches(self, caches: &[&str]) -> Self {
        self.set("cache_mounts", caches)
    }

    /// A secret of bakes, by the kind and the text of its source.
    pub(crate) fn secret(self, name: &str, kind: &str, text: &str) -> Self {
        let mut all = self.fields.iter().find(|(field, _)| *field == "secrets");
        let mut all = all.take().map_or_else(|| json!({}), |(_, value)| value.clone());
        all[name] = json!({ kind: text });
        self.set("secrets", all)
    }

    /// The published ports of tasks.
    pub(crate) fn ports(self, ports: &[&str]) -> Self {
        self.set("ports", ports)
    }

    /// The working directory of tasks.
    pub(crate) fn workdir(self, path: &str) -> Self {
        self.set("workdir", path)
    }

    /// The user of bakes and tasks.
    pub(crate) fn user(self, user: &str) -> Self {
        self.set("user", user)
    }

    /// What a task runs when no command is given.
    pub(crate) fn command(self, command: &[&str]) -> Self {
        self.set("command", command)
    }

    /// The file's text. A value of JSON is one of YAML, too.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (field, value) in &self.fields {
            let _ = writeln!(text, "{field}: {value}");
        }
        text
    }
}
