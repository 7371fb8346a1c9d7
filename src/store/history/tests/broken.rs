//! A database that is killed, damaged, newer, or cannot be made.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::super::*;
use super::{add, detail_of, folders, start};
use crate::domain::history::{Kind, Outcome};

/// Names the state folder of a child that writes until it is killed.
const CHILD: &str = "PREBAKE_TEST_HISTORY_CHILD";

/// Without the variable it writes a few entries and looks for them; with it, it is the child of
/// the test below.
#[test]
fn a_writer_adds_one_entry_after_the_other() {
    let place = tempfile::tempdir().unwrap();
    let (folders, most) = match std::env::var_os(CHILD) {
        Some(state) => (Folders::new("unused", state), u64::MAX),
        None => (folders(&place), 20),
    };
    let mut last = 0;
    for _ in 0..most {
        let mut history = History::open(&folders).unwrap();
        let mut recorded = start("t", "web");
        recorded.number = add(&mut history, &recorded);
        assert!(recorded.number > last);
        last = recorded.number;
        recorded.outcome = Outcome::Failed;
        history.amend(&recorded, &detail_of(Kind::Start)).unwrap();
        history.forget(Timestamp::UNIX_EPOCH, 200).unwrap();
    }
    let history = History::open(&folders).unwrap();
    assert_eq!(history.entries(None, 999).unwrap().len(), 20);
}

#[test]
fn a_writer_that_is_killed_anywhere_leaves_a_whole_database() {
    let place = tempfile::tempdir().unwrap();
    let folders = folders(&place);
    let own = std::env::current_exe().unwrap();
    let mut seen = 0;
    for round in 0..50 {
        let mut child = Command::new(&own)
            .args([
                "--exact",
                "store::history::tests::broken::a_writer_adds_one_entry_after_the_other",
            ])
            .env(CHILD, folders.state())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Killed while it writes: at another moment each time, the first ones in the first steps.
        let begun = Instant::now();
        let target = seen + round / 10;
        let newest = || {
            let history = History::open_to_read(&folders).ok().flatten()?;
            Some(history.entries(None, 1).ok()?.first()?.number)
        };
        while newest().unwrap_or(0) < target && begun.elapsed() < Duration::from_secs(20) {
            assert!(child.try_wait().unwrap().is_none(), "the writer ended by itself");
        }
        std::thread::sleep(Duration::from_micros(137 * round));
        child.kill().unwrap();
        child.wait().unwrap();

        let mut history = History::open(&folders).unwrap();
        assert_eq!(history.fault().unwrap(), None, "round {round}");
        assert!(history.set_aside().is_none(), "round {round}");
        let entries = history.entries(None, 9_999).unwrap();
        for entry in &entries {
            assert!(history.detail(entry).unwrap() == detail_of(Kind::Start), "{entry:?}");
        }
        let numbers: Vec<u64> = entries.iter().map(|entry| entry.number).collect();
        let newest = numbers.first().copied().unwrap_or(0);
        assert!(newest >= seen, "round {round}: {newest} after {seen}");
        assert!(numbers.windows(2).all(|pair| pair[0] == pair[1] + 1), "{numbers:?}");
        let starts: u64 =
            history.tallies(None).unwrap().iter().map(|(_, tally)| tally.starts).sum();
        assert_eq!(starts, newest, "round {round}");
        seen = newest;
    }
    assert!(seen >= 50, "only {seen} entries were written");
}

#[test]
fn a_damaged_database_is_kept_aside_and_a_new_one_begun() {
    let place = tempfile::tempdir().unwrap();
    let folders = folders(&place);
    let path = History::path_of(&folders);
    let mut history = History::open(&folders).unwrap();
    add(&mut history, &start("t", "web"));
    history.write_back().unwrap();
    drop(history);
    let mut whole = fs::read(&path).unwrap();
    whole.truncate(4096);
    let nonsense = vec![b'x'; 20_000];
    let table_gone = [&whole[..100], &nonsense[..]].concat();
    for (number, broken) in (1..).zip([&nonsense, &table_gone]) {
        // With what is in its log it would be whole again.
        for ending in ["sqlite-wal", "sqlite-shm"] {
            fs::remove_file(path.with_extension(ending)).unwrap();
        }
        fs::write(&path, broken).unwrap();
        let mut history = History::open(&folders).unwrap();
        let told = history.set_aside().map(|told| told.to_string()).unwrap_or_default();
        let kept = path.with_extension(format!("{number}.damaged"));
        assert!(
            told.contains("is damaged: ") && told.contains(kept.to_str().unwrap()),
            "{number}: {told}"
        );
        assert!(fs::read(kept).unwrap() == *broken);
        assert!(history.entries(None, 9).unwrap().is_empty());
        add(&mut history, &start("t", "web"));
        drop(history);
        assert!(History::open(&folders).unwrap().set_aside().is_none());
    }
}

#[test]
fn damage_that_is_met_late_is_told_and_the_next_one_begins_anew() {
    let place = tempfile::tempdir().unwrap();
    let folders = folders(&place);
    let path = History::path_of(&folders);
    let mut history = History::open(&folders).unwrap();
    for _ in 0..300 {
        add(&mut history, &start("t", "web"));
    }
    history.write_back().unwrap();
    drop(history);
    let mut bytes = fs::read(&path).unwrap();
    let len = bytes.len();
    bytes[8 * 4096..len].fill(0xee);
    fs::write(&path, &bytes).unwrap();
    let history = History::open(&folders).unwrap();
    let told = history.entries(None, 9_999).unwrap_err();
    assert!(matches!(told, StoreError::HistoryDamaged { .. }), "{told}");
    let other = History::open(&folders).unwrap();
    assert!(other.entries(None, 9).unwrap().is_empty());
    // Who still has the old one open moves nothing more.
    assert!(history.entries(None, 9_999).is_err());
    assert!(History::open(&folders).unwrap().entries(None, 9).unwrap().is_empty());
}

#[test]
fn the_database_of_a_newer_version_is_left_alone() {
    let place = tempfile::tempdir().unwrap();
    let folders = folders(&place);
    let history = History::open(&folders).unwrap();
    history.connection.pragma_update(None, "user_version", 99).unwrap();
    drop(history);
    let told = History::open(&folders).unwrap_err().to_string();
    assert!(told.contains("a newer prebake has written it"), "{told}");
    let told = History::open_to_read(&folders).unwrap_err().to_string();
    assert!(told.contains("a newer prebake"), "{told}");
}

#[test]
fn a_folder_that_cannot_be_made_is_told_with_its_path() {
    let place = tempfile::tempdir().unwrap();
    let folders = folders(&place);
    fs::create_dir_all(folders.state()).unwrap();
    fs::write(folders.history(), "a file").unwrap();
    let told = History::open(&folders).unwrap_err().to_string();
    assert!(told.contains("/history`: ") && told.contains("move away the file"), "{told}");
    let told = History::open_to_read(&folders).unwrap_err().to_string();
    assert!(told.contains("/history"), "{told}");
}
