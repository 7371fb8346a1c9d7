//! Why a socket is closed to this user, and the command that opens it.

use std::path::Path;

/// A sentence part that says whose the socket is and what to do.
pub(crate) fn advice(_socket: &Path) -> String {
    "add yourself to the socket's group with `sudo usermod -aG docker $USER` and log in again"
        .to_owned()
}
