//! Actions of the history.

use super::{Action, Row, Scope, selected};
use crate::app::state::State;

/// An action of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HistoryAction {
    /// Goes to the history of the selected environment.
    Open,
    /// Selects the next entry.
    Down,
    /// Selects the entry before.
    Up,
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// Selects the newest entry.
    First,
    /// Selects the oldest entry.
    Last,
    /// All that is known of the entry.
    Look,
    /// Its log.
    Log,
    /// Marks it as the one that others are compared with, or no longer.
    Mark,
    /// Compares it with the marked one, or with the one before.
    Compare,
    /// The entries of all environments, or of the selected one.
    All,
}

use HistoryAction as H;

const fn row(
    action: HistoryAction,
    name: &'static str,
    title: &'static str,
    short: &'static str,
    chords: &'static [&'static str],
) -> Row {
    Row { action: Action::History(action), name, title, short, scope: Scope::History, chords }
}

/// The rows of this feature.
pub(super) const ROWS: &[Row] = &[
    Row {
        scope: Scope::Environments,
        ..row(H::Open, "show-history", "Show its bakes and starts", "history", &["h"])
    },
    row(H::Down, "next-entry", "Select the next entry", "", &["down", "j"]),
    row(H::Up, "previous-entry", "Select the entry before", "", &["up", "k"]),
    row(H::PageDown, "entries-page-down", "A page of entries down", "", &["pagedown"]),
    row(H::PageUp, "entries-page-up", "A page of entries up", "", &["pageup"]),
    row(H::First, "newest-entry", "Select the newest entry", "", &["home", "g"]),
    row(H::Last, "oldest-entry", "Select the oldest entry", "", &["end", "G"]),
    row(H::Look, "look-at-entry", "Show the parts and statements of the entry", "look", &["enter"]),
    row(H::Log, "entry-log", "Show the log of the entry", "log", &["l"]),
    row(
        H::Compare,
        "compare-entries",
        "Compare with the marked entry or the one before",
        "compare",
        &["d"],
    ),
    row(
        H::Mark,
        "mark-entry",
        "Mark the entry to compare others with it, or no longer",
        "mark",
        &["m", "space"],
    ),
    row(H::All, "all-entries", "Show the entries of all environments, or of one", "all", &["a"]),
];

/// Whether an action works now.
pub(super) fn availability(state: &State, action: HistoryAction) -> Result<(), String> {
    match action {
        H::Open => return selected(state).map(drop),
        H::All => return Ok(()),
        _ => {}
    }
    let Some(entry) = state.history.selected() else {
        return Err("nothing was baked or started yet that is known here".to_owned());
    };
    if action == H::Compare && state.history.other().is_none() {
        return Err(format!(
            "there is no earlier entry like {} to compare it with; `m` marks another one",
            entry.number
        ));
    }
    Ok(())
}
