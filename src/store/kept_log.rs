//! The log of a bake after its end: compressed when the next bake of its environment is over, and
//! read again whichever way it is there.
//!
//! Apart from the log that is written because that one is read by others meanwhile, by its path.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

use super::bake_log::BakeLog;
use super::error::{Action, StoreError};
use super::names::file_in;
use super::paths::Folders;

/// What a compressed log ends in; any `zcat` reads it.
pub(super) const ENDING: &str = ".log.gz";

/// How the name of one begins that is being compressed.
pub(super) const BEGUN: &str = ".prebake-";

/// The file of a log that is there, as it is; nothing if it is gone.
pub fn find(folders: &Folders, name: &str) -> Result<Option<PathBuf>, StoreError> {
    let plain = BakeLog::path_of(folders, name)?;
    let packed = file_in(&folders.logs(), name, ENDING)?;
    // One that was packed a moment ago is found by its other name.
    Ok([plain, packed.clone(), packed].into_iter().find(|path| path.exists()))
}

/// The text of a log, piece by piece; nothing if it is gone.
pub fn open(folders: &Folders, name: &str) -> Result<Option<Box<dyn Read + Send>>, StoreError> {
    let Some(path) = find(folders, name)? else { return Ok(None) };
    let file = File::open(&path).map_err(StoreError::io(Action::Read, &path))?;
    let is_packed = path.extension().is_some_and(|ending| ending == "gz");
    let reader = BufReader::new(file);
    Ok(Some(if is_packed { Box::new(GzDecoder::new(reader)) } else { Box::new(reader) }))
}

/// Compresses a log that nobody writes any more, if it is there and is not yet. After a crash it
/// is there in one of the two ways, or in both, which are the same.
pub fn pack(folders: &Folders, name: &str) -> Result<(), StoreError> {
    let plain = BakeLog::path_of(folders, name)?;
    let packed = file_in(&folders.logs(), name, ENDING)?;
    match pack_file(&plain, &packed) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done.map_err(StoreError::io(Action::Write, &packed)),
    }
}

fn pack_file(plain: &Path, packed: &Path) -> io::Result<()> {
    let mut text = BufReader::new(File::open(plain)?);
    let written = fs::metadata(plain)?.modified()?;
    let folder = packed.parent().unwrap_or(Path::new("."));
    let file = tempfile::Builder::new().prefix(BEGUN).suffix(".tmp").tempfile_in(folder)?;
    // Quickly rather than well: a bake goes on meanwhile, and logs repeat themselves.
    let mut encoder = GzEncoder::new(BufWriter::new(file), Compression::fast());
    io::copy(&mut text, &mut encoder)?;
    let mut writer = encoder.finish()?;
    writer.flush()?;
    let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    // As old as the bake, so that it is let go no later.
    file.as_file().set_modified(written)?;
    file.persist(packed).map_err(|error| error.error)?;
    fs::remove_file(plain)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn text(folders: &Folders, name: &str) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        open(folders, name).unwrap()?.read_to_end(&mut text).unwrap();
        Some(text)
    }

    #[test]
    fn a_log_is_the_same_before_and_after_it_is_packed() {
        let place = tempfile::tempdir().unwrap();
        let folders = Folders::new("unused", place.path().join("state"));
        assert_eq!((find(&folders, "b1").unwrap(), text(&folders, "b1")), (None, None));
        pack(&folders, "b1").unwrap();

        let mut log = BakeLog::create(&folders, "b1").unwrap();
        for number in 0..20_000 {
            log.line(format!("line {number} \u{1b}[1m")).unwrap();
        }
        log.line(b"\xff\0").unwrap();
        drop(log);
        let before = text(&folders, "b1").unwrap();
        let plain = find(&folders, "b1").unwrap().unwrap();
        let times = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
        let written = times(&plain);
        for _ in 0..2 {
            pack(&folders, "b1").unwrap();
            assert!(text(&folders, "b1").unwrap() == before, "the text is another one");
        }
        let packed = find(&folders, "b1").unwrap().unwrap();
        assert!(packed.to_str().unwrap().ends_with("/b1.log.gz"), "{}", packed.display());
        let found = fs::metadata(&packed).unwrap();
        assert!(found.len() * 5 < before.len() as u64, "{} bytes", found.len());
        assert_eq!(found.permissions().mode() & 0o777, 0o600);
        assert_eq!(times(&packed), written);
        assert_eq!(fs::read_dir(folders.logs()).unwrap().count(), 1);
        assert!(open(&folders, "../x").is_err());
    }
}
