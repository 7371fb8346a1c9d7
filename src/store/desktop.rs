//! The two scripts of the desktop layer: the user's own in the configuration folder, or those
//! that ship with the binary.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::atomic::{self, Mode};
use super::error::{Action, StoreError};
use super::paths::Folders;
use super::read;
use crate::domain::desktop::SHIPPED;
use crate::domain::layer::DesktopScripts;
use crate::domain::layer::stack::{DESKTOP_INSTALL, DESKTOP_SETUP};

/// The largest script that is read, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// One of the two scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DesktopScript {
    /// Installs packages.
    Install,
    /// Configures them and leaves the programs of the desktop.
    Setup,
}

/// A script in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    /// The script, byte for byte.
    pub text: String,
    /// The file it is in, if it is the user's own.
    pub own: Option<PathBuf>,
}

impl DesktopScript {
    /// Both of them, in the order they run.
    pub const ALL: [Self; 2] = [Self::Install, Self::Setup];

    /// The name of its file.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Install => DESKTOP_INSTALL,
            Self::Setup => DESKTOP_SETUP,
        }
    }

    /// The one that ships with this version.
    #[must_use]
    pub fn shipped(self) -> &'static str {
        match self {
            Self::Install => SHIPPED.install,
            Self::Setup => SHIPPED.setup,
        }
    }

    /// Where the user's own is, if there is one.
    #[must_use]
    pub fn path(self, folders: &Folders) -> PathBuf {
        folders.config().join(self.file_name())
    }

    /// The script in force. One of the user's own that cannot be read is an error, since the
    /// shipped one would give another image under the same settings.
    pub fn load(self, folders: &Folders) -> Result<InForce, StoreError> {
        let path = self.path(folders);
        match read::bytes(&path, LARGEST) {
            Ok(bytes) => Ok(InForce { text: read::text(&path, bytes)?, own: Some(path) }),
            Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Ok(InForce { text: self.shipped().to_owned(), own: None })
            }
            Err(error) => Err(error),
        }
    }

    /// Writes the user's own.
    pub fn save(self, folders: &Folders, text: &str) -> Result<PathBuf, StoreError> {
        let path = self.path(folders);
        folders.create_config()?;
        atomic::write(&path, text.as_bytes(), Mode::Kept)?;
        Ok(path)
    }

    /// Moves the user's own to the trash, so that the shipped one is in force; where it is kept,
    /// or nothing if there was none.
    pub fn reset(self, folders: &Folders) -> Result<Option<PathBuf>, StoreError> {
        let InForce { text, own: Some(path) } = self.load(folders)? else { return Ok(None) };
        let trash = folders.trash();
        folders.create_private(&trash)?;
        let stem = self.file_name().trim_end_matches(".sh");
        let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let mut kept_at = trash.join(format!("{stem}-{now}.sh"));
        let mut number = 2;
        while fs::symlink_metadata(&kept_at).is_ok() {
            kept_at = trash.join(format!("{stem}-{now}-{number}.sh"));
            number += 1;
        }
        atomic::write(&kept_at, text.as_bytes(), Mode::Private)?;
        fs::remove_file(&path).map_err(StoreError::io(Action::Remove, &path))?;
        Ok(Some(kept_at))
    }

    /// The file that an edit of the script works on, and whether an earlier edit left it there; a
    /// new one has `text` in it.
    pub fn begin_draft(self, folders: &Folders, text: &str) -> Result<(PathBuf, bool), StoreError> {
        let folder = folders.desktop();
        folders.create_private(&folder)?;
        let draft = folder.join(self.file_name());
        let is_there = fs::symlink_metadata(&draft).is_ok();
        if !is_there {
            atomic::write(&draft, text.as_bytes(), Mode::Private)?;
        }
        Ok((draft, is_there))
    }

    /// What an edit left.
    pub fn draft(self, folders: &Folders) -> Result<String, StoreError> {
        let draft = folders.desktop().join(self.file_name());
        read::text(&draft, read::bytes(&draft, LARGEST)?)
    }

    /// Ends an edit.
    pub fn end_draft(self, folders: &Folders) -> Result<(), StoreError> {
        let draft = folders.desktop().join(self.file_name());
        fs::remove_file(&draft).map_err(StoreError::io(Action::Remove, &draft))
    }
}

/// The scripts in force.
pub fn scripts(folders: &Folders) -> Result<DesktopScripts, StoreError> {
    Ok(DesktopScripts {
        install: DesktopScript::Install.load(folders)?.text,
        setup: DesktopScript::Setup.load(folders)?.text,
    })
}

/// Writes the page that leads a browser to `url`, for its owner only; other tasks' pages go. The
/// URL itself is no argument of the browser, since anybody may read those.
pub fn page(folders: &Folders, task: &str, url: &str) -> Result<PathBuf, StoreError> {
    let folder = folders.desktop();
    folders.create_private(&folder)?;
    for entry in fs::read_dir(&folder).map_err(StoreError::io(Action::Read, &folder))?.flatten() {
        if entry.path().extension().is_some_and(|ending| ending == "html") {
            // One that stays leads nowhere when its task has ended.
            let _ = fs::remove_file(entry.path());
        }
    }
    let path = super::names::file_in(&folder, task, ".html")?;
    let url = url.replace('&', "&amp;");
    let text = format!(
        "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>Desktop of task {task}</title>\n\
         <meta http-equiv=\"refresh\" content=\"0; url={url}\">\n\
         <p>To the <a href=\"{url}\">desktop of task {task}</a>.</p>\n"
    );
    atomic::write(&path, text.as_bytes(), Mode::Private)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders() -> (tempfile::TempDir, Folders) {
        let folder = tempfile::tempdir().unwrap();
        let folders = Folders::new(folder.path().join("config"), folder.path().join("state"));
        (folder, folders)
    }

    #[test]
    fn an_own_script_is_in_force_until_it_is_reset_and_is_kept_then() {
        let (_folder, folders) = folders();
        let script = DesktopScript::Setup;
        assert_eq!(script.load(&folders).unwrap().text, script.shipped());
        assert_eq!(script.reset(&folders).unwrap(), None);

        let mut kept = Vec::new();
        for text in ["echo one\n", "echo two\n"] {
            let path = script.save(&folders, text).unwrap();
            assert_eq!(
                script.load(&folders).unwrap(),
                InForce { text: text.to_owned(), own: Some(path) }
            );
            assert_eq!(scripts(&folders).unwrap().setup, text);
            kept.push((script.reset(&folders).unwrap().unwrap(), text));
            assert_eq!(script.load(&folders).unwrap().own, None);
        }
        for (kept_at, text) in kept {
            assert_eq!(fs::read_to_string(kept_at).unwrap(), text);
        }
    }

    #[test]
    fn a_page_is_private_and_the_only_one() {
        use std::os::unix::fs::PermissionsExt as _;

        let (_folder, folders) = folders();
        let old = page(&folders, "0123456789ab", "http://127.0.0.1:1/").unwrap();
        let new = page(&folders, "ba9876543210", "http://127.0.0.1:2/#a=1&b=2").unwrap();
        assert!(!old.exists());
        let text = fs::read_to_string(&new).unwrap();
        assert!(text.contains("url=http://127.0.0.1:2/#a=1&amp;b=2\""), "{text}");
        assert_eq!(fs::metadata(&new).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
