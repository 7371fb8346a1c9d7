//! A browser on a desktop, where there is one in front of the person.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::Command;

use super::Desktop;
use crate::ops::editor::program;
use crate::ops::{Context, OpError};
use crate::store::desktop::page;

/// Programs that open a page in the person's browser.
const OPENERS: [&str; 2] = ["xdg-open", "open"];

/// What opens pages here: `$BROWSER`, or the desktop's own. Nothing where nobody would see it.
#[must_use]
pub fn find() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let is_seen = ["DISPLAY", "WAYLAND_DISPLAY"].into_iter().any(|name| variable(name).is_some())
        || cfg!(target_os = "macos");
    if !is_seen || variable("SSH_CONNECTION").is_some() {
        return None;
    }
    let path = variable("PATH")?;
    // A list, of which each may be a command with arguments: those are for who wrote them.
    let named = variable("BROWSER").and_then(|names| names.into_string().ok());
    let named = named.iter().flat_map(|names| names.split(':'));
    named.chain(OPENERS).find_map(|name| {
        if name.contains('/') {
            Some(PathBuf::from(name)).filter(|file| file.is_file())
        } else {
            program(&path, name)
        }
    })
}

/// Opens a desktop with the program `opener`, by way of a page that only the person can read.
pub fn open(context: &Context, desktop: &Desktop, opener: &PathBuf) -> Result<(), OpError> {
    let page = page(&context.folders, &desktop.task, &desktop.url)?;
    let mut command = Command::new(opener);
    command.arg(&page).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // It may be the browser itself, which is not waited for.
    command.process_group(0).spawn().map(drop).map_err(|error| {
        OpError::Unusable(format!(
            "cannot start the browser `{}`: {error}; open the URL by hand",
            opener.display()
        ))
    })
}
