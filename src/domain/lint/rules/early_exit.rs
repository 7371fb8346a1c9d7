//! An `exit` with something below it.

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB205",
    title: "an exit that leaves the rest out",
    severity: Severity::Warning,
    why: "\
`exit 0` and `return` end the run preflight, and then the task's command starts: what stands below
never runs. With another status the task does not start at all. An exit in an `if`, behind `||` or
in a function is not told.",
    example: Example {
        environment: "",
        bad: "export A=1\nexit 0\nexport B=2\n",
        good: "[ -e /opt/a ] || exit 0\nexport B=2\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let last = subject.facts.len().saturating_sub(1);
    for (index, _, facts) in subject.statements() {
        let Some(exit) = facts.exits.iter().find(|it| it.surely && !it.replaces) else { continue };
        if index == last {
            break;
        }
        let message = match exit.status {
            Some(0) | None => "ends the run preflight here, and what stands below never runs",
            Some(_) => "fails here always, and no task starts",
        };
        // Of what never runs, one finding is enough.
        return vec![Finding::new(
            exit.span.start..exit.span.end,
            message,
            "remove it, or what is below",
        )];
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn only_what_surely_ends_is_told() {
        let check = |text: &str| check(&RULE, Stage::Run, "", text);
        check(
            "\
true
exit 0
^^^^^^ PB205 ends the run preflight here, and what stands below never runs
true
exit 0
true
",
        );
        check("exit 3\n^^^^^^ PB205 fails here always, and no task starts\ntrue\n");
        check("true\nexit 0\n");
        check("if [ -e /a ]; then exit 0; fi\ntrue\n");
        check("[ -e /a ] || exit 0\nf() { exit 1; }\n(exit 0)\ntrue\n");
    }
}
