//! The history, on threads that may wait for the disk: read, looked at, compared; and the log of
//! an entry, put where the screen reads logs.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};

use super::Outbox;
use super::logs::Logs;
use crate::app::domain::environment::EnvironmentId;
use crate::app::event::Event;
use crate::app::history::{Compared, HistoryEffect, HistoryEvent, Known, Past, Summary, title};
use crate::app::log::LogId;
use crate::app::log::statements::of_scripts;
use crate::ops::history::compare::{compare, with_texts};
use crate::ops::history::{self, Overview};
use crate::ops::{Folders, OpError};

/// Lines after which those before them can be seen.
const LINES: usize = 10_000;

/// Does what is asked of the history.
pub(super) fn perform(effect: HistoryEffect, folders: Folders, logs: Logs, outbox: Outbox) {
    tokio::task::spawn_blocking(move || {
        let done = match effect {
            HistoryEffect::Read { asked, question } => {
                let of = question.of.as_ref().map(EnvironmentId::as_str);
                let past = history::overview(&folders, of, question.most).map(past);
                let past = past.map_err(|error| error.to_string());
                outbox.tell_blocking(Event::History(HistoryEvent::Read(asked, past)));
                return;
            }
            HistoryEffect::Look(number) => known(&folders, number).map(HistoryEvent::Known),
            HistoryEffect::Compare { from, to } => {
                compared(&folders, from, to).map(HistoryEvent::Compared)
            }
            HistoryEffect::OpenLog(number) => {
                if let Err(error) = open(&folders, number, &logs, &outbox) {
                    outbox.tell_blocking(Event::Failed(error.to_string()));
                }
                return;
            }
        };
        outbox.tell_blocking(match done {
            Ok(event) => Event::History(event),
            Err(error) => Event::Failed(error.to_string()),
        });
    });
}

fn past(overview: Overview) -> Past {
    let total = history::total(&overview.environments);
    let summary = |it: history::Summary| Summary {
        environment: it.environment,
        savings: it.savings,
        durations_ms: it.durations_ms,
    };
    Past {
        total: (!overview.environments.is_empty()).then_some(total),
        environments: overview.environments.into_iter().map(summary).collect(),
        entries: overview.entries.into_iter().map(|told| told.entry).collect(),
    }
}

fn known(folders: &Folders, number: u64) -> Result<Box<Known>, OpError> {
    let told = history::entry(folders, &number.to_string())?;
    let scripts = with_texts(folders, &told.detail.scripts);
    Ok(Box::new(Known { entry: told.entry, detail: told.detail, scripts }))
}

fn compared(folders: &Folders, from: u64, to: u64) -> Result<Box<Compared>, OpError> {
    let comparison = compare(folders, &from.to_string(), &to.to_string())?;
    let texts = |number| -> Result<BTreeMap<String, String>, OpError> {
        let scripts = known(folders, number)?.scripts;
        let named = scripts.into_iter().filter_map(|it| Some((it.times.script, it.text?)));
        Ok(named.collect())
    };
    Ok(Box::new(Compared {
        texts: [texts(from)?, texts(to)?],
        from: comparison.from,
        to: comparison.to,
        inputs: comparison.inputs,
        scripts: comparison.scripts,
        log: comparison.log,
    }))
}

/// Puts the log of an entry where the screen reads it, and tells as soon as there is something to
/// be seen.
fn open(folders: &Folders, number: u64, logs: &Logs, outbox: &Outbox) -> Result<(), OpError> {
    let told = history::entry(folders, &number.to_string())?;
    let mut reader = BufReader::new(history::log(folders, &told.entry)?);
    let mut sink = logs.begin(&LogId::Entry(number)).map_err(OpError::Unusable)?;
    sink.know(of_scripts(&with_texts(folders, &told.detail.scripts)));
    let title = title(&told.entry);
    outbox.tell_blocking(Event::History(HistoryEvent::Opened { entry: number, title }));
    let (mut line, mut count) = (Vec::new(), 0_usize);
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line).map_err(|error| {
            OpError::Unusable(format!(
                "the log of entry {number} ends here, since the rest cannot be read: {error}; build again to see what it says"
            ))
        })?;
        if read == 0 {
            return Ok(());
        }
        sink.untimed(line.strip_suffix(b"\n").unwrap_or(&line));
        count += 1;
        if count.is_multiple_of(LINES) {
            sink.flush();
        }
    }
}
