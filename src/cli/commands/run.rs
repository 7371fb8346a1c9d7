//! `run`: starts a task and is its terminal.

use std::env::VarError;
use std::io::{IsTerminal as _, Read as _};

use bytes::Bytes;
use serde_json::json;
use tokio::sync::mpsc;

use super::{Desk, Failure, build, runtime};
use crate::cli::args::RunArgs;
use crate::cli::output::Output;
use crate::cli::progress::Screen;
use crate::cli::{signals, status};
use crate::domain::manifest::variable_name_fault;
use crate::domain::mount::Mount;
use crate::domain::port::Port;
use crate::ops::run::feed::Input;
use crate::ops::run::relay::{Ending, Leaving};
use crate::ops::run::{Channels, Fallback, RunRequest, Staleness, TaskCommand, run as start};
use crate::ops::{Detached, Loaded, OpError};

pub(super) fn run(desk: &mut Desk<'_>, args: &RunArgs) -> Result<u8, Failure> {
    let loaded = desk.load(&args.environment)?;
    let request = resolve(args, desk.host.as_deref())?;
    build::warn(desk.output, &loaded.id, &loaded.environment);
    let runtime = runtime()?;
    let code = runtime.block_on(async {
        let context = desk.context().await?;
        let mut listening = signals::listen().map_err(Failure::new)?;
        let mut screen = Screen::new(desk.output, &args.telling, listening.in_task.clone())
            .map_err(Failure::new)?
            .on_terminal(request.tty && !request.detach);
        let channels = Channels {
            intents: &mut listening.intents,
            signals: &mut listening.signals,
            input: (request.interactive && !request.detach).then(stdin),
            size: crossterm::terminal::size().ok(),
        };
        let Loaded { id, environment, .. } = &loaded;
        let task = start(&context, id, environment, &request, channels, &mut screen);
        let ended = listening.forced.unless(Box::pin(task)).await;
        let record = ended.as_ref().ok().map(|end| &end.record);
        let error = ended.as_ref().err().map(ToString::to_string);
        let last = json!({ "event": "task_ended", "task": record, "error": error });
        let output = screen.finish(last);
        let end = ended?;
        // The last event has the id, too.
        let is_left = matches!(end.ending, Ending::Left(_));
        if request.detach && args.telling.takes_stdout() && is_left {
            return Ok(status::OK);
        }
        conclude(output, end.record.id.as_str(), end.ending, request.detach)
    });
    // A thread may still be blocked reading standard input.
    runtime.shutdown_background();
    code
}

/// Tells how watching a task ended, and gives the exit status for it.
pub(super) fn conclude(
    output: &mut Output,
    id: &str,
    ending: Ending,
    detached: bool,
) -> Result<u8, Failure> {
    match ending {
        Ending::Exited(code) => Ok(u8::try_from(code).unwrap_or(status::NOT_STARTED)),
        Ending::StageFailed { stage, line, code } => {
            let error = OpError::StageFailed { stage, line, code };
            Err(Failure::from(error).with(status::NOT_STARTED))
        }
        Ending::Left(_) if detached => {
            output.line(id);
            Ok(status::OK)
        }
        Ending::Left(why) => {
            output.note(format!(
                "left task {id} running; `prebake attach {id}` returns to it, `prebake stop {id}` ends it"
            ));
            // What comes after it, as in `prebake run … && deploy`, counts on the command's end.
            Ok(match why {
                Leaving::Detached => status::OK,
                Leaving::HungUp => status::HUNG_UP,
                Leaving::Interrupted => status::INTERRUPTED,
                Leaving::Unread => status::UNREAD,
            })
        }
    }
}

fn resolve(args: &RunArgs, host: Option<&str>) -> Result<RunRequest, Failure> {
    if args.tty && !args.detach && !std::io::stdin().is_terminal() {
        return Err(Failure::new(
            "standard input is no terminal, so the task cannot have one; leave out `-t`",
        ));
    }
    let variables = args.env.iter().map(|text| variable(text).map_err(Failure::new));
    let mounts = args.mount.iter();
    let mounts =
        mounts.map(|text| Mount::parse(text).map_err(|error| Failure::new(error.to_string())));
    let ports = args.port.iter();
    let ports =
        ports.map(|text| Port::parse(text).map_err(|error| Failure::new(error.to_string())));
    Ok(RunRequest {
        command: match args.command.as_slice() {
            _ if args.preflight_only => TaskCommand::StagesOnly,
            [] => TaskCommand::Own,
            command => TaskCommand::Given(command.to_vec()),
        },
        interactive: args.interactive,
        tty: args.tty,
        detach: args.detach,
        variables: variables.collect::<Result<_, _>>()?,
        mounts: mounts.collect::<Result<_, _>>()?,
        ports: ports.collect::<Result<_, _>>()?,
        fallback: if args.no_fallback { Fallback::Refused } else { Fallback::Degraded },
        staleness: if args.fresh { Staleness::Refused } else { Staleness::Served },
        detached: Detached::own(host).ok(),
    })
}

/// `NAME=VALUE`, or `NAME` for the value it has here.
fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = if let Some((name, value)) = text.split_once('=') {
        (name, value.to_owned())
    } else {
        let value = std::env::var(text).map_err(|error| {
            let fault = match error {
                VarError::NotPresent => "is not set here",
                VarError::NotUnicode(_) => "has a value here that is no UTF-8",
            };
            format!(
                "variable `{}` {fault}; write `--env {}=VALUE`",
                text.escape_debug(),
                text.escape_debug()
            )
        })?;
        (text, value)
    };
    match variable_name_fault(name) {
        None => Ok((name.to_owned(), value)),
        Some(fault) => Err(format!("variable `{}` {fault}", name.escape_debug())),
    }
}

/// Standard input from a thread of its own, since reading it cannot be interrupted.
pub(super) fn stdin() -> Input {
    let (sender, receiver) = mpsc::channel(16);
    std::thread::spawn(move || {
        let mut buffer = vec![0; 16 * 1024];
        let mut stdin = std::io::stdin().lock();
        while let Ok(count @ 1..) = stdin.read(&mut buffer) {
            if sender.blocking_send(Bytes::copy_from_slice(&buffer[..count])).is_err() {
                return;
            }
        }
    });
    receiver
}
