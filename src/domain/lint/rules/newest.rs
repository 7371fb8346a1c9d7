//! An install of whatever is newest.

use super::subject::{Subject, adds};
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::InstallAction;
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB110",
    title: "whatever is newest on the day of the bake",
    severity: Severity::Hint,
    why: "\
An upgrade of everything, or a package at `latest`, makes the image depend on the day of its bake:
two people with one key have two images, and a rebake can break what worked. Take a base image that
is newer, and packages at a version. On a rolling system such as Arch an upgrade is the only way to
install safely; allow it there.",
    example: Example {
        environment: "",
        bad: "set -e\nnpm install -g typescript@latest\n",
        good: "set -e\nnpm install -g typescript@5.6.2\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for install in subject.installs() {
        let bytes = install.span.start..install.span.end;
        let text = subject.of(install.span);
        if install.action == InstallAction::Upgrade {
            let message =
                format!("`{}` brings everything to what is newest today", install.manager);
            found.push(Finding::new(bytes, message, "take a newer base image instead"));
        } else if adds(install)
            && let Some(word) = text.split_whitespace().find(|word| is_latest(word))
        {
            let message = format!("`{word}` is whatever is newest today");
            found.push(Finding::new(bytes, message, "name a version"));
        }
    }
    found
}

fn is_latest(word: &str) -> bool {
    let word = word.trim_matches(['"', '\'']);
    word.ends_with("@latest") || word.ends_with(":latest")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn what_is_newest_is_told() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check(
            "\
apt-get upgrade -y
^^^^^^^^^^^^^^^^^^ PB110 `apt-get` brings everything to what is newest today
go install example.com/tool@latest
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB110 `example.com/tool@latest` is whatever is newest today
",
        );
    }

    #[test]
    fn an_install_is_not() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check("apt-get update\napt-get install -y jq\n");
        check("pip install requests==2.32.3 latest\n");
        check("docker pull x:latest\n");
    }
}
