//! Packages that every start installs anew.

use std::cell::OnceCell;

use super::other::is_of_folder;
use super::outside::Outside;
use super::subject::{Subject, adds, list};
use super::{Example, Finding, Rule};
use crate::domain::bash::Span;
use crate::domain::bash::facts::{Facts, Install, InstallAction, Invocation};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB201",
    title: "an install at every task start",
    severity: Severity::Warning,
    why: "\
The run preflight runs at every task start, and every start waits for this install, needs the
network for it, and fails with it. In the cached preflight it runs once. An install that depends on
the task (`pip install \"$TASK_PACKAGE\"`, what lies in the working folder), or on a variable that
the script does not set, is not told.",
    example: Example {
        environment: "",
        bad: "apt-get install -y jq\n",
        good: "npm install\npip install \"$TASK_PACKAGE\"\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let outside = OnceCell::new();
    for (index, statement, facts) in subject.statements() {
        if subject.reads_task(facts) {
            continue;
        }
        let mut tell = |span: Span, what: &str, advice: &str| {
            let message = match subject.cost(statement) {
                Some(cost) => format!("{what} at every start: {cost}, could be baked"),
                None => format!("{what} at every start, could be baked"),
            };
            found.push(subject.to_move(index, Finding::new(span.start..span.end, message, advice)));
        };
        for install in &facts.installs {
            if is_upgrade(install) {
                let advice = "take a newer base image instead";
                tell(install.span, "brings all packages up to date", advice);
            }
            let is_same = is_same_always(subject, &outside, index, facts, install);
            // Of what is baked already PB208 tells.
            if is_same && !subject.other().installs(facts, install) {
                tell(install.span, &format!("installs {}", what(install)), ADVICE);
            }
        }
        for command in facts.commands.iter().filter(|it| fetches_browsers(it)) {
            tell(command.span, "installs browsers", ADVICE);
        }
    }
    found
}

const ADVICE: &str = "install it in the cached preflight";

/// Managers of the packages of a system. Others bring up to date what a project asks for.
const OF_SYSTEM: [&str; 9] =
    ["apt", "apt-get", "aptitude", "apk", "dnf", "microdnf", "yum", "zypper", "pacman"];

fn is_upgrade(install: &Install) -> bool {
    install.action == InstallAction::Upgrade && OF_SYSTEM.contains(&install.manager.as_str())
}

/// `playwright install`, also by `npx` and `python -m`.
fn fetches_browsers(command: &Invocation) -> bool {
    let words: Option<Vec<&str>> = command.arguments.iter().map(|it| it.known()).collect();
    let Some(words) = words else { return false };
    let rest = match command.name.as_str() {
        "playwright" => words.as_slice(),
        "npx" | "bunx" | "python" | "python3" => {
            // Which one `npx` runs is the project's affair, unless it is told.
            let is_python = command.name.starts_with("python");
            let is_it =
                |word: &&str| is_python && *word == "playwright" || word.starts_with("playwright@");
            let at = words.iter().position(is_it);
            at.and_then(|at| words.get(at + 1..)).unwrap_or_default()
        }
        _ => return false,
    };
    rest.first() == Some(&"install") && !rest.contains(&"--dry-run") && !rest.contains(&"--list")
}

/// What is installed, for a sentence. What is not known whole has no name.
pub(super) fn what(install: &Install) -> String {
    match install.lists.as_slice() {
        [file] if install.packages.is_empty() => format!("what `{}` lists", file.text),
        _ if install.more => "packages".to_owned(),
        _ => list(&install.packages),
    }
}

/// Whether an install, of a statement that reads nothing of a task, does the same in every one.
/// What comes from outside is looked for once, if anybody asks.
pub(super) fn is_same_always<'s>(
    subject: &'s Subject<'s>,
    outside: &OnceCell<Outside<'s>>,
    index: usize,
    facts: &Facts,
    install: &Install,
) -> bool {
    let names_packages = !install.packages.is_empty() || install.more || !install.lists.is_empty();
    let outside = || outside.get_or_init(|| Outside::of(subject));
    let is_local = |text: &str| text.starts_with(['.', '~']);
    let is_file = |text: &str| text.starts_with('/');
    // A `pip` of an environment lies where that does.
    let manager = install.manager.as_str();
    let is_fixed = !manager.contains('/') || is_file(manager) && outside().is_fixed(manager);
    adds(install)
        && is_fixed
        && !is_of_folder(facts, install)
        && names_packages
        && !install.packages.iter().any(|it| is_local(it) || is_file(it) && !outside().is_fixed(it))
        && install
            .lists
            .iter()
            .all(|it| it.whole && is_file(&it.text) && outside().is_fixed(&it.text))
        && !(install.open && outside().decides(index, facts, install))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::context::{Context, Cost};
    use crate::domain::lint::lint;
    use crate::domain::lint::testing::{check, moves};

    #[test]
    fn what_could_be_baked_is_told() {
        check(
            &RULE,
            Stage::Run,
            "",
            "\
sudo apt-get install -y jq git
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB201 installs `jq` and `git` at every start, could be baked
pip install a b c d
^^^^^^^^^^^^^^^^^^^ PB201 installs `a`, `b` and 2 more at every start, could be baked
",
        );
        let (left, put) = ("echo a\n", "set -e\napk add jq\n");
        moves(&RULE, Stage::Run, "apk add jq\necho a\n", "set -e\n", (left, put));
    }

    #[test]
    fn what_depends_on_the_task_or_its_folder_is_not() {
        let check = |text: &str| check(&RULE, Stage::Run, "env_vars: { EXTRA: x }", text);
        check("pip install \"$EXTRA\"\nnpm ci\nnpm install\npip install -r requirements.txt\n");
        check("pip install -e .\nuv sync\napt-get update\n");
        check("npm install lodash\nyarn add --dev a\n.venv/bin/pip install a\n");
        check("npx playwright install\n");
    }

    #[test]
    fn files_upgrades_and_browsers_are_told_too() {
        check(
            &RULE,
            Stage::Run,
            "mounts: [\"~/a:/data\"]\nworkdir: /w",
            "\
dpkg -i /opt/x.deb
^^^^^^^^^^^^^^^^^^ PB201 installs `/opt/x.deb` at every start, could be baked
pip install -r /opt/req.txt
^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB201 installs what `/opt/req.txt` lists at every start, could be baked
apt-get upgrade -y
^^^^^^^^^^^^^^^^^^ PB201 brings all packages up to date at every start, could be baked
npx -y playwright@1.49.0 install --with-deps
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB201 installs browsers at every start, could be baked
playwright install
^^^^^^^^^^^^^^^^^^ PB201 installs browsers at every start, could be baked
dpkg -i /data/x.deb
pip install -r /w/req.txt -r /opt/req.txt
pip install -r req.txt jq
npx playwright test
curl -o /opt/y.deb \"$ADDRESS\"
dpkg -i /opt/y.deb
npm update
",
        );
    }

    #[test]
    fn what_is_not_known_whole_has_no_name() {
        check(
            &RULE,
            Stage::Run,
            "env_vars: { EXTRA: x }",
            "\
for p in jq git; do apt-get install -y \"$p\"; done
                    ^^^^^^^^^^^^^^^^^^^^^^^ PB201 installs packages at every start, could be baked
PACKAGE=jq
apt-get install -y \"$PACKAGE\"
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB201 installs `jq` at every start, could be baked
LIST=(jq git)
apt-get install -y \"${LIST[@]}\" curl
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB201 installs packages at every start, could be baked
apt-get install -y \"$PKG\"
pip install \"agent-sdk==${AGENT_SDK_VERSION}\"
pip install requests --index-url \"$INDEX\"
OWN=\"${AGENT_SDK_VERSION:-1.2}\"
pip install \"agent-sdk==$OWN\"
READ=$(cat .version)
pip install \"agent-sdk==$READ\" \"linux-$(uname -r)\"
TASK=\"$EXTRA\"
pip install \"$TASK\" ./dist/*.whl
pip install ./dist/*.whl
for p in $LIST_OF_TASK; do apt-get install -y \"$p\"; done
",
        );
    }

    #[test]
    fn settings_are_no_installs() {
        let check = |text: &str| check(&RULE, Stage::Run, "", text);
        check("npm config set registry https://npm.example.com\nnpm set a b\ngo mod download\n");
        check("pip config set global.index-url https://a\nconda config --set a b\ngo mod tidy\n");
        check("dnf config-manager --set-enabled crb\nzypper ar https://a b\nyarn config set a b\n");
        check("rustup set profile minimal\nconda env update -f x.yml\ncomposer config a b\n");
    }

    #[test]
    fn what_was_measured_is_said() {
        let costs = vec![Cost { line: 1, ms: 9100 }];
        let context = Context { costs, ..Context::default() };
        let found = lint(Stage::Run, "true\napt-get install -y jq\n", &context);
        let told = found.iter().find(|it| it.code.0 == RULE.code).map(|it| it.message.as_str());
        assert_eq!(told, Some("installs `jq` at every start: 9.1 s, could be baked"));
    }
}
