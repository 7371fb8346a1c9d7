//! An export that no command of its script gets, and no task.

use std::collections::HashSet;

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::Invocation;
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB102",
    title: "an export that reaches nobody",
    severity: Severity::Warning,
    why: "\
The cached preflight ends with the bake, and its variables with it: only files get into the image.
An export is told if no command follows that could get it, or if the run preflight reads it and
nobody sets it there. Export it in the run preflight, where the task's command gets it. One that
commands of the cached preflight use, such as `DEBIAN_FRONTEND`, is not told.",
    example: Example {
        environment: "run_preflight_script: |\n  echo \"$GREETING\"\n",
        bad: "set -e\nexport GREETING=hello\nmkdir -p /opt/a\n",
        good: "set -e\nexport DEBIAN_FRONTEND=noninteractive\napt-get update\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    // From the end up: what runs and what is read behind a statement is known when it is reached.
    let (mut runs, mut read) = (false, HashSet::new());
    let statements: Vec<_> = subject.statements().collect();
    for (index, statement, facts) in statements.into_iter().rev() {
        let last = facts.commands.iter().filter(|it| gets(it)).map(|it| it.span.start).max();
        let called: HashSet<_> = facts.calls.iter().map(|it| it.span.start).collect();
        for set in facts.sets.iter().filter(|it| it.exported) {
            let name = set.name.as_str();
            let is_wanted = !is_everywhere(name) && !subject.is_of_tasks(name);
            // What works out its value does not get it. In a function there is one place for all,
            // and in a loop it comes round again.
            let span = set.span;
            let runs_here = last.is_some_and(|last| last >= span.end)
                || called.contains(&span.start)
                || last.is_some() && in_loop(subject.of(statement.span));
            let message = if is_wanted && subject.other().wants(name) {
                format!("exports `{name}`, which the run preflight reads and does not get")
            } else if !runs && !runs_here && !read.contains(name) {
                format!("exports `{name}` when no command follows, and no task gets it")
            } else {
                continue;
            };
            let bytes = set.span.start..set.span.end;
            let finding = Finding::new(bytes, message, "export it in the run preflight");
            found.push(subject.to_move(index, finding));
        }
        runs |= last.is_some() || !facts.unknown.is_empty();
        read.extend(facts.reads.iter().map(|it| it.name.as_str()));
    }
    found
}

/// Whether a command gets what is exported: the shell does these itself.
fn gets(command: &Invocation) -> bool {
    const OF_SHELL: &str = ": [ cd declare echo exit export local popd printf pushd readonly return set shopt test true typeset umask unset";
    !OF_SHELL.split(' ').any(|name| name == command.name)
}

fn in_loop(statement: &str) -> bool {
    statement.starts_with("for ")
        || statement.starts_with("while ")
        || statement.starts_with("until ")
}

/// Whether every shell has the variable, whatever a script exports.
fn is_everywhere(name: &str) -> bool {
    matches!(name, "PATH" | "HOME" | "LANG" | "LC_ALL" | "USER" | "SHELL" | "TERM")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn what_nobody_gets_is_told() {
        check(
            &RULE,
            Stage::Cached,
            "",
            "\
mkdir -p /opt/a
export A=1
       ^^^ PB102 exports `A` when no command follows, and no task gets it
",
        );
        check(
            &RULE,
            Stage::Cached,
            "run_preflight_script: |\n  echo \"$A\"\n",
            "\
export A=1
       ^^^ PB102 exports `A`, which the run preflight reads and does not get
make
",
        );
    }

    #[test]
    fn wherever_it_stands() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check(
            "\
export C=\"$(date)\"
       ^^^^^^^^^^^ PB102 exports `C` when no command follows, and no task gets it
if [ -e /opt/a ]; then export A=1; fi
                              ^^^ PB102 exports `A` when no command follows, and no task gets it
typeset -x B=1
           ^^^ PB102 exports `B` when no command follows, and no task gets it
export D=1
       ^^^ PB102 exports `D` when no command follows, and no task gets it
echo done
",
        );
        check("if [ -e /opt/a ]; then export A=1; make; fi\n");
        check("export A=\"$(date)\" && make\n");
        check("for a in b c; do make; export A=1; done\n");
        check("f() { export A=1; make; }\nf\n");
    }

    #[test]
    fn what_a_command_uses_is_not() {
        let check = |text: &str| {
            check(&RULE, Stage::Cached, "run_preflight_script: \"A=2; echo $A\"", text);
        };
        check("export DEBIAN_FRONTEND=noninteractive\napt-get update\n");
        check("export A=1\nmake\n");
        check("A=1\n");
        check("export A=1; make\n");
    }
}
