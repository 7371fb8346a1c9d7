//! `shell`: bash in an environment, or in what a failed bake left.

use std::io::IsTerminal as _;

use serde_json::json;

use super::run::{self, stdin};
use super::{Desk, Failure, runtime};
use crate::cli::args::{RunArgs, ShellArgs, Telling};
use crate::cli::progress::Screen;
use crate::cli::{signals, status};
use crate::ops::run::Channels;
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
            port: Vec::new(),
            no_fallback: false,
            fresh: false,
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
        let mut listening = signals::listen().map_err(Failure::new)?;
        let mut screen = Screen::new(desk.output, &Telling::plain(), listening.in_task.clone())
            .map_err(Failure::new)?
            .on_terminal(tty);
        let channels = Channels {
            intents: &mut listening.intents,
            signals: &mut listening.signals,
            input: Some(stdin()),
            size: crossterm::terminal::size().ok().filter(|_| tty),
        };
        let code = shell::in_failed(&context, &id, tty, channels, &mut screen).await;
        screen.finish(json!(null));
        Ok(u8::try_from(code?).unwrap_or(status::NOT_STARTED))
    });
    runtime.shutdown_background();
    code
}
