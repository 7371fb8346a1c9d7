//! What the user wants of a running operation: go on, cancel, or leave it to itself.

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
pub struct IntentSender(watch::Sender<Intent>);

/// The side that obeys.
#[derive(Clone, Debug)]
pub struct Intents(watch::Receiver<Intent>);

/// A pair of both sides, going on.
#[must_use]
pub fn intents() -> (IntentSender, Intents) {
    let (sender, receiver) = watch::channel(Intent::GoOn);
    (IntentSender(sender), Intents(receiver))
}

impl IntentSender {
    /// Tells it; the last word counts.
    pub fn tell(&self, intent: Intent) {
        self.0.send_replace(intent);
    }
}

impl Intents {
    /// Waits until the user wants something else than to go on. Never returns when nobody is
    /// left to tell.
    pub async fn ended(&mut self) -> Intent {
        if let Ok(intent) = self.0.wait_for(|&intent| intent != Intent::GoOn).await {
            return *intent;
        }
        std::future::pending().await
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
