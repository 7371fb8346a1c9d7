//! A variable that nobody sets, and one that is spelled nearly like it.

use std::collections::HashMap;

use super::subject::Subject;
use super::task_variable::has_default;
use super::{Example, Finding, Rule};
use crate::domain::environment::Stage;
use crate::domain::lint::Severity;
use crate::domain::lint::fix::{Fix, FixKind};

pub(super) const RULE: Rule = Rule {
    code: "PB305",
    title: "a variable that nobody sets, spelled nearly like another",
    severity: Severity::Warning,
    why: "\
Nobody sets this variable, and there is one with nearly its name: `TASKID` where `TASK_ID` is
meant. Bash takes it for empty and goes on, unless `set -u` is in effect. One with a default
(`${TASKID:-}`) is not told.",
    example: Example {
        environment: "",
        bad: "set -e\nOUTPUT=/opt/out\nmkdir -p \"$OUTPTU\"\n",
        good: "set -e\nOUTPUT=/opt/out\nmkdir -p \"$OUTPUT\" \"$HOME/outputs\"\n",
    },
    check,
};

/// Shorter names are nearly like anything.
const SHORTEST: usize = 5;

/// Names that are compared at most: a text with more of them was written by no person.
const MOST: usize = 500;

/// Names that shells and systems set, which no text here does.
const OTHERS: [&str; 6] = ["BASH", "COMP_", "LC_", "XDG_", "SSH_", "PREBAKE"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut known: Vec<&str> =
        subject.facts.iter().flat_map(|facts| &facts.sets).map(|it| it.name.as_str()).collect();
    if subject.stage == Stage::Run {
        known.extend(["TASK_ID", "AGENTS_RUNNER_TASK_ID"]);
        known.extend(subject.context.variables.iter().map(String::as_str));
    }
    known.sort_unstable();
    known.dedup();
    known.truncate(MOST);
    let mut meant: HashMap<&str, Option<&str>> = HashMap::new();
    let mut found = Vec::new();
    for facts in &subject.facts {
        for read in &facts.reads {
            let name = read.name.as_str();
            let is_known = known.binary_search(&name).is_ok();
            let is_other = OTHERS.iter().any(|prefix| name.starts_with(prefix));
            if is_known || is_other || name.len() < SHORTEST || has_default(subject.of(read.span)) {
                continue;
            }
            let near = || known.iter().copied().find(|it| is_near(name, it));
            let Some(meant) = *meant.entry(name).or_insert_with(near) else { continue };
            let message = format!("nobody sets `{name}`; `{meant}` is probably meant");
            let bytes = read.span.start..read.span.end;
            let mut finding = Finding::new(bytes.clone(), message, format!("write `{meant}`"));
            if let Some(at) = subject.text[bytes.clone()].find(name) {
                let bytes = bytes.start + at..bytes.start + at + name.len();
                let title = format!("write `{meant}`");
                finding = finding.with(Fix::one(title, FixKind::Suggested, bytes, meant));
            }
            found.push(finding);
        }
    }
    found
}

/// Whether two names differ in case, in underscores, or in one character that is wrong, missing,
/// too many, or swapped with its neighbour. A number at the end makes another name.
fn is_near(name: &str, other: &str) -> bool {
    if other.len() < SHORTEST || name.len().abs_diff(other.len()) > 2 {
        return false;
    }
    let bare = |text: &str| text.replace('_', "").to_ascii_uppercase();
    if bare(name) == bare(other) {
        return true;
    }
    let (one, two) = (name.as_bytes(), other.as_bytes());
    let start = one.iter().zip(two).take_while(|(a, b)| a == b).count();
    let (one, two) = (&one[start..], &two[start..]);
    let end = one.iter().rev().zip(two.iter().rev()).take_while(|(a, b)| a == b).count();
    let (one, two) = (&one[..one.len() - end], &two[..two.len() - end]);
    let is_swap = one.len() == 2 && two.len() == 2 && one[0] == two[1] && one[1] == two[0];
    let is_one = one.len() <= 1 && two.len() <= 1;
    // `FILE1` and `FILE2`, `HOST` and `HOSTS`: names that are meant.
    let is_letter = one.iter().chain(two).all(u8::is_ascii_alphabetic);
    let is_plural = end == 0 && one.len() + two.len() == 1;
    (is_swap || is_one && is_letter && !is_plural) && start > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lint::testing::{check, fixed};

    #[test]
    fn nearly_the_name_of_another_is_told() {
        check(
            &RULE,
            Stage::Run,
            "env_vars: { LOG_LEVEL: x }",
            "\
mkdir \"/tmp/$TASKID\"
            ^^^^^^^ PB305 nobody sets `TASKID`; `TASK_ID` is probably meant
echo ${LOG_LEVL}
     ^^^^^^^^^^^ PB305 nobody sets `LOG_LEVL`; `LOG_LEVEL` is probably meant
",
        );
        let (bad, good) = ("echo \"${TASKID}\"\n", "echo \"${TASK_ID}\"\n");
        fixed(&RULE, Stage::Run, FixKind::Suggested, bad, good);
    }

    #[test]
    fn names_that_are_meant_are_not() {
        let check = |text: &str| check(&RULE, Stage::Run, "", text);
        check("FILE_1=a\nFILES=b\nHOST=c\necho \"$FILE_2 $FILE_1 $FILES $HOSTS\"\n");
        check("echo \"${TASKID:-}\" \"$TASK_IDS\" \"$HOSTNAME\" \"$TASK_ID\"\n");
        check("TASKID=1\necho \"$TASKID\"\n");
        check("echo '$TASKID' \\$TASKID\n# $TASKID\n");
    }
}
