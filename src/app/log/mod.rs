//! Logs as the screen shows them: of a bake, or of a task. The lines are on disk; the state holds
//! those that are seen and asks for others.

pub mod ansi;
pub mod statements;
pub mod view;
pub mod wrap;

use self::statements::LogStatement;
use crate::app::jobs::JobId;
use crate::app::moment::Moment;

/// Which log.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LogId {
    /// Of a bake that this process asked for, or found running.
    Bake(JobId),
    /// Of the task with this id.
    Task(String),
    /// Of the entry of the history with this number.
    Entry(u64),
}

/// A line as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Its number in the whole log, from 0.
    pub number: u64,
    /// When it was written, if that is known.
    pub at: Option<Moment>,
    /// Its text with the colours of the program that wrote it, without its end. A very long one is
    /// clipped.
    pub text: String,
}

/// What to look for in a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    /// As it was typed. Without a capital letter it finds capitals, too.
    pub text: String,
    /// Whether it is a regular expression.
    pub is_regex: bool,
}

/// Which lines of a log are seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// What they have.
    pub pattern: Pattern,
    /// Whether those without it are seen instead.
    pub is_inverse: bool,
}

/// What a log wants done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum LogEffect {
    /// Tell the growth of this log and of no other from now on, beginning at once.
    Watch(Option<LogId>),
    /// See only these lines, or all again. Positions are among the lines that are seen.
    Filter {
        /// Of which log.
        log: LogId,
        /// The number of this request: what is told afterwards carries it.
        revision: u64,
        /// Which lines.
        filter: Option<Filter>,
    },
    /// Tell a window of lines.
    Read {
        /// Of which log.
        log: LogId,
        /// The number of the filter it is for.
        revision: u64,
        /// The position of the first line.
        first: u64,
        /// How many lines at most.
        count: usize,
    },
    /// Find the nearest line with this among those that are seen.
    Search {
        /// In which log.
        log: LogId,
        /// The number of this request; a newer one ends it.
        ask: u64,
        /// What to find.
        pattern: Pattern,
        /// The position to begin with.
        from: u64,
        /// Whether towards the beginning.
        backwards: bool,
    },
    /// Read lines that are seen, to be copied.
    Copy {
        /// Of which log.
        log: LogId,
        /// The position of the first line.
        first: u64,
        /// That of the last one.
        last: u64,
    },
    /// Write the whole log to a file.
    Save {
        /// Which log.
        log: LogId,
        /// The path as it was typed.
        path: String,
    },
}

/// What happened to a log.
#[derive(Clone, Debug, PartialEq)]
pub enum LogEvent {
    /// It is longer, or was shown for the first time, or its filter has got further.
    Grew {
        /// Which log.
        log: LogId,
        /// The number of the filter it is for.
        revision: u64,
        /// All its lines.
        total: u64,
        /// Those of them that are seen.
        seen: u64,
        /// The last of those, a screen of them, so that following needs no request.
        tail: Vec<LogLine>,
        /// Whether nothing more will come.
        ended: bool,
    },
    /// Statements of the scripts in it, as they are known by now.
    Statements {
        /// Which log.
        log: LogId,
        /// How many of those that were told before still hold.
        from: usize,
        /// Those behind them.
        statements: Vec<LogStatement>,
    },
    /// Lines that were asked for.
    Window {
        /// Of which log.
        log: LogId,
        /// The number of the filter it is for.
        revision: u64,
        /// The position of the first of them.
        first: u64,
        /// The lines.
        lines: Vec<LogLine>,
    },
    /// A search ended.
    Found {
        /// In which log.
        log: LogId,
        /// The number of the request.
        ask: u64,
        /// The position of the line among those that are seen, and its number in the whole log;
        /// none: there is no such line.
        hit: Option<(u64, u64)>,
    },
    /// Lines were read to be copied.
    Copied {
        /// Of which log.
        log: LogId,
        /// How many.
        lines: u64,
        /// Their plain text; none: it is longer than [`MOST_COPIED`](super::effect::MOST_COPIED).
        text: Option<String>,
    },
    /// It was written to a file, or something else was not done; a sentence.
    Told {
        /// Whether it went well.
        is_done: bool,
        /// What to tell.
        sentence: String,
    },
}
