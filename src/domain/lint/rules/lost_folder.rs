//! A `cd` that comes to nothing.

use std::collections::HashSet;

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::{Facts, State};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB103",
    title: "a change of folder that does not last",
    severity: Severity::Warning,
    why: "\
The working folder of the cached preflight ends with the bake. A `cd` behind the last command that
does something there changes nothing. In the run preflight it reaches the task's command, and
`workdir` in the environment is where every task begins.",
    example: Example {
        environment: "",
        bad: "set -e\nmkdir -p /opt/a\ncd /opt/a\n",
        good: "set -e\nmkdir -p /opt/a\ncd /opt/a\ntouch b\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    // From the end up to the last statement that a folder can matter for.
    for (index, statement, facts) in subject.statements().collect::<Vec<_>>().into_iter().rev() {
        if is_use(facts) || subject.of(statement.span).contains("PWD") {
            break;
        }
        if let Some(change) = facts.changes.iter().find(|it| it.what == State::Folder) {
            // The script only goes back to where it was.
            if goes_back(subject, index, facts) {
                break;
            }
            let bytes = change.span.start..change.span.end;
            let message = "changes the folder when no command follows, and no task begins there";
            let advice = "set `workdir`, or change it in the run preflight";
            found.push(subject.to_move(index, Finding::new(bytes, message, advice)));
        }
    }
    found
}

/// Whether a statement leaves a folder that one before it entered.
fn goes_back(subject: &Subject<'_>, index: usize, facts: &Facts) -> bool {
    let enters = |it: &Facts| it.changes.iter().any(|change| change.what == State::Folder);
    let is_behind = || subject.facts[..index].iter().any(enters);
    facts.commands.iter().any(|it| match it.name.as_str() {
        "popd" => true,
        "cd" => match it.arguments.as_slice() {
            [] => is_behind(),
            [to] => match to.text.as_str() {
                "-" => true,
                "/" | "~" | ".." => is_behind(),
                _ => false,
            },
            _ => false,
        },
        _ => false,
    })
}

/// Whether a statement does something in the folder it is in.
fn is_use(facts: &Facts) -> bool {
    // What these print or end is the same everywhere.
    let runs = |name: &str| {
        !matches!(
            name,
            "cd" | "pushd" | "popd" | "echo" | "printf" | "exit" | "return" | "true" | ":"
        )
    };
    let changes: HashSet<_> = facts.commands.iter().map(|it| it.span.start).collect();
    facts.commands.iter().any(|it| runs(&it.name))
        || !facts.unknown.is_empty()
        || facts.paths.iter().any(|it| !changes.contains(&it.span.start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn only_a_last_one_is_told() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check(
            "\
make
cd /opt/a
^^^^^^^^^ PB103 changes the folder when no command follows, and no task begins there
",
        );
        check(
            "\
make
cd /opt || exit 1
^^^^^^^ PB103 changes the folder when no command follows, and no task begins there
echo done
",
        );
        check("cd /opt && echo a > x\n");
        check("pushd /opt; touch a; popd\n");
        check("cd /opt; touch a; cd -\n");
        check("cd /opt\nmake\ncd /\n");
        check("cd /opt\nmake\ncd\n");
        check("cd /opt\necho *\n");
        check("cd /opt\necho \"$PWD\"\n");
        check("cd /opt\nmake\n");
        check("cd /opt/a && make\n");
        check("cd /opt/a || exit 1\n./configure\n");
        check("make\n(cd /opt/a && make)\n");
        check("cd /opt/a\nx > file\n");
    }
}
