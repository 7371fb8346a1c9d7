//! Mounts of a `devcontainer.json`: `source=...,target=...,type=bind`, or the same as a mapping.

use super::variables::{Known, Template};
use crate::domain::import::fields::{Fields, Taken};
use crate::domain::import::sketch::Sketch;
use crate::domain::unknown::Unknown;

/// Adds one mount.
pub(super) fn add(sketch: &mut Sketch, taken: Taken, known: Known<'_>) -> Option<String> {
    let field = taken.field.clone();
    let parts = match taken.value {
        Unknown::Map(_) => {
            let mut fields = Fields::of(taken.value, "", &mut sketch.notes)?;
            let names = ["type", "source", "src", "target", "dst", "destination", "readonly", "ro"];
            let words = names.iter().filter_map(|name| {
                let value = fields.take(name)?.value;
                Some(((*name).to_owned(), value.as_str().unwrap_or_default().to_owned()))
            });
            words.collect::<Vec<_>>()
        }
        Unknown::Text(ref text) | Unknown::Plain(ref text) => {
            let word = |part: &str| {
                let (name, value) = part.split_once('=').unwrap_or((part, "true"));
                (name.trim().to_owned(), value.trim().to_owned())
            };
            text.split(',').map(word).collect()
        }
        Unknown::List(_) => {
            sketch.left(field, "it is a list, where a mount is expected");
            return None;
        }
    };
    let find = |names: &[&str]| {
        parts.iter().find(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value)
    };
    let kind = find(&["type"]).map_or("bind", String::as_str);
    if !matches!(kind, "bind" | "volume") {
        sketch.left(field, "only folders and volumes can be mounted");
        return None;
    }
    let template = |names: &[&str]| find(names).map(|text| Template::parse(text, known));
    let source = template(&["source", "src"]).map(|source| source.source());
    let target = template(&["target", "dst", "destination"]).map(|target| target.literal());
    let (Some(source), Some(target)) = (source, target) else {
        sketch.left(field, "it has no source, or no target");
        return None;
    };
    let (source, target) = match (source, target) {
        (Ok(source), Ok(target)) => (source, target),
        (Err(missing), _) | (_, Err(missing)) => {
            let why = format!("`{}` is not known before the start", missing.join("`, `"));
            sketch.left(field, &why);
            return None;
        }
    };
    let is_read_only = find(&["readonly", "ro"]).is_some_and(|flag| flag != "false");
    let end = if is_read_only { ":ro" } else { "" };
    let mount = format!("{source}:{target}{end}");
    let value = sketch.text(Some(Taken { field, value: Unknown::Text(mount.clone()) }))?;
    sketch.add_mount(&value, &mount).then_some(target)
}
