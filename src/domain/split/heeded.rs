//! Variables that commands heed without anybody naming them: `pip` reads `PIP_INDEX_URL`.
//!
//! A variable belongs here by the beginning of its name. Apart from the judging, which only asks:
//! these are tables of what is known of programs.

use super::judge::OF_SHELL;
use crate::domain::bash::Facts;
use crate::domain::bash::facts::{Aim, PathUse};

/// Variables that commands heed without naming them, by their beginnings, and which commands;
/// none: all of them.
const HEEDED: &[(&str, &[&str])] = &[
    ("PATH", &[]),
    ("HOME", &[]),
    ("TMPDIR", &[]),
    ("LD_", &[]),
    ("BASH_ENV", &[]),
    ("http_proxy", &[]),
    ("https_proxy", &[]),
    ("no_proxy", &[]),
    ("HTTP_PROXY", &[]),
    ("HTTPS_PROXY", &[]),
    ("NO_PROXY", &[]),
    ("all_proxy", &[]),
    ("ftp_proxy", &[]),
    ("ALL_PROXY", &[]),
    ("FTP_PROXY", &[]),
    ("SSL_", &[]),
    ("XDG_", &[]),
    ("DEBIAN_FRONTEND", &["apt-get", "apt", "dpkg", "aptitude", "dpkg-reconfigure"]),
    ("DEBCONF_", &["apt-get", "apt", "dpkg"]),
    ("APT_", &["apt-get", "apt"]),
    ("PIP", &["pip", "pip3", "pipx", "uv", "python", "python3"]),
    ("PYTHON", &["pip", "pip3", "pipx", "uv", "python", "python3", "virtualenv"]),
    ("VIRTUAL_ENV", &["pip", "pip3", "uv"]),
    ("UV_", &["uv"]),
    ("NPM_", &["npm", "pnpm", "yarn", "corepack"]),
    ("npm_", &["npm", "pnpm", "yarn", "corepack"]),
    ("NODE_OPTIONS", &["npm", "pnpm", "yarn", "corepack"]),
    ("CARGO", &["cargo", "rustup"]),
    ("RUST", &["cargo", "rustup"]),
    ("GIT_", &["git", "go", "cargo", "pip", "pip3"]),
    // What is handed to a shell is an installer.
    ("NVM_", INSTALLING),
    ("UV_", INSTALLING),
    ("CARGO_", INSTALLING),
    ("RUST", INSTALLING),
    ("BUN_", INSTALLING),
    ("DENO_", INSTALLING),
    ("SDKMAN_", INSTALLING),
    ("PNPM_", INSTALLING),
    ("MISE_", INSTALLING),
    ("VOLTA_", INSTALLING),
    ("BIN_DIR", INSTALLING),
    ("NODE_VERSION", INSTALLING),
    ("VERSION", INSTALLING),
    ("CHANNEL", INSTALLING),
    ("DESIRED_VERSION", INSTALLING),
    ("HELM_", INSTALLING),
    ("SHELL", INSTALLING),
    ("PROFILE", INSTALLING),
    ("INSTALLER_", INSTALLING),
    ("NODE_PATH", &["npm", "pnpm", "yarn", "corepack"]),
    ("NODE_ENV", &["npm", "pnpm", "yarn", "corepack"]),
    ("NODE_EXTRA", &["npm", "pnpm", "yarn", "corepack"]),
    ("NODE_TLS", &["npm", "pnpm", "yarn", "corepack"]),
    ("NODE_AUTH", &["npm", "pnpm", "yarn", "corepack"]),
    ("COMPOSER", &["composer"]),
    ("COREPACK_", &["corepack", "npm", "pnpm", "yarn"]),
    ("PNPM_", &["pnpm", "corepack"]),
    ("YARN_", &["yarn", "corepack"]),
    ("MAMBA_", &["mamba", "micromamba"]),
    ("GIT_", &["npm", "pnpm", "yarn", "uv", "pipx", "composer", "bundle"]),
    ("PUPPETEER_", &["npm", "pnpm", "yarn"]),
    ("PLAYWRIGHT_", &["npm", "pnpm", "yarn", "pip", "pip3", "uv"]),
    ("ELECTRON_", &["npm", "pnpm", "yarn"]),
    ("SHARP_", &["npm", "pnpm", "yarn"]),
    ("ACCEPT_EULA", &["apt-get", "apt", "dpkg"]),
    ("SSH_", &["ssh", "scp", "rsync", "ssh-keyscan"]),
    ("GO", &["go"]),
    ("GEM_", &["gem", "bundle"]),
    ("BUNDLE_", &["bundle"]),
    ("CONDA_", &["conda", "mamba", "micromamba"]),
    ("HOMEBREW_", &["brew"]),
    ("CURL_", &["curl"]),
    ("WGETRC", &["wget"]),
    ("GNUPGHOME", &["gpg", "apt-key"]),
    ("REQUESTS_", &["pip", "pip3", "pipx", "uv", "conda", "mamba"]),
    ("CURL_CA_BUNDLE", &["pip", "pip3", "pipx", "uv", "conda", "mamba"]),
    ("CC", BUILDERS),
    ("CXX", BUILDERS),
    ("CFLAGS", BUILDERS),
    ("CPP", BUILDERS),
    ("CPATH", BUILDERS),
    ("C_INCLUDE", BUILDERS),
    ("CGO_", BUILDERS),
    ("LDFLAGS", BUILDERS),
    ("LIBRARY_PATH", BUILDERS),
    ("PKG_CONFIG", BUILDERS),
    ("MAKEFLAGS", BUILDERS),
    ("LC_", SORTERS),
    ("LANG", SORTERS),
    ("TAR_OPTIONS", &["tar"]),
];

/// Who runs installers as they are downloaded.
const INSTALLING: &[&str] = &["bash", "sh"];

/// Who may compile: compilers, and who runs them for packages.
const BUILDERS: &[&str] = &[
    "make", "gmake", "ninja", "cmake", "meson", "gcc", "g++", "cc", "c++", "clang", "clang++",
    "cargo", "go", "pip", "pip3", "pipx", "uv", "gem", "bundle", "npm", "pnpm", "yarn", "luarocks",
];

/// Who puts lines in the order of a language.
const SORTERS: &[&str] = &["sort", "ls", "comm", "join", "uniq"];

/// The forms of heeded variables that the name of a variable has, by their numbers.
pub(super) fn forms_of(name: &str) -> impl Iterator<Item = usize> {
    let forms = HEEDED.iter().enumerate();
    forms.filter(move |(_, (begin, _))| name.starts_with(begin)).map(|(number, _)| number)
}

/// The forms that a command of the statement heeds without naming the variable.
pub(super) fn heeded_forms(facts: &Facts) -> impl Iterator<Item = usize> {
    let mut programs: Vec<_> = facts.commands.iter().map(|command| &*command.name).collect();
    programs.retain(|name| !OF_SHELL.contains(name));
    // Whoever heeds the keys of `ssh` runs it.
    let is_keys = |used: &PathUse| used.aim == Aim::Heeded && used.path.text() == "~/.ssh";
    if facts.paths.iter().any(is_keys) {
        programs.push("ssh");
    }
    let runs = move |commands: &[&str]| {
        programs.iter().any(|name| commands.is_empty() || commands.contains(name))
    };
    let forms = HEEDED.iter().enumerate();
    forms.filter(move |(_, (_, commands))| runs(commands)).map(|(number, _)| number)
}
