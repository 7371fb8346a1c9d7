//! Hears of changes to the files of environments, whoever makes them.

use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

use super::error::{Action, StoreError};
use super::paths::Folders;

/// An editor that saves makes several changes at once.
const GATHER: Duration = Duration::from_millis(80);

/// The changes, for as long as it is held.
#[derive(Debug)]
pub struct Changes {
    noted: mpsc::Receiver<()>,
    _watcher: RecommendedWatcher,
}

impl Changes {
    /// Begins to watch the folder of environments, which is made if it is not there.
    pub fn watch(folders: &Folders) -> Result<Self, StoreError> {
        let folder = folders.create_environments()?;
        let (note, noted) = mpsc::channel(1);
        let heard = move |event: notify::Result<notify::Event>| {
            // Reading is no change; a change that is already noted need not be noted twice.
            if event.is_ok_and(|event| !event.kind.is_access()) {
                let _ = note.try_send(());
            }
        };
        let watcher = notify::recommended_watcher(heard).and_then(|mut watcher| {
            watcher.watch(&folder, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        let cannot = |error: notify::Error| {
            StoreError::io(Action::Watch, &folder)(std::io::Error::other(error.to_string()))
        };
        Ok(Self { noted, _watcher: watcher.map_err(cannot)? })
    }

    /// Waits for the next changes, and until those that come together are all there; `false`: there
    /// will be none any more.
    pub async fn next(&mut self) -> bool {
        if self.noted.recv().await.is_none() {
            return false;
        }
        tokio::time::sleep(GATHER).await;
        let _ = self.noted.try_recv();
        true
    }
}
