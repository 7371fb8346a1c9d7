//! From a manifest as typed to an environment: defaults, and what values may be.
//!
//! What is refused here would otherwise fail at a task start, far from the line that is wrong.

use indexmap::IndexMap;
use serde_yaml::{Location, Spanned};

use super::error::{ManifestError, quotable};
use super::mounted::{cache_mounts, secrets};
use super::raw::{RawManifest, RawNode, RawPairs, RawText, source_of};
use super::{Environment, VERSION, scalar};
use crate::domain::desktop::{DEFAULT_DEPTH, DEFAULT_PORT, DEPTHS, Geometry};
use crate::domain::environment::DEFAULT_BASE_IMAGE;
use crate::domain::freshness::Freshness;
use crate::domain::image::reference_fault;
use crate::domain::mount::Mount;
use crate::domain::port::Port;
use crate::domain::unknown::Unknown;

/// Variables that prebake itself sets for every task.
const RESERVED: [&str; 2] = ["TASK_ID", "AGENTS_RUNNER_TASK_ID"];

/// The beginning of names that prebake's own wrapper uses.
const RESERVED_PREFIX: &str = "PREBAKE_";

/// Turns the fields of `text` into an environment.
pub(super) fn resolve(raw: RawManifest, text: &str) -> Result<Environment, ManifestError> {
    Ok(Environment {
        version: version(raw.version.as_ref())?,
        name: value(raw.name),
        base_image: base_image(raw.base_image)?,
        headless_desktop_enabled: raw.headless_desktop_enabled.unwrap_or_default(),
        cache_desktop_build: raw.cache_desktop_build.unwrap_or_default(),
        // A cached preflight is written to be baked.
        cache_container_build: raw.cache_container_build.unwrap_or(true),
        cached_preflight_script: value(raw.cached_preflight_script),
        run_preflight_script: value(raw.run_preflight_script),
        env_vars: env_vars(raw.env_vars)?,
        mounts: mounts(raw.mounts)?,
        ports: ports(raw.ports)?,
        cache_mounts: cache_mounts(raw.cache_mounts)?,
        secrets: secrets(raw.secrets, text)?,
        workdir: workdir(raw.workdir)?,
        user: user(raw.user)?,
        command: command(raw.command)?,
        desktop_geometry: desktop_geometry(raw.desktop_geometry)?,
        desktop_depth: desktop_depth(raw.desktop_depth)?,
        desktop_port: desktop_port(raw.desktop_port)?,
        freshness: freshness(raw.freshness)?,
        preflight_enabled: raw.preflight_enabled.unwrap_or_default(),
        preflight_script: value(raw.preflight_script),
        unknown: raw
            .unknown
            .into_iter()
            .map(|(name, node)| Ok((name, unknown(node, text)?)))
            .collect::<Result<_, ManifestError>>()?,
    })
}

/// Why a name can be no variable of a task; nothing if it can. `--env` asks the same.
#[must_use]
pub fn variable_name_fault(name: &str) -> Option<&'static str> {
    let mut bytes = name.bytes();
    let begins = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if !begins || !bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Some("is no name of a variable");
    }
    if RESERVED.contains(&name) || name.starts_with(RESERVED_PREFIX) {
        return Some("is set by prebake itself");
    }
    None
}

fn version(raw: Option<&Spanned<String>>) -> Result<u32, ManifestError> {
    let Some(raw) = raw else { return Ok(VERSION) };
    if raw.value.parse() == Ok(VERSION) {
        return Ok(VERSION);
    }
    Err(ManifestError::at(
        raw.defined,
        format!(
            "version `{}` is not known, this prebake reads version {VERSION}",
            quotable(&raw.value)
        ),
        "write `version: 1`, or use the prebake that wrote the file",
    ))
}

fn value(raw: RawText) -> String {
    raw.map(|raw| raw.value).unwrap_or_default()
}

fn base_image(raw: RawText) -> Result<String, ManifestError> {
    let Some(raw) = raw else {
        return Ok(DEFAULT_BASE_IMAGE.to_owned());
    };
    match reference_fault(&raw.value) {
        None => Ok(raw.value),
        Some(fault) => Err(ManifestError::at(
            raw.defined,
            format!("base_image: `{}` is no image reference: {fault}", quotable(&raw.value)),
            "write it as in `debian:12`",
        )),
    }
}

/// A relative folder is none of the image's, and a control character would steer whoever reads
/// the engine's words about it.
fn workdir(raw: RawText) -> Result<String, ManifestError> {
    let Some(raw) = raw else {
        return Ok(String::new());
    };
    let fault = match raw.value.as_str() {
        "" => None,
        value if value.contains(char::is_control) => Some("contains a control character"),
        value if !value.starts_with('/') => Some("is not absolute"),
        _ => None,
    };
    match fault {
        None => Ok(raw.value),
        Some(fault) => Err(ManifestError::at(
            raw.defined,
            format!("workdir: `{}` {fault}", quotable(&raw.value)),
            "write an absolute path, or \"\" for the image's own",
        )),
    }
}

/// What `/etc/passwd` can hold, or numbers. It becomes a line of a Dockerfile, so that it must
/// not hold a line end.
fn user(raw: RawText) -> Result<String, ManifestError> {
    let Some(raw) = raw else {
        return Ok(String::new());
    };
    let is_name = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    let is_user = match raw.value.split_once(':') {
        None => raw.value.is_empty() || is_name(&raw.value),
        Some((name, group)) => is_name(name) && is_name(group),
    };
    if is_user {
        return Ok(raw.value);
    }
    Err(ManifestError::at(
        raw.defined,
        format!("user: `{}` is no user", quotable(&raw.value)),
        "write `name` or `name:group` of letters, digits, `.`, `_` and `-`, or \"\" for the image's own",
    ))
}

fn refuse_nul(value: &str, place: Location, field: &str) -> Result<(), ManifestError> {
    if value.contains('\0') {
        return Err(ManifestError::at(
            place,
            format!("`{}` contains a NUL byte", quotable(field)),
            "remove the `\\0`",
        ));
    }
    Ok(())
}

fn env_vars(raw: Option<RawPairs>) -> Result<IndexMap<String, String>, ManifestError> {
    let mut variables = IndexMap::new();
    for (name, value) in raw.map(|raw| raw.0).unwrap_or_default() {
        if let Some(fault) = variable_name_fault(&name.value) {
            return Err(ManifestError::at(
                name.defined,
                format!("env_vars: `{}` {fault}", quotable(&name.value)),
                "use another name, of letters, digits and `_`, not beginning with a digit",
            ));
        }
        refuse_nul(&value.value, value.defined, &name.value)?;
        variables.insert(name.value, value.value);
    }
    Ok(variables)
}

fn mounts(raw: Option<Vec<Spanned<String>>>) -> Result<Vec<String>, ManifestError> {
    raw.unwrap_or_default()
        .into_iter()
        .map(|mount| match Mount::parse(&mount.value) {
            Ok(_) => Ok(mount.value),
            Err(error) => Err(ManifestError::at(mount.defined, error.sentence(), Mount::ADVICE)),
        })
        .collect()
}

fn ports(raw: Option<Vec<Spanned<String>>>) -> Result<Vec<String>, ManifestError> {
    raw.unwrap_or_default()
        .into_iter()
        .map(|port| match Port::parse(&port.value) {
            Ok(_) => Ok(port.value),
            Err(error) => Err(ManifestError::at(port.defined, error.sentence(), Port::ADVICE)),
        })
        .collect()
}

fn command(raw: Option<Vec<Spanned<String>>>) -> Result<Vec<String>, ManifestError> {
    raw.unwrap_or_default()
        .into_iter()
        .map(|word| {
            refuse_nul(&word.value, word.defined, "command")?;
            Ok(word.value)
        })
        .collect()
}

fn desktop_geometry(raw: RawText) -> Result<Geometry, ManifestError> {
    let read = |text: &str| Geometry::parse(text);
    choice(raw, Geometry::DEFAULT, "desktop_geometry", "no size", Geometry::ADVICE, read)
}

fn desktop_depth(raw: RawText) -> Result<u8, ManifestError> {
    let read = |text: &str| DEPTHS.into_iter().find(|depth| depth.to_string() == text);
    let advice = "write `24`, or `16` for fewer colours";
    choice(raw, DEFAULT_DEPTH, "desktop_depth", "no depth of colours", advice, read)
}

fn desktop_port(raw: RawText) -> Result<u16, ManifestError> {
    let read =
        |text: &str| text.parse().ok().filter(|&port: &u16| port.to_string() == text && port > 0);
    let advice = "write a number from 1 to 65535, or leave the field out";
    choice(raw, DEFAULT_PORT, "desktop_port", "no port", advice, read)
}

fn freshness(raw: RawText) -> Result<Freshness, ManifestError> {
    let (usual, advice) = (Freshness::default(), Freshness::ADVICE);
    choice(raw, usual, "freshness", "neither a word for it nor an age", advice, Freshness::parse)
}

/// A value of which only some texts are one.
fn choice<T>(
    raw: RawText,
    usual: T,
    field: &str,
    fault: &str,
    advice: &'static str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<T, ManifestError> {
    let Some(raw) = raw else { return Ok(usual) };
    read(&raw.value).ok_or_else(|| {
        let what = format!("{field}: `{}` is {fault}", quotable(&raw.value));
        ManifestError::at(raw.defined, what, advice)
    })
}

/// A value that is carried along. A plain scalar keeps its text, which decides its type.
fn unknown(node: Spanned<RawNode>, text: &str) -> Result<Unknown, ManifestError> {
    let place = node.defined;
    let source = source_of(text, place);
    Ok(match node.value {
        RawNode::Text(value) if begins_its_line(text, place) => as_written(value, None),
        RawNode::Text(value) => as_written(value, source),
        RawNode::Typed => Unknown::Plain(plain_text(source)),
        RawNode::List(items) => Unknown::List(
            items.into_iter().map(|item| unknown(item, text)).collect::<Result<_, _>>()?,
        ),
        RawNode::Map(fields) => Unknown::Map(
            fields
                .into_iter()
                .map(|(name, value)| Ok((unknown_name(name, text)?, unknown(value, text)?)))
                .collect::<Result<_, ManifestError>>()?,
        ),
    })
}

/// A value for what it means: all text is text, whether it was quoted or not.
pub(super) fn meant(node: Spanned<RawNode>, text: &str) -> Unknown {
    let source = source_of(text, node.defined);
    match node.value {
        RawNode::Text(value) => Unknown::Text(value),
        RawNode::Typed => Unknown::Plain(plain_text(source)),
        RawNode::List(items) => {
            Unknown::List(items.into_iter().map(|item| meant(item, text)).collect())
        }
        RawNode::Map(fields) => {
            let field = |(name, value)| (meant(name, text), meant(value, text));
            Unknown::Map(fields.into_iter().map(field).collect())
        }
    }
}

fn unknown_name(node: Spanned<RawNode>, text: &str) -> Result<Unknown, ManifestError> {
    let source = source_of(text, node.defined);
    match node.value {
        RawNode::Text(value) => Ok(as_written(value, source)),
        RawNode::Typed => Ok(Unknown::Plain(plain_text(source))),
        RawNode::List(_) | RawNode::Map(_) => Err(ManifestError::at(
            node.defined,
            "the name of a field is a list or a mapping",
            "use a text as its name",
        )),
    }
}

/// Plain if the file has exactly these characters (quotes would be among them), and if quotes
/// say nothing because the text is text without them.
fn as_written(value: String, source: Option<&str>) -> Unknown {
    let is_plain = source == Some(value.as_str()) && !value.contains('\n');
    if is_plain || scalar::inline(&value) == value {
        Unknown::Plain(value)
    } else {
        Unknown::Text(value)
    }
}

/// Whether only blanks stand before a value: then it may be the content of a block, whose header
/// is not part of its place.
fn begins_its_line(text: &str, place: Location) -> bool {
    let start = place
        .span()
        .byte_offset()
        .and_then(|start| usize::try_from(start).ok())
        .unwrap_or_default();
    let before = text.get(..start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    !before.is_empty() && line.trim().is_empty()
}

/// A null, boolean or number as written. An anchor or tag in front of it is not its text.
pub(super) fn plain_text(source: Option<&str>) -> String {
    let source = source.unwrap_or_default().trim();
    let text = match source.chars().next() {
        Some('&' | '!') => source.split_whitespace().last().unwrap_or_default(),
        _ => source,
    };
    let text = text.trim_matches(['"', '\'']);
    if text.is_empty() || text.starts_with(['&', '!', '*']) {
        "null".to_owned()
    } else {
        text.to_owned()
    }
}
