//! An entry of the history: one bake or one task start, and how it ended. Never a script, a
//! command or a variable: only digests, numbers, and sentences of our own.

use std::collections::BTreeMap;
use std::fmt;

use bytesize::ByteSize;
use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::times::ScriptTimes;
use super::words;
use crate::domain::layer::labels::{self, Labels};
use crate::domain::layer::{Layer, LayerKind, Stack};
use crate::domain::task::Timings;

/// What an entry is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The bake of one layer.
    Bake,
    /// The start of a task.
    Start,
}

/// How a bake or a start ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Every layer of the task was there.
    Hit,
    /// A layer was baked here.
    Baked,
    /// Somebody else's bake was waited for.
    Joined,
    /// The bake of a client that had gone was finished.
    Adopted,
    /// The task started without a layer whose bake failed.
    Degraded,
    /// The task's environment bakes nothing.
    Uncached,
    /// A script failed, or nothing could be started.
    Failed,
    /// The person ended it.
    Cancelled,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Hit,
        Self::Baked,
        Self::Joined,
        Self::Adopted,
        Self::Degraded,
        Self::Uncached,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Baked => "baked",
            Self::Joined => "joined",
            Self::Adopted => "adopted",
            Self::Degraded => "degraded",
            Self::Uncached => "uncached",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads what [`Outcome::word`] writes.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// One bake or one start.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// Its number, from 1, by which a person names it; 0: it is not recorded yet.
    pub number: u64,
    /// What it is of.
    pub kind: Kind,
    /// The id of the bake or the task.
    pub name: String,
    /// The environment's id.
    pub environment: String,
    /// When it began.
    pub began: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// The layer that was baked; none: it is a start.
    pub layer: Option<LayerKind>,
    /// The keys of the layers, bottom first: of a bake its own.
    pub keys: Vec<String>,
    /// The digests of all scripts that make the environment what it is, baked or not.
    #[serde(skip)]
    pub stages: String,
    /// The image that was made, or that the task ran on.
    pub image: String,
    /// The image's size in bytes, what it lies on included.
    pub bytes: Option<u64>,
    /// How much of that the layer added.
    pub layer_bytes: Option<u64>,
    /// Why it was baked, is degraded, or failed.
    pub why: Option<String>,
    /// The exit status of the script that failed, or of the task.
    pub exit_code: Option<i64>,
    /// The line at which a script failed.
    pub line: Option<u32>,
    /// How long it took, in milliseconds: a bake to its image, a start to its command.
    pub took_ms: Option<f64>,
    /// How long the scripts of a bake took, in milliseconds; of a start those of its image's bake,
    /// as the image tells it.
    pub scripts_ms: Option<f64>,
    /// What a start takes when nothing is baked, if this entry is a measurement of it.
    pub cold_ms: Option<f64>,
    /// What a warm start saved.
    pub saved_ms: Option<f64>,
    /// Whether a log of it was written.
    pub log: bool,
}

impl Entry {
    /// What it is of: a `bake` of the `environment` layer, the `start` of `0123456789ab`.
    #[must_use]
    pub fn what(&self) -> (&'static str, String) {
        match self.kind {
            Kind::Start => ("start", self.name.clone()),
            Kind::Bake => ("bake", self.layer.map(|layer| layer.to_string()).unwrap_or_default()),
        }
    }

    /// What else there is to say of it in a line: what the layer added, what the start saved, the
    /// exit status, and why.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let size = self.layer_bytes.map(|bytes| ByteSize(bytes).display().si().to_string());
        let saved = self.saved_ms.filter(|saved| *saved > 0.0);
        let parts = [
            size.map(|size| format!("+{size}")),
            saved.map(|saved| format!("saved {}", words::duration(saved))),
            self.exit_code.filter(|code| *code != 0).map(|code| format!("exit {code}")),
            self.why.clone().filter(|_| self.outcome != Outcome::Hit),
        ];
        parts.into_iter().flatten().collect()
    }
}

/// What of an entry is looked at on its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Detail {
    /// The parts it consisted of.
    pub phases: Phases,
    /// The scripts that ran, with the times of their lines.
    pub scripts: Vec<ScriptTimes>,
    /// All that decides what is in each layer, by key.
    pub inputs: BTreeMap<String, Inputs>,
}

/// The inputs of a layer by their names.
pub type Inputs = BTreeMap<String, String>;

/// The parts of a bake or of a start.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Phases {
    /// Of a bake.
    Bake(BakeTimes),
    /// Of a start.
    Start(Timings),
}

impl Default for Phases {
    fn default() -> Self {
        Self::Start(Timings::default())
    }
}

/// How long the parts of a bake took, in milliseconds; none: not seen by this client.
#[derive(Clone, Debug, Default, PartialEq, Serialize, serde::Deserialize)]
pub struct BakeTimes {
    /// The scripts, by the engine's clock.
    pub scripts_ms: Option<f64>,
    /// Making the image.
    pub commit_ms: Option<f64>,
    /// From the beginning until the image was there.
    pub total_ms: Option<f64>,
}

/// The inputs of a layer by the labels of its image or of its bake.
#[must_use]
pub fn inputs(all: &Labels) -> Inputs {
    let names = [
        (labels::BASE_REFERENCE, "base image"),
        (labels::BASE_ID, "base image id"),
        (labels::PLATFORM, "platform"),
        (labels::USER, "user"),
        (labels::BELOW, "desktop layer"),
        (labels::RECIPE_SHA256, "recipe"),
    ];
    let script = |label: &str| {
        let name = label.strip_prefix("prebake.script.")?.strip_suffix(".sha256")?;
        Some(name.replace('_', " "))
    };
    all.iter()
        .filter_map(|(label, value)| {
            let known = names.iter().find(|(name, _)| name == label);
            let name = known.map(|(_, name)| (*name).to_owned()).or_else(|| script(label))?;
            Some((name, value.clone()))
        })
        .collect()
}

/// The inputs of a layer that is planned.
#[must_use]
pub fn inputs_of(layer: &Layer) -> Inputs {
    inputs(&labels::of_layer(layer, "", "", ""))
}

/// The digests of all scripts that make what tasks of this stack run in, whether they are baked
/// or run at the start: two starts with the same ones differ only in what the cache did.
#[must_use]
pub fn stages(stack: &Stack) -> String {
    let baked = stack.layers.iter().flat_map(|layer| &layer.scripts);
    let mut digests: Vec<&str> =
        baked.chain(&stack.at_start).map(|script| script.digest.short()).collect();
    digests.sort_unstable();
    digests.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_outcomes_are_read_again() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::parse(outcome.word()), Some(outcome));
        }
        assert_eq!(Outcome::parse("good"), None);
    }

    #[test]
    fn inputs_are_what_decides_and_nothing_else() {
        let all = [
            (labels::ROLE, "layer"),
            (labels::BAKE, "b1"),
            (labels::CLIENT, "c1"),
            (labels::USER, "dev"),
            (labels::RECIPE, "FROM"),
            ("prebake.script.cached_preflight.sha256", "ab"),
            ("maintainer", "somebody"),
        ];
        let all = all.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let inputs = inputs(&all.into());
        let told: Vec<_> = inputs.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(told, [("cached preflight", "ab"), ("user", "dev")]);
    }
}
