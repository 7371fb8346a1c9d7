//! Programs that get the terminal for a while: this one with a command, or the person's editor.
//! Whoever calls this has given the terminal back before.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;

use super::logs::Logs;
use crate::app::effect::Aside;
use crate::app::event::Returned;
use crate::ops::Folders;
use crate::ops::editor::Editor;

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
            let name = format!("{id}-{}.sh", stage.name());
            match edit(folders, &name, &text, line, column).await {
                Ok(text) => Returned::Edited { id, stage, text },
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

/// Opens a text in the person's editor and gives what it left. The file is private, and stays
/// when something goes wrong, so that nothing is lost.
async fn edit(
    folders: &Folders,
    name: &str,
    text: &str,
    line: usize,
    column: usize,
) -> Result<String, String> {
    let editor = Editor::find().ok_or("no editor was found; set `EDITOR`, such as `EDITOR=vim`")?;
    let cannot = |error: &dyn std::fmt::Display| {
        format!("cannot hand the script to `{}`: {error}", editor.shown())
    };
    folders.create_private(folders.state()).map_err(|error| cannot(&error))?;
    let folder = tempfile::Builder::new()
        .prefix("edit-")
        .tempdir_in(folders.state())
        .map_err(|error| cannot(&error))?;
    let file = folder.path().join(name);
    std::fs::write(&file, text).map_err(|error| cannot(&error))?;
    let ended = editor.open_at(&file, Some((line, column))).await;
    let read = |file: &Path| std::fs::read_to_string(file);
    match (ended, read(&file)) {
        (Ok(status), Ok(after)) if status.success() => Ok(after),
        (Ok(status), Ok(after)) if after == text => {
            Err(format!("`{}` ended with {status}; nothing was changed", editor.shown()))
        }
        (Err(error), _) => {
            Err(format!("`{}` could not be started: {error}; set `EDITOR`", editor.shown()))
        }
        (Ok(_), _) => {
            let kept = folder.keep().join(name);
            Err(format!(
                "`{}` left no text that can be taken; it is kept in `{}`",
                editor.shown(),
                kept.display()
            ))
        }
    }
}
