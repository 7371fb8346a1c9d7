//! Packages that every start installs anew.

use super::subject::{Subject, adds, list};
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::{Facts, Install};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB201",
    title: "an install at every task start",
    severity: Severity::Warning,
    why: "\
The run preflight runs at every task start, and every start waits for this install, needs the
network for it, and fails with it. In the cached preflight it runs once. An install that depends on
the task (`pip install \"$TASK_PACKAGE\"`, what lies in the working folder) is not told.",
    example: Example {
        environment: "",
        bad: "apt-get install -y jq\n",
        good: "npm install\npip install \"$TASK_PACKAGE\"\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, statement, facts) in subject.statements() {
        for install in facts.installs.iter().filter(|it| is_same_always(subject, facts, it)) {
            // Of what is baked already PB208 tells.
            if subject.other().installs(install) {
                continue;
            }
            let what = list(&install.packages);
            let message = match subject.cost(statement) {
                Some(cost) => format!("installs {what} at every start: {cost}, could be baked"),
                None => format!("installs {what} at every start, could be baked"),
            };
            let bytes = install.span.start..install.span.end;
            let finding = Finding::new(bytes, message, "install it in the cached preflight");
            found.push(subject.to_move(index, finding));
        }
    }
    found
}

/// Whether an install does the same in every task.
pub(super) fn is_same_always(subject: &Subject<'_>, facts: &Facts, install: &Install) -> bool {
    let names_packages = !install.packages.is_empty();
    let is_local = install.packages.iter().any(|it| it.starts_with(['.', '/', '~']));
    adds(install) && names_packages && !is_local && !subject.reads_task(facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::context::{Context, Cost};
    use crate::domain::lint::lint;
    use crate::domain::lint::testing::{check, moves};

    #[test]
    fn what_could_be_baked_is_told() {
        check(
            &RULE,
            Stage::Run,
            "",
            "\
sudo apt-get install -y jq git
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB201 installs `jq` and `git` at every start, could be baked
pip install a b c d
^^^^^^^^^^^^^^^^^^^ PB201 installs `a`, `b` and 2 more at every start, could be baked
",
        );
        let (left, put) = ("echo a\n", "set -e\napk add jq\n");
        moves(&RULE, Stage::Run, "apk add jq\necho a\n", "set -e\n", (left, put));
    }

    #[test]
    fn what_depends_on_the_task_or_its_folder_is_not() {
        let check = |text: &str| check(&RULE, Stage::Run, "env_vars: { EXTRA: x }", text);
        check("pip install \"$EXTRA\"\nnpm ci\nnpm install\npip install -r requirements.txt\n");
        check("pip install -e .\nuv sync\napt-get update\n");
    }

    #[test]
    fn what_was_measured_is_said() {
        let costs = vec![Cost { line: 1, ms: 9100 }];
        let context = Context { costs, ..Context::default() };
        let found = lint(Stage::Run, "true\napt-get install -y jq\n", &context);
        let told = found.iter().find(|it| it.code.0 == RULE.code).map(|it| it.message.as_str());
        assert_eq!(told, Some("installs `jq` at every start: 9.1 s, could be baked"));
    }
}
