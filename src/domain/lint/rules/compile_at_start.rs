//! A program that every start compiles anew.

use super::subject::{Subject, is_below};
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::InstallAction;
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB203",
    title: "a build at every task start",
    severity: Severity::Warning,
    why: "\
Every task start waits for this build, and its result is the same every time. Build in the cached
preflight. What is built from a mounted working folder cannot be baked: allow it there.",
    example: Example {
        environment: "",
        bad: "make -C /opt/src install\n",
        good: "make -C \"/data/$TASK_ID\"\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, statement, facts) in subject.statements() {
        let builds = facts.installs.iter().find(|it| it.action == InstallAction::Compile);
        let Some(build) = builds.filter(|_| !subject.reads_task(facts)) else { continue };
        let is_mounted = facts
            .paths
            .iter()
            .any(|it| subject.context.mounts.iter().any(|mount| is_below(&it.path, mount)));
        if is_mounted {
            continue;
        }
        let message = match subject.cost(statement) {
            Some(cost) => format!("builds the same at every start: {cost}, could be baked"),
            None => "builds the same at every start, could be baked".to_owned(),
        };
        let bytes = build.span.start..build.span.end;
        let finding = Finding::new(bytes, message, "build it in the cached preflight");
        found.push(subject.to_move(index, finding));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn what_is_the_same_every_time_is_told() {
        let check = |text: &str| check(&RULE, Stage::Run, "", text);
        check(
            "\
make -C /opt/src install
^^^^^^^^^^^^^^^^^^^^^^^^ PB203 builds the same at every start, could be baked
make --version
",
        );
        check("make -C \"/data/$TASK_ID\"\necho make\n");
    }
}
