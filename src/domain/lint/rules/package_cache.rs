//! Downloaded packages that stay in the image.

use super::subject::{Subject, adds, is_below};
use super::{Example, Finding, Rule};
use crate::domain::bash::Span;
use crate::domain::bash::facts::{Access, Facts, Install, InstallAction, PathUse, State};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB111",
    title: "a package cache that stays in the image",
    severity: Severity::Hint,
    why: "\
What a package manager downloaded, and its lists of what there is, stay in the image and in every
copy of it, and no task needs them. Remove them at the end of the same script, behind the last
install: what is removed before the bake ends takes no room. Or give the bake `cache_mounts`, which
keep what was downloaded for the next bake and out of the image.",
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
    advice: Advice,
}

/// What to do about it.
enum Advice {
    /// As it is.
    Fixed(&'static str),
    /// The words with which the manager at hand cleans up.
    Clean(&'static str),
}

const CACHES: [Cache; 6] = [
    Cache {
        // Its lists are no part of that cache.
        mounts: &[],
        managers: &["apt", "apt-get", "aptitude"],
        folders: &[LISTS],
        option: "",
        advice: Advice::Fixed("end with `rm -rf /var/lib/apt/lists/*`"),
    },
    Cache {
        mounts: &["pacman"],
        managers: &["pacman", "yay", "paru"],
        folders: &["/var/cache/pacman"],
        option: "",
        advice: Advice::Fixed("end with `rm -rf /var/cache/pacman/pkg/*`"),
    },
    Cache {
        mounts: &["dnf"],
        managers: &["dnf", "yum", "microdnf"],
        folders: &["/var/cache/dnf", "/var/cache/yum"],
        option: "",
        advice: Advice::Clean("clean all"),
    },
    Cache {
        mounts: &[],
        managers: &["zypper"],
        folders: &["/var/cache/zypp"],
        option: "",
        advice: Advice::Clean("clean --all"),
    },
    Cache {
        mounts: &["apk"],
        managers: &["apk"],
        folders: &["/var/cache/apk"],
        option: "--no-cache",
        advice: Advice::Fixed("add `--no-cache`"),
    },
    Cache {
        mounts: &["pip"],
        managers: PIP,
        folders: &["~/.cache"],
        option: "--no-cache-dir",
        advice: Advice::Fixed("add `--no-cache-dir`"),
    },
];

/// What `apt-get clean` leaves, and `apt-get distclean` removes.
const LISTS: &str = "/var/lib/apt/lists";

const HOME_OF_ROOT: &str = "/root";

const PIP: &[&str] = &["pip", "pip3"];

/// A way to say that `pip` keeps nothing.
const PIP_SETTING: &str = "PIP_NO_CACHE_DIR";

/// An install that leaves something.
struct Left<'s> {
    manager: &'s str,
    span: Span,
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let is_mounted = |cache: &&Cache| {
        subject.context.caches.iter().any(|name| cache.mounts.contains(&name.as_str()))
    };
    for cache in CACHES.iter().filter(|cache| !is_mounted(cache)) {
        let mut left = left(subject, cache).peekable();
        if left.peek().is_none() {
            continue;
        }
        let mut since = cleaned(subject, cache);
        if cache.folders == [LISTS]
            && let Some(cleaned) = since
        {
            // Without an update there are no lists again.
            let refreshes = |it: &&Install| {
                it.action == InstallAction::Refresh && cache.managers.contains(&&*it.manager)
            };
            let starts = subject.installs().filter(refreshes).map(|it| it.span.start);
            let Some(refreshed) = starts.filter(|it| *it > cleaned).min() else { continue };
            since = refreshed.checked_sub(1);
        }
        if let Some(first) = left.find(|it| since.is_none_or(|since| it.span.start > since)) {
            let message = format!("what `{}` downloads for this stays in the image", first.manager);
            let advice = match cache.advice {
                Advice::Fixed(advice) => advice.to_owned(),
                Advice::Clean(words) => format!("end with `{} {words}`", first.manager),
            };
            found.push(Finding::new(first.span.start..first.span.end, message, advice));
        }
    }
    found
}

/// The installs that leave something, in the order in which they run.
fn left<'s>(subject: &'s Subject<'_>, cache: &'static Cache) -> impl Iterator<Item = Left<'s>> {
    let is_pip = cache.managers == PIP;
    let mut keeps_none = false;
    let of_statement = move |facts: &'s Facts| {
        let has_option = |span: Span| {
            let text = subject.of(span);
            !cache.option.is_empty() && text.contains(cache.option)
                || is_pip && text.contains(PIP_SETTING)
        };
        if is_pip {
            let configures = |it: &Install| {
                it.action == InstallAction::Configure
                    && subject.of(it.span).contains("no-cache-dir")
            };
            keeps_none |= facts.sets.iter().any(|it| it.name == PIP_SETTING)
                || facts.installs.iter().any(configures);
        }
        if keeps_none {
            return Vec::new();
        }
        let is_of = |it: &&Install| adds(it) && cache.managers.contains(&name_of(&it.manager));
        let installs = facts.installs.iter().filter(is_of);
        let installs = installs.map(|it| Left { manager: name_of(&it.manager), span: it.span });
        let mut left: Vec<_> = installs.filter(|it| !has_option(it.span)).collect();
        left.sort_by_key(|it| it.span.start);
        left
    };
    subject.facts.iter().flat_map(of_statement)
}

/// A manager without its folders: that of an environment of python is `pip`.
fn name_of(manager: &str) -> &str {
    match manager.rsplit_once('/') {
        None => manager,
        Some((_, "python" | "python3")) => "pip",
        Some((_, name)) => name,
    }
}

/// Where what is left was removed last; what a trap does is done at the end.
fn cleaned(subject: &Subject<'_>, cache: &Cache) -> Option<usize> {
    let removes = |it: &PathUse| {
        let text = it.path.text();
        let is_it = |folder: &&str| {
            is_below(&it.path, folder)
                || !text.is_empty() && folder.starts_with(text)
                // Most bakes are root's, and so is the home.
                || text.strip_prefix(HOME_OF_ROOT).is_some_and(|rest| {
                    folder.strip_prefix('~').is_some_and(|own| rest.starts_with(own))
                })
        };
        it.access == Access::Remove && cache.folders.iter().any(is_it)
    };
    let cleans = |it: &Install| {
        let text = subject.of(it.span);
        // `pacman` asks whether it may, and takes no for the answer.
        let is_refused = cache.mounts == ["pacman"] && text.contains("--noconfirm");
        let is_all = (cache.folders != [LISTS] || text.contains("distclean")) && !is_refused;
        it.action == InstallAction::Clean && is_all && cache.managers.contains(&&*it.manager)
    };
    let of_statement = |facts: &Facts| {
        let removed = facts.paths.iter().filter(|it| removes(it)).map(|it| it.span.start);
        let cleaned = facts.installs.iter().filter(|it| cleans(it)).map(|it| it.span.start);
        let last = removed.chain(cleaned).max()?;
        let waits = facts.changes.iter().any(|it| it.what == State::Traps);
        Some(if waits { usize::MAX } else { last })
    };
    subject.facts.iter().filter_map(of_statement).max()
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
pacman -S --noconfirm jq
^^^^^^^^^^^^^^^^^^^^^^^^ PB111 what `pacman` downloads for this stays in the image
pacman -Scc --noconfirm
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
        check("pacman -S --noconfirm jq\nrm -rf /var/cache/pacman/pkg/*\n");
        check("pacman -S --noconfirm jq\nyes | pacman -Scc\n");
        check("apt-get update\n");
        check("PIP_NO_CACHE_DIR=1 pip install a\nexport PIP_NO_CACHE_DIR=1\npip install b\n");
        check("pip config set global.no-cache-dir true\npip install a\n");
        check("pip config set global.index-url https://a\n");
        check("apt-get install -y jq\napt-get distclean\n");
        check(&format!("pip install a\nrm -rf {HOME_OF_ROOT}/.cache\n"));
        check(&format!("pip install a\nrm -rf {HOME_OF_ROOT}/.cache/pip\n"));
        check("trap 'rm -rf /var/lib/apt/lists/*' EXIT\napt-get install -y jq\n");
        check("clean() { rm -rf /var/lib/apt/lists/*; }\napt-get install -y jq\nclean\n");
        check(
            "apt-get install -y jq\nrm -rf /var/lib/apt/lists/*\napt-get install -y /opt/a.deb\n",
        );
        check("f() { apt-get update; apt-get install -y a; rm -rf /var/lib/apt/lists/*; }\nf\n");
        check(
            "microdnf install -y a && microdnf clean all\nzypper -n in a && zypper clean --all\n",
        );
        check("/opt/venv/bin/pip install --no-cache-dir a\n/opt/venv/bin/pip list\n");
    }

    #[test]
    fn what_was_removed_before_is_no_answer() {
        let check = |text: &str| check(&RULE, Stage::Cached, "", text);
        check(
            "\
rm -rf /var/lib/apt/lists/*
apt-get update
apt-get install -y jq
^^^^^^^^^^^^^^^^^^^^^ PB111 what `apt-get` downloads for this stays in the image
microdnf install -y a
^^^^^^^^^^^^^^^^^^^^^ PB111 what `microdnf` downloads for this stays in the image
pip cache purge
/opt/venv/bin/pip install a
^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB111 what `pip` downloads for this stays in the image
zypper -n install a
^^^^^^^^^^^^^^^^^^^ PB111 what `zypper` downloads for this stays in the image
",
        );
        check(
            "\
apt-get install -y jq
apt-get clean
rm -rf /var/lib/apt/lists/*
apt-get update
apt-get install -y git
^^^^^^^^^^^^^^^^^^^^^^ PB111 what `apt-get` downloads for this stays in the image
/opt/venv/bin/python -m pip install a
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PB111 what `pip` downloads for this stays in the image
",
        );
    }

    #[test]
    fn what_is_mounted_is_in_no_image() {
        let text = "pip install requests\npacman -S --noconfirm jq\n";
        check(&RULE, Stage::Cached, "cache_mounts: [pip, \"pacman:/var/cache/pacman\"]", text);
    }
}
