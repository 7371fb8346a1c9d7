//! Fills a history and measures what a task start pays for its entries, for `scripts/bench`:
//! `history fill STATE COUNT` or `history record STATE COUNT`, which prints milliseconds, one a
//! line.
//!
//! Apart from the binary because nobody else wants a history of things that never happened.

#![expect(clippy::print_stdout, reason = "what it measured is its result")]

use std::error::Error;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use prebake::domain::history::entry::{BakeTimes, Inputs, Phases};
use prebake::domain::history::{Detail, Entry, Kind, LineTime, Outcome, ScriptTimes};
use prebake::domain::layer::LayerKind;
use prebake::domain::task::Timings;
use prebake::store::{Folders, History};

/// How many environments the entries are of.
const ENVIRONMENTS: usize = 20;

/// An entry as a warm start leaves it, with the times of ten lines.
fn start(number: usize, began: Timestamp) -> (Entry, Detail) {
    let environment = format!("env-{:02}", number % ENVIRONMENTS);
    let key = format!("12-0123456789abcdef-0123456789abcdef-{:016x}", number % ENVIRONMENTS);
    let (outcome, cold_ms, saved_ms) = match number / ENVIRONMENTS % 50 {
        0 => (Outcome::Baked, Some(52_310.0), None),
        _ => (Outcome::Hit, None, Some(51_990.125)),
    };
    let lines = (2..12).map(|line| LineTime { line, ms: 12.345, log_line: None }).collect();
    let sha256 = Some("0123456789abcdef".repeat(4));
    let script = "run_preflight.sh".to_owned();
    let timings = Timings {
        resolve_ms: Some(3.91),
        create_ms: Some(46.155),
        start_ms: Some(262.629),
        preflight_ms: Some(6.298),
        ..Timings::default()
    };
    let inputs = ["base image", "base image id", "platform", "user", "recipe", "cached preflight"];
    let inputs: Inputs = inputs.map(|name| (name.to_owned(), "0123456789abcdef".repeat(4))).into();
    let detail = Detail {
        phases: Phases::Start(timings),
        scripts: vec![ScriptTimes { script, sha256, lines, stopped_at: None }],
        inputs: [(key.clone(), inputs)].into(),
    };
    let entry = Entry {
        number: 0,
        kind: Kind::Start,
        name: format!("{number:012x}"),
        environment,
        began,
        outcome,
        layer: None,
        keys: vec![key.clone()],
        stages: "0123456789abcdef".to_owned(),
        image: format!("agent-runner-env:{key}"),
        bytes: Some(410_000_000),
        layer_bytes: None,
        why: None,
        exit_code: Some(0),
        line: None,
        took_ms: Some(318.992),
        scripts_ms: Some(52_000.0),
        cold_ms,
        saved_ms,
        log: false,
    };
    (entry, detail)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, state, count] = &arguments[..] else {
        return Err("say `fill` or `record`, a state folder, and how many".into());
    };
    let folders = Folders::new("unused", state);
    let count: usize = count.parse()?;
    let now = Timestamp::now();
    match what.as_str() {
        "fill" => {
            let mut history = History::open(&folders)?;
            for number in 0..count {
                let ago = SignedDuration::from_secs(i64::try_from(count - number)? * 60);
                let (mut entry, mut detail) = start(number, now - ago);
                // The first of each environment is the bake that the others live on.
                if number < ENVIRONMENTS {
                    (entry.kind, entry.outcome) = (Kind::Bake, Outcome::Baked);
                    (entry.layer, entry.took_ms) = (Some(LayerKind::Environment), Some(55_000.0));
                    detail.phases = Phases::Bake(BakeTimes::default());
                }
                history.record(&entry, &detail)?;
            }
        }
        "record" => {
            for number in 0..count {
                let (mut entry, detail) = start(number + 1, now);
                // As a start does it: an entry when the task has begun, amended at its end, each
                // by a connection of its own.
                let began = Instant::now();
                let mut history = History::open(&folders)?;
                history.cold(&entry.environment, &entry.stages, &entry.keys)?;
                entry.number = history.record(&entry, &detail)?;
                drop(history);
                History::open(&folders)?.amend(&entry, &detail)?;
                println!("{:.3}", began.elapsed().as_secs_f64() * 1000.0);
            }
        }
        other => return Err(format!("there is no `{other}`").into()),
    }
    Ok(())
}
