//! `sudo` by root.

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::lint::Severity;
use crate::domain::lint::context::User;
use crate::domain::lint::fix::{Fix, FixKind};

pub(super) const RULE: Rule = Rule {
    code: "PB112",
    title: "sudo by root",
    severity: Severity::Hint,
    why: "\
The environment says that root runs the script. `sudo` then changes nothing but the variables that
a command gets, and many images do not have it. Leave it out.",
    example: Example {
        environment: "user: root",
        bad: "set -e\nsudo mkdir -p /opt/a\n",
        good: "set -e\nmkdir -p /opt/a\nsudo -u dev mkdir /opt/b\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.context.user != User::Root {
        return Vec::new();
    }
    let mut found = Vec::new();
    for command in subject.commands().filter(|it| it.privileged) {
        let start = command.span.start;
        let words = subject.of(command.span);
        // With options, or variables before it, it may do something else.
        let Some(rest) = words.strip_prefix("sudo ").filter(|it| !it.trim_start().starts_with('-'))
        else {
            continue;
        };
        let end = command.span.end - rest.trim_start().len();
        let fix = Fix::one("leave out `sudo`", FixKind::Suggested, start..end, "");
        let message = "root runs this script and needs no `sudo`";
        found.push(Finding::new(start..start + "sudo".len(), message, "leave it out").with(fix));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn only_a_known_root_is_told() {
        check(
            &RULE,
            Stage::Cached,
            "user: root",
            "\
sudo apt-get update && sudo make install
^^^^ PB112 root runs this script and needs no `sudo`
                       ^^^^ PB112 root runs this script and needs no `sudo`
sudo -E make
sudo -u dev make
echo sudo make
",
        );
        check(&RULE, Stage::Cached, "user: dev", "sudo make\n");
        check(&RULE, Stage::Cached, "", "sudo make\n");
    }
}
