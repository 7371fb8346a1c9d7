//! `history`: what was baked and started, what it saved, the log of an entry, and two entries side
//! by side.

use std::io::Read as _;

use super::{Desk, Failure, environments::printable, id, tasks::age};
use crate::cli::args::HistoryArgs;
use crate::cli::output::{Output, Paint};
use crate::cli::status;
use crate::domain::environment::EnvironmentId;
use crate::domain::history::compare::{InputChange, ScriptPair, StatementPair};
use crate::domain::history::statement::StatementTime;
use crate::domain::history::{Entry, Outcome, spark, words};
use crate::domain::layer::explain::Change;
use crate::ops::history::compare::{Comparison, compare};
use crate::ops::history::{self, Overview, Summary};

/// How much of a log is printed at once.
const PIECE: usize = 64 * 1024;

pub(super) fn history(desk: &mut Desk<'_>, args: &HistoryArgs) -> Result<u8, Failure> {
    if let Some(entry) = &args.log {
        return log(desk, entry);
    }
    if let Some([from, to]) = args.diff.as_deref() {
        return diff(desk, from, to, args.json);
    }
    let environment = args.environment.as_deref().map(id).transpose()?;
    let environment = environment.as_ref().map(EnvironmentId::as_str);
    let overview = history::overview(&desk.folders, environment, args.limit)?;
    // One that was removed may have a history; one that never was has none.
    if let Some(environment) = environment.filter(|_| overview.environments.is_empty()) {
        desk.load(environment)?;
    }
    if args.json {
        desk.output.json(&overview);
    } else {
        print(desk.output, &overview, environment.is_none());
    }
    Ok(status::OK)
}

fn log(desk: &mut Desk<'_>, typed: &str) -> Result<u8, Failure> {
    let told = history::entry(&desk.folders, typed)?;
    let mut log = history::log(&desk.folders, &told.entry)?;
    let mut piece = vec![0; PIECE];
    loop {
        match log.read(&mut piece) {
            Ok(0) => return Ok(status::OK),
            Ok(bytes) => desk.output.text(&piece[..bytes]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => {
                return Err(Failure::new(format!(
                    "cannot read the log of entry {}: {error}; build again to see what it says",
                    told.entry.number
                )));
            }
        }
    }
}

fn print(output: &mut Output, overview: &Overview, is_all: bool) {
    if overview.environments.is_empty() {
        output.note("nothing was baked or started yet; `prebake run ENV` does both");
        return;
    }
    let width = widest(overview.environments.iter().map(|it| it.environment.as_str()));
    for summary in &overview.environments {
        let Summary { environment, savings, durations_ms } = summary;
        let id = output.paint(Paint::Strong, &format!("{environment:width$}"));
        let bars = spark::line(durations_ms);
        let bars = if bars.is_empty() { bars } else { format!("{bars}  ") };
        output.line(format!("{id}  {bars}{}", savings.words()));
    }
    if overview.environments.len() > 1 {
        let total = history::total(&overview.environments);
        let id = output.paint(Paint::Strong, &format!("{:width$}", "in all"));
        output.line(format!("{id}  {}", total.words()));
    }
    output.line("");
    for told in &overview.entries {
        row(output, &told.entry, is_all.then_some(width));
    }
}

fn widest<'a>(words: impl Iterator<Item = &'a str>) -> usize {
    words.map(|word| word.chars().count()).max().unwrap_or(0).max("in all".len())
}

fn row(output: &mut Output, entry: &Entry, environment: Option<usize>) {
    let began = age(&entry.began.to_string());
    let (kind, what) = entry.what();
    let what = format!("{kind:5} {what}");
    let environment =
        environment.map(|width| format!("{:width$}  ", entry.environment)).unwrap_or_default();
    let outcome = output.paint(paint(entry.outcome), &format!("{:9}", entry.outcome.word()));
    let notes = entry.notes().iter().fold(String::new(), |all, note| all + "  " + note);
    let took = entry.took_ms.map_or_else(|| "-".to_owned(), words::duration);
    output.line(format!(
        "{:>6}  {began:>6}  {environment}{what:18}  {outcome}  {took:>9}{}",
        entry.number,
        printable(&notes)
    ));
}

fn paint(outcome: Outcome) -> Paint {
    match outcome {
        Outcome::Hit | Outcome::Baked | Outcome::Joined | Outcome::Adopted => Paint::Good,
        Outcome::Degraded | Outcome::Cancelled | Outcome::Uncached => Paint::Warn,
        Outcome::Failed => Paint::Bad,
    }
}

fn diff(desk: &mut Desk<'_>, from: &str, to: &str, as_json: bool) -> Result<u8, Failure> {
    let comparison = compare(&desk.folders, from, to)?;
    if as_json {
        desk.output.json(&comparison);
    } else {
        print_diff(desk.output, &comparison);
    }
    Ok(status::OK)
}

fn print_diff(output: &mut Output, comparison: &Comparison) {
    let Comparison { from, to, inputs, scripts, log } = comparison;
    let environment = widest([&*from.environment, &*to.environment].into_iter());
    for entry in [from, to] {
        row(output, entry, Some(environment));
    }
    output.line("");
    if inputs.is_empty() {
        output.line("The inputs of their layers are the same.");
    }
    for InputChange { input, from, to } in inputs {
        let value = |value: &Option<String>| value.clone().unwrap_or_default();
        let change = Change { input: input.clone(), from: value(from), to: value(to) };
        output.line(printable(&change.words()));
    }
    for script in scripts {
        print_script(output, script);
    }
    match log.as_deref() {
        None => {}
        Some("") => output.line("\nTheir logs are the same."),
        Some(diff) => output.text(format!("\n{diff}")),
    }
}

fn print_script(output: &mut Output, script: &ScriptPair) {
    let name = output.paint(Paint::Strong, &script.script);
    let same = match script.same {
        Some(true) => ", the same in both",
        Some(false) => ", changed",
        None => "",
    };
    output.line(format!("\n{name}{same}"));
    if script.statements.is_empty() {
        output.line("  no copy of one of its texts is here, so its statements cannot be compared");
    }
    let cells = |time: Option<StatementTime>| {
        let line = time.map_or_else(|| "-".to_owned(), |it| it.line.to_string());
        let took = time.and_then(|it| it.ms).map_or_else(|| "-".to_owned(), words::duration);
        (line, took)
    };
    for StatementPair { from, to } in &script.statements {
        let ((from_line, from_took), (to_line, to_took)) = (cells(*from), cells(*to));
        output.line(format!(
            "  line {from_line:>4}  {from_took:>9}   line {to_line:>4}  {to_took:>9}"
        ));
    }
}
