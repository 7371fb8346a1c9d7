//! A manifest as typed: every field optional, every value with its place.
//!
//! The visitor is written by hand because serde's `flatten` would buffer the values and lose
//! both the places and the text of numbers.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{Location, Spanned};

/// An optional text with its place; nothing and `~` mean the default.
pub(super) type RawText = Option<Spanned<String>>;

/// The fields of a file before they mean anything.
#[derive(Default)]
pub(super) struct RawManifest {
    pub(super) version: RawText,
    pub(super) name: RawText,
    pub(super) base_image: RawText,
    pub(super) headless_desktop_enabled: Option<bool>,
    pub(super) cache_desktop_build: Option<bool>,
    pub(super) cache_container_build: Option<bool>,
    pub(super) cached_preflight_script: RawText,
    pub(super) run_preflight_script: RawText,
    pub(super) env_vars: Option<RawPairs>,
    pub(super) mounts: Option<Vec<Spanned<String>>>,
    pub(super) ports: Option<Vec<Spanned<String>>>,
    pub(super) cache_mounts: Option<Vec<Spanned<String>>>,
    pub(super) secrets: Option<RawSecrets>,
    pub(super) workdir: RawText,
    pub(super) user: RawText,
    pub(super) command: Option<Vec<Spanned<String>>>,
    pub(super) desktop_geometry: RawText,
    pub(super) desktop_depth: RawText,
    pub(super) desktop_port: RawText,
    pub(super) freshness: RawText,
    pub(super) preflight_enabled: Option<bool>,
    pub(super) preflight_script: RawText,
    pub(super) unknown: Vec<(String, Spanned<RawNode>)>,
}

/// Names and values in the file's order; the reader has refused a name given twice.
pub(super) struct RawPairs(pub(super) Vec<(Spanned<String>, Spanned<String>)>);

/// Names of secrets and what stands for each of them, in the file's order.
pub(super) struct RawSecrets(pub(super) Vec<(Spanned<String>, Spanned<RawNode>)>);

/// Any YAML value. A scalar's own text is looked up in the file, by its place.
pub(super) enum RawNode {
    /// The value was read as text, plain or quoted.
    Text(String),
    /// The value was read as null, a boolean or a number, so it was plain (or tagged so).
    Typed,
    List(Vec<Spanned<RawNode>>),
    Map(Vec<(Spanned<RawNode>, Spanned<RawNode>)>),
}

/// Reads one document, as a [`RawManifest`] or as any [`RawNode`]. Time and memory are bounded by
/// budgets, whatever the text.
pub(super) fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, serde_yaml::Error> {
    let options = serde_yaml::options! {
        budget: serde_yaml::budget! {
            // Each is far above any environment and keeps a hostile file under half a second
            // in a build without optimisation.
            max_nodes: 50_000,
            max_events: 200_000,
            max_aliases: 1_000,
            max_anchors: 1_000,
            // Each level takes tens of kilobytes of stack there; threads have two megabytes.
            max_depth: 20,
            flow_nesting_limit: 20,
            max_documents: 2,
        },
        reject_unsupported_tags: true,
        // `.inf` is carried along like any plain text.
        non_finite_float_policy: serde_yaml::NonFiniteFloatPolicy::PassThrough,
        with_snippet: false,
        emit_comments: false,
    };
    serde_yaml::from_str_with_options(text, options)
}

impl<'de> Deserialize<'de> for RawManifest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ManifestVisitor)
    }
}

struct ManifestVisitor;

impl<'de> Visitor<'de> for ManifestVisitor {
    type Value = RawManifest;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping of fields such as `name: Web development`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawManifest, A::Error> {
        let mut raw = RawManifest::default();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "version" => raw.version = map.next_value()?,
                "name" => raw.name = map.next_value()?,
                "base_image" => raw.base_image = map.next_value()?,
                "headless_desktop_enabled" => raw.headless_desktop_enabled = map.next_value()?,
                "cache_desktop_build" => raw.cache_desktop_build = map.next_value()?,
                "cache_container_build" => raw.cache_container_build = map.next_value()?,
                "cached_preflight_script" => raw.cached_preflight_script = map.next_value()?,
                "run_preflight_script" => raw.run_preflight_script = map.next_value()?,
                "env_vars" => raw.env_vars = map.next_value()?,
                "mounts" => raw.mounts = map.next_value()?,
                "ports" => raw.ports = map.next_value()?,
                "cache_mounts" => raw.cache_mounts = map.next_value()?,
                "secrets" => raw.secrets = map.next_value()?,
                "workdir" => raw.workdir = map.next_value()?,
                "user" => raw.user = map.next_value()?,
                "command" => raw.command = map.next_value()?,
                "desktop_geometry" => raw.desktop_geometry = map.next_value()?,
                "desktop_depth" => raw.desktop_depth = map.next_value()?,
                "desktop_port" => raw.desktop_port = map.next_value()?,
                "freshness" => raw.freshness = map.next_value()?,
                "preflight_enabled" => raw.preflight_enabled = map.next_value()?,
                "preflight_script" => raw.preflight_script = map.next_value()?,
                _ => {
                    let value = map.next_value()?;
                    raw.unknown.push((name, value));
                }
            }
        }
        Ok(raw)
    }
}

impl<'de> Deserialize<'de> for RawPairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = RawPairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping such as `LOG_LEVEL: INFO`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawPairs, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(RawPairs(pairs))
    }
}

impl<'de> Deserialize<'de> for RawSecrets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not as anything: the fault would quote a text that may be a secret.
        deserializer.deserialize_map(SecretsVisitor)
    }
}

struct SecretsVisitor;

impl<'de> Visitor<'de> for SecretsVisitor {
    type Value = RawSecrets;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping such as `NPM_TOKEN: { env: NPM_TOKEN }`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawSecrets, A::Error> {
        let mut secrets = Vec::new();
        while let Some(secret) = map.next_entry()? {
            secrets.push(secret);
        }
        Ok(RawSecrets(secrets))
    }
}

impl<'de> Deserialize<'de> for RawNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = RawNode;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<RawNode, E> {
        Ok(RawNode::Typed)
    }

    fn visit_bool<E>(self, _: bool) -> Result<RawNode, E> {
        Ok(RawNode::Typed)
    }

    fn visit_i64<E>(self, _: i64) -> Result<RawNode, E> {
        Ok(RawNode::Typed)
    }

    fn visit_i128<E>(self, _: i128) -> Result<RawNode, E> {
        Ok(RawNode::Typed)
    }

    fn visit_u64<E>(self, _: u64) -> Result<RawNode, E> {
        Ok(RawNode::Typed)
    }

    fn visit_u128<E>(self, _: u128) -> Result<RawNode, E> {
        Ok(RawNode::Typed)
    }

    fn visit_f64<E>(self, _: f64) -> Result<RawNode, E> {
        Ok(RawNode::Typed)
    }

    fn visit_str<E>(self, text: &str) -> Result<RawNode, E> {
        Ok(RawNode::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<RawNode, E> {
        Ok(RawNode::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawNode, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(RawNode::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawNode, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(RawNode::Map(fields))
    }
}

/// The text of the file at a place; nothing if the reader does not know the bytes.
pub(super) fn source_of(text: &str, place: Location) -> Option<&str> {
    let span = place.span();
    let start = usize::try_from(span.byte_offset()?).ok()?;
    let length = usize::try_from(span.byte_len()?).ok()?;
    text.get(start..start.checked_add(length)?)
}
