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
before the bake ends takes no room. Or give the bake `cache_mounts`, which keep what was downloaded
for the next bake and out of the image.",
    example: Example {
        environment: "",
        bad: "set -e\napt-get update\napt-get install -y jq\n",
        good: "set -e\napt-get update\napt-get install -y jq\nrm -rf /var/lib/apt/lists/*\n",
    },
    check,
};

/// A manager that leaves something, where, and what removes it.
struct Cache {
    /// The names of `cache_mounts` that keep it out of the image.
    mounts: &'static [&'static str],
    managers: &'static [&'static str],
    folders: &'static [&'static str],
    /// An option that leaves nothing.
    option: &'static str,
    advice: &'static str,
}

const CACHES: [Cache; 5] = [
    Cache {
        // Its lists are no part of that cache.
        mounts: &[],
        managers: &["apt", "apt-get", "aptitude"],
        folders: &["/var/lib/apt/lists"],
        option: "",
        advice: "end with `rm -rf /var/lib/apt/lists/*`",
    },
    Cache {
        mounts: &["pacman"],
        managers: &["pacman", "yay", "paru"],
        folders: &["/var/cache/pacman"],
        option: "",
        advice: "end with `pacman -Scc --noconfirm`",
    },
    Cache {
        mounts: &["dnf"],
        managers: &["dnf", "yum"],
        folders: &["/var/cache/dnf", "/var/cache/yum"],
        option: "",
        advice: "end with `dnf clean all`",
    },
    Cache {
        mounts: &["apk"],
        managers: &["apk"],
        folders: &["/var/cache/apk"],
        option: "--no-cache",
        advice: "add `--no-cache`",
    },
    Cache {
        mounts: &["pip"],
        managers: &["pip", "pip3"],
        folders: &["~/.cache"],
        option: "--no-cache-dir",
        advice: "add `--no-cache-dir`",
    },
];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let is_mounted = |cache: &&Cache| {
        subject.context.caches.iter().any(|name| cache.mounts.contains(&name.as_str()))
    };
    for cache in CACHES.iter().filter(|cache| !is_mounted(cache)) {
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

    #[test]
    fn what_is_mounted_is_in_no_image() {
        let text = "pip install requests\npacman -S --noconfirm jq\n";
        check(&RULE, Stage::Cached, "cache_mounts: [pip, \"pacman:/var/cache/pacman\"]", text);
    }
}
