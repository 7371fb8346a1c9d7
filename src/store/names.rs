//! Names that are given by other parts and become file names.
//!
//! Apart so that no caller can leave the state folder by a name such as `../x`.

use std::path::{Path, PathBuf};

use super::error::StoreError;

const LONGEST: usize = 200;

/// `folder/<name><ending>`, if the name can be nothing but a file in that folder.
pub(super) fn file_in(folder: &Path, name: &str, ending: &str) -> Result<PathBuf, StoreError> {
    let is_safe = !name.is_empty()
        && name.len() <= LONGEST
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    if is_safe {
        Ok(folder.join(format!("{name}{ending}")))
    } else {
        Err(StoreError::Name {
            shown: name.chars().take(80).flat_map(char::escape_debug).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_folder() {
        let folder = Path::new("tasks");
        assert_eq!(file_in(folder, "A-1_b.c", ".json").unwrap(), folder.join("A-1_b.c.json"));
        for name in ["", ".", "..", "../x", "a/b", "/etc/x", "a\0", "a b", "é", &"x".repeat(201)] {
            let error = file_in(folder, name, ".json").unwrap_err();
            assert!(matches!(error, StoreError::Name { .. }), "{name:?}");
        }
    }
}
