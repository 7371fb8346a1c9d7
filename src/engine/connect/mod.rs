//! Finding the container engine and proving that it answers.
//!
//! The places to try come from [`surroundings`] (and docker's [`context`]s); each kind of address
//! becomes a [`mod@line`], through ssh with a [`tunnel`]. One quick question is asked of each, the
//! [`mod@ping`], because `prebake status` has to be as quick as docker's own commands: it proves that
//! an engine answers, and tells whether it is new enough.

mod context;
mod line;
mod login;
pub(super) mod permission;
mod ping;
mod proxies;
mod surroundings;
mod tunnel;
mod versions;

use std::future::Future;
use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error as ClientError;

use self::line::Line;
use self::proxies::Proxies;
use self::surroundings::Candidate;
pub use self::surroundings::{HostSource, Surroundings};
pub use self::versions::{ApiVersion, Versions};
use super::error::EngineError;
use crate::domain::host::Host;

/// The oldest API that prebake works with: Docker 20.10 and podman 4.
pub(crate) const MIN_API: ApiVersion = ApiVersion::new(1, 41);

/// How long an engine may think.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For the first answer of an engine.
    pub connect: Duration,
    /// For the first answer of an engine behind ssh, whose login takes its own time.
    pub ssh: Duration,
    /// For each later call. Streams and calls whose answer is the end of long work have none.
    pub call: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            ssh: Duration::from_secs(20),
            call: Duration::from_mins(1),
        }
    }
}

/// An engine that has answered. Cheap to clone; clones share the connection.
#[derive(Clone, Debug)]
pub struct Engine {
    line: Line,
    source: HostSource,
    versions: Versions,
    limits: Limits,
    proxies: Proxies,
}

/// One place that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The address, or the name of the context, that was tried.
    pub host: String,
    /// Who named it.
    pub source: HostSource,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of trying one place.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It answered and is new enough.
    Answered(Versions),
    /// There is no such socket; for one of the usual sockets this is no trouble.
    Absent,
    /// Something is there and cannot be used.
    Failed(EngineError),
}

/// Everything that was tried, and the engine if one answered.
#[derive(Clone, Debug)]
pub struct Probe {
    /// In the order in which they were tried; the last one answered if any did.
    pub attempts: Vec<Attempt>,
    /// The engine that answered.
    pub engine: Option<Engine>,
}

impl Probe {
    /// The engine, or the one error that says most about why there is none.
    pub fn into_engine(self) -> Result<Engine, EngineError> {
        if let Some(engine) = self.engine {
            return Ok(engine);
        }
        let failed = self.attempts.iter().find_map(|attempt| match &attempt.outcome {
            Outcome::Failed(error) => Some(error.clone()),
            Outcome::Answered(_) | Outcome::Absent => None,
        });
        Err(failed.unwrap_or(EngineError::NoEngine { attempts: self.attempts }))
    }
}

impl Engine {
    /// Finds the engine: `flag` (`--host`), then `DOCKER_HOST`, `DOCKER_CONTEXT`, docker's
    /// current context, and only without any of these the usual sockets in their order.
    pub async fn connect(flag: Option<&str>, around: &Surroundings) -> Result<Self, EngineError> {
        Self::connect_within(flag, around, Limits::default()).await
    }

    /// As [`Engine::connect`], with other time limits.
    pub async fn connect_within(
        flag: Option<&str>,
        around: &Surroundings,
        limits: Limits,
    ) -> Result<Self, EngineError> {
        Self::probe_within(flag, around, limits).await.into_engine()
    }

    /// As [`Engine::connect`], and tells about everything that was tried.
    pub async fn probe(flag: Option<&str>, around: &Surroundings) -> Probe {
        Self::probe_within(flag, around, Limits::default()).await
    }

    /// As [`Engine::probe`], with other time limits.
    pub async fn probe_within(flag: Option<&str>, around: &Surroundings, limits: Limits) -> Probe {
        let mut attempts = Vec::new();
        for candidate in surroundings::candidates(flag, around) {
            let (host, source) = (candidate.shown.clone(), candidate.source);
            let (outcome, engine) = match Self::try_one(candidate, around, limits).await {
                Ok(engine) => (Outcome::Answered(engine.versions.clone()), Some(engine)),
                Err(outcome) => (outcome, None),
            };
            attempts.push(Attempt { host, source, outcome });
            if engine.is_some() {
                return Probe { attempts, engine };
            }
        }
        Probe { attempts, engine: None }
    }

    async fn try_one(
        candidate: Candidate,
        around: &Surroundings,
        limits: Limits,
    ) -> Result<Self, Outcome> {
        let source = candidate.source;
        let host = candidate.host.map_err(Outcome::Failed)?;
        if !source.is_explicit() && line::is_absent(&host) {
            return Err(Outcome::Absent);
        }
        let line = Line::open(host, around, limits).await.map_err(Outcome::Failed)?;
        let versions = versions::ask(&line, limits).await.map_err(Outcome::Failed)?;
        let proxies = around
            .config_dir()
            .map(|config| Proxies::load(&config, &line.host().to_string()))
            .unwrap_or_default();
        Ok(Self { line, source, versions, limits, proxies })
    }

    /// The client, for calls that answer soon; each is limited to [`Limits::call`] until its
    /// first bytes.
    #[must_use]
    pub(crate) fn docker(&self) -> &Docker {
        self.line.docker()
    }

    /// The client without a time limit, for calls whose first answer is the end of long work:
    /// commit, archive upload, stopping a container.
    #[must_use]
    pub(crate) fn patient(&self) -> Docker {
        self.line.patient()
    }

    /// Runs one ordinary call under the time limit. `what` follows "could not" in errors.
    pub(crate) async fn call<T>(
        &self,
        what: impl Into<String>,
        call: impl Future<Output = Result<T, ClientError>>,
    ) -> Result<T, EngineError> {
        self.line.limited(what.into(), self.limits.call, call).await
    }

    /// Sorts an error of the client that came from a stream or a call without limit.
    pub(crate) fn error(&self, what: impl Into<String>, error: ClientError) -> EngineError {
        self.line.error(what, error)
    }

    /// Where the engine listens.
    #[must_use]
    pub fn host(&self) -> &Host {
        self.line.host()
    }

    /// Who named that address.
    #[must_use]
    pub fn source(&self) -> HostSource {
        self.source
    }

    /// The variables, with their values, that docker's own configuration gives to containers so
    /// that they reach the world by a proxy.
    pub fn proxies(&self) -> impl Iterator<Item = (&str, &str)> {
        self.proxies.variables()
    }

    /// Gives the variables (`NAME=value`) of a container those proxies; what they set themselves
    /// stays. Not for a bake: a commit keeps a container's variables.
    #[must_use]
    pub fn with_proxies(&self, mut variables: Vec<String>) -> Vec<String> {
        self.proxies.add_to(&mut variables);
        variables
    }

    /// What the engine said about itself when it was found.
    #[must_use]
    pub fn versions(&self) -> &Versions {
        &self.versions
    }
}
