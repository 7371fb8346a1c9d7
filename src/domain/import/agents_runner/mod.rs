//! Agents Runner, every generation of its files: a list of environments in `environments.json`,
//! bare or as a field; the list inside `state.json` and `state.toml`, beside the settings; and one
//! `environment-<id>.json` for each.
//!
//! All of them hold the same mappings ([`environment`]), so that only the way to them differs.

mod environment;

use super::fields::{Fields, kind_of};
use super::sketch::{Sketch, printable};
use super::{Fate, ImportError, Note, Reading, Source, foreign};
use crate::domain::place::Place;
use crate::domain::unknown::Unknown;

/// Where the settings keep the script that runs before every environment's own.
const SETTINGS_PREFLIGHT: &str = "the script that runs before every run preflight";

pub(super) fn read(source: Source<'_>) -> Result<Reading, ImportError> {
    let is_toml = source.name.to_lowercase().ends_with(".toml");
    let value = if is_toml { foreign::toml(source.text) } else { foreign::json(source.text) }?;
    let mut reading = Reading::default();
    match value {
        Unknown::List(items) => list(items, "", None, &mut reading),
        Unknown::Map(_) => mapping(value, source, &mut reading),
        other => {
            return Err(ImportError {
                place: Place::START,
                cause: format!("the file is {}, where environments are expected", kind_of(&other)),
                advice: "name a file that Agents Runner wrote".to_owned(),
            });
        }
    }
    Ok(reading)
}

/// A mapping is a state with a list, or a single environment.
fn mapping(value: Unknown, source: Source<'_>, reading: &mut Reading) {
    let Some(mut fields) = Fields::of(value, "", &mut reading.notes) else { return };
    let is_state = fields.has("environments") || fields.has("settings");
    // The script of the settings may stand in the state itself.
    let is_settings = source.name.to_lowercase() == "state.toml" && !fields.has("env_id");
    if !is_state && !is_settings {
        return reading.environments.extend(environment::read(fields, source.name, "", None));
    }
    let environments = fields.take("environments");
    match fields.take("settings") {
        Some(settings) => {
            let settings = settings.value;
            if let Some(settings) = Fields::of(settings, "settings.", &mut reading.notes) {
                settings_preflight(settings, reading);
            }
        }
        None if is_settings => {
            let settings = std::mem::take(&mut fields);
            settings_preflight(settings, reading);
        }
        None => {}
    }
    match environments.map(|environments| environments.value) {
        Some(Unknown::List(items)) => list(items, "environments", None, reading),
        // Named by their ids.
        Some(Unknown::Map(named)) => {
            for (name, value) in named {
                let name = name.as_str().unwrap_or_default().to_owned();
                let at = format!("environments.{}", printable(&name));
                item(value, &at, Some(&name), reading);
            }
        }
        Some(other) => {
            let told = format!("is {}, where a list of environments is expected", kind_of(&other));
            reading.notes.push(Note::new("environments", Fate::Left, told));
        }
        None => {}
    }
    for (name, taken) in fields.rest() {
        if name != "version" {
            let told = "is not carried over: it holds no environments";
            reading.notes.push(Note::new(printable(&taken.field), Fate::Left, told));
        }
    }
}

fn list(items: Vec<Unknown>, path: &str, name: Option<&str>, reading: &mut Reading) {
    for (index, value) in items.into_iter().enumerate() {
        item(value, &format!("{path}[{index}]"), name, reading);
    }
}

/// An environment among others.
fn item(value: Unknown, at: &str, name: Option<&str>, reading: &mut Reading) {
    let kind = kind_of(&value);
    let mut notes = Vec::new();
    let read = match Fields::of(value, "", &mut notes) {
        None => Err(format!("is {kind}, where an environment is expected")),
        Some(fields) => environment::read(fields, "", at, name)
            .ok_or_else(|| "has neither an id nor a name to make one of".to_owned()),
    };
    match read {
        Ok(mut imported) => {
            imported.notes.splice(0..0, notes);
            reading.environments.push(imported);
        }
        Err(told) => reading.notes.push(Note::new(at, Fate::Left, told)),
    }
}

fn settings_preflight(mut settings: Fields, reading: &mut Reading) {
    let mut sketch = Sketch::default();
    let script = settings.take_first(&["preflight_script", "settings_preflight_script"]);
    let script = sketch.text(script).filter(|script| !script.value.trim().is_empty());
    let enabled = settings.take("preflight_enabled");
    // A script without a switch was written to run.
    let is_on = sketch.flag(enabled).is_none_or(|enabled| enabled.value);
    match script {
        Some(script) if is_on => {
            sketch.became(&script, SETTINGS_PREFLIGHT);
            reading.settings_preflight = Some(script.value);
        }
        Some(script) => sketch.left(script.field, "it is switched off there"),
        None => {}
    }
    reading.notes.append(&mut sketch.notes);
    let others: Vec<String> =
        settings.names().map(|name| format!("`{}`", printable(name))).collect();
    if !others.is_empty() {
        let told = format!("is left to Agents Runner: {}", others.join(", "));
        reading.notes.push(Note::new("settings", Fate::Left, told));
    }
}

#[cfg(test)]
mod tests;
