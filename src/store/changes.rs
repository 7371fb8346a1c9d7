//! Hears of changes to the files of environments, whoever makes them.

use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::error::{Action, StoreError};
use super::paths::Folders;

/// An editor that saves makes several changes at once.
const GATHER: Duration = Duration::from_millis(80);

/// The changes, for as long as it is held.
#[derive(Debug)]
pub struct Changes {
    noted: mpsc::Receiver<()>,
    /// Until when changes are gathered that nobody was told of yet.
    gathers_until: Option<Instant>,
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
        Ok(Self { noted, gathers_until: None, _watcher: watcher.map_err(cannot)? })
    }

    /// Waits for the next changes, and until those that come together are all there; `false`: there
    /// will be none any more. Whoever stops waiting is told of the same changes the next time.
    pub async fn next(&mut self) -> bool {
        let until = match self.gathers_until {
            Some(until) => until,
            None if self.noted.recv().await.is_none() => return false,
            None => *self.gathers_until.insert(Instant::now() + GATHER),
        };
        tokio::time::sleep_until(until).await;
        self.gathers_until = None;
        let _ = self.noted.try_recv();
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_change_is_told_although_nobody_waited_to_the_end() {
        let (note, noted) = mpsc::channel(1);
        let watcher = notify::recommended_watcher(|_| {}).unwrap();
        let mut changes = Changes { noted, gathers_until: None, _watcher: watcher };
        note.try_send(()).unwrap();
        for _ in 0..2 {
            let next = std::pin::pin!(changes.next());
            assert!(futures_util::poll!(next).is_pending());
        }
        let told = tokio::time::timeout(Duration::from_secs(10), changes.next()).await;
        assert_eq!(told, Ok(true));
        drop(note);
        assert!(!changes.next().await);
    }
}
