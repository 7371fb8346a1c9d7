//! What holds of every split, whatever the script.

use proptest::prelude::*;

use super::super::{Boldness, Decision, Part, Rule, Split, TaskStart};
use super::split;
use crate::domain::bash::parse;

/// Lines that depend on each other in many ways.
const LINES: [&str; 30] = [
    "apt-get install -y a",
    "# a comment",
    "",
    "export A=$TASK_ID # why",
    "B=/opt/b",
    "mkdir -p $B",
    "touch /opt/b/c",
    "echo $A > /opt/b/c",
    "f() { touch /opt/f; }",
    "f",
    "cd /opt",
    "touch x; touch /opt/y",
    "cat <<E > /etc/e\n# no comment\n$B\nE",
    "cat <<E > /etc/e; echo $A\nx\nE",
    "set -e",
    "if [ -e /opt/b ]; then\n  # inside\n  touch /opt/i\nfi",
    "[ -e /opt/b ] && touch /opt/j",
    "if [ $? = 0 ]; then touch /opt/k; fi",
    "D=$(date)",
    "V=$(cat /opt/v)",
    "echo 1 > /opt/v",
    "echo $V > /opt/w",
    "umask 077",
    "export C=1",
    "./unknown",
    "rm -rf /opt/b",
    "true",
    ". /etc/os-release",
    "echo $ID",
    "exit 0",
];

proptest! {
    #[test]
    fn nothing_is_lost_and_nothing_moves_back(
        lines in prop::collection::vec(0..LINES.len(), 0..14),
        bold in any::<bool>(),
        first in any::<bool>(),
    ) {
        let mut text = if first { "#!/bin/bash\n".to_owned() } else { String::new() };
        for at in lines {
            text.push_str(LINES[at]);
            text.push('\n');
        }
        let boldness = if bold { Boldness::Bold } else { Boldness::Careful };
        let split = Split::of(&text, &TaskStart::default(), boldness);
        let in_part = |part: &str, statement: &str| part.contains(statement);
        for decision in &split.statements {
            let statement = decision.span.of(&text);
            prop_assert!(!decision.part.is_cached() || in_part(&split.cached, statement));
            prop_assert!(!decision.part.is_run() || in_part(&split.run, statement));
        }
        for comment in &parse(&text).comments {
            let comment = comment.of(&text);
            prop_assert!(in_part(&split.cached, comment) || in_part(&split.run, comment), "{}", text);
        }
        prop_assert_eq!(parse(&split.cached).errors, []);
        prop_assert_eq!(parse(&split.run).errors, []);
        let again = Split::of(&split.run, &TaskStart::default(), boldness);
        for decision in &again.statements {
            prop_assert!(decision.part.is_run(), "{}\n---\n{}\n---\n{:?}", text, split.run, decision);
        }
        let again = Split::of(&split.cached, &TaskStart::default(), boldness);
        // Alone, its end is what the task's command gets: that is another script then.
        let is_for_command = |it: &Decision| it.reason.rule == Rule::ChangedLater;
        prop_assume!(!again.statements.iter().any(is_for_command));
        for decision in &again.statements {
            let setting = matches!(decision.reason.rule, Rule::ForRun);
            prop_assert!(decision.part.is_cached() || setting, "{}\n---\n{}\n---\n{:?}", text, split.cached, decision);
        }
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        drop(split(&text));
    }
}

#[test]
fn what_the_command_gets_of_the_shell_is_that_of_the_end_of_the_script() {
    let text = "cd /opt\napt-get install -y a\n./unknown\n";
    let split = |text: &str| Split::of(text, &TaskStart::default(), Boldness::Bold);
    // Whether `/opt` was there before the installation is not known.
    let first = split(text).statements[0].clone();
    assert_eq!((first.part, first.reason.rule), (Part::Run, Rule::ChangedLater));
    // A later `cd` is the one that the command gets.
    let longer = split(&format!("{text}cd /opt\n"));
    assert_eq!((longer.cached.as_str(), longer.run.as_str()), (text, "cd /opt\n"));
}
