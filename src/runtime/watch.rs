//! Hears of changes to the files of environments, whoever makes them.

use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

use super::Outbox;
use crate::app::environments::EnvironmentsEvent;
use crate::app::event::Event;
use crate::ops::Folders;

/// An editor that saves makes several changes at once.
const GATHER: Duration = Duration::from_millis(80);

/// Holds the watcher: it ends with this.
pub(super) struct Watch(
    #[expect(dead_code, reason = "it works while it is held")] RecommendedWatcher,
);

impl Watch {
    /// Begins to watch; none: the system cannot, and the person's key to refresh is left.
    pub(super) fn start(folders: &Folders, outbox: Outbox) -> Option<Self> {
        let folder = folders.create_environments().ok()?;
        let (changed, mut changes) = mpsc::channel(1);
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                // Reading is no change; a change that is already noted need not be noted twice.
                if event.is_ok_and(|event| !event.kind.is_access()) {
                    let _ = changed.try_send(());
                }
            })
            .ok()?;
        watcher.watch(&folder, RecursiveMode::NonRecursive).ok()?;
        tokio::spawn(async move {
            while changes.recv().await.is_some() {
                tokio::time::sleep(GATHER).await;
                let _ = changes.try_recv();
                if !outbox.tell(Event::Environments(EnvironmentsEvent::FilesChanged)).await {
                    return;
                }
            }
        });
        Some(Self(watcher))
    }
}
