//! The table of package managers: their verbs, the options without which they ask, and where they
//! put what they install.

use crate::domain::bash::facts::InstallAction::{
    self, Add, Clean, Compile, Configure, Refresh, Remove, Upgrade,
};

/// Where packages of the system lie.
pub(super) const SYSTEM: &[&str] = &["/usr", "/etc", "/var", "/opt"];

/// Where packages of a language may lie: beside those of the system, or at home.
pub(super) const LANGUAGE: &[&str] = &["/usr", "/opt", "~", "/etc/alternatives"];

/// Where packages of a user lie.
const OWN: &[&str] = &["~"];

/// What a manager understands.
pub(super) struct Packager {
    pub(super) name: &'static str,
    /// Verbs and what they do.
    pub(super) verbs: &'static [(&'static str, InstallAction)],
    /// Verbs that only tell something.
    pub(super) quiet: &'static [&'static str],
    /// Options without which it asks; none: it never asks.
    pub(super) yes: &'static [&'static str],
    /// Options that are followed by a value.
    pub(super) valued: &'static [&'static str],
    /// Where it puts packages.
    pub(super) places: &'static [&'static str],
    /// Whether it works on the folder it runs in, unless one of these options is given.
    pub(super) local: Option<&'static [&'static str]>,
    /// Verbs of which the next word says what is done, and what that is. With another word they do
    /// what the verb does, and name no package.
    pub(super) nested: &'static [(&'static str, &'static str, InstallAction)],
}

const DEBIAN: Packager = Packager {
    name: "apt-get",
    verbs: &[
        ("install", Add),
        ("reinstall", Add),
        ("build-dep", Add),
        ("remove", Remove),
        ("purge", Remove),
        ("autoremove", Remove),
        ("upgrade", Upgrade),
        ("dist-upgrade", Upgrade),
        ("full-upgrade", Upgrade),
        ("safe-upgrade", Upgrade),
        ("update", Refresh),
        ("clean", Clean),
        ("autoclean", Clean),
        ("distclean", Clean),
    ],
    quiet: &["list", "show", "search", "policy", "check"],
    yes: &["-y", "--yes", "--assume-yes", "-qq", "--dry-run", "-s"],
    valued: &["-o", "-t", "-c", "--option", "--target-release"],
    places: SYSTEM,
    local: None,
    nested: &[],
};

const RED_HAT: Packager = Packager {
    name: "dnf",
    verbs: &[
        ("install", Add),
        ("reinstall", Add),
        ("localinstall", Add),
        ("groupinstall", Add),
        ("group", Configure),
        ("config-manager", Configure),
        ("module", Configure),
        ("remove", Remove),
        ("erase", Remove),
        ("autoremove", Remove),
        ("upgrade", Upgrade),
        ("update", Upgrade),
        ("makecache", Refresh),
        ("clean", Clean),
    ],
    quiet: &["list", "info", "search", "repolist", "repoquery"],
    yes: &["-y", "--assumeyes"],
    valued: &["-c", "--config", "--installroot", "--releasever"],
    places: SYSTEM,
    local: None,
    nested: &[
        ("group", "install", Add),
        ("group", "remove", Remove),
        ("group", "upgrade", Upgrade),
        ("module", "install", Add),
        ("module", "remove", Remove),
    ],
};

const PACKAGERS: [Packager; 18] = [
    DEBIAN,
    Packager { name: "apt", ..DEBIAN },
    Packager { name: "aptitude", ..DEBIAN },
    RED_HAT,
    Packager { name: "yum", ..RED_HAT },
    // It always takes yes.
    Packager { name: "microdnf", yes: &[], ..RED_HAT },
    Packager {
        name: "apk",
        verbs: &[
            ("add", Add),
            ("del", Remove),
            ("upgrade", Upgrade),
            ("update", Refresh),
            ("fix", Add),
            ("cache", Clean),
        ],
        quiet: &["info", "search", "list", "policy"],
        yes: &[],
        valued: &["-X", "--repository", "-t", "--virtual", "-p", "--root"],
        places: SYSTEM,
        local: None,
        nested: &[],
    },
    Packager {
        name: "zypper",
        verbs: &[
            ("install", Add),
            ("in", Add),
            ("addrepo", Configure),
            ("ar", Configure),
            ("remove", Remove),
            ("rm", Remove),
            ("update", Upgrade),
            ("up", Upgrade),
            ("dup", Upgrade),
            ("refresh", Refresh),
            ("ref", Refresh),
            ("clean", Clean),
            ("cc", Clean),
        ],
        quiet: &["search", "se", "info", "lr"],
        yes: &["-y", "--no-confirm", "-n", "--non-interactive"],
        valued: &["-t", "--type"],
        places: SYSTEM,
        local: None,
        nested: &[],
    },
    Packager {
        name: "pip",
        verbs: &[("install", Add), ("uninstall", Remove), ("cache", Clean), ("config", Configure)],
        quiet: &["list", "show", "freeze", "check", "--version"],
        yes: &[],
        valued: &[
            "-r",
            "--requirement",
            "-c",
            "--constraint",
            "-i",
            "--index-url",
            "--extra-index-url",
            "-t",
            "--target",
            "-e",
            "--editable",
            "--prefix",
            "--root",
            "-f",
            "--find-links",
            "--timeout",
            "--progress-bar",
        ],
        places: LANGUAGE,
        local: None,
        nested: &[],
    },
    Packager {
        name: "pipx",
        verbs: &[
            ("install", Add),
            ("inject", Add),
            ("uninstall", Remove),
            ("upgrade", Upgrade),
            ("upgrade-all", Upgrade),
            ("ensurepath", Configure),
        ],
        quiet: &["list"],
        yes: &[],
        valued: &["--python", "--pip-args", "--spec"],
        places: OWN,
        local: None,
        nested: &[],
    },
    Packager {
        name: "npm",
        verbs: &[
            ("install", Add),
            ("i", Add),
            ("add", Add),
            ("ci", Add),
            ("global", Configure),
            ("uninstall", Remove),
            ("remove", Remove),
            ("update", Upgrade),
            ("upgrade", Upgrade),
            ("cache", Clean),
            ("config", Configure),
            ("set", Configure),
        ],
        quiet: &["list", "ls", "view", "root", "prefix", "bin", "-v"],
        yes: &[],
        valued: &["--prefix", "--registry", "-C", "--dir", "--cwd"],
        places: LANGUAGE,
        local: Some(&["-g", "--global", "global", "cache", "config", "set"]),
        nested: &[
            ("global", "add", Add),
            ("global", "require", Add),
            ("global", "remove", Remove),
            ("global", "upgrade", Upgrade),
        ],
    },
    Packager {
        name: "gem",
        verbs: &[("install", Add), ("uninstall", Remove), ("update", Upgrade), ("cleanup", Clean)],
        quiet: &["list", "env", "environment", "which"],
        yes: &[],
        valued: &["-v", "--version", "-n", "--bindir", "-i", "--install-dir", "-s", "--source"],
        places: LANGUAGE,
        local: None,
        nested: &[],
    },
    Packager {
        name: "cargo",
        verbs: &[
            ("install", Add),
            ("binstall", Add),
            ("uninstall", Remove),
            ("build", Compile),
            ("fetch", Add),
            ("check", Compile),
        ],
        quiet: &["search"],
        yes: &[],
        valued: &[
            "--version",
            "--vers",
            "--git",
            "--branch",
            "--tag",
            "--rev",
            "--path",
            "--root",
            "--features",
            "--target",
            "--profile",
            "-j",
            "-F",
            "-p",
        ],
        places: OWN,
        local: Some(&["install", "binstall", "uninstall"]),
        nested: &[],
    },
    Packager {
        name: "go",
        verbs: &[("install", Add), ("get", Add), ("build", Compile), ("mod", Configure)],
        quiet: &["version", "list", "vet"],
        yes: &[],
        valued: &["-o", "-ldflags", "-tags", "-C"],
        places: OWN,
        local: Some(&[]),
        nested: &[("mod", "download", Add)],
    },
    Packager {
        name: "brew",
        verbs: &[
            ("install", Add),
            ("tap", Configure),
            ("uninstall", Remove),
            ("upgrade", Upgrade),
            ("update", Refresh),
            ("cleanup", Clean),
        ],
        quiet: &["list", "info", "prefix", "--prefix"],
        yes: &[],
        valued: &[],
        places: &["/usr/local", "/opt", "/home/linuxbrew", "~"],
        local: None,
        nested: &[],
    },
    Packager {
        name: "conda",
        verbs: &[
            ("install", Add),
            ("create", Add),
            ("env", Configure),
            ("config", Configure),
            ("remove", Remove),
            ("update", Upgrade),
            ("upgrade", Upgrade),
            ("clean", Clean),
        ],
        quiet: &["list", "info", "search"],
        yes: &["-y", "--yes", "env", "config"],
        valued: &["-n", "--name", "-p", "--prefix", "-c", "--channel", "-f", "--file"],
        places: LANGUAGE,
        local: None,
        nested: &[("env", "create", Add), ("env", "update", Add), ("env", "remove", Remove)],
    },
    Packager {
        name: "rustup",
        verbs: &[
            ("install", Add),
            ("toolchain", Configure),
            ("target", Configure),
            ("component", Configure),
            ("default", Add),
            ("update", Upgrade),
            ("set", Configure),
            ("self", Configure),
        ],
        quiet: &["show", "which", "check"],
        yes: &[],
        valued: &["--toolchain", "--profile", "-c", "--component", "-t", "--target"],
        places: &["~", "/usr/local/cargo", "/usr/local/rustup"],
        local: None,
        nested: &[
            ("toolchain", "install", Add),
            ("toolchain", "uninstall", Remove),
            ("target", "add", Add),
            ("target", "remove", Remove),
            ("component", "add", Add),
            ("component", "remove", Remove),
            ("self", "update", Upgrade),
        ],
    },
    Packager {
        name: "luarocks",
        verbs: &[("install", Add), ("remove", Remove)],
        quiet: &["list"],
        yes: &[],
        valued: &["--server", "--tree"],
        places: LANGUAGE,
        local: None,
        nested: &[],
    },
];

impl Packager {
    /// Whether the word behind a verb is no package, but says what is done.
    pub(super) fn is_nested(&self, verb: &str) -> bool {
        self.nested.iter().any(|(name, ..)| *name == verb)
    }

    /// What a verb does with the word behind it, if that is another thing than without.
    pub(super) fn nested(&self, verb: &str, next: Option<&str>) -> Option<InstallAction> {
        let mut of_verb = self.nested.iter().filter(|(name, ..)| *name == verb);
        of_verb.find(|(_, word, _)| Some(*word) == next).map(|(.., action)| *action)
    }
}

/// Names that mean the same as one of the managers.
pub(super) fn packager(name: &str) -> Option<&'static Packager> {
    let name = match name {
        "pip3" => "pip",
        "pnpm" | "yarn" | "bundle" | "composer" => "npm",
        "mamba" | "micromamba" => "conda",
        name => name,
    };
    PACKAGERS.iter().find(|packager| packager.name == name)
}
