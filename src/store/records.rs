//! Records of tasks: one small JSON file each, so that no writer waits for another.
//!
//! Generic over what a record is; the store knows only that it can be written and read.

use std::fs;
use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::atomic::{self, Mode};
use super::error::{Action, StoreError};
use super::names::file_in;
use super::paths::Folders;
use super::read;

const ENDING: &str = ".json";

/// A record is a few kilobytes; anything larger is none.
const LARGEST: u64 = 4 * 1024 * 1024;

/// The records of tasks of one state folder.
#[derive(Clone, Debug)]
pub struct Records<T> {
    folders: Folders,
    record: PhantomData<fn() -> T>,
}

/// All records that can be read, and the files that cannot.
#[derive(Debug)]
pub struct RecordListing<T> {
    /// Id and record, sorted by id.
    pub records: Vec<(String, T)>,
    /// Why files were skipped; the words name the path.
    pub broken: Vec<StoreError>,
}

impl<T: Serialize + DeserializeOwned> Records<T> {
    /// The records in these folders.
    #[must_use]
    pub fn new(folders: Folders) -> Self {
        Self { folders, record: PhantomData }
    }

    /// Writes the record of a task, whole; a later one replaces it.
    pub fn save(&self, id: &str, record: &T) -> Result<PathBuf, StoreError> {
        let path = self.path(id)?;
        let mut json = serde_json::to_vec_pretty(record)
            .map_err(|source| StoreError::Record { path: path.clone(), source })?;
        json.push(b'\n');
        self.folders.create_private(&self.folders.tasks())?;
        atomic::write(&path, &json, Mode::Private)?;
        Ok(path)
    }

    /// The record of a task; nothing if there is none.
    pub fn load(&self, id: &str) -> Result<Option<T>, StoreError> {
        match load(&self.path(id)?) {
            Ok(record) => Ok(Some(record)),
            Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// All records. A broken one is reported and hides no other.
    pub fn list(&self) -> Result<RecordListing<T>, StoreError> {
        let folder = self.folders.tasks();
        let failed = || StoreError::io(Action::Read, &folder);
        let mut listing = RecordListing { records: Vec::new(), broken: Vec::new() };
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(listing),
            Err(error) => return Err(failed()(error)),
        };
        for entry in entries {
            let path = entry.map_err(failed())?.path();
            let Some(id) = id_of(&path) else { continue };
            match load(&path) {
                Ok(record) => listing.records.push((id, record)),
                // Another prebake removed it between the two looks.
                Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
                Err(error) => listing.broken.push(error),
            }
        }
        listing.records.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(listing)
    }

    /// Removes the record of a task, if there is one; says whether there was.
    pub fn remove(&self, id: &str) -> Result<bool, StoreError> {
        let path = self.path(id)?;
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(StoreError::io(Action::Remove, &path)(error)),
        }
    }

    fn path(&self, id: &str) -> Result<PathBuf, StoreError> {
        file_in(&self.folders.tasks(), id, ENDING)
    }
}

fn load<T: DeserializeOwned>(path: &Path) -> Result<T, StoreError> {
    let bytes = read::bytes(path, LARGEST)?;
    serde_json::from_slice(&bytes)
        .map_err(|source| StoreError::Record { path: path.to_owned(), source })
}

fn id_of(path: &Path) -> Option<String> {
    let id = path.file_name()?.to_str()?.strip_suffix(ENDING)?;
    (!id.starts_with('.')).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    type Record = BTreeMap<String, u64>;

    #[test]
    fn records_are_saved_listed_and_removed_and_broken_ones_reported() {
        let place = tempfile::tempdir().unwrap();
        let records = Records::<Record>::new(Folders::new("unused", place.path().join("state")));
        let record = |value| Record::from([("start_ms".to_owned(), value)]);
        assert!(records.list().unwrap().records.is_empty());
        assert_eq!(records.load("t1").unwrap(), None);

        records.save("t2", &record(2)).unwrap();
        records.save("t1", &record(0)).unwrap();
        let path = records.save("t1", &record(1)).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(path.with_file_name("t3.json"), "{\n  \"start_ms\": \"x\"}").unwrap();
        fs::write(path.with_file_name("notes.txt"), "").unwrap();

        let listing = records.list().unwrap();
        assert_eq!(listing.records, [("t1".to_owned(), record(1)), ("t2".to_owned(), record(2))]);
        let words: Vec<String> = listing.broken.iter().map(ToString::to_string).collect();
        assert!(words.len() == 1 && words[0].contains("t3.json:2:"), "{words:?}");
        assert!(records.load("t3").is_err());

        assert!(records.remove("t1").unwrap());
        assert!(!records.remove("t1").unwrap());
        assert_eq!(records.load("t1").unwrap(), None);
        assert!(records.save("../t", &record(1)).is_err());
    }
}
