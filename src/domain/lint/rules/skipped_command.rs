//! An `exec` in the way of the task's command.

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB206",
    title: "an exec that skips the command",
    severity: Severity::Error,
    why: "\
The shell that runs the run preflight becomes the task's command afterwards. With `exec PROGRAM` it
becomes that program instead, and the command never starts. Start the program without `exec`, or
make it the environment's `command`. `exec` with redirections only is fine.",
    example: Example {
        environment: "",
        bad: "exec python3 /opt/server.py\n",
        good: "exec 2>>/tmp/log\npython3 /opt/server.py &\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let exits = subject.facts.iter().flat_map(|facts| &facts.exits);
    exits
        .filter(|it| it.replaces && it.surely)
        .map(|it| {
            let message = "takes the place of the shell, so that the task's command never starts";
            Finding::new(it.span.start..it.span.end, message, "start it without `exec`")
        })
        .collect()
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
",
        );
        check("exec >/tmp/log 2>&1\n(exec make)\nbash -c 'exec make'\n");
        check("if [ -n \"$OTHER\" ]; then exec make; fi\n");
    }
}
