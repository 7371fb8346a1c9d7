//! A wait that every start waits out.

use std::cell::OnceCell;
use std::collections::HashSet;

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::bash::Span;
use crate::domain::bash::facts::{Facts, Invocation, NeedKind};
use crate::domain::bash::tree::CommandKind;
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB207",
    title: "a long wait at every task start",
    severity: Severity::Warning,
    why: "\
Every task start waits this long, whether what is waited for took that long or not. Ask for it in a
short loop instead: `until pg_isready; do sleep 0.2; done`. Behind `sleep infinity` the command
never starts at all.",
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
    let loops = OnceCell::new();
    for (_, statement, facts) in subject.statements().filter(|(_, it, _)| !it.background) {
        let mut open = Loops { text: subject.of(statement.span), at: 0, open: 0 };
        let beside = OnceCell::new();
        let called = OnceCell::new();
        for command in &facts.commands {
            let Some(wait) = wait(command) else { continue };
            let Span { start, end } = command.span;
            let is_called_loop = || {
                let loops = loops.get_or_init(|| loops_of(subject));
                called.get_or_init(|| calls_of(facts, loops)).contains(&start)
            };
            // A step of a loop is no wait by itself.
            if open.is_open(start.saturating_sub(statement.span.start))
                || subject.of(command.span).starts_with("timeout")
                || is_beside(beside.get_or_init(|| background(facts)), start, end)
                || is_called_loop()
            {
                continue;
            }
            let (message, advice) = match wait {
                Wait::Seconds(seconds) => {
                    let advice = "ask in a short loop for what is waited for";
                    (format!("waits {seconds} s at every start"), advice)
                }
                Wait::Forever => {
                    let message = "waits forever: the task's command never starts".to_owned();
                    (message, "leave it out: the container lives as long as the command")
                }
            };
            found.push(Finding::new(start..end, message, advice));
        }
    }
    found
}

enum Wait {
    Seconds(f64),
    Forever,
}

/// How long a command waits, if that is long.
fn wait(command: &Invocation) -> Option<Wait> {
    let known = || command.arguments.iter().map(|it| it.known());
    match command.name.as_str() {
        "sleep" if known().any(|it| matches!(it, Some("infinity" | "inf"))) => Some(Wait::Forever),
        "sleep" => {
            let seconds: Option<f64> = known().map(|it| seconds(it?)).sum();
            seconds.filter(|seconds| *seconds >= LONG).map(Wait::Seconds)
        }
        "tail" => {
            let follows = known().any(|it| matches!(it, Some("-f" | "-F" | "--follow")));
            let is_empty = known().any(|it| it == Some("/dev/null"));
            (follows && is_empty).then_some(Wait::Forever)
        }
        _ => None,
    }
}

/// How many loops are open at a place of a statement, which is asked for from its beginning on.
struct Loops<'t> {
    text: &'t str,
    at: usize,
    open: usize,
}

impl Loops<'_> {
    fn is_open(&mut self, place: usize) -> bool {
        let words = self.text.get(self.at..place).unwrap_or_default();
        for word in words.split(|char: char| char.is_whitespace() || ";&|()".contains(char)) {
            match word {
                "while" | "until" | "for" => self.open += 1,
                "done" => self.open = self.open.saturating_sub(1),
                _ => {}
            }
        }
        self.at = place.max(self.at);
        self.open > 0
    }
}

/// Where what goes on beside the script begins, and how far it and all before it reach.
fn background(facts: &Facts) -> Vec<(usize, usize)> {
    let needs = facts.needs.iter().filter(|it| it.kind == NeedKind::Background);
    let mut spans: Vec<_> = needs.map(|it| (it.span.start, it.span.end)).collect();
    spans.sort_unstable();
    let mut reach = 0;
    for (_, end) in &mut spans {
        reach = reach.max(*end);
        *end = reach;
    }
    spans
}

fn is_beside(spans: &[(usize, usize)], start: usize, end: usize) -> bool {
    let before = spans.partition_point(|it| it.0 <= start);
    before.checked_sub(1).is_some_and(|last| end <= spans[last].1)
}

/// The functions of a script that have a loop.
fn loops_of<'s>(subject: &Subject<'s>) -> HashSet<&'s str> {
    let has_loop = |body: &str| {
        body.split(|it: char| it.is_whitespace() || it == ';').any(|word| word == "do")
    };
    let commands = subject.script.statements.iter().flat_map(|it| &it.pipelines);
    let functions = commands.flat_map(|it| &it.commands).filter_map(|it| match &it.kind {
        CommandKind::Function { name, .. } => {
            has_loop(subject.of(it.span)).then_some(name.as_str())
        }
        _ => None,
    });
    functions.collect()
}

/// Where a statement calls functions that have a loop.
fn calls_of(facts: &Facts, loops: &HashSet<&str>) -> HashSet<usize> {
    let calls = facts.calls.iter().filter(|it| loops.contains(it.name.as_str()));
    calls.map(|it| it.span.start).collect()
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
if [ -e /a ]; then sleep 30; fi
                   ^^^^^^^^ PB207 waits 30 s at every start
for a in b; do c; done && sleep 30
                          ^^^^^^^^ PB207 waits 30 s at every start
f() { sleep 30; }
f
^ PB207 waits 30 s at every start
sleep infinity
^^^^^^^^^^^^^^ PB207 waits forever: the task's command never starts
tail -f /dev/null
^^^^^^^^^^^^^^^^^ PB207 waits forever: the task's command never starts
",
        );
        check("if a; then until pg_isready; do sleep 5; done; fi\n");
        check("f() { until pg_isready; do sleep 5; done; }\nf\n");
        check("{ sleep 60 & }\n(sleep infinity &)\ntail -f /dev/null &\n");
        check("timeout 5 tail -f /dev/null\ntail -n 1 /dev/null\n");
        check("sleep 1\nsleep 0.5\nsleep \"$TASK_WAIT\"\n");
        check("until pg_isready; do sleep 5; done\n");
        check("sleep 60 &\n");
    }
}
