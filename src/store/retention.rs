//! What of the state folder is kept how long.
//!
//! Only what prebake can make again or do without is ever deleted: logs, records of tasks, copies
//! of scripts, locks that nobody holds. The trash and the drafts are what a person wrote, and stay.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::bake_lock::BakeLock;
use super::paths::Folders;

const DAY: Duration = Duration::from_hours(24);

/// How many logs of bakes are kept, and how long.
const LOGS: (usize, Duration) = (200, Duration::from_hours(30 * 24));
/// How many records of tasks are kept, and how long.
const TASKS: (usize, Duration) = (1_000, Duration::from_hours(30 * 24));
/// How long the copy of a script is kept after its last use.
const SCRIPTS: Duration = Duration::from_hours(90 * 24);

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

/// Deletes what is too old or too many at the time `now`.
pub fn tidy(folders: &Folders, now: SystemTime) {
    let (most, longest) = LOGS;
    delete(surplus(files(&folders.logs(), ending(".log")), most, longest, now));
    let (most, longest) = TASKS;
    delete(surplus(files(&folders.tasks(), ending(".json")), most, longest, now));
    let is_digest = |name: &str| name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit());
    delete(surplus(files(&folders.scripts(), is_digest), usize::MAX, SCRIPTS, now));
    let locks = files(&folders.locks(), ending(".lock"));
    for lock in surplus(locks, usize::MAX, DAY, now) {
        // Whoever can take it, removes its file by giving it back.
        if let Some(name) = lock.file_stem().and_then(|stem| stem.to_str()) {
            drop(BakeLock::try_take(&folders.locks(), name));
        }
    }
}

/// Whether a name has this ending, with something before it.
fn ending(ending: &'static str) -> impl Fn(&str) -> bool {
    move |name| name.strip_suffix(ending).is_some_and(|stem| !stem.is_empty())
}

/// A file and when it was last written.
type Aged = (SystemTime, PathBuf);

/// The files of a folder with names that are ours. Links and folders are somebody else's.
fn files(folder: &Path, is_ours: impl Fn(&str) -> bool) -> Vec<Aged> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let aged = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let found = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        let is_ours = !name.starts_with('.') && is_ours(&name);
        is_ours.then_some((found.modified().ok()?, entry.path()))
    };
    entries.flatten().filter_map(aged).collect()
}

/// All but the newest `most`, and those that are older than `longest`.
fn surplus(mut files: Vec<Aged>, most: usize, longest: Duration, now: SystemTime) -> Vec<PathBuf> {
    files.sort_by(|a, b| b.cmp(a));
    let is_old = |time| now.duration_since(time).is_ok_and(|age| age > longest);
    let numbered = files.into_iter().enumerate();
    numbered
        .filter(|(number, (time, _))| *number >= most || is_old(*time))
        .map(|(_, (_, path))| path)
        .collect()
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
            ("tasks/new.json", 29),
            ("tasks/old.json", 31),
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
        assert_eq!(state.names("logs"), ["new.log", "notes.txt"]);
        assert_eq!(state.names("tasks"), ["new.json"]);
        assert_eq!(state.names("scripts"), [script, "mine.sh".to_owned()]);
        assert_eq!(state.names("trash"), ["web-1.yaml"]);
        assert_eq!(state.names("drafts"), ["web.lock", "web.yaml"]);
    }

    #[test]
    fn the_newest_are_kept() {
        let state = State::new();
        for number in 0..205u64 {
            state.file(&format!("logs/{number}.log"), Duration::from_mins(number));
        }
        for number in 0..1003u64 {
            state.file(&format!("tasks/{number}.json"), Duration::from_secs(number));
        }
        tidy(&state.folders(), state.now);
        for (folder, most, first_gone) in [("logs", 200, "200.log"), ("tasks", 1000, "1000.json")] {
            let names = state.names(folder);
            assert_eq!(names.len(), most);
            assert!(!names.contains(&first_gone.to_owned()), "{names:?}");
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
