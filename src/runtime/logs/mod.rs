//! The logs that the screen shows. Whoever has lines puts them into a [`Sink`]; one thread, the
//! [`clerk`], reads them back, searches them, and tells that the watched one has grown.

mod clerk;

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use self::clerk::{Asked, Clerk};
use super::Outbox;
use crate::app::event::Returned;
use crate::app::log::statements::LogStatement;
use crate::app::log::{LogEffect, LogId};
use crate::ops::Folders;
use crate::ops::spool::{Spool, SpoolWriter};

/// All logs that are open. Clones share them.
#[derive(Clone)]
pub(super) struct Logs {
    folders: Folders,
    spools: Spools,
    clerk: Sender<Asked>,
}

/// The logs by their names, with the statements of the scripts in them.
#[derive(Clone, Default)]
struct Spools(Arc<Mutex<HashMap<LogId, (Spool, Statements)>>>);

impl Spools {
    fn all(&self) -> MutexGuard<'_, HashMap<LogId, (Spool, Statements)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, id: &LogId) -> Option<Spool> {
        self.all().get(id).map(|(spool, _)| spool.clone())
    }

    /// The statements of a log, but for the first `from`.
    fn statements(&self, id: &LogId, from: usize) -> Vec<LogStatement> {
        let statements = self.all().get(id).map(|(_, statements)| statements.clone());
        statements.map_or_else(Vec::new, |it| it.all().get(from..).unwrap_or_default().to_vec())
    }
}

/// The statements of the scripts in one log. Only the last one is still changed.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<Vec<LogStatement>>>);

impl Statements {
    fn all(&self) -> MutexGuard<'_, Vec<LogStatement>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The way into one log. Without a disk to write to it takes the lines and forgets them.
pub(super) struct Sink {
    id: LogId,
    writer: Option<SpoolWriter>,
    statements: Statements,
    clerk: Sender<Asked>,
    /// What follows the last line end.
    rest: Vec<u8>,
}

impl Logs {
    /// None yet.
    pub(super) fn new(folders: Folders, outbox: Outbox) -> Self {
        let (clerk, asked) = channel();
        let spools = Spools::default();
        let there = spools.clone();
        // It ends with the last way to ask it something.
        std::thread::spawn(move || Clerk::new(there, outbox).work(&asked));
        Self { folders, spools, clerk }
    }

    /// Begins the log `id`; one of that name is begun anew. An error is a sentence.
    pub(super) fn begin(&self, id: &LogId) -> Result<Sink, String> {
        let created = Spool::create(&self.folders);
        let writer = created.map_err(|error| {
            format!("the log cannot be shown, since no file can be made for it: {error}")
        })?;
        let statements = Statements::default();
        self.spools.all().insert(id.clone(), (writer.spool(), statements.clone()));
        let (id, clerk) = (id.clone(), self.clerk.clone());
        let _ = clerk.send(Asked::Grown(id.clone()));
        Ok(Sink { id, writer: Some(writer), statements, clerk, rest: Vec::new() })
    }

    /// Does what the screen asks of a log.
    pub(super) fn perform(&self, effect: LogEffect) {
        let _ = self.clerk.send(Asked::Do(effect));
    }

    /// Opens a log in the person's pager, which has the terminal, at a line from 0.
    pub(super) async fn page(&self, log: &LogId, line: u64) -> Returned {
        match self.paged(log, line).await {
            Ok(()) => Returned::Ended { arguments: Vec::new(), code: 0 },
            Err(sentence) => Returned::Failed(sentence),
        }
    }

    async fn paged(&self, log: &LogId, line: u64) -> Result<(), String> {
        let pager = std::env::var("PAGER").ok().filter(|pager| !pager.trim().is_empty());
        let pager = pager.unwrap_or_else(|| "less -R".to_owned());
        let cannot = |error: std::io::Error| {
            format!("the log cannot be shown in `{pager}`: {error}; set `PAGER`")
        };
        let spool = self.spools.get(log).ok_or("the log is not there any more")?;
        let folder = tempfile::Builder::new()
            .prefix("page-")
            .tempdir_in(self.folders.state())
            .map_err(cannot)?;
        let file = folder.path().join("log.txt");
        let to = file.clone();
        let saved = tokio::task::spawn_blocking(move || spool.save(&to)).await;
        saved.map_err(std::io::Error::other).and_then(|saved| saved).map_err(cannot)?;
        let mut words = pager.split_whitespace();
        let program = words.next().unwrap_or("less");
        let mut command = tokio::process::Command::new(program);
        command.args(words);
        if program.rsplit('/').next() == Some("less") {
            command.arg(format!("+{}", line + 1));
        }
        command.arg(&file).stdin(Stdio::inherit());
        command.status().await.map(drop).map_err(cannot)
    }
}

impl Sink {
    /// A statement begins: `line` of a script, with the text of that line. What is written from
    /// here on is its. One that is told again, because a log is read again, stays where it is.
    pub(super) fn statement(&mut self, script: &str, line: u32, text: String) {
        let Some(writer) = &self.writer else { return };
        let (first, mut all) = (writer.lines(), self.statements.all());
        if !all.iter().any(|it| it.line == line && it.script == script) {
            let script = script.to_owned();
            all.push(LogStatement { first, script, line, text, ms: None });
        }
    }

    /// The last statement took so long, in milliseconds, if it is the one of this line.
    pub(super) fn took(&mut self, line: u32, ms: f64) {
        if let Some(last) = self.statements.all().last_mut().filter(|last| last.line == line) {
            last.ms = Some(ms);
        }
    }

    /// The statements of the whole log are known.
    pub(super) fn know(&mut self, statements: Vec<LogStatement>) {
        *self.statements.all() = statements;
    }

    /// Adds a line, without its end.
    pub(super) fn line(&mut self, bytes: &[u8]) {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let at = u64::try_from(since.as_millis()).unwrap_or(0);
        if let Some(writer) = &mut self.writer
            && writer.line(at, bytes).is_err()
        {
            // A full disk costs the rest of the shown log, and nothing else.
            self.writer = None;
        }
    }

    /// Adds a line of which nobody knows when it was written, without its end.
    pub(super) fn untimed(&mut self, bytes: &[u8]) {
        if let Some(writer) = &mut self.writer
            && writer.untimed(bytes).is_err()
        {
            self.writer = None;
        }
    }

    /// Adds output that is not cut at line ends.
    pub(super) fn output(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.rest.extend_from_slice(piece.strip_suffix(b"\n").unwrap_or(piece));
            if piece.ends_with(b"\n") {
                let line = std::mem::take(&mut self.rest);
                self.line(&line);
            }
        }
    }

    /// What was added can be seen.
    pub(super) fn flush(&mut self) {
        if let Some(writer) = &mut self.writer {
            let before = writer.spool().lines();
            if writer.flush().is_ok() && writer.spool().lines() != before {
                let _ = self.clerk.send(Asked::Grown(self.id.clone()));
            }
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if !self.rest.is_empty() {
            let line = std::mem::take(&mut self.rest);
            self.line(&line);
        }
        if let Some(writer) = &mut self.writer {
            // The lines before are there.
            let _ = writer.end();
        }
        let _ = self.clerk.send(Asked::Grown(self.id.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::effect::MOST_COPIED;
    use crate::app::event::Event;
    use crate::app::log::{Filter, LogEvent, Pattern};

    #[test]
    fn all_lines_that_are_seen_are_copied_and_no_more_than_a_terminal_takes() {
        let place = tempfile::tempdir().unwrap();
        let folders = Folders::new("unused", place.path().join("state"));
        let (sender, mut inbox) = tokio::sync::mpsc::channel(64);
        let logs = Logs::new(folders, Outbox(sender));
        let log = LogId::Task("abc".to_owned());
        let mut sink = logs.begin(&log).unwrap();
        for number in 0..5003 {
            sink.line(format!("{number}\u{1b}[1m.").as_bytes());
        }
        sink.line(&vec![b'x'; MOST_COPIED]);
        drop(sink);
        let copied = |inbox: &mut crate::runtime::Inbox, first, last| {
            logs.perform(LogEffect::Copy { log: log.clone(), first, last });
            loop {
                let event = inbox.blocking_recv().unwrap();
                if let Event::Log(LogEvent::Copied { lines, text, .. }) = event {
                    return (lines, text);
                }
            }
        };
        let plain = |number: i32| format!("{number}.");
        let all: Vec<String> = (0..5003).map(plain).collect();
        assert_eq!(copied(&mut inbox, 0, 5002), (5003, Some(all.join("\n"))));
        assert_eq!(copied(&mut inbox, 7, 8), (2, Some("7.\n8.".to_owned())));
        assert_eq!(copied(&mut inbox, 5003, 5003), (1, Some("x".repeat(MOST_COPIED))));
        assert_eq!(copied(&mut inbox, 5002, 5003), (2, None), "one byte more");
        assert_eq!(copied(&mut inbox, 6000, 6000), (0, Some(String::new())));
        let pattern = Pattern { text: "00.".to_owned(), is_regex: false };
        let filter = Some(Filter { pattern, is_inverse: false });
        logs.perform(LogEffect::Watch(Some(log.clone())));
        logs.perform(LogEffect::Filter { log: log.clone(), revision: 1, filter });
        loop {
            let event = inbox.blocking_recv().unwrap();
            if matches!(event, Event::Log(LogEvent::Grew { revision: 1, ended: true, .. })) {
                break;
            }
        }
        assert_eq!(copied(&mut inbox, 1, 3), (3, Some("200.\n300.\n400.".to_owned())));
    }
}
