//! A cached preflight that leaves nothing but what nobody keeps.

use super::subject::{Subject, adds, is_below, place, writes};
use super::{Example, Finding, Rule};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB115",
    title: "nothing is written but below /tmp",
    severity: Severity::Hint,
    why: "\
All that this script leaves is below `/tmp`: the place for what nobody keeps, which programs and
people clear, and which a task may have as a mount. Write what tasks need below `/opt` or
`/usr/local`, or, if it is for one task, in the run preflight.",
    example: Example {
        environment: "",
        bad: "set -e\nmkdir -p /tmp/work\n",
        good: "set -e\nmkdir -p /tmp/work /opt/work\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let is_clear = subject.facts.iter().all(|facts| facts.unknown.is_empty());
    if !is_clear || subject.installs().any(adds) {
        return Vec::new();
    }
    let mut first = None;
    for (index, _, facts) in subject.statements() {
        for it in writes(facts) {
            if !is_below(&it.path, "/tmp") && !is_below(&it.path, "/dev") {
                return Vec::new();
            }
            if is_below(&it.path, "/tmp") {
                first.get_or_insert_with(|| (index, place(facts, it)));
            }
        }
    }
    let Some((index, bytes)) = first else { return Vec::new() };
    let message = "this script writes below `/tmp` and nowhere else, and nobody keeps that";
    let finding = Finding::new(bytes, message, "write what tasks need elsewhere");
    vec![subject.to_move(index, finding)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn only_a_script_that_does_nothing_else_is_told() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check(
            "\
mkdir -p /tmp/a
         ^^^^^^ PB115 this script writes below `/tmp` and nowhere else, and nobody keeps that
echo b > /tmp/a/b 2>/dev/null
",
        );
        check("mkdir /tmp/a /opt/a\n");
        check("mkdir /tmp/a\nsome-program --into /tmp/a\n");
        check("mkdir /tmp/a\napt-get install -y jq\n");
        check("echo a >/dev/null\n");
        check("");
    }
}
