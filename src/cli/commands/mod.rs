//! The subcommands, one file per verb or per family of small ones.

mod build;
mod clean;
mod desktop;
mod doctor;
mod edit;
mod environments;
mod excerpt;
mod export;
mod history;
mod import;
mod lint;
mod new;
mod pages;
mod remove;
mod run;
mod shell;
mod split;
mod state;
mod tasks;

use tokio::runtime::Runtime;

use super::args::Command;
use super::output::Output;
use super::status;
use crate::domain::environment::EnvironmentId;
use crate::ops::edit::EditError;
use crate::ops::{Context, OpError, Outlet};
use crate::ops::{Environments, Folders, Loaded, StoreError};

/// A sentence for the user, and the exit status that goes with it.
#[derive(Debug)]
pub(super) struct Failure {
    sentence: String,
    code: u8,
}

impl Failure {
    fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), code: status::FAILED }
    }

    fn with(mut self, code: u8) -> Self {
        self.code = code;
        self
    }
}

impl From<OpError> for Failure {
    fn from(error: OpError) -> Self {
        let code = match &error {
            OpError::Cancelled { .. }
            | OpError::Left { .. }
            | OpError::Interrupted
            | OpError::Abandoned => status::INTERRUPTED,
            _ => status::FAILED,
        };
        Self::new(error.to_string()).with(code)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<EditError> for Failure {
    fn from(error: EditError) -> Self {
        Self::new(error.to_string())
    }
}

/// What every subcommand works with.
struct Desk<'a> {
    host: Option<String>,
    folders: Folders,
    output: &'a mut Output,
}

/// Runs a command and returns the exit status.
pub(super) fn run(command: Command, host: Option<String>, output: &mut Output) -> u8 {
    // These two need neither folders nor an engine.
    match command {
        Command::Completions { shell } => return pages::completions(output, shell),
        Command::Man => return pages::man(output),
        _ => {}
    }
    let starts_task = matches!(command, Command::Run(_) | Command::Shell(_));
    let lints = matches!(command, Command::Lint(_));
    let result = Folders::from_environment().map_err(Failure::from).and_then(|folders| {
        let mut desk = Desk { host, folders, output };
        dispatch(command, &mut desk)
    });
    match result {
        // The command succeeded, and what it printed is lost.
        Ok(status::OK) if starts_task && output.outlet() == Outlet::Faulty => status::NOT_STARTED,
        Ok(code) => code,
        Err(failure) => {
            if failure.code == status::INTERRUPTED {
                output.note(failure.sentence);
            } else {
                output.error(failure.sentence);
            }
            match failure.code {
                status::FAILED if starts_task => status::NOT_STARTED,
                status::FAILED if lints => status::USAGE,
                code => code,
            }
        }
    }
}

fn dispatch(command: Command, desk: &mut Desk<'_>) -> Result<u8, Failure> {
    match command {
        Command::List(args) => environments::list(desk, args),
        Command::Show(args) => environments::show(desk, &args),
        Command::New(args) => new::new(desk, args),
        Command::Edit(args) => edit::edit(desk, &args),
        Command::Remove(args) => remove::remove(desk, &args),
        Command::Build(args) => build::build(desk, &args),
        Command::Run(args) => run::run(desk, &args),
        Command::Status(args) => state::status(desk, &args),
        Command::Explain(args) => state::explain(desk, &args),
        Command::Tasks(args) => tasks::list(desk, args),
        Command::History(args) => history::history(desk, &args),
        Command::Clean(args) => clean::clean(desk, &args),
        Command::Pin(args) => clean::pins::pin(desk, &args),
        Command::Unpin(args) => clean::pins::unpin(desk, &args),
        Command::Logs(args) => tasks::logs(desk, &args),
        Command::Attach(args) => tasks::attach(desk, &args),
        Command::Stop(args) => tasks::stop(desk, &args),
        Command::Desktop(command) => desktop::desktop(desk, &command),
        Command::Shell(args) => shell::shell(desk, args),
        Command::Lint(args) => lint::lint(desk, &args),
        Command::Import(args) => import::import(desk, &args),
        Command::Adopt(args) => import::adopt(desk, &args),
        Command::Split(args) => split::split(desk, &args),
        Command::Export(args) => export::export(desk, &args),
        Command::Doctor(args) => doctor::doctor(desk, args),
        Command::Completions { shell } => Ok(pages::completions(desk.output, shell)),
        Command::Man => Ok(pages::man(desk.output)),
    }
}

impl Desk<'_> {
    fn environments(&self) -> Environments {
        Environments::new(self.folders.clone())
    }

    /// The environment a user named.
    fn load(&self, text: &str) -> Result<Loaded, Failure> {
        Ok(self.environments().load(&id(text)?)?)
    }

    /// Connects to the engine.
    async fn context(&self) -> Result<Context, Failure> {
        Ok(Context::connect(self.host.as_deref(), self.folders.clone()).await?)
    }
}

/// The id a user typed.
fn id(text: &str) -> Result<EnvironmentId, Failure> {
    EnvironmentId::parse(text).map_err(|error| Failure::new(error.to_string()))
}

/// One thread beside this one: printing to a slow terminal must not keep output from being read.
fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(
        |error| Failure::new(format!("cannot start: {error}; close other programs and try again")),
    )
}
