//! An environment as a `devcontainer.json`, which reads back as the same environment.
//!
//! What dev containers have a field for is written into it, for every tool to read. The result is
//! read as any other file would be, and the fields that do not come out as they were are written
//! once more as they are, for prebake alone.

use super::{CUSTOMIZATIONS, KEPT, MANIFEST, TOOL};
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::import::{Kind, Source, foreign, read};
use crate::domain::manifest;
use crate::domain::mount::Mount;
use crate::domain::port::{Port, Protocol};
use crate::domain::unknown::Unknown;

/// Fields in the order of a file.
type Document = Vec<(Unknown, Unknown)>;

/// The text of a `devcontainer.json` for this environment.
#[must_use]
pub fn export(id: &EnvironmentId, environment: &Environment) -> String {
    let mut document = shared(environment);
    let text = foreign::json_text(&Unknown::Map(document.clone()));
    let source = Source { name: "devcontainer.json", text: &text, folder: "" };
    let read_back = read(Kind::Devcontainer, source).ok();
    let read_back = read_back.and_then(|reading| reading.environments.into_iter().next());
    let there = read_back.map(|imported| fields(&imported.environment)).unwrap_or_default();
    let mut own: Document = vec![(text_of("id"), text_of(id.as_str()))];
    // What is not there at all is the default of both.
    let fields = fields(environment).into_iter();
    let others: Document = fields.filter(|field| !there.contains(field)).collect();
    if !others.is_empty() {
        own.push((text_of(MANIFEST), Unknown::Map(others)));
    }
    let own = (text_of(TOOL), Unknown::Map(own));
    let is_tools = |(name, _): &&mut (Unknown, Unknown)| name.as_str() == Some(CUSTOMIZATIONS);
    match document.iter_mut().find(is_tools) {
        Some((_, Unknown::Map(tools))) => tools.push(own),
        Some((_, other)) => *other = Unknown::Map(vec![own]),
        None => document.push((text_of(CUSTOMIZATIONS), Unknown::Map(vec![own]))),
    }
    foreign::json_text(&Unknown::Map(document))
}

/// The fields of an environment's file.
fn fields(environment: &Environment) -> Document {
    match manifest::parse_any(&manifest::render(environment)) {
        Ok(Unknown::Map(fields)) => fields,
        _ => Vec::new(),
    }
}

fn text_of(text: &str) -> Unknown {
    Unknown::Text(text.to_owned())
}

/// What every tool for dev containers understands.
fn shared(environment: &Environment) -> Document {
    // What an import could not carry over goes back to where it came from.
    let mut document = match environment.unknown.get(KEPT) {
        Some(Unknown::Map(kept)) => kept.clone(),
        _ => Vec::new(),
    };
    let mut say = |name: &str, value: Unknown| {
        document.retain(|(there, _)| there.as_str() != Some(name));
        document.push((text_of(name), value));
    };
    if !environment.name.is_empty() {
        say("name", text_of(&environment.name));
    }
    say("image", text_of(&environment.base_image));
    for (name, script) in [
        ("onCreateCommand", environment.cached_preflight_script.as_str()),
        ("postStartCommand", environment.run_stage()),
    ] {
        if !script.is_empty() {
            say(name, Unknown::List(["bash", "-c", script].map(text_of).into()));
        }
    }
    let variables = environment.env_vars.iter();
    let variables: Document =
        variables.map(|(name, value)| (text_of(name), text_of(value))).collect();
    if !variables.is_empty() {
        say("containerEnv", Unknown::Map(variables));
    }
    if !environment.user.is_empty() {
        say("remoteUser", text_of(&environment.user));
    }
    // Nothing but the mounts is mounted; a folder has to go with that.
    say("workspaceMount", text_of(""));
    let workdir = environment.workdir.as_str();
    say("workspaceFolder", text_of(if workdir.is_empty() { "/" } else { workdir }));
    let mounts: Vec<Unknown> =
        environment.mounts.iter().filter_map(|mount| mounted(mount)).collect();
    if !mounts.is_empty() {
        say("mounts", Unknown::List(mounts));
    }
    let ports: Vec<Unknown> = environment.ports.iter().filter_map(|port| forwarded(port)).collect();
    if !ports.is_empty() {
        say("forwardPorts", Unknown::List(ports));
    }
    document
}

fn mounted(mount: &str) -> Option<Unknown> {
    use crate::domain::mount::Source::{Absolute, Home, Relative, Volume};
    let mount = Mount::parse(mount).ok()?;
    let (kind, source) = match &mount.source {
        Absolute(path) => ("bind", path.clone()),
        Home(rest) if rest.is_empty() => ("bind", "${localEnv:HOME}".to_owned()),
        Home(rest) => ("bind", format!("${{localEnv:HOME}}/{rest}")),
        Relative(path) => ("bind", format!("${{localWorkspaceFolder}}/{path}")),
        Volume(name) => ("volume", name.clone()),
    };
    let end = if mount.read_only { ",readonly" } else { "" };
    Some(text_of(&format!("source={source},target={},type={kind}{end}", mount.target)))
}

/// Dev containers forward ports of TCP, to the same port.
fn forwarded(port: &str) -> Option<Unknown> {
    let port = Port::parse(port).ok()?;
    (port.protocol == Protocol::Tcp).then(|| Unknown::Plain(port.container.to_string()))
}
