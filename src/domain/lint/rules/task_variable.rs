//! A variable of the task, read while there is none.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::rc::Rc;

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::Facts;
use crate::domain::bash::tree::Statement;
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB101",
    title: "a variable that does not exist at build time",
    severity: Severity::Warning,
    why: "\
`TASK_ID`, `AGENTS_RUNNER_TASK_ID`, the environment's `env_vars` and what `prebake run --env` sets
exist in tasks only. While the cached preflight is baked they are empty, or with `set -u` an error,
and what it writes is the same for every task anyway. Read them in the run preflight. One with a
default (`${LEVEL:-info}`) is not told, and one that the statement asks for first
(`[ -n \"$LEVEL\" ] && …`) once: what is behind the question does not run in a bake.",
    example: Example {
        environment: "env_vars: { LEVEL: debug }",
        bad: "set -e\necho \"$LEVEL\" > /opt/level\n",
        good: "set -e\necho \"${LEVEL:-info}\" > /opt/level\nTASK_NAME=mine\necho \"$TASK_NAME\" > /opt/name\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let asked = Asked::new(subject);
    for (index, statement, facts) in subject.statements() {
        let mut in_question = None;
        let mut told = HashSet::new();
        for read in &facts.reads {
            let name = read.name.as_str();
            let is_empty = subject.is_of_tasks(name) && !subject.sets_before(index, name);
            if !is_empty || has_default(subject.of(read.span)) {
                continue;
            }
            // What is behind a question for it does not run in a bake, and once is enough.
            let names = in_question.get_or_insert_with(|| asked.of(statement, facts));
            if names.contains(name) && !told.insert(name) {
                continue;
            }
            let message = format!("reads `${name}`, which does not exist at build time");
            let bytes = read.span.start..read.span.end;
            let finding = Finding::new(bytes, message, "read it in the run preflight");
            found.push(subject.to_move(index, finding));
        }
    }
    found
}

/// Whether an expansion says what it is if the variable is not there.
pub(super) fn has_default(expansion: &str) -> bool {
    operator(expansion).starts_with(['-', '=', '+'])
}

/// What stands behind the name in an expansion, without the `:`.
pub(super) fn operator(expansion: &str) -> &str {
    let Some(inside) = expansion.strip_prefix("${") else { return "" };
    let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let operator = inside.trim_start_matches(is_name);
    operator.strip_prefix(':').unwrap_or(operator)
}

/// Variables of which a script asks whether they are there.
pub(super) struct Asked<'s> {
    text: &'s str,
    anywhere: OnceCell<Rc<HashSet<&'s str>>>,
}

impl<'s> Asked<'s> {
    pub(super) fn new(subject: &Subject<'s>) -> Self {
        Self { text: subject.text, anywhere: OnceCell::new() }
    }

    /// Those that a statement asks for. One that calls functions may do so anywhere.
    pub(super) fn of(&self, statement: &Statement, facts: &Facts) -> Rc<HashSet<&'s str>> {
        if facts.calls.is_empty() {
            return Rc::new(questions(statement.span.of(self.text)));
        }
        Rc::clone(self.anywhere.get_or_init(|| Rc::new(questions(self.text))))
    }
}

/// The variables that `[ -n "$a" ]`, `[[ $a ]]`, `test -z "$a"` and `[[ -v a ]]` ask for.
fn questions(text: &str) -> HashSet<&str> {
    let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let asks = |at: usize, operator: &str| {
        let before = text[..at].trim_end();
        operator == "[ "
            || ["[", "test", "!", "&&", "||", "-a", "-o"].iter().any(|it| before.ends_with(it))
    };
    let operators = ["[ ", "-n ", "-z ", "-v "].into_iter();
    let asked = operators.flat_map(|operator| {
        text.match_indices(operator).filter(move |(at, _)| asks(*at, operator)).map(
            move |(at, _)| {
                let behind = text[at + operator.len()..].trim_start_matches([' ', '!']);
                let behind = behind.trim_start_matches(['"', '$', '{']);
                &behind[..behind.find(|char| !is_name(char)).unwrap_or(behind.len())]
            },
        )
    });
    asked.filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::{check, moves};

    #[test]
    fn what_only_a_task_has_is_told() {
        check(
            &RULE,
            Stage::Cached,
            "env_vars: { LEVEL: debug }",
            r#"
echo "$TASK_ID" > /opt/owner
      ^^^^^^^^ PB101 reads `$TASK_ID`, which does not exist at build time
mkdir -p /opt/"${LEVEL}"
               ^^^^^^^^ PB101 reads `$LEVEL`, which does not exist at build time
if [ -n "$AGENTS_RUNNER_TASK_ID" ]; then
         ^^^^^^^^^^^^^^^^^^^^^^ PB101 reads `$AGENTS_RUNNER_TASK_ID`, which does not exist at build time
  true
fi
cat > /opt/x <<E
$TASK_ID
^^^^^^^^ PB101 reads `$TASK_ID`, which does not exist at build time
E
"#,
        );
    }

    #[test]
    fn what_is_there_or_only_written_down_is_not() {
        check(
            &RULE,
            Stage::Cached,
            "env_vars: { LEVEL: debug }",
            r#"
echo "${TASK_ID:-none} ${LEVEL-}" > /opt/owner
TASK_ID=1
echo "$TASK_ID" '$LEVEL' \$LEVEL > /opt/owner
# $LEVEL
cat > /opt/start <<'E'
echo $LEVEL
E
for LEVEL in a b; do echo "$LEVEL"; done
"#,
        );
        check(&RULE, Stage::Run, "", "echo \"$TASK_ID\"\n");
        let own = "env_vars: { PATH: /x, HOME: /home/dev }";
        check(&RULE, Stage::Cached, own, "export PATH=\"$HOME/.local/bin:$PATH\"\n");
    }

    #[test]
    fn what_is_behind_a_question_is_told_once() {
        check(
            &RULE,
            Stage::Cached,
            "",
            r#"
if [ -n "${TASK_ID:-}" ]; then echo "$TASK_ID"; echo "$TASK_ID"; fi
                                     ^^^^^^^^ PB101 reads `$TASK_ID`, which does not exist at build time
[[ -n $TASK_ID ]] && echo "$TASK_ID"
      ^^^^^^^^ PB101 reads `$TASK_ID`, which does not exist at build time
echo -n "$TASK_ID" "$TASK_ID"
         ^^^^^^^^ PB101 reads `$TASK_ID`, which does not exist at build time
                    ^^^^^^^^ PB101 reads `$TASK_ID`, which does not exist at build time
"#,
        );
    }

    #[test]
    fn the_statement_moves_with_its_comment() {
        let text = "set -e\n# Who.\necho \"$TASK_ID\" > /opt/o\necho b\n";
        let other = "#!/bin/bash\nexport A=1\n";
        let put = "#!/bin/bash\n# Who.\necho \"$TASK_ID\" > /opt/o\nexport A=1\n";
        moves(&RULE, Stage::Cached, text, other, ("set -e\necho b\n", put));
    }
}
