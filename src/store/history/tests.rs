//! The database: what is written is found, by whoever wrote it, whatever happened meanwhile.

mod broken;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use jiff::Timestamp;

use super::*;
use crate::domain::history::entry::{BakeTimes, Inputs, Phases};
use crate::domain::history::savings::{Cold, Payoff, Savings};
use crate::domain::history::{Detail, Entry, Kind, LineTime, Outcome, ScriptTimes};
use crate::domain::layer::LayerKind;
use crate::domain::task::Timings;

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
