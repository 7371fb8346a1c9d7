//! A task's container: what it is created with, what is put into it, and its start.

use indexmap::IndexMap;

use tokio::sync::mpsc;

use super::account::Account;
use super::desk::{self, Desk};
use super::relay::{Ending, Leaving, Relay, TaskSignal};
use super::{Channels, Clock, RunRequest, TaskCommand};
use crate::domain::desktop;
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::history::ScriptTimes;
use crate::domain::layer::LayerScript;
use crate::domain::layer::labels::{self, Labels};
use crate::domain::layer::stack::{DESKTOP_INSTALL, RUN_PREFLIGHT, SETTINGS_PREFLIGHT};
use crate::domain::mount::Mount;
use crate::domain::port::Port;
use crate::domain::script;
use crate::domain::task::{TaskId, TaskRecord};
use crate::engine::{ContainerMount, ContainerSpec, EngineError, UploadFile};
use crate::ops::bake::{Ensured, owner, start_container};
use crate::ops::context::random_hex;
use crate::ops::{Context, OpError, Progress, Watch};

/// How many hex digits the nonce of a task's markers has.
const NONCE_DIGITS: usize = 24;

/// Everything a task's container is made of.
pub(super) struct Launch<'a> {
    pub(super) context: &'a Context,
    pub(super) id: &'a EnvironmentId,
    pub(super) environment: &'a Environment,
    pub(super) request: &'a RunRequest,
    pub(super) ensured: &'a Ensured,
    /// Scripts to run before the run preflight.
    pub(super) stages: &'a [LayerScript],
    /// The user's own script before every run preflight; empty: there is none.
    pub(super) settings_preflight: &'a str,
}

/// A container that is not started yet.
pub(super) struct Created {
    container: String,
    nonce: String,
    begun: Option<f64>,
}

/// Where is noted what becomes of it.
pub(super) struct Notes<'a> {
    pub(super) record: &'a mut TaskRecord,
    pub(super) account: &'a mut Account,
    /// The times of the scripts that ran in it.
    pub(super) scripts: &'a mut Vec<ScriptTimes>,
}

impl Launch<'_> {
    /// Creates the container, which from then on keeps its image.
    pub(super) async fn create(
        &self,
        record: &TaskRecord,
        clock: &Clock,
    ) -> Result<Created, OpError> {
        let nonce = random_hex(NONCE_DIGITS)?;
        let begun = clock.ms();
        let spec = self.spec(&record.id, &nonce, record.degraded.as_deref())?;
        match self.context.engine.create_container(spec).await {
            Ok(container) => Ok(Created { container, nonce, begun }),
            Err(EngineError::Refused { cause, .. }) if cause.contains("bind source path") => {
                Err(OpError::Unusable(format!(
                    "cannot mount into the task: {cause}; create the folder on the engine's host or change `mounts`"
                )))
            }
            Err(EngineError::NotFound { cause, .. })
                if cause.to_ascii_lowercase().contains("no such image") =>
            {
                Err(OpError::ImageGone { name: self.ensured.name.clone() })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Starts the container, and watches it unless the task is detached.
    pub(super) async fn launch(
        self,
        created: Created,
        notes: Notes<'_>,
        clock: &Clock,
        channels: Channels<'_>,
        watch: &mut dyn Watch,
    ) -> Result<Ending, OpError> {
        let Notes { record, account, scripts } = notes;
        let Created { container, nonce, begun } = created;
        let engine = &self.context.engine;
        let watched = !self.request.detach;
        let outcome = async {
            self.fill(&container, &nonce).await?;
            record.timings.create_ms = clock.since(begun);
            let attachment = if watched {
                Some(engine.attach(&container, self.request.interactive).await?)
            } else {
                None
            };
            let created = clock.ms();
            let image = &self.ensured.top;
            let started = start_container(engine, &container, image, &self.ensured.name).await;
            started.map_err(taken_port)?;
            record.timings.start_ms = clock.since(created);
            Ok::<_, OpError>(attachment)
        };
        let attachment = match outcome.await {
            Ok(attachment) => attachment,
            Err(error) => {
                // Never started, so nothing is lost with it.
                engine.remove_container(&container).await?;
                return Err(error);
            }
        };
        watch.see(Progress::TaskStarted {
            id: record.id.as_str(),
            image: &record.image,
            degraded: record.degraded.as_deref(),
        });
        let Some(attachment) = attachment else {
            if self.environment.headless_desktop_enabled {
                account.started(&record.timings);
                let ready = self.await_desktop(&container, &nonce, channels.signals).await;
                let told = Desk { engine, task: record.id.as_str(), container: &container };
                if ready {
                    record.timings.desktop_ms = clock.ms();
                    told.tell(watch).await;
                } else {
                    watch.see(Progress::DesktopPending { id: record.id.as_str() });
                }
            }
            return Ok(Ending::Left(Leaving::Detached));
        };
        account.started(&record.timings);
        let relay = Relay {
            engine,
            task: record.id.as_str(),
            container: &container,
            nonce: &nonce,
            tty: self.request.tty,
            from_start: true,
        };
        let relayed = relay.relay(attachment, channels, clock, watch).await?;
        record.timings.desktop_ms = relayed.desktop_ms;
        record.timings.preflight_ms = relayed.preflight_ms;
        record.timings.first_output_ms = relayed.first_output_ms;
        *scripts = relayed.scripts;
        Ok(relayed.ending)
    }

    fn spec(
        &self,
        task: &TaskId,
        nonce: &str,
        degraded: Option<&str>,
    ) -> Result<ContainerSpec, OpError> {
        let environment = self.environment;
        let program = ["bash", "-c", &script::start(nonce), "prebake", nonce].map(str::to_owned);
        Ok(ContainerSpec {
            name: task.container(),
            image: self.ensured.top.id.clone(),
            program: program.into(),
            arguments: self.command(),
            variables: self.context.engine.with_proxies(self.variables(task)),
            user: environment.user.clone(),
            workdir: environment.workdir.clone(),
            hostname: String::new(),
            labels: self.labels(task, nonce, degraded),
            mounts: self.mounts()?,
            memory: String::new(),
            ports: self.ports()?,
            tty: self.request.tty,
            stdin: self.request.interactive,
            without_health_check: false,
        })
    }

    fn command(&self) -> Vec<String> {
        let command = match &self.request.command {
            TaskCommand::StagesOnly => return Vec::new(),
            TaskCommand::Given(command) => command.clone(),
            TaskCommand::Own if self.environment.command.is_empty() => self.ensured.top.command(),
            TaskCommand::Own => self.environment.command.clone(),
        };
        if command.is_empty() { vec!["bash".to_owned()] } else { command }
    }

    /// Later ones of the same name win.
    fn variables(&self, task: &TaskId) -> Vec<String> {
        let task = task.as_str();
        let (geometry, depth, port) = (
            self.environment.desktop_geometry.to_string(),
            self.environment.desktop_depth.to_string(),
            self.environment.desktop_port.to_string(),
        );
        let folder = desktop::folder(task);
        let fixed = [("TASK_ID", task), ("AGENTS_RUNNER_TASK_ID", task)];
        let own = self.environment.env_vars.iter().map(|(name, value)| (&**name, &**value));
        let more = self.request.variables.iter().map(|(name, value)| (&**name, &**value));
        let mut all: IndexMap<&str, &str> = fixed.into_iter().chain(own).chain(more).collect();
        let setup = self.stage_setup(all.keys().copied());
        if !self.stages.is_empty() {
            all.insert(script::STAGE_SETUP_VARIABLE, &setup);
        }
        for (variable, _, text) in self.preflights() {
            if !text.is_empty() && script::fits_variable(text) {
                all.insert(variable, text);
            }
        }
        if self.ensured.failure.is_some() {
            all.insert(script::DEGRADED_VARIABLE, "1");
        }
        if self.environment.headless_desktop_enabled {
            all.extend([
                (script::DESKTOP_VARIABLE, "1"),
                (script::DESKTOP_GEOMETRY_VARIABLE, &geometry),
                (script::DESKTOP_DEPTH_VARIABLE, &depth),
                (script::DESKTOP_PORT_VARIABLE, &port),
                (script::DESKTOP_FOLDER_VARIABLE, &folder),
            ]);
        }
        all.into_iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    /// What gives the stages that were not baked the surroundings of a bake.
    fn stage_setup<'v>(&self, names: impl Iterator<Item = &'v str>) -> String {
        let image = &self.ensured.top;
        // The engine has made the image's own folder only if the container begins there.
        let workdir = (!self.environment.workdir.is_empty()).then(|| image.workdir());
        // The proxies are those of a bake, too, whatever the task has in their place.
        script::stage_setup(workdir, names.map(|name| (name, image.variable(name))))
            + &script::exports(self.context.engine.proxies())
    }

    /// What runs in the command's own shell, in this order: the variable it travels in if it is
    /// small, the file otherwise, and the script.
    fn preflights(&self) -> [(&'static str, &'static str, &str); 2] {
        let settings = self.settings_preflight;
        [
            (script::SETTINGS_PREFLIGHT_VARIABLE, SETTINGS_PREFLIGHT, settings),
            (script::RUN_PREFLIGHT_VARIABLE, RUN_PREFLIGHT, self.environment.run_stage()),
        ]
    }

    fn labels(&self, task: &TaskId, nonce: &str, degraded: Option<&str>) -> Labels {
        let mut labels: Labels = [
            (labels::ROLE, "task"),
            (labels::ENVIRONMENT, self.id.as_str()),
            (labels::TASK, task.as_str()),
            (labels::IMAGE, &self.ensured.name),
            (labels::NONCE, nonce),
            (labels::VERSION, env!("CARGO_PKG_VERSION")),
            // Those of the image's bake would be taken for this container's.
            (labels::BAKE, ""),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        if self.environment.headless_desktop_enabled {
            let port = self.environment.desktop_port.to_string();
            labels.insert(labels::DESKTOP.to_owned(), port);
        }
        if let Some(reason) = degraded {
            labels.insert(labels::DEGRADED.to_owned(), reason.to_owned());
        }
        labels
    }

    fn mounts(&self) -> Result<Vec<ContainerMount>, OpError> {
        let folder = |found: Option<std::path::PathBuf>| {
            found.map(|path| path.display().to_string()).unwrap_or_default()
        };
        let home = folder(std::env::home_dir());
        let here = folder(std::env::current_dir().ok());
        let mut mounts = Vec::new();
        for text in &self.environment.mounts {
            let mount = Mount::parse(text).map_err(|error| OpError::Unusable(error.to_string()))?;
            mounts.push(mount);
        }
        mounts.extend(self.request.mounts.iter().cloned());
        let resolved = mounts.into_iter().map(|mount| ContainerMount {
            source: mount.resolve(&home, &here),
            target: mount.target,
            read_only: mount.read_only,
            without_copy: false,
        });
        Ok(resolved.collect())
    }

    fn ports(&self) -> Result<Vec<Port>, OpError> {
        let own =
            self.environment.ports.iter().map(|text| {
                Port::parse(text).map_err(|error| OpError::Unusable(error.to_string()))
            });
        let mut ports: Vec<Port> = own.collect::<Result<_, _>>()?;
        ports.extend(&self.request.ports);
        // The desktop has a port of its own, unless the person chose one for it.
        let desktop = Port::on_loopback(self.environment.desktop_port);
        let is_desktop =
            |port: &Port| (port.container, port.protocol) == (desktop.container, desktop.protocol);
        if self.environment.headless_desktop_enabled && !ports.iter().any(is_desktop) {
            ports.push(desktop);
        }
        Ok(ports)
    }

    /// Waits for the desktop, where nothing has to be installed first.
    async fn await_desktop(
        &self,
        container: &str,
        nonce: &str,
        signals: &mut mpsc::Receiver<TaskSignal>,
    ) -> bool {
        let installs = |stage: &LayerScript| stage.name == DESKTOP_INSTALL;
        if self.stages.iter().any(installs) {
            return false;
        }
        let engine = &self.context.engine;
        desk::ready(engine, container, nonce, signals).await
    }

    /// Puts the scripts in that do not travel in a variable.
    async fn fill(&self, container: &str, nonce: &str) -> Result<(), OpError> {
        let trace = script::trace(nonce);
        let mut files: Vec<UploadFile<'_>> = self
            .stages
            .iter()
            .map(|stage| UploadFile { name: stage.name, content: stage.text.as_bytes() })
            .collect();
        if !files.is_empty() {
            files.push(UploadFile { name: script::TRACE, content: trace.as_bytes() });
        }
        let large = self.preflights().into_iter().filter(|(.., text)| !script::fits_variable(text));
        files.extend(large.map(|(_, name, text)| UploadFile { name, content: text.as_bytes() }));
        if files.is_empty() {
            return Ok(());
        }
        let engine = &self.context.engine;
        let own = self.environment.user.as_str();
        let user = if own.is_empty() { self.ensured.top.user() } else { own };
        let owner = owner(engine, container, user, &self.environment.base_image).await?;
        Ok(engine.upload(container, &files, owner).await?)
    }
}

/// The engine's words for a port of its host that something else has hold a container's id and
/// the name of a driver.
fn taken_port(error: OpError) -> OpError {
    let OpError::Engine(EngineError::Refused { cause, .. }) = &error else { return error };
    let taken = ["port is already allocated", "address already in use", "Ports are not available"];
    if !taken.iter().any(|words| cause.contains(words)) {
        return error;
    }
    let place = cause.split([' ', ',']).find(|word| {
        word.trim_end_matches(':').parse::<core::net::SocketAddr>().is_ok_and(|at| at.port() > 0)
    });
    let place =
        place.map_or_else(String::new, |place| format!(" `{}`", place.trim_end_matches(':')));
    OpError::Unusable(format!(
        "cannot publish the task's port{place}: something else on the engine's host has it; free it, or write only the container's port in `ports` for any free one"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_told_by_its_address() {
        let told = |cause: &str| {
            let what = "start the container".to_owned();
            taken_port(OpError::Engine(EngineError::Refused {
                what,
                cause: cause.to_owned(),
                status: Some(500),
            }))
            .to_string()
        };
        for cause in [
            "driver failed programming external connectivity on endpoint x (ab): Bind for 127.0.0.1:8080 failed: port is already allocated",
            "driver failed: Error starting userland proxy: listen tcp4 127.0.0.1:8080: bind: address already in use",
        ] {
            assert!(
                told(cause).starts_with("cannot publish the task's port `127.0.0.1:8080`: "),
                "{cause}"
            );
        }
        assert!(!told("no space left").contains("port"));
    }
}
