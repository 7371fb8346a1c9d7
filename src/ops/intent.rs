//! What the user wants of a running operation: go on, cancel, or leave it to itself; and that it
//! lets go of what stands still without this process, before that is stopped for a while.

use tokio::sync::watch;

use super::OpError;

/// What the user wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// To see it through.
    GoOn,
    /// To stop the work itself, in the engine.
    Cancel,
    /// To stop watching; the work goes on in the engine.
    Leave,
}

/// The side that tells.
#[derive(Clone, Debug)]
pub struct IntentSender {
    intent: watch::Sender<Intent>,
    holds: watch::Sender<bool>,
}

/// The side that obeys.
#[derive(Clone, Debug)]
pub struct Intents {
    intent: watch::Receiver<Intent>,
    holds: watch::Sender<bool>,
}

/// Kept as long as the engine waits for this process: a container whose live output nobody reads
/// stands still.
#[derive(Debug)]
pub struct Hold(watch::Receiver<bool>);

/// A pair of both sides, going on.
#[must_use]
pub fn intents() -> (IntentSender, Intents) {
    let (sender, intent) = watch::channel(Intent::GoOn);
    let holds = watch::Sender::new(false);
    (IntentSender { intent: sender, holds: holds.clone() }, Intents { intent, holds })
}

impl IntentSender {
    /// Tells it; the last word counts.
    pub fn tell(&self, intent: Intent) {
        self.intent.send_replace(intent);
    }

    /// Asks every [`Hold`] to be given up and waits until it is. The operation goes on.
    pub async fn let_go(&self) {
        self.holds.send_replace(true);
        self.holds.closed().await;
        self.holds.send_replace(false);
    }
}

impl Hold {
    /// Waits until it is to be given up.
    pub async fn asked_back(&mut self) {
        // Nobody left to ask: nobody ever will.
        if self.0.wait_for(|&asked| asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Intents {
    /// Waits until the user wants something else than to go on. Never returns when nobody is
    /// left to tell.
    pub async fn ended(&mut self) -> Intent {
        if let Ok(intent) = self.intent.wait_for(|&intent| intent != Intent::GoOn).await {
            return *intent;
        }
        std::future::pending().await
    }

    /// A pair for a part of the work: it is told by a sender of its own, and lets go together with
    /// the whole.
    #[must_use]
    pub fn part(&self) -> (IntentSender, Intents) {
        let (sender, intent) = watch::channel(Intent::GoOn);
        let holds = &self.holds;
        let sender = IntentSender { intent: sender, holds: holds.clone() };
        (sender, Self { intent, holds: holds.clone() })
    }

    /// To be kept as long as the engine waits for this process.
    #[must_use]
    pub fn hold(&self) -> Hold {
        Hold(self.holds.subscribe())
    }

    /// Does `work`, which is dropped unfinished when the user wants no more of it.
    pub async fn unless_ended<T>(
        &mut self,
        work: impl Future<Output = Result<T, OpError>>,
    ) -> Result<T, OpError> {
        tokio::select! {
            done = work => done,
            _ = self.ended() => Err(OpError::Interrupted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn letting_go_waits_for_every_hold_and_asks_later_ones_anew() {
        let (sender, intents) = intents();
        // Nothing is held.
        sender.let_go().await;
        let holds = [intents.hold(), intents.clone().hold()];
        let given_up = holds.map(|mut hold| {
            tokio::spawn(async move {
                hold.asked_back().await;
                drop(hold);
            })
        });
        sender.let_go().await;
        for task in given_up {
            task.await.unwrap();
        }
        let mut later = intents.hold();
        let asked = std::pin::pin!(later.asked_back());
        assert!(futures_util::poll!(asked).is_pending());
    }
    #[tokio::test]
    async fn a_part_is_told_by_itself_and_lets_go_with_the_whole() {
        let (sender, mut whole) = intents();
        let (part_sender, mut part) = whole.part();
        let mut hold = part.hold();
        let given_up = tokio::spawn(async move {
            hold.asked_back().await;
        });
        sender.let_go().await;
        given_up.await.unwrap();
        part_sender.tell(Intent::Cancel);
        assert_eq!(part.ended().await, Intent::Cancel);
        let ended = std::pin::pin!(whole.ended());
        assert!(futures_util::poll!(ended).is_pending());
    }
}
