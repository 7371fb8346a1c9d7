//! Bytes that are no text.

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::lint::Severity;
use crate::domain::lint::fix::{Edit, Fix, FixKind};

pub(super) const RULE: Rule = Rule {
    code: "PB302",
    title: "NUL bytes",
    severity: Severity::Error,
    why: "\
Bash leaves out NUL bytes and says so in the log, or takes the script for a program and does not
run it at all. A text has none: the file was cut, or saved in an encoding other than UTF-8.",
    example: Example {
        environment: "",
        bad: "set -e\nmkdir -p /opt/\0a\n",
        good: "set -e\nmkdir -p /opt/a\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let found: Vec<usize> = memchr::memchr_iter(0, subject.text.as_bytes()).collect();
    let Some(first) = found.first().copied() else { return Vec::new() };
    let message = match found.len() {
        1 => "contains a NUL byte, which is no text".to_owned(),
        count => format!("contains {count} NUL bytes, which are no text"),
    };
    let edits = found.iter().map(|at| Edit { bytes: *at..at + 1, text: String::new() });
    let fix = Fix {
        title: "remove the NUL bytes".to_owned(),
        kind: FixKind::Safe,
        edits: edits.collect(),
    };
    vec![Finding::new(first..first + 1, message, "remove them").with(fix)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::{check, fixed};

    #[test]
    fn one_finding_tells_of_all_bytes() {
        let check = |text: &str| check(&RULE, Stage::Run, "", text);
        check("true\0\n    ^ PB302 contains a NUL byte, which is no text\n");
        check("a\0b=1\0\n ^ PB302 contains 2 NUL bytes, which are no text\n");
        check("printf 'a\\0'\n");
        fixed(&RULE, Stage::Run, FixKind::Safe, "a\0b=\0c\n", "ab=c\n");
    }
}
