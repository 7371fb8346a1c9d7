//! The history on disk: one `SQLite` database, written by any number of prebakes at the same time.
//!
//! [`schema`] makes and renews its tables, [`write`] adds entries and lets old ones go, [`read`]
//! finds them, [`rows`] converts, [`damage`] moves a broken database out of the way. Apart from
//! the files of the other parts because a row of 100,000 is found in no time only by an index.
//!
//! It is written ahead in a log of its own (WAL), so that readers and writers do not wait for each
//! other, and a writer does not wait for the disk: after a crash of prebake everything is there,
//! after one of the machine the last entries may be missing, and the database is whole either way.
//! Nothing in it is worth a bake or a task: whoever records tells what went wrong and goes on.

mod damage;
mod read;
mod rows;
mod schema;
mod write;

#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use tempfile::TempDir;

use super::error::{Action, StoreError};
use super::paths::Folders;

pub use self::read::Detailed;

/// The name of the database in its folder.
const NAME: &str = "history.sqlite";

/// How long another writer is waited for. Each needs a millisecond.
const PATIENCE: Duration = Duration::from_secs(2);

/// When the log of the database has so many bytes, it is written back into it. That waits for the
/// disk, and a long log has to be read by whoever opens the database.
const LONGEST_LOG: u64 = 2 << 20;

/// An open history.
#[derive(Debug)]
pub struct History {
    connection: Connection,
    path: PathBuf,
    /// The file that was opened, which may not be the one of that name any more.
    inode: u64,
    set_aside: Option<StoreError>,
    /// Holds the copy that is read where the database's own folder cannot be written.
    _copy: Option<TempDir>,
}

impl History {
    /// The database's file.
    #[must_use]
    pub fn path_of(folders: &Folders) -> PathBuf {
        folders.history().join(NAME)
    }

    /// Opens the history to record in it, and begins it if there is none. A damaged one is moved
    /// out of the way first; [`History::set_aside`] tells.
    pub fn open(folders: &Folders) -> Result<Self, StoreError> {
        folders.create_private(&folders.history())?;
        let path = Self::path_of(folders);
        match Self::at(&path, None) {
            Err(Fault::Damaged { inode, cause }) => {
                let told = damage::set_aside(&path, inode, cause)?;
                let mut fresh = Self::at(&path, None).map_err(|fault| fault.told(&path))?;
                fresh.set_aside = Some(told);
                Ok(fresh)
            }
            opened => opened.map_err(|fault| fault.told(&path)),
        }
    }

    /// Opens the history to look at it; nothing if there is none. Where its folder cannot be
    /// written a copy is read, because readers write, too: where they are in the log.
    pub fn open_to_read(folders: &Folders) -> Result<Option<Self>, StoreError> {
        let path = Self::path_of(folders);
        match fs::metadata(&path) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::io(Action::Read, &path)(error)),
        }
        match Self::open(folders) {
            Err(StoreError::Io { source, .. }) if is_unwritable(&source) => {
                let copy = copy(&path).map_err(StoreError::io(Action::Read, &path))?;
                let file = copy.path().join(NAME);
                Self::at(&file, Some(copy)).map_err(|fault| fault.told(&path)).map(Some)
            }
            opened => opened.map(Some),
        }
    }

    /// What is to be told of a damaged history that was moved out of the way.
    pub fn set_aside(&mut self) -> Option<StoreError> {
        self.set_aside.take()
    }

    fn at(path: &Path, copy: Option<TempDir>) -> Result<Self, Fault> {
        let inode = make(path).map_err(Fault::Io)?;
        let fault = |error| Fault::of(inode, &error);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags).map_err(fault)?;
        connection.busy_timeout(PATIENCE).map_err(fault)?;
        // Who writes back is decided here: SQLite itself would do so whenever the last prebake
        // leaves, or at each commit once the log is long, since every new one begins to count anew.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
            .map_err(fault)?;
        connection.pragma_update(None, "synchronous", "NORMAL").map_err(fault)?;
        connection.pragma_update(None, "wal_autocheckpoint", 0).map_err(fault)?;
        match schema::renew(&mut connection).map_err(fault)? {
            schema::Renewed::Ready => {}
            schema::Renewed::Newer => return Err(Fault::Newer),
        }
        // Reads the tables' definitions, which are needed in any case.
        connection.prepare("SELECT number FROM entry").map_err(fault)?;
        let path = path.to_owned();
        Ok(Self { connection, path, inode, set_aside: None, _copy: copy })
    }

    /// Writes the log back if it is long. If somebody reads just now, the next writer does it.
    fn write_back_if_long(&self) {
        let log = self.path.with_extension("sqlite-wal");
        if fs::metadata(log).is_ok_and(|log| log.len() > LONGEST_LOG) {
            let _ = self.connection.busy_timeout(Duration::ZERO);
            let _ = self.write_back();
            let _ = self.connection.busy_timeout(PATIENCE);
        }
    }

    fn write_back(&self) -> rusqlite::Result<()> {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }

    /// The words for what went wrong. A database that turns out to be damaged is moved out of the
    /// way, so that the next one to record begins a new one.
    fn judge<T>(&self, done: rusqlite::Result<T>) -> Result<T, StoreError> {
        done.map_err(|error| match Fault::of(self.inode, &error) {
            Fault::Damaged { inode, cause } => {
                damage::set_aside(&self.path, inode, cause).unwrap_or_else(|error| error)
            }
            fault => fault.told(&self.path),
        })
    }
}

/// Makes the file of the database if there is none, for its owner only: what `SQLite` makes
/// beside it gets the same mode. Gives its number.
///
/// Nothing of it is ever opened here under its own name: when a process closes a file, the system
/// takes away all locks that the process has on it, those of the database among them.
fn make(path: &Path) -> io::Result<u64> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let folder = path.parent().unwrap_or(Path::new("."));
            let made = tempfile::Builder::new().prefix(".prebake-").tempfile_in(folder)?;
            match made.into_temp_path().persist_noclobber(path) {
                Ok(()) => {}
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error.error),
            }
            fs::metadata(path)
        }
        found => found,
    }
    .map(|found| found.ino())
}

/// What kept a database from being used.
#[derive(Debug)]
enum Fault {
    Io(io::Error),
    Damaged { inode: u64, cause: String },
    Newer,
    Busy,
    Other(String),
}

/// `SQLITE_IOERR_SHMSIZE`: there is no room for the index of the log.
const NO_ROOM_FOR_INDEX: i32 = 4874;

impl Fault {
    fn of(inode: u64, error: &rusqlite::Error) -> Self {
        let kind = |kind: io::ErrorKind| Self::Io(kind.into());
        match error.sqlite_error() {
            Some(told) if told.extended_code == NO_ROOM_FOR_INDEX => {
                kind(io::ErrorKind::StorageFull)
            }
            Some(told) => match told.code {
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                    Self::Damaged { inode, cause: error.to_string() }
                }
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
                ErrorCode::DiskFull => kind(io::ErrorKind::StorageFull),
                ErrorCode::ReadOnly => kind(io::ErrorKind::ReadOnlyFilesystem),
                ErrorCode::PermissionDenied | ErrorCode::CannotOpen => {
                    kind(io::ErrorKind::PermissionDenied)
                }
                _ => Self::Other(error.to_string()),
            },
            // A value that is not of its column's kind: somebody else wrote it.
            None => Self::Damaged { inode, cause: error.to_string() },
        }
    }

    fn told(self, path: &Path) -> StoreError {
        let path = path.to_owned();
        match self {
            Self::Io(source) => StoreError::Io { action: Action::Write, path, source },
            Self::Newer => StoreError::HistoryNewer { path },
            Self::Busy => StoreError::HistoryBusy { path, waited: PATIENCE },
            Self::Damaged { cause, .. } | Self::Other(cause) => StoreError::History { path, cause },
        }
    }
}

fn is_unwritable(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
    )
}

/// A copy of the database and its log.
fn copy(path: &Path) -> io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    for ending in ["", "-wal"] {
        let name = format!("{NAME}{ending}");
        match fs::copy(path.with_file_name(&name), folder.path().join(&name)) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound && !ending.is_empty() => {}
            Err(error) => return Err(error),
        }
    }
    // A copy of a file that only its owner may not write would be none to write either.
    let file = folder.path().join(NAME);
    fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(folder)
}
