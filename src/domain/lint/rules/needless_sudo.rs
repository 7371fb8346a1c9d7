//! `sudo` by root.

use super::rights::asks_who_runs;
use super::subject::Subject;
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::Facts;
use crate::domain::lint::Severity;
use crate::domain::lint::context::User;
use crate::domain::lint::fix::{Fix, FixKind};

pub(super) const RULE: Rule = Rule {
    code: "PB112",
    title: "sudo by root",
    severity: Severity::Hint,
    why: "\
The environment says that root runs the script. `sudo` then changes nothing but the variables that
a command gets, and many images do not have it. Leave it out. Behind `command -v sudo` it is not
told.",
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
    // Who asks whether there is a `sudo` takes it where it is needed.
    let is_asked = |facts: &&Facts| facts.paths.iter().any(|it| it.path.text() == "/usr/bin/sudo");
    let facts = subject.facts.iter().filter(|it| !is_asked(it) && !asks_who_runs(it));
    for command in facts.flat_map(|it| &it.commands).filter(|it| it.privileged) {
        let start = command.span.start;
        let words = subject.of(command.span);
        // With other options it does something else.
        let Some(rest) = words.strip_prefix("sudo ").map(behind_options) else { continue };
        if rest.starts_with('-') {
            continue;
        }
        let end = command.span.end - rest.len();
        let fix = Fix::one("leave out `sudo`", FixKind::Suggested, start..end, "");
        let message = "root runs this script and needs no `sudo`";
        found.push(Finding::new(start..start + "sudo".len(), message, "leave it out").with(fix));
    }
    found
}

/// The words behind options that change nothing for root: they keep the variables, take root's
/// home, or ask for no password.
fn behind_options(words: &str) -> &str {
    const SAME: [&str; 3] = ["--preserve-env", "--set-home", "--non-interactive"];
    let mut rest = words.trim_start();
    while let Some((option, behind)) = rest.split_once(' ') {
        let letters = option.strip_prefix('-').unwrap_or_default();
        let is_short = !letters.is_empty() && letters.chars().all(|it| "EHn".contains(it));
        if !is_short && !SAME.contains(&option) {
            break;
        }
        rest = behind.trim_start();
    }
    rest
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
sudo -E make && sudo -nH --preserve-env make
^^^^ PB112 root runs this script and needs no `sudo`
                ^^^^ PB112 root runs this script and needs no `sudo`
sudo -u dev make
sudo -E -u dev make
if command -v sudo; then sudo make; fi
if [ \"$EUID\" -ne 0 ]; then sudo make; fi
[ \"$(id -u)\" = 0 ] && make || sudo make
if which sudo >/dev/null; then sudo make; else make; fi
echo sudo make
",
        );
        check(&RULE, Stage::Cached, "user: dev", "sudo make\n");
        check(&RULE, Stage::Cached, "", "sudo make\n");
    }
}
