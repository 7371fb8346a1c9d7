//! `list` and `show`: environments as they are in their files.

use std::io::IsTerminal as _;

use serde_json::{Value, json};

use super::excerpt::printable_lines;
use super::{Desk, Failure};
use crate::cli::args::{Json, ShowArgs};
use crate::cli::status;
use crate::domain::environment::Environment;
use crate::domain::migrate::Legacy;
use crate::ops::Broken;

pub(super) use super::excerpt::printable;

pub(super) fn list(desk: &mut Desk<'_>, args: Json) -> Result<u8, Failure> {
    let listing = desk.environments().list()?;
    if args.json {
        let environments: Vec<_> = listing
            .environments
            .iter()
            .map(|loaded| {
                let environment = &loaded.environment;
                json!({
                    "id": loaded.id,
                    "name": environment.name,
                    "base_image": environment.base_image,
                    "headless_desktop_enabled": environment.headless_desktop_enabled,
                    "cache_desktop_build": environment.cache_desktop_build,
                    "cache_container_build": environment.cache_container_build,
                    "path": loaded.path,
                })
            })
            .collect();
        let broken = broken(&listing.broken);
        desk.output.json(&json!({ "environments": environments, "broken": broken }));
        return Ok(status::OK);
    }
    let width = listing.environments.iter().map(|loaded| loaded.id.as_str().len()).max();
    let width = width.unwrap_or(0);
    for loaded in &listing.environments {
        let environment = &loaded.environment;
        let caching = caching(environment);
        let base = printable(&environment.base_image);
        let says_more = !environment.name.is_empty() && environment.name != loaded.id.as_str();
        let name =
            if says_more { format!("  {}", printable(&environment.name)) } else { String::new() };
        desk.output.line(format!("{:width$}  {caching:24}  {base}{name}", loaded.id.as_str()));
    }
    for broken in &listing.broken {
        desk.output.warning(&broken.error);
    }
    if listing.environments.is_empty() && listing.broken.is_empty() {
        let folder = desk.folders.environments();
        desk.output.note(format!(
            "no environments in `{}`; `prebake new ENV` makes one",
            folder.display()
        ));
    }
    Ok(status::OK)
}

/// Files that are no environment, as documents tell them.
pub(super) fn broken(files: &[Broken]) -> Vec<Value> {
    let tell = |broken: &Broken| {
        let place = broken.error.place();
        json!({
            "id": broken.id,
            "path": broken.path.to_string_lossy(),
            "line": place.map(|place| place.0),
            "column": place.map(|place| place.1),
            "error": broken.error.to_string(),
        })
    };
    files.iter().map(tell).collect()
}

/// What is baked, in words.
fn caching(environment: &Environment) -> &'static str {
    let desktop = environment.headless_desktop_enabled;
    match (desktop && environment.cache_desktop_build, environment.cache_container_build) {
        (true, true) => "bakes desktop, preflight",
        (true, false) => "bakes desktop",
        (false, true) => "bakes preflight",
        (false, false) => "bakes nothing",
    }
}

pub(super) fn show(desk: &mut Desk<'_>, args: &ShowArgs) -> Result<u8, Failure> {
    let loaded = desk.load(&args.environment)?;
    if args.json {
        desk.output.json(&json!({
            "id": loaded.id,
            "path": loaded.path,
            "revision": loaded.revision,
            "manifest": loaded.environment,
        }));
    } else {
        desk.output.note(format!("{}:", loaded.path.display()));
        if let Some(legacy) = Legacy::of(&loaded.environment) {
            desk.output.note(legacy.sentence(&loaded.id));
        }
        // A program gets the file as it is.
        if std::io::stdout().is_terminal() {
            desk.output.text(printable_lines(&loaded.text));
        } else {
            desk.output.text(&loaded.text);
        }
        if !loaded.text.ends_with('\n') {
            desk.output.text("\n");
        }
    }
    Ok(status::OK)
}
