//! What a person can answer when asked about unsaved scripts.

use super::{DraftFound, DraftPlace};
use crate::app::action::Action;
use crate::domain::digest::Digest;
use crate::domain::environment::{EnvironmentId, Stage};

/// An answer about scripts.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Leave; unsaved text waits as drafts.
    Leave,
    /// Save all that is unsaved, then leave.
    SaveAndLeave,
    /// Save the scripts of an environment, then do an action on it.
    SaveAndAct(EnvironmentId, Action),
    /// Do an action on it with what the file says.
    ActUnsaved(EnvironmentId, Action),
    /// Write what was typed over what somebody else wrote, as it was when that was asked.
    KeepMine(EnvironmentId, Digest),
    /// Take what somebody else wrote.
    TakeTheirs(EnvironmentId),
    /// Show what differs.
    Compare(EnvironmentId, Stage),
    /// Make the script what the file says.
    Revert(EnvironmentId, Stage),
    /// Take up what was typed before prebake ended.
    TakeDraft(Box<DraftFound>),
    /// Move that to the trash.
    DropDraft(EnvironmentId, DraftPlace),
}
