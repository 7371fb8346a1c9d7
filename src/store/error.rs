//! What can go wrong with files, and the words for it.
//!
//! One enum for the whole store, so that the words are made in one place: what failed, on which
//! path, why, and what to do next.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::environment::{EnvironmentId, IdError};
use crate::domain::manifest::ManifestError;
use crate::domain::settings::SettingsFault;
use crate::domain::theme::ThemeError;

/// A fault of a file or folder.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refused.
    #[error("cannot {action} {}: {}; {}", Shown(path), reason(source), next_step(source))]
    Io {
        /// What was tried.
        action: Action,
        /// On what.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The text is no manifest. The place is in the error.
    #[error("{} is no environment: {}; {}", Placed(path, error.line, error.column), error.cause, error.advice)]
    Manifest {
        /// The file the text is in, or would be written to.
        path: PathBuf,
        /// Where and why.
        error: ManifestError,
    },
    /// The bytes are no text.
    #[error(
        "{} is no text: a byte there is no UTF-8; save the file as UTF-8",
        Placed(path, *line, *column)
    )]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The line of the first bad byte, from 1.
        line: usize,
        /// Its column in characters, from 1.
        column: usize,
    },
    /// An environment file of an absurd size.
    #[error(
        "{} has {bytes} bytes, and an environment file may have {limit}; fetch large content from its scripts instead",
        Placed(path, 1, 1)
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The largest size that is read or written.
        limit: u64,
    },
    /// A folder, pipe or the like stands where a file is expected.
    #[error("{} is {found}, not a file; move it out of this folder", Placed(path, 1, 1))]
    NotAFile {
        /// The place.
        path: PathBuf,
        /// What is there, with its article.
        found: &'static str,
    },
    /// The stem of a file is no environment id.
    #[error("{} cannot be used: {error}, and rename the file", Shown(path))]
    FileName {
        /// The file.
        path: PathBuf,
        /// Why.
        error: IdError,
    },
    /// A file that looks like an environment, but is not called `*.yaml`.
    #[error("{} is not read: environment files end in `.yaml`; rename it", Shown(path))]
    FileEnding {
        /// The file.
        path: PathBuf,
    },
    /// There is no such environment.
    #[error(
        "there is no environment `{id}`: {} does not exist; `prebake list` shows all, `prebake new {id}` makes it",
        Shown(path)
    )]
    Missing {
        /// The id asked for.
        id: EnvironmentId,
        /// Where its file would be.
        path: PathBuf,
    },
    /// The environment that was to be made is there already.
    #[error(
        "cannot create environment `{id}`: {} exists; choose another id, or edit this one",
        Shown(path)
    )]
    Exists {
        /// The id.
        id: EnvironmentId,
        /// Its file.
        path: PathBuf,
    },
    /// The file is not the one that was loaded: someone else wrote it.
    #[error(
        "cannot save environment `{id}`: {} was changed by someone else since it was loaded; load it again and repeat the change",
        Shown(path)
    )]
    ChangedOnDisk {
        /// The id.
        id: EnvironmentId,
        /// Its file.
        path: PathBuf,
    },
    /// A script that a person named is not what it was when it was read.
    #[error("cannot write {}: it was changed by someone else meanwhile; try again", Shown(path))]
    GivenChanged {
        /// The file.
        path: PathBuf,
    },
    /// Another prebake holds the lock for too long.
    #[error("cannot lock {}: another prebake has held it for {} s; let it finish or end it, then try again", Shown(lock), waited.as_secs())]
    Locked {
        /// The lock file.
        lock: PathBuf,
        /// How long was waited.
        waited: Duration,
    },
    /// The history cannot be used, for a reason that is none of a file's usual ones.
    #[error(
        "cannot use the history {}: {cause}; try again, or move the file away to begin a new one",
        Shown(path)
    )]
    History {
        /// The database.
        path: PathBuf,
        /// The database's words.
        cause: String,
    },
    /// Other prebakes write the history all the time.
    #[error("cannot write the history {}: other prebakes have kept it for {} s; let them finish, then try again", Shown(path), waited.as_secs())]
    HistoryBusy {
        /// The database.
        path: PathBuf,
        /// How long was waited.
        waited: Duration,
    },
    /// The history is that of a newer version.
    #[error(
        "cannot use the history {}: a newer prebake has written it; use that one, or set `PREBAKE_STATE_DIR` to another folder",
        Shown(path)
    )]
    HistoryNewer {
        /// The database.
        path: PathBuf,
    },
    /// The history was damaged, and is out of the way.
    #[error(
        "the history {} is damaged: {cause}; it is kept as {}, and a new one is begun",
        Shown(path),
        Shown(kept)
    )]
    HistoryDamaged {
        /// The database.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
        /// Where it is now.
        kept: PathBuf,
    },
    /// The settings, or a field of them, cannot be understood.
    #[error("{} {}; {}", Placed(path, fault.place.line, fault.place.column), fault.cause, fault.advice)]
    Settings {
        /// The file.
        path: PathBuf,
        /// Where and why.
        fault: SettingsFault,
    },
    /// A user's theme cannot be used.
    #[error("{} is no theme: {}; {}", Placed(path, error.place.line, error.place.column), error.cause, error.advice)]
    Theme {
        /// The file whose text is at fault.
        path: PathBuf,
        /// Where and why.
        error: ThemeError,
    },
    /// There is no such theme.
    #[error(
        "there is no theme `{name}`, neither shipped nor in {}; name one of {known}",
        Shown(folder)
    )]
    NoTheme {
        /// The name asked for.
        name: String,
        /// Where users' themes are.
        folder: PathBuf,
        /// The names of those that are there, each in backticks.
        known: String,
    },
    /// A name that must not become a file name.
    #[error(
        "`{shown}` cannot name a file; use up to 200 of letters, digits, `.`, `_`, `-`, not beginning with `.`"
    )]
    Name {
        /// The name, made safe to show.
        shown: String,
    },
    /// Neither the folders nor a home are known.
    #[error(
        "there is no home folder to keep files in; set `HOME`, or `PREBAKE_CONFIG_DIR` and `PREBAKE_STATE_DIR`"
    )]
    NoHome,
    /// A folder is named from the current one, which is none any more.
    #[error(
        "{variable} is {}, a folder below the current one, which cannot be told: {}; change to a folder that exists, or set {variable} to an absolute path",
        Shown(value),
        reason(source)
    )]
    NoPlace {
        /// The variable that names it.
        variable: &'static str,
        /// The folder as it is named.
        value: PathBuf,
        /// The system's answer about the current one.
        source: io::Error,
    },
}

/// What was tried, as a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Reading a file or folder.
    Read,
    /// Writing a file.
    Write,
    /// Making a folder.
    CreateFolder,
    /// Taking a lock.
    Lock,
    /// Moving or deleting a file.
    Remove,
    /// Giving a file another name.
    Move,
    /// Hearing of changes in a folder.
    Watch,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::CreateFolder => "create the folder",
            Self::Lock => "lock",
            Self::Remove => "remove",
            Self::Move => "move",
            Self::Watch => "watch the folder",
        })
    }
}

impl StoreError {
    /// For `map_err`: what was tried on which path.
    pub(super) fn io(action: Action, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    /// The line and column (from 1) inside a file, if the fault has a place.
    #[must_use]
    pub fn place(&self) -> Option<(usize, usize)> {
        match self {
            Self::Manifest { error, .. } => Some((error.line, error.column)),
            Self::NotUtf8 { line, column, .. } => Some((*line, *column)),
            Self::Settings { fault, .. } => Some((fault.place.line, fault.place.column)),
            Self::Theme { error, .. } => Some((error.place.line, error.place.column)),
            _ => None,
        }
    }
}

/// A path in backticks, which cannot steer a terminal.
struct Shown<'a>(&'a Path);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", safe(self.0))
    }
}

/// A path with line and column, as editors jump to.
struct Placed<'a>(&'a Path, usize, usize);

impl fmt::Display for Placed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}:{}:{}`", safe(self.0), self.1, self.2)
    }
}

fn safe(path: &Path) -> String {
    path.display()
        .to_string()
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        _ => error.to_string(),
    }
}

fn next_step(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "look at its owner and mode with `ls -ld`, and at those of its folder"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space, then try again"
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            "set `PREBAKE_CONFIG_DIR` and `PREBAKE_STATE_DIR` to folders that can be written"
        }
        io::ErrorKind::NotFound => "look whether it was moved or removed meanwhile",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "move away the file that stands where a folder is needed"
        }
        _ => "look at the path and the disk, then try again",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn io_faults_are_one_sentence_with_a_next_step() {
        for (kind, says) in [
            (io::ErrorKind::StorageFull, "the disk is full; free some space"),
            (io::ErrorKind::PermissionDenied, "permission is denied; look at its owner"),
            (io::ErrorKind::ReadOnlyFilesystem, "read-only; set `PREBAKE_CONFIG_DIR`"),
            (io::ErrorKind::NotFound, "does not exist; look whether"),
            (io::ErrorKind::Other, "; look at the path"),
        ] {
            let words =
                StoreError::io(Action::Write, Path::new("/x/a\u{1b}b"))(kind.into()).to_string();
            assert!(words.starts_with("cannot write `/x/a\u{fffd}b`: "), "{words}");
            assert!(words.contains(says), "{words}");
            assert!(!words.ends_with('.') && !words.contains('\n'), "{words}");
        }
    }
}
