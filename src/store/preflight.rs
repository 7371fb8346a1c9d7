//! The user's own script that runs before every environment's run preflight, in the configuration
//! folder.
//!
//! Apart from the settings because a script wants to be a file: edited, linted and compared as
//! one. It takes part in no key, since nothing of it is baked.

use std::io;
use std::path::PathBuf;

use super::atomic::{self, Mode};
use super::environments::LARGEST_FILE;
use super::error::StoreError;
use super::paths::Folders;
use super::read;
use crate::domain::digest::Digest;
use crate::domain::layer::stack::SETTINGS_PREFLIGHT;

/// The file, whether it exists or not.
#[must_use]
pub fn path(folders: &Folders) -> PathBuf {
    folders.config().join(SETTINGS_PREFLIGHT)
}

/// The script; empty: there is none. One that cannot be read is an error, since a task without it
/// would not be what its user set up.
pub fn load(folders: &Folders) -> Result<String, StoreError> {
    let path = path(folders);
    match read::bytes(&path, LARGEST_FILE) {
        Ok(bytes) => read::text(&path, bytes),
        Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Ok(String::new())
        }
        Err(error) => Err(error),
    }
}

/// Writes the script. One that is there goes to the trash: where it is kept is returned.
pub fn save(folders: &Folders, script: &str) -> Result<Option<PathBuf>, StoreError> {
    folders.create_config()?;
    let path = path(folders);
    let kept_at = match read::bytes(&path, LARGEST_FILE) {
        Ok(there) => Some(keep(folders, &there)?),
        Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    atomic::write(&path, script.as_bytes(), Mode::Kept)?;
    Ok(kept_at)
}

/// Copies a script to the trash, under a name that its content decides: the same is kept once.
fn keep(folders: &Folders, script: &[u8]) -> Result<PathBuf, StoreError> {
    let trash = folders.trash();
    folders.create_private(&trash)?;
    let stem = SETTINGS_PREFLIGHT.trim_end_matches(".sh");
    let kept_at = trash.join(format!("{stem}-{}.sh", Digest::of(script).short()));
    atomic::write(&kept_at, script, Mode::Private)?;
    Ok(kept_at)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_script_is_kept_byte_for_byte_and_none_is_an_empty_one() {
        let place = tempfile::tempdir().unwrap();
        let folders = Folders::new(place.path().join("c/prebake"), place.path().join("s"));
        assert_eq!(load(&folders).unwrap(), "");
        let script = "#!/bin/bash\r\n\techo é \n\n";
        assert_eq!(save(&folders, script).unwrap(), None);
        assert_eq!(load(&folders).unwrap(), script);
        let kept_at = save(&folders, "other").unwrap().unwrap();
        assert_eq!(fs::read_to_string(kept_at).unwrap(), script);
        assert_eq!(load(&folders).unwrap(), "other");
        fs::write(path(&folders), b"a\n\xff").unwrap();
        let words = load(&folders).unwrap_err().to_string();
        assert!(words.contains("settings_preflight.sh:2:1"), "{words}");
    }
}
