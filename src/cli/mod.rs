//! The command line: [`args`] as typed, resolved by each of the [`commands`], which ask an
//! operation and print its outcome. [`output`] is the only printer, [`progress`] shows what an
//! operation tells, [`signals`] turns Ctrl-C and its like into intents.

pub mod args;
mod commands;
mod events;
mod output;
mod progress;
mod signals;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

use self::args::Args;
use self::output::Output;

/// Exit statuses. Those of `prebake run` are the command's own, as with docker.
pub mod status {
    /// It worked.
    pub const OK: u8 = 0;
    /// It did not, or a linter found something.
    pub const FAILED: u8 = 1;
    /// The arguments make no sense.
    pub const USAGE: u8 = 2;
    /// prebake or the engine kept a task from starting.
    pub const NOT_STARTED: u8 = 125;
    /// Ended by Ctrl-C.
    pub const INTERRUPTED: u8 = 130;
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return usage(&error),
    };
    let mut output = Output::new(args.color);
    let code = commands::run(args, &mut output);
    output.finish(code)
}

/// Clap prints its own help and errors; a closed pipe is no failure of ours.
fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(status::USAGE) } else { ExitCode::SUCCESS }
}
