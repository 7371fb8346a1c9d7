//! What programs that fetch read without being told to: how names become addresses, whom to trust,
//! and their own settings and credentials.
//!
//! A key that only a task has may lie in one of these files, so what fetches stays behind whoever
//! writes them.

use super::Call;
use crate::domain::bash::facts::Facts;

/// Where names of machines are looked up.
const NAMES: [&str; 3] = ["/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf"];

/// Who is trusted.
const TRUST: [&str; 3] = ["/etc/ssl", "/etc/pki", "/etc/ca-certificates"];

const SSH: [&str; 2] = ["~/.ssh", "/etc/ssh"];

/// Where many programs look for a password.
const NETRC: &str = "~/.netrc";

const GIT: &[&str] = &["~/.gitconfig", "~/.config/git", "/etc/gitconfig"];

/// Programs and the files that are their own.
const OWN: &[(&[&str], &[&str])] = &[
    (&["curl"], &["~/.curlrc", "~/.config/curlrc"]),
    (&["wget"], &["~/.wgetrc", "/etc/wgetrc", NETRC]),
    (&["git"], &["~/.git-credentials", NETRC]),
    (&["go"], &["~/.config/go", "~/.git-credentials", NETRC]),
    (
        &["pip", "pip3", "pipx", "uv", "virtualenv"],
        &["~/.config/pip", "~/.pip", "/etc/pip.conf", "/etc/xdg/pip", NETRC],
    ),
    (&["uv"], &["~/.config/uv", "/etc/uv"]),
    (
        &["npm", "pnpm", "yarn", "corepack"],
        &["~/.npmrc", "/etc/npmrc", "/usr/etc/npmrc", "/usr/local/etc/npmrc"],
    ),
    (&["yarn"], &["~/.yarnrc", "~/.yarnrc.yml"]),
    (&["gem", "bundle"], &["~/.gemrc", "/etc/gemrc", "~/.gem/credentials", "~/.bundle/config"]),
    (
        &["cargo"],
        &[
            "~/.cargo/config",
            "~/.cargo/config.toml",
            "~/.cargo/credentials",
            "~/.cargo/credentials.toml",
        ],
    ),
    (&["conda", "mamba", "micromamba"], &["~/.condarc", "~/.mambarc", "/etc/conda", NETRC]),
    (&["composer"], &["~/.composer/auth.json", "~/.config/composer"]),
    (&["luarocks"], &["~/.luarocks/config.lua", "/etc/luarocks"]),
    (&["apt", "apt-get", "aptitude", "add-apt-repository"], &["/etc/apt"]),
    (
        &["dnf", "microdnf", "yum", "rpm"],
        &["/etc/yum.repos.d", "/etc/yum.conf", "/etc/dnf", "/etc/yum"],
    ),
    (&["apk"], &["/etc/apk"]),
    (&["zypper"], &["/etc/zypp"]),
    (&["pacman", "yay", "paru"], &["/etc/pacman.conf", "/etc/pacman.d"]),
    (&["yay", "paru"], &["/etc/makepkg.conf", "~/.makepkg.conf"]),
];

impl Call<'_> {
    /// It fetches.
    pub(super) fn fetches(&self, facts: &mut Facts) {
        self.heeds(&NAMES, facts);
        self.heeds(&TRUST, facts);
        for (_, files) in OWN.iter().filter(|(names, _)| names.contains(&self.name)) {
            self.heeds(files, facts);
        }
        let names = |begin: &[&str]| {
            self.arguments.iter().any(|word| begin.iter().any(|begin| word.text.contains(begin)))
        };
        // A package may lie in a repository.
        if self.name == "go" || names(&["git+", "--git", "git@"]) {
            self.heeds_git(facts);
        }
        if names(&["ssh://", "git@", "scp://", "sftp://"]) {
            self.heeds_ssh(facts);
        }
    }

    /// It is `git`, or runs it.
    pub(super) fn heeds_git(&self, facts: &mut Facts) {
        self.heeds(GIT, facts);
    }

    /// It speaks `ssh`, with the keys of the user.
    pub(super) fn heeds_ssh(&self, facts: &mut Facts) {
        self.heeds(&SSH, facts);
    }
}
