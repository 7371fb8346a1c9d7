//! Where the lines of running bakes and tasks go, to be read again by the log on the screen.

use std::path::Path;

use crate::app::log::LogId;

/// All logs that are open.
#[derive(Clone, Default)]
pub(super) struct Logs;

/// The way into one log.
pub(super) struct Sink;

impl Logs {
    /// Begins the log `id`; one of that name is begun anew.
    pub(super) fn begin(&self, _id: &LogId) -> Sink {
        Sink
    }
}

impl Sink {
    /// The lines are in this file already, written by another part: they are read from there and
    /// not kept again.
    pub(super) fn file(&mut self, _path: &Path) {}

    /// Adds a line, without its end.
    pub(super) fn line(&mut self, _bytes: &[u8]) {}

    /// What was added can be seen.
    pub(super) fn flush(&mut self) {}

    /// There will be no more.
    pub(super) fn end(self) {}
}
