//! Actions of the log that is shown.

use super::{Action, Row, Scope};
use crate::app::state::State;

/// An action of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogAction {
    /// A line down.
    Down,
    /// A line up.
    Up,
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// To the first line.
    First,
    /// To the last line, and on with it.
    Last,
    /// Stays with the last line, or no longer.
    Follow,
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Long lines go on in the next row, or are cut.
    Wrap,
    /// Times before the lines, or not.
    Times,
    /// Searches.
    Search,
    /// To the next hit.
    Next,
    /// To the hit before.
    Previous,
    /// To the first line of the next statement.
    NextStatement,
    /// To the first line of the statement before.
    PreviousStatement,
    /// Shows only some lines.
    Filter,
    /// Shows the others instead.
    Inverse,
    /// Shows the line of the cursor among all others.
    Context,
    /// Begins to select lines, or stops.
    Select,
    /// Copies the selected lines.
    Copy,
    /// Writes the log to a file.
    Save,
    /// Opens the log in the pager.
    Page,
    /// The next log.
    NextLog,
    /// The log before.
    PreviousLog,
}

use LogAction as L;

const fn row(
    action: LogAction,
    name: &'static str,
    title: &'static str,
    short: &'static str,
    chords: &'static [&'static str],
) -> Row {
    Row { action: Action::Log(action), name, title, short, scope: Scope::Log, chords }
}

/// The rows of this feature.
pub(super) const ROWS: &[Row] = &[
    row(L::Down, "log-down", "A line down", "", &["down", "j"]),
    row(L::Up, "log-up", "A line up", "", &["up", "k"]),
    row(L::PageDown, "log-page-down", "A page down", "", &["pagedown", "space"]),
    row(L::PageUp, "log-page-up", "A page up", "", &["pageup"]),
    row(L::First, "log-first", "To the first line", "", &["home", "g"]),
    row(L::Last, "log-last", "To the last line, and follow", "end", &["end", "G"]),
    row(L::Follow, "log-follow", "Follow the log, or stop", "follow", &["f"]),
    row(L::Left, "log-left", "To the left", "", &["left", "h"]),
    row(L::Right, "log-right", "To the right", "", &["right", "l"]),
    row(L::Wrap, "log-wrap", "Wrap long lines, or cut them", "wrap", &["w"]),
    row(L::Times, "log-times", "Show times, or hide them", "times", &["t"]),
    row(L::Search, "log-search", "Search in the log", "search", &["/"]),
    row(L::Next, "log-next-hit", "To the next hit", "", &["n"]),
    row(L::Previous, "log-previous-hit", "To the hit before", "", &["N"]),
    row(L::NextStatement, "log-next-statement", "To the next statement", "statement", &["}"]),
    row(L::PreviousStatement, "log-previous-statement", "To the statement before", "", &["{"]),
    row(L::Filter, "log-filter", "Show only some lines", "filter", &["&"]),
    row(L::Inverse, "log-inverse", "Show the lines that the filter hides", "", &["!"]),
    row(L::Context, "log-context", "Show the line among all others", "", &["enter"]),
    row(L::Select, "log-select", "Select lines, or stop", "", &["v"]),
    row(L::Copy, "log-copy", "Copy the selected lines", "copy", &["y"]),
    row(L::Save, "log-save", "Save the log to a file", "save", &["s"]),
    row(L::Page, "log-pager", "Open the log in `$PAGER`", "pager", &["o"]),
    row(L::NextLog, "next-log", "Show the next log", "", &["]"]),
    row(L::PreviousLog, "previous-log", "Show the log before", "", &["["]),
];

/// Whether an action works now.
pub(super) fn availability(state: &State, action: LogAction) -> Result<(), String> {
    let Some(view) = state.logs.view() else {
        return Err("there is no log yet; `b` in the list of environments builds one".to_owned());
    };
    match action {
        L::Next | L::Previous if view.search.is_none() => {
            Err("nothing is searched in this log; `/` searches".to_owned())
        }
        L::NextStatement | L::PreviousStatement if view.statements.is_empty() => {
            Err("this log is of no script whose statements were told".to_owned())
        }
        L::NextStatement | L::PreviousStatement if view.filter.is_some() => {
            Err("not all lines are seen; `enter` shows them all".to_owned())
        }
        L::Inverse | L::Context if view.filter.is_none() => {
            Err("no line is hidden; `&` shows only some".to_owned())
        }
        L::NextLog | L::PreviousLog if state.logs.place().1 < 2 => {
            Err("there is one log".to_owned())
        }
        _ => Ok(()),
    }
}
