//! Actions of the screen itself: moving between panes, their sizes, help, leaving.

use super::{Action, Row, Scope};
use crate::app::layout::Region;
use crate::app::link::LinkState;
use crate::app::state::State;

/// An action of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViewAction {
    /// To the next pane.
    NextPane,
    /// To the pane before.
    PreviousPane,
    /// To a pane.
    Show(Region),
    /// Gives the pane the whole screen, or takes it back.
    Zoom,
    /// Makes the pane wider.
    Wider,
    /// Makes it narrower.
    Narrower,
    /// Makes it taller.
    Taller,
    /// Makes it shorter.
    Shorter,
    /// Back to where one came from: closes, unzooms, leaves an editor.
    Back,
    /// Every action by name.
    Palette,
    /// The keys that work here.
    Help,
    /// What was told, to be read again.
    Notices,
    /// Another theme.
    Themes,
    /// Lets the mouse work here, or in the terminal itself.
    ToggleMouse,
    /// Draws everything anew.
    Redraw,
    /// Asks the engine and the disk again.
    Refresh,
    /// Hands the terminal back to the shell for a while.
    Suspend,
    /// Leaves.
    Quit,
}

use ViewAction as V;

const fn row(
    action: ViewAction,
    name: &'static str,
    title: &'static str,
    short: &'static str,
    chords: &'static [&'static str],
) -> Row {
    Row { action: Action::View(action), name, title, short, scope: Scope::Global, chords }
}

/// The rows of this feature.
pub(super) const ROWS: &[Row] = &[
    row(V::NextPane, "next-pane", "Go to the next pane", "pane", &["tab", "f6"]),
    row(V::PreviousPane, "previous-pane", "Go to the pane before", "", &["shift-tab", "shift-f6"]),
    row(V::Show(Region::Environments), "environments", "Go to the environments", "", &["alt-1"]),
    row(V::Show(Region::Details), "details", "Go to the toggles and layers", "", &["alt-2"]),
    row(V::Show(Region::Cached), "cached-script", "Go to the cached preflight", "", &["alt-3"]),
    row(V::Show(Region::Run), "run-script", "Go to the run preflight", "", &["alt-4"]),
    row(V::Show(Region::Log), "log", "Go to the log", "", &["alt-5"]),
    row(V::Show(Region::Tasks), "tasks", "Go to the tasks", "", &["alt-6"]),
    row(V::Show(Region::Images), "images", "Go to the cached images", "", &["alt-7"]),
    row(V::Show(Region::History), "history", "Go to the history", "", &["alt-8"]),
    row(
        V::Zoom,
        "zoom",
        "Give this pane the whole screen, or take it back",
        "zoom",
        &["alt-z", "f11"],
    ),
    row(V::Wider, "wider", "Make this pane wider", "", &["alt-right"]),
    row(V::Narrower, "narrower", "Make this pane narrower", "", &["alt-left"]),
    row(V::Taller, "taller", "Make this pane taller", "", &["alt-up"]),
    row(V::Shorter, "shorter", "Make this pane shorter", "", &["alt-down"]),
    row(V::Back, "back", "Go back: close, unzoom, leave an editor", "", &["esc"]),
    row(V::Palette, "palette", "Find an action by its name", "actions", &[":", "ctrl-p"]),
    row(V::Help, "help", "Show the keys", "keys", &["?", "f1"]),
    row(V::Notices, "notices", "Read again what was told", "", &["f4"]),
    row(V::Themes, "theme", "Choose a theme", "", &["f9"]),
    row(V::ToggleMouse, "mouse", "Use the mouse here, or leave it to the terminal", "", &["f8"]),
    row(V::Redraw, "redraw", "Draw the screen anew", "", &["ctrl-l"]),
    row(V::Refresh, "refresh", "Ask the engine and the disk again", "", &["f5"]),
    row(V::Suspend, "suspend", "Go back to the shell for a while", "", &["ctrl-z"]),
    row(V::Quit, "quit", "Leave; bakes and tasks go on", "quit", &["q", "ctrl-q"]),
];

/// Whether an action works now.
pub(super) fn availability(state: &State, action: ViewAction) -> Result<(), String> {
    match action {
        V::Wider | V::Narrower | V::Taller | V::Shorter if state.arrangement().is_single() => {
            Err("there is one pane on the screen, which has all of it".to_owned())
        }
        V::Notices
            if state.notices.all().is_empty()
                && !matches!(state.link.state, LinkState::Down { .. }) =>
        {
            Err("nothing was told yet".to_owned())
        }
        _ => Ok(()),
    }
}
