//! Actions that are commands of prebake: the screen steps aside for them and comes back when they
//! have ended.

use super::{Action, Row, Scope, selected};
use crate::app::state::State;

/// A command for the selected environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommandAction {
    /// Starts its command in this terminal.
    Interactive,
    /// Runs its preflights and no command.
    Preflight,
    /// Opens a shell in the container of its failed bake.
    Shell,
    /// Opens its file in the person's editor.
    Edit,
}

use CommandAction as C;

impl CommandAction {
    /// What comes before and after the environment's id.
    #[must_use]
    pub fn arguments(self) -> (&'static str, &'static [&'static str]) {
        match self {
            C::Interactive => ("run", &["-i", "-t"]),
            C::Preflight => ("run", &["--preflight-only"]),
            C::Shell => ("shell", &["--failed"]),
            C::Edit => ("edit", &[]),
        }
    }

    /// Whether what it printed is to be read before the screen covers it.
    #[must_use]
    pub fn pauses(self) -> bool {
        !matches!(self, C::Interactive | C::Shell | C::Edit)
    }
}

const fn row(
    action: CommandAction,
    name: &'static str,
    title: &'static str,
    short: &'static str,
    chords: &'static [&'static str],
) -> Row {
    let action = Action::Command(action);
    Row { action, name, title, short, scope: Scope::Environments, chords }
}

/// The rows of this feature.
pub(super) const ROWS: &[Row] = &[
    row(C::Interactive, "interactive", "Run its command in this terminal", "terminal", &["i"]),
    row(C::Preflight, "preflight", "Try the preflights without the command", "", &["P"]),
    row(C::Shell, "failed-shell", "Open a shell where its bake failed", "", &["S"]),
    row(C::Edit, "edit-file", "Edit its file in your editor", "editor", &["E"]),
];

/// Whether an action works now.
pub(super) fn availability(state: &State, action: CommandAction) -> Result<(), String> {
    if let (C::Edit, Some(broken)) = (action, state.environments.selected_broken()) {
        return match broken.id() {
            Some(_) => Ok(()),
            None => Err(format!(
                "`{}` is no name of an environment's file; rename it to an id, such as `web.yaml`",
                broken.name
            )),
        };
    }
    let selected = selected(state)?;
    if action == C::Edit {
        return Ok(());
    }
    if !state.link.is_up() {
        return Err("the engine does not answer; `f5` asks it again".to_owned());
    }
    let has_failed = || match state.environments.status(selected) {
        Some(Ok(status)) => status.layers.iter().any(|layer| layer.failed.is_some()),
        _ => false,
    };
    if action == C::Shell && !has_failed() {
        return Err(format!("no failed bake of `{}` is kept", selected.id));
    }
    Ok(())
}
