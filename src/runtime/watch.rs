//! Tells the screen of changes to the files of environments, whoever makes them.

use tokio::task::JoinHandle;

use super::Outbox;
use crate::app::environments::EnvironmentsEvent;
use crate::app::event::Event;
use crate::ops::{FolderChanges, Folders};

/// Watches until it is dropped.
pub(super) struct Watch(JoinHandle<()>);

impl Watch {
    /// Begins to watch; none: the system cannot, and the person's key to refresh is left.
    pub(super) fn start(folders: &Folders, outbox: Outbox) -> Option<Self> {
        let mut changes = FolderChanges::watch(folders).ok()?;
        Some(Self(tokio::spawn(async move {
            while changes.next().await {
                if !outbox.tell(Event::Environments(EnvironmentsEvent::FilesChanged)).await {
                    return;
                }
            }
        })))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}
