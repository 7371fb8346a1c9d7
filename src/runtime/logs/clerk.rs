//! The one that reads logs back: it tells growth at most every so often, gives windows, searches
//! and filters. A newer request of the same kind ends an older one.

use std::collections::{HashMap, VecDeque};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::{Outbox, Spools};
use crate::app::effect::MOST_COPIED;
use crate::app::event::Event;
use crate::app::log::ansi::plain;
use crate::app::log::{Filter, LogEffect, LogEvent, LogId, LogLine};
use crate::app::moment::Moment;
use crate::ops::spool::{Bitmap, Line, Matcher, Spool, Stopped};

/// The shortest time between two tellings that the watched log has grown.
const GAP: Duration = Duration::from_millis(50);

/// Lines that are told with growth: more than a screen has.
const TAIL: u64 = 200;

/// What the clerk is asked for.
pub(super) enum Asked {
    /// What the screen asks for.
    Do(LogEffect),
    /// This log is longer.
    Grown(LogId),
}

/// Which lines of a log are seen.
struct Seen {
    revision: u64,
    filter: Option<(Matcher, bool)>,
    bits: Bitmap,
}

pub(super) struct Clerk {
    spools: Spools,
    outbox: Outbox,
    watched: Option<LogId>,
    seen: HashMap<LogId, Seen>,
    /// How many statements of a log were told.
    statements: HashMap<LogId, usize>,
    /// When growth was told last.
    told: Option<Instant>,
    /// Whether there is growth to tell.
    due: bool,
    /// What was asked while a search was going on.
    waiting: VecDeque<Asked>,
}

impl Clerk {
    pub(super) fn new(spools: Spools, outbox: Outbox) -> Self {
        let (seen, statements, waiting) = (HashMap::new(), HashMap::new(), VecDeque::new());
        Self { spools, outbox, watched: None, seen, statements, told: None, due: false, waiting }
    }

    /// Works until nobody is left to ask. Waits without waking while there is nothing to do.
    pub(super) fn work(mut self, asked: &Receiver<Asked>) {
        loop {
            let next = match self.waiting.pop_front() {
                Some(next) => Ok(next),
                None if self.due => {
                    let since = self.told.map_or(GAP, |told| told.elapsed());
                    asked.recv_timeout(GAP.saturating_sub(since))
                }
                None => asked.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match next {
                Ok(next) => self.take(next, asked),
                Err(RecvTimeoutError::Timeout) => self.tell_growth(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn tell(&self, event: LogEvent) {
        self.outbox.tell_blocking(Event::Log(event));
    }

    fn take(&mut self, asked: Asked, others: &Receiver<Asked>) {
        let effect = match asked {
            Asked::Grown(id) => {
                self.due |= self.watched.as_ref() == Some(&id);
                return;
            }
            Asked::Do(effect) => effect,
        };
        match effect {
            LogEffect::Watch(id) => {
                (self.watched, self.due, self.told) = (id, true, None);
            }
            LogEffect::Filter { log, revision, filter } => self.filter(log, revision, filter),
            LogEffect::Read { log, revision, first, count } => {
                let Some(spool) = self.spools.get(&log) else { return };
                if self.revision(&log) == revision {
                    let lines = self.lines(&log, &spool, first, count);
                    self.tell(LogEvent::Window { log, revision, first, lines });
                }
            }
            LogEffect::Search { log, ask, pattern, from, backwards } => {
                let Some(spool) = self.spools.get(&log) else { return };
                let Ok(matcher) = Matcher::new(&pattern.text, pattern.is_regex) else { return };
                if let Ok(hit) = self.search(&log, &spool, &matcher, from, backwards, others) {
                    self.tell(LogEvent::Found { log, ask, hit });
                }
            }
            LogEffect::Copy { log, first, last } => {
                let gone = || std::io::Error::other("the log is not there any more");
                let spool = self.spools.get(&log).ok_or_else(gone);
                let copied = spool.and_then(|spool| self.copied(&log, &spool, first, last));
                self.tell(copied.unwrap_or_else(|error| LogEvent::Told {
                    is_done: false,
                    sentence: format!("the lines were not copied: {error}; show the log again"),
                }));
            }
            LogEffect::Save { log, path } => {
                let Some(spool) = self.spools.get(&log) else { return };
                self.tell(save(&spool, &path));
            }
        }
    }

    fn revision(&self, log: &LogId) -> u64 {
        self.seen.get(log).map_or(0, |seen| seen.revision)
    }

    fn filter(&mut self, log: LogId, revision: u64, filter: Option<Filter>) {
        let filter = filter.and_then(|filter| {
            let Filter { pattern, is_inverse } = filter;
            Some((Matcher::new(&pattern.text, pattern.is_regex).ok()?, is_inverse))
        });
        self.seen.insert(log.clone(), Seen { revision, filter, bits: Bitmap::default() });
        self.due |= self.watched == Some(log);
        self.told = None;
    }

    /// Tells how long the watched log is, and its end. A filter gets on by a portion.
    fn tell_growth(&mut self) {
        (self.due, self.told) = (false, Some(Instant::now()));
        let Some(log) = self.watched.clone() else { return };
        let Some(spool) = self.spools.get(&log) else { return };
        self.tell_statements(&log);
        // The order matters: what comes between the two is told next time.
        let (has_ended, total) = (spool.has_ended(), spool.lines());
        let mut is_behind = false;
        let mut seen_lines = total;
        if let Some(seen) = self.seen.get_mut(&log)
            && let Some((matcher, is_inverse)) = &seen.filter
        {
            let begun = Instant::now();
            while seen.bits.len() < total && begun.elapsed() < GAP {
                let from = seen.bits.len();
                let bits = &mut seen.bits;
                let read = spool.matches(matcher, from, &mut |hit| bits.push(hit != *is_inverse));
                if read.is_err() || seen.bits.len() == from {
                    break;
                }
            }
            is_behind = seen.bits.len() < total;
            seen_lines = seen.bits.count();
        }
        if is_behind {
            // It goes on at once.
            (self.due, self.told) = (true, None);
        }
        let first = seen_lines.saturating_sub(TAIL);
        let tail = self.lines(&log, &spool, first, usize::try_from(TAIL).unwrap_or(0));
        self.tell(LogEvent::Grew {
            revision: self.revision(&log),
            log,
            total,
            seen: seen_lines,
            tail,
            ended: has_ended && !is_behind,
        });
    }

    /// Tells the statements that are new, and the one before them, whose time is known by now.
    fn tell_statements(&mut self, log: &LogId) {
        let from = self.statements.get(log).map_or(0, |told| told.saturating_sub(1));
        let statements = self.spools.statements(log, from);
        if !statements.is_empty() {
            self.statements.insert(log.clone(), from + statements.len());
            self.tell(LogEvent::Statements { log: log.clone(), from, statements });
        }
    }

    /// Which lines a filter lets through; none: there is no filter.
    fn bits(&self, log: &LogId) -> Option<&Bitmap> {
        self.seen.get(log).filter(|seen| seen.filter.is_some()).map(|seen| &seen.bits)
    }

    /// The seen lines from one position to another, to be copied.
    fn copied(
        &self,
        log: &LogId,
        spool: &Spool,
        first: u64,
        last: u64,
    ) -> std::io::Result<LogEvent> {
        let bits = self.bits(log);
        let from = bits.map_or(Some(first), |bits| bits.select(first));
        let (mut lines, mut text) = (0, Some(String::new()));
        spool.each_line(from.unwrap_or(u64::MAX), &mut |number, line| {
            if bits.is_some_and(|bits| !bits.is_set(number)) {
                return true;
            }
            let all = text.get_or_insert_default();
            if lines > 0 {
                all.push('\n');
            }
            all.push_str(&plain(line));
            if all.len() > MOST_COPIED {
                (lines, text) = (last - first + 1, None);
                return false;
            }
            lines += 1;
            lines <= last - first
        })?;
        Ok(LogEvent::Copied { log: log.clone(), lines, text })
    }

    /// Lines that are seen, from a position on.
    fn lines(&self, log: &LogId, spool: &Spool, first: u64, count: usize) -> Vec<LogLine> {
        let lines = match self.bits(log) {
            None => spool.window(first, count),
            Some(bits) => {
                let numbers: Vec<u64> =
                    (first..first + count as u64).map_while(|nth| bits.select(nth)).collect();
                spool.lines_at(&numbers)
            }
        };
        lines.unwrap_or_default().iter().map(shown).collect()
    }

    /// The position and the number of the nearest line that is seen and has something; none: the
    /// search was given up.
    fn search(
        &mut self,
        log: &LogId,
        spool: &Spool,
        matcher: &Matcher,
        from: u64,
        backwards: bool,
        others: &Receiver<Asked>,
    ) -> Result<Option<(u64, u64)>, Stopped> {
        let bits = self.seen.get(log).filter(|seen| seen.filter.is_some()).map(|seen| &seen.bits);
        let waiting = &mut self.waiting;
        let mut newer = false;
        let mut stop = || {
            while let Ok(other) = others.try_recv() {
                newer |= matches!(other, Asked::Do(LogEffect::Search { .. } | LogEffect::Watch(_)));
                waiting.push_back(other);
            }
            newer
        };
        let mut at = match bits {
            None => from,
            Some(bits) => {
                let last = bits.count().checked_sub(1).and_then(|last| bits.select(last));
                let Some(at) = bits.select(from).or(last) else { return Ok(None) };
                at
            }
        };
        loop {
            // A file that cannot be read has no such line.
            let found = spool.find(matcher, at, backwards, &mut stop)?.ok().flatten();
            let Some(number) = found else { return Ok(None) };
            let Some(bits) = bits else { return Ok(Some((number, number))) };
            let position = bits.rank(number);
            if bits.select(position) == Some(number) {
                return Ok(Some((position, number)));
            }
            // It is there, but not seen.
            let next = if backwards { number.checked_sub(1) } else { Some(number + 1) };
            let Some(next) = next.filter(|next| *next < spool.lines()) else { return Ok(None) };
            at = next;
        }
    }
}

fn shown(line: &Line) -> LogLine {
    let text = String::from_utf8_lossy(&line.bytes).into_owned();
    LogLine { number: line.number, at: line.at.map(Moment), text }
}

fn save(spool: &Spool, path: &str) -> LogEvent {
    let home = std::env::var_os("HOME");
    let path = match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => std::path::PathBuf::from(home).join(rest),
        _ => path.into(),
    };
    let shown = path.display();
    match spool.save(&path) {
        Ok(bytes) => {
            let sentence = format!("the log was saved to `{shown}`, {bytes} bytes");
            LogEvent::Told { is_done: true, sentence }
        }
        Err(error) => {
            let sentence =
                format!("the log was not saved to `{shown}`: {error}; give another path");
            LogEvent::Told { is_done: false, sentence }
        }
    }
}
