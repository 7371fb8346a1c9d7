//! An `exec` in the way of the task's command.

use std::collections::HashSet;

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::bash::Span;
use crate::domain::bash::facts::State;
use crate::domain::bash::tree::CommandKind;
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB206",
    title: "an exec that skips the command",
    severity: Severity::Error,
    why: "\
The shell that runs the run preflight becomes the task's command afterwards. With `exec PROGRAM` it
becomes that program instead, and the command never starts. Start the program without `exec`, or
make it the environment's `command`. `exec` with redirections only is fine. `exec \"$@\"` is not
needed and does nothing: a preflight has no arguments, and prebake starts the command itself.",
    example: Example {
        environment: "",
        bad: "exec python3 /opt/server.py\n",
        good: "exec 2>>/tmp/log\npython3 /opt/server.py &\n",
    },
    check,
};

const REPLACED: &str = "takes the place of the shell, so that the task's command never starts";

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    // `set -- program` makes other arguments.
    let mut has_others = false;
    for (_, statement, facts) in subject.statements() {
        // The commands of `a && b` that run in this shell.
        let pipelines = statement.pipelines.iter().filter(|_| !statement.background);
        let own: HashSet<_> = pipelines
            .filter(|it| it.commands.len() == 1)
            .flat_map(|it| &it.commands)
            .filter(|it| matches!(it.kind, CommandKind::Simple(_)))
            .map(|it| it.span.start)
            .collect();
        let is_own = |span: Span| own.contains(&span.start);
        let exits = facts.exits.iter().filter(|it| it.replaces && (it.surely || is_own(it.span)));
        let mut tell = |span: Span, message: &str, advice: &str| {
            found.push(Finding::new(span.start..span.end, message, advice));
        };
        exits.for_each(|it| tell(it.span, REPLACED, "start it without `exec`"));
        let bare = facts.commands.iter().filter(|it| it.name == "exec" && it.arguments.is_empty());
        // A preflight has no arguments of its own: then `exec` does nothing.
        for it in bare.filter(|it| has_others && is_own(it.span)) {
            if is_arguments(subject.of(it.span)) {
                tell(it.span, REPLACED, "start it without `exec`");
            }
        }
        has_others |= facts.changes.iter().any(|it| it.what == State::Arguments);
    }
    found
}

/// `exec "$@"`.
fn is_arguments(command: &str) -> bool {
    let rest = command.strip_prefix("exec").unwrap_or_default().trim_start();
    let word = rest.split_whitespace().next().unwrap_or_default();
    matches!(word.trim_matches('"'), "$@" | "${@}" | "$*")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn only_a_program_takes_the_place() {
        let check = |text: &str| check(&RULE, Stage::Run, "", text);
        check(
            "\
exec bash -l
^^^^^^^^^^^^ PB206 takes the place of the shell, so that the task's command never starts
[ -e /opt/a ] && exec make
                 ^^^^^^^^^ PB206 takes the place of the shell, so that the task's command never starts
exec \"$@\"
set -- make
exec \"$@\"
^^^^^^^^^ PB206 takes the place of the shell, so that the task's command never starts
",
        );
        check("exec >/tmp/log 2>&1\n(exec make)\nbash -c 'exec make'\n");
        check("f() { exec 3>&1; }\nf\n(exec \"$@\")\na && (exec make)\nexec make | cat\n");
        check("if [ -n \"$OTHER\" ]; then exec make; fi\n");
    }
}
