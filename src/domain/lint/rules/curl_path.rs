//! `curl -O` with a path behind it.

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::values::Value;
use crate::domain::lint::Severity;
use crate::domain::lint::fix::{Fix, FixKind};

pub(super) const RULE: Rule = Rule {
    code: "PB306",
    title: "curl -O takes no path",
    severity: Severity::Error,
    why: "\
`curl -O` saves under the name that the address ends with, in the folder it runs in. A path behind
it is taken for a second address, which fails, and the file does not get where it is meant to.
`-o PATH` is meant.",
    example: Example {
        environment: "",
        bad: "set -e\ncurl -O /usr/local/bin/tool http://localhost:8000/tool\n",
        good: "set -e\ncurl -o /usr/local/bin/tool http://localhost:8000/tool\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for command in subject.commands().filter(|it| it.name == "curl") {
        for pair in command.arguments.windows(2) {
            let (option, path) = (&pair[0], &pair[1]);
            if !saves_by_address(option)
                || !path.text.starts_with(['/', '~']) && !path.text.starts_with("./")
            {
                continue;
            }
            let end = option.span.end;
            let finding = Finding::new(
                option.span.start..path.span.end,
                "`-O` takes no path: curl takes this one for an address",
                "write `-o`",
            );
            let fix = Fix::one("write `-o`", FixKind::Safe, end - 1..end, "o");
            // Of a script in the script the words have no place.
            let is_plain = option.span != command.span && subject.of(option.span).ends_with('O');
            found.push(if is_plain { finding.with(fix) } else { finding });
        }
    }
    found
}

/// `-O`, `-fsSLO`.
fn saves_by_address(option: &Value) -> bool {
    let flags = option.known().and_then(|it| it.strip_prefix('-'));
    flags.is_some_and(|flags| !flags.starts_with('-') && flags.ends_with('O'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::{check, fixed};

    #[test]
    fn only_a_path_is_told() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check(
            "\
curl -O /usr/local/bin/tool https://example.com/tool
     ^^^^^^^^^^^^^^^^^^^^^^ PB306 `-O` takes no path: curl takes this one for an address
",
        );
        check(
            "\
set -e
eval \"curl -O /opt/x https://x/y\"
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB306 `-O` takes no path: curl takes this one for an address
",
        );
        check(
            "curl -O https://example.com/tool\ncurl -o /opt/a https://example.com/a\nwget -O /a x\n",
        );
        let (bad, good) = ("curl -fsSLO /a/b https://x/b\n", "curl -fsSLo /a/b https://x/b\n");
        fixed(&RULE, Stage::Run, FixKind::Safe, bad, good);
    }
}
