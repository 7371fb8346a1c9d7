//! `tasks`, `logs`, `attach`, `stop`: tasks that are in the engine.

use std::io::IsTerminal as _;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use serde_json::json;

use super::run::{conclude, stdin};
use super::{Desk, Failure, runtime};
use crate::cli::args::{Json, LogsArgs, StopArgs, TaskArg, Telling};
use crate::cli::output::{Output, Paint};
use crate::cli::progress::Screen;
use crate::cli::terminal::RawTerminal;
use crate::cli::{signals, status};
use crate::domain::amount;
use crate::ops::run::Channels;
use crate::ops::run::relay::{Ending, Leaving};
use crate::ops::tasks::{self, TaskSummary};

pub(super) fn list(desk: &mut Desk<'_>, args: Json) -> Result<u8, Failure> {
    let tasks = runtime()?.block_on(async {
        let context = desk.context().await?;
        Ok::<_, Failure>(tasks::list(&context).await?)
    })?;
    if args.json {
        desk.output.json(&json!({ "tasks": tasks }));
        return Ok(status::OK);
    }
    if tasks.is_empty() {
        desk.output.note("no tasks; `prebake run ENV -d` starts one that stays");
    }
    for task in &tasks {
        let (paint, state) = match (task.state, task.exit_code) {
            ("running", _) => (Paint::Good, "● running".to_owned()),
            (_, Some(0)) => (Paint::Faint, "○ exit 0".to_owned()),
            (_, Some(code)) => (Paint::Bad, format!("✗ exit {code}")),
            (state, None) => (Paint::Warn, format!("○ {state}")),
        };
        let state = desk.output.paint(paint, &format!("{state:9}"));
        let degraded = if task.degraded.is_some() { "  degraded" } else { "" };
        let age = task.created.as_deref().map_or_else(|| "-".to_owned(), age);
        let ports = task.ports.iter().fold(String::new(), |all, port| all + "  " + &port.leads());
        desk.output.line(format!(
            "{}  {state}  {}  {age:>6}  {}{ports}{degraded}",
            task.id,
            task.environment,
            command(task)
        ));
    }
    Ok(status::OK)
}

/// How long ago a moment was, to one unit.
pub(super) fn age(moment: &str) -> String {
    let Ok(moment) = moment.parse::<Timestamp>() else { return "-".to_owned() };
    amount::age(Timestamp::now().duration_since(moment).as_secs())
}

/// The command on one line, shortened.
fn command(task: &TaskSummary) -> String {
    let text = task.command.join(" ");
    let text = super::excerpt::printable(&text);
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None if text.is_empty() => "(stages only)".to_owned(),
        None => text,
    }
}

pub(super) fn logs(desk: &mut Desk<'_>, args: &LogsArgs) -> Result<u8, Failure> {
    runtime()?.block_on(async {
        let context = desk.context().await?;
        let task = tasks::find(&context, &args.task).await?;
        let in_task = std::sync::Arc::default();
        let mut screen =
            Screen::new(desk.output, &Telling::plain(), in_task).map_err(Failure::new)?;
        let ended = tokio::select! {
            ended = tasks::logs(&context, &task, args.follow, &mut screen) => ended,
            // A task may be silent for hours, and `| head` wants no more of it.
            () = Output::unread(), if args.follow => Ok(None),
        };
        let output = screen.finish(json!(null));
        match ended? {
            Some(ending @ Ending::StageFailed { .. }) => conclude(output, &task.id, ending, false),
            _ => Ok(status::OK),
        }
    })
}

pub(super) fn attach(desk: &mut Desk<'_>, args: &TaskArg) -> Result<u8, Failure> {
    let runtime = runtime()?;
    let code = runtime.block_on(async {
        let context = desk.context().await?;
        let task = tasks::find(&context, &args.task).await?;
        let mut listening = signals::listen().map_err(Failure::new)?;
        listening.in_task.store(true, Ordering::Relaxed);
        let mut screen = Screen::new(desk.output, &Telling::plain(), listening.in_task.clone())
            .map_err(Failure::new)?;
        let at_terminal = task.has_terminal() && std::io::stdin().is_terminal();
        let terminal = at_terminal.then(RawTerminal::take);
        let channels = Channels {
            intents: &mut listening.intents,
            signals: &mut listening.signals,
            input: task.takes_input().then(stdin),
            size: crossterm::terminal::size().ok(),
        };
        let ending = tasks::attach(&context, &task, channels, &mut screen).await;
        drop(terminal);
        let output = screen.finish(json!(null));
        match ending? {
            // The task's own end was not what was waited for.
            Ending::Left(Leaving::Unread) => Ok(status::OK),
            ending => conclude(output, &task.id, ending, false),
        }
    });
    runtime.shutdown_background();
    code
}

pub(super) fn stop(desk: &mut Desk<'_>, args: &StopArgs) -> Result<u8, Failure> {
    let id = runtime()?.block_on(async {
        let context = desk.context().await?;
        let task = tasks::find(&context, &args.task).await?;
        tasks::stop(&context, &task, args.time, args.remove).await?;
        Ok::<_, Failure>(task.id)
    })?;
    desk.output.line(id);
    Ok(status::OK)
}
