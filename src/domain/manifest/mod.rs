//! The YAML text of an environment, to a value and back.
//!
//! A text is read as typed (`raw`), with the place of every value; what the values mean is
//! checked (`check`), and an [`Environment`] comes out, or a [`ManifestError`] with line, column,
//! cause and what to do. The other way (`render`) is written out by hand, because people read
//! these files: fields in a fixed order, scripts as literal blocks wherever YAML can.
//!
//! What holds: `parse(render(e)) == e` for every environment whose values are allowed, byte for
//! byte in the scripts. Comments are not part of the value, and a rendered text has none; so a
//! file that exists is changed by `update`, which leaves alone what does not change.

mod block;
mod check;
mod error;
mod mounted;
mod raw;
mod render;
mod scalar;
mod update;

use super::environment::Environment;
use super::unknown::Unknown;

pub use block::{Block, block};
pub use check::variable_name_fault;
pub use error::ManifestError;
pub use render::{render, with_fields};
pub use update::update;

/// The newest format of environment files.
pub const VERSION: u32 = 1;

/// Reads the text of an environment file.
pub fn parse(text: &str) -> Result<Environment, ManifestError> {
    let text = readable(text)?;
    let raw = raw::read(text).map_err(|error| ManifestError::from_yaml(text, &error))?;
    check::resolve(raw, text)
}

/// Reads any YAML text, under the same limits, for the values in it.
pub fn parse_any(text: &str) -> Result<Unknown, ManifestError> {
    let text = readable(text)?;
    let raw = raw::read(text).map_err(|error| ManifestError::from_yaml(text, &error))?;
    Ok(check::meant(raw, text))
}

/// The text without what no reader of YAML takes; it says something.
fn readable(text: &str) -> Result<&str, ManifestError> {
    // YAML allows a byte order mark, and its columns do not count it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(offset) = text.find('\0') {
        return Err(ManifestError::at_byte(
            text,
            offset,
            "a NUL byte stands here, so this is no text file",
            "restore the file from a copy, or remove the byte",
        ));
    }
    if text.lines().all(says_nothing) {
        return Err(ManifestError::at_byte(
            text,
            0,
            "the file is empty",
            "write at least `version: 1`",
        ));
    }
    Ok(text)
}

/// Whether a line is blank, a comment, or the mark of a document without content.
fn says_nothing(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#') || matches!(line, "---" | "...")
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
