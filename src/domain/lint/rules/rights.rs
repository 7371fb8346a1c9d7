//! A package manager run by somebody it does not work for.

use std::collections::HashSet;

use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::{Facts, Install, InstallAction};
use crate::domain::lint::Severity;
use crate::domain::lint::context::User;
use crate::domain::lint::fix::{Fix, FixKind};

pub(super) const RULE: Rule = Rule {
    code: "PB113",
    title: "a package manager with the wrong rights",
    severity: Severity::Warning,
    why: "\
The package managers of a system write where only root may, and the environment names another user
for the script: put `sudo` before them, if the image has it and the user may. Managers for the AUR
(`yay`, `paru`) are the other way round: they refuse to run as root. Nothing is told where the
environment leaves the user to the image, and where the statement asks who runs it.",
    example: Example {
        environment: "user: dev",
        bad: "set -e\napk add --no-cache jq\n",
        good: "set -e\nsudo apk add --no-cache jq\n",
    },
    check,
};

/// Managers that only root can use.
const OF_ROOT: [&str; 9] =
    ["apt", "apt-get", "aptitude", "dpkg", "apk", "dnf", "yum", "zypper", "pacman"];

/// Managers that root cannot use.
const OF_OTHERS: [&str; 2] = ["yay", "paru"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let each = subject.facts.iter().filter(|it| !it.installs.is_empty());
    let both = each.flat_map(|it| {
        let asks = asks_who_runs(it);
        let called: HashSet<_> = it.calls.iter().map(|it| it.span.start).collect();
        it.installs.iter().map(move |install| {
            let is_call = called.contains(&install.span.start);
            (it, asks, is_call, install)
        })
    });
    for (facts, asks_who_runs, is_call, install) in both {
        let manager = install.manager.as_str();
        let is_privileged = || is_privileged(facts, install);
        let bytes = install.span.start..install.span.end;
        match &subject.context.user {
            User::Other(user)
                if OF_ROOT.contains(&manager) && !is_privileged() && !asks_who_runs =>
            {
                let start = bytes.start;
                let message = format!("`{manager}` needs root, and `{user}` runs this script");
                let finding = Finding::new(bytes, message, "put `sudo` before it");
                let fix =
                    Fix::one("put `sudo` before it", FixKind::Suggested, start..start, "sudo ");
                // A function is nothing that `sudo` finds.
                found.push(if is_call { finding } else { finding.with(fix) });
            }
            User::Root
                if OF_OTHERS.contains(&manager)
                    && install.action != InstallAction::Clean
                    && !asks_who_runs
                    && !is_of_another(facts, install)
                    && !is_privileged() =>
            {
                let message = format!("`{manager}` refuses to run as root, which runs this script");
                found.push(Finding::new(bytes, message, "run it as another user"));
            }
            _ => {}
        }
    }
    found
}

/// Whether another user is named who runs it, as by `su`.
fn is_of_another(facts: &Facts, install: &Install) -> bool {
    let names = ["su", "runuser", "sudo", "gosu", "su-exec", "setpriv"];
    let mut around = facts.commands.iter().filter(|it| it.span == install.span);
    around.any(|it| names.contains(&it.name.as_str()))
}

/// Whether a statement makes a difference between root and others.
pub(super) fn asks_who_runs(facts: &Facts) -> bool {
    facts.reads.iter().any(|it| matches!(it.name.as_str(), "EUID" | "UID"))
        || facts.commands.iter().any(|it| {
            let asks_number = || it.arguments.iter().any(|word| word.known() == Some("-u"));
            it.name == "whoami" || it.name == "id" && asks_number()
        })
}

fn is_privileged(facts: &Facts, install: &Install) -> bool {
    let holds = |start: usize, end: usize| start <= install.span.start && install.span.end <= end;
    let own = facts.commands.iter().filter(|it| holds(it.span.start, it.span.end));
    // A function or a substitution may stand around it; what cannot be seen is not told.
    own.fold(None, |all, it| Some(all.unwrap_or(false) || it.privileged)).unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::lint;
    use crate::domain::lint::testing::{check, context};

    #[test]
    fn a_known_user_without_rights_is_told() {
        check(
            &RULE,
            Stage::Cached,
            "user: dev",
            "\
apt-get install -y jq
^^^^^^^^^^^^^^^^^^^^^ PB113 `apt-get` needs root, and `dev` runs this script
sudo apt-get update
yay -S --noconfirm jq
pip install requests
npm install -g x
",
        );
        check(
            &RULE,
            Stage::Cached,
            "user: \"0\"",
            "\
apt-get update
yay -S --noconfirm jq
^^^^^^^^^^^^^^^^^^^^^ PB113 `yay` refuses to run as root, which runs this script
",
        );
        check(
            &RULE,
            Stage::Cached,
            "user: dev",
            "\
if [ \"$EUID\" -eq 0 ]; then apt-get update; else sudo apt-get update; fi
[ \"$(id -u)\" = 0 ] && apt-get update
((UID)) || apt-get update
",
        );
        check(&RULE, Stage::Cached, "", "apt-get update\nyay -S --noconfirm jq\n");
        for text in [
            "sudo -u builder yay -S --noconfirm jq",
            "su - builder -c 'yay -S --noconfirm jq'",
            "runuser -u dev -- yay -S --noconfirm jq",
        ] {
            check(&RULE, Stage::Cached, "user: root", &format!("{text}\n"));
        }
    }

    #[test]
    fn a_call_is_told_and_not_changed() {
        let told = |text: &str| {
            let found = lint(Stage::Cached, text, &context(Stage::Cached, "user: dev"));
            let mut found = found.into_iter().filter(|it| it.code.0 == RULE.code);
            let one = found.next().unwrap();
            assert!(found.next().is_none());
            one.fix.map(|fix| fix.apply(text).unwrap())
        };
        assert_eq!(told("f() { apt-get install -y jq; }\nf\n"), None);
        assert_eq!(told("apt-get update\n").as_deref(), Some("sudo apt-get update\n"));
    }
}
