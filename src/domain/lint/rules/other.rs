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
                let names = install.packages.iter();
                packages.extend(names.map(|name| (family.into(), name.clone())));
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

    /// Whether it installs all that this does.
    pub(super) fn installs(&self, install: &Install) -> bool {
        let family = family(&install.manager);
        let mut names = install.packages.iter();
        !install.packages.is_empty()
            && names.all(|name| self.packages.contains(&(family.into(), name.clone())))
    }

    /// Whether it reads a variable that nothing in it has set by then.
    pub(super) fn wants(&self, name: &str) -> bool {
        self.variables.get(name).copied().unwrap_or(false)
    }
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
