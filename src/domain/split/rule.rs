//! The reasons for where statements go: names for programs, sentences for people.

use std::fmt;

/// The name of a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// Cached: it installs packages.
    Installs,
    /// Cached: it fetches from a server of the world.
    Fetches,
    /// Cached: everything in it is known and the same at build time.
    Static,
    /// Cached if asked for: it is not known, but needs nothing of a task.
    ProbablyStatic,
    /// It sets up the shell, and both parts need that.
    Shared,
    /// It sets up the shell for statements that are cached.
    ForCached,
    /// It sets up the shell for statements of the run part, or for the task's command.
    ForRun,
    /// Somebody chose the part.
    Chosen,

    /// It reads a variable that only tasks have.
    TaskVariable,
    /// It reads a variable that nothing before it sets.
    UnknownVariable,
    /// It runs a command that heeds one of `env_vars`.
    HeededVariable,
    /// It runs a command that is not known.
    UnknownCommand,
    /// It runs something in this shell that is not known.
    UnknownSource,
    /// It names a path that is not known.
    UnknownPath,
    /// It depends on the time.
    Clock,
    /// It depends on chance.
    Chance,
    /// It asks about the machine or container.
    Host,
    /// It speaks with something on the task's network.
    Network,
    /// It is about running processes.
    Processes,
    /// It leaves something running.
    Background,
    /// It is about a service.
    Service,
    /// It asks a person.
    Asks,
    /// It reads arguments or the name of the script.
    Arguments,
    /// It reads what ran before.
    History,
    /// It waits.
    Waits,
    /// It brings something up to date.
    Newest,
    /// It is about a folder that a mount covers.
    Mount,
    /// It is about a file that the engine gives to each container.
    ContainerFile,
    /// It is about files that exist only while a container runs.
    VolatilePath,
    /// It reads a temporary file that nothing before it made.
    TemporaryFile,
    /// It is about the folder that tasks begin in.
    StartFolder,
    /// It may end the script.
    EndsScript,
    /// Another program takes the place of the shell.
    Replaces,
    /// It sets a trap.
    Trap,
    /// It redirects what follows.
    Redirects,

    /// It follows a statement of the run part that may end the script.
    FollowsExit,
    /// It follows one that may change anything.
    FollowsUnknown,
    /// It reads a variable that one sets.
    FollowsVariable,
    /// It calls a function that one defines.
    FollowsFunction,
    /// It needs the shell as one leaves it.
    FollowsState,
    /// It is about a path that one changes.
    FollowsWrite,
    /// It changes a path that one reads.
    FollowsRead,
    /// It asks for the status of one, or keeps it.
    FollowsStatus,
    /// One needs what it leaves in the shell.
    NeededLater,
    /// It would have to be repeated, and what it reads is changed later.
    ChangedLater,
    /// The dependencies lead from one to another without end.
    Entangled,
}

/// Why a statement goes where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The name of the reason.
    pub rule: Rule,
    /// What it is about, as the script has it: `$TASK_ID`, `/opt/store`, `make`.
    pub subject: String,
    /// The line of the statement that this one depends on.
    pub line: Option<usize>,
}

impl Rule {
    /// The name, as programs read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Installs => "installs",
            Self::Fetches => "fetches",
            Self::Static => "static",
            Self::ProbablyStatic => "probably-static",
            Self::Shared => "shared",
            Self::ForCached => "for-cached",
            Self::ForRun => "for-run",
            Self::Chosen => "chosen",
            Self::TaskVariable => "task-variable",
            Self::UnknownVariable => "unknown-variable",
            Self::HeededVariable => "heeded-variable",
            Self::UnknownCommand => "unknown-command",
            Self::UnknownSource => "unknown-source",
            Self::UnknownPath => "unknown-path",
            Self::Clock => "clock",
            Self::Chance => "chance",
            Self::Host => "host",
            Self::Network => "network",
            Self::Processes => "processes",
            Self::Background => "background",
            Self::Service => "service",
            Self::Asks => "asks",
            Self::Arguments => "arguments",
            Self::History => "history",
            Self::Waits => "waits",
            Self::Newest => "newest",
            Self::Mount => "mount",
            Self::ContainerFile => "container-file",
            Self::VolatilePath => "volatile-path",
            Self::TemporaryFile => "temporary-file",
            Self::StartFolder => "start-folder",
            Self::EndsScript => "ends-script",
            Self::Replaces => "replaces",
            Self::Trap => "trap",
            Self::Redirects => "redirects",
            Self::FollowsExit => "follows-exit",
            Self::FollowsUnknown => "follows-unknown",
            Self::FollowsVariable => "follows-variable",
            Self::FollowsFunction => "follows-function",
            Self::FollowsState => "follows-state",
            Self::FollowsWrite => "follows-write",
            Self::FollowsRead => "follows-read",
            Self::FollowsStatus => "follows-status",
            Self::NeededLater => "needed-later",
            Self::ChangedLater => "changed-later",
            Self::Entangled => "entangled",
        }
    }

    /// Whether it only says that something is not known.
    #[must_use]
    pub fn is_doubt(self) -> bool {
        matches!(
            self,
            Self::UnknownCommand
                | Self::UnknownSource
                | Self::UnknownPath
                | Self::UnknownVariable
                | Self::FollowsUnknown
                | Self::Entangled
        )
    }
}

impl Reason {
    pub(super) fn new(rule: Rule, subject: impl Into<String>) -> Self {
        Self { rule, subject: subject.into(), line: None }
    }

    pub(super) fn after(rule: Rule, subject: impl Into<String>, line: usize) -> Self {
        Self { rule, subject: subject.into(), line: Some(line) }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = &self.subject;
        let line = self.line.unwrap_or(0);
        let starts = |f: &mut fmt::Formatter<'_>, why: fmt::Arguments<'_>| {
            write!(f, "runs at task start: {why}")
        };
        let follows = |f: &mut fmt::Formatter<'_>, why: fmt::Arguments<'_>| {
            write!(f, "must follow line {line}, which runs at task start and {why}")
        };
        match self.rule {
            Rule::Installs => write!(f, "`{subject}` installs the same for every task"),
            Rule::Fetches => write!(f, "`{subject}` fetches the same for every task"),
            Rule::Static => f.write_str("is known, and needs nothing of a task"),
            Rule::ProbablyStatic => {
                write!(f, "`{subject}` is not known, but seems to need nothing of a task")
            }
            Rule::Shared => f.write_str("sets up the shell, which both parts need"),
            Rule::ForCached => f.write_str("sets up the shell for statements that are cached"),
            Rule::ForRun => f.write_str("sets up the shell for what runs at task start"),
            Rule::Chosen => f.write_str("was put here by hand"),
            Rule::TaskVariable => starts(f, format_args!("reads `{subject}`")),
            Rule::UnknownVariable => {
                starts(f, format_args!("reads `{subject}`, which nothing before it sets"))
            }
            Rule::HeededVariable => {
                starts(f, format_args!("a command in it heeds `{subject}` of `env_vars`"))
            }
            Rule::UnknownCommand => starts(f, format_args!("what `{subject}` does is not known")),
            Rule::UnknownSource => {
                starts(f, format_args!("what `{subject}` does to the shell is not known"))
            }
            Rule::UnknownPath => starts(f, format_args!("a path in it is not known")),
            Rule::Clock => starts(f, format_args!("`{subject}` depends on the time")),
            Rule::Chance => starts(f, format_args!("`{subject}` gives something else each time")),
            Rule::Host => starts(f, format_args!("`{subject}` tells of the machine or the task")),
            Rule::Network => starts(f, format_args!("`{subject}` is about the task's network")),
            Rule::Processes => starts(f, format_args!("`{subject}` is about running processes")),
            Rule::Background => starts(f, format_args!("`{subject}` goes on running")),
            Rule::Service => starts(f, format_args!("`{subject}` is about a service")),
            Rule::Asks => starts(f, format_args!("`{subject}` may ask a person")),
            Rule::Arguments => starts(f, format_args!("reads `{subject}`")),
            Rule::History => starts(f, format_args!("`{subject}` tells of what ran before")),
            Rule::Waits => starts(f, format_args!("`{subject}` waits for something")),
            Rule::Newest => starts(f, format_args!("`{subject}` asks for what is newest")),
            Rule::Mount => {
                starts(f, format_args!("`{subject}` is below a mount, which a bake has not"))
            }
            Rule::ContainerFile => {
                starts(f, format_args!("`{subject}` belongs to each container, not to an image"))
            }
            Rule::VolatilePath => {
                starts(f, format_args!("`{subject}` exists only while a container runs"))
            }
            Rule::TemporaryFile => {
                starts(f, format_args!("reads `{subject}`, which nothing before it made"))
            }
            Rule::StartFolder => {
                starts(f, format_args!("`{subject}` is about the folder that tasks begin in"))
            }
            Rule::EndsScript => starts(f, format_args!("may end the script")),
            Rule::Replaces => {
                starts(f, format_args!("another program takes the place of the shell"))
            }
            Rule::Trap => starts(f, format_args!("sets a trap for all that follows")),
            Rule::Redirects => starts(f, format_args!("redirects all that follows")),
            Rule::FollowsExit => follows(f, format_args!("may end the script")),
            Rule::FollowsUnknown => follows(f, format_args!("may change anything")),
            Rule::FollowsVariable => follows(f, format_args!("sets `{subject}`")),
            Rule::FollowsFunction => follows(f, format_args!("defines `{subject}`")),
            Rule::FollowsState => follows(f, format_args!("changes {subject}")),
            Rule::FollowsWrite => follows(f, format_args!("writes `{subject}`")),
            Rule::FollowsRead => follows(f, format_args!("reads `{subject}`, which this changes")),
            Rule::FollowsStatus => follows(f, format_args!("has the status that this is about")),
            Rule::NeededLater if self.line.is_none() => {
                write!(f, "runs at task start: the task's command needs {subject}, which this sets")
            }
            Rule::NeededLater => {
                write!(f, "line {line} runs at task start and needs {subject}, which this sets")
            }
            Rule::ChangedLater => write!(
                f,
                "runs at task start alone: `{subject}`, which it reads, is changed by line {line}"
            ),
            Rule::Entangled => {
                starts(f, format_args!("the dependencies around it are too many to follow"))
            }
        }
    }
}
