//! Containers: created, looked at, started, stopped, renamed, removed. What they are for is
//! decided elsewhere.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, ContainerInspectResponse, ContainerStateStatusEnum, HealthConfig,
    HostConfig, HostConfigLogConfig, Mount, MountType, MountVolumeOptions,
};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, InspectContainerOptions, KillContainerOptionsBuilder,
    ListContainersOptionsBuilder, RemoveContainerOptionsBuilder, RenameContainerOptionsBuilder,
    ResizeContainerTTYOptionsBuilder, StartContainerOptions, StopContainerOptionsBuilder,
};
use futures_util::StreamExt as _;
use jiff::Timestamp;

use super::ports::{bindings, open_ports};
use super::{Engine, EngineError};
use crate::domain::layer::labels::Labels;
use crate::domain::port::Port;

/// A container to create. Empty texts and lists leave the image's own setting.
#[derive(Clone, Debug, Default)]
pub struct ContainerSpec {
    /// The name; the engine gives it to one container only.
    pub name: String,
    /// The image, by reference or ID.
    pub image: String,
    /// What runs, all of it: the image's entry point and command are not used.
    pub program: Vec<String>,
    /// Arguments that are the user's; kept apart, so that they can be told back.
    pub arguments: Vec<String>,
    /// Variables, `NAME=value`.
    pub variables: Vec<String>,
    /// The user.
    pub user: String,
    /// The working directory.
    pub workdir: String,
    /// The host name.
    pub hostname: String,
    /// Labels.
    pub labels: Labels,
    /// Mounts.
    pub mounts: Vec<ContainerMount>,
    /// A folder in memory that any user can write into; empty: none.
    pub memory: String,
    /// Published ports.
    pub ports: Vec<Port>,
    /// Whether it has a terminal.
    pub tty: bool,
    /// Whether its standard input is open.
    pub stdin: bool,
    /// Whether the image's health check is switched off.
    pub without_health_check: bool,
}

/// A mount as the engine takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerMount {
    /// An absolute path of the engine's host, or the name of a volume.
    pub source: String,
    /// The absolute path inside the container.
    pub target: String,
    /// Whether the container can only read it.
    pub read_only: bool,
    /// Whether a new volume begins empty, and not with what the image has there.
    pub without_copy: bool,
}

/// Where a container is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Created, never started.
    Created,
    /// Running (or paused, or restarting).
    Running,
    /// Ended with this status.
    Exited(i64),
    /// Being removed.
    Removing,
}

/// What the engine knows of a container.
#[derive(Clone, Debug)]
pub struct ContainerFacts {
    /// The id, 64 hex digits.
    pub id: String,
    /// The name, without the leading slash.
    pub name: String,
    /// The labels, those of its image included.
    pub labels: Labels,
    /// Where it is in its life.
    pub state: State,
    /// Whether it was killed for want of memory.
    pub out_of_memory: bool,
    /// The engine's own error about it, such as a program that is not there; empty: none.
    pub error: String,
    /// The image, as it was named when the container was created.
    pub image: String,
    /// [`ContainerSpec::arguments`].
    pub arguments: Vec<String>,
    /// Whether it has a terminal.
    pub tty: bool,
    /// Whether its standard input is open.
    pub stdin: bool,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it was started.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// Programs that were started in it beside its own.
    pub execs: usize,
    /// The ports that lead to it, while it runs.
    pub ports: Vec<Port>,
}

impl ContainerFacts {
    /// A label, or the empty text.
    #[must_use]
    pub fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }

    fn of(response: ContainerInspectResponse) -> Self {
        let state = response.state.unwrap_or_default();
        let config = response.config.unwrap_or_default();
        let exit = state.exit_code.unwrap_or(-1);
        let life = match state.status {
            Some(ContainerStateStatusEnum::CREATED) => State::Created,
            Some(
                ContainerStateStatusEnum::RUNNING
                | ContainerStateStatusEnum::PAUSED
                | ContainerStateStatusEnum::RESTARTING,
            ) => State::Running,
            Some(ContainerStateStatusEnum::REMOVING) => State::Removing,
            _ => State::Exited(exit),
        };
        Self {
            id: response.id.unwrap_or_default(),
            name: response.name.unwrap_or_default().trim_start_matches('/').to_owned(),
            labels: config.labels.unwrap_or_default().into_iter().collect(),
            state: life,
            out_of_memory: state.oom_killed.unwrap_or(false),
            error: state.error.unwrap_or_default(),
            image: config.image.unwrap_or_default(),
            arguments: config.cmd.unwrap_or_default(),
            tty: config.tty.unwrap_or(false),
            stdin: config.open_stdin.unwrap_or(false),
            created: response.created.and_then(date),
            started: state.started_at.as_deref().and_then(moment),
            finished: state.finished_at.as_deref().and_then(moment),
            execs: response.exec_ids.map_or(0, |ids| ids.len()),
            ports: response
                .network_settings
                .and_then(|net| net.ports)
                .map(open_ports)
                .unwrap_or_default(),
        }
    }
}

pub(super) fn date(date: bollard::models::BollardDate) -> Option<Timestamp> {
    Timestamp::from_nanosecond(date.unix_timestamp_nanos()).ok()
}

/// The engine writes year 1 for "never".
fn moment(text: &str) -> Option<Timestamp> {
    let time: Timestamp = text.parse().ok()?;
    (time.as_second() > 0).then_some(time)
}

impl Engine {
    /// Creates a container and returns its id. A taken name is [`EngineError::Conflict`], an
    /// image that is not there [`EngineError::NotFound`].
    pub async fn create_container(&self, spec: ContainerSpec) -> Result<String, EngineError> {
        let what = format!("create the container `{}`", spec.name);
        let options = CreateContainerOptionsBuilder::default().name(&spec.name).build();
        let body = body(spec);
        let call = self.docker().create_container(Some(options), body);
        Ok(self.call(what, call).await?.id)
    }

    /// The facts of a container, by name or id; `None`: there is none.
    pub async fn container(&self, name: &str) -> Result<Option<ContainerFacts>, EngineError> {
        let call = self.docker().inspect_container(name, None::<InspectContainerOptions>);
        match self.call(format!("inspect the container `{name}`"), call).await {
            Ok(response) => Ok(Some(ContainerFacts::of(response))),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All containers with all of these labels (`name=value`), running or not, newest first.
    pub async fn containers(&self, labels: &[String]) -> Result<Vec<ContainerFacts>, EngineError> {
        let filters: HashMap<&str, Vec<String>> = HashMap::from([("label", labels.to_vec())]);
        let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
        let call = self.docker().list_containers(Some(options));
        let listed = self.call("list containers", call).await?;
        let mut found = Vec::with_capacity(listed.len());
        for id in listed.into_iter().filter_map(|summary| summary.id) {
            // One that ended meanwhile is simply not there any more.
            found.extend(self.container(&id).await?);
        }
        Ok(found)
    }

    /// Starts a container.
    pub async fn start_container(&self, id: &str) -> Result<(), EngineError> {
        let call = self.patient();
        let started = call.start_container(id, None::<StartContainerOptions>).await;
        started.map_err(|error| self.error("start the container", error))
    }

    /// Sends a signal; a container that has already ended is no error.
    pub async fn signal_container(&self, id: &str, signal: &str) -> Result<(), EngineError> {
        let options = KillContainerOptionsBuilder::default().signal(signal).build();
        let call = self.docker().kill_container(id, Some(options));
        match self.call(format!("send {signal} to the container"), call).await {
            Err(error) if error.is_conflict() || error.is_not_found() => Ok(()),
            // Older engines answer 500 for a container that is not running.
            Err(EngineError::Refused { cause, .. }) if cause.contains("is not running") => Ok(()),
            other => other,
        }
    }

    /// Asks a container to end, and kills it after `seconds`.
    pub async fn stop_container(&self, id: &str, seconds: i32) -> Result<(), EngineError> {
        let options = StopContainerOptionsBuilder::default().t(seconds).build();
        let stopped = self.patient().stop_container(id, Some(options)).await;
        stopped.map_err(|error| self.error("stop the container", error))
    }

    /// Removes a container with its anonymous volumes, running or not; one that is not there is
    /// no error.
    pub async fn remove_container(&self, id: &str) -> Result<(), EngineError> {
        let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
        let removed = self.patient().remove_container(id, Some(options)).await;
        match removed.map_err(|error| self.error("remove the container", error)) {
            Err(EngineError::NotFound { .. }) => Ok(()),
            Err(EngineError::Conflict { cause, .. }) if cause.contains("already in progress") => {
                Ok(())
            }
            other => other,
        }
    }

    /// Renames a container; a taken name is [`EngineError::Conflict`].
    pub async fn rename_container(&self, id: &str, name: &str) -> Result<(), EngineError> {
        let options = RenameContainerOptionsBuilder::default().name(name).build();
        let call = self.docker().rename_container(id, options);
        match self.call(format!("rename a container to `{name}`"), call).await {
            // Somebody else was faster.
            Err(EngineError::Refused { cause, .. }) if cause.contains("same name as its") => Ok(()),
            other => other,
        }
    }

    /// Waits until a container is not running and returns its exit status; `None`: it is gone.
    pub async fn wait_container(&self, id: &str) -> Result<Option<i64>, EngineError> {
        let client = self.patient();
        let options = bollard::query_parameters::WaitContainerOptionsBuilder::default()
            .condition("not-running")
            .build();
        let mut answers = std::pin::pin!(client.wait_container(id, Some(options)));
        match answers.next().await {
            Some(Ok(answer)) => Ok(Some(answer.status_code)),
            Some(Err(bollard::errors::Error::DockerContainerWaitError { code, .. })) => {
                Ok(Some(code))
            }
            None => Ok(None),
            Some(Err(error)) => match self.error("wait for the container", error) {
                EngineError::NotFound { .. } => Ok(None),
                other => Err(other),
            },
        }
    }

    /// Tells a container's terminal its size, in character cells.
    pub async fn resize_container(&self, id: &str, size: (u16, u16)) -> Result<(), EngineError> {
        let options = ResizeContainerTTYOptionsBuilder::default()
            .w(i32::from(size.0))
            .h(i32::from(size.1))
            .build();
        let call = self.docker().resize_container_tty(id, options);
        self.call("resize the container's terminal", call).await
    }
}

/// Enough for all secrets, and nothing in it is a program.
const MEMORY_OPTIONS: &str = "rw,noexec,nosuid,nodev,mode=1777,size=8m";

fn body(spec: ContainerSpec) -> ContainerCreateBody {
    let some = |text: String| (!text.is_empty()).then_some(text);
    let health_check = spec
        .without_health_check
        .then(|| HealthConfig { test: Some(vec!["NONE".to_owned()]), ..HealthConfig::default() });
    let ports = bindings(&spec.ports);
    ContainerCreateBody {
        image: Some(spec.image),
        entrypoint: Some(spec.program),
        cmd: (!spec.arguments.is_empty()).then_some(spec.arguments),
        env: (!spec.variables.is_empty()).then_some(spec.variables),
        user: some(spec.user),
        working_dir: some(spec.workdir),
        hostname: some(spec.hostname),
        labels: Some(spec.labels.into_iter().collect()),
        tty: Some(spec.tty),
        open_stdin: Some(spec.stdin),
        // Without a terminal the end of our input is the end of the program's; with one,
        // somebody may come back.
        stdin_once: Some(spec.stdin && !spec.tty),
        attach_stdin: Some(spec.stdin),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        healthcheck: health_check,
        exposed_ports: (!ports.is_empty()).then(|| ports.keys().cloned().collect()),
        host_config: Some(HostConfig {
            log_config: Some(log_config()),
            mounts: Some(spec.mounts.into_iter().map(mount).collect()),
            tmpfs: (!spec.memory.is_empty())
                .then(|| HashMap::from([(spec.memory, MEMORY_OPTIONS.to_owned())])),
            port_bindings: (!ports.is_empty()).then_some(ports),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    }
}

/// A log that can be read back and keeps every line, whatever the engine's default driver and
/// that default's limits are.
fn log_config() -> HostConfigLogConfig {
    let settings = [("max-size", "1024g"), ("max-file", "1"), ("compress", "false")];
    HostConfigLogConfig {
        typ: Some("json-file".to_owned()),
        config: Some(
            settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        ),
    }
}

fn mount(mount: ContainerMount) -> Mount {
    let is_path = mount.source.starts_with('/');
    Mount {
        typ: Some(if is_path { MountType::BIND } else { MountType::VOLUME }),
        source: Some(mount.source),
        target: Some(mount.target),
        read_only: Some(mount.read_only),
        // Only for volumes: what the image has there stays there alone.
        volume_options: mount
            .without_copy
            .then(|| MountVolumeOptions { no_copy: Some(true), ..MountVolumeOptions::default() }),
        ..Mount::default()
    }
}
