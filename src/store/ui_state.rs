//! What the terminal UI remembers from one session to the next: `ui.json` in the state folder.
//!
//! What is in it is its own affair. It is a courtesy, so a file that cannot be read is as good as
//! none.

use serde_json::Value;

use super::atomic::{self, Mode};
use super::error::StoreError;
use super::paths::Folders;
use super::read;

const NAME: &str = "ui.json";

/// It holds places and sizes; anything larger is none of ours.
const LARGEST: u64 = 1024 * 1024;

/// What was remembered; null if there is nothing, or nothing that can be read.
#[must_use]
pub fn load(folders: &Folders) -> Value {
    let bytes = read::bytes(&folders.state().join(NAME), LARGEST).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// Remembers it, in place of what was remembered before.
pub fn save(folders: &Folders, remembered: &Value) -> Result<(), StoreError> {
    folders.create_private(folders.state())?;
    atomic::write(&folders.state().join(NAME), remembered.to_string().as_bytes(), Mode::Private)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_saved_comes_back_and_garbage_is_nothing() {
        let place = tempfile::tempdir().unwrap();
        let folders = Folders::new("unused", place.path().join("state"));
        assert_eq!(load(&folders), Value::Null);
        let remembered = json!({ "layout": [1, 2.5], "last": "web é" });
        save(&folders, &json!("older")).unwrap();
        save(&folders, &remembered).unwrap();
        assert_eq!(load(&folders), remembered);
        let path = folders.state().join(NAME);
        for garbage in [&b""[..], b"{\"layout\":", b"\xff\x00", &vec![b' '; 1 << 21]] {
            std::fs::write(&path, garbage).unwrap();
            assert_eq!(load(&folders), Value::Null);
        }
        save(&folders, &remembered).unwrap();
        assert_eq!(load(&folders), remembered);
    }
}
