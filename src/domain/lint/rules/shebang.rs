//! A first line that asks for what it does not get: prebake gives every script to bash itself.

use std::ops::Range;

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::lint::Severity;
use crate::domain::lint::fix::{Fix, FixKind};

pub(super) const RULE: Rule = Rule {
    code: "PB303",
    title: "a first line that is not followed",
    severity: Severity::Warning,
    why: "\
prebake gives both scripts to bash, whatever their first line names: a script in another language
fails at its first line that is no bash, and options behind `bash` in the first line have no
effect. Write the script in bash, and its options as `set` in a line of their own. `sh` and its
like are understood by bash.",
    example: Example {
        environment: "",
        bad: "#!/bin/bash -eu\nmkdir -p /opt/a\n",
        good: "#!/bin/bash\nset -eu\nmkdir -p /opt/a\n",
    },
    check,
};

/// Shells whose scripts bash runs.
const UNDERSTOOD: [&str; 5] = ["bash", "sh", "dash", "ash", "posh"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let line = subject.text.lines().next().unwrap_or_default();
    let Some((interpreter, options)) = read(line) else { return Vec::new() };
    let name = line[interpreter.clone()].rsplit('/').next().unwrap_or_default();
    if !UNDERSTOOD.contains(&name) {
        let message = format!("asks for `{name}`, and prebake runs every script with bash");
        let advice = "write it in bash, or call a program that the image has";
        return vec![Finding::new(interpreter, message, advice)];
    }
    let Some(options) = options else { return Vec::new() };
    let text = &line[options.clone()];
    let message = format!("`{text}` here has no effect: prebake gives the script to bash itself");
    let mut finding =
        Finding::new(options.clone(), message, "write it as `set` in a line of its own");
    // `-l` and `--norc` are nothing that a running bash can be told.
    let can_be_set = |char| matches!(char, 'a' | 'e' | 'f' | 'u' | 'x');
    if text.strip_prefix('-').is_some_and(|it| !it.is_empty() && it.chars().all(can_be_set)) {
        let start = line[..options.start].trim_end().len();
        let title = format!("write `set {text}` below");
        let fix = Fix::one(title, FixKind::Suggested, start..options.end, format!("\nset {text}"));
        finding = finding.with(fix);
    }
    vec![finding]
}

/// The interpreter a first line names, and its options if it has any.
fn read(line: &str) -> Option<(Range<usize>, Option<Range<usize>>)> {
    let rest = line.strip_prefix("#!")?;
    let mut at = line.len() - rest.len();
    let mut words = Vec::new();
    for word in rest.split([' ', '\t', '\r']) {
        if !word.is_empty() {
            words.push(at..at + word.len());
        }
        at += word.len() + 1;
    }
    let mut words = words.into_iter();
    let mut interpreter = words.next()?;
    if line[interpreter.clone()].ends_with("/env") {
        interpreter = words.find(|word| !line[word.clone()].starts_with('-'))?;
    }
    let first = words.next();
    let last = words.last().or(first.clone());
    Some((interpreter, first.zip(last).map(|(first, last)| first.start..last.end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::{check, fixed};

    #[test]
    fn what_bash_runs_is_good() {
        for line in [
            "#!/bin/bash",
            "#!/usr/bin/env bash",
            "#! /usr/bin/env -S bash ",
            "#!/bin/sh",
            "#!",
            "# !/usr/bin/python3",
            "true",
        ] {
            check(&RULE, Stage::Run, "", &format!("{line}\ntrue\n"));
        }
    }

    #[test]
    fn other_languages_and_options_are_told() {
        let check = |text: &str| check(&RULE, Stage::Run, "", text);
        check(
            "\
#!/usr/bin/python3
  ^^^^^^^^^^^^^^^^ PB303 asks for `python3`, and prebake runs every script with bash
",
        );
        check(
            "\
#!/usr/bin/env zsh -e
               ^^^ PB303 asks for `zsh`, and prebake runs every script with bash
",
        );
        check(
            "\
#!/bin/bash -e -o pipefail
            ^^^^^^^^^^^^^^ PB303 `-e -o pipefail` here has no effect: prebake gives the script to bash itself
",
        );
        let (bad, good) = ("#!/bin/bash -eu\ntrue\n", "#!/bin/bash\nset -eu\ntrue\n");
        fixed(&RULE, Stage::Run, FixKind::Suggested, bad, good);
    }
}
