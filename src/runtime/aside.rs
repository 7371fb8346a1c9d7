//! Programs that get the terminal for a while: this one with a command, or the person's editor.
//! Whoever calls this has given the terminal back before.

use std::os::unix::process::ExitStatusExt as _;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;

use super::logs::Logs;
use crate::app::domain::environment::{EnvironmentId, Stage};
use crate::app::effect::Aside;
use crate::app::event::Returned;
use crate::ops::Folders;
use crate::ops::editor::Editor;
use crate::ops::handed::Handed;

pub(super) async fn run(
    folders: &Folders,
    host: Option<&str>,
    logs: &Logs,
    aside: Aside,
) -> Returned {
    match aside {
        Aside::Page(log, line) => logs.page(&log, line).await,
        Aside::Prebake { arguments, pauses } => command(host, arguments, pauses).await,
        Aside::Edit { id, stage, text, line, column } => {
            let edited = edit(folders, &id, stage, &text, (line, column)).await;
            match edited {
                Ok((text, trouble)) => Returned::Edited { id, stage, text, trouble },
                Err(sentence) => Returned::Failed(sentence),
            }
        }
    }
}

async fn command(host: Option<&str>, arguments: Vec<String>, pauses: bool) -> Returned {
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return Returned::Failed(format!("cannot find prebake itself: {error}")),
    };
    let mut command = Command::new(program);
    if let Some(host) = host {
        command.args(["--host", host]);
    }
    match command.args(&arguments).status().await {
        Ok(status) => {
            let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
            if pauses {
                pause().await;
            }
            Returned::Ended { arguments, code: code.unwrap_or(1) }
        }
        Err(error) => {
            Returned::Failed(format!("cannot start `prebake {}`: {error}", arguments.join(" ")))
        }
    }
}

/// Waits for Enter. A terminal that is gone is no reason to stay.
async fn pause() {
    let asked = tokio::io::stderr().write_all(b"\nEnter goes back to the screen. ").await;
    if asked.is_ok() {
        let mut line = String::new();
        let _ = BufReader::new(tokio::io::stdin()).read_line(&mut line).await;
    }
}

/// Opens a script in the person's editor and gives what it left, and how it ended if not well. What
/// cannot be given back stays in its file, so that nothing is lost.
async fn edit(
    folders: &Folders,
    id: &EnvironmentId,
    stage: Stage,
    text: &str,
    place: (usize, usize),
) -> Result<(String, Option<String>), String> {
    let editor = Editor::find().ok_or("no editor was found; set `EDITOR`, such as `EDITOR=vim`")?;
    let shown = editor.shown();
    let handed = Handed::begin(folders, id, stage, text)
        .map_err(|error| format!("cannot hand the script to `{shown}`: {error}"))?;
    let ended = editor.open_at(handed.file(), Some(place), |it| handed.opened_by(it)).await;
    let status = match ended {
        Ok(status) => status,
        Err(error) => {
            handed.end();
            return Err(format!("`{shown}` could not be started: {error}; set `EDITOR`"));
        }
    };
    let after = handed.text().map_err(|error| {
        format!("`{shown}` left no text that can be taken: {error}; what there is stays there")
    })?;
    if status.success() {
        handed.end();
        return Ok((after, None));
    }
    let beside = handed
        .give_up(folders)
        .map(|path| format!("; what it kept beside that is in `{}`", path.display()))
        .unwrap_or_default();
    if after == text {
        return Err(format!("`{shown}` ended with {status}; nothing was changed{beside}"));
    }
    let told = format!(
        "`{shown}` ended with {status}; what it wrote is here, and undo takes it back{beside}"
    );
    Ok((after, Some(told)))
}
