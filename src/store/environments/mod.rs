//! The environment files: list, load, create, save, remove; [`moves`] gives them other ids.
//!
//! A bad file is a value here, not a failure of the whole; and no text that a person wrote is
//! lost: a save says which revision it replaces, a removal moves the file to the trash.

mod list;
mod moves;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::atomic::{self, Mode};
use super::error::{Action, StoreError};
use super::lock::Lock;
use super::paths::Folders;
use super::read;
use crate::domain::digest::Digest;
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::manifest;

pub use list::{Broken, Listing};

/// The largest environment file, in bytes.
pub const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// How long a save waits for another prebake.
const PATIENCE: Duration = Duration::from_secs(10);

/// The environment files of one configuration folder.
#[derive(Clone, Debug)]
pub struct Environments {
    folders: Folders,
    patience: Duration,
}

/// The text of an environment file, which may be wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// The file's stem.
    pub id: EnvironmentId,
    /// The file.
    pub path: PathBuf,
    /// All of it.
    pub text: String,
    /// The digest of its bytes, to be given back when saving.
    pub revision: Digest,
}

/// The bytes of an environment file, which may be anything.
#[derive(Clone, Debug, PartialEq)]
pub struct RawSource {
    /// The file.
    pub path: PathBuf,
    /// All of it.
    pub bytes: Vec<u8>,
    /// The digest of its bytes, to be given back when saving.
    pub revision: Digest,
}

/// An environment and the file it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The file's stem.
    pub id: EnvironmentId,
    /// The file.
    pub path: PathBuf,
    /// What the file means.
    pub environment: Environment,
    /// All of the file.
    pub text: String,
    /// The digest of its bytes, to be given back when saving.
    pub revision: Digest,
}

/// Where a removed environment went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// Where the file was.
    pub path: PathBuf,
    /// Where its content is now.
    pub kept_at: PathBuf,
}

impl Environments {
    /// The environments of these folders.
    #[must_use]
    pub fn new(folders: Folders) -> Self {
        Self { folders, patience: PATIENCE }
    }

    /// The file of an environment, whether it exists or not.
    #[must_use]
    pub fn path(&self, id: &EnvironmentId) -> PathBuf {
        self.folders.environments().join(format!("{id}.yaml"))
    }

    /// All environments and all files that are none, each sorted. A folder that does not exist
    /// yet has none.
    pub fn list(&self) -> Result<Listing, StoreError> {
        list::list(&self.folders.environments())
    }

    /// One environment.
    pub fn load(&self, id: &EnvironmentId) -> Result<Loaded, StoreError> {
        understood(self.read(id)?)
    }

    /// The text of one environment: it need not be valid.
    pub fn read(&self, id: &EnvironmentId) -> Result<Source, StoreError> {
        let path = self.path(id);
        source(id, &path).map_err(|error| missing(id, path, error))
    }

    /// The bytes of one environment, for an editor: they need not be text.
    pub fn bytes(&self, id: &EnvironmentId) -> Result<RawSource, StoreError> {
        let path = self.path(id);
        match read::bytes(&path, LARGEST_FILE) {
            Ok(bytes) => Ok(RawSource { revision: Digest::of(&bytes), path, bytes }),
            Err(error) => Err(missing(id, path, error)),
        }
    }

    /// Writes a new environment. The text must be valid and the id free.
    pub fn create(&self, id: &EnvironmentId, text: &str) -> Result<Loaded, StoreError> {
        let loaded = self.checked(id, text)?;
        self.folders.create_environments()?;
        let _lock = self.lock()?;
        self.free(id)?;
        atomic::write(&loaded.path, text.as_bytes(), Mode::Kept)?;
        Ok(loaded)
    }

    /// Replaces the text of an environment, if the file still is the revision `expected`. The
    /// text must be valid; the file's mode and a symbolic link stay.
    pub fn save(
        &self,
        id: &EnvironmentId,
        text: &str,
        expected: &Digest,
    ) -> Result<Loaded, StoreError> {
        let loaded = self.checked(id, text)?;
        if !self.folders.environments().is_dir() {
            return Err(StoreError::Missing { id: id.clone(), path: loaded.path });
        }
        let _lock = self.lock()?;
        if self.revision(id)? != *expected {
            return Err(StoreError::ChangedOnDisk { id: id.clone(), path: loaded.path });
        }
        if loaded.revision != *expected {
            atomic::write(&loaded.path, text.as_bytes(), Mode::Kept)?;
        }
        Ok(loaded)
    }

    /// As [`Environments::save`], for a text that owes nothing to the one it replaces, which goes to
    /// the trash. Returns where it is kept, too.
    pub fn replace(
        &self,
        id: &EnvironmentId,
        text: &str,
        expected: &Digest,
    ) -> Result<(Loaded, PathBuf), StoreError> {
        let loaded = self.checked(id, text)?;
        let trash = self.folders.trash();
        self.folders.create_private(&trash)?;
        let _lock = self.lock()?;
        let found = self.bytes(id)?;
        if found.revision != *expected {
            return Err(StoreError::ChangedOnDisk { id: id.clone(), path: loaded.path });
        }
        let kept_at = free_place(&trash, id);
        atomic::write(&kept_at, &found.bytes, Mode::Private)?;
        atomic::write(&loaded.path, text.as_bytes(), Mode::Kept)?;
        Ok((loaded, kept_at))
    }

    /// Moves the file of an environment to the trash, valid or not.
    pub fn remove(&self, id: &EnvironmentId) -> Result<Removed, StoreError> {
        let path = self.path(id);
        let found = match fs::symlink_metadata(&path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::Missing { id: id.clone(), path });
            }
            Err(error) => return Err(StoreError::io(Action::Remove, &path)(error)),
        };
        if found.is_dir() {
            return Err(StoreError::NotAFile { path, found: "a folder" });
        }
        let trash = self.folders.trash();
        self.folders.create_private(&trash)?;
        let _lock = self.lock()?;
        let kept_at = free_place(&trash, id);
        move_file(&path, &kept_at, found.is_symlink())?;
        Ok(Removed { path, kept_at })
    }

    /// The revision on disk, whatever the bytes are.
    fn revision(&self, id: &EnvironmentId) -> Result<Digest, StoreError> {
        self.bytes(id).map(|found| found.revision)
    }

    fn checked(&self, id: &EnvironmentId, text: &str) -> Result<Loaded, StoreError> {
        let path = self.path(id);
        let bytes = text.len() as u64;
        if bytes > LARGEST_FILE {
            return Err(StoreError::TooLarge { path, bytes, limit: LARGEST_FILE });
        }
        understood(Source {
            id: id.clone(),
            path,
            text: text.to_owned(),
            revision: Digest::of(text),
        })
    }

    /// One lock for the folder, in the folder: two state folders can share a configuration.
    fn lock(&self) -> Result<Lock, StoreError> {
        Lock::take(&self.folders.environments().join(".lock"), self.patience)
    }
}

/// A file that is not there is an environment that is not there.
fn missing(id: &EnvironmentId, path: PathBuf, error: StoreError) -> StoreError {
    match error {
        StoreError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => {
            StoreError::Missing { id: id.clone(), path }
        }
        error => error,
    }
}

fn source(id: &EnvironmentId, path: &Path) -> Result<Source, StoreError> {
    let bytes = read::bytes(path, LARGEST_FILE)?;
    let revision = Digest::of(&bytes);
    Ok(Source { id: id.clone(), path: path.to_owned(), text: read::text(path, bytes)?, revision })
}

fn understood(source: Source) -> Result<Loaded, StoreError> {
    match manifest::parse(&source.text) {
        Ok(environment) => Ok(Loaded {
            id: source.id,
            path: source.path,
            environment,
            text: source.text,
            revision: source.revision,
        }),
        Err(error) => Err(StoreError::Manifest { path: source.path, error }),
    }
}

/// `<id>-<time>.yaml`, with a number if two removals fall into one second.
pub(super) fn free_place(trash: &Path, id: &EnvironmentId) -> PathBuf {
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut place = trash.join(format!("{id}-{now}.yaml"));
    let mut number = 2;
    while fs::symlink_metadata(&place).is_ok() {
        place = trash.join(format!("{id}-{now}-{number}.yaml"));
        number += 1;
    }
    place
}

/// Moves a file, or the content behind a link: a moved link could point to nowhere.
fn move_file(path: &Path, to: &Path, is_link: bool) -> Result<(), StoreError> {
    let failed = || StoreError::io(Action::Remove, path);
    if !is_link {
        match fs::rename(path, to) {
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {}
            moved => return moved.map_err(failed()),
        }
    }
    match read::bytes(path, u64::MAX - 1) {
        Ok(bytes) => atomic::write(to, &bytes, Mode::Private)?,
        // A link to nowhere has no content; where it pointed to is what can be kept.
        Err(StoreError::Io { source, .. })
            if is_link && source.kind() == io::ErrorKind::NotFound =>
        {
            let target = fs::read_link(path).map_err(failed())?;
            std::os::unix::fs::symlink(target, to).map_err(failed())?;
        }
        Err(error) => return Err(error),
    }
    fs::remove_file(path).map_err(failed())
}

#[cfg(test)]
mod tests;
