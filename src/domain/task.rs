//! A task: one start of a command in an environment; its id, what was measured, what is told of it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The id of a task, 12 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct TaskId(String);

impl TaskId {
    /// How many hex digits an id has.
    pub const DIGITS: usize = 12;

    /// An id of these digits, which are random where tasks are made.
    #[must_use]
    pub fn of(digits: String) -> Self {
        Self(digits)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the task's container.
    #[must_use]
    pub fn container(&self) -> String {
        format!("prebake-task-{}", self.0)
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the cache did for a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Every layer was there.
    Hit,
    /// A layer had to be baked, joined or adopted first.
    Miss,
    /// A bake failed, and the task started without its layer.
    Degraded,
    /// The environment bakes nothing.
    Uncached,
}

/// How long the parts of a task start took, in milliseconds. A part that did not happen, or was
/// not seen because nobody watched, has no value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// From the beginning until the plan was there.
    pub resolve_ms: Option<f64>,
    /// Baking, joining or adopting layers.
    pub bake_ms: Option<f64>,
    /// Creating the container, scripts put into it included.
    pub create_ms: Option<f64>,
    /// Starting the container.
    pub start_ms: Option<f64>,
    /// From the beginning until the desktop was ready.
    pub desktop_ms: Option<f64>,
    /// The stages in the container before the command, by the container's clock.
    pub preflight_ms: Option<f64>,
    /// From the beginning until the command first wrote something.
    pub first_output_ms: Option<f64>,
    /// From the beginning until the task had ended.
    pub total_ms: Option<f64>,
}

/// What is told of a task at its end. Neither its command nor its variables: they may hold secrets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TaskRecord {
    /// The task.
    pub id: TaskId,
    /// The environment's id.
    pub environment: String,
    /// The image it ran on: `repository:key`, or the base's reference.
    pub image: String,
    /// What the cache did for it.
    pub outcome: Outcome,
    /// Why it is degraded.
    pub degraded: Option<String>,
    /// Why the image it ran on is stale.
    pub stale: Option<String>,
    /// When it was asked for, RFC 3339.
    pub asked_at: String,
    /// Its exit status; none: it was left running, or nobody saw its end.
    pub exit_code: Option<i64>,
    /// What was measured.
    pub timings: Timings,
}
