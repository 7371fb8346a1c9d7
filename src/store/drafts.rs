//! Edits that were not accepted: the text waits here until it is taken back.
//!
//! Apart from the environments because a draft need not be valid, nor have an environment.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::atomic::{self, Mode};
use super::error::{Action, StoreError};
use super::paths::Folders;
use super::read;
use crate::domain::environment::EnvironmentId;

/// A text came from memory once; this only stops a file that is none of ours.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The drafts of one state folder, one per environment.
#[derive(Clone, Debug)]
pub struct Drafts {
    folders: Folders,
}

impl Drafts {
    /// The drafts of these folders.
    #[must_use]
    pub fn new(folders: Folders) -> Self {
        Self { folders }
    }

    /// Keeps a text, for its owner only, and says where. An older draft is replaced.
    pub fn keep(&self, id: &EnvironmentId, text: &str) -> Result<PathBuf, StoreError> {
        self.folders.create_private(&self.folders.drafts())?;
        let path = self.path(id);
        atomic::write(&path, text.as_bytes(), Mode::Private)?;
        Ok(path)
    }

    /// The text of a draft, which stays.
    pub fn read(&self, id: &EnvironmentId) -> Result<Option<String>, StoreError> {
        let path = self.path(id);
        match read::bytes(&path, LARGEST) {
            Ok(bytes) => read::text(&path, bytes).map(Some),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The text of a draft, which is then gone.
    pub fn take(&self, id: &EnvironmentId) -> Result<Option<String>, StoreError> {
        let text = self.read(id)?;
        if text.is_some() {
            self.discard(id)?;
        }
        Ok(text)
    }

    /// Removes a draft, if there is one.
    pub fn discard(&self, id: &EnvironmentId) -> Result<(), StoreError> {
        let path = self.path(id);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(StoreError::io(Action::Remove, &path)(error))
            }
            _ => Ok(()),
        }
    }

    /// Whose drafts there are, sorted. Files with other names are none of ours.
    pub fn list(&self) -> Result<Vec<EnvironmentId>, StoreError> {
        let folder = self.folders.drafts();
        let failed = || StoreError::io(Action::Read, &folder);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed()(error)),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let path = entry.map_err(failed())?.path();
            ids.extend(id_of(&path));
        }
        ids.sort();
        Ok(ids)
    }

    fn path(&self, id: &EnvironmentId) -> PathBuf {
        self.folders.drafts().join(format!("{id}.yaml"))
    }
}

fn id_of(path: &Path) -> Option<EnvironmentId> {
    let stem = path.file_name()?.to_str()?.strip_suffix(".yaml")?;
    EnvironmentId::parse(stem).ok()
}

fn is_missing(error: &StoreError) -> bool {
    matches!(error, StoreError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_draft_waits_until_it_is_taken() {
        let place = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(Folders::new("unused", place.path().join("state")));
        let id = |text| EnvironmentId::parse(text).unwrap();
        assert!(drafts.list().unwrap().is_empty());
        assert_eq!(drafts.take(&id("web")).unwrap(), None);

        drafts.keep(&id("web"), "first").unwrap();
        let path = drafts.keep(&id("web"), "name: [ broken\r\n").unwrap();
        drafts.keep(&id("data"), "").unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(drafts.list().unwrap(), [id("data"), id("web")]);
        assert_eq!(
            drafts.read(&id("web")).unwrap().unwrap(),
            "name: [ broken\r\n"
        );
        assert_eq!(
            drafts.take(&id("web")).unwrap().unwrap(),
            "name: [ broken\r\n"
        );
        assert_eq!(drafts.take(&id("web")).unwrap(), None);
        assert_eq!(drafts.list().unwrap(), [id("data")]);
    }
}
