//! The desktop of a task that is being started: waited for where nobody watches the task, and told.

use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::mpsc;

use super::relay::TaskSignal;
use crate::domain::log::Source;
use crate::domain::script::marker::{Marker, MarkerFilter, Piece};
use crate::engine::Engine;
use crate::ops::desktop;
use crate::ops::{Progress, Watch};

/// The longest that a start waits for a desktop, which gives up by itself before.
const PATIENCE: Duration = Duration::from_secs(40);

/// A task with a desktop.
pub(super) struct Desk<'a> {
    pub(super) engine: &'a Engine,
    /// The task's id.
    pub(super) task: &'a str,
    pub(super) container: &'a str,
}

impl Desk<'_> {
    /// Tells how to get to it. It is there for the task, so that nothing but the telling is lost
    /// with an error.
    pub(super) async fn tell(&self, watch: &mut dyn Watch) {
        match desktop::of_container(self.engine, self.task, self.container).await {
            Ok(found) => watch
                .see(Progress::DesktopReady { url: &found.url, tunnel: found.tunnel.as_deref() }),
            Err(error) => watch.see(Progress::Warning(&format!(
                "the task's desktop is ready, but how to get to it is not known: {error}"
            ))),
        }
    }
}

/// Waits for the desktop of a task, by its log; false when it will not come, or is not waited for
/// any longer.
pub(super) async fn ready(
    engine: &Engine,
    container: &str,
    nonce: &str,
    signals: &mut mpsc::Receiver<TaskSignal>,
) -> bool {
    let waiting = tokio::time::timeout(PATIENCE, told(engine, container, nonce));
    let mut waiting = std::pin::pin!(waiting);
    loop {
        tokio::select! {
            told = &mut waiting => return told.unwrap_or(false),
            signal = signals.recv() => match signal {
                Some(TaskSignal::Resize(..)) => {}
                // The task is to go on alone, and so it does.
                Some(TaskSignal::Send(_) | TaskSignal::Leave(_)) => return false,
                None => std::future::pending().await,
            },
        }
    }
}

async fn told(engine: &Engine, container: &str, nonce: &str) -> bool {
    let mut filters = [MarkerFilter::new(nonce), MarkerFilter::new(nonce)];
    let mut log = engine.logs(container, true);
    // Each of the two streams says so, and what is said on the other may be older.
    let mut commands = 0;
    while let Some(Ok(output)) = log.next().await {
        for piece in filters[usize::from(output.source == Source::Stderr)].push(&output.bytes) {
            match piece {
                Piece::Marker(Marker::Desktop) => return true,
                Piece::Marker(Marker::Failed(..)) => return false,
                Piece::Marker(Marker::Command(_)) => {
                    commands += 1;
                    if commands == 2 {
                        return false;
                    }
                }
                Piece::Marker(_) | Piece::Bytes(_) => {}
            }
        }
    }
    false
}
