//! Logs as the screen shows them: of a bake, or of a task.

pub mod ansi;
pub mod wrap;

use crate::app::jobs::JobId;

/// Which log.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LogId {
    /// Of a bake that this process asked for, or found running.
    Bake(JobId),
    /// Of the task with this id.
    Task(String),
}
