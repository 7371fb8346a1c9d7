//! Docker contexts: named engines in docker's own configuration folder.
//!
//! Written here because the client library does not know them. The layout is docker's: the
//! folder of a context is named by the SHA-256 of its name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::domain::digest::Digest;
use crate::domain::host::Host;
use crate::engine::EngineError;

/// What a context names.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Named {
    /// Its engine.
    pub(super) host: Host,
}

/// The part of `config.json` that is read here.
#[derive(Deserialize)]
struct Config {
    #[serde(rename = "currentContext", default)]
    current_context: Option<String>,
}

/// The part of a context's `meta.json` that is read here.
#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "Endpoints", default)]
    endpoints: Endpoints,
}

#[derive(Default, Deserialize)]
struct Endpoints {
    docker: Option<DockerEndpoint>,
}

#[derive(Deserialize)]
struct DockerEndpoint {
    #[serde(rename = "Host", default)]
    host: String,
    #[serde(rename = "SkipTLSVerify", default)]
    skip_tls_verify: bool,
}

/// The context that docker's `config.json` in `config` calls current; no file, no context.
pub(super) fn current(config: &Path) -> Result<Option<String>, EngineError> {
    let path = config.join("config.json");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(&path, error.to_string())),
    };
    let read: Config =
        serde_json::from_str(&text).map_err(|error| unreadable(&path, error.to_string()))?;
    Ok(read.current_context.filter(|name| !name.is_empty()))
}

/// The engine of the context `name`, with its certificates.
pub(super) fn load(name: &str, config: Option<&Path>) -> Result<Named, EngineError> {
    let shown = || format!("context {}", name.escape_debug());
    let Some(config) = config else {
        return Err(EngineError::Unsupported {
            host: shown(),
            cause: "neither HOME nor DOCKER_CONFIG says where docker keeps its contexts".to_owned(),
        });
    };
    let folder = Digest::of(name);
    let contexts = config.join("contexts");
    let path = contexts.join("meta").join(folder.full()).join("meta.json");
    let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => EngineError::Unsupported {
            host: shown(),
            cause: "docker has no context of that name; see `docker context ls`".to_owned(),
        },
        _ => unreadable(&path, error.to_string()),
    })?;
    let meta: Meta =
        serde_json::from_str(&text).map_err(|error| unreadable(&path, error.to_string()))?;
    let Some(endpoint) = meta.endpoints.docker else {
        return Err(unreadable(&path, "it names no docker engine".to_owned()));
    };
    let certs = certs(&contexts.join("tls").join(folder.full()).join("docker"));
    let host = Host::parse_with_certs(&endpoint.host, certs)
        .map_err(|error| EngineError::Unsupported { host: shown(), cause: error.to_string() })?;
    // Silently checking what the context says not to check would fail with a riddle; silently
    // not checking is nothing the TLS library offers.
    if endpoint.skip_tls_verify && matches!(host, Host::Tls { .. }) {
        return Err(EngineError::Unsupported {
            host: shown(),
            cause: "it says to skip TLS verification, which prebake never does; recreate the context with its `ca`"
                .to_owned(),
        });
    }
    Ok(Named { host })
}

/// The folder of a context's certificates, if it has any.
fn certs(folder: &Path) -> Option<PathBuf> {
    folder.is_dir().then(|| folder.to_owned())
}

fn unreadable(path: &Path, cause: String) -> EngineError {
    EngineError::Configuration { path: path.display().to_string(), cause }
}
