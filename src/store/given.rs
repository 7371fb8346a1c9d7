//! Files that a person names on the command line, or gives on standard input.
//!
//! Apart from the store's own files because anything readable is welcome here: a pipe, such as
//! the shell's `<(command)`, is as good as a file.

use std::fs::File;
use std::io;
use std::path::Path;

use super::atomic::{self, Mode};
use super::environments::LARGEST_FILE;
use super::error::{Action, StoreError};
use super::read;
use crate::domain::digest::Digest;

/// What stands for standard input.
pub const STDIN: &str = "-";

/// The text of a script file, byte for byte; `-` is standard input.
pub fn script(path: &Path) -> Result<String, StoreError> {
    let (path, bytes) = if path == Path::new(STDIN) {
        let path = Path::new("standard input");
        (path, read::stream(path, io::stdin().lock(), LARGEST_FILE)?)
    } else {
        let file = File::open(path).map_err(StoreError::io(Action::Read, path))?;
        (path, read::stream(path, file, LARGEST_FILE)?)
    };
    read::text(path, bytes)
}

/// Replaces the text of a script file, whose bytes must be those of the revision `expected`. Its
/// mode and a symbolic link stay.
pub fn replace(path: &Path, expected: &Digest, text: &str) -> Result<(), StoreError> {
    if !std::fs::metadata(path).is_ok_and(|found| found.is_file()) {
        let no_file = io::Error::other("it is no file that could be replaced");
        return Err(StoreError::io(Action::Write, path)(no_file));
    }
    if Digest::of(read::bytes(path, LARGEST_FILE)?) != *expected {
        return Err(StoreError::GivenChanged { path: path.to_owned() });
    }
    atomic::write(path, text.as_bytes(), Mode::Kept)
}

/// The largest file with environments of somebody else, in bytes: it may hold many.
const LARGEST_IMPORT: u64 = 64 * 1024 * 1024;

/// The bytes of a file that is to be imported.
pub fn bytes(path: &Path) -> Result<Vec<u8>, StoreError> {
    let file = File::open(path).map_err(StoreError::io(Action::Read, path))?;
    read::stream(path, file, LARGEST_IMPORT)
}

/// Writes a file that a person named, whole; a new one is for its owner only.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    atomic::write(path, bytes, Mode::Kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read_byte_for_byte_or_refused_with_its_place() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a.sh");
        let text = "\u{feff}a\r\n\tb \0\n\n";
        std::fs::write(&path, text).unwrap();
        assert_eq!(script(&path).unwrap(), text);

        std::fs::write(&path, b"one\nt\xc3\xa4\xff").unwrap();
        let words = script(&path).unwrap_err().to_string();
        assert!(words.contains("a.sh:2:3`"), "{words}");

        for path in [place.path(), &place.path().join("none")] {
            let words = script(path).unwrap_err().to_string();
            assert!(words.starts_with("cannot read `"), "{words}");
        }
    }
    #[test]
    fn a_script_is_replaced_if_it_is_what_it_was() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a.sh");
        std::fs::write(&path, "a\r\n").unwrap();
        replace(&path, &Digest::of("a\r\n"), "a\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a\n");
        let refused =
            |path: &Path| replace(path, &Digest::of("a\r\n"), "b").unwrap_err().to_string();
        assert!(refused(&path).contains("was changed by someone else"), "{}", refused(&path));
        assert!(refused(place.path()).contains("it is no file"), "{}", refused(place.path()));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a\n");
    }
}
