//! A variable of the task, read while there is none.

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB101",
    title: "a variable that does not exist at build time",
    severity: Severity::Warning,
    why: "\
`TASK_ID`, `AGENTS_RUNNER_TASK_ID`, the environment's `env_vars` and what `prebake run --env` sets
exist in tasks only. While the cached preflight is baked they are empty, or with `set -u` an error,
and what it writes is the same for every task anyway. Read them in the run preflight. One with a
default (`${LEVEL:-info}`) is not told.",
    example: Example {
        environment: "env_vars: { LEVEL: debug }",
        bad: "set -e\necho \"$LEVEL\" > /opt/level\n",
        good: "set -e\necho \"${LEVEL:-info}\" > /opt/level\nTASK_NAME=mine\necho \"$TASK_NAME\" > /opt/name\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, _, facts) in subject.statements() {
        for read in &facts.reads {
            let name = read.name.as_str();
            let is_empty = subject.is_of_tasks(name) && !subject.sets_before(index, name);
            if !is_empty || has_default(subject.of(read.span)) {
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
    }

    #[test]
    fn the_statement_moves_with_its_comment() {
        let text = "set -e\n# Who.\necho \"$TASK_ID\" > /opt/o\necho b\n";
        let other = "#!/bin/bash\nexport A=1\n";
        let put = "#!/bin/bash\n# Who.\necho \"$TASK_ID\" > /opt/o\nexport A=1\n";
        moves(&RULE, Stage::Cached, text, other, ("set -e\necho b\n", put));
    }
}
