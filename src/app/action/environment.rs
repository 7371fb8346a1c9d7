//! Actions of environments: choosing one, its toggles, and its life from new to removed.

use super::{Action, Row, Scope, selected};
use crate::app::state::State;
use crate::domain::split::Origin;

/// An action of the selected environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EnvironmentAction {
    /// Selects the next one.
    Down,
    /// Selects the one before.
    Up,
    /// Selects the first one.
    First,
    /// Selects the last one.
    Last,
    /// Shows only those whose name or id has what is typed.
    Filter,
    /// Into its cached script.
    Open,
    /// Its fields, in a form.
    Fields,
    /// Why its layers are warm or cold.
    Explain,
    /// Splits its run preflight in two.
    Split,
    /// Switches the headless desktop.
    ToggleDesktop,
    /// Switches baking the desktop.
    ToggleDesktopCache,
    /// Switches baking the cached preflight.
    ToggleCaching,
    /// A new one.
    New,
    /// A copy of it under another id.
    Duplicate,
    /// Another id for it.
    Rename,
    /// Moves its file to the trash.
    Remove,
    /// Takes back the last removal.
    UndoRemove,
}

use EnvironmentAction as E;

const fn row(
    action: EnvironmentAction,
    name: &'static str,
    title: &'static str,
    short: &'static str,
    chords: &'static [&'static str],
) -> Row {
    let action = Action::Environment(action);
    Row { action, name, title, short, scope: Scope::Environments, chords }
}

/// The rows of this feature.
pub(super) const ROWS: &[Row] = &[
    row(E::Down, "next-environment", "Select the next environment", "", &["down", "j"]),
    row(E::Up, "previous-environment", "Select the environment before", "", &["up", "k"]),
    row(E::First, "first-environment", "Select the first environment", "", &["home", "g"]),
    row(E::Last, "last-environment", "Select the last environment", "", &["end", "G"]),
    row(E::Filter, "filter-environments", "Show only some environments", "find", &["/"]),
    row(E::Open, "edit-scripts", "Edit the scripts", "edit", &["enter", "e"]),
    row(E::Fields, "fields", "Edit image, command, variables and mounts", "fields", &["p"]),
    row(E::Split, "split", "Split the run preflight in two", "split", &["s"]),
    row(E::Explain, "explain", "Tell why its layers are warm or cold", "explain", &["x"]),
    row(E::ToggleDesktop, "toggle-desktop", "Switch the headless desktop", "", &["1"]),
    row(E::ToggleDesktopCache, "toggle-desktop-cache", "Switch caching of the desktop", "", &["2"]),
    row(E::ToggleCaching, "toggle-caching", "Switch container caching", "", &["3"]),
    row(E::New, "new", "Make a new environment", "new", &["n"]),
    row(E::Duplicate, "duplicate", "Duplicate the environment", "", &["D"]),
    row(E::Rename, "rename", "Give the environment another id", "", &["R"]),
    row(E::Remove, "remove", "Remove the environment", "", &["delete"]),
    row(E::UndoRemove, "undo-remove", "Take back the last removal", "", &["U"]),
];

/// Whether an action works now.
pub(super) fn availability(state: &State, action: EnvironmentAction) -> Result<(), String> {
    match action {
        E::New => Ok(()),
        E::UndoRemove if state.environments.removed.is_none() => {
            Err("no environment was removed since prebake was started".to_owned())
        }
        E::UndoRemove => Ok(()),
        E::Down | E::Up | E::First | E::Last | E::Filter if state.environments.is_empty() => {
            Err("there is no environment yet; `n` makes one".to_owned())
        }
        E::Down | E::Up | E::First | E::Last | E::Filter => Ok(()),
        // What is typed can be gone on with whatever became of the file.
        E::Open if state.environments.selected().is_some() => Ok(()),
        _ => {
            let selected = selected(state)?;
            let it = &selected.environment;
            match action {
                E::Explain => state.link.require(),
                E::Split if Origin::of(it).script(it).trim().is_empty() => {
                    Err("there is no script to split".into())
                }
                E::Split => match state.scripts.pair(&selected.id) {
                    Some(pair) if !pair.is_saved() => {
                        Err("the scripts are not saved; save them before one is split".into())
                    }
                    _ => Ok(()),
                },
                E::ToggleDesktopCache if !it.headless_desktop_enabled => {
                    Err("the headless desktop is off, so there is nothing to cache of it".into())
                }
                E::Rename | E::Remove if state.jobs.of(&selected.id).is_some() => Err(format!(
                    "`{}` is being baked; wait for that, or cancel it first",
                    selected.id
                )),
                _ => Ok(()),
            }
        }
    }
}
