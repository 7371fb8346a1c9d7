//! That something changed in the engine, told as it happens and never asked for.

use std::time::Duration;

use futures_util::StreamExt as _;
use jiff::Timestamp;

use crate::engine::EngineEvent;
use crate::ops::{Context, OpError};

/// How long more of the same is waited for: a bake that begins makes many events at once.
const GATHER: Duration = Duration::from_millis(60);

/// What changed, and so what is worth asking for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Containers: bakes and tasks.
    Containers,
    /// Images: layers and bases.
    Images,
}

/// Tells what changes from `since` on, many events as one. Ends when the connection is lost,
/// never otherwise, and returns why; the caller begins again and takes everything for changed.
pub async fn changes(context: &Context, since: Timestamp, mut tell: impl FnMut(Change)) -> OpError {
    let mut events = context.engine.events(since);
    loop {
        let (mut containers, mut images, mut end) = (false, false, None);
        let mut note = |event| match event {
            Some(Ok(EngineEvent::Container)) => containers = true,
            Some(Ok(EngineEvent::Image)) => images = true,
            Some(Err(error)) => end = Some(OpError::from(error)),
            None => end = Some(OpError::Unusable("the engine tells no more events".to_owned())),
        };
        note(events.next().await);
        let pause = tokio::time::sleep(GATHER);
        let mut pause = std::pin::pin!(pause);
        loop {
            tokio::select! {
                () = &mut pause => break,
                event = events.next() => {
                    let is_end = !matches!(event, Some(Ok(_)));
                    note(event);
                    if is_end { break }
                }
            }
        }
        if containers {
            tell(Change::Containers);
        }
        if images {
            tell(Change::Images);
        }
        if let Some(error) = end {
            return error;
        }
    }
}
