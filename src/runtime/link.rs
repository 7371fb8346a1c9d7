//! The connection to the engine: made, lost, made again, for as long as the screen is there.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::Outbox;
use crate::app::environments::EnvironmentsEvent;
use crate::app::event::Event;
use crate::app::link::{EngineFacts, LinkEvent};
use crate::ops::host::free_bytes;
use crate::ops::{Context, Folders, OpError, changes, host};

/// The first and the longest pause between two tries.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// The connection as the rest of the runtime sees it.
pub(super) struct Link {
    context: watch::Receiver<Option<Context>>,
    again: Arc<Notify>,
}

impl Link {
    /// Makes ready to connect, which begins with [`Link::again`].
    pub(super) fn new(host: Option<String>, folders: Folders, outbox: Outbox) -> Self {
        let (sender, context) = watch::channel(None);
        let again = Arc::new(Notify::new());
        let keeper = Keeper { host, folders, outbox, sender, again: again.clone() };
        tokio::spawn(keeper.keep());
        Self { context, again }
    }

    /// The engine, while it answers.
    pub(super) fn context(&self) -> Option<Context> {
        self.context.borrow().clone()
    }

    /// Tries at once.
    pub(super) fn again(&self) {
        self.again.notify_one();
    }
}

/// The room for images, which each bake and each removal changes.
pub(super) async fn room(context: Context) -> Option<Event> {
    // An engine that is gone is told by the link.
    let free_bytes = free_bytes(&context).await.ok()?;
    Some(Event::Link(LinkEvent::Room(free_bytes)))
}

struct Keeper {
    host: Option<String>,
    folders: Folders,
    outbox: Outbox,
    sender: watch::Sender<Option<Context>>,
    again: Arc<Notify>,
}

impl Keeper {
    async fn keep(self) {
        self.again.notified().await;
        let mut pause = PAUSES.0;
        loop {
            let error = match self.connect().await {
                Ok((context, facts)) => {
                    pause = PAUSES.0;
                    self.sender.send_replace(Some(context.clone()));
                    if !self.outbox.tell(Event::Link(LinkEvent::Up(facts))).await {
                        return;
                    }
                    self.hear(&context).await
                }
                Err(error) => error,
            };
            self.sender.send_replace(None);
            let again_ms = u64::try_from(pause.as_millis()).unwrap_or(0);
            let down = LinkEvent::Down { cause: error.to_string(), again_ms };
            if !self.outbox.tell(Event::Link(down)).await {
                return;
            }
            let _ = tokio::time::timeout(pause, self.again.notified()).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    async fn connect(&self) -> Result<(Context, EngineFacts), OpError> {
        let context = Context::connect(self.host.as_deref(), self.folders.clone()).await?;
        let told = host(&context).await?;
        let facts = EngineFacts {
            place: told.label,
            product: format!("{} {}", told.facts.product, told.facts.engine_version),
            free_bytes: told.facts.disk.map(|disk| disk.free),
        };
        Ok((context, facts))
    }

    /// Tells what changes in the engine until the connection is lost.
    async fn hear(&self, context: &Context) -> OpError {
        let outbox = self.outbox.clone();
        changes(context, jiff::Timestamp::now(), move |_| {
            let outbox = outbox.clone();
            tokio::spawn(async move {
                outbox.tell(Event::Environments(EnvironmentsEvent::EngineChanged)).await;
            });
        })
        .await
    }
}
