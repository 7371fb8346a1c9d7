//! The file of settings: read whatever is in it, written without touching what a person wrote.

use std::io;
use std::path::Path;

use super::atomic::{self, Mode};
use super::error::StoreError;
use super::paths::Folders;
use super::read;
use crate::domain::settings::{Change, Settings};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// The settings that hold, and all that is wrong with their file. Nothing of that is fatal.
#[must_use]
pub fn load(folders: &Folders) -> (Settings, Vec<StoreError>) {
    let path = folders.settings();
    match text(&path) {
        Ok(text) => {
            let (settings, faults) = Settings::parse(&text);
            let errors = faults
                .into_iter()
                .map(|fault| StoreError::Settings { path: path.clone(), fault })
                .collect();
            (settings, errors)
        }
        Err(error) => (Settings::default(), vec![error]),
    }
}

/// Changes one field in the file, which is made if it is not there.
pub fn save(folders: &Folders, change: &Change) -> Result<(), StoreError> {
    let path = folders.settings();
    let changed = change
        .apply(&text(&path)?)
        .map_err(|fault| StoreError::Settings { path: path.clone(), fault })?;
    folders.create_config()?;
    atomic::write(&path, changed.as_bytes(), Mode::Kept)
}

/// The text of the file; none is an empty one.
fn text(path: &Path) -> Result<String, StoreError> {
    match read::bytes(path, LARGEST) {
        Ok(bytes) => read::text(path, bytes),
        Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Ok(String::new())
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::domain::settings::Switch;

    fn place() -> (tempfile::TempDir, Folders) {
        let place = tempfile::tempdir().unwrap();
        let folders = Folders::new(place.path().join("c/prebake"), place.path().join("s"));
        (place, folders)
    }

    #[test]
    fn no_file_is_the_defaults_and_a_bad_one_is_told_with_its_place() {
        let (_place, folders) = place();
        let (settings, errors) = load(&folders);
        assert_eq!((settings, errors.len()), (Settings::default(), 0));
        folders.create_config().unwrap();
        fs::write(folders.settings(), "tab_width = 2\nmouse = 7\n").unwrap();
        let (settings, errors) = load(&folders);
        assert_eq!(settings, Settings { tab_width: 2, ..Settings::default() });
        let [error] = &errors[..] else { panic!("{errors:?}") };
        let words = error.to_string();
        assert!(words.contains("settings.toml:2:9` `mouse` is neither"), "{words}");
        assert_eq!(error.place(), Some((2, 9)));
        fs::write(folders.settings(), b"theme = 'a'\n\xff").unwrap();
        let (settings, errors) = load(&folders);
        assert_eq!((settings, errors.len()), (Settings::default(), 1));
        fs::remove_file(folders.settings()).unwrap();
        fs::create_dir(folders.settings()).unwrap();
        assert_eq!(load(&folders).1.len(), 1);
    }

    #[test]
    fn a_change_is_saved_among_what_is_there() {
        let (_place, folders) = place();
        save(&folders, &Change::Mouse(Switch::On)).unwrap();
        let text = fs::read_to_string(folders.settings()).unwrap();
        fs::write(folders.settings(), format!("# mine\n{text}[log]\nwrap = true # long\n"))
            .unwrap();
        save(&folders, &Change::Theme("paper".to_owned())).unwrap();
        let text = fs::read_to_string(folders.settings()).unwrap();
        assert!(text.starts_with("# mine\n") && text.contains("wrap = true # long\n"), "{text}");
        let (settings, errors) = load(&folders);
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!((settings.theme.as_deref(), settings.mouse), (Some("paper"), Switch::On));
        assert!(settings.log_wrap);
    }

    #[test]
    fn a_file_that_cannot_be_understood_is_not_overwritten() {
        let (_place, folders) = place();
        folders.create_config().unwrap();
        for text in [&b"theme ="[..], b"\xff"] {
            fs::write(folders.settings(), text).unwrap();
            save(&folders, &Change::Mouse(Switch::On)).unwrap_err();
            assert_eq!(fs::read(folders.settings()).unwrap(), text);
        }
    }
}
