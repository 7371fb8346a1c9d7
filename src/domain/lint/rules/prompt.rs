//! A question that nobody answers.

use super::answers::Answers;
use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::bash::Span;
use crate::domain::bash::facts::{Facts, Install, Need, NeedKind};
use crate::domain::lint::Severity;
use crate::domain::lint::fix::{Fix, FixKind};

pub(super) const RULE: Rule = Rule {
    code: "PB107",
    title: "a question that nobody answers",
    severity: Severity::Warning,
    why: "\
A bake has no terminal and nobody in front of it: a package manager that asks takes no for the
answer or ends with an error, `read` gets the end of its input, and `passwd` fails. Say yes on the
command line, and put what is asked for into the script.",
    example: Example {
        environment: "",
        bad: "set -e\napt-get install jq\n",
        good: "set -e\napt-get install -y jq\nrm -rf /var/lib/apt/lists/*\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    let mut answers = Answers::default();
    for facts in &subject.facts {
        let first = found.len();
        answers.heed(subject, facts);
        let asks = |it: &&Install| it.asks && !answers.are_for_install(subject, facts, it);
        for install in facts.installs.iter().filter(asks) {
            let option = option(&install.manager);
            let manager = &install.manager;
            let message = format!("`{manager}` asks before it begins, and nobody answers");
            let bytes = install.span.start..install.span.end;
            let finding = match option {
                Some(option) => {
                    let finding = Finding::new(bytes, message, format!("add `{option}`"));
                    match fix(facts, install, option) {
                        Some(fix) => finding.with(fix),
                        None => finding,
                    }
                }
                None => Finding::new(bytes, message, "say yes on its command line"),
            };
            found.push(finding);
        }
        let asks =
            |it: &&Need| it.kind == NeedKind::Person && !answers.are_for_need(subject, facts, it);
        for need in facts.needs.iter().filter(asks) {
            let bytes = need.span.start..need.span.end;
            let is_told = |it: &Finding| it.bytes.start < bytes.end && bytes.start < it.bytes.end;
            if !found[first..].iter().any(is_told) {
                let message =
                    format!("{} waits for a person, and there is none", shown(&need.what));
                found.push(Finding::new(bytes, message, "put the answer into the script"));
            }
        }
    }
    found
}

fn shown(what: &str) -> String {
    if what.contains('`') { what.to_owned() } else { format!("`{what}`") }
}

/// What says yes.
fn option(manager: &str) -> Option<&'static str> {
    Some(match manager {
        "apt" | "apt-get" | "aptitude" | "dnf" | "yum" | "conda" | "mamba" => "-y",
        "pacman" | "yay" | "paru" => "--noconfirm",
        _ => return None,
    })
}

/// Behind the word that says what the manager does, if that word is there.
fn fix(facts: &Facts, install: &Install, option: &str) -> Option<Fix> {
    let command = facts.commands.iter().find(|it| it.span == install.span)?;
    let verb = command.arguments.iter().find(|it| it.known().is_some_and(is_verb))?;
    // Of a script in the script the words have no place.
    let Span { end, .. } = Some(verb.span).filter(|it| *it != install.span)?;
    let title = format!("add `{option}`");
    Some(Fix::one(title, FixKind::Safe, end..end, format!(" {option}")))
}

/// Of pacman and its like the first option is the verb.
fn is_verb(word: &str) -> bool {
    matches!(
        word,
        "install"
            | "remove"
            | "purge"
            | "upgrade"
            | "dist-upgrade"
            | "full-upgrade"
            | "update"
            | "autoremove"
            | "reinstall"
            | "create"
            | "groupinstall"
    ) || word.starts_with("-S")
        || word.starts_with("-R")
        || word.starts_with("-U")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::{check, fixed};

    #[test]
    fn what_asks_is_told() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check(
            "\
sudo apt-get install jq
^^^^^^^^^^^^^^^^^^^^^^^ PB107 `apt-get` asks before it begins, and nobody answers
pacman -S jq
^^^^^^^^^^^^ PB107 `pacman` asks before it begins, and nobody answers
",
        );
        let text = "apt-get -q install jq # x\n";
        fixed(&RULE, Stage::Cached, FixKind::Safe, text, "apt-get -q install -y jq # x\n");
        check(
            "\
set -e
trap 'apt-get remove -q jq' EXIT
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB107 `apt-get` asks before it begins, and nobody answers
",
        );
        let text = "pacman -Syu jq\n";
        fixed(&RULE, Stage::Cached, FixKind::Safe, text, "pacman -Syu --noconfirm jq\n");
    }

    #[test]
    fn what_is_answered_is_not() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check("apt-get install -y jq\napt-get install -qy jq\napt-get update\n");
        check("apt-get --yes install jq\npacman -S --noconfirm jq\n");
        check("yes | apt-get install jq\n");
        check("while read -r line; do echo \"$line\"; done < /etc/passwd\n");
        check("echo a | read -r x\nread -r x <<<a\napk add jq\n");
        check(
            "apt-get -o APT::Get::Assume-Yes=true install jq\napt install -oAPT::Get::Assume-Yes=1 a\n",
        );
        check("A=(-y -q)\napt-get install \"${A[@]}\" jq\napt-get install $OPTIONS jq\n");
        check("CONDA_ALWAYS_YES=true conda install a\nexport CONDA_ALWAYS_YES=1\nconda remove a\n");
        check("conda config --set always_yes yes\nconda install a\n");
        check("DEBIAN_FRONTEND=noninteractive dpkg-reconfigure tzdata\n");
        check("sudo DEBIAN_FRONTEND=noninteractive dpkg-reconfigure tzdata\n");
        check("export DEBIAN_FRONTEND=noninteractive\ndpkg-reconfigure tzdata\n");
    }

    #[test]
    fn what_does_not_ask_or_not_for_long_is_not() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check("microdnf install a\nunzip -q awscliv2.zip\nunzip -Z1 a.zip\nunzip -v\n");
        check("read -u 3 x\nread x <&3\nread -t 5 x\nread -rt5 x\npasswd -S me\n");
        check("dnf config-manager --add-repo https://a\ndnf module list\nzypper ar https://a b\n");
        check(
            "\
read -p 'how much?' -r x
^^^^^^^^^^^^^^^^^^^^^^^^ PB107 `read` waits for a person, and there is none
read -aut
^^^^^^^^^ PB107 `read` waits for a person, and there is none
passwd me
^^^^^^^^^ PB107 `passwd` waits for a person, and there is none
apt-get -o APT::Get::Assume-Yes=false install \"jq=$V\"
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB107 `apt-get` asks before it begins, and nobody answers
DEBIAN_FRONTEND=dialog
dpkg-reconfigure tzdata
^^^^^^^^^^^^^^^^^^^^^^^ PB107 `dpkg-reconfigure` waits for a person, and there is none
dnf module enable nodejs:18
^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB107 `dnf` asks before it begins, and nobody answers
",
        );
    }
}
