//! One statement that a person sends to the other script of its environment: what that breaks.
//!
//! Two scripts are one that was split, with everything where somebody put it. So the dependencies
//! are those of a split, looked for with the statement where it is and where it goes; what is
//! broken already is not the move's fault. Commands that are not known are taken to change what
//! they name: who moves one knows it.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::rule::{Reason, Rule};
use super::start::TaskStart;
use super::{Boldness, Part, Split};
use crate::domain::bash::facts::State;
use crate::domain::bash::{Facts, parse};
use crate::domain::environment::Stage;
use crate::domain::place::Place;

/// The two scripts of an environment, as they are before a statement moves.
#[derive(Clone, Copy, Debug)]
pub struct Scripts<'t> {
    /// The cached preflight.
    pub cached: &'t str,
    /// The run preflight.
    pub run: &'t str,
}

/// A dependency that a move breaks. All lines are of the script that is left, from 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    /// The first line of the statement that is not right afterwards.
    pub line: usize,
    /// Why, as for a decision.
    pub reason: Reason,
}

/// A script that bash could not read: nobody knows what depends on what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Which one.
    pub stage: Stage,
    /// The line of its first error, from 1.
    pub line: usize,
}

/// What breaks if the statements in some bytes of the script of `from` go to the other one.
///
/// # Errors
/// One of the scripts cannot be read.
pub fn crossing(
    from: Stage,
    scripts: Scripts<'_>,
    moved: &Range<usize>,
    start: &TaskStart,
) -> Result<Vec<Breach>, Unread> {
    readable(Stage::Cached, scripts.cached)?;
    readable(Stage::Run, scripts.run)?;
    let gap = if scripts.cached.is_empty() || scripts.cached.ends_with('\n') { "" } else { "\n" };
    let first = format!("{}{gap}", scripts.cached);
    let text = format!("{first}{}", scripts.run);
    let split = Split::of(&text, start, Boldness::Bold);
    let (offset, lines) = match from {
        Stage::Cached => (0, 0),
        Stage::Run => (first.len(), first.matches('\n').count()),
    };
    let moved = moved.start + offset..moved.end + offset;
    let mut parts = as_written(&split, &text, first.len(), from);
    let before: Vec<_> = split.with(&parts).broken().to_vec();
    for (at, decision) in split.statements.iter().enumerate() {
        if moved.contains(&decision.span.start) {
            parts.insert(at, if from == Stage::Cached { Part::Run } else { Part::Cached });
        }
    }
    let after = split.with(&parts);
    let own = |line: usize| line.checked_sub(lines).filter(|line| *line > 0);
    let breaches = after.broken().iter().filter(|it| !before.contains(it)).filter_map(|it| {
        let statement = split.statements.get(it.statement)?;
        let is_here = (statement.span.start < first.len()) == (from == Stage::Cached);
        let line = own(statement.start_line).filter(|_| is_here)?;
        let reason = Reason { line: it.reason.line.and_then(own), ..it.reason.clone() };
        Some(Breach { line, reason })
    });
    Ok(breaches.collect())
}

fn readable(stage: Stage, text: &str) -> Result<(), Unread> {
    match parse(text).errors.first() {
        Some(error) => Err(Unread { stage, line: Place::of(text, error.span.start).line }),
        None => Ok(()),
    }
}

/// Where everything is now. What only sets options says how errors end a script, which each script
/// does for itself; and what the cached preflight does, too, has been done when a statement of the
/// run preflight comes to its end.
fn as_written(split: &Split, text: &str, border: usize, from: Stage) -> BTreeMap<usize, Part> {
    let cached: HashSet<&str> = split
        .statements
        .iter()
        .filter(|it| it.span.start < border)
        .map(|it| it.span.of(text))
        .collect();
    let parts = split.statements.iter().map(|it| {
        let words = it.span.of(text);
        if sets_options(words) || from == Stage::Run && cached.contains(words) {
            Part::Both
        } else if it.span.start < border {
            Part::Cached
        } else {
            Part::Run
        }
    });
    parts.enumerate().collect()
}

/// Whether a statement does nothing but set options of the shell.
fn sets_options(words: &str) -> bool {
    if !words.starts_with("set ") && !words.starts_with("shopt ") {
        return false;
    }
    let script = parse(words);
    let facts = Facts::of(&script, words);
    facts.iter().all(|facts| {
        let is_known = facts.commands.iter().all(|it| matches!(it.name.as_str(), "set" | "shopt"));
        is_known && facts.changes.iter().all(|change| change.what == State::Options)
    })
}

impl Breach {
    /// The sentence of it.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self.reason.rule {
            Rule::NeededLater if self.reason.line.is_some() => {
                format!("{} in line {}", self.reason, self.line)
            }
            _ => format!("line {} {}", self.line, self.reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What breaks if the statement with `words` goes to the other script.
    #[track_caller]
    fn check(from: Stage, cached: &str, run: &str, words: &str, expected: &[&str]) {
        let text = if from == Stage::Cached { cached } else { run };
        let at = text.find(words).unwrap();
        let scripts = Scripts { cached, run };
        let start = TaskStart { variables: vec!["LEVEL".into()], ..TaskStart::default() };
        let told = crossing(from, scripts, &(at..at + words.len()), &start).unwrap();
        let told: Vec<_> = told.iter().map(Breach::sentence).collect();
        assert_eq!(told, expected, "{cached:?} {run:?} {words:?}");
    }

    #[test]
    fn what_depends_on_nothing_goes_freely() {
        use Stage::{Cached, Run};
        check(Cached, "set -e\ntouch /opt/a\ntouch /opt/b\n", "", "touch /opt/a", &[]);
        check(Cached, "echo $TASK_ID >/opt/a\n", "export A=1\n", "echo", &[]);
        let run = "#!/bin/bash\nset -euo pipefail\nexport A=1\napt-get install -y jq\nb $A\n";
        check(Run, "", run, "apt-get", &[]);
        check(Run, "touch /opt/a", run, "apt-get", &[]);
        // What is wrong already is no reason against another statement.
        check(Cached, "echo $TASK_ID >/opt/a\ntouch /opt/b\n", "", "touch /opt/b", &[]);
    }

    #[test]
    fn what_reads_a_task_cannot_be_baked() {
        let run = "set -e\nmkdir /opt/$TASK_ID\necho $LEVEL >/opt/b\n";
        let reason = "line 2 runs at task start: reads `$TASK_ID`";
        check(Stage::Run, "touch /opt/a\n", run, "mkdir", &[reason]);
        check(
            Stage::Run,
            "touch /opt/a\n",
            run,
            "echo",
            &["line 3 runs at task start: reads `$LEVEL`"],
        );
    }

    #[test]
    fn who_follows_a_statement_and_who_it_follows_are_told() {
        use Stage::{Cached, Run};
        check(
            Cached,
            "mkdir /opt/a\ntouch /opt/a/b\n",
            "",
            "mkdir",
            &["line 2 must follow line 1, which runs at task start and writes `/opt/a`"],
        );
        check(
            Cached,
            "A=1\necho $A >/opt/a\n",
            "",
            "echo",
            &["line 2 runs at task start and needs `$A`, which this sets in line 1"],
        );
        check(
            Run,
            "touch /opt/c\n",
            "#!/bin/bash\nA=$TASK_ID\necho $A >/opt/a\n",
            "echo",
            &["line 3 must follow line 2, which runs at task start and sets `$A`"],
        );
        check(
            Run,
            "touch /opt/c\n",
            "A=$(cat /opt/c)\necho $A-$TASK_ID\n",
            "A=",
            &["line 2 runs at task start and needs `$A`, which this sets in line 1"],
        );
    }

    #[test]
    fn what_both_scripts_do_holds_in_both() {
        let set = "export DEBIAN_FRONTEND=noninteractive\n";
        let run = format!("{set}apt-get install -y jq\n");
        check(Stage::Run, set, &run, "apt-get", &[]);
        let reason =
            "line 2 must follow line 1, which runs at task start and sets `$DEBIAN_FRONTEND`";
        check(Stage::Run, "", &run, "apt-get", &[reason]);
    }

    #[test]
    fn a_script_that_cannot_be_read_is_no_ground_to_judge_on() {
        let scripts = Scripts { cached: "touch /opt/a\n", run: "a\nif\n" };
        let told = crossing(Stage::Cached, scripts, &(0..5), &TaskStart::default());
        assert_eq!(told, Err(Unread { stage: Stage::Run, line: 2 }));
    }
}
