//! What of the state folder is kept how long.
//!
//! Only what prebake can make again or do without is ever deleted: logs, entries of the history,
//! copies of scripts, locks that nobody holds. The trash and the drafts are what a person wrote,
//! and stay.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::bake_lock::BakeLock;
use super::error::{Action, StoreError};
use super::history::History;
use super::kept_log;
use super::paths::Folders;

const DAY: Duration = Duration::from_hours(24);

/// How many logs of bakes are kept, how long, and how many bytes of them together.
const LOGS: Keep = Keep { most: 200, longest: Duration::from_hours(30 * 24), bytes: 1 << 30 };
/// How many entries of the history are kept, and how many days.
const HISTORY: (u64, i64) = (200_000, 400);
/// How long the copy of a script is kept after its last use.
const SCRIPTS: Keep = Keep::for_days(90);
/// How long a database that was damaged is kept for a look into it.
const DAMAGED: Keep = Keep::for_days(90);
/// How long a log is kept that somebody was packing, and did not.
const BEGUN: Keep = Keep::for_days(1);
/// How long the file of a lock is kept.
const LOCKS: Keep = Keep::for_days(1);

/// The file whose time is that of the last tidying.
const STAMP: &str = "tidied";

/// Tidies up unless that was done within a day. It is a courtesy: a failure is nobody's trouble,
/// and what could not be deleted is tried again the next day.
pub fn tidy_daily(folders: &Folders, now: SystemTime) {
    let stamp = folders.state().join(STAMP);
    let last = fs::metadata(&stamp).and_then(|found| found.modified());
    // A clock that was set back would put it off for ever.
    if last.is_ok_and(|last| now.duration_since(last).is_ok_and(|age| age < DAY)) {
        return;
    }
    // Without a stamp every build would look through everything.
    if mark(folders, &stamp, now).is_ok() {
        tidy(folders, now);
    }
}

fn mark(folders: &Folders, stamp: &Path, now: SystemTime) -> io::Result<()> {
    folders.create_private(folders.state()).map_err(io::Error::other)?;
    File::create(stamp)?.set_modified(now)
}

/// A log that is too old, or one too many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OldLog {
    /// Its file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
}

/// The logs of bakes that are too old or too many at the time `now`, which the next tidying would
/// delete.
#[must_use]
pub fn old_logs(folders: &Folders, now: SystemTime) -> Vec<OldLog> {
    let is_log = |name: &str| ending(".log")(name) || ending(kept_log::ENDING)(name);
    let logs = files(&folders.logs(), is_log);
    let sizes: HashMap<PathBuf, u64> =
        logs.iter().map(|(_, path, bytes)| (path.clone(), *bytes)).collect();
    let old = surplus(logs, LOGS, now).into_iter();
    old.map(|path| OldLog { bytes: sizes.get(&path).copied().unwrap_or(0), path }).collect()
}

/// Deletes a log that [`old_logs`] told, if it is still there.
pub fn delete_log(log: &OldLog) -> Result<(), StoreError> {
    match fs::remove_file(&log.path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::io(Action::Remove, &log.path)(error))
        }
        _ => Ok(()),
    }
}

/// Deletes what is too old or too many at the time `now`.
pub fn tidy(folders: &Folders, now: SystemTime) {
    delete(old_logs(folders, now).into_iter().map(|log| log.path).collect());
    let is_begun = |name: &str| name.starts_with(kept_log::BEGUN);
    delete(surplus(files(&folders.logs(), is_begun), BEGUN, now));
    let is_digest = |name: &str| name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit());
    delete(surplus(files(&folders.scripts(), is_digest), SCRIPTS, now));
    let is_damaged = |name: &str| !name.starts_with('.') && name.contains(".damaged");
    delete(surplus(files(&folders.history(), is_damaged), DAMAGED, now));
    forget(folders, now);
    let locks = files(&folders.locks(), ending(".lock"));
    for lock in surplus(locks, LOCKS, now) {
        // Whoever can take it, removes its file by giving it back.
        if let Some(name) = lock.file_stem().and_then(|stem| stem.to_str()) {
            drop(BakeLock::try_take(&folders.locks(), name));
        }
    }
}

/// Lets go of old entries of the history, if there is one.
fn forget(folders: &Folders, now: SystemTime) {
    let (most, days) = HISTORY;
    let Ok(now) = Timestamp::try_from(now) else { return };
    let Ok(oldest) = now.checked_sub(SignedDuration::from_hours(days * 24)) else { return };
    if let Ok(Some(mut history)) = History::open_to_read(folders) {
        let _ = history.forget(oldest, most);
    }
}

/// What of a kind of files is kept.
#[derive(Clone, Copy)]
struct Keep {
    /// The newest so many.
    most: usize,
    /// Those that are not older.
    longest: Duration,
    /// The newest that have so many bytes together.
    bytes: u64,
}

impl Keep {
    const fn for_days(days: u64) -> Self {
        Self { most: usize::MAX, longest: Duration::from_hours(24 * days), bytes: u64::MAX }
    }
}

/// Whether a name has this ending, with something before it.
fn ending(ending: &'static str) -> impl Fn(&str) -> bool {
    move |name| {
        name.strip_suffix(ending).is_some_and(|stem| !stem.is_empty() && !stem.starts_with('.'))
    }
}

/// A file, when it was last written, and its size.
type Aged = (SystemTime, PathBuf, u64);

/// The files of a folder with names that are ours. Links and folders are somebody else's.
fn files(folder: &Path, is_ours: impl Fn(&str) -> bool) -> Vec<Aged> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let aged = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let found = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        is_ours(&name).then_some((found.modified().ok()?, entry.path(), found.len()))
    };
    entries.flatten().filter_map(aged).collect()
}

/// All files but those that are to be kept.
fn surplus(mut files: Vec<Aged>, keep: Keep, now: SystemTime) -> Vec<PathBuf> {
    files.sort_by(|a, b| b.cmp(a));
    let is_old = |time| now.duration_since(time).is_ok_and(|age| age > keep.longest);
    let mut room = Some(keep.bytes);
    let mut surplus = Vec::new();
    for (number, (time, path, bytes)) in files.into_iter().enumerate() {
        room = room.and_then(|room| room.checked_sub(bytes));
        if number >= keep.most || is_old(time) || room.is_none() {
            surplus.push(path);
        }
    }
    surplus
}

fn delete(paths: Vec<PathBuf>) {
    for path in paths {
        // Another prebake may have been quicker.
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct State {
        place: tempfile::TempDir,
        now: SystemTime,
    }

    impl State {
        fn new() -> Self {
            Self { place: tempfile::tempdir().unwrap(), now: SystemTime::now() }
        }

        fn folders(&self) -> Folders {
            Folders::new(self.place.path().join("config"), self.place.path())
        }

        /// Makes a file that was written `age` ago.
        fn file(&self, path: &str, age: Duration) {
            let path = self.place.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            File::create(path).unwrap().set_modified(self.now - age).unwrap();
        }

        fn names(&self, folder: &str) -> Vec<String> {
            let entries = fs::read_dir(self.place.path().join(folder)).unwrap();
            let mut names: Vec<String> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    #[test]
    fn what_is_old_goes_and_what_a_person_wrote_stays() {
        let state = State::new();
        let (old_script, script) = ("a".repeat(64), "b".repeat(64));
        for (path, days) in [
            ("logs/new.log", 29),
            ("logs/old.log", 31),
            ("logs/notes.txt", 400),
            ("logs/.prebake-a.tmp", 0),
            ("logs/.prebake-b.tmp", 2),
            ("logs/.notes", 400),
            ("logs/new.log.gz", 29),
            ("logs/old.log.gz", 31),
            ("history/history.1.damaged", 89),
            ("history/history.2.damaged-wal", 91),
            ("history/mine.sqlite", 4000),
            (&format!("scripts/{script}"), 89),
            (&format!("scripts/{old_script}"), 91),
            ("scripts/mine.sh", 400),
            ("trash/web-1.yaml", 4000),
            ("drafts/web.yaml", 4000),
            ("drafts/web.lock", 4000),
        ] {
            state.file(path, DAY * days);
        }
        tidy(&state.folders(), state.now);
        assert_eq!(
            state.names("logs"),
            [".notes", ".prebake-a.tmp", "new.log", "new.log.gz", "notes.txt"]
        );
        assert_eq!(state.names("history"), ["history.1.damaged", "mine.sqlite"]);
        assert_eq!(state.names("scripts"), [script, "mine.sh".to_owned()]);
        assert_eq!(state.names("trash"), ["web-1.yaml"]);
        assert_eq!(state.names("drafts"), ["web.lock", "web.yaml"]);
    }

    #[test]
    fn old_logs_are_told_with_their_sizes_and_deleted_one_by_one() {
        let state = State::new();
        state.file("logs/new.log", DAY);
        state.file("logs/old.log.gz", DAY * 31);
        let found = old_logs(&state.folders(), state.now);
        let path = state.place.path().join("logs/old.log.gz");
        assert_eq!(found, [OldLog { path, bytes: 0 }]);
        delete_log(&found[0]).unwrap();
        delete_log(&found[0]).unwrap();
        assert_eq!(state.names("logs"), ["new.log"]);
    }

    #[test]
    fn the_newest_are_kept() {
        let state = State::new();
        for number in 0..205u64 {
            state.file(&format!("logs/{number}.log"), Duration::from_mins(number));
        }
        tidy(&state.folders(), state.now);
        let names = state.names("logs");
        assert_eq!(names.len(), 200);
        assert!(!names.contains(&"200.log".to_owned()), "{names:?}");
    }

    #[test]
    fn the_newest_that_have_room_together_are_kept() {
        let file = |minutes: u64, bytes| {
            let now = SystemTime::UNIX_EPOCH + Duration::from_hours(24);
            (now - Duration::from_mins(minutes), PathBuf::from(minutes.to_string()), bytes)
        };
        let files = || vec![file(3, 1), file(1, 60), file(2, 40), file(4, 0)];
        for (bytes, gone) in
            [(101, &[][..]), (100, &["3", "4"]), (60, &["2", "3", "4"]), (0, &["1", "2", "3", "4"])]
        {
            let keep = Keep { bytes, ..Keep::for_days(1) };
            let now = SystemTime::UNIX_EPOCH + Duration::from_hours(24);
            let gone: Vec<PathBuf> = gone.iter().map(PathBuf::from).collect();
            assert_eq!(surplus(files(), keep, now), gone, "{bytes} bytes");
        }
    }

    #[test]
    fn a_lock_goes_when_it_is_old_and_free() {
        let state = State::new();
        state.file("locks/new.lock", DAY / 2);
        state.file("locks/old.lock", DAY * 2);
        let held = BakeLock::try_take(&state.folders().locks(), "held").unwrap();
        state.file("locks/held.lock", DAY * 2);
        tidy(&state.folders(), state.now);
        assert_eq!(state.names("locks"), ["held.lock", "new.lock"]);
        drop(held);
    }

    #[test]
    fn it_is_done_once_a_day_and_also_after_the_clock_was_set_back() {
        let state = State::new();
        let folders = state.folders();
        for (ahead, is_due) in [(0, true), (23, false), (25, true), (48, false), (1, true)] {
            state.file("logs/old.log", DAY * 60);
            tidy_daily(&folders, state.now + Duration::from_hours(ahead));
            assert_eq!(state.names("logs").is_empty(), is_due, "{ahead} h");
        }
    }

    #[test]
    fn nothing_to_tidy_is_no_trouble() {
        let state = State::new();
        tidy(&Folders::new("unused", state.place.path().join("none")), state.now);
        assert_eq!(state.names("."), [""; 0]);
    }
}
