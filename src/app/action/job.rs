//! Actions of bakes, for the selected environment.

use super::{Action, Row, Scope, selected};
use crate::app::state::State;

/// An action of bakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobAction {
    /// Bakes what is missing.
    Build,
    /// Bakes all of it anew, after a question.
    Rebuild,
    /// The answer to that question; it has no key.
    BuildAnew,
    /// Stops the bake, after a question.
    Cancel,
    /// The answer to that question; it has no key.
    CancelNow,
    /// Shows the log of the bake.
    Show,
    /// Goes to the line at which the last one failed.
    Failed,
}

use JobAction as J;

const fn row(
    action: JobAction,
    name: &'static str,
    title: &'static str,
    short: &'static str,
    chords: &'static [&'static str],
) -> Row {
    Row { action: Action::Job(action), name, title, short, scope: Scope::Environments, chords }
}

/// The rows of this feature.
pub(super) const ROWS: &[Row] = &[
    row(J::Build, "build", "Bake what is missing", "build", &["b"]),
    row(J::Rebuild, "rebuild", "Bake all of it anew", "", &["B"]),
    row(J::Cancel, "cancel", "Cancel the bake", "cancel", &["c"]),
    row(J::Show, "show-bake", "Show the log of the bake", "log", &["l"]),
    row(J::Failed, "failed-line", "Go to the line where the bake failed", "failed line", &["f"]),
];

/// Whether an action works now.
pub(super) fn availability(state: &State, action: JobAction) -> Result<(), String> {
    let selected = selected(state)?;
    let running = state.jobs.of(&selected.id);
    match action {
        J::Cancel if running.is_some_and(|job| job.is_cancelling) => {
            Err(format!("the bake of `{}` is being cancelled", selected.id))
        }
        J::Show | J::Cancel | J::CancelNow if running.is_none() => {
            Err(format!("`{}` is not being baked", selected.id))
        }
        J::Failed if state.jobs.failure(&selected.id).is_none() => {
            Err(format!("no bake of `{}` has failed", selected.id))
        }
        J::Show | J::Failed => Ok(()),
        _ => state.link.require(),
    }
}
