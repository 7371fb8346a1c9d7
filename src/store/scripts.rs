//! Copies of scripts by digest, so that a miss can show what changed since the last bake.
//!
//! Apart from the environments because images outlive the text they were baked from.

use std::fs::File;
use std::path::PathBuf;
use std::time::SystemTime;

use super::atomic::{self, Mode};
use super::error::StoreError;
use super::paths::Folders;
use super::read;
use crate::domain::digest::Digest;

const LARGEST: u64 = 64 * 1024 * 1024;

/// The script copies of one state folder.
#[derive(Clone, Debug)]
pub struct Scripts {
    folders: Folders,
}

impl Scripts {
    /// The copies in these folders.
    #[must_use]
    pub fn new(folders: Folders) -> Self {
        Self { folders }
    }

    /// Stores a copy, for its owner only: scripts may hold secrets. Storing it again only says
    /// that it is still in use: its time is that of its last use.
    pub fn remember(&self, script: &[u8]) -> Result<Digest, StoreError> {
        let digest = Digest::of(script);
        let path = self.path(&digest);
        if self.recall(&digest).is_none() {
            self.folders.create_private(&self.folders.scripts())?;
            atomic::write(&path, script, Mode::Private)?;
        } else if let Ok(copy) = File::options().write(true).open(path) {
            // At worst it is deleted too early, and stored again at the next bake.
            let _ = copy.set_modified(SystemTime::now());
        }
        Ok(digest)
    }

    /// The script with this digest; nothing if it was never stored here or its copy is damaged.
    #[must_use]
    pub fn recall(&self, digest: &Digest) -> Option<Vec<u8>> {
        let bytes = read::bytes(&self.path(digest), LARGEST).ok()?;
        (Digest::of(&bytes) == *digest).then_some(bytes)
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.folders.scripts().join(digest.full())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_script_is_recalled_by_its_digest_and_a_damaged_copy_is_not() {
        let place = tempfile::tempdir().unwrap();
        let scripts = Scripts::new(Folders::new("unused", place.path().join("state")));
        let script = b"#!/bin/bash\n\xff\0";
        assert_eq!(scripts.recall(&Digest::of(script)), None);
        let digest = scripts.remember(script).unwrap();
        assert_eq!(digest, Digest::of(script));
        assert_eq!(scripts.recall(&digest).unwrap(), script);
        let path = scripts.path(&digest);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        fs::write(&path, "damaged").unwrap();
        assert_eq!(scripts.recall(&digest), None);
        scripts.remember(script).unwrap();
        assert_eq!(scripts.recall(&digest).unwrap(), script);
    }

    #[test]
    fn the_time_of_a_copy_is_that_of_its_last_use() {
        let place = tempfile::tempdir().unwrap();
        let scripts = Scripts::new(Folders::new("unused", place.path().join("state")));
        let path = scripts.path(&scripts.remember(b"true").unwrap());
        let long_ago = SystemTime::UNIX_EPOCH;
        File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
        scripts.remember(b"true").unwrap();
        assert!(fs::metadata(&path).unwrap().modified().unwrap() > long_ago);
    }
}
