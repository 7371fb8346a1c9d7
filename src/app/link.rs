//! The link to the engine, as far as the screen shows it.

use super::moment::Moment;

/// Where and what the engine is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EngineFacts {
    /// Where: `local`, `ssh://build-3`, a context's name.
    pub place: String,
    /// What: `docker 28.5.2`.
    pub product: String,
    /// Free bytes under its images, when they are on this machine.
    pub free_bytes: Option<u64>,
}

/// How the link is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LinkState {
    /// It was not answered yet.
    #[default]
    Connecting,
    /// It answers.
    Up,
    /// It does not; what is shown is what was last known.
    Down {
        /// Why, as a sentence.
        cause: String,
        /// Since when.
        since: Moment,
        /// When it is tried again.
        again: Moment,
    },
}

/// The link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// How it is.
    pub state: LinkState,
    /// What was last known of the engine.
    pub facts: Option<EngineFacts>,
}

impl Link {
    /// Whether the engine answers.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.state == LinkState::Up
    }

    /// Why nothing can be asked of the engine now.
    pub fn require(&self) -> Result<(), String> {
        match &self.state {
            LinkState::Up => Ok(()),
            LinkState::Connecting => Err("the engine has not answered yet".to_owned()),
            LinkState::Down { cause, .. } => Err(format!("the engine does not answer: {cause}")),
        }
    }
}

/// What is heard of the link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEvent {
    /// The engine answers.
    Up(EngineFacts),
    /// How many bytes are free under its images now, when they are on this machine.
    Room(Option<u64>),
    /// It does not, and is tried again after this many milliseconds.
    Down {
        /// Why, as a sentence.
        cause: String,
        /// When it is tried again, in milliseconds from now.
        again_ms: u64,
    },
}
