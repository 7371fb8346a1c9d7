//! A process that would have to go on after the bake.

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::{Facts, NeedKind};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB105",
    title: "a process or service that ends with the bake",
    severity: Severity::Warning,
    why: "\
An image holds files, no processes: what the cached preflight starts in the background or as a
service is gone when a task starts. Start it in the run preflight. A job that the script waits for
(`wait`), and a service that it stops again, are not told.",
    example: Example {
        environment: "",
        bad: "set -e\nservice postgresql start\n",
        good: "set -e\nservice postgresql start\nsu postgres -c 'createdb web'\nservice postgresql stop\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let last_end = subject.facts.iter().rposition(ends).map_or(0, |last| last + 1);
    for (index, _, facts) in subject.statements().skip(last_end) {
        for need in &facts.needs {
            let message = match need.kind {
                NeedKind::Background => "starts a process that ends with the bake".to_owned(),
                NeedKind::Service if starts(subject.of(need.span)) => {
                    "starts a service, which does not run in a task".to_owned()
                }
                _ => continue,
            };
            let bytes = need.span.start..need.span.end;
            let finding = Finding::new(bytes, message, "start it in the run preflight");
            found.push(subject.to_move(index, finding));
        }
    }
    found
}

/// Whether a command starts a service now; `enable` is for a machine that boots.
fn starts(command: &str) -> bool {
    let mut words = command.split_whitespace();
    words.any(|word| matches!(word, "start" | "restart" | "reload" | "--now"))
}

/// Whether a statement waits for what was started before, or ends it.
fn ends(facts: &Facts) -> bool {
    facts.commands.iter().any(|command| {
        let stops = || command.arguments.iter().any(|it| it.known() == Some("stop"));
        matches!(command.name.as_str(), "wait" | "kill" | "pkill" | "killall") || stops()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn what_would_have_to_go_on_is_told() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check(
            "\
redis-server &
^^^^^^^^^^^^ PB105 starts a process that ends with the bake
sudo systemctl restart nginx
^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB105 starts a service, which does not run in a task
",
        );
    }

    #[test]
    fn what_is_waited_for_stopped_or_only_enabled_is_not() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check("make -C a &\nmake -C b &\nwait\n");
        check("mysqld &\nmysql -e 'create database x'\nkill %1\n");
        check("systemctl enable nginx\n");
        check("service x start\nmake\nservice x stop\n");
    }
}
