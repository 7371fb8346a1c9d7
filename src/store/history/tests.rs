//! The database: what is written is found, by whoever wrote it, whatever happened meanwhile.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::*;
use crate::domain::history::entry::{BakeTimes, Inputs, Phases};
use crate::domain::history::savings::{Cold, Payoff, Savings};
use crate::domain::history::{Detail, Entry, Kind, LineTime, Outcome, ScriptTimes};
use crate::domain::layer::LayerKind;
use crate::domain::task::Timings;

/// Names the state folder of a child that writes until it is killed.
const CHILD: &str = "PREBAKE_TEST_HISTORY_CHILD";

fn folders(place: &tempfile::TempDir) -> Folders {
    Folders::new("unused", place.path().join("state"))
}

fn entry(kind: Kind, name: &str, environment: &str, outcome: Outcome) -> Entry {
    Entry {
        number: 0,
        kind,
        name: name.to_owned(),
        environment: environment.to_owned(),
        began: Timestamp::from_millisecond(1_700_000_000_123).unwrap(),
        outcome,
        layer: (kind == Kind::Bake).then_some(LayerKind::Environment),
        keys: vec!["12-k".to_owned()],
        stages: "s".to_owned(),
        image: "agent-runner-env:12-k".to_owned(),
        bytes: Some(1 << 40),
        layer_bytes: None,
        why: Some("because".to_owned()),
        exit_code: Some(-1),
        line: Some(7),
        took_ms: Some(312.5),
        scripts_ms: None,
        cold_ms: None,
        saved_ms: None,
        log: true,
    }
}

fn start(name: &str, environment: &str) -> Entry {
    entry(Kind::Start, name, environment, Outcome::Hit)
}

fn bake(name: &str, environment: &str) -> Entry {
    let scripts_ms = Some(40_000.0);
    Entry {
        scripts_ms,
        took_ms: Some(42_000.0),
        ..entry(Kind::Bake, name, environment, Outcome::Baked)
    }
}

fn detail_of(kind: Kind) -> Detail {
    let phases = match kind {
        Kind::Bake => Phases::Bake(BakeTimes { scripts_ms: Some(1.5), ..BakeTimes::default() }),
        Kind::Start => Phases::Start(Timings { start_ms: Some(2.5), ..Timings::default() }),
    };
    let lines = vec![LineTime { line: 2, ms: 0.125, log_line: Some(7) }];
    let script = "cached_preflight.sh".to_owned();
    let scripts = vec![ScriptTimes { script, sha256: None, lines, stopped_at: Some(2) }];
    let inputs = Inputs::from([("user".to_owned(), "dev".to_owned())]);
    Detail { phases, scripts, inputs: [("12-k".to_owned(), inputs)].into() }
}

#[track_caller]
fn add(history: &mut History, entry: &Entry) -> u64 {
    history.record(entry, &detail_of(entry.kind)).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_was_recorded_is_found_again_as_it_was() {
    let place = tempfile::tempdir().unwrap();
    let folders = folders(&place);
    assert!(History::open_to_read(&folders).unwrap().is_none());
    let mut history = History::open(&folders).unwrap();
    for recorded in [start("t1", "web"), bake("b1", "web"), start("t2", "api")] {
        let number = add(&mut history, &recorded);
        let found = history.named(&recorded.name).unwrap().unwrap();
        assert_eq!(found, Entry { number, ..recorded.clone() });
        assert_eq!(history.detail(&found).unwrap(), detail_of(recorded.kind));
    }
    drop(history);
    let history = History::open_to_read(&folders).unwrap().unwrap();
    let names = |environment, most| {
        let found = history.entries(environment, most).unwrap();
        found.into_iter().map(|entry| entry.name).collect::<Vec<_>>()
    };
    assert_eq!(names(None, 9), ["t2", "b1", "t1"]);
    assert_eq!(names(None, 2), ["t2", "b1"]);
    assert_eq!(names(Some("web"), 9), ["b1", "t1"]);
    assert_eq!(names(Some("web"), 1), ["b1"]);
    assert_eq!(names(Some("we"), 9), [""; 0]);
    for (typed, name) in [("2", Some("b1")), ("#2", Some("b1")), ("t2", Some("t2")), ("9", None)] {
        let found = history.find(typed).unwrap().map(|entry| entry.name);
        assert_eq!(found.as_deref(), name, "{typed}");
    }
    let timings = history.timings(["t1", "b1", "none"]).unwrap();
    assert_eq!(timings.keys().collect::<Vec<_>>(), ["t1"]);
    assert_eq!(timings["t1"].start_ms, Some(2.5));
    let bakes = |environment| history.bakes(environment, LayerKind::Environment, 9).unwrap().len();
    assert_eq!((bakes(Some("web")), bakes(Some("api")), bakes(None)), (1, 0, 1));
    let folder = folders.history();
    assert_eq!(mode(&folder), 0o700);
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_layer_was_used_when_anything_on_it_was_last_baked_or_started() {
    let place = tempfile::tempdir().unwrap();
    let mut history = History::open(&folders(&place)).unwrap();
    let at = |seconds: i64, keys: &[&str], entry: Entry| Entry {
        began: Timestamp::from_second(seconds).unwrap(),
        keys: keys.iter().map(|&key| key.to_owned()).collect(),
        ..entry
    };
    for entry in [
        at(10, &["desk"], bake("b1", "web")),
        at(20, &["desk", "env"], start("t1", "web")),
        at(30, &["env"], bake("b2", "web")),
        at(40, &[], start("t2", "plain")),
    ] {
        history.record(&entry, &detail_of(entry.kind)).unwrap();
    }
    let mut uses: Vec<_> = history.uses().unwrap().into_iter().collect();
    uses.sort();
    assert_eq!(uses, [("desk".to_owned(), 20), ("env".to_owned(), 30)]);
}

#[test]
fn starts_are_counted_once_however_often_they_are_amended() {
    let place = tempfile::tempdir().unwrap();
    let mut history = History::open(&folders(&place)).unwrap();
    add(&mut history, &bake("b", "web"));
    let mut hit = Entry { saved_ms: Some(1000.0), ..start("t", "web") };
    hit.number = add(&mut history, &hit);
    let savings = |history: &History| {
        let tallies = history.tallies(Some("web")).unwrap();
        let tallies: Vec<_> = tallies.into_iter().map(|(_, tally)| tally).collect();
        let savings = Savings::of(&tallies, None);
        (savings.starts, savings.hits, savings.measured, savings.saved_ms)
    };
    assert_eq!(savings(&history), (1, 1, 1, Some(1000.0)));
    hit.saved_ms = Some(900.0);
    history.amend(&hit, &Detail::default()).unwrap();
    assert_eq!(savings(&history), (1, 1, 1, Some(900.0)));
    (hit.outcome, hit.saved_ms) = (Outcome::Failed, None);
    history.amend(&hit, &Detail::default()).unwrap();
    assert_eq!(savings(&history), (1, 0, 0, None));
    let found = history.named("t").unwrap().unwrap();
    assert_eq!((found, history.entries(None, 9).unwrap().len()), (hit.clone(), 2));
    hit.number = 99;
    history.amend(&hit, &Detail::default()).unwrap();
    assert_eq!(history.entries(None, 9).unwrap().len(), 2);
    let environments = history.tallies(None).unwrap();
    assert!(environments.iter().all(|(environment, _)| environment == "web"));
}

#[test]
fn a_cold_start_is_known_by_its_scripts_or_by_the_bakes_of_its_keys() {
    let place = tempfile::tempdir().unwrap();
    let mut history = History::open(&folders(&place)).unwrap();
    let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    let mut record = |entry: Entry| add(&mut history, &entry);
    record(bake("b1", "web"));
    record(Entry { scripts_ms: Some(7.0), outcome: Outcome::Failed, ..bake("b2", "web") });
    record(Entry { scripts_ms: Some(50.0), keys: keys(&["desktop"]), ..bake("b3", "api") });
    record(Entry { scripts_ms: Some(40.0), ..bake("b4", "web") });
    record(Entry { cold_ms: Some(61.0), ..start("t1", "web") });
    record(Entry { cold_ms: Some(60.0), ..start("t2", "web") });
    for (environment, stages, wanted, measured_ms, scripts_ms) in [
        ("web", "s", keys(&["12-k"]), Some(60.0), Some(40.0)),
        ("web", "other", keys(&["12-k"]), None, Some(40.0)),
        ("api", "s", keys(&["desktop", "12-k"]), None, Some(90.0)),
        ("api", "s", keys(&["desktop", "unknown"]), None, None),
        ("api", "s", keys(&[]), None, None),
    ] {
        let found = history.cold(environment, stages, &wanted).unwrap();
        assert_eq!(found, Cold { measured_ms, scripts_ms }, "{environment} {stages} {wanted:?}");
    }
}

#[test]
fn the_newest_bake_has_paid_by_the_starts_after_it() {
    let place = tempfile::tempdir().unwrap();
    let mut history = History::open(&folders(&place)).unwrap();
    let saving = |saved_ms| Entry { saved_ms, ..start("t", "web") };
    add(&mut history, &saving(Some(1e9)));
    assert_eq!(history.payoff("web").unwrap(), None);
    add(&mut history, &bake("b", "web"));
    assert_eq!(history.payoff("web").unwrap(), None);
    for (saved_ms, expected) in [
        (None, None),
        (Some(41_000.0), Some(Payoff::NotYet { starts: 1 })),
        (Some(41_000.0), Some(Payoff::After { starts: 2 })),
        (Some(41_000.0), Some(Payoff::After { starts: 2 })),
    ] {
        add(&mut history, &saving(saved_ms));
        assert_eq!(history.payoff("web").unwrap(), expected);
    }
    let durations = history.durations("web", 3).unwrap();
    assert_eq!(durations, [Some(312.5); 3]);
    assert_eq!(history.durations("api", 3).unwrap(), []);
}

#[test]
fn old_entries_go_and_what_they_saved_stays() {
    let place = tempfile::tempdir().unwrap();
    let mut history = History::open(&folders(&place)).unwrap();
    let at = |seconds| Timestamp::from_second(seconds).unwrap();
    for number in 0..2_500 {
        let began = at(number);
        let saved_ms = Some(1.0);
        add(&mut history, &Entry { began, saved_ms, ..start("t", "web") });
    }
    for (oldest, most, left) in [(0, 9_999, 2_500), (100, 9_999, 2_400), (0, 30, 30), (9_999, 9, 0)]
    {
        history.forget(at(oldest), most).unwrap();
        let entries = history.entries(None, 9_999).unwrap();
        assert_eq!(entries.len(), left, "{oldest} {most}");
        let details: i64 = history
            .connection
            .query_row("SELECT count(*) FROM detail", [], |row| row.get(0))
            .unwrap();
        assert_eq!(usize::try_from(details).unwrap(), left);
    }
    let (_, tally) = history.tallies(Some("web")).unwrap()[0].clone();
    assert_eq!((tally.starts, tally.saved_ms), (2_500, 2_500.0));
    // A number is never given again.
    assert_eq!(add(&mut history, &start("t", "web")), 2_501);
}

#[test]
fn many_write_at_the_same_time_and_nothing_is_lost() {
    let place = tempfile::tempdir().unwrap();
    let folders = folders(&place);
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let folders = &folders;
            scope.spawn(move || {
                for number in 0..25 {
                    let mut history = History::open(folders).unwrap();
                    let name = format!("{writer}-{number}");
                    let mut recorded = start(&name, "web");
                    recorded.number = add(&mut history, &recorded);
                    history.amend(&recorded, &detail_of(Kind::Start)).unwrap();
                }
            });
        }
    });
    let history = History::open(&folders).unwrap();
    assert_eq!(history.entries(None, 999).unwrap().len(), 100);
    assert_eq!(history.tallies(None).unwrap()[0].1.starts, 100);
}

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
            .args(["--exact", "store::history::tests::a_writer_adds_one_entry_after_the_other"])
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

#[test]
fn the_log_of_the_database_stays_short_however_short_its_writers_live() {
    let place = tempfile::tempdir().unwrap();
    let folders = folders(&place);
    let log = History::path_of(&folders).with_extension("sqlite-wal");
    let mut longest = 0;
    for number in 0..400 {
        add(&mut History::open(&folders).unwrap(), &start(&number.to_string(), "web"));
        longest = longest.max(fs::metadata(&log).unwrap().len());
    }
    assert!(longest > LONGEST_LOG / 2, "{longest} bytes: it was written back all the time");
    assert!(longest < LONGEST_LOG + 200_000, "{longest} bytes");
    let history = History::open_to_read(&folders).unwrap().unwrap();
    assert_eq!(history.entries(None, 999).unwrap().len(), 400);
}
