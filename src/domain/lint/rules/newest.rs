//! An install of whatever is newest.

use std::collections::HashSet;

use super::subject::{Subject, adds};
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::{Install, InstallAction, Invocation};
use crate::domain::bash::{Span, Text};
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
    for facts in &subject.facts {
        let mut tell = |span: Span, message: String, advice: &str| {
            found.push(Finding::new(span.start..span.end, message, advice));
        };
        let (mut told, base) = (HashSet::new(), "take a newer base image instead");
        for install in &facts.installs {
            let text = subject.of(install.span);
            let span = install.span;
            if install.action == InstallAction::Upgrade || upgrades_all(install, text) {
                let message =
                    format!("`{}` brings everything to what is newest today", install.manager);
                tell(span, message, base);
            } else if !adds(install) {
                continue;
            } else if let Some(word) = text.split_whitespace().find(|word| is_latest(word)) {
                tell(span, format!("`{word}` is whatever is newest today"), "name a version");
            } else if let Some(option) = upgrade(install, text) {
                let message = format!("`{option}` takes whatever is newest today");
                tell(span, message, "name a version");
            } else {
                continue;
            }
            told.insert(span);
        }
        for command in facts.commands.iter().filter(|it| !told.contains(&it.span)) {
            if let Some(word) = newest(command) {
                let message = format!("`{word}` is whatever is newest today");
                tell(command.span, message, "name a version");
            }
        }
    }
    found
}

/// Whether packages are installed together with an upgrade of everything.
fn upgrades_all(install: &Install, text: &str) -> bool {
    let is_of_arch = matches!(install.manager.as_str(), "pacman" | "yay" | "paru");
    let upgrades = |word: &str| {
        let short = word.strip_prefix('-').filter(|it| it.starts_with('S'));
        word == "--sysupgrade" || short.is_some_and(|it| it.contains('u'))
    };
    adds(install) && is_of_arch && text.split_whitespace().any(upgrades)
}

/// The option with which `pip` takes the newest of a package that names no version.
fn upgrade<'t>(install: &Install, text: &'t str) -> Option<&'t str> {
    let is_open = |name: &Text| !name.contains(['=', '<', '>', '~', '@', '/']);
    let is_pip = matches!(install.manager.as_str(), "pip" | "pip3" | "uv");
    let mut words = text.split_whitespace();
    let option = words.find(|word| matches!(*word, "-U" | "--upgrade"))?;
    (is_pip && install.packages.iter().any(is_open)).then_some(option)
}

/// Programs that fetch a package and run it, or make it the one that is run.
const FETCHERS: [&str; 9] =
    ["npx", "pnpx", "bunx", "uvx", "npm", "pnpm", "yarn", "corepack", "pipx"];

/// The word of a command that stands for what is newest.
fn newest(command: &Invocation) -> Option<&str> {
    let mut words = command.arguments.iter().filter_map(|it| it.known());
    match command.name.as_str() {
        "curl" | "wget" => {
            words.find(|it| it.contains("://") && it.contains("/releases/latest/download/"))
        }
        "nvm" => {
            let is_newest = |it: &&str| matches!(*it, "node" | "stable" | "--lts" | "lts/*");
            (words.next() == Some("install")).then(|| words.find(is_newest)).flatten()
        }
        name if FETCHERS.contains(&name) => words.find(|it| is_latest(it)),
        _ => None,
    }
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
pacman -Syu --noconfirm git
^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB110 `pacman` brings everything to what is newest today
sudo pip install -U requests
^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB110 `-U` takes whatever is newest today
npx create-app@latest /opt/a
^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB110 `create-app@latest` is whatever is newest today
corepack prepare pnpm@latest --activate
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB110 `pnpm@latest` is whatever is newest today
nvm install node
^^^^^^^^^^^^^^^^ PB110 `node` is whatever is newest today
nvm install --lts
^^^^^^^^^^^^^^^^^ PB110 `--lts` is whatever is newest today
curl -fsSLo /opt/a https://github.com/a/b/releases/latest/download/a
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB110 `https://github.com/a/b/releases/latest/download/a` is whatever is newest today
",
        );
    }

    #[test]
    fn an_install_is_not() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check("apt-get update\napt-get install -y jq\n");
        check("pip install requests==2.32.3 latest\n");
        check("docker pull x:latest\n");
        check("pacman -Sy --noconfirm git\npip install -U requests==2.32.3\npip install -U -r a\n");
        check(
            "npx create-app@5\ncorepack prepare pnpm@9.1.0 --activate\nnvm install 22\nnvm use node\n",
        );
        check("curl https://api.github.com/repos/a/b/releases/latest\n");
    }
}
