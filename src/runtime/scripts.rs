//! What the scripts on the screen ask for: findings, and drafts of what is unsaved.
//!
//! Drafts are written one after the other by one thread, so that none overtakes another.

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::Outbox;
use super::drafts::Desk;
use super::lint::Linter;
use crate::app::scripts::ScriptsEffect;
use crate::ops::Folders;

/// What is done about drafts, one after the other.
pub(super) struct Keeper {
    linter: Linter,
    work: mpsc::UnboundedSender<ScriptsEffect>,
    thread: JoinHandle<()>,
}

impl Keeper {
    /// Begins to wait for work.
    pub(super) fn start(folders: &Folders, outbox: Outbox) -> Self {
        let (work, mut asked) = mpsc::unbounded_channel();
        let mut desk = Desk::new(folders);
        let told = outbox.clone();
        let thread = tokio::task::spawn_blocking(move || {
            while let Some(effect) = asked.blocking_recv() {
                let event = desk.perform(effect);
                for event in event.into_iter().chain(desk.news.drain(..)) {
                    told.tell_blocking(event);
                }
            }
        });
        Self { linter: Linter::new(folders.clone(), outbox), work, thread }
    }

    /// Does what the scripts ask for.
    pub(super) fn perform(&mut self, effect: ScriptsEffect) {
        match effect {
            ScriptsEffect::Lint { .. } | ScriptsEffect::Count(_) => self.linter.perform(effect),
            // The thread ends only with this keeper.
            effect => drop(self.work.send(effect)),
        }
    }

    /// Waits until everything that was asked for is done.
    pub(super) async fn finish(self) {
        drop(self.work);
        let _ = self.thread.await;
    }
}
