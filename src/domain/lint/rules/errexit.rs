//! A script that goes on after an error.

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::{Facts, State};
use crate::domain::lint::Severity;
use crate::domain::lint::fix::{Fix, FixKind};
use crate::domain::lint::statements::line_start;

pub(super) const RULE: Rule = Rule {
    code: "PB108",
    title: "errors do not end the bake",
    severity: Severity::Warning,
    why: "\
Without `set -e` bash goes on after a command that fails, and the status of the last one decides: a
bake in which the first of two installs failed makes an image, and every task misses what it has
not. Write `set -e` (or `set -euo pipefail`) first; a trap on `ERR` does as well. A script of one
command, and one whose every command says what to do if it fails (`|| exit`), are not told.",
    example: Example {
        environment: "",
        bad: "#!/bin/bash\nmkdir -p /opt/a\napk add --no-cache jq\n",
        good: "#!/bin/bash\nset -e\nmkdir -p /opt/a\napk add --no-cache jq\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    // Of what is sourced nobody knows what it sets.
    if subject.commands().any(|it| matches!(it.name.as_str(), "source" | "." | "exec")) {
        return Vec::new();
    }
    let is_unsafe = subject.statements().take_while(|(_, _, facts)| !ends_on_errors(facts));
    let mut at_risk = is_unsafe.filter(|(_, statement, facts)| {
        // What a trap does, it does at another time.
        let trap = facts.commands.iter().find(|it| it.name == "trap").map(|it| it.span);
        let now = facts.commands.iter().filter(|it| trap != Some(it.span));
        let runs = now.into_iter().any(|it| !is_quiet(&it.name));
        let is_caught = subject.of(statement.span).contains("||");
        runs && !is_caught
    });
    let Some((_, first, facts)) = at_risk.next() else { return Vec::new() };
    if at_risk.next().is_none() {
        return Vec::new();
    }
    let command = facts.commands.first().map_or(first.span, |it| it.span);
    let message = "goes on if this fails, and the last command decides whether the bake is good";
    let mut finding = Finding::new(command.start..command.end, message, "write `set -e` first");
    if let Some(start) = beginning(subject) {
        let title = "put `set -e` before all";
        finding = finding.with(Fix::one(title, FixKind::Suggested, start..start, "set -e\n"));
    }
    vec![finding]
}

/// Whether errors end the script behind a statement: `set -e` in this shell, or a trap.
fn ends_on_errors(facts: &Facts) -> bool {
    let lasts = |what: State| facts.changes.iter().any(|it| it.what == what);
    facts.commands.iter().any(|it| {
        let words: Vec<&str> = it.arguments.iter().filter_map(|it| it.known()).collect();
        match it.name.as_str() {
            "set" => {
                let sets = words.iter().any(|word| is_errexit(word)) || words.contains(&"errexit");
                sets && lasts(State::Options)
            }
            "trap" => {
                words.contains(&"ERR") && !matches!(words[0], "-" | "") && lasts(State::Traps)
            }
            _ => false,
        }
    })
}

/// Before the first statement, where no text and no command is open, and before the comment that
/// allows something in it; none: the script cannot be read.
fn beginning(subject: &Subject<'_>) -> Option<usize> {
    if !subject.script.errors.is_empty() {
        return None;
    }
    let text = subject.text;
    let mut start = line_start(text, subject.script.statements.first()?.span.start);
    while start > 0 {
        let above = line_start(text, start - 1);
        let line = text[above..start].trim_start();
        if !line.starts_with('#') || !line.contains("prebake: allow") {
            break;
        }
        start = above;
    }
    Some(start)
}

/// `-e`, `-eu`, `-euo`.
fn is_errexit(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|flags| !flags.starts_with('-') && flags.contains('e'))
}

/// Commands that do not fail, or whose failure nobody minds.
fn is_quiet(name: &str) -> bool {
    matches!(
        name,
        "echo"
            | "printf"
            | "true"
            | ":"
            | "export"
            | "declare"
            | "set"
            | "umask"
            | "trap"
            | "shopt"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::{check, fixed};

    #[test]
    fn what_goes_on_after_an_error_is_told_once() {
        let text = "\
#!/bin/bash
echo begin
apt-get update
^^^^^^^^^^^^^^ PB108 goes on if this fails, and the last command decides whether the bake is good
apt-get install -y jq
make
";
        check(&RULE, Stage::Cached, "", text);
        let (bad, good) = ("#!/bin/bash\nmake\nmake x\n", "#!/bin/bash\nset -e\nmake\nmake x\n");
        fixed(&RULE, Stage::Cached, FixKind::Suggested, bad, good);
    }

    #[test]
    fn the_fix_stands_before_all() {
        for (head, rest) in [
            ("", "a=\"x\ny\"; mkdir -p /opt/a\nmake\n"),
            ("#!/bin/bash\n# What it is.\n\n", "echo one \\\n  two; mkdir -p /opt/a\nmake\n"),
            ("#!/bin/bash\n# shellcheck disable=SC2034\n", "  a=1\nmake\nmake x\n"),
            ("# One.\n", "# prebake: allow PB107\napt-get install jq\nmake\n"),
        ] {
            let (bad, good) = (format!("{head}{rest}"), format!("{head}set -e\n{rest}"));
            fixed(&RULE, Stage::Cached, FixKind::Suggested, &bad, &good);
        }
    }

    #[test]
    fn what_does_not_end_this_shell_does_not_count() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check(
            "\
(set -e; make)
 ^^^^^^ PB108 goes on if this fails, and the last command decides whether the bake is good
make x
",
        );
        check(
            "\
make
^^^^ PB108 goes on if this fails, and the last command decides whether the bake is good
make x
set -e
",
        );
    }

    #[test]
    fn what_ends_or_cannot_go_on_is_not() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check("set -e\nmake\nmake x\n");
        check("set -euo pipefail\nmake\nmake x\n");
        check("set -o errexit\nmake\nmake x\n");
        check("trap 'kill 0' EXIT\nmake\n");
        check("trap 'exit 1' ERR\nmake\nmake x\n");
        check("main() { set -e; make; make x; }\nmain\nmake\n");
        check("make\n");
        check("make || exit 1\nmake x || exit 1\nmake y\n");
        check("make && make x && make y\n");
        check(". /opt/lib.sh\nmake\nmake x\n");
        check("");
    }
}
