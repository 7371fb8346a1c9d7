//! Edits that were not accepted: the text waits here until it is taken back.
//!
//! Apart from the environments because a draft need not be valid, nor have an environment.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;

use super::atomic::{self, Mode};
use super::bake_lock::BakeLock;
use super::environments::free_place;
use super::error::{Action, StoreError};
use super::paths::Folders;
use super::read;
use crate::domain::digest::Digest;
use crate::domain::environment::EnvironmentId;

/// A text came from memory once; this only stops a file that is none of ours.
const LARGEST: u64 = 64 * 1024 * 1024;

/// How many drafts of one environment can wait side by side.
const PLACES: u8 = 9;

/// The drafts of one state folder, one per environment.
///
/// Another prebake may be at the draft of the same environment, or an earlier one may have left it.
/// What is typed then has a place beside it: `web.yaml`, `web~2.yaml` and so on. An id has no `~`.
#[derive(Clone, Debug)]
pub struct Drafts {
    folders: Folders,
    /// What comes after an id in the names of files and locks.
    place: String,
}

impl Drafts {
    /// The drafts of these folders.
    #[must_use]
    pub fn new(folders: Folders) -> Self {
        Self { folders, place: String::new() }
    }

    /// These drafts, and those that lie beside them.
    pub fn places(&self) -> impl Iterator<Item = Self> {
        let place = |number| if number == 1 { String::new() } else { format!("~{number}") };
        (1..=PLACES).map(move |number| Self { place: place(number), ..self.clone() })
    }

    /// The first place of an environment at which nobody is and nothing waits; none: there are no
    /// more.
    pub fn free(&self, id: &EnvironmentId) -> Result<Option<(Self, BakeLock)>, StoreError> {
        for drafts in self.places() {
            if drafts.path(id).exists() {
                continue;
            }
            if let Some(lock) = drafts.lock(id)?
                && !drafts.path(id).exists()
            {
                return Ok(Some((drafts, lock)));
            }
        }
        Ok(None)
    }

    /// Keeps a text, for its owner only, and says where. An older draft is replaced.
    pub fn keep(&self, id: &EnvironmentId, text: impl AsRef<[u8]>) -> Result<PathBuf, StoreError> {
        self.folders.create_private(&self.folders.drafts())?;
        let path = self.path(id);
        atomic::write(&path, text.as_ref(), Mode::Private)?;
        Ok(path)
    }

    /// As [`Drafts::keep`], and remembers the revision of the file that the text began as;
    /// none: there is no such file yet.
    pub fn begin(
        &self,
        id: &EnvironmentId,
        text: &[u8],
        base: Option<&Digest>,
    ) -> Result<PathBuf, StoreError> {
        let path = self.keep(id, text)?;
        let base = base.map_or("", Digest::full);
        atomic::write(&self.base_path(id), base.as_bytes(), Mode::Private)?;
        Ok(path)
    }

    /// Gives a draft the time at which its text was written elsewhere.
    pub fn date(&self, id: &EnvironmentId, written: SystemTime) {
        if let Ok(draft) = fs::File::options().write(true).open(self.path(id)) {
            // At worst it looks newer than it is.
            let _ = draft.set_modified(written);
        }
    }

    /// The revision that a draft began as; none: unknown, or there was no file.
    #[must_use]
    pub fn base(&self, id: &EnvironmentId) -> Option<Digest> {
        let text = fs::read_to_string(self.base_path(id)).ok()?;
        Digest::parse(text.trim())
    }

    /// The bytes of a draft and when they were written; the draft stays.
    pub fn bytes(&self, id: &EnvironmentId) -> Result<Option<(Vec<u8>, Timestamp)>, StoreError> {
        let path = self.path(id);
        let written = fs::metadata(&path).and_then(|found| found.modified()).ok();
        match read::bytes(&path, LARGEST) {
            Ok(bytes) => {
                let written = written.and_then(|time| Timestamp::try_from(time).ok());
                Ok(Some((bytes, written.unwrap_or_else(Timestamp::now))))
            }
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Moves a draft to the trash and says where it is then.
    pub fn set_aside(&self, id: &EnvironmentId) -> Result<PathBuf, StoreError> {
        let (path, trash) = (self.path(id), self.folders.trash());
        self.folders.create_private(&trash)?;
        let kept_at = free_place(&trash, id);
        fs::rename(&path, &kept_at).map_err(StoreError::io(Action::Remove, &path))?;
        self.discard(id)?;
        Ok(kept_at)
    }

    /// Moves a draft, if there is one, to another id; one that is there goes to the trash.
    pub fn rename(&self, id: &EnvironmentId, new_id: &EnvironmentId) -> Result<(), StoreError> {
        let (from, to) = (self.path(id), self.path(new_id));
        if !from.exists() {
            return Ok(());
        }
        if to.exists() {
            self.set_aside(new_id)?;
        }
        // The text last: without it the rest counts for nothing.
        for (from, to) in [(self.base_path(id), self.base_path(new_id)), (from, to)] {
            match fs::rename(&from, &to) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(StoreError::io(Action::Move, &from)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Makes this process the only one that edits `id`; `None`: another one does.
    pub fn lock(&self, id: &EnvironmentId) -> Result<Option<BakeLock>, StoreError> {
        let folder = self.folders.locks();
        self.folders.create_private(&folder)?;
        BakeLock::try_take(&folder, &format!("edit-{id}{}", self.place))
            .map_err(StoreError::io(Action::Lock, &folder))
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
        for path in [self.path(id), self.base_path(id)] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(StoreError::io(Action::Remove, &path)(error));
                }
                _ => {}
            }
        }
        Ok(())
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
            ids.extend(self.id_of(&path));
        }
        ids.sort();
        Ok(ids)
    }

    /// The file of a draft, whether it exists or not.
    #[must_use]
    pub fn path(&self, id: &EnvironmentId) -> PathBuf {
        self.folders.drafts().join(format!("{id}{}.yaml", self.place))
    }

    fn base_path(&self, id: &EnvironmentId) -> PathBuf {
        self.folders.drafts().join(format!("{id}{}.base", self.place))
    }

    fn id_of(&self, path: &Path) -> Option<EnvironmentId> {
        let stem = path.file_name()?.to_str()?.strip_suffix(".yaml")?;
        EnvironmentId::parse(stem.strip_suffix(&self.place)?).ok()
    }
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
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(drafts.list().unwrap(), [id("data"), id("web")]);
        assert_eq!(drafts.read(&id("web")).unwrap().unwrap(), "name: [ broken\r\n");
        assert_eq!(drafts.take(&id("web")).unwrap().unwrap(), "name: [ broken\r\n");
        assert_eq!(drafts.take(&id("web")).unwrap(), None);
        assert_eq!(drafts.list().unwrap(), [id("data")]);
    }

    #[test]
    fn a_draft_knows_what_it_began_as_and_is_set_aside_whole() {
        let place = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(Folders::new("unused", place.path().join("state")));
        let id = EnvironmentId::parse("web").unwrap();
        let base = Digest::of("before");
        drafts.begin(&id, b"\xff", Some(&base)).unwrap();
        assert_eq!(drafts.base(&id), Some(base));
        assert_eq!(drafts.bytes(&id).unwrap().unwrap().0, b"\xff");
        let kept_at = drafts.set_aside(&id).unwrap();
        assert_eq!(fs::read(kept_at).unwrap(), b"\xff");
        assert_eq!((drafts.bytes(&id).unwrap(), drafts.base(&id)), (None, None));

        let lock = drafts.lock(&id).unwrap().unwrap();
        assert!(drafts.lock(&id).unwrap().is_none());
        drop(lock);
        assert!(drafts.lock(&id).unwrap().is_some());
    }

    #[test]
    fn drafts_of_one_environment_wait_side_by_side() {
        let place = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(Folders::new("unused", place.path().join("state")));
        let id = EnvironmentId::parse("web").unwrap();
        let shown =
            |drafts: &Drafts| drafts.path(&id).file_name().unwrap().to_str().unwrap().to_owned();
        // One is being edited, another one waits.
        let (first, _lock) = drafts.free(&id).unwrap().unwrap();
        let (second, lock) = drafts.free(&id).unwrap().unwrap();
        second.begin(&id, b"second", None).unwrap();
        drop(lock);
        let (third, _third) = drafts.free(&id).unwrap().unwrap();
        assert_eq!([&first, &second, &third].map(shown), ["web.yaml", "web~2.yaml", "web~3.yaml"]);
        first.begin(&id, b"first", None).unwrap();
        assert_eq!(drafts.list().unwrap(), std::slice::from_ref(&id));
        assert_eq!(second.list().unwrap(), std::slice::from_ref(&id));
        second.discard(&id).unwrap();
        assert_eq!(drafts.read(&id).unwrap().unwrap(), "first");
    }
}
