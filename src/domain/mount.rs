//! A mount of tasks: `source:target[:ro|:rw]`.
//!
//! Apart from the manifest because `--mount` on the command line takes the same text. Nothing
//! here looks at the disk; the caller says what home and the working folder are.

use std::fmt;

/// One folder, file or named volume that is visible inside tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Where it is on the host.
    pub source: Source,
    /// The absolute path inside the container.
    pub target: String,
    /// Whether tasks can only read it.
    pub read_only: bool,
}

/// Where a mount comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// An absolute path of the host.
    Absolute(String),
    /// What follows `~/`; empty for home itself.
    Home(String),
    /// A path that begins with `.` or `..`, from the folder prebake was started in.
    Relative(String),
    /// A named volume of the engine.
    Volume(String),
}

/// Why a text is no mount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}; {}", self.sentence(), Mount::ADVICE)]
pub struct MountError {
    shown: String,
    cause: Cause,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    NoTarget,
    EmptySource,
    RelativeTarget,
    RootTarget,
    Option,
    Nul,
    OtherHome,
    VolumeName,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoTarget => "names no target",
            Self::EmptySource => "has an empty source",
            Self::RelativeTarget => "has a target that is no absolute path",
            Self::RootTarget => "would replace the container's root folder",
            Self::Option => "has an option other than `ro` and `rw`",
            Self::Nul => "contains a NUL byte",
            Self::OtherHome => "names another user's home, which cannot be looked up",
            Self::VolumeName => {
                "has a source that is no volume name (a path begins with `/`, `~/` or `./`)"
            }
        })
    }
}

impl MountError {
    /// What is wrong, without what to do next.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("mount `{}` {}", self.shown, self.cause)
    }
}

impl Mount {
    /// What to do about a text that is no mount.
    pub const ADVICE: &str = "write it as `source:/target` or `source:/target:ro`";

    /// Reads `source:target`, with `:ro` or `:rw` at the end if wanted.
    pub fn parse(text: &str) -> Result<Self, MountError> {
        parse(text).map_err(|cause| MountError {
            shown: text.chars().take(200).flat_map(char::escape_debug).collect(),
            cause,
        })
    }

    /// The source as the engine takes it: an absolute path, or the name of a volume.
    ///
    /// `home` and `cwd` are absolute paths of the machine prebake runs on.
    #[must_use]
    pub fn resolve(&self, home: &str, cwd: &str) -> String {
        match &self.source {
            Source::Absolute(path) => normal(path),
            Source::Home(rest) => normal(&format!("{home}/{rest}")),
            Source::Relative(path) => normal(&format!("{cwd}/{path}")),
            Source::Volume(name) => name.clone(),
        }
    }
}

impl fmt::Display for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::Absolute(path) | Source::Relative(path) | Source::Volume(path) => {
                f.write_str(path)?;
            }
            Source::Home(rest) if rest.is_empty() => f.write_str("~")?,
            Source::Home(rest) => write!(f, "~/{rest}")?,
        }
        write!(f, ":{}", self.target)?;
        if self.read_only { f.write_str(":ro") } else { Ok(()) }
    }
}

fn parse(text: &str) -> Result<Mount, Cause> {
    if text.contains('\0') {
        return Err(Cause::Nul);
    }
    let mut parts = text.split(':');
    let source = parts.next().unwrap_or_default();
    let target = parts.next().ok_or(Cause::NoTarget)?;
    let read_only = match (parts.next(), parts.next()) {
        (None | Some("rw"), None) => false,
        (Some("ro"), None) => true,
        _ => return Err(Cause::Option),
    };
    let source = parse_source(source)?;
    if target.is_empty() {
        return Err(Cause::NoTarget);
    }
    if !target.starts_with('/') {
        return Err(Cause::RelativeTarget);
    }
    let target = normal(target);
    if target == "/" {
        return Err(Cause::RootTarget);
    }
    Ok(Mount { source, target, read_only })
}

fn parse_source(text: &str) -> Result<Source, Cause> {
    if text.is_empty() {
        return Err(Cause::EmptySource);
    }
    if text.starts_with('/') {
        return Ok(Source::Absolute(text.to_owned()));
    }
    if let Some(rest) = text.strip_prefix('~') {
        return match rest.strip_prefix('/') {
            Some(rest) => Ok(Source::Home(rest.to_owned())),
            None if rest.is_empty() => Ok(Source::Home(String::new())),
            None => Err(Cause::OtherHome),
        };
    }
    if matches!(text, "." | "..") || text.starts_with("./") || text.starts_with("../") {
        return Ok(Source::Relative(text.to_owned()));
    }
    // Docker's own pattern, which asks for two characters at least.
    let mut bytes = text.bytes();
    let is_name = bytes.next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && text.len() > 1
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
    if is_name { Ok(Source::Volume(text.to_owned())) } else { Err(Cause::VolumeName) }
}

/// An absolute path without `.`, `..`, doubled and final slashes. Written out here because the
/// engine refuses none of them and then mounts at surprising places.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sources_targets_and_options() {
        for (text, resolved, target, read_only) in [
            ("~/src/web:/w", "/home/me/src/web", "/w", false),
            ("~:/w:rw", "/home/me", "/w", false),
            ("/srv/a b:/w:ro", "/srv/a b", "/w", true),
            ("./x:/w/", "/cwd/dir/x", "/w", false),
            (".:/w", "/cwd/dir", "/w", false),
            ("../x/./y//z:/w", "/cwd/x/y/z", "/w", false),
            ("/../../etc:/a/../w", "/etc", "/w", false),
            ("cache_vol-1.x:/w", "cache_vol-1.x", "/w", false),
            ("/s/ü 🦀:/w", "/s/ü 🦀", "/w", false),
        ] {
            let mount = Mount::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(mount.resolve("/home/me", "/cwd/dir"), resolved, "{text}");
            assert_eq!(mount.target, target, "{text}");
            assert_eq!(mount.read_only, read_only, "{text}");
            assert_eq!(Mount::parse(&mount.to_string()).unwrap(), mount, "{text}");
        }
    }

    #[test]
    fn refuses_with_the_cause() {
        for (text, cause) in [
            ("", "names no target"),
            ("/a", "names no target"),
            ("/a:", "names no target"),
            (":/a", "empty source"),
            ("/a:b", "no absolute path"),
            ("/a:~/b", "no absolute path"),
            ("/a:/", "root folder"),
            ("/a:/x/..", "root folder"),
            ("/a:/b:RO", "option other"),
            ("/a:/b:", "option other"),
            ("/a:/b:ro:rw", "option other"),
            ("~bob/x:/b", "another user's home"),
            ("src/web:/b", "no volume name"),
            ("v:/b", "no volume name"),
            ("-v:/b", "no volume name"),
            ("/a\0:/b", "NUL"),
        ] {
            let words = Mount::parse(text).unwrap_err().to_string();
            assert!(words.contains(cause), "{text:?}: {words}");
            assert!(!words.contains('\0'), "{words:?}");
        }
    }
}
