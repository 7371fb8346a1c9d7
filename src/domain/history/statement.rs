//! The statements of a script, as pieces of its text, and the times of their lines put together.
//!
//! A statement reaches from its first line to the line before the next one, so that a here
//! document is in it, and without comments and empty lines at its end.

use super::times::ScriptTimes;
use crate::domain::bash;
use serde::Serialize;

/// Longer texts are taken line by line: the parser's time grows with them.
const LARGEST: usize = 1 << 20;

/// A statement at the top level of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// Its first line, from 1.
    pub line: u32,
    /// Its last line.
    pub last: u32,
    /// Its text, whole lines.
    pub text: &'a str,
}

/// A statement and how long it took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StatementTime {
    /// Its first line, from 1.
    pub line: u32,
    /// Its last line.
    pub last: u32,
    /// In milliseconds; none: it was not measured.
    pub ms: Option<f64>,
}

/// The statements of a script, in order. Where bash could not read it, each line is one.
#[must_use]
pub fn statements(script: &str) -> Vec<Statement<'_>> {
    let lines: Vec<&str> = script.split_inclusive('\n').collect();
    let mut starts = starts(script).unwrap_or_else(|| {
        let numbered = lines.iter().enumerate();
        numbered.filter(|(_, line)| is_code(line)).map(|(index, _)| index).collect()
    });
    // Several on one line are one.
    starts.dedup();
    let mut offsets = vec![0];
    offsets.extend(lines.iter().scan(0, |end, line| {
        *end += line.len();
        Some(*end)
    }));
    let mut found = Vec::new();
    for (index, &start) in starts.iter().enumerate() {
        let next = starts.get(index + 1).copied().unwrap_or(lines.len());
        let inside = lines.get(start..next).unwrap_or_default();
        let kept = inside.iter().rposition(|line| is_code(line)).map_or(0, |last| last + 1);
        if kept == 0 {
            continue;
        }
        let text = script[offsets[start]..offsets[start + kept]].trim_end_matches(['\n', '\r']);
        found.push(Statement { line: number(start), last: number(start + kept - 1), text });
    }
    found
}

fn is_code(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// The lines, from 0, on which statements begin.
fn starts(script: &str) -> Option<Vec<usize>> {
    if script.len() > LARGEST {
        return None;
    }
    let parsed = bash::parse(script);
    let (mut line, mut counted) = (0, 0);
    let starts = parsed.statements.iter().map(|statement| {
        let start = statement.span.start;
        line += script[counted..start].matches('\n').count();
        counted = start;
        line
    });
    parsed.errors.is_empty().then(|| starts.collect())
}

/// The times of a script's lines by statement. A statement that told no line took none of it,
/// as a function does that is only defined. None: it was not reached, or not seen to its end.
#[must_use]
pub fn by_statement(script: &str, times: &ScriptTimes) -> Vec<StatementTime> {
    let statements = statements(script);
    let mut timed: Vec<StatementTime> = statements
        .iter()
        .map(|it| StatementTime { line: it.line, last: it.last, ms: Some(0.0) })
        .collect();
    for line in &times.lines {
        let at = timed.partition_point(|it| it.line <= line.line).saturating_sub(1);
        if let Some(StatementTime { ms: Some(ms), .. }) = timed.get_mut(at) {
            *ms += line.ms;
        }
    }
    if let Some(stopped) = times.stopped_at {
        timed.iter_mut().filter(|it| it.last >= stopped).for_each(|it| it.ms = None);
    }
    timed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::history::times::LineTime;

    fn check(script: &str, expected: &[(u32, u32, &str)]) {
        let found = statements(script);
        let found: Vec<_> = found.iter().map(|it| (it.line, it.last, it.text)).collect();
        assert_eq!(found, expected, "{script:?}");
    }

    #[test]
    fn a_script_is_cut_at_its_statements() {
        check("", &[]);
        check("# only a comment\n\n", &[]);
        check("a", &[(1, 1, "a")]);
        check(
            "#!/bin/bash\na; b\n\n# about c\nc \\\n  d\n# end\n",
            &[(2, 2, "a; b"), (5, 6, "c \\\n  d")],
        );
        check("cat <<X\n# in it\nX\nb\n", &[(1, 3, "cat <<X\n# in it\nX"), (4, 4, "b")]);
        check("f() {\n  a\n}\nf\n", &[(1, 3, "f() {\n  a\n}"), (4, 4, "f")]);
        check("ä\r\nb\r\n", &[(1, 1, "ä"), (2, 2, "b")]);
        // Unreadable: line by line.
        check("a\nif b\n\nc\n", &[(1, 1, "a"), (2, 2, "if b"), (4, 4, "c")]);
    }

    #[test]
    fn times_of_lines_become_times_of_statements() {
        let script = "#!/bin/bash\nset -e\nfor i in 1 2; do\n  a\ndone\nf() {\n  b\n}\nlast\n";
        let line = |(line, ms)| LineTime { line, ms, log_line: None };
        let mut times = ScriptTimes {
            script: "a.sh".into(),
            sha256: None,
            lines: [(2, 1.0), (3, 2.0), (4, 4.0), (9, 8.0)].map(line).to_vec(),
            stopped_at: None,
        };
        let told = |times: &ScriptTimes| {
            let timed = by_statement(script, times);
            timed.iter().map(|it| (it.line, it.ms)).collect::<Vec<_>>()
        };
        assert_eq!(told(&times), [(2, Some(1.0)), (3, Some(6.0)), (6, Some(0.0)), (9, Some(8.0))]);
        times.stopped_at = Some(4);
        assert_eq!(told(&times), [(2, Some(1.0)), (3, None), (6, None), (9, None)]);
    }
}
