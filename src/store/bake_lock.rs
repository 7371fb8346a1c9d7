//! Locks between prebake processes of one machine: who drives a bake. The kernel frees a lock
//! when its process ends, however it ends.

use std::fs::{DirBuilder, File, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// A held lock; dropping it frees it and removes its file.
#[derive(Debug)]
pub struct BakeLock {
    file: File,
    path: PathBuf,
}

impl BakeLock {
    /// Takes the lock `name` in `folder`, or returns `None` when another process holds it.
    pub fn try_take(folder: &Path, name: &str) -> std::io::Result<Option<Self>> {
        // It may be the first thing below the state folder, which is for its owner only.
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let path = folder.join(format!("{name}.lock"));
        loop {
            let file =
                File::options().write(true).create(true).truncate(false).mode(0o600).open(&path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // The holder before may have removed the file between our open and our lock; then
            // this lock is on a file that nobody else will find.
            let ours = file.metadata()?.ino();
            if std::fs::metadata(&path).is_ok_and(|there| there.ino() == ours) {
                return Ok(Some(Self { file, path }));
            }
        }
    }
}

impl BakeLock {
    /// Removes the files of locks that nobody holds: their holders were killed.
    pub fn remove_free(folder: &Path) {
        let Ok(files) = std::fs::read_dir(folder) else { return };
        for file in files.flatten() {
            let name = file.file_name();
            if let Some(name) = name.to_str().and_then(|name| name.strip_suffix(".lock")) {
                // Taken and dropped, which removes it.
                let _ = Self::try_take(folder, name);
            }
        }
    }
}

impl Drop for BakeLock {
    fn drop(&mut self) {
        // Removed while still held, so that nobody can lock a file that is about to go.
        let _ = std::fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = BakeLock::try_take(folder.path(), "a").unwrap().unwrap();
        assert!(BakeLock::try_take(folder.path(), "a").unwrap().is_none());
        assert!(BakeLock::try_take(folder.path(), "b").unwrap().is_some());
        drop(first);
        assert!(BakeLock::try_take(folder.path(), "a").unwrap().is_some());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

        let held = BakeLock::try_take(folder.path(), "held").unwrap().unwrap();
        std::fs::write(folder.path().join("left.lock"), "").unwrap();
        BakeLock::remove_free(folder.path());
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
        assert_eq!(left.len(), 1, "{left:?}");
        drop(held);
    }
}
