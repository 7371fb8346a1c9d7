//! Which engine is meant: the order in which its address is looked for.
//!
//! Environment variables arrive as one plain value, so that every order can be tested.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::context::{self, Named};
use crate::domain::host::Host;
use crate::engine::EngineError;

/// The context name by which docker means "no context".
const NO_CONTEXT: &str = "default";

/// The environment variables that decide about the engine; an empty one counts as unset, as it
/// does for docker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// `DOCKER_HOST`: an address.
    pub docker_host: Option<String>,
    /// `DOCKER_CONTEXT`: the name of a docker context.
    pub docker_context: Option<String>,
    /// `DOCKER_CONFIG`: docker's configuration folder; unset: `~/.docker`.
    pub docker_config: Option<PathBuf>,
    /// `DOCKER_TLS_VERIFY`: any text turns TLS on.
    pub docker_tls_verify: Option<String>,
    /// `DOCKER_CERT_PATH`: the folder of the certificates; unset: docker's configuration folder.
    pub docker_cert_path: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`: where rootless engines have their sockets.
    pub xdg_runtime_dir: Option<PathBuf>,
    /// `HOME`.
    pub home: Option<PathBuf>,
    /// `PREBAKE_SSH`: the ssh program; unset: `ssh`.
    pub ssh: Option<OsString>,
}

impl Surroundings {
    /// What this process was started with.
    #[must_use]
    pub fn from_env() -> Self {
        let set = |name| env::var_os(name).filter(|value| !value.is_empty());
        let text = |name| set(name).map(|value| value.to_string_lossy().into_owned());
        Self {
            docker_host: text("DOCKER_HOST"),
            docker_context: text("DOCKER_CONTEXT"),
            docker_config: set("DOCKER_CONFIG").map(PathBuf::from),
            docker_tls_verify: text("DOCKER_TLS_VERIFY"),
            docker_cert_path: set("DOCKER_CERT_PATH").map(PathBuf::from),
            xdg_runtime_dir: set("XDG_RUNTIME_DIR").map(PathBuf::from),
            home: set("HOME").map(PathBuf::from),
            ssh: set("PREBAKE_SSH"),
        }
    }

    /// Docker's configuration folder; `None` without `HOME` and `DOCKER_CONFIG`.
    pub(super) fn config_dir(&self) -> Option<PathBuf> {
        self.docker_config.clone().or_else(|| self.home.as_ref().map(|home| home.join(".docker")))
    }

    /// The docker context that decides when no address does: `DOCKER_CONTEXT`, or the current
    /// one of docker's configuration. None too if that cannot be read.
    #[must_use]
    pub fn context(&self) -> Option<String> {
        let current = || context::current(&self.config_dir()?).ok().flatten();
        let name = self.docker_context.clone().or_else(current);
        name.filter(|name| name != NO_CONTEXT)
    }

    /// The certificates that `--host` and `DOCKER_HOST` are used with. Docker looks only at
    /// these two variables; an `https://` address asks for them by itself.
    fn certs(&self, address: &str) -> Option<PathBuf> {
        let wanted = self.docker_tls_verify.is_some() || address.trim().starts_with("https://");
        wanted.then(|| self.docker_cert_path.clone().or_else(|| self.config_dir())).flatten()
    }
}

/// Who named the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostSource {
    /// `--host`.
    Flag,
    /// The variable `DOCKER_HOST`.
    DockerHost,
    /// The variable `DOCKER_CONTEXT`.
    DockerContext,
    /// `currentContext` in docker's `config.json`.
    CurrentContext,
    /// `/var/run/docker.sock`.
    DefaultSocket,
    /// Rootless docker's socket.
    RootlessSocket,
    /// Docker Desktop's socket in the home folder.
    DesktopSocket,
    /// One of podman's sockets.
    PodmanSocket,
}

impl HostSource {
    /// Whether a person chose this engine. Such a choice is never silently replaced by another.
    #[must_use]
    pub fn is_explicit(self) -> bool {
        match self {
            Self::Flag | Self::DockerHost | Self::DockerContext | Self::CurrentContext => true,
            Self::DefaultSocket
            | Self::RootlessSocket
            | Self::DesktopSocket
            | Self::PodmanSocket => false,
        }
    }
}

impl fmt::Display for HostSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "--host",
            Self::DockerHost => "DOCKER_HOST",
            Self::DockerContext => "DOCKER_CONTEXT",
            Self::CurrentContext => "current docker context",
            Self::DefaultSocket => "default socket",
            Self::RootlessSocket => "rootless socket",
            Self::DesktopSocket => "docker desktop socket",
            Self::PodmanSocket => "podman socket",
        })
    }
}

/// A place where the engine may be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    /// Who named it.
    pub(super) source: HostSource,
    /// The address or the context's name, for telling about it when it cannot be resolved.
    pub(super) shown: String,
    /// The address, or why there is none.
    pub(super) host: Result<Host, EngineError>,
}

/// All places to try: exactly one when somebody chose it, else the usual sockets in order.
pub(super) fn candidates(flag: Option<&str>, around: &Surroundings) -> Vec<Candidate> {
    if let Some(address) = flag {
        return vec![address_of(HostSource::Flag, address, around)];
    }
    if let Some(address) = &around.docker_host {
        return vec![address_of(HostSource::DockerHost, address, around)];
    }
    let config = around.config_dir();
    let (source, name) = if let Some(name) = &around.docker_context {
        (HostSource::DockerContext, Some(name.clone()))
    } else {
        match config.as_deref().map_or(Ok(None), context::current) {
            Ok(name) => (HostSource::CurrentContext, name),
            Err(error) => {
                return vec![Candidate {
                    source: HostSource::CurrentContext,
                    shown: "current docker context".to_owned(),
                    host: Err(error),
                }];
            }
        }
    };
    match name.filter(|name| name != NO_CONTEXT) {
        Some(name) => vec![context_of(source, &name, config.as_deref())],
        None => sockets(around),
    }
}

fn address_of(source: HostSource, address: &str, around: &Surroundings) -> Candidate {
    let host = Host::parse_with_certs(address, around.certs(address)).map_err(|error| {
        EngineError::Unsupported { host: error.text, cause: format!("{} ({source})", error.cause) }
    });
    let shown = match &host {
        Ok(host) => host.to_string(),
        Err(EngineError::Unsupported { host, .. }) => host.clone(),
        Err(_) => address.escape_debug().to_string(),
    };
    Candidate { source, shown, host }
}

fn context_of(source: HostSource, name: &str, config: Option<&std::path::Path>) -> Candidate {
    let host = context::load(name, config).map(|Named { host }| host);
    Candidate {
        source,
        shown: match &host {
            Ok(host) => host.to_string(),
            Err(_) => format!("context {}", name.escape_debug()),
        },
        host,
    }
}

/// The sockets that engines have when nobody says otherwise.
fn sockets(around: &Surroundings) -> Vec<Candidate> {
    let runtime = |path: &str| around.xdg_runtime_dir.as_ref().map(|dir| dir.join(path));
    let home = |path: &str| around.home.as_ref().map(|dir| dir.join(path));
    [
        (HostSource::DefaultSocket, Some(PathBuf::from("/var/run/docker.sock"))),
        (HostSource::RootlessSocket, runtime("docker.sock")),
        (HostSource::DesktopSocket, home(".docker/run/docker.sock")),
        (HostSource::PodmanSocket, runtime("podman/podman.sock")),
        (HostSource::PodmanSocket, Some(PathBuf::from("/run/podman/podman.sock"))),
    ]
    .into_iter()
    .filter_map(|(source, path)| {
        let host = Host::Unix(path?);
        Some(Candidate { source, shown: host.to_string(), host: Ok(host) })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(around: &Surroundings) -> Vec<(HostSource, String)> {
        candidates(None, around)
            .into_iter()
            .map(|candidate| (candidate.source, candidate.shown))
            .collect()
    }

    #[test]
    fn the_usual_sockets_are_tried_in_order() {
        let around = Surroundings {
            xdg_runtime_dir: Some("/run/user/7".into()),
            home: Some("/nowhere/ana".into()),
            ..Surroundings::default()
        };
        let expected = [
            (HostSource::DefaultSocket, "unix:///var/run/docker.sock"),
            (HostSource::RootlessSocket, "unix:///run/user/7/docker.sock"),
            (HostSource::DesktopSocket, "unix:///nowhere/ana/.docker/run/docker.sock"),
            (HostSource::PodmanSocket, "unix:///run/user/7/podman/podman.sock"),
            (HostSource::PodmanSocket, "unix:///run/podman/podman.sock"),
        ];
        assert_eq!(shown(&around), expected.map(|(source, host)| (source, host.to_owned())));
    }

    #[test]
    fn without_a_home_only_the_systems_sockets_are_left() {
        assert_eq!(shown(&Surroundings::default()).len(), 2);
    }

    #[test]
    fn tls_is_asked_for_by_the_variable_or_the_address() {
        let certs = |address: &str, verify: bool, path: Option<&str>| {
            let around = Surroundings {
                docker_tls_verify: verify.then(|| "1".to_owned()),
                docker_cert_path: path.map(PathBuf::from),
                home: Some("/nowhere/ana".into()),
                ..Surroundings::default()
            };
            match candidates(Some(address), &around).remove(0).host.unwrap() {
                Host::Tls { certs, .. } => certs,
                _ => None,
            }
        };
        assert_eq!(certs("tcp://b", false, Some("/c")), None);
        assert_eq!(certs("tcp://b", true, Some("/c")), Some("/c".into()));
        assert_eq!(certs("tcp://b", true, None), Some("/nowhere/ana/.docker".into()));
        assert_eq!(certs("https://b", false, Some("/c")), Some("/c".into()));
        assert_eq!(certs("unix:///s", true, Some("/c")), None);
    }
}
