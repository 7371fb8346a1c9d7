//! The line to an engine: the client for each kind of address, and what it tells when it breaks.

use std::fs;
use std::future::Future;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bollard::errors::Error as ClientError;
use bollard::{API_DEFAULT_VERSION, Docker};

use super::login::Login;
use super::tunnel::Tunnel;
use super::{Limits, Surroundings, permission};
use crate::domain::host::Host;
use crate::engine::EngineError;

/// The client wants some limit; a week is longer than any bake.
const NO_LIMIT: Duration = Duration::from_hours(7 * 24);

/// A client and where it leads. Clones share everything.
#[derive(Clone, Debug)]
pub(super) struct Line {
    docker: Docker,
    host: Host,
    tunnel: Option<Arc<Tunnel>>,
}

/// How bytes reach the engine.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way<'a> {
    /// By a unix socket: the engine's, or the tunnel's.
    Socket(&'a Path),
    /// By a TCP address.
    Tcp(&'a str),
    /// By TLS, which only the client speaks.
    Tls,
}

impl Line {
    /// Opens a line; the engine is not asked anything yet.
    pub(super) async fn open(
        host: Host,
        around: &Surroundings,
        limits: Limits,
    ) -> Result<Self, EngineError> {
        // The client knows whole seconds only.
        let seconds = limits.call.as_secs().max(1);
        let mut tunnel = None;
        let docker = match &host {
            Host::Unix(path) => {
                check_socket(&host, path)?;
                unix(&host, path, seconds)?
            }
            Host::Tcp { addr } => Docker::connect_with_http(addr, seconds, API_DEFAULT_VERSION)
                .map_err(|error| EngineError::of(&host, "connect", error))?,
            Host::Tls { addr, certs } => tls(&host, addr, certs.as_deref(), seconds)?,
            Host::Ssh { .. } => {
                let opened = through_ssh(&host, around).await?;
                let docker = unix(&host, opened.socket(), seconds)?;
                tunnel = Some(Arc::new(opened));
                docker
            }
        };
        Ok(Self { docker, host, tunnel })
    }

    /// The client.
    pub(super) fn docker(&self) -> &Docker {
        &self.docker
    }

    /// The client without a time limit.
    pub(super) fn patient(&self) -> Docker {
        self.docker.clone().with_timeout(NO_LIMIT)
    }

    /// How bytes reach the engine without the client.
    pub(super) fn way(&self) -> Way<'_> {
        match (&self.tunnel, &self.host) {
            (Some(tunnel), _) => Way::Socket(tunnel.socket()),
            (None, Host::Unix(path)) => Way::Socket(path),
            (None, Host::Tcp { addr }) => Way::Tcp(addr),
            (None, Host::Tls { .. } | Host::Ssh { .. }) => Way::Tls,
        }
    }

    /// Where the line leads.
    pub(super) fn host(&self) -> &Host {
        &self.host
    }

    /// Waits for a whole answer. The client's own limit covers only the time to its first bytes.
    pub(super) async fn limited<T>(
        &self,
        what: String,
        limit: Duration,
        call: impl Future<Output = Result<T, ClientError>>,
    ) -> Result<T, EngineError> {
        match tokio::time::timeout(limit, call).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(ClientError::RequestTimeoutError)) | Err(_) => Err(EngineError::TimedOut {
                host: self.host.to_string(),
                what,
                seconds: limit.as_secs_f64(),
            }),
            Ok(Err(error)) => Err(self.error(what, error)),
        }
    }

    /// Sorts an error of the client. Behind ssh, a lost connection is explained by ssh's words.
    pub(super) fn error(&self, what: impl Into<String>, error: ClientError) -> EngineError {
        match EngineError::of(&self.host, what, error) {
            EngineError::Lost { host, what, cause } => {
                EngineError::Lost { host, what, cause: self.ssh_said().unwrap_or(cause) }
            }
            other => other,
        }
    }

    /// What ssh said, and how to see it by hand; `None` without ssh or when it said nothing.
    pub(super) fn ssh_said(&self) -> Option<String> {
        let said = self.tunnel.as_ref()?.said()?;
        let said = said.strip_prefix("ssh: ").unwrap_or(&said);
        let by_hand = self.by_hand()?;
        Some(format!("ssh: {said}; to see it by hand run `{by_hand}`"))
    }

    /// The command by which a person tries an ssh login for themselves.
    pub(super) fn by_hand(&self) -> Option<String> {
        Some(Login::of(&self.host)?.by_hand())
    }
}

/// Whether nothing at all stands at this address.
pub(super) fn is_absent(host: &Host) -> bool {
    let Host::Unix(path) = host else { return false };
    fs::metadata(path).is_err_and(|error| {
        matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
    })
}

fn unix(host: &Host, path: &Path, seconds: u64) -> Result<Docker, EngineError> {
    let Some(text) = path.to_str() else {
        return Err(unsupported(host, "the socket's path is not UTF-8".to_owned()));
    };
    Docker::connect_with_unix(text, seconds, API_DEFAULT_VERSION)
        .map_err(|error| EngineError::of(host, "connect", error))
}

/// The client would call a closed folder and a plain file "not found" alike.
fn check_socket(host: &Host, path: &Path) -> Result<(), EngineError> {
    let unreachable =
        |cause: &str| EngineError::Unreachable { host: host.to_string(), cause: cause.to_owned() };
    match fs::metadata(path) {
        Ok(found) if found.file_type().is_socket() => Ok(()),
        Ok(found) if found.is_dir() => Err(unreachable("it is a folder, not a socket")),
        Ok(_) => Err(unreachable("it is a file, not a socket")),
        Err(error) => Err(match error.kind() {
            io::ErrorKind::NotFound => unreachable("there is no such socket"),
            io::ErrorKind::PermissionDenied => {
                EngineError::Permission { host: host.to_string(), fix: permission::advice(path) }
            }
            _ => unreachable(&error.to_string()),
        }),
    }
}

/// The server is always verified. `cert.pem` and `key.pem` may both be missing, because a
/// docker context may hold only the `ca.pem` of an engine that asks for no certificate.
fn tls(host: &Host, addr: &str, certs: Option<&Path>, seconds: u64) -> Result<Docker, EngineError> {
    let Some(folder) = certs else {
        return Err(unsupported(
            host,
            "TLS needs certificates; set DOCKER_CERT_PATH to the folder of `ca.pem`, `cert.pem` and `key.pem`"
                .to_owned(),
        ));
    };
    let [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map(|name| folder.join(name));
    readable(host, &ca)?;
    if cert.exists() || key.exists() {
        readable(host, &cert)?;
        readable(host, &key)?;
    }
    Docker::connect_with_ssl(addr, &key, &cert, &ca, seconds, API_DEFAULT_VERSION)
        .map_err(|error| EngineError::of(host, "connect", error))
}

fn readable(host: &Host, path: &PathBuf) -> Result<(), EngineError> {
    fs::File::open(path).map(drop).map_err(|error| {
        unsupported(
            host,
            format!(
                "cannot read the certificate file `{}`: {error}; DOCKER_CERT_PATH names its folder",
                path.display()
            ),
        )
    })
}

async fn through_ssh(host: &Host, around: &Surroundings) -> Result<Tunnel, EngineError> {
    let Some(login) = Login::of(host) else {
        return Err(unsupported(host, "it is no ssh address".to_owned()));
    };
    Tunnel::open(around, login).await.map_err(|error| {
        unsupported(
            host,
            format!("cannot make a private socket for ssh in the temporary folder: {error}"),
        )
    })
}

fn unsupported(host: &Host, cause: String) -> EngineError {
    EngineError::Unsupported { host: host.to_string(), cause }
}
