//! The statements of the scripts in a log: where each of them began to write, and how long it took.

use crate::domain::history::estimate::EarlierScript;
use crate::domain::history::statement::{by_statement, statements};
use crate::domain::history::words::duration;

/// A statement that took less, and wrote nothing, is not told beside a line.
const SHORTEST_MS: f64 = 10.0;

/// A statement in a log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogStatement {
    /// The number of the first line, from 0, that was written after it began.
    pub first: u64,
    /// Its script, as a person says it.
    pub script: String,
    /// Its first line in the script, from 1.
    pub line: u32,
    /// That line's text; empty: it is not known.
    pub text: String,
    /// How long it took, in milliseconds; none: it is not over, or was not measured.
    pub ms: Option<f64>,
}

impl LogStatement {
    /// In a sentence: `line 3 of cached preflight, 41.2 s: apt-get install -y nodejs`.
    #[must_use]
    pub fn words(&self) -> String {
        let took = self.ms.map(|ms| format!(", {}", duration(ms))).unwrap_or_default();
        let text = if self.text.is_empty() { String::new() } else { format!(": {}", self.text) };
        format!("line {} of {}{took}{text}", self.line, self.script)
    }
}

/// What is told beside a line of the log: the statement that wrote it first, and those before it
/// that wrote nothing and were waited for. Nothing: no statement begins there.
#[must_use]
pub fn beside(all: &[LogStatement], number: u64) -> Option<String> {
    let from = all.partition_point(|it| it.first < number);
    let here = &all[from..from + all[from..].partition_point(|it| it.first == number)];
    let (last, silent) = here.split_last()?;
    let silent = silent.iter().filter(|it| it.ms.is_some_and(|ms| ms >= SHORTEST_MS));
    let told: Vec<String> = silent
        .chain([last])
        .map(|it| {
            let took = it.ms.map(|ms| format!(" {}", duration(ms))).unwrap_or_default();
            format!("line {}{took}", it.line)
        })
        .collect();
    Some(told.join(", "))
}

/// The statements of scripts that ran one after the other, as far as the history knows where in
/// the log they began.
#[must_use]
pub fn of_scripts(scripts: &[EarlierScript]) -> Vec<LogStatement> {
    let mut found: Vec<LogStatement> = Vec::new();
    for script in scripts {
        let title = script.times.script.trim_end_matches(".sh").replace('_', " ");
        let text = script.text.as_deref().unwrap_or_default();
        let lines = &script.times.lines;
        let began = |line: u32, last: u32| {
            let inside = lines.iter().filter(|it| (line..=last).contains(&it.line));
            inside.filter_map(|it| it.log_line).min()
        };
        let known: Vec<_> = if script.text.is_some() {
            by_statement(text, &script.times).iter().map(|it| (it.line, it.last, it.ms)).collect()
        } else {
            lines.iter().map(|it| (it.line, it.line, Some(it.ms))).collect()
        };
        for (line, last, ms) in known {
            let Some(first) = began(line, last) else { continue };
            // What the body of a function tells belongs to whoever called it.
            if found.last().is_some_and(|before| before.first > first) {
                continue;
            }
            let at = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
            let text = text.lines().nth(at).unwrap_or_default().to_owned();
            found.push(LogStatement { first, script: title.clone(), line, text, ms });
        }
    }
    found
}

/// Finds the statements of a running script while its lines are told.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    /// The first lines of the script's statements, and their texts; empty: the text is not known.
    known: Vec<(u32, String)>,
    /// The line of the statement that runs.
    running: Option<u32>,
}

impl Steps {
    /// The steps of a script with this text, if it is known.
    #[must_use]
    pub fn of(text: Option<&str>) -> Self {
        let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
        let known = text.map_or_else(Vec::new, |text| {
            statements(text).iter().map(|it| (it.line, first(it.text))).collect()
        });
        Self { known, running: None }
    }

    /// A line of the script begins: the statement that begins with it, and its text. Nothing: the
    /// one before goes on, in a loop or in a function that stands further up.
    pub fn begin(&mut self, line: u32) -> Option<(u32, String)> {
        let at = self.known.partition_point(|(first, _)| *first <= line).checked_sub(1);
        let (line, text) = match at {
            Some(at) => self.known[at].clone(),
            None => (line, String::new()),
        };
        if self.running.is_some_and(|running| line <= running) {
            return None;
        }
        self.running = Some(line);
        Some((line, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::history::{LineTime, ScriptTimes};

    const SCRIPT: &str = "f() {\n  a\n}\nfor i in 1 2; do\n  f\ndone\nlast\n";

    #[test]
    fn a_statement_goes_on_through_its_loops_and_functions() {
        let mut steps = Steps::of(Some(SCRIPT));
        let begun: Vec<_> = [1, 4, 5, 2, 5, 2, 7]
            .into_iter()
            .filter_map(|line| steps.begin(line))
            .map(|(line, text)| format!("{line} {text}"))
            .collect();
        assert_eq!(begun, ["1 f() {", "4 for i in 1 2; do", "7 last"]);
        // Without the text each line that is further down is a step of its own.
        let mut steps = Steps::of(None);
        let begun: Vec<_> =
            [4, 5, 2, 5, 7].into_iter().filter_map(|line| steps.begin(line)).collect();
        assert_eq!(begun.iter().map(|it| it.0).collect::<Vec<_>>(), [4, 5, 7]);
    }

    #[test]
    fn the_history_knows_where_statements_began_to_write() {
        let line = |line, ms, log_line| LineTime { line, ms, log_line };
        let times = ScriptTimes {
            script: "cached_preflight.sh".to_owned(),
            sha256: None,
            lines: vec![
                line(1, 0.1, Some(0)),
                line(2, 5.0, Some(3)),
                line(4, 1.0, Some(0)),
                line(5, 4000.0, Some(0)),
                line(7, 20.0, Some(9)),
            ],
            stopped_at: None,
        };
        let told = |text: Option<&str>| {
            let script = EarlierScript { times: times.clone(), text: text.map(str::to_owned) };
            let found = of_scripts(&[script]);
            found.iter().map(|it| (it.first, it.line, it.text.clone())).collect::<Vec<_>>()
        };
        let expected = [(0, 1, "f() {"), (0, 4, "for i in 1 2; do"), (9, 7, "last")];
        assert_eq!(
            told(Some(SCRIPT)),
            expected.map(|(first, line, text)| (first, line, text.to_owned()))
        );
        assert_eq!(told(None).len(), 3);
    }

    #[test]
    fn beside_a_line_stands_who_wrote_it_and_who_was_waited_for() {
        let statement = |first, line, ms| LogStatement {
            first,
            script: "cached preflight".to_owned(),
            line,
            text: String::new(),
            ms,
        };
        let all = [
            statement(0, 2, Some(0.2)),
            statement(0, 3, Some(5000.0)),
            statement(0, 4, Some(1.0)),
            statement(7, 5, None),
        ];
        assert_eq!(beside(&all, 0).as_deref(), Some("line 3 5.00 s, line 4 0.00 s"));
        assert_eq!(beside(&all, 3), None);
        assert_eq!(beside(&all, 7).as_deref(), Some("line 5"));
        assert_eq!(all[1].words(), "line 3 of cached preflight, 5.00 s");
    }
}
