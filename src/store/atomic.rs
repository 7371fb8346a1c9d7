//! Writing a file whole: after a crash there is the old file or the new one, never a half.
//!
//! Temporary file in the same folder, fsync, rename, fsync of the folder. A device or a pipe cannot
//! be replaced, and is written to.

use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::error::{Action, StoreError};

/// The mode of files that are new or private.
const PRIVATE: u32 = 0o600;

/// How many links are followed, as the kernel does.
const MOST_LINKS: usize = 40;

/// Which mode a written file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// 0600, whatever it was.
    Private,
    /// What it was; 0600 for a new file.
    Kept,
}

/// Writes `bytes` as the whole file at `path`, whose folder must exist. A symbolic link stays,
/// and what it points to is written; a device or a pipe is opened, and given the bytes.
pub fn write(path: &Path, bytes: &[u8], mode: Mode) -> Result<(), StoreError> {
    write_whole(path, bytes, mode).map_err(StoreError::io(Action::Write, path))
}

fn write_whole(path: &Path, bytes: &[u8], mode: Mode) -> io::Result<()> {
    // By the kernel, as a link such as `/dev/stdout` leads to what has no path.
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return File::options().write(true).open(path)?.write_all(bytes);
    }
    let target = end_of_links(path)?;
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let bits = match (mode, fs::metadata(&target)) {
        (Mode::Kept, Ok(found)) => found.permissions().mode() & 0o7777,
        _ => PRIVATE,
    };
    // The beginning dot and the ending keep a file that a crash left behind out of listings.
    let mut file =
        tempfile::Builder::new().prefix(".prebake-").suffix(".tmp").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(Permissions::from_mode(bits))?;
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    // Some file systems cannot sync a folder; the file itself is written by then.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Where a chain of links ends, even if nothing is there yet.
fn end_of_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => {
                let next = fs::read_link(&path)?;
                path = match path.parent() {
                    Some(folder) => folder.join(next),
                    None => next,
                };
            }
            _ => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn mode_of(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn modes_are_kept_or_private() {
        let place = tempfile::tempdir().unwrap();
        for (existing, mode, want) in [
            (None, Mode::Private, 0o600),
            (None, Mode::Kept, 0o600),
            (Some(0o644), Mode::Private, 0o600),
            (Some(0o644), Mode::Kept, 0o644),
            (Some(0o664), Mode::Kept, 0o664),
        ] {
            let path = place.path().join("f");
            let _ = fs::remove_file(&path);
            if let Some(bits) = existing {
                fs::write(&path, "old").unwrap();
                fs::set_permissions(&path, Permissions::from_mode(bits)).unwrap();
            }
            write(&path, b"new", mode).unwrap();
            assert_eq!(mode_of(&path), want, "{existing:?} {mode:?}");
            assert_eq!(fs::read(&path).unwrap(), b"new");
        }
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }

    #[test]
    fn links_stay_and_their_end_is_written() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        fs::create_dir(at("real")).unwrap();
        symlink("real/file", at("relative")).unwrap();
        symlink(at("relative"), at("absolute")).unwrap();
        // The end does not exist at first, then it does.
        for text in ["one", "two"] {
            write(&at("absolute"), text.as_bytes(), Mode::Kept).unwrap();
            assert_eq!(fs::read_to_string(at("real/file")).unwrap(), text);
            assert!(fs::symlink_metadata(at("absolute")).unwrap().is_symlink());
            assert!(fs::symlink_metadata(at("relative")).unwrap().is_symlink());
        }
        symlink("loop", at("loop")).unwrap();
        let error = write(&at("loop"), b"", Mode::Kept).unwrap_err().to_string();
        assert!(error.contains("too many symbolic links"), "{error}");
    }

    #[test]
    fn what_is_no_file_is_written_to_and_stays() {
        use std::os::unix::fs::FileTypeExt as _;

        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        symlink("pipe", at("link")).unwrap();
        for name in ["pipe", "link"] {
            let pipe = at("pipe");
            // Opening it waits for the writer.
            let reader = std::thread::spawn(move || fs::read(pipe).unwrap());
            write(&at(name), b"all of it", Mode::Kept).unwrap();
            assert!(fs::metadata(at("pipe")).unwrap().file_type().is_fifo());
            assert_eq!(reader.join().unwrap(), b"all of it");
        }
        assert!(fs::symlink_metadata(at("link")).unwrap().is_symlink());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2);

        let words = write(place.path(), b"", Mode::Kept).unwrap_err().to_string();
        assert!(words.contains("s a directory"), "{words}");
    }

    #[test]
    fn a_missing_folder_is_an_error_with_the_path() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("none/file");
        let words = write(&path, b"", Mode::Private).unwrap_err().to_string();
        assert!(words.contains("cannot write `") && words.contains("none/file"), "{words}");
    }
}
