//! Lines that end as on Windows.

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::lint::Severity;
use crate::domain::lint::fix::{Edit, Fix, FixKind};

pub(super) const RULE: Rule = Rule {
    code: "PB301",
    title: "Windows line ends",
    severity: Severity::Error,
    why: "\
Bash takes the carriage return at the end of each line for a part of the last word: `fi` becomes
an unknown word, a path gets an invisible last character, and the message of the error is printed
over itself. End lines with `\\n` alone.",
    example: Example {
        environment: "",
        bad: "set -e\r\nmkdir -p /opt/a\r\n",
        good: "set -e\nmkdir -p /opt/a\n",
    },
    check,
};

/// Of more here-documents it is not asked whether all line ends lie in them: that would take long.
const MOST_BODIES: usize = 100;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let bytes = subject.text.as_bytes();
    let ends: Vec<usize> = memchr::memchr_iter(b'\n', bytes)
        .filter_map(|at| at.checked_sub(1))
        .filter(|at| bytes[*at] == b'\r')
        .collect();
    let Some(first) = ends.first().copied() else { return Vec::new() };
    // A here-document may be a file for Windows.
    let bodies = &subject.script.heredocs;
    let is_text = |at: &usize| bodies.iter().any(|it| it.span.start <= *at && *at < it.span.end);
    if bodies.len() < MOST_BODIES && ends.iter().all(is_text) {
        return Vec::new();
    }
    let lines = match ends.len() {
        1 => "a line ends".to_owned(),
        count => format!("{count} lines end"),
    };
    let edits = ends.iter().map(|at| Edit { bytes: *at..at + 1, text: String::new() });
    let fix = Fix {
        title: "end all lines with `\\n` alone".to_owned(),
        kind: FixKind::Safe,
        edits: edits.collect(),
    };
    let message = format!("{lines} as on Windows, on which bash trips");
    vec![Finding::new(first..first + 1, message, "end them with `\\n` alone").with(fix)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::{check, fixed};

    #[test]
    fn one_finding_tells_of_all_lines() {
        let check = |text: &str| check(&RULE, Stage::Run, "", text);
        check("true\r\n    ^ PB301 2 lines end as on Windows, on which bash trips\ntrue\r\n");
        check("true\r\n    ^ PB301 a line ends as on Windows, on which bash trips\n");
        check("printf 'a\\r\\n'\ntrue\n");
        check("cat > x.bat <<'E'\necho a\r\necho b\r\nE\n");
        fixed(&RULE, Stage::Cached, FixKind::Safe, "set -e\r\ntrue\n\r\n", "set -e\ntrue\n\n");
    }
}
