//! The log of a bake on disk, line by line.
//!
//! A bake is worth more than its log: when the disk is full the writer says so once, counts what
//! it could not write, and lets the bake go on.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::error::{Action, StoreError};
use super::names::file_in;
use super::paths::Folders;

/// How much is gathered before it is written.
const BUFFER: usize = 64 * 1024;

/// A log that is being written. What is gathered is written at the latest when it is dropped.
#[derive(Debug)]
pub struct BakeLog<W: Write = File> {
    path: PathBuf,
    writer: W,
    buffer: Vec<u8>,
    gathered: u64,
    lines: u64,
    lost: u64,
    has_failed: bool,
}

/// What became of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The file.
    pub path: PathBuf,
    /// Lines that are in it.
    pub lines: u64,
    /// Lines that could not be written.
    pub lost: u64,
}

impl BakeLog {
    /// The file of a log, whether it exists or not.
    pub fn path_of(folders: &Folders, name: &str) -> Result<PathBuf, StoreError> {
        file_in(&folders.logs(), name, ".log")
    }

    /// Begins `logs/<name>.log` in the state folder, for its owner only. An older one of that
    /// name is replaced.
    pub fn create(folders: &Folders, name: &str) -> Result<Self, StoreError> {
        let path = Self::path_of(folders, name)?;
        folders.create_private(&folders.logs())?;
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .map_err(StoreError::io(Action::Write, &path))?;
        Ok(Self::to(path, file))
    }
}

impl<W: Write> BakeLog<W> {
    fn to(path: PathBuf, writer: W) -> Self {
        Self {
            path,
            writer,
            buffer: Vec::with_capacity(BUFFER),
            gathered: 0,
            lines: 0,
            lost: 0,
            has_failed: false,
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line, given without its line end. Only the first failure is an error: the caller
    /// shows it and goes on.
    pub fn line(&mut self, line: impl AsRef<[u8]>) -> Result<(), StoreError> {
        if self.has_failed {
            self.lost += 1;
            return Ok(());
        }
        self.buffer.extend_from_slice(line.as_ref());
        self.buffer.push(b'\n');
        self.gathered += 1;
        if self.buffer.len() >= BUFFER {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes what is gathered, so that others can read it.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        if self.has_failed || self.buffer.is_empty() {
            return Ok(());
        }
        let written = write_all(&mut self.writer, &self.buffer);
        let whole = match &written {
            Ok(()) => self.gathered,
            Err((bytes, _)) => {
                let whole = self.buffer[..*bytes].iter().filter(|byte| **byte == b'\n');
                (whole.count() as u64).min(self.gathered)
            }
        };
        self.lines += whole;
        self.lost += self.gathered - whole;
        self.gathered = 0;
        self.buffer.clear();
        written.map_err(|(_, error)| {
            self.has_failed = true;
            StoreError::io(Action::Write, &self.path)(error)
        })
    }

    /// Lines so far: those that are written, gathered, and lost.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines + self.gathered + self.lost
    }

    /// Writes what is gathered and says what became of the log.
    pub fn finish(mut self) -> (Written, Result<(), StoreError>) {
        let result = self.flush();
        let written = Written { path: self.path.clone(), lines: self.lines, lost: self.lost };
        (written, result)
    }
}

impl<W: Write> Drop for BakeLog<W> {
    fn drop(&mut self) {
        // Nobody is left to be told.
        let _ = self.flush();
    }
}

/// Like `Write::write_all`, but a failure says how many bytes were written before it.
fn write_all(writer: &mut impl Write, bytes: &[u8]) -> Result<(), (usize, io::Error)> {
    let mut written = 0;
    while written < bytes.len() {
        match writer.write(&bytes[written..]) {
            Ok(0) => return Err((written, io::ErrorKind::WriteZero.into())),
            Ok(count) => written += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err((written, error)),
        }
    }
    writer.flush().map_err(|error| (written, error))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// A disk with room for so many bytes.
    struct Disk {
        room: usize,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.room == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let count = bytes.len().min(self.room);
            self.room -= count;
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_are_on_disk_after_a_flush_and_after_a_drop() {
        let place = tempfile::tempdir().unwrap();
        let folders = Folders::new("unused", place.path().join("state"));
        let mut log = BakeLog::create(&folders, "web-1").unwrap();
        let path = log.path().to_owned();
        assert_eq!(path, BakeLog::path_of(&folders, "web-1").unwrap());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        log.line("one").unwrap();
        log.line(b"\xff").unwrap();
        assert_eq!((fs::read(&path).unwrap().len(), log.lines()), (0, 2));
        log.flush().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one\n\xff\n");
        log.line("three").unwrap();
        drop(log);
        assert_eq!(fs::read(&path).unwrap(), b"one\n\xff\nthree\n");
        assert!(BakeLog::create(&folders, "../x").is_err());
    }

    #[test]
    fn much_is_written_without_a_flush_and_counted() {
        let place = tempfile::tempdir().unwrap();
        let folders = Folders::new("unused", place.path().join("state"));
        let mut log = BakeLog::create(&folders, "much").unwrap();
        for number in 0..50_000 {
            log.line(format!("line {number}")).unwrap();
        }
        let (written, result) = log.finish();
        result.unwrap();
        assert_eq!((written.lines, written.lost), (50_000, 0));
        assert_eq!(fs::read_to_string(written.path).unwrap().lines().count(), 50_000);
    }

    #[test]
    fn a_full_disk_is_said_once_and_then_counted() {
        for (room, whole) in [(0, 0), (3, 0), (4, 1), (11, 2)] {
            let mut log = BakeLog::to("x.log".into(), Disk { room });
            for _ in 0..5 {
                log.line("abc").unwrap();
            }
            let words = log.flush().unwrap_err().to_string();
            assert!(words.contains("`x.log`: the disk is full; free"), "{words}");
            for _ in 0..200_000 {
                log.line("abc").unwrap();
            }
            log.flush().unwrap();
            assert_eq!(log.lines(), 200_005);
            let (written, result) = log.finish();
            result.unwrap();
            assert_eq!((written.lines, written.lost), (whole, 200_005 - whole), "{room}");
        }
    }
}
