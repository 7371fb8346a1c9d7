//! Paths of many statements, and which of them meets another path.
//!
//! The marks of paths are kept so that none begins with another one: then all that a path can
//! meet are its neighbours, and a question costs no more with many paths than with few.

use std::collections::BTreeMap;
use std::ops::Bound::{Included, Unbounded};

use crate::domain::bash::Text;
use crate::domain::bash::facts::path::Path;

/// Paths, each with the unit that was first to name it.
#[derive(Clone, Debug, Default)]
pub(super) struct PathSet<'p> {
    marks: BTreeMap<Text, (usize, &'p Path)>,
    /// The first path below the folder that the script begins in.
    in_start: Option<(usize, &'p Path)>,
    /// The first path that may lie there.
    maybe_in_start: Option<(usize, &'p Path)>,
}

/// Folders that nobody begins a script in.
const NO_START: [&str; 4] = ["/etc", "/tmp", "/dev", "/proc"];

impl<'p> PathSet<'p> {
    pub(super) fn add(&mut self, path: &'p Path, unit: usize) {
        if is_in_start(path) {
            self.in_start.get_or_insert((unit, path));
        } else if may_be_in_start(path) {
            self.maybe_in_start.get_or_insert((unit, path));
        }
        let mark = path.mark();
        if self.before(&mark).is_some() {
            return;
        }
        while let Some((longer, _)) = self.behind(&mark) {
            let longer = longer.clone();
            self.marks.remove(&longer);
        }
        self.marks.insert(mark, (unit, path));
    }

    /// A path of the set that `path` meets, and the unit that named it.
    pub(super) fn meets(&self, path: &Path) -> Option<&(usize, &'p Path)> {
        let mark = path.mark();
        let found = self.before(&mark).or_else(|| self.behind(&mark)).map(|(_, found)| found);
        // Where the folder lies that the script begins in is not known.
        let elsewhere = || {
            if is_in_start(path) {
                self.maybe_in_start.as_ref()
            } else if may_be_in_start(path) {
                self.in_start.as_ref()
            } else {
                None
            }
        };
        found.or_else(elsewhere)
    }

    /// A path of the set that is `path`, or above it.
    pub(super) fn covers(&self, path: &Path) -> Option<&(usize, &'p Path)> {
        self.before(&path.mark()).map(|(_, found)| found)
    }

    /// The mark that `mark` begins with: the greatest of those that are not greater.
    fn before(&self, mark: &str) -> Option<(&Text, &(usize, &'p Path))> {
        let (found, unit) = self.marks.range::<str, _>((Unbounded, Included(mark))).next_back()?;
        mark.starts_with(found.as_str()).then_some((found, unit))
    }

    /// A mark that begins with `mark`.
    fn behind(&self, mark: &str) -> Option<(&Text, &(usize, &'p Path))> {
        let (found, unit) = self.marks.range::<str, _>((Included(mark), Unbounded)).next()?;
        found.starts_with(mark).then_some((found, unit))
    }
}

fn is_in_start(path: &Path) -> bool {
    path.text().starts_with('.')
}

fn may_be_in_start(path: &Path) -> bool {
    !NO_START.iter().any(|folder| path.text().starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Path {
        let (text, whole) = match text.strip_suffix('…') {
            Some(text) => (text, false),
            None => (text, true),
        };
        Path::of(text, whole, Some(&Path::start()))
    }

    #[test]
    fn paths_meet_above_and_below_and_as_far_as_they_are_known() {
        let check = |in_set: &[&str], asked: &str, met: Option<usize>| {
            let paths: Vec<_> = in_set.iter().map(|text| path(text)).collect();
            let mut set = PathSet::default();
            for (unit, path) in paths.iter().enumerate() {
                set.add(path, unit);
            }
            let found = set.meets(&path(asked)).map(|found| found.0);
            assert_eq!(found, met, "{asked} in {in_set:?}");
        };
        check(&[], "/a", None);
        check(&["/etc/a"], "/etc/a", Some(0));
        check(&["/etc/a"], "/etc/a/b", Some(0));
        check(&["/etc/a/b"], "/etc/a", Some(0));
        check(&["/etc/a"], "/etc/ab", None);
        check(&["/etc/a…"], "/etc/ab", Some(0));
        check(&["/etc/ab", "/etc/c"], "/etc/a…", Some(0));
        check(&["/tmp/ws-…"], "/tmp/x", None);
        check(&["/tmp/ws-…"], "/tmp", Some(0));
        check(&["/etc/x/a", "/etc/x/b", "/etc/x"], "/etc/x/c", Some(2));
        check(&["/etc/x", "/etc/x/b"], "/etc/x/b", Some(0));
        check(&["/bin/a"], "/usr/bin/a", Some(0));
        check(&["/home/me/.x"], "~/.x/y", Some(0));
        check(&["/home/me/x"], "/home/you/x", Some(0));
        check(&["~me/x"], "/home/me/x", Some(0));
        check(&["~/x"], "/home", Some(0));
        check(&["~/x"], "/", Some(0));
        check(&["/"], "~/x", Some(0));
        check(&["/root"], "/home/you/x", Some(0));
        check(&["/root"], "/ro…", Some(0));
        check(&["/home/me"], "~/x", Some(0));
        check(&["/home/me/x"], "~/y", None);
        check(&["/rootfs"], "~", None);
        check(&["~"], "/srv", None);
        check(&["…"], "/a", Some(0));
        check(&["/a"], "…", Some(0));
        check(&["./a"], "b", None);
        check(&["./a"], "a/b", Some(0));
        // The script may begin in `/opt`, but not in `/tmp`.
        check(&["/opt/a"], "a", Some(0));
        check(&["a"], "/opt/b", Some(0));
        check(&["a"], "/tmp/b", None);
    }
}
