//! A lock between processes, held by an open file and gone with it, even after a crash.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use super::error::{Action, StoreError};

/// How often a held lock is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock named by the file `path`, waiting for at most `patience`.
    ///
    /// The file stays when the lock is released: a removed one could be locked twice.
    pub fn take(path: &Path, patience: Duration) -> Result<Self, StoreError> {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(StoreError::io(Action::Lock, path))?;
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::Error(error)) => {
                    return Err(StoreError::io(Action::Lock, path)(error));
                }
                Err(TryLockError::WouldBlock) => {
                    let waited = began.elapsed();
                    if waited >= patience {
                        return Err(StoreError::Locked { lock: path.to_owned(), waited });
                    }
                    std::thread::sleep(PAUSE.min(patience.saturating_sub(waited)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_excludes_until_it_is_dropped() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join(".lock");
        let held = Lock::take(&path, Duration::ZERO).unwrap();
        let words = Lock::take(&path, Duration::ZERO).unwrap_err().to_string();
        assert!(words.contains("/.lock`: another prebake"), "{words}");
        drop(held);
        Lock::take(&path, Duration::ZERO).unwrap();
    }
}
