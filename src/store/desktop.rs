//! The two scripts of the desktop layer: the user's own in the configuration folder, or those
//! that ship with the binary.

use super::error::StoreError;
use super::paths::Folders;
use super::read;
use crate::domain::desktop::SHIPPED;
use crate::domain::layer::DesktopScripts;
use crate::domain::layer::stack::{DESKTOP_INSTALL, DESKTOP_SETUP};

/// The largest script that is read, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// The scripts in force. A script of the user's own that cannot be read is an error, since the
/// shipped one would give another image under the same settings.
pub fn scripts(folders: &Folders) -> Result<DesktopScripts, StoreError> {
    Ok(DesktopScripts {
        install: script(folders, DESKTOP_INSTALL, SHIPPED.install)?,
        setup: script(folders, DESKTOP_SETUP, SHIPPED.setup)?,
    })
}

fn script(folders: &Folders, name: &str, shipped: &str) -> Result<String, StoreError> {
    let path = folders.config().join(name);
    match read::bytes(&path, LARGEST) {
        Ok(bytes) => read::text(&path, bytes),
        Err(StoreError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            Ok(shipped.to_owned())
        }
        Err(error) => Err(error),
    }
}
