//! The desktop of a task: how to get to it, and a picture of it.
//!
//! What opens it is in the container and nowhere else: a file that only the task's user can read,
//! taken out by the archive API. So whoever may ask the engine gets in, and nobody who can only
//! read labels, process lists or logs.

pub mod browser;

use std::fmt;

use futures_util::StreamExt as _;
use serde::Serialize;

use super::tasks::{self, Task, TaskSummary};
use crate::domain::desktop::access::{self, ACCESS_FILE, Access, FAILED_FILE};
use crate::domain::desktop::reach::{Place, Reach};
use crate::domain::desktop::{self, PROGRAM};
use crate::domain::environment::EnvironmentId;
use crate::domain::layer::labels;
use crate::domain::log::Source;
use crate::domain::port::{Port, Protocol};
use crate::engine::{ContainerFacts, Engine, State};
use crate::ops::{Context, Environments, OpError};

pub use crate::store::desktop::DesktopScript;

/// How every PNG begins.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The largest picture that is taken, in bytes: the largest desktop, uncompressed.
const MAX_PICTURE_BYTES: usize = 1024 * 1024 * 1024;

/// A running task's desktop.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Desktop {
    /// The task's id.
    pub task: String,
    /// The port of its page, on the loopback address of the engine's host.
    pub port: u16,
    /// The page, with all it needs to open the desktop.
    pub url: String,
    /// The command that comes first, on the person's machine; none: the browser can be here.
    pub tunnel: Option<String>,
}

/// Who has the URL gets in, so that it stays out of every debug print.
impl fmt::Debug for Desktop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Desktop({} {})", self.task, self.port)
    }
}

/// The task that is meant by `text`: the newest running one of that environment that has a
/// desktop, or the one whose id begins so.
pub async fn find(context: &Context, text: &str) -> Result<Task, OpError> {
    let mut all = tasks::running(context).await?;
    all.retain(|task| task.environment() == text && task.has_desktop());
    if let Some(newest) = all.into_iter().next() {
        return Ok(newest);
    }
    match tasks::find(context, text).await {
        Err(OpError::NoTask { id }) => {
            let environments = Environments::new(context.folders.clone());
            match EnvironmentId::parse(text) {
                Ok(environment) if environments.load(&environment).is_ok() => {
                    Err(OpError::NoTaskWithDesktop { environment })
                }
                _ => Err(OpError::NoTask { id }),
            }
        }
        found => found,
    }
}

/// How to get to the desktop of a task.
pub async fn of_task(context: &Context, task: &Task) -> Result<Desktop, OpError> {
    of_container(&context.engine, &task.id, task.container()).await
}

/// How to get to the desktop of a listed task.
pub async fn of_summary(context: &Context, task: &TaskSummary) -> Result<Desktop, OpError> {
    of_container(&context.engine, &task.id, &task.container).await
}

/// How to get to the desktop of the task `id` in `container`.
pub(super) async fn of_container(
    engine: &Engine,
    id: &str,
    container: &str,
) -> Result<Desktop, OpError> {
    let facts = running(engine, id, container).await?;
    let inside = facts.label(labels::DESKTOP).parse().unwrap_or_default();
    let folder = desktop::folder(id);
    let Some(bytes) = engine.read_file(container, &format!("{folder}/{ACCESS_FILE}")).await? else {
        return Err(
            match engine.read_file(container, &format!("{folder}/{FAILED_FILE}")).await? {
                Some(cause) => {
                    OpError::DesktopFailed { id: id.to_owned(), cause: access::sentence(&cause) }
                }
                None => OpError::DesktopNotReady { id: id.to_owned() },
            },
        );
    };
    let not = |cause: &str| OpError::DesktopFailed { id: id.to_owned(), cause: cause.to_owned() };
    let access = std::str::from_utf8(&bytes).ok().and_then(Access::parse);
    let access = access.ok_or_else(|| not("what opens it is not what a desktop writes"))?;
    let port = published(&facts.ports, inside).ok_or_else(|| {
        not("its port is not published on an address that this machine's browser can name")
    })?;
    let tunnel = match Reach::find(engine.host(), &place(), port) {
        Reach::Direct => None,
        Reach::Tunnel(command) => Some(command),
    };
    Ok(Desktop { task: id.to_owned(), port, url: access.url(port), tunnel })
}

/// The port of the host that leads to `inside` from the loopback address.
fn published(ports: &[Port], inside: u16) -> Option<u16> {
    let leads = |port: &&Port| {
        let is_near = port.address == Port::LOOPBACK || port.address.is_unspecified();
        port.container == inside && port.protocol == Protocol::Tcp && is_near
    };
    ports.iter().find(leads).and_then(|port| port.host)
}

async fn running(engine: &Engine, id: &str, container: &str) -> Result<ContainerFacts, OpError> {
    let facts = engine.container(container).await?;
    let facts = facts.ok_or_else(|| OpError::NoTask { id: id.to_owned() })?;
    match facts.state {
        State::Exited(code) => Err(OpError::TaskEnded { id: id.to_owned(), code }),
        _ if facts.label(labels::DESKTOP).is_empty() => {
            Err(OpError::NoDesktop { id: id.to_owned() })
        }
        _ => Ok(facts),
    }
}

fn place() -> Place {
    let text = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    Place { ssh_connection: text("SSH_CONNECTION"), user: text("USER").or_else(|| text("LOGNAME")) }
}

/// A picture of the desktop of a task, a PNG.
pub async fn shot(context: &Context, task: &Task) -> Result<Vec<u8>, OpError> {
    let engine = &context.engine;
    running(engine, &task.id, task.container()).await?;
    let (exec, attachment) = engine.exec(task.container(), &[PROGRAM, "shot"], false).await?;
    drop(attachment.input);
    let (mut picture, mut complaint) = (Vec::new(), Vec::new());
    let mut output = attachment.output;
    while let Some(piece) = output.next().await {
        let piece = piece?;
        let taken = if piece.source == Source::Stdout { &mut picture } else { &mut complaint };
        if taken.len() < MAX_PICTURE_BYTES {
            taken.extend_from_slice(&piece.bytes);
        }
    }
    let status = engine.exec_status(&exec).await?;
    if status == Some(0) && picture.starts_with(PNG) {
        return Ok(picture);
    }
    let said = if complaint.is_empty() { &picture } else { &complaint };
    let cause = match access::sentence(said) {
        _ if status == Some(0) => "what came is no PNG".to_owned(),
        said if said.is_empty() => format!("`{PROGRAM} shot` failed"),
        said => said,
    };
    Err(OpError::NoPicture { id: task.id.clone(), cause })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_one_that_the_loopback_address_leads_to() {
        let at = |text: &str| Port::parse(text).unwrap();
        for (ports, expected) in [
            (vec![at("8080:80"), at("49153:6080")], Some(49153)),
            (vec![at("0.0.0.0:7000:6080")], Some(7000)),
            (vec![at("10.0.0.1:7000:6080")], None),
            (vec![at("7000:6080/udp")], None),
            (vec![at("6080")], None),
            (Vec::new(), None),
        ] {
            assert_eq!(published(&ports, 6080), expected, "{ports:?}");
        }
    }
}
