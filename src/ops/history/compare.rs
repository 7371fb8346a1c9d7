//! Two entries side by side: inputs, times of statements, and the text of their logs.

use std::io::Read as _;

use serde::Serialize;

use super::{Told, entry, log};
use crate::domain::difference;
use crate::domain::digest::Digest;
use crate::domain::history::compare::{self, InputChange, ScriptPair};
use crate::domain::history::estimate::EarlierScript;
use crate::domain::history::{Entry, ScriptTimes};
use crate::ops::OpError;
use crate::store::Folders;
use crate::store::scripts::Scripts;

/// Longer logs are not compared: a difference of that size helps nobody.
const LARGEST: u64 = 8 * 1024 * 1024;

/// Two entries side by side; the document of `prebake history --diff A B --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The first.
    pub from: Entry,
    /// The second.
    pub to: Entry,
    /// The inputs in which they differ.
    pub inputs: Vec<InputChange>,
    /// Their scripts, statement by statement.
    pub scripts: Vec<ScriptPair>,
    /// The difference of their logs as a unified diff; empty: they are the same; none: one of
    /// them has none, or is too long.
    pub log: Option<String>,
}

/// Compares two entries that a person named.
pub fn compare(folders: &Folders, from: &str, to: &str) -> Result<Comparison, OpError> {
    let (from, to) = (entry(folders, from)?, entry(folders, to)?);
    let texts = |told: &Told| with_texts(folders, &told.detail.scripts);
    let logs = [&from.entry, &to.entry].map(|entry| text(folders, entry));
    let [old, new] = logs;
    let log = old.zip(new).map(|(old, new)| {
        let names = [&from, &to].map(|told| format!("log of entry {}", told.entry.number));
        difference::unified(&old, &new, (&names[0], &names[1]))
    });
    Ok(Comparison {
        inputs: compare::inputs(&from.detail, &to.detail),
        scripts: compare::scripts(&texts(&from), &texts(&to)),
        log,
        from: from.entry,
        to: to.entry,
    })
}

/// Scripts with their texts, as far as copies of them are kept here.
#[must_use]
pub fn with_texts(folders: &Folders, scripts: &[ScriptTimes]) -> Vec<EarlierScript> {
    let copies = Scripts::new(folders.clone());
    let text = |times: &ScriptTimes| {
        let copy = copies.recall(&Digest::parse(times.sha256.as_deref()?)?)?;
        String::from_utf8(copy).ok()
    };
    scripts.iter().map(|times| EarlierScript { text: text(times), times: times.clone() }).collect()
}

fn text(folders: &Folders, entry: &Entry) -> Option<String> {
    let mut bytes = Vec::new();
    log(folders, entry).ok()?.take(LARGEST + 1).read_to_end(&mut bytes).ok()?;
    let fits = bytes.len() as u64 <= LARGEST;
    fits.then(|| String::from_utf8_lossy(&bytes).into_owned())
}
