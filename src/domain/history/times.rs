//! How long the lines of scripts took, from the times in their markers.
//!
//! A marker tells when a line begins; it ends when the next one is told. In a loop a line has
//! many of them, and their sum is its time. Not every line of a quick pass is told: what is not
//! counts with the line before it, and so with the right statement in any case.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// More lines of one script than anybody writes are not kept apart.
const MOST_LINES: usize = 5_000;

/// Times below it, in microseconds, count from the beginning of a script: an old bash has no
/// better ones. It is a day in 2001.
const EPOCH_TIMES: u64 = 1_000_000_000_000_000;

/// A line of a script and how long it took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LineTime {
    /// From 1.
    pub line: u32,
    /// In milliseconds, all its passes together.
    pub ms: f64,
    /// The number of the first line of the log, from 0, that was written after it began first;
    /// none: there is no log, or an older version wrote the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_line: Option<u64>,
}

/// The times of one script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScriptTimes {
    /// The script's file name, such as `cached_preflight.sh`.
    pub script: String,
    /// The digest of its bytes; none: it is not known which text it was.
    pub sha256: Option<String>,
    /// The lines that were told, in the order of the text.
    pub lines: Vec<LineTime>,
    /// The line at which it stopped before its end; none: it ended well.
    pub stopped_at: Option<u32>,
}

impl ScriptTimes {
    /// How long the whole script took, in milliseconds.
    #[must_use]
    pub fn ms(&self) -> f64 {
        self.lines.iter().map(|line| line.ms).sum()
    }
}

/// Takes the time of lines while their markers pass.
#[derive(Clone, Debug, Default)]
pub struct LineClock {
    scripts: Vec<Timed>,
    /// Lines of the log that were written so far; none: nobody counts them.
    written: Option<u64>,
    /// The line that runs: its script, its number, and when it began.
    running: Option<(usize, u32, u64)>,
}

#[derive(Clone, Debug, Default)]
struct Timed {
    script: String,
    /// Microseconds by line, and the lines of the log that were written when it began first.
    lines: BTreeMap<u32, (u64, Option<u64>)>,
    last: Option<u32>,
}

impl LineClock {
    /// A script begins.
    pub fn script(&mut self, name: &str) {
        self.scripts.push(Timed { script: name.to_owned(), ..Timed::default() });
    }

    /// So many lines of the log were written.
    pub fn written(&mut self, lines: u64) {
        self.written = Some(lines);
    }

    /// A line of the current script begins at `time`, in microseconds. 0 is no time: it tells
    /// only which line was the last.
    pub fn line(&mut self, line: u32, time: u64) {
        if self.scripts.is_empty() {
            return;
        }
        let index = self.scripts.len() - 1;
        self.scripts[index].last = Some(line);
        if time == 0 {
            return;
        }
        self.stop(time);
        let lines = &mut self.scripts[index].lines;
        if lines.len() < MOST_LINES || lines.contains_key(&line) {
            lines.entry(line).or_insert((0, self.written));
            self.running = Some((index, line, time));
        }
    }

    /// The last line ended at `time`, in microseconds since 1970.
    pub fn end(&mut self, time: u64) {
        // One kind of time says nothing about the other.
        if self.running.is_some_and(|(.., began)| began >= EPOCH_TIMES) {
            self.stop(time);
        }
        self.running = None;
    }

    fn stop(&mut self, time: u64) {
        if let Some((script, line, began)) = self.running.take() {
            let (took, _) = self.scripts[script].lines.entry(line).or_default();
            *took += time.saturating_sub(began);
        }
    }

    /// The times so far. `is_whole`: every script ended well; otherwise the last one stopped.
    #[must_use]
    pub fn times(&self, is_whole: bool) -> Vec<ScriptTimes> {
        let count = self.scripts.len();
        let times = self.scripts.iter().enumerate().map(|(index, timed)| ScriptTimes {
            script: timed.script.clone(),
            sha256: None,
            lines: timed
                .lines
                .iter()
                .map(|(line, (us, log_line))| LineTime {
                    line: *line,
                    ms: ms(*us),
                    log_line: *log_line,
                })
                .collect(),
            stopped_at: timed.last.filter(|_| !is_whole && index + 1 == count),
        });
        times.collect()
    }
}

/// Microseconds as milliseconds.
fn ms(microseconds: u64) -> f64 {
    // Exact up to 285 years.
    #[expect(clippy::cast_precision_loss, reason = "a bake takes less than 285 years")]
    let microseconds = microseconds as f64;
    microseconds / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = EPOCH_TIMES;

    /// `script NAME`, `LINE TIME`, `end TIME`, one a word pair; times after a day in 2001.
    fn check(told: &[(&str, u64)], expected: &[(&str, &[(u32, f64)])]) {
        let mut clock = LineClock::default();
        for (word, time) in told {
            match word.parse() {
                Ok(line) => clock.line(line, if *time == 0 { 0 } else { DAY + time }),
                Err(_) if *word == "end" => clock.end(DAY + time),
                Err(_) => clock.script(word),
            }
        }
        let times = clock.times(true);
        let told: Vec<(&str, Vec<(u32, f64)>)> = times
            .iter()
            .map(|it| (it.script.as_str(), it.lines.iter().map(|it| (it.line, it.ms)).collect()))
            .collect();
        let expected: Vec<_> =
            expected.iter().map(|(name, lines)| (*name, lines.to_vec())).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn a_line_lasts_until_the_next_one() {
        check(&[], &[]);
        check(&[("1", 5)], &[]);
        check(&[("a", 0), ("2", 1000), ("3", 3500)], &[("a", &[(2, 2.5), (3, 0.0)])]);
        check(
            &[("a", 0), ("2", 1000), ("3", 3500), ("end", 4000)],
            &[("a", &[(2, 2.5), (3, 0.5)])],
        );
        // A loop; the last word without a time; a second script; a clock that was set back.
        check(
            &[("a", 0), ("2", 1), ("3", 1001), ("2", 3001), ("3", 4001), ("4", 0), ("end", 5001)],
            &[("a", &[(2, 2.0), (3, 3.0)])],
        );
        check(
            &[("a", 0), ("2", 1000), ("b", 0), ("1", 2000), ("end", 5000)],
            &[("a", &[(2, 1.0)]), ("b", &[(1, 3.0)])],
        );
        check(&[("a", 0), ("2", 1000), ("3", 10), ("end", 510)], &[("a", &[(2, 0.0), (3, 0.5)])]);
    }

    #[test]
    fn what_an_old_bash_counts_does_not_meet_the_engines_clock() {
        let mut clock = LineClock::default();
        clock.script("a");
        clock.line(1, 1_000_000);
        clock.written(5);
        clock.line(2, 3_000_000);
        clock.written(6);
        clock.line(2, 3_000_000);
        clock.end(DAY);
        let times = clock.times(false);
        assert_eq!(
            times[0].lines,
            [
                LineTime { line: 1, ms: 2000.0, log_line: None },
                LineTime { line: 2, ms: 0.0, log_line: Some(5) }
            ]
        );
        assert_eq!((times[0].stopped_at, times[0].ms()), (Some(2), 2000.0));
    }

    #[test]
    fn endless_lines_are_bounded() {
        let mut clock = LineClock::default();
        clock.script("a");
        for line in 0..20_000 {
            clock.line(line, DAY + u64::from(line));
        }
        assert_eq!(clock.times(true)[0].lines.len(), MOST_LINES);
    }
}
