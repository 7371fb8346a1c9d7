//! The command line: [`args`] as typed, resolved by each of the [`commands`], which ask an
//! operation and print its outcome. [`output`] is the only printer, [`progress`] shows what an
//! operation tells, [`board`] what several builds do, [`signals`] turns Ctrl-C and its like into
//! intents.

pub mod args;
mod board;
mod commands;
mod events;
mod output;
mod progress;
mod signals;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use self::args::Args;
use self::output::Output;
use crate::domain::lint::is_expected;

/// Exit statuses. Those of `prebake run` are the command's own, as with docker.
pub mod status {
    /// It worked.
    pub const OK: u8 = 0;
    /// It did not, or a linter found something.
    pub const FAILED: u8 = 1;
    /// The arguments make no sense.
    pub const USAGE: u8 = 2;
    /// prebake or the engine kept a task from starting, or its output from being written.
    pub const NOT_STARTED: u8 = 125;
    /// Left because the terminal went away.
    pub const HUNG_UP: u8 = 129;
    /// Ended by Ctrl-C.
    pub const INTERRUPTED: u8 = 130;
    /// Left because nobody reads any more, as a program that the pipe's signal ends.
    pub const UNREAD: u8 = 141;
}

/// What the process does after its arguments were read.
#[derive(Debug)]
pub enum Next {
    /// Nothing: a command was run.
    Done(ExitCode),
    /// It opens the screen, because no command was given.
    Screen {
        /// The engine that was named.
        host: Option<String>,
    },
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> Next {
    let Args { host, color, command } = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return Next::Done(usage(&error)),
    };
    let Some(command) = command else {
        return Next::Screen { host };
    };
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !is_expected() {
            report(panic);
        }
    }));
    let mut output = Output::new(color);
    let code = commands::run(command, host, &mut output);
    Next::Done(output.finish(code))
}

/// Clap prints its own help and errors; a closed pipe is no failure of ours.
fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if !error.use_stderr() {
        ExitCode::SUCCESS
    } else if starts_task(std::env::args_os()) {
        ExitCode::from(status::NOT_STARTED)
    } else {
        ExitCode::from(status::USAGE)
    }
}

/// Whether arguments that make no sense are those of a command whose exit status is a task's.
fn starts_task(arguments: impl IntoIterator<Item = OsString>) -> bool {
    let lenient = Args::command().ignore_errors(true).disable_help_flag(true);
    let found = lenient.try_get_matches_from(arguments);
    found.is_ok_and(|found| matches!(found.subcommand_name(), Some("run" | "shell")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_starts_a_task_is_known_by_arguments_that_make_no_sense() {
        for (arguments, starts) in [
            ("run", true),
            ("run demo --nope", true),
            ("run --nope demo -- true", true),
            ("run demo --env", true),
            ("--host x --color never run demo --quiet=3", true),
            ("--color loud run demo", true),
            ("run demo --color loud", true),
            ("run demo --preflight-only -d", true),
            ("shell --nope", true),
            ("", false),
            ("nope", false),
            ("nope run", false),
            ("--host run lint --nope", false),
            ("logs run --nope", false),
            ("build run --nope", false),
        ] {
            let words = ["prebake"].into_iter().chain(arguments.split_whitespace());
            assert_eq!(starts_task(words.map(OsString::from)), starts, "{arguments}");
        }
    }
}
