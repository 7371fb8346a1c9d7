//! Environments under other ids: copied, renamed, and taken back from the trash. Their text is
//! never read, so one that is broken goes the same way, byte for byte.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::{Environments, Removed, move_file};
use crate::domain::environment::EnvironmentId;
use crate::store::atomic::{self, Mode};
use crate::store::drafts::Drafts;
use crate::store::error::{Action, StoreError};

impl Environments {
    /// Copies an environment to a free id and returns the new file.
    pub fn duplicate(
        &self,
        id: &EnvironmentId,
        new_id: &EnvironmentId,
    ) -> Result<PathBuf, StoreError> {
        let source = self.bytes(id)?;
        let _lock = self.lock()?;
        let path = self.free(new_id)?;
        atomic::write(&path, &source.bytes, Mode::Kept)?;
        Ok(path)
    }

    /// Gives an environment a free id and returns its new file. Its drafts move along; those
    /// that the new id had go to the trash.
    pub fn rename(
        &self,
        id: &EnvironmentId,
        new_id: &EnvironmentId,
    ) -> Result<PathBuf, StoreError> {
        let path = self.path(id);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => {
                return Err(StoreError::NotAFile { path, found: "a folder" });
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::Missing { id: id.clone(), path });
            }
            Err(error) => return Err(StoreError::io(Action::Move, &path)(error)),
        }
        let _lock = self.lock()?;
        let to = self.free(new_id)?;
        fs::rename(&path, &to).map_err(StoreError::io(Action::Move, &path))?;
        for drafts in Drafts::new(self.folders.clone()).places() {
            drafts.rename(id, new_id).inspect_err(|_| {
                // All of it or nothing.
                let _ = fs::rename(&to, &path);
            })?;
        }
        Ok(to)
    }

    /// Takes a removed environment back from the trash, unless its id is taken by now.
    pub fn restore(&self, removed: &Removed) -> Result<(), StoreError> {
        self.folders.create_environments()?;
        let _lock = self.lock()?;
        let stem = removed.path.file_stem().unwrap_or_default().to_string_lossy();
        let id = EnvironmentId::parse(&stem)
            .map_err(|error| StoreError::FileName { path: removed.path.clone(), error })?;
        move_file(&removed.kept_at, &self.free(&id)?, false)
    }

    /// The file of an id that has none; the lock is held.
    pub(super) fn free(&self, id: &EnvironmentId) -> Result<PathBuf, StoreError> {
        let path = self.path(id);
        // A link to nowhere counts: it is somebody's, and not ours to fill.
        if fs::symlink_metadata(&path).is_ok() {
            return Err(StoreError::Exists { id: id.clone(), path });
        }
        Ok(path)
    }
}
