//! Environments that were written for something else, read into ours: text in, environments out,
//! with a note for every field on what became of it.
//!
//! [`Kind`] tells what a file is. A file of [`agents_runner`], [`devcontainer`] or [`gitpod`] is
//! read to a value without meaning (`foreign`), whose `fields` are taken one by one into a
//! `sketch` of an environment; a [`shell`] script and prebake's [`own`] files are simpler, and a
//! [`container`] was never a file. What no
//! field of ours can hold is kept among the unknown ones, and told.
//!
//! Reading never gives up on the whole for the sake of a part: a value of a wrong type is turned
//! into the right one or left, an environment that is none is left, and each is told with its
//! place. Only a text that is not of its format at all is an error.

pub mod container;

mod agents_runner;
mod devcontainer;
mod encoding;
mod fields;
mod foreign;
mod gitpod;
mod ids;
mod kind;
mod own;
mod shell;
mod sketch;
mod steps;

use serde::Serialize;

use super::environment::{Environment, EnvironmentId};
use super::place::Place;

pub use devcontainer::export;
pub use encoding::decode;
pub use ids::{distinct, id_of};
pub use kind::{Kind, worth_reading};

/// A file to read.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name, without folders.
    pub name: &'a str,
    /// All of it.
    pub text: &'a str,
    /// The absolute path of the folder that it speaks of; empty: none is known.
    pub folder: &'a str,
}

/// What was found in a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The environments, in the file's order.
    pub environments: Vec<Imported>,
    /// A script that is to run before every environment's run preflight.
    pub settings_preflight: Option<String>,
    /// What became of the rest of the file.
    pub notes: Vec<Note>,
}

/// An environment out of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The id it is to have, if it is free.
    pub id: EnvironmentId,
    /// Where in the file it stands, such as `environments[1]`; empty: it is the file.
    pub at: String,
    /// What it says.
    pub environment: Environment,
    /// What became of each of its fields.
    pub notes: Vec<Note>,
}

/// What became of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The field, as a path below the environment: `extra_mounts[1]`.
    pub field: String,
    /// What became of it.
    pub fate: Fate,
    /// The same in words, as the end of a sentence about the field.
    pub told: String,
}

/// What can become of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// A field of ours says it.
    Became,
    /// The same, after it was turned into what that field can hold.
    Changed,
    /// It is kept as it is, and nothing is done with it.
    Kept,
    /// It is not carried over.
    Left,
}

/// Why a text is not of its format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cause}; {advice}")]
pub struct ImportError {
    /// Where.
    pub place: Place,
    /// What is wrong there.
    pub cause: String,
    /// What to do.
    pub advice: String,
}

/// Reads a file of a kind.
pub fn read(kind: Kind, source: Source<'_>) -> Result<Reading, ImportError> {
    let mut reading = match kind {
        Kind::Environment => own::read(source),
        Kind::AgentsRunner => agents_runner::read(source),
        Kind::Devcontainer => devcontainer::read(source),
        Kind::Gitpod => gitpod::read(source),
        Kind::Shell => Ok(shell::read(source)),
        // No text is one.
        Kind::Container => Ok(Reading::default()),
    }?;
    for imported in &mut reading.environments {
        imported.note_nuls();
    }
    let is_json = kind == Kind::Devcontainer
        || (kind == Kind::AgentsRunner && !source.name.to_lowercase().ends_with(".toml"));
    if is_json && let (_, count @ 1..) = encoding::paired(source.text) {
        let what = match count {
            1 => "an escape that is half a character becomes".to_owned(),
            _ => format!("{count} escapes that are half a character become"),
        };
        let told = format!("{what} U+FFFD: such as `\\ud800` alone is no text");
        reading.notes.push(Note::new("", Fate::Changed, told));
    }
    Ok(reading)
}

impl Imported {
    /// Notes the scripts that are no text for bash.
    fn note_nuls(&mut self) {
        let Environment { cached_preflight_script, run_preflight_script, .. } = &self.environment;
        for (field, script) in [
            ("cached_preflight_script", cached_preflight_script),
            ("run_preflight_script", run_preflight_script),
            ("preflight_script", &self.environment.preflight_script),
        ] {
            if script.contains('\0') {
                let told = format!(
                    "holds NUL bytes, for which bash may take the script for a program and not run it; `prebake lint {} --fix` removes them",
                    self.id
                );
                self.notes.push(Note::new(field, Fate::Kept, told));
            }
        }
    }
}

impl Note {
    /// A note on a field.
    fn new(field: impl Into<String>, fate: Fate, told: impl Into<String>) -> Self {
        Self { field: field.into(), fate, told: told.into() }
    }
}

#[cfg(test)]
mod properties;
