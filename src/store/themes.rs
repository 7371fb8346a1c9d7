//! Themes by name: the user's files, then those that ship with the binary.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::error::{Action, StoreError};
use super::names;
use super::paths::Folders;
use super::read;
use crate::domain::theme::{Sheet, Theme, ThemeError, UnknownRole, resolve, shipped};

/// The largest theme that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

const ENDING: &str = ".toml";

/// A theme, and what its file names that this version does not know.
#[derive(Clone, Debug)]
pub struct LoadedTheme {
    /// The theme.
    pub theme: Theme,
    /// Roles that are left out.
    pub unknown: Vec<UnknownRole>,
}

/// The names of all themes: those that ship, then the user's own, sorted. A file whose name
/// cannot be chosen is left out.
pub fn list(folders: &Folders) -> Result<Vec<String>, StoreError> {
    let folder = folders.themes();
    let failed = || StoreError::io(Action::Read, &folder);
    let mut own = Vec::new();
    match fs::read_dir(&folder) {
        Ok(entries) => {
            for entry in entries {
                let name = entry.map_err(failed())?.file_name();
                let stem = name.to_str().and_then(|name| name.strip_suffix(ENDING));
                own.extend(
                    stem.filter(|stem| names::file_in(&folder, stem, ENDING).is_ok())
                        .filter(|stem| shipped::text(stem).is_none())
                        .map(str::to_owned),
                );
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed()(error)),
    }
    own.sort();
    Ok(shipped::names().map(str::to_owned).chain(own).collect())
}

/// The theme with this name. A file of the user's takes the place of a shipped theme.
pub fn load(folders: &Folders, name: &str) -> Result<LoadedTheme, StoreError> {
    let Some(found) = sheet(folders, name)? else {
        let known = list(folders)?.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
        return Err(StoreError::NoTheme {
            name: name.to_owned(),
            folder: folders.themes(),
            known: known.join(", "),
        });
    };
    let unknown = found.unknown().to_vec();
    let lookup = |name: &str| sheet(folders, name).map_err(Fault::Store);
    match resolve(found, lookup) {
        Ok(theme) => Ok(LoadedTheme { theme, unknown }),
        Err(Fault::Store(error)) => Err(error),
        Err(Fault::Theme(error)) => Err(at_fault(folders, error)),
    }
}

/// What can go wrong while a theme is put together.
enum Fault {
    Store(StoreError),
    Theme(ThemeError),
}

impl From<ThemeError> for Fault {
    fn from(error: ThemeError) -> Self {
        Self::Theme(error)
    }
}

fn sheet(folders: &Folders, name: &str) -> Result<Option<Sheet>, StoreError> {
    let text = match own(folders, name)? {
        Some(text) => text,
        None => match shipped::text(name) {
            Some(text) => text.to_owned(),
            None => return Ok(None),
        },
    };
    Sheet::parse(name, &text).map(Some).map_err(|error| at_fault(folders, error))
}

/// The text of the user's file, if there is one.
fn own(folders: &Folders, name: &str) -> Result<Option<String>, StoreError> {
    let path = path(folders, name)?;
    match read::bytes(&path, LARGEST) {
        Ok(bytes) => read::text(&path, bytes).map(Some),
        Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn path(folders: &Folders, name: &str) -> Result<PathBuf, StoreError> {
    names::file_in(&folders.themes(), name, ENDING)
}

/// With the file of the theme that is at fault, which may be one that was inherited from.
fn at_fault(folders: &Folders, error: ThemeError) -> StoreError {
    match path(folders, &error.theme) {
        Ok(path) => StoreError::Theme { path, error },
        Err(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::theme::{Colour, Role};

    fn with(files: &[(&str, &str)]) -> (tempfile::TempDir, Folders) {
        let place = tempfile::tempdir().unwrap();
        let folders = Folders::new(place.path().join("c"), place.path().join("s"));
        if !files.is_empty() {
            fs::create_dir_all(folders.themes()).unwrap();
        }
        for (name, text) in files {
            fs::write(folders.themes().join(name), text).unwrap();
        }
        (place, folders)
    }

    #[test]
    fn own_themes_follow_those_that_ship() {
        let (_place, folders) = with(&[]);
        let shipped: Vec<_> = shipped::names().map(str::to_owned).collect();
        assert_eq!(list(&folders).unwrap(), shipped);
        let names = ["z.toml", "b.toml", "paper.toml", ".b.toml", "a b.toml", "x.txt", "y.toml~"];
        let (_place, folders) = with(&names.map(|name| (name, "")));
        let all = list(&folders).unwrap();
        assert_eq!(all[..shipped.len()], shipped);
        assert_eq!(all[shipped.len()..], ["b", "z"]);
    }

    #[test]
    fn a_file_inherits_from_others_and_takes_the_place_of_shipped_ones() {
        let (_place, folders) = with(&[
            ("a.toml", "inherits = 'b'\nglow = 1"),
            ("b.toml", "inherits = 'paper'\nerror = 7"),
            ("fjord.toml", "error = 8"),
        ]);
        let of = |name: &str| load(&folders, name).unwrap();
        let error = |name| of(name).theme.style(Role::Error).fg;
        assert_eq!(error("a"), Some(Colour::Indexed(7)));
        assert_eq!(of("a").theme.kind(), of("paper").theme.kind());
        assert_eq!(of("a").unknown.len(), 1);
        assert_eq!(error("fjord"), Some(Colour::Indexed(8)));
        assert_eq!(Some(of("ember").theme), shipped::theme("ember"));
    }

    #[test]
    fn faults_are_sentences_with_the_file_that_is_at_fault() {
        let (_place, folders) = with(&[
            ("a.toml", "inherits = 'b'"),
            ("b.toml", "\nerror = 'x'"),
            ("c.toml", "inherits = 'c'"),
            ("d.toml", "inherits = 'nope'"),
            ("e.toml", "error ="),
            ("f.toml", "inherits = '../x'"),
        ]);
        for (name, says) in [
            (
                "a",
                "themes/b.toml:2:9` is no theme: role `error` is set to `x`, which is no colour; ",
            ),
            ("c", "themes/c.toml:1:12` is no theme: themes inherit in a circle"),
            ("d", "themes/d.toml:1:12` is no theme: there is no theme `nope` to inherit from; "),
            ("e", "themes/e.toml:1:8` is no theme: it is not TOML"),
            ("f", "`../x` cannot name a file"),
            ("nope", "there is no theme `nope`, neither shipped nor in `"),
            ("nope", "name one of `harbour`, `graphite`"),
            ("../x", "`../x` cannot name a file"),
        ] {
            let words = load(&folders, name).unwrap_err().to_string();
            assert!(words.contains(says), "{name}: {words}");
            assert!(!words.ends_with('.') && !words.contains('\n'), "{words}");
        }
    }
}
