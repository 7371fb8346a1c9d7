//! A wait that every start waits out.

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB207",
    title: "a long wait at every task start",
    severity: Severity::Warning,
    why: "\
Every task start waits this long, whether what is waited for took that long or not. Ask for it in a
short loop instead: `until pg_isready; do sleep 0.2; done`.",
    example: Example {
        environment: "",
        bad: "service postgresql start\nsleep 30\n",
        good: "service postgresql start\nuntil pg_isready; do sleep 0.2; done\n",
    },
    check,
};

/// Shorter waits are no trouble, in seconds.
const LONG: f64 = 3.0;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (_, statement, facts) in subject.statements().filter(|(_, it, _)| !it.background) {
        for command in facts.commands.iter().filter(|it| it.name == "sleep") {
            // A step of a loop is no wait by itself.
            if command.span.start != statement.span.start && in_loop(subject.of(statement.span)) {
                continue;
            }
            let seconds: Option<f64> =
                command.arguments.iter().map(|it| seconds(it.known()?)).sum();
            let Some(seconds) = seconds.filter(|seconds| *seconds >= LONG) else { continue };
            let message = format!("waits {seconds} s at every start");
            let advice = "ask in a short loop for what is waited for";
            found.push(Finding::new(command.span.start..command.span.end, message, advice));
        }
    }
    found
}

fn in_loop(statement: &str) -> bool {
    let first = statement.split_whitespace().next().unwrap_or_default();
    matches!(first, "while" | "until" | "for" | "if")
}

/// `5`, `0.5`, `2m`.
fn seconds(word: &str) -> Option<f64> {
    let (number, factor) = match word.strip_suffix(['s', 'm', 'h', 'd']) {
        None => (word, 1.0),
        Some(number) => match &word[number.len()..] {
            "s" => (number, 1.0),
            "m" => (number, 60.0),
            "h" => (number, 3600.0),
            _ => (number, 86_400.0),
        },
    };
    number.parse::<f64>().ok().filter(|it| it.is_finite()).map(|it| it * factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn only_a_long_one_is_told() {
        let check = |text: &str| check(&RULE, Stage::Run, "", text);
        check(
            "\
sleep 30
^^^^^^^^ PB207 waits 30 s at every start
redis-server & sleep 2m
               ^^^^^^^^ PB207 waits 120 s at every start
",
        );
        check("sleep 1\nsleep 0.5\nsleep \"$TASK_WAIT\"\n");
        check("until pg_isready; do sleep 5; done\n");
        check("sleep 60 &\n");
    }
}
