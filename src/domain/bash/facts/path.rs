//! Paths as a script names them: known, or known as far as a variable or pattern in them.
//!
//! Two paths meet if they can be the same, or one can lie below the other. The order of their
//! [`Path::mark`]s makes that a question of neighbours in a sorted set.

use crate::domain::bash::Text;
use compact_str::format_compact;

/// A path, normalized: no `.`, `..` or double `/`, links of the system followed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    text: Text,
    whole: bool,
}

/// The folder that the script begins in, whichever that is.
pub const START: &str = ".";

/// The home of the user, whichever that is.
pub const HOME: &str = "~";

/// The home of who may do everything.
const ROOT_HOME: &str = "/root";

/// Where all homes are, for [`Path::mark`].
const HOMES: &str = "/home/~";

/// Links that nearly every system has, and where they lead.
const LINKS: [(&str, &str); 7] = [
    ("/bin", "/usr/bin"),
    ("/sbin", "/usr/sbin"),
    ("/lib", "/usr/lib"),
    ("/lib64", "/usr/lib64"),
    ("/var/run", "/run"),
    ("/var/lock", "/run/lock"),
    ("/usr/tmp", "/var/tmp"),
];

/// Folders that every image has, so that nobody makes them.
const ALWAYS_THERE: [&str; 29] = [
    "/",
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/home",
    "/lib",
    "/media",
    "/mnt",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/srv",
    "/sys",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/sbin",
    "/usr/share",
    "/var",
    "/var/lib",
    "/var/log",
    "~",
];

impl Path {
    /// The folder that the script begins in.
    #[must_use]
    pub fn start() -> Self {
        Self { text: Text::const_new(START), whole: true }
    }

    /// Anything.
    #[must_use]
    pub fn anywhere() -> Self {
        Self { text: Text::default(), whole: false }
    }

    /// The path that `text` names in `folder`; `whole` is false if only its beginning is known.
    /// Without a folder a relative path may be anything.
    #[must_use]
    pub fn of(text: &str, whole: bool, folder: Option<&Self>) -> Self {
        let rooted = ["/", HOME].iter().any(|root| text.starts_with(root));
        if text.is_empty() && !whole {
            return Self::anywhere();
        }
        let joined;
        let full = match folder {
            _ if rooted => text,
            Some(folder) if folder.whole => {
                joined = format_compact!("{}/{text}", folder.text);
                joined.as_str()
            }
            // It lies somewhere below what is known of the folder.
            Some(folder) if !text.contains("..") => return folder.clone(),
            _ => return Self::anywhere(),
        };
        let open_name = !whole && !full.ends_with('/');
        let Some(mut text) = normalized(full) else {
            return Self::anywhere();
        };
        // Of `/a/` with something behind it the slash is known.
        if !whole && !open_name && text != "/" {
            text.push('/');
        }
        for (link, target) in LINKS {
            if let Some(rest) = text.strip_prefix(link)
                && (rest.starts_with('/') || rest.is_empty() && whole)
            {
                text = format_compact!("{target}{rest}");
                break;
            }
        }
        Self { text, whole }
    }

    /// As it is known; of one that is not whole, its beginning.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether all of it is known.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether it may be anything.
    #[must_use]
    pub fn is_anywhere(&self) -> bool {
        !self.whole && self.text.is_empty()
    }

    /// For people: with `…` for what is not known.
    #[must_use]
    pub fn shown(&self) -> String {
        let open = if self.whole { "" } else { "…" };
        format!("{}{open}", self.text)
    }

    /// A text so that two paths meet exactly if the mark of one begins with that of the other.
    /// Whose home a folder is cannot be told, so all homes are one here, below `/home`.
    #[must_use]
    pub fn mark(&self) -> Text {
        let text = self.text.as_str();
        let mut mark = Text::default();
        if let Some(rest) = self.in_home() {
            mark.push_str(HOMES);
            mark.push_str(rest);
        } else if !self.whole && text.len() > 1 && ROOT_HOME.starts_with(text) {
            // It may be a home that is not below `/home`.
            mark.push('/');
        } else {
            mark.push_str(text);
        }
        if self.whole && mark != "/" {
            mark.push('/');
        }
        mark
    }

    /// Where it lies in a home, if it does: the rest of its text, which is empty or begins with
    /// `/`. Of `~dev/x` and `/home/dev/x` that is `/x`.
    fn in_home(&self) -> Option<&str> {
        let text = self.text.as_str();
        let behind_name = |rest: &str| rest.find('/').unwrap_or(rest.len());
        if let Some(rest) = text.strip_prefix(ROOT_HOME) {
            let is_home = rest.starts_with('/') || rest.is_empty() && self.whole;
            return is_home.then_some(rest);
        }
        let named = text.strip_prefix(HOME).or_else(|| text.strip_prefix("/home/"))?;
        Some(&named[behind_name(named)..])
    }

    /// The same with `home` for what is only known to lie in a home; without one it may be
    /// anywhere.
    #[must_use]
    pub fn at_home(self, home: Option<&str>) -> Self {
        let Some(rest) = self.text.strip_prefix(HOME) else { return self };
        if !(rest.is_empty() || rest.starts_with('/')) {
            return self;
        }
        match home {
            Some(home) => Self::of(&format!("{home}{rest}"), self.whole, None),
            None => Self::anywhere(),
        }
    }

    /// Whether it is `folder` or may lie below it.
    #[must_use]
    pub fn is_below(&self, folder: &str) -> bool {
        let folder = folder.trim_end_matches('/');
        let rest = self.text.strip_prefix(folder);
        self.is_anywhere()
            || rest.is_some_and(|rest| rest.starts_with('/') || rest.is_empty() && self.whole)
            || !self.whole && folder.starts_with(self.text.as_str())
            || self.text.starts_with(HOME) && self.may_be_in_home(folder)
    }

    /// Whether a path in somebody's home may lie below `folder`.
    fn may_be_in_home(&self, folder: &str) -> bool {
        let folder = Self { text: folder.into(), whole: true };
        let Some((own, above)) = self.in_home().zip(folder.in_home()) else { return false };
        let rest = own.strip_prefix(above);
        rest.is_some_and(|rest| rest.starts_with('/') || rest.is_empty() && self.whole)
            || !self.whole && above.starts_with(own)
    }

    /// Whether one can be the other, or lie below it.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        let (one, other) = (self.mark(), other.mark());
        one.starts_with(other.as_str()) || other.starts_with(one.as_str())
    }

    /// The folders above it that not every image has, the nearest first.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        let parent = |path: &str| match path.rfind('/') {
            Some(0) | None => None,
            Some(at) => Some(at),
        };
        let mut rest = self.text.as_str();
        std::iter::from_fn(move || {
            rest = &rest[..parent(rest)?];
            Some(rest)
        })
        .filter(|folder| !ALWAYS_THERE.contains(folder))
    }
}

/// Without `.`, `..` and double `/`; `None` if it climbs out of what is known.
fn normalized(path: &str) -> Option<Text> {
    // `~user` is somebody's home, `./x` lies in the folder that the script begins in.
    let root_length = path.find('/').unwrap_or(path.len());
    let (root, rest) = path.split_at(root_length);
    // Most are as they should be.
    if rest.split('/').skip(1).all(|name| !matches!(name, "" | "." | "..")) && !path.is_empty() {
        return Some(path.into());
    }
    let mut names: Vec<&str> = Vec::new();
    for name in rest.split('/') {
        match name {
            "" | "." => {}
            ".." if names.is_empty() && !root.is_empty() => return None,
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    let mut text = Text::with_capacity(path.len());
    text.push_str(root);
    for name in names {
        text.push('/');
        text.push_str(name);
    }
    if text.is_empty() {
        text.push('/');
    }
    Some(text)
}
