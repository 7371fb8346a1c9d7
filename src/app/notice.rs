//! Sentences told to the person on the last line: what was done, what went wrong.

use super::moment::Moment;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Done,
    /// Something to know.
    Note,
    /// Something went wrong.
    Failure,
}

/// A sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How bad it is.
    pub tone: Tone,
    /// The sentence.
    pub text: String,
    /// When it was told.
    pub at: Moment,
}

/// How many are kept to be read again.
const KEPT: usize = 100;

/// What was told, newest last.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    told: Vec<Notice>,
    dismissed: bool,
}

impl Notices {
    /// Tells one.
    pub fn tell(&mut self, tone: Tone, text: impl Into<String>, at: Moment) {
        self.told.push(Notice { tone, text: text.into(), at });
        let over = self.told.len().saturating_sub(KEPT);
        self.told.drain(..over);
        self.dismissed = false;
    }

    /// The one to show: the newest, until a key was pressed after it.
    #[must_use]
    pub fn shown(&self) -> Option<&Notice> {
        self.told.last().filter(|_| !self.dismissed)
    }

    /// All that are kept, oldest first.
    #[must_use]
    pub fn all(&self) -> &[Notice] {
        &self.told
    }

    /// The person went on.
    pub fn dismiss(&mut self) {
        self.dismissed = true;
    }
}
