//! Arguments as typed. Nothing is resolved here: ids, mounts and variables are still text.

#![expect(clippy::doc_markdown, reason = "these comments are the help, which is no Markdown")]
#![allow(rustdoc::broken_intra_doc_links, reason = "as above: `[:PORT]` is no link")]

mod clean;
mod desktop;
mod history;
mod import;
mod lint;
mod split;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

pub use self::clean::{CleanArgs, PinArgs};
pub use self::desktop::{DesktopCommand, DesktopOpenArgs, DesktopScriptArg, DesktopShotArgs};
pub use self::history::HistoryArgs;
pub use self::import::{AdoptArgs, ImportArgs, Writing};
pub use self::lint::{LintArgs, StageName};
pub use self::split::SplitArgs;

/// What `--version` tells; `-V` tells the first line.
const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\nengines: Docker 20.10 or newer, podman 4 or newer (API 1.41 or newer)"
);

/// Keeps container environments warm: set-up scripts are baked into an image once, and every
/// task start costs one container start. Without a command the screen is opened.
#[derive(Debug, Parser)]
#[command(name = "prebake", version, long_version = VERSION, max_term_width = 100)]
pub struct Args {
    /// The container engine: unix://PATH, tcp://HOST:PORT or ssh://USER@HOST[:PORT]
    #[arg(long, global = true, value_name = "URL")]
    pub host: Option<String>,
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured too
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// What to do; nothing: the screen is opened.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal that has them.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List environments
    List(Json),
    /// Show an environment
    Show(ShowArgs),
    /// Write a new environment
    New(NewArgs),
    /// Edit an environment in $VISUAL or $EDITOR
    Edit(EnvironmentArg),
    /// Remove an environment; its file goes to prebake's trash
    Remove(RemoveArgs),
    /// Bake the image of an environment and print its name
    Build(BuildArgs),
    /// Start a task: bake what is missing, then run a command in the environment
    Run(RunArgs),
    /// Tell for each layer which image it has and whether it is cached
    Status(StatusArgs),
    /// Tell why each layer is cached or not: which input changed, from what to what
    Explain(ShowArgs),
    /// List tasks
    Tasks(Json),
    /// Tell what was baked and started, how long it took, and what the cache saved
    History(HistoryArgs),
    /// List the cached images with what they cost, and remove those that can go
    Clean(CleanArgs),
    /// Keep an image, or those an environment has now, from being cleaned away
    Pin(PinArgs),
    /// Let a clean take what was pinned
    Unpin(PinArgs),
    /// Print what a task wrote
    Logs(LogsArgs),
    /// Attach the terminal to a running task
    Attach(TaskArg),
    /// Stop a task
    Stop(StopArgs),
    /// See the desktop of a task, or change the scripts that install it
    #[command(subcommand)]
    Desktop(DesktopCommand),
    /// Open a shell in an environment, or in what a failed bake left
    Shell(ShellArgs),
    /// Find what is doubtful in the scripts of an environment, or in a script in a file
    Lint(LintArgs),
    /// Make environments of what was written for something else
    Import(ImportArgs),
    /// Make an environment of a container: its image, variables, mounts and command
    Adopt(AdoptArgs),
    /// Split a script in what is baked once and what runs at every task start
    Split(SplitArgs),
    /// Write an environment as YAML or devcontainer.json, or its layers as Dockerfiles
    Export(ExportArgs),
    /// Check the engine, permissions, disk space and folders
    Doctor(Json),
    /// Print the completion script of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// One document for programs.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub struct Json {
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// An environment.
#[derive(Debug, ClapArgs)]
pub struct EnvironmentArg {
    /// The environment's id
    #[arg(value_name = "ENV")]
    pub environment: String,
}

/// Arguments of `show` and `explain`.
#[derive(Debug, ClapArgs)]
pub struct ShowArgs {
    /// The environment's id
    #[arg(value_name = "ENV")]
    pub environment: String,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `new`.
#[derive(Debug, ClapArgs)]
pub struct NewArgs {
    /// The id of the new environment: a-z, 0-9, `.`, `_`, `-`
    #[arg(value_name = "ENV")]
    pub environment: String,
    /// What a person calls it
    #[arg(long)]
    pub name: Option<String>,
    /// The base image
    #[arg(long, value_name = "IMAGE")]
    pub base: Option<String>,
    /// A file with the cached preflight; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub cached: Option<PathBuf>,
    /// A file with the run preflight; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub run: Option<PathBuf>,
    /// Open the editor on it before it is written
    #[arg(long)]
    pub edit: bool,
}

/// Arguments of `remove`.
#[derive(Debug, ClapArgs)]
pub struct RemoveArgs {
    /// The environment's id
    #[arg(value_name = "ENV")]
    pub environment: String,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}

/// Arguments of `build`.
#[derive(Debug, ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags as typed")]
pub struct BuildArgs {
    /// The environments' ids
    #[arg(value_name = "ENV", required_unless_present = "all")]
    pub environments: Vec<String>,
    /// Build every environment that has something to bake
    #[arg(long, conflicts_with = "environments")]
    pub all: bool,
    /// Build again when an environment is saved, until Ctrl-C
    #[arg(long, short, conflicts_with = "detach")]
    pub watch: bool,
    /// Pull the base image first, to notice that it moved at its registry
    #[arg(long)]
    pub pull: bool,
    /// Bake every layer anew; the old images serve until the new ones are complete
    #[arg(long)]
    pub no_cache: bool,
    /// Start the bake and leave it running
    #[arg(long, short)]
    pub detach: bool,
    /// How to tell.
    #[command(flatten)]
    pub telling: Telling,
}

/// How progress is told.
#[derive(Clone, Debug, ClapArgs)]
pub struct Telling {
    /// Write what happens as JSON lines to a file, or to standard output (`-`)
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// Print neither the log of a bake nor progress
    #[arg(long, short)]
    pub quiet: bool,
}

impl Telling {
    /// Whether events are written to standard output, which then holds nothing else.
    #[must_use]
    pub fn takes_stdout(&self) -> bool {
        self.events.as_deref() == Some(std::path::Path::new("-"))
    }

    /// To a person, with everything.
    #[must_use]
    pub fn plain() -> Self {
        Self { events: None, quiet: false }
    }
}

/// What `run --help` tells at its end.
const RUN_STATUS: &str = "\
Exit status: the command's own. 125: it could not be started, or its output not be written. A task \
that is left running: 0 by the detach keys, 129 when the terminal goes away, 130 by Ctrl-C, 141 \
when nobody reads its output any more.";

/// Arguments of `run`.
#[derive(Debug, ClapArgs)]
#[command(after_help = RUN_STATUS)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags as typed")]
pub struct RunArgs {
    /// The environment's id
    #[arg(value_name = "ENV")]
    pub environment: String,
    /// Pass standard input to the command
    #[arg(long, short)]
    pub interactive: bool,
    /// Give the command a terminal
    #[arg(long, short)]
    pub tty: bool,
    /// Leave the task running and print its id
    #[arg(long, short)]
    pub detach: bool,
    /// Set a variable; NAME alone takes it from here
    #[arg(long, short, value_name = "NAME=VALUE")]
    pub env: Vec<String>,
    /// Mount a folder or volume
    #[arg(long, short, value_name = "SOURCE:TARGET[:ro]")]
    pub mount: Vec<String>,
    /// Publish a port on this host alone, or where ADDRESS says
    #[arg(long, short, value_name = "[ADDRESS:][HOST:]PORT")]
    pub port: Vec<String>,
    /// Fail when a bake fails, instead of starting degraded
    #[arg(long)]
    pub no_fallback: bool,
    /// Wait for new layers, instead of starting on stale ones while the new ones are baked
    #[arg(long)]
    pub fresh: bool,
    /// Run the stages without a command, to try them
    #[arg(long, conflicts_with_all = ["command", "detach"])]
    pub preflight_only: bool,
    /// How to tell.
    #[command(flatten)]
    pub telling: Telling,
    /// The command; without one the environment's own
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<String>,
}

/// Arguments of `status`.
#[derive(Debug, ClapArgs)]
pub struct StatusArgs {
    /// The environment's id; without one all of them
    #[arg(value_name = "ENV")]
    pub environment: Option<String>,
    /// Ask the registry whether the base image moved there
    #[arg(long)]
    pub check_base: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// A task.
#[derive(Debug, ClapArgs)]
pub struct TaskArg {
    /// The task's id, or the beginning of it
    #[arg(value_name = "ID")]
    pub task: String,
}

/// Arguments of `logs`.
#[derive(Debug, ClapArgs)]
pub struct LogsArgs {
    /// The task's id, or the beginning of it
    #[arg(value_name = "ID")]
    pub task: String,
    /// Go on until the task ends
    #[arg(long, short)]
    pub follow: bool,
}

/// Arguments of `stop`.
#[derive(Debug, ClapArgs)]
pub struct StopArgs {
    /// The task's id, or the beginning of it
    #[arg(value_name = "ID")]
    pub task: String,
    /// How many seconds it gets to end by itself
    #[arg(long, short, value_name = "SECONDS", default_value_t = 10)]
    pub time: u16,
    /// Remove it too, with all it wrote
    #[arg(long)]
    pub remove: bool,
}

/// Arguments of `shell`.
#[derive(Debug, ClapArgs)]
pub struct ShellArgs {
    /// The environment's id
    #[arg(value_name = "ENV")]
    pub environment: String,
    /// Open it in the container of the last failed bake, as the failure left it
    #[arg(long)]
    pub failed: bool,
}

/// Arguments of `export`.
#[derive(Debug, ClapArgs)]
pub struct ExportArgs {
    /// The environment's id
    #[arg(value_name = "ENV")]
    pub environment: String,
    /// What to write.
    #[command(flatten)]
    pub form: ExportForm,
    /// Replace files of the folder of --dockerfile that differ
    #[arg(long, conflicts_with_all = ["yaml", "devcontainer"])]
    pub overwrite: bool,
}

/// Forms of an export.
#[derive(Debug, ClapArgs)]
#[group(required = true, multiple = false)]
pub struct ExportForm {
    /// Print the environment as YAML
    #[arg(long)]
    pub yaml: bool,
    /// Print the environment as a devcontainer.json
    #[arg(long)]
    pub devcontainer: bool,
    /// Write a Dockerfile and its scripts into a folder, or print the Dockerfile alone
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = "-")]
    pub dockerfile: Option<PathBuf>,
}
