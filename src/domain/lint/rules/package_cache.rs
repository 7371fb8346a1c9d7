//! Downloaded packages that stay in the image.

use super::subject::{Subject, adds, is_below};
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::{Access, InstallAction};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB111",
    title: "a package cache that stays in the image",
    severity: Severity::Hint,
    why: "\
What a package manager downloaded, and its lists of what there is, stay in the image and in every
copy of it, and no task needs them. Remove them at the end of the same script: what is removed
before the bake ends takes no room.",
    example: Example {
        environment: "",
        bad: "set -e\napt-get update\napt-get install -y jq\n",
        good: "set -e\napt-get update\napt-get install -y jq\nrm -rf /var/lib/apt/lists/*\n",
    },
    check,
};

/// A manager that leaves something, where, and what removes it.
struct Cache {
    managers: &'static [&'static str],
    folders: &'static [&'static str],
    /// An option that leaves nothing.
    option: &'static str,
    advice: &'static str,
}

const CACHES: [Cache; 5] = [
    Cache {
        managers: &["apt", "apt-get", "aptitude"],
        folders: &["/var/lib/apt/lists"],
        option: "",
        advice: "end with `rm -rf /var/lib/apt/lists/*`",
    },
    Cache {
        managers: &["pacman", "yay", "paru"],
        folders: &["/var/cache/pacman"],
        option: "",
        advice: "end with `pacman -Scc --noconfirm`",
    },
    Cache {
        managers: &["dnf", "yum"],
        folders: &["/var/cache/dnf", "/var/cache/yum"],
        option: "",
        advice: "end with `dnf clean all`",
    },
    Cache {
        managers: &["apk"],
        folders: &["/var/cache/apk"],
        option: "--no-cache",
        advice: "add `--no-cache`",
    },
    Cache {
        managers: &["pip", "pip3"],
        folders: &["~/.cache"],
        option: "--no-cache-dir",
        advice: "add `--no-cache-dir`",
    },
];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for cache in &CACHES {
        let is_of = |manager: &str| cache.managers.contains(&manager);
        let leaves = |it: &&_| adds(it) && is_of(&it.manager);
        let has_option = |it: &crate::domain::bash::facts::Install| {
            !cache.option.is_empty() && subject.of(it.span).contains(cache.option)
        };
        let Some(first) = subject.installs().filter(leaves).find(|it| !has_option(it)) else {
            continue;
        };
        if !is_cleaned(subject, cache) {
            let message = format!("what `{}` downloads for this stays in the image", first.manager);
            found.push(Finding::new(first.span.start..first.span.end, message, cache.advice));
        }
    }
    found
}

fn is_cleaned(subject: &Subject<'_>, cache: &Cache) -> bool {
    let by_manager = subject.installs().any(|it| {
        // `apt-get clean` leaves the lists.
        let cleans = it.action == InstallAction::Clean && cache.folders != ["/var/lib/apt/lists"];
        cleans && cache.managers.contains(&it.manager.as_str())
    });
    let removed = subject.facts.iter().flat_map(|facts| &facts.paths);
    by_manager
        || removed.into_iter().filter(|it| it.access == Access::Remove).any(|it| {
            let text = it.path.text();
            cache.folders.iter().any(|folder| {
                is_below(&it.path, folder) || !text.is_empty() && folder.starts_with(text)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn what_stays_is_told_once() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check(
            "\
apt-get install -y jq
^^^^^^^^^^^^^^^^^^^^^ PB111 what `apt-get` downloads for this stays in the image
apt-get install -y git
apt-get clean
pip install requests
^^^^^^^^^^^^^^^^^^^^ PB111 what `pip` downloads for this stays in the image
",
        );
    }

    #[test]
    fn what_is_removed_or_never_kept_is_not() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check("apt-get install -y jq && rm -rf /var/lib/apt/lists/*\n");
        check("apt-get install -y jq\nsudo rm -rf /var/lib/apt/lists\n");
        check("pip install --no-cache-dir requests\napk add --no-cache jq\n");
        check("pacman -S --noconfirm jq\npacman -Scc --noconfirm\n");
        check("apt-get update\n");
    }
}
