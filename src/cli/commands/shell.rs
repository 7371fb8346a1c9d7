//! `shell`: bash in an environment, or in what a failed bake left.

use std::io::{IsTerminal as _, Write as _};

use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

use super::run::stdin;
use super::{Desk, Failure, run, runtime};
use crate::cli::args::{RunArgs, ShellArgs, Telling};
use crate::cli::terminal::RawTerminal;
use crate::cli::{signals, status};
use crate::domain::log::Source;
use crate::ops::run::relay::TaskSignal;
use crate::ops::shell;

pub(super) fn shell(desk: &mut Desk<'_>, args: ShellArgs) -> Result<u8, Failure> {
    let tty = std::io::stdin().is_terminal();
    if args.failed {
        return in_failed(desk, &args.environment, tty);
    }
    run::run(
        desk,
        &RunArgs {
            environment: args.environment,
            interactive: true,
            tty,
            detach: false,
            env: Vec::new(),
            mount: Vec::new(),
            no_fallback: false,
            preflight_only: false,
            telling: Telling::plain(),
            command: vec!["bash".to_owned()],
        },
    )
}

fn in_failed(desk: &mut Desk<'_>, environment: &str, tty: bool) -> Result<u8, Failure> {
    let id = desk.load(environment)?.id;
    let runtime = runtime()?;
    let code = runtime.block_on(async {
        let context = desk.context().await?;
        let mut signals = signals::listen().map_err(Failure::new)?.signals;
        let mut open = shell::open(&context, &id, tty).await?;
        let terminal = tty.then(RawTerminal::take);
        if let (true, Ok(size)) = (tty, crossterm::terminal::size()) {
            open.resize(&context, size).await;
        }
        let mut input = Some(stdin());
        loop {
            let next = async {
                match &mut input {
                    Some(input) => input.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                piece = open.attachment.output.next() => match piece {
                    Some(piece) => print(&piece?),
                    None => break,
                },
                bytes = next => {
                    let writer = &mut open.attachment.input;
                    let alive = match bytes {
                        Some(bytes) => {
                            writer.write_all(&bytes).await.is_ok() && writer.flush().await.is_ok()
                        }
                        None => false,
                    };
                    if !alive {
                        let _ = writer.shutdown().await;
                        input = None;
                    }
                }
                signal = signals.recv() => match signal {
                    Some(TaskSignal::Resize(width, height)) => {
                        open.resize(&context, (width, height)).await;
                    }
                    Some(TaskSignal::Leave) | None => break,
                    Some(TaskSignal::Send(_)) => {}
                },
            }
        }
        drop(terminal);
        let code = open.close(&context).await?;
        Ok(u8::try_from(code).unwrap_or(status::NOT_STARTED))
    });
    runtime.shutdown_background();
    code
}

fn print(piece: &crate::engine::Output) {
    let _ = match piece.source {
        Source::Stdout => {
            let mut stdout = std::io::stdout().lock();
            stdout.write_all(&piece.bytes).and_then(|()| stdout.flush())
        }
        Source::Stderr => std::io::stderr().lock().write_all(&piece.bytes),
    };
}
