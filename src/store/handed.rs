//! Scripts that were handed to the person's own editor.
//!
//! Apart from the drafts because such a text is one script and no environment, in a folder of its
//! own: editors keep copies beside what they edit. Whatever ends before the text is back on the
//! screen, be it prebake, the editor or the connection, leaves the folder, and [`left`] finds it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use super::atomic::{self, Mode};
use super::bake_lock::BakeLock;
use super::environments::LARGEST_FILE;
use super::error::{Action, StoreError};
use super::paths::Folders;
use super::read;
use crate::domain::environment::{EnvironmentId, Stage};

/// What the names of the folders begin with.
const PREFIX: &str = "edit-";

/// The file with the number of the editor's process, which may outlive prebake.
const EDITOR: &str = "editor.pid";

/// A script in the person's editor. Its folder stays unless [`Handed::end`] is called.
#[derive(Debug)]
pub struct Handed {
    folder: PathBuf,
    file: PathBuf,
    _lock: BakeLock,
}

impl Handed {
    /// Puts a script into a file of its own, for its owner only.
    pub fn begin(
        folders: &Folders,
        id: &EnvironmentId,
        stage: Stage,
        text: &str,
    ) -> Result<Self, StoreError> {
        folders.create_private(folders.state())?;
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(folders.state())
            .map_err(StoreError::io(Action::CreateFolder, folders.state()))?;
        // The lock comes before the file: what nobody holds is taken for left.
        let lock = lock(folders, folder.path())?
            .ok_or_else(|| std::io::Error::other("somebody else holds it"))
            .map_err(StoreError::io(Action::Lock, folder.path()))?;
        let file = folder.path().join(format!("{id}-{}.sh", stage.name()));
        atomic::write(&file, text.as_bytes(), Mode::Private)?;
        Ok(Self { folder: folder.keep(), file, _lock: lock })
    }

    /// The file to open.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Remembers the process of the editor. Without that the text would at worst be taken for left
    /// while the editor is open and this process is not.
    pub fn opened_by(&self, process: u32) {
        let _ = fs::write(self.folder.join(EDITOR), process.to_string());
    }

    /// What the editor left.
    pub fn text(&self) -> Result<String, StoreError> {
        read::text(&self.file, read::bytes(&self.file, LARGEST_FILE)?)
    }

    /// The editor ended badly, and the text is on the screen or is nothing new. Gives where that is
    /// which the editor kept beside it.
    #[must_use]
    pub fn give_up(self, folders: &Folders) -> Option<PathBuf> {
        clear(folders, &self.folder).ok().flatten()
    }

    /// Removes the folder: its text is on the screen.
    pub fn end(self) {
        // One that cannot be removed is looked at again, which does no harm.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A script that was handed to an editor and never came back.
#[derive(Debug)]
pub struct Left {
    /// Whose.
    pub id: EnvironmentId,
    /// Which of its scripts.
    pub stage: Stage,
    /// What the editor wrote last.
    pub text: String,
    /// When.
    pub written: SystemTime,
    folder: PathBuf,
    _lock: BakeLock,
}

/// The scripts that are in no editor any more and did not come back.
#[must_use]
pub fn left(folders: &Folders) -> Vec<Left> {
    let Ok(entries) = fs::read_dir(folders.state()) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    paths.filter_map(|path| look(folders, path)).collect()
}

fn look(folders: &Folders, folder: PathBuf) -> Option<Left> {
    if !folder.file_name()?.to_str()?.starts_with(PREFIX) || !folder.is_dir() {
        return None;
    }
    let lock = lock(folders, &folder).ok()??;
    if is_open(&folder) {
        return None;
    }
    let files = fs::read_dir(&folder).ok()?.flatten().map(|entry| entry.path());
    let (file, id, stage) = files.into_iter().find_map(|file| {
        let (id, stage) = script_of(&file)?;
        Some((file, id, stage))
    })?;
    let text = read::text(&file, read::bytes(&file, LARGEST_FILE).ok()?).ok()?;
    let written = fs::metadata(&file).and_then(|found| found.modified()).ok()?;
    Some(Left { id, stage, text, written, folder, _lock: lock })
}

impl Left {
    /// The text is a draft now, or is nothing new. Gives where that is which the editor kept beside
    /// it.
    pub fn end(self, folders: &Folders) -> Result<Option<PathBuf>, StoreError> {
        clear(folders, &self.folder)
    }
}

/// Removes a folder. What the editor kept beside the script, such as what was typed and not written
/// there, goes to the trash with it; then the answer is where.
fn clear(folders: &Folders, folder: &Path) -> Result<Option<PathBuf>, StoreError> {
    let is_ours = |path: &Path| {
        script_of(path).is_some() || path.file_name().is_some_and(|name| name == EDITOR)
    };
    let mut files = fs::read_dir(folder).into_iter().flatten().flatten();
    if files.all(|file| is_ours(&file.path())) {
        let removed = fs::remove_dir_all(folder).map_err(StoreError::io(Action::Remove, folder));
        return removed.map(|()| None);
    }
    let trash = folders.trash();
    folders.create_private(&trash)?;
    let kept_at = trash.join(folder.file_name().unwrap_or_default());
    fs::rename(folder, &kept_at).map_err(StoreError::io(Action::Move, folder))?;
    Ok(Some(kept_at))
}

fn lock(folders: &Folders, folder: &Path) -> Result<Option<BakeLock>, StoreError> {
    let locks = folders.locks();
    folders.create_private(&locks)?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    // Not `edit-`: the locks of drafts begin so.
    BakeLock::try_take(&locks, &format!("hand-{name}"))
        .map_err(StoreError::io(Action::Lock, &locks))
}

/// Whether the editor's process is there. Another one may have its number by now: then the text
/// waits until that one has ended, too.
fn is_open(folder: &Path) -> bool {
    let text = fs::read_to_string(folder.join(EDITOR)).unwrap_or_default();
    let Some(process) = text.trim().parse().ok().and_then(Pid::from_raw) else { return false };
    // It has ended if nobody asked yet how: in a container that may take for ever.
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let has_ended = stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with(['Z', 'X']));
    !has_ended && test_kill_process(process) != Err(Errno::SRCH)
}

fn script_of(file: &Path) -> Option<(EnvironmentId, Stage)> {
    let stem = file.file_name()?.to_str()?.strip_suffix(".sh")?;
    let (id, stage) = stem.rsplit_once('-')?;
    let stage = [Stage::Cached, Stage::Run].into_iter().find(|it| it.name() == stage)?;
    Some((EnvironmentId::parse(id).ok()?, stage))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_does_not_come_back_is_left_once_its_editor_is_gone() {
        let place = tempfile::tempdir().unwrap();
        let folders = Folders::new("unused", place.path().join("state"));
        let id = EnvironmentId::parse("web-1").unwrap();
        let begin = || Handed::begin(&folders, &id, Stage::Run, "before\n").unwrap();
        let handed = begin();
        assert!(left(&folders).is_empty(), "this process has it");
        handed.end();
        let files = || fs::read_dir(folders.state()).unwrap().flatten().map(|it| it.path());
        let folder = |path: &PathBuf| path.to_string_lossy().contains(PREFIX);
        assert_eq!(files().filter(folder).count(), 0);

        // Prebake is gone; the editor is not.
        let handed = begin();
        handed.opened_by(std::process::id());
        fs::write(handed.file(), "after\n").unwrap();
        let swap = handed.file().with_file_name(".web-1-run.sh.swp");
        let file = handed.file().to_owned();
        drop(handed);
        assert!(left(&folders).is_empty(), "its editor is open");
        // Once it has ended, its text is left; that nobody has asked how it ended changes nothing.
        let mut editor = std::process::Command::new("true").spawn().unwrap();
        fs::write(file.with_file_name(EDITOR), editor.id().to_string()).unwrap();
        let found = std::iter::repeat_with(|| left(&folders)).find(|it| !it.is_empty());
        drop(found);
        editor.wait().unwrap();
        let found = left(&folders).pop().unwrap();
        assert_eq!((&found.id, found.stage, found.text.as_str()), (&id, Stage::Run, "after\n"));
        assert!(left(&folders).is_empty(), "somebody is at it");
        // What an editor keeps beside it is somebody's text, too.
        fs::write(swap, "typed and not written").unwrap();
        let kept_at = found.end(&folders).unwrap().unwrap();
        assert_eq!(fs::read(kept_at.join(".web-1-run.sh.swp")).unwrap(), b"typed and not written");
        assert!(left(&folders).is_empty());
        // Without that nothing is kept.
        assert_eq!(begin().give_up(&folders), None);
        assert_eq!(files().filter(folder).count(), 0);
    }
}
