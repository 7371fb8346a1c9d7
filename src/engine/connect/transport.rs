//! The client for each kind of address. Nothing here asks the engine anything.

use std::fs;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::time::Duration;

use bollard::{API_DEFAULT_VERSION, Docker};

use super::{Limits, Surroundings, permission};
use crate::domain::host::Host;
use crate::engine::EngineError;

/// The client wants some limit; a week is longer than any bake.
pub(super) const NO_LIMIT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Whether nothing at all stands at this address.
pub(super) fn is_absent(host: &Host) -> bool {
    match host {
        Host::Unix(path) => {
            matches!(fs::metadata(path), Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory))
        }
        Host::Tcp { .. } | Host::Tls { .. } | Host::Ssh { .. } => false,
    }
}

/// A client for `host`.
pub(super) fn open(
    host: &Host,
    _around: &Surroundings,
    limits: Limits,
) -> Result<Docker, EngineError> {
    // The client knows whole seconds only.
    let seconds = limits.call.as_secs().max(1);
    match host {
        Host::Unix(path) => {
            check_socket(host, path)?;
            unix(host, path, seconds)
        }
        Host::Tcp { addr } => Docker::connect_with_http(addr, seconds, API_DEFAULT_VERSION)
            .map_err(|error| EngineError::of(host, "connect", error)),
        Host::Tls { .. } | Host::Ssh { .. } => Err(EngineError::Unsupported {
            host: host.to_string(),
            cause: "this kind of address is not built in".to_owned(),
        }),
    }
}

fn unix(host: &Host, path: &Path, seconds: u64) -> Result<Docker, EngineError> {
    let Some(text) = path.to_str() else {
        return Err(EngineError::Unsupported {
            host: host.to_string(),
            cause: "the socket's path is not UTF-8".to_owned(),
        });
    };
    Docker::connect_with_unix(text, seconds, API_DEFAULT_VERSION)
        .map_err(|error| EngineError::of(host, "connect", error))
}

/// The client would call a closed folder and a plain file "not found" alike.
fn check_socket(host: &Host, path: &Path) -> Result<(), EngineError> {
    let unreachable = |cause: String| EngineError::Unreachable {
        host: host.to_string(),
        cause,
    };
    match fs::metadata(path) {
        Ok(found) if found.file_type().is_socket() => Ok(()),
        Ok(found) if found.is_dir() => Err(unreachable("it is a folder, not a socket".to_owned())),
        Ok(_) => Err(unreachable("it is a file, not a socket".to_owned())),
        Err(error) => Err(match error.kind() {
            io::ErrorKind::NotFound => unreachable("there is no such socket".to_owned()),
            io::ErrorKind::PermissionDenied => EngineError::Permission {
                host: host.to_string(),
                fix: permission::advice(path),
            },
            _ => unreachable(error.to_string()),
        }),
    }
}
