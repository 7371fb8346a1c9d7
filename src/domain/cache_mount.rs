//! A package cache of bakes: `pip`, or `NAME:/path`.
//!
//! A cache is a named volume of the engine, mounted while the scripts of an environment layer run.
//! A commit leaves volumes out, so it is never in an image. What is in it must never decide
//! whether a bake succeeds, so bakes share one only if they have the same base image reference,
//! platform and user, and at the same time only where the tool allows it.

use std::fmt;

use serde::Serialize;

use super::digest::Digest;

/// A cache as typed, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheMount {
    /// Its name.
    pub name: String,
    /// Its folder; none: those that the name stands for.
    pub folder: Option<String>,
}

/// Whether bakes may use one cache at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sharing {
    /// The tool keeps its users apart.
    Shared,
    /// One bake at a time; another one at that time gets a volume of its own.
    Locked,
}

impl Sharing {
    /// The word of a Dockerfile for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Locked => "locked",
        }
    }
}

/// A folder that a bake has from a cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CacheFolder {
    /// The cache's name; `cargo-git` for a second folder of a name.
    pub name: String,
    /// The absolute path inside the container.
    pub path: String,
    /// Whether bakes may use it at the same time.
    pub sharing: Sharing,
    /// Whether it is the system's, and not of the user who runs the scripts.
    pub is_system: bool,
}

/// A name that stands for folders.
struct Known {
    name: &'static str,
    /// Folders; `~` is the home of who runs the scripts. A second one has a name of its own.
    folders: &'static [(&'static str, &'static str)],
    sharing: Sharing,
}

const fn known(
    name: &'static str,
    sharing: Sharing,
    folders: &'static [(&'static str, &'static str)],
) -> Known {
    Known { name, folders, sharing }
}

/// The folder of the name `apt`, which needs more than a mount: see `bake.sh`.
pub const APT: &str = "/var/cache/apt/archives";

/// Shared are those whose documentation says, or whose lock files lie in the folder itself, that
/// several may use it; a lock beside it is in another container.
const KNOWN: [Known; 15] = [
    known("apk", Sharing::Locked, &[("apk", "/var/cache/apk")]),
    known("apt", Sharing::Locked, &[("apt", APT)]),
    known(
        "cargo",
        Sharing::Locked,
        &[("cargo", "~/.cargo/registry"), ("cargo-git", "~/.cargo/git")],
    ),
    known("ccache", Sharing::Shared, &[("ccache", "~/.cache/ccache")]),
    known("composer", Sharing::Locked, &[("composer", "~/.cache/composer")]),
    known("dnf", Sharing::Locked, &[("dnf", "/var/cache/dnf")]),
    known("go", Sharing::Shared, &[("go", "~/go/pkg/mod"), ("go-build", "~/.cache/go-build")]),
    known("gradle", Sharing::Locked, &[("gradle", "~/.gradle/caches")]),
    known("maven", Sharing::Locked, &[("maven", "~/.m2/repository")]),
    known("npm", Sharing::Shared, &[("npm", "~/.npm/_cacache")]),
    known("pacman", Sharing::Locked, &[("pacman", "/var/cache/pacman/pkg")]),
    known("pip", Sharing::Shared, &[("pip", "~/.cache/pip")]),
    known("pnpm", Sharing::Shared, &[("pnpm", "~/.local/share/pnpm/store")]),
    known("uv", Sharing::Shared, &[("uv", "~/.cache/uv")]),
    known("yarn", Sharing::Locked, &[("yarn", "~/.cache/yarn")]),
];

/// The longest name, in characters.
const MAX_NAME_CHARS: usize = 40;

/// Folders that a container cannot do without.
const REFUSED: [&str; 10] =
    ["/", "/bin", "/dev", "/etc", "/lib", "/proc", "/run", "/sys", "/tmp", "/usr"];

impl CacheMount {
    /// What to do about a text that is none.
    pub const ADVICE: &str = "write `apt`, `cargo`, `go`, `npm`, `pacman`, `pip` or another name of docs/secrets.md, or `NAME:/path`";

    /// Reads `NAME` or `NAME:/path`; a fault begins with a verb.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (name, folder) = match text.split_once(':') {
            Some((name, folder)) => (name, Some(folder)),
            None => (text, None),
        };
        let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_name = !name.is_empty() && name.bytes().all(is_part) && !name.starts_with('-');
        if !is_name || name.len() > MAX_NAME_CHARS {
            return Err("has no name of 1 to 40 of a-z, 0-9 and `-`");
        }
        let Some(folder) = folder else {
            let is_known = KNOWN.iter().any(|known| known.name == name);
            let cache = Self { name: name.to_owned(), folder: None };
            return is_known.then_some(cache).ok_or("is no well-known cache");
        };
        let is_home = folder.starts_with("~/");
        let is_plain = |char: char| char.is_ascii_alphanumeric() || "/._-+@~".contains(char);
        if !is_home && !folder.starts_with('/') {
            return Err("has a folder that is no absolute path");
        }
        let parts: Vec<&str> = folder.split('/').skip(1).filter(|part| !part.is_empty()).collect();
        if parts.iter().any(|part| matches!(*part, "." | ".."))
            || !folder.chars().all(is_plain)
            || folder[1..].contains('~')
        {
            // It becomes a part of a line of a Dockerfile.
            return Err("has a folder of more than letters, digits and `/._-+@`");
        }
        let folder = format!("{}/{}", if is_home { "~" } else { "" }, parts.join("/"));
        if REFUSED.contains(&folder.as_str()) || folder == "~/" || is_ours(&folder) {
            return Err("has a folder that bakes need themselves");
        }
        Ok(Self { name: name.to_owned(), folder: Some(folder) })
    }

    /// Its folders for a user with this home; none of those in a home that is not known.
    #[must_use]
    pub fn folders(&self, home: Option<&str>) -> Vec<CacheFolder> {
        let at = |name: &str, path: &str, sharing, is_system| {
            let path = match path.strip_prefix('~') {
                Some(rest) => format!("{}{rest}", home?),
                None => path.to_owned(),
            };
            Some(CacheFolder { name: name.to_owned(), path, sharing, is_system })
        };
        match &self.folder {
            Some(folder) => at(&self.name, folder, Sharing::Locked, false).into_iter().collect(),
            None => KNOWN
                .iter()
                .filter(|known| known.name == self.name)
                .flat_map(|known| known.folders.iter().map(|it| (it, known.sharing)))
                .filter_map(|((name, path), sharing)| {
                    at(name, path, sharing, path.starts_with('/'))
                })
                .collect(),
        }
    }
}

/// The text.
impl fmt::Display for CacheMount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.folder.as_ref().map_or(Ok(()), |folder| write!(f, ":{folder}"))
    }
}

/// Whether prebake itself puts things into a folder.
fn is_ours(folder: &str) -> bool {
    [super::script::FOLDER, super::secret::FOLDER]
        .iter()
        .any(|ours| folder.starts_with(ours) || ours.starts_with(&format!("{folder}/")))
}

/// The home of a user by name, as images have it; none: a number says nothing of it.
#[must_use]
pub fn home(user: &str) -> Option<String> {
    match user.split(':').next().unwrap_or_default() {
        "" | "root" | "0" => Some("/root".to_owned()),
        name if name.bytes().all(|byte| byte.is_ascii_digit()) => None,
        name => Some(format!("/home/{name}")),
    }
}

/// The name of the volume of a folder, for bakes on this base image by this user. Packages built
/// for one distribution are wrong on another, and one user's files are closed to another.
#[must_use]
pub fn volume(folder: &CacheFolder, reference: &str, platform: &str, user: &str) -> String {
    let apart = Digest::of(format!("{reference}\0{platform}\0{user}"));
    format!("prebake-cache-{}-{}", folder.name, &apart.full()[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_folders() {
        for (text, paths) in [
            ("pip", &["/home/dev/.cache/pip"][..]),
            ("apt", &[APT]),
            ("cargo", &["/home/dev/.cargo/registry", "/home/dev/.cargo/git"]),
            ("mine:/opt//store/", &["/opt/store"]),
            ("pip:~/x", &["/home/dev/x"]),
        ] {
            let cache = CacheMount::parse(text).unwrap();
            let folders = cache.folders(home("dev:users").as_deref());
            let got: Vec<&str> = folders.iter().map(|it| it.path.as_str()).collect();
            assert_eq!(got, paths, "{text}");
            assert_eq!(CacheMount::parse(&cache.to_string()).unwrap(), cache);
        }
        assert_eq!(CacheMount::parse("pip").unwrap().folders(home("1000").as_deref()), []);
        assert_eq!(home("0:0").as_deref(), Some("/root"));
    }

    #[test]
    fn what_is_refused() {
        for (text, cause) in [
            ("", "no name"),
            ("Pip", "no name"),
            ("nonsense", "no well-known"),
            ("a:b", "no absolute path"),
            ("a:/b/../c", "letters, digits"),
            ("a:/b,readonly", "letters, digits"),
            ("a:/", "need themselves"),
            ("a:/tmp", "need themselves"),
            ("a:~/", "need themselves"),
            ("a:/run/secrets/x", "need themselves"),
            ("a:/tmp/.prebake", "need themselves"),
        ] {
            let fault = CacheMount::parse(text).unwrap_err();
            assert!(fault.contains(cause), "{text}: {fault}");
        }
    }

    #[test]
    fn bakes_that_could_break_each_other_do_not_share() {
        let folder = &CacheMount::parse("pip").unwrap().folders(Some("/root"))[0];
        let name = volume(folder, "debian:12", "linux/amd64", "");
        assert!(name.starts_with("prebake-cache-pip-") && name.len() == 30, "{name}");
        for (reference, platform, user) in [
            ("ubuntu:24.04", "linux/amd64", ""),
            ("debian:12", "linux/arm64", ""),
            ("debian:12", "linux/amd64", "dev"),
        ] {
            assert_ne!(volume(folder, reference, platform, user), name);
        }
        assert_eq!(volume(folder, "debian:12", "linux/amd64", ""), name);
    }
}
