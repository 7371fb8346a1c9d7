//! Reading a file that a person may have put there: a folder, a pipe, a film, another encoding.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use super::error::{Action, StoreError};

/// The whole file, if it is a file of at most `limit` bytes.
pub(super) fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, StoreError> {
    let failed = || StoreError::io(Action::Read, path);
    // Looked at before it is opened: opening a pipe would wait for its writer.
    let found = fs::metadata(path).map_err(failed())?;
    if !found.is_file() {
        let kind = found.file_type();
        return Err(StoreError::NotAFile {
            path: path.to_owned(),
            found: if kind.is_dir() {
                "a folder"
            } else if kind.is_fifo() {
                "a pipe"
            } else if kind.is_socket() {
                "a socket"
            } else {
                "a device"
            },
        });
    }
    let too_large = |bytes| StoreError::TooLarge { path: path.to_owned(), bytes, limit };
    if found.len() > limit {
        return Err(too_large(found.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or_default() + 1);
    File::open(path)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
        .map_err(failed())?;
    // It may have grown meanwhile.
    let read = bytes.len() as u64;
    if read > limit {
        return Err(too_large(read));
    }
    Ok(bytes)
}

/// Everything a stream gives, if it is at most `limit` bytes. `path` is what it is called.
pub(super) fn stream(
    path: &Path,
    stream: impl std::io::Read,
    limit: u64,
) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    stream.take(limit + 1).read_to_end(&mut bytes).map_err(StoreError::io(Action::Read, path))?;
    let read = bytes.len() as u64;
    if read > limit {
        return Err(StoreError::TooLarge { path: path.to_owned(), bytes: read, limit });
    }
    Ok(bytes)
}

/// The bytes as text, or the place of the first byte that is none.
pub(super) fn text(path: &Path, bytes: Vec<u8>) -> Result<String, StoreError> {
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..good];
        let line_start =
            before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        StoreError::NotUtf8 {
            path: path.to_owned(),
            line: before.split(|byte| *byte == b'\n').count(),
            column: String::from_utf8_lossy(&before[line_start..]).chars().count() + 1,
        }
    })
}
