//! Where the lines of running bakes and tasks go, to be read again by the log on the screen.

use std::path::Path;

use super::Outbox;
use crate::app::event::Returned;
use crate::app::log::{LogEffect, LogId};

/// All logs that are open.
#[derive(Clone)]
pub(super) struct Logs {
    _outbox: Outbox,
}

/// The way into one log.
pub(super) struct Sink;

impl Logs {
    /// None yet.
    pub(super) fn new(outbox: Outbox) -> Self {
        Self { _outbox: outbox }
    }

    /// Begins the log `id`; one of that name is begun anew.
    pub(super) fn begin(&self, _id: &LogId) -> Sink {
        Sink
    }

    /// Does what the screen asks of a log.
    pub(super) fn perform(&self, _effect: &LogEffect) {}

    /// Opens a log in the person's pager, which has the terminal.
    pub(super) async fn page(&self, _log: &LogId, _line: u64) -> Returned {
        Returned::Failed("the pager cannot be opened".to_owned())
    }
}

impl Sink {
    /// The lines are in this file already, written by another part: they are read from there and
    /// not kept again.
    pub(super) fn file(&mut self, _path: &Path) {}

    /// Adds a line, without its end, and when it was written in milliseconds since the epoch.
    pub(super) fn line(&mut self, _at: Option<u64>, _bytes: &[u8]) {}

    /// What was added can be seen.
    pub(super) fn flush(&mut self) {}

    /// There will be no more.
    pub(super) fn end(self) {}
}
