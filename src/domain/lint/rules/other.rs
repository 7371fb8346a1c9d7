//! What a rule asks of the script of the other stage.

use std::collections::{HashMap, HashSet};

use super::subject::adds;
use crate::domain::bash::facts::{Facts, Install};
use crate::domain::bash::{Text, parse};

/// The other script.
pub(super) struct Other {
    /// Packages it installs, with what keeps the list of them.
    packages: HashSet<(Text, Text)>,
    /// Variables: whether it reads each before it sets it.
    variables: HashMap<Text, bool>,
}

impl Other {
    pub(super) fn new(text: &str) -> Self {
        let (mut packages, mut variables) = (HashSet::new(), HashMap::new());
        for facts in Facts::of(&parse(text), text) {
            for install in facts.installs.iter().filter(|it| adds(it)) {
                let family = family(&install.manager);
                let place = place(family, &facts, install);
                let names = install.packages.iter().flat_map(|name| forms(family, name));
                let lists = install.lists.iter().map(|it| listed(&it.text));
                packages.extend(names.chain(lists).map(|name| (place.clone(), name)));
            }
            for read in facts.reads {
                variables.entry(read.name).or_insert(true);
            }
            for set in facts.sets {
                variables.entry(set.name).or_insert(false);
            }
        }
        Self { packages, variables }
    }

    /// Whether it installs all that this does. A version that is asked for has to be the same one.
    pub(super) fn installs(&self, facts: &Facts, install: &Install) -> bool {
        let family = family(&install.manager);
        let place = place(family, facts, install);
        let has = |name: Text| self.packages.contains(&(place.clone(), name));
        // What is newer than what is baked is wanted.
        let is_newer = has_option(facts, install, &["-U", "--upgrade", "--only-upgrade"]);
        let names_none = install.packages.is_empty() && install.lists.is_empty();
        if is_newer || install.more || names_none {
            return false;
        }
        install.packages.iter().all(|name| has(as_compared(family, name)))
            && install.lists.iter().all(|it| it.whole && has(listed(&it.text)))
    }

    /// Whether it reads a variable that nothing in it has set by then.
    pub(super) fn wants(&self, name: &str) -> bool {
        self.variables.get(name).copied().unwrap_or(false)
    }
}

/// What the packages of an install are together with: those of the same manager, for all or for
/// the folder it runs in.
fn place(family: &str, facts: &Facts, install: &Install) -> Text {
    let here = if is_of_folder(facts, install) { " here" } else { "" };
    compact_str::format_compact!("{family}{here}")
}

/// Whether packages are put into the folder that the manager runs in.
pub(super) fn is_of_folder(facts: &Facts, install: &Install) -> bool {
    matches!(install.manager.as_str(), "npm" | "pnpm" | "yarn" | "bun")
        && !has_option(facts, install, &["-g", "--global", "--location=global", "global"])
}

fn has_option(facts: &Facts, install: &Install, options: &[&str]) -> bool {
    let own = facts.commands.iter().filter(|it| it.span == install.span);
    own.flat_map(|it| &it.arguments).any(|word| options.contains(&word.text.as_str()))
}

/// A package as it is compared: `pip` takes capitals for small letters, and `_` for `-`.
fn as_compared(family: &str, name: &str) -> Text {
    if !is_of_python(family) {
        return name.into();
    }
    let kept = name.chars().filter(|char| !char.is_whitespace());
    kept.map(|char| if char == '_' { '-' } else { char.to_ascii_lowercase() }).collect()
}

fn is_of_python(family: &str) -> bool {
    matches!(family, "pip" | "uv" | "pipx")
}

/// What an installed package is asked for by: the word, the name without the version, and without
/// the extras of `pip`.
fn forms(family: &str, name: &str) -> impl Iterator<Item = Text> {
    let word = as_compared(family, name);
    let bare: Text = bare(family, &word).into();
    let extras = bare.find('[').filter(|_| is_of_python(family));
    let plain = extras.map(|at| bare[..at].into());
    [word, bare].into_iter().chain(plain)
}

/// A name without what says which version of it.
fn bare<'n>(family: &str, name: &'n str) -> &'n str {
    let ends: &[char] = match family {
        "apt" => &['=', '/'],
        "pip" | "pipx" | "uv" | "apk" | "conda" | "zypper" => &['=', '<', '>', '!', '~', ';', '@'],
        "npm" | "pnpm" | "yarn" | "go" | "cargo" => &['@'],
        "gem" | "composer" => &[':'],
        _ => return name,
    };
    // A scope begins with what may begin a version, and a path with what may name a release.
    let end = name.char_indices().skip(1).find(|(_, char)| ends.contains(char));
    match end {
        Some((at, _)) if !name.starts_with(['/', '.', '~']) && !name.contains("://") => &name[..at],
        _ => name,
    }
}

/// A list of packages as one of them.
fn listed(file: &str) -> Text {
    compact_str::format_compact!("< {file}")
}

/// What keeps the list of installed packages: several managers may share one.
fn family(manager: &str) -> &str {
    match manager {
        "apt-get" | "aptitude" => "apt",
        "yay" | "paru" => "pacman",
        "yum" => "dnf",
        "pip3" => "pip",
        manager => manager,
    }
}
