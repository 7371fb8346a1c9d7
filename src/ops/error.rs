//! What can go wrong with an operation, and the words for it: one sentence, what failed, on
//! what, why, and what to do next.

use crate::domain::environment::EnvironmentId;
use crate::domain::layer::LayerKind;
use crate::engine::EngineError;
use crate::store::StoreError;

/// Why an operation did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum OpError {
    /// Files.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The base image is nowhere to be had.
    #[error(
        "base image `{reference}` is not in the engine and could not be pulled: {cause}; check the name and `docker login`, or import the image"
    )]
    BaseMissing {
        /// The reference.
        reference: String,
        /// Why the pull failed.
        cause: String,
    },
    /// The registry of a base image did not answer, or not well.
    #[error(
        "cannot ask the registry about base image `{reference}`: {cause}; check the name, the network of the engine's machine and `docker login`"
    )]
    Registry {
        /// The reference.
        reference: String,
        /// Why.
        cause: String,
    },
    /// The base image's name is none.
    #[error(
        "base image `{reference}` is no image reference: {cause}; set `base_image` of environment `{environment}`"
    )]
    BaseName {
        /// The text.
        reference: String,
        /// What is wrong.
        cause: String,
        /// The environment.
        environment: EnvironmentId,
    },
    /// Everything runs by bash.
    #[error("image `{image}` has no bash, which runs the scripts; use a base image with bash")]
    NoBash {
        /// The image.
        image: String,
    },
    /// The user of the scripts is unknown to the image.
    #[error(
        "user `{user}` is not in `/etc/passwd` of image `{image}`; set `user` to one that is, or to a number"
    )]
    NoUser {
        /// The user.
        user: String,
        /// The image.
        image: String,
    },
    /// There is no room for a bake.
    #[error(
        "the bake of the {layer} layer was not begun: only {free} are free in `{root}`, less than the floor of {floor}; {clean}, and `refuse_below = \"0\"` under `[disk]` in settings.toml takes the floor away"
    )]
    NoRoom {
        /// The layer.
        layer: LayerKind,
        /// The engine's folder.
        root: String,
        /// What is free, as a person reads it.
        free: String,
        /// What must be, as a person reads it.
        floor: String,
        /// What a clean would free, as a clause.
        clean: String,
    },
    /// An image went between the look at it and its use.
    #[error("image `{name}` was removed meanwhile; try again")]
    ImageGone {
        /// Its name.
        name: String,
    },
    /// A bake that was found is not there any more.
    #[error(
        "container `{container}` is no bake that can be followed; it may have ended meanwhile, list the bakes again"
    )]
    BakeGone {
        /// The name or id of its container.
        container: String,
    },
    /// A script of a layer failed.
    #[error("{}", failed(.0))]
    BakeFailed(Box<BakeFailure>),
    /// A secret has no value.
    #[error(
        "secret `{name}` of environment `{environment}` cannot be read: {cause}; {advice}, or change `secrets`"
    )]
    NoSecret {
        /// The secret.
        name: String,
        /// The environment.
        environment: EnvironmentId,
        /// Why, without the value.
        cause: String,
        /// What to do.
        advice: String,
    },
    /// Nobody knows any more what a finished layer must not hold.
    #[error(
        "the bake of the {layer} layer ended while nobody watched who knows its secrets, so that it could not be searched for them and was removed; `prebake build {environment}` bakes it again"
    )]
    Unproven {
        /// The layer.
        layer: LayerKind,
        /// The environment.
        environment: EnvironmentId,
    },
    /// The same key failed a moment ago.
    #[error(
        "{script} failed{}, {} and nothing changed since; `prebake build {environment}` tries it again",
        at_line(*.line),
        ago(*.minutes)
    )]
    FailedBefore {
        /// The script, as a person says it.
        script: String,
        /// The line that ran last.
        line: Option<u32>,
        /// How long ago.
        minutes: i64,
        /// The environment.
        environment: EnvironmentId,
    },
    /// The name that locks the bake is somebody else's.
    #[error(
        "container `{name}` has the name of this bake but is not prebake's; remove or rename it: `docker rename {name} OTHER`"
    )]
    NameTaken {
        /// The container's name.
        name: String,
    },
    /// The user ended it before anything was started.
    #[error("ended by Ctrl-C before a bake or task was started")]
    Interrupted,
    /// The user would not wait for the end of what was begun.
    #[error(
        "stopped waiting; a bake or task that was begun goes on in the engine, `prebake doctor` counts them"
    )]
    Abandoned,
    /// The user cancelled.
    #[error(
        "the bake of the {layer} layer was cancelled: its container is stopped and removed, nothing was tagged"
    )]
    Cancelled {
        /// The layer.
        layer: LayerKind,
    },
    /// Somebody else cancelled.
    #[error(
        "the bake of the {layer} layer was cancelled from elsewhere: its container is gone and no image was made; build again to start over"
    )]
    CancelledElsewhere {
        /// The layer.
        layer: LayerKind,
    },
    /// The user left.
    #[error(
        "left the bake of the {layer} layer; it goes on in the engine, `prebake build {environment}` joins {}",
        if *.has_secrets { "it while it runs; nobody finishes one with secrets later" } else { "or finishes it" }
    )]
    Left {
        /// The layer.
        layer: LayerKind,
        /// The environment.
        environment: EnvironmentId,
        /// Whether it has secrets, which go with those who follow it.
        has_secrets: bool,
    },
    /// Fallback was switched off.
    #[error(
        "task not started: {}; without `--no-fallback` it would start degraded",
        without_kept_state(.cause)
    )]
    NoFallback {
        /// Why the bake failed, in its own words.
        cause: String,
    },
    /// A stage of a task failed.
    #[error("{stage} failed{} (exit {code}); the command was not started", at_line(*.line))]
    StageFailed {
        /// The stage, as a person says it.
        stage: String,
        /// The line, if known.
        line: Option<u32>,
        /// The exit status.
        code: i64,
    },
    /// No such entry of the history.
    #[error("no entry `{typed}` in the history; `prebake history` lists them, by number or id")]
    NoEntry {
        /// What was asked for.
        typed: String,
    },
    /// No such task.
    #[error("no task `{id}`; `prebake tasks` lists them")]
    NoTask {
        /// What was asked for.
        id: String,
    },
    /// More than one task.
    #[error("`{id}` stands for {count} tasks; give more of the id")]
    ManyTasks {
        /// What was asked for.
        id: String,
        /// How many.
        count: usize,
    },
    /// The task has ended.
    #[error("task `{id}` has ended (exit {code}); `prebake logs {id}` shows what it wrote")]
    TaskEnded {
        /// The task.
        id: String,
        /// Its exit status.
        code: i64,
    },
    /// The task has no desktop.
    #[error(
        "task `{id}` has no desktop; `headless_desktop_enabled: true` in its environment gives one to tasks started from then on"
    )]
    NoDesktop {
        /// The task.
        id: String,
    },
    /// None of an environment's tasks has one.
    #[error(
        "no task with a desktop runs in environment `{environment}`; `prebake run {environment} -d` starts one if `headless_desktop_enabled` is true"
    )]
    NoTaskWithDesktop {
        /// The environment.
        environment: EnvironmentId,
    },
    /// The desktop is not there yet.
    #[error(
        "the desktop of task `{id}` is not ready yet; try again in a moment, `prebake logs {id}` shows how far it is"
    )]
    DesktopNotReady {
        /// The task.
        id: String,
    },
    /// The desktop is gone for good.
    #[error("the desktop of task `{id}` cannot be opened: {cause}; start the task again")]
    DesktopFailed {
        /// The task.
        id: String,
        /// Why, in its own words.
        cause: String,
    },
    /// No picture was taken.
    #[error(
        "no picture of the desktop of task `{id}` was taken: {cause}; `prebake logs {id}` shows whether it runs"
    )]
    NoPicture {
        /// The task.
        id: String,
        /// Why, in the words of the program that takes it.
        cause: String,
    },
    /// The engine could not be reached any more while a task was watched.
    #[error(
        "lost sight of task `{id}`: {cause}; the engine keeps it, `prebake attach {id}` returns to it and `prebake logs {id}` shows what it wrote"
    )]
    TaskLost {
        /// The task.
        id: String,
        /// What happened to the connection.
        cause: EngineError,
    },
    /// Nothing was kept.
    #[error(
        "no failed bake of environment `{environment}` is kept; `prebake build {environment}` shows whether it fails now"
    )]
    NothingFailed {
        /// The environment.
        environment: EnvironmentId,
    },
    /// A value of the environment or of an option cannot be used.
    #[error("{0}")]
    Unusable(String),
}

/// Everything about a failed bake.
#[derive(Clone, Debug)]
pub struct BakeFailure {
    /// The environment.
    pub environment: EnvironmentId,
    /// The layer.
    pub layer: LayerKind,
    /// The script, as a person says it.
    pub script: String,
    /// The line that ran last.
    pub line: Option<u32>,
    /// The exit status.
    pub code: i64,
    /// Whether the kernel killed it for want of memory.
    pub out_of_memory: bool,
    /// What stopped it other than its own status; empty: nothing.
    pub cause: String,
    /// The kept container.
    pub container: String,
    /// The log file.
    pub log: Option<std::path::PathBuf>,
}

fn failed(failure: &BakeFailure) -> String {
    use std::fmt::Write as _;

    let mut text = format!("{} failed{}", failure.script, at_line(failure.line));
    let why = match (failure.out_of_memory, failure.cause.as_str()) {
        (true, _) => "killed for want of memory".to_owned(),
        (false, "") => format!("exit {}", failure.code),
        (false, cause) => cause.to_owned(),
    };
    let _ = write!(text, " ({why})");
    let id = &failure.environment;
    let _ = write!(text, "{STATE_IS_KEPT}: `prebake shell {id} --failed` opens a shell in it");
    if let Some(log) = &failure.log {
        let _ = write!(text, ", the log is `{}`", log.display());
    }
    text
}

/// Where a bake's failure goes on with what is left of it.
const STATE_IS_KEPT: &str = "; its state is kept";

/// The words of a failed bake without what is left of it, for a sentence with advice of its own.
pub(in crate::ops) fn without_kept_state(cause: &str) -> &str {
    cause.split(STATE_IS_KEPT).next().unwrap_or(cause)
}

fn at_line(line: Option<u32>) -> String {
    line.map(|line| format!(" at line {line}")).unwrap_or_default()
}

fn ago(minutes: i64) -> String {
    if minutes < 1 { "less than a minute ago".to_owned() } else { format!("{minutes} min ago") }
}

impl OpError {
    /// Whether it only says that the user wanted no more of it.
    #[must_use]
    pub fn is_ended_early(&self) -> bool {
        matches!(
            self,
            Self::Cancelled { .. } | Self::Left { .. } | Self::Interrupted | Self::Abandoned
        )
    }

    /// Whether the engine cannot be asked, or could not be asked to the end.
    #[must_use]
    pub fn is_connection(&self) -> bool {
        matches!(self, Self::Engine(error) if error.is_connection())
    }

    /// Whether a task may start without the bake that failed so.
    #[must_use]
    pub fn allows_fallback(&self) -> bool {
        match self {
            Self::BakeFailed(_)
            | Self::FailedBefore { .. }
            | Self::NameTaken { .. }
            | Self::NoRoom { .. }
            | Self::NoSecret { .. } => true,
            Self::Engine(error) => !matches!(
                error,
                EngineError::Lost { .. }
                    | EngineError::Unreachable { .. }
                    | EngineError::TimedOut { .. }
                    | EngineError::Garbage { .. }
                    | EngineError::Permission { .. }
            ),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> EnvironmentId {
        EnvironmentId::parse("web").unwrap()
    }

    #[test]
    fn a_task_that_was_not_started_says_one_thing_to_do() {
        let cause = OpError::BakeFailed(Box::new(BakeFailure {
            environment: environment(),
            layer: LayerKind::Environment,
            script: "cached preflight".to_owned(),
            line: Some(3),
            code: 1,
            out_of_memory: false,
            cause: String::new(),
            container: "c".to_owned(),
            log: Some("l".into()),
        }));
        assert!(cause.to_string().contains("its state is kept"), "{cause}");
        assert_eq!(
            OpError::NoFallback { cause: cause.to_string() }.to_string(),
            "task not started: cached preflight failed at line 3 (exit 1); without `--no-fallback` it would start degraded"
        );
    }

    #[test]
    fn a_failure_of_before_parts_its_line_from_its_age() {
        let words = |line, minutes| {
            let script = "cached preflight".to_owned();
            OpError::FailedBefore { script, line, minutes, environment: environment() }.to_string()
        };
        assert!(words(Some(1), 1).starts_with("cached preflight failed at line 1, 1 min ago and "));
        assert!(words(None, 0).starts_with("cached preflight failed, less than a minute ago and "));
    }
}
