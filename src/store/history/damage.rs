//! A broken database is moved out of the way, with what belongs to it, and is never deleted.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::error::{Action, StoreError};
use crate::store::lock::Lock;

/// How long another prebake that moves it is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Moves the database at `path` away, unless that was done meanwhile: `inode` is the file that
/// was found broken. Gives the sentence to tell, as an error.
pub(super) fn set_aside(path: &Path, inode: u64, cause: String) -> Result<StoreError, StoreError> {
    let _lock = Lock::take(&path.with_extension("lock"), PATIENCE)?;
    let numbered = |number: u32| path.with_extension(format!("{number}.damaged"));
    let next = (1..u32::MAX).find(|number| !numbered(*number).exists()).unwrap_or(u32::MAX);
    let kept = if fs::metadata(path).is_ok_and(|found| found.ino() == inode) {
        let kept = numbered(next);
        // The log first: beside a new database it would be taken for that one's.
        for ending in ["-wal", "-shm", ""] {
            let (from, to) = (with(path, ending), with(&kept, ending));
            match fs::rename(&from, to) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(StoreError::io(Action::Move, &from)(error)),
            }
        }
        kept
    } else {
        numbered(next.saturating_sub(1))
    };
    Ok(StoreError::HistoryDamaged { path: path.to_owned(), cause, kept })
}

fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
