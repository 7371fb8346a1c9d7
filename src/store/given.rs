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
}
