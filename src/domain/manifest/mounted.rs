//! What a manifest says of the caches and secrets of bakes, checked.
//!
//! Apart from the other fields because a text in the place of a secret's source may be the secret
//! itself: no error here quotes it.

use indexmap::IndexMap;
use serde_yaml::Spanned;

use super::check::plain_text;
use super::error::{ManifestError, quotable};
use super::raw::{RawNode, RawSecrets, source_of};
use crate::domain::cache_mount::CacheMount;
use crate::domain::secret::{self, Source};

/// All of them at their longest fit into a container's memory for them.
const MOST_SECRETS: usize = 32;

/// The caches, each name once.
pub(super) fn cache_mounts(
    raw: Option<Vec<Spanned<String>>>,
) -> Result<Vec<String>, ManifestError> {
    let mut names = Vec::new();
    let mut check = |cache: Spanned<String>| {
        let fault = match CacheMount::parse(&cache.value) {
            Err(fault) => fault,
            Ok(parsed) if names.contains(&parsed.name) => "has the name of another one",
            Ok(parsed) => {
                names.push(parsed.name);
                return Ok(cache.value);
            }
        };
        let what = format!("cache_mounts: `{}` {fault}", quotable(&cache.value));
        Err(ManifestError::at(cache.defined, what, CacheMount::ADVICE))
    };
    raw.unwrap_or_default().into_iter().map(&mut check).collect()
}

/// The value of a secret has no place in a file, so a text that is no source is not quoted back:
/// it may be one.
pub(super) fn secrets(
    raw: Option<RawSecrets>,
    text: &str,
) -> Result<IndexMap<String, Source>, ManifestError> {
    let mut secrets = IndexMap::new();
    for (name, node) in raw.map(|raw| raw.0).unwrap_or_default() {
        if let Some(fault) = secret::name_fault(&name.value) {
            return Err(ManifestError::at(
                name.defined,
                format!("secrets: `{}` {fault}", quotable(&name.value)),
                "use another name, of letters, digits, `_`, `.` and `-`, not beginning with `.` or `-`",
            ));
        }
        if secrets.len() == MOST_SECRETS {
            return Err(ManifestError::at(
                name.defined,
                format!("secrets: `{}` is one more than {MOST_SECRETS}", name.value),
                "put several into one file, and name that",
            ));
        }
        let is_null = matches!(plain_text(source_of(text, node.defined)).as_str(), "null" | "~");
        let source = source(&name.value, node.value, is_null).map_err(|fault| {
            let what = format!("secrets: the source of `{}` {fault}", name.value);
            ManifestError::at(node.defined, what, Source::ADVICE)
        })?;
        secrets.insert(name.value, source);
    }
    Ok(secrets)
}

fn source(name: &str, node: RawNode, is_null: bool) -> Result<Source, &'static str> {
    match node {
        RawNode::Text(text) => Source::parse(name, &text),
        RawNode::Typed if is_null => Source::parse(name, ""),
        RawNode::Typed => Err("is no text"),
        RawNode::List(_) => Err("is a list"),
        RawNode::Map(fields) => {
            let mut fields = fields.into_iter();
            match (fields.next(), fields.next()) {
                (Some((kind, text)), None) => match (kind.value, text.value) {
                    (RawNode::Text(kind), RawNode::Text(text)) => Source::of(&kind, &text),
                    _ => Err("is no text"),
                },
                _ => Err("has not exactly one of `env`, `file` and `command`"),
            }
        }
    }
}
