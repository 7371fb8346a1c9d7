//! What is seen of the logs: which one, from which line on, and what is looked for in it.
//!
//! Positions count the lines that a filter lets through. The state holds those around the ones
//! that are seen; the others are on disk.

use std::collections::BTreeMap;

use super::ansi::spans;
use super::statements::LogStatement;
use super::wrap::wrap;
use super::{Filter, LogEffect, LogId, LogLine, Pattern};
use crate::app::editor::search::Search;
use crate::app::moment::Moment;

/// Lines on either side of those that are seen that stay in memory.
const AROUND: u64 = 600;

/// Cells that a step to the side turns.
const SIDE: usize = 16;

/// The logs that were shown, and how they are shown.
#[derive(Clone, Debug, Default)]
pub struct Logs {
    shown: Vec<View>,
    at: usize,
    /// Whether long lines go on in the next row.
    pub wraps: bool,
    /// Whether each line has its time before it.
    pub has_times: bool,
    /// The number of the last search.
    ask: u64,
    /// How it goes through the log.
    way: Way,
}

/// How a search goes through a log.
#[derive(Clone, Copy, Debug, Default)]
struct Way {
    /// Whether it looks ahead.
    ahead: bool,
    /// Whether it went on from the other end.
    round: bool,
}

/// A log that is shown.
#[derive(Clone, Debug)]
pub struct View {
    /// Which one.
    pub id: LogId,
    /// What it is of.
    pub title: String,
    /// All its lines.
    pub total: u64,
    /// Those that the filter lets through.
    pub seen: u64,
    /// Whether nothing more will come.
    pub ended: bool,
    /// Whether the last line stays in sight.
    pub follows: bool,
    /// The position of the line with the cursor.
    pub cursor: u64,
    /// Where the selection began.
    pub anchor: Option<u64>,
    /// The position of the first line in sight.
    pub top: u64,
    /// Cells that are cut off at the left.
    pub left: usize,
    /// What is looked for.
    pub search: Option<Search>,
    /// What is let through.
    pub filter: Option<Filter>,
    /// The statements of the scripts in it, in order.
    pub statements: Vec<LogStatement>,
    /// How many lines there were when following stopped.
    left_at: u64,
    /// The line, by its number, that gets the cursor once the filter is gone.
    wanted: Option<u64>,
    revision: u64,
    lines: BTreeMap<u64, LogLine>,
    asked: Option<(u64, usize)>,
}

impl View {
    fn new(id: LogId, title: String) -> Self {
        Self {
            id,
            title,
            total: 0,
            seen: 0,
            ended: false,
            follows: true,
            cursor: 0,
            anchor: None,
            top: 0,
            left: 0,
            search: None,
            filter: None,
            statements: Vec::new(),
            left_at: 0,
            wanted: None,
            revision: 0,
            lines: BTreeMap::new(),
            asked: None,
        }
    }

    /// The line at a position, if it is in memory.
    #[must_use]
    pub fn line(&self, position: u64) -> Option<&LogLine> {
        self.lines.get(&position)
    }

    /// Lines that came since following stopped.
    #[must_use]
    pub fn new_lines(&self) -> u64 {
        if self.follows { 0 } else { self.seen.saturating_sub(self.left_at) }
    }

    /// The positions that are selected: the line of the cursor, if no others are.
    #[must_use]
    pub fn selected(&self) -> std::ops::RangeInclusive<u64> {
        let anchor = self.anchor.unwrap_or(self.cursor);
        anchor.min(self.cursor)..=anchor.max(self.cursor)
    }

    /// Moves the cursor to a position; at the last line it follows again, unless lines are selected.
    pub fn go(&mut self, position: u64) {
        let last = self.seen.saturating_sub(1);
        self.cursor = position.min(last);
        self.set_follows(self.cursor == last && self.anchor.is_none());
    }

    /// Takes the statements behind the first `from` of those that are known.
    pub fn take_statements(&mut self, from: usize, statements: Vec<LogStatement>) {
        self.statements.truncate(from);
        self.statements.extend(statements);
    }

    /// Moves the cursor to the first line of the next statement, or to that of the one before. The
    /// statement that it is, if there is one; of several that begin there the last, which wrote it.
    pub fn step_statement(&mut self, ahead: bool) -> Option<&LogStatement> {
        let all = &self.statements;
        let at = if ahead {
            let next = all.get(all.partition_point(|it| it.first <= self.cursor))?.first;
            all.partition_point(|it| it.first <= next) - 1
        } else {
            all.partition_point(|it| it.first < self.cursor).checked_sub(1)?
        };
        let first = self.statements[at].first;
        // The last one may have written nothing.
        self.go(first);
        self.set_follows(false);
        self.cursor = first.min(self.seen.saturating_sub(1));
        self.statements.get(at)
    }

    /// Moves the cursor by lines.
    pub fn step(&mut self, by: i64) {
        self.go(self.cursor.saturating_add_signed(by));
    }

    /// Whether the last line stays in sight.
    pub fn set_follows(&mut self, follows: bool) {
        if self.follows && !follows {
            self.left_at = self.seen;
        }
        self.follows = follows;
        if follows {
            self.cursor = self.seen.saturating_sub(1);
        }
    }

    /// Turns to the side.
    pub fn turn(&mut self, right: bool) {
        self.left = if right {
            self.left.saturating_add(SIDE).min(4096)
        } else {
            self.left.saturating_sub(SIDE)
        };
    }

    /// Takes note of the log's length.
    pub fn grew(&mut self, revision: u64, total: u64, seen: u64, tail: Vec<LogLine>, ended: bool) {
        if revision != self.revision {
            return;
        }
        (self.total, self.seen, self.ended) = (total, seen, ended);
        let first = seen.saturating_sub(tail.len() as u64);
        self.keep(first, tail);
        if self.follows {
            self.cursor = seen.saturating_sub(1);
        }
        // Without a filter positions are numbers.
        if let Some(number) = self.wanted.filter(|number| self.filter.is_none() && *number < seen) {
            self.wanted = None;
            self.go(number);
            self.follows = false;
        }
        self.cursor = self.cursor.min(seen.saturating_sub(1));
    }

    /// Takes lines that were asked for.
    pub fn window(&mut self, revision: u64, first: u64, lines: Vec<LogLine>) {
        if revision == self.revision {
            self.asked = None;
            self.keep(first, lines);
        }
    }

    fn keep(&mut self, first: u64, lines: Vec<LogLine>) {
        self.lines.extend((first..).zip(lines));
    }

    /// Lets only these lines through, or all. What is to be asked for.
    pub fn set_filter(&mut self, filter: Option<Filter>) -> LogEffect {
        if filter.is_none() {
            self.wanted = self.line(self.cursor).map(|line| line.number);
        }
        self.revision += 1;
        self.filter.clone_from(&filter);
        self.lines.clear();
        (self.seen, self.cursor, self.top, self.anchor, self.asked) = (0, 0, 0, None, None);
        self.follows = true;
        LogEffect::Filter { log: self.id.clone(), revision: self.revision, filter }
    }

    /// The rows of the line at a position; one that is not known yet counts as one row.
    fn height_of(&self, position: u64, width: usize, wraps: bool) -> u64 {
        match self.line(position) {
            Some(line) if wraps => wrap(&spans(line.text.as_bytes()), width).len() as u64,
            _ => 1,
        }
    }

    /// The position of the line in this row of the window, from 0; below all lines the last one.
    fn position_at(&self, row: u16, width: usize, wraps: bool) -> u64 {
        let (mut position, mut above) = (self.top, 0);
        while position + 1 < self.seen {
            above += self.height_of(position, width, wraps);
            if above > u64::from(row) {
                break;
            }
            position += 1;
        }
        position
    }

    /// Brings the cursor into a window of so many rows and columns, and says what is to be asked
    /// for so that all of it can be seen.
    fn settle(&mut self, height: u16, width: usize, wraps: bool) -> Option<LogEffect> {
        let rows = u64::from(height.max(1));
        self.top = self.top.min(self.cursor);
        let height_of = |view: &Self, position| view.height_of(position, width, wraps);
        let (mut used, mut first) = (0, self.cursor + 1);
        while first > self.top {
            used += height_of(self, first - 1);
            if used > rows && first <= self.cursor {
                break;
            }
            first -= 1;
        }
        self.top = self.top.max(first);
        // At the end the window is full, if there is enough to fill it.
        if self.follows {
            let (mut used, mut first) = (0, self.seen);
            while first > 0 && used + height_of(self, first - 1) <= rows {
                used += height_of(self, first - 1);
                first -= 1;
            }
            self.top = first.min(self.cursor);
        }
        let far = self.top.saturating_sub(AROUND);
        self.lines = self.lines.split_off(&far);
        drop(self.lines.split_off(&(self.top + rows + AROUND)));
        let end = (self.top + rows).min(self.seen);
        let is_missing = (self.top..end).any(|position| !self.lines.contains_key(&position));
        let first = self.top.saturating_sub(rows);
        let count = usize::from(height.max(1)) * 3;
        if !is_missing || self.asked == Some((first, count)) {
            return None;
        }
        self.asked = Some((first, count));
        Some(LogEffect::Read { log: self.id.clone(), revision: self.revision, first, count })
    }
}

impl Logs {
    /// The log that is shown.
    #[must_use]
    pub fn view(&self) -> Option<&View> {
        self.shown.get(self.at)
    }

    /// The same, to be changed.
    pub fn view_mut(&mut self) -> Option<&mut View> {
        self.shown.get_mut(self.at)
    }

    /// The one with this name.
    pub fn named(&mut self, id: &LogId) -> Option<&mut View> {
        self.shown.iter_mut().find(|view| view.id == *id)
    }

    /// Which of how many logs is shown.
    #[must_use]
    pub fn place(&self) -> (usize, usize) {
        (self.at + 1, self.shown.len())
    }

    /// Shows a log from now on.
    pub fn show(&mut self, id: LogId, title: String) {
        let at = self.shown.iter().position(|view| view.id == id);
        self.at = at.unwrap_or_else(|| {
            self.shown.push(View::new(id, title));
            self.shown.len() - 1
        });
    }

    /// Shows the next log, or the one before.
    pub fn turn(&mut self, ahead: bool) {
        let count = self.shown.len().max(1);
        self.at = (self.at + if ahead { 1 } else { count - 1 }) % count;
    }

    /// Looks for something from the cursor on; what is to be asked for.
    pub fn find(&mut self, ahead: bool, beyond: bool) -> Option<LogEffect> {
        let view = self.view()?;
        let from = match (ahead, beyond) {
            (true, true) => Some(view.cursor + 1).filter(|from| *from < view.seen),
            (false, true) => view.cursor.checked_sub(1),
            (_, false) => Some(view.cursor),
        };
        self.way = Way { ahead, round: from.is_none() };
        self.search_from(from.unwrap_or_else(|| self.other_end()))
    }

    /// Goes on with the last search from the other end of the log, unless it came from there.
    pub fn go_round(&mut self) -> Option<LogEffect> {
        if std::mem::replace(&mut self.way.round, true) {
            return None;
        }
        self.search_from(self.other_end())
    }

    /// Where a search goes on that came to an end of the log.
    fn other_end(&self) -> u64 {
        if self.way.ahead { 0 } else { u64::MAX }
    }

    /// Whether the last search went on from there.
    #[must_use]
    pub fn went_round(&self) -> bool {
        self.way.round
    }

    fn search_from(&mut self, from: u64) -> Option<LogEffect> {
        self.ask += 1;
        let (ask, backwards) = (self.ask, !self.way.ahead);
        let view = self.view()?;
        let search = view.search.as_ref()?;
        let pattern = Pattern { text: search.query.clone(), is_regex: search.regex };
        Some(LogEffect::Search { log: view.id.clone(), ask, pattern, from, backwards })
    }

    /// Whether this is the number of the last search.
    #[must_use]
    pub fn is_asked(&self, ask: u64) -> bool {
        self.ask == ask
    }

    /// Brings everything into a window of so many rows and columns.
    pub fn settle(&mut self, height: u16, width: u16) -> Option<LogEffect> {
        let (wraps, width) = (self.wraps, usize::from(width).saturating_sub(self.margin()));
        self.view_mut()?.settle(height, width, wraps)
    }

    /// Moves the cursor to the line in this row of a window of so many columns.
    pub fn click(&mut self, row: u16, width: u16) {
        let (wraps, width) = (self.wraps, usize::from(width).saturating_sub(self.margin()));
        if let Some(view) = self.view_mut() {
            view.go(view.position_at(row, width, wraps));
        }
    }

    /// Cells before each line.
    #[must_use]
    pub fn margin(&self) -> usize {
        if self.has_times { 9 } else { 0 }
    }
}

/// The time of a line, in hours, minutes and seconds of the day, `offset` seconds east of UTC.
#[must_use]
pub fn time_of_day(at: Moment, offset: i32) -> String {
    let seconds = i64::try_from(at.0 / 1000).unwrap_or(0) + i64::from(offset);
    let day = seconds.rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", day / 3600, day / 60 % 60, day % 60)
}
