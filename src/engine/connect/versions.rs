//! What an engine says about itself when it is found.

use std::fmt;

use bollard::models::SystemVersion;
use serde::{Serialize, Serializer};

use super::line::Line;
use super::ping::ping;
use super::{Limits, MIN_API};
use crate::domain::host::Host;
use crate::engine::EngineError;

/// The question that proves an engine; follows "could not" in errors.
const WHAT: &str = "ask for the engine's version";

/// A version of the engine's API, as in `1.41`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiVersion {
    major: u32,
    minor: u32,
}

impl ApiVersion {
    /// `major.minor`.
    #[must_use]
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }

    /// Reads `1.41`; anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (major, minor) = text.trim().split_once('.')?;
        Some(Self::new(major.parse().ok()?, minor.parse().ok()?))
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl Serialize for ApiVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The versions of an engine that answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Versions {
    /// The engine's own version, as in `20.10.24`.
    pub engine: String,
    /// The newest API it speaks.
    pub api: ApiVersion,
    /// Its operating system in Go's words, as in `linux`.
    pub os: String,
}

/// Asks for the versions and refuses what is no engine, or too old a one.
pub(super) async fn ask(line: &Line, limits: Limits) -> Result<Versions, EngineError> {
    let host = line.host();
    let limit = match host {
        Host::Ssh { .. } => limits.ssh,
        Host::Unix(_) | Host::Tcp { .. } | Host::Tls { .. } => limits.connect,
    };
    let asked = async {
        match ping(line.way()).await {
            Some(versions) => Ok(Some(versions)),
            None => line.docker().version().await.map(convert),
        }
    };
    let versions = line
        .limited(WHAT.to_owned(), limit, asked)
        .await
        .map_err(|error| first_answer(line, error))?
        .ok_or_else(|| garbage(host, "it names no API version".to_owned()))?;
    if versions.api < MIN_API {
        return Err(EngineError::TooOld { host: host.to_string(), api: versions.api });
    }
    Ok(versions)
}

/// The long answer; `None` without the one part that every engine gives.
fn convert(said: SystemVersion) -> Option<Versions> {
    Some(Versions {
        api: ApiVersion::parse(said.api_version.as_deref()?)?,
        engine: said.version.unwrap_or_else(|| "unknown".to_owned()),
        os: said.os.unwrap_or_else(|| "unknown".to_owned()),
    })
}

/// Errors that mean something else when they are the very first answer.
fn first_answer(line: &Line, error: EngineError) -> EngineError {
    let host = line.host();
    let unreachable = |cause: String| EngineError::Unreachable { host: host.to_string(), cause };
    match error {
        // Every engine has `/version`; who has not is some other web server.
        EngineError::NotFound { .. } => garbage(host, "status 404".to_owned()),
        // The words are those of Go's server, which every engine uses.
        EngineError::Refused { cause, .. } if cause.contains("HTTP request to an HTTPS server") => {
            unreachable(
                "it wants TLS, so set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH to the folder of `ca.pem`, `cert.pem` and `key.pem`"
                    .to_owned(),
            )
        }
        EngineError::Garbage { cause, .. } if let Some(by_hand) = line.by_hand() => garbage(
            host,
            format!(
                "{cause}; what the login prints comes before the engine, so look at `{by_hand}`"
            ),
        ),
        EngineError::Lost { cause, .. } if line.ssh_said().is_some() => unreachable(cause),
        EngineError::Lost { cause, .. } | EngineError::Unreachable { cause, .. }
            if cause.contains("fatal alert") =>
        {
            unreachable(format!(
                "it refused our TLS certificate ({cause}); `cert.pem` and `key.pem` must be signed by its authority"
            ))
        }
        other => other,
    }
}

fn garbage(host: &Host, cause: String) -> EngineError {
    EngineError::Garbage { host: host.to_string(), what: WHAT.to_owned(), cause }
}
