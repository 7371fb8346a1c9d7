//! Actions of bakes, for the selected environment.

use super::{Action, Row, Scope, selected};
use crate::app::jobs::Job;
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
    /// Bakes what is missing or stale of all environments.
    BuildAll,
    /// Has it built earlier than the one before it in the queue.
    Sooner,
    /// Has it built later than the one behind it in the queue.
    Later,
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
    row(J::BuildAll, "build-all", "Bake all environments that are cold or stale", "", &["A"]),
    row(J::Sooner, "sooner", "Move the environment up in the queue of bakes", "", &["K"]),
    row(J::Later, "later", "Move the environment down in the queue of bakes", "", &["J"]),
    row(J::Failed, "failed-line", "Go to the line where the bake failed", "failed line", &["f"]),
];

/// Whether an action works now.
pub(super) fn availability(state: &State, action: JobAction) -> Result<(), String> {
    if action == J::BuildAll {
        state.link.require()?;
        let nothing = || Err("no environment is cold or stale".to_owned());
        return if state.cold().is_empty() { nothing() } else { Ok(()) };
    }
    let selected = selected(state)?;
    let running = state.jobs.of(&selected.id);
    match action {
        J::Cancel if running.is_some_and(|job| job.is_cancelling) => {
            Err(format!("the bake of `{}` is being cancelled", selected.id))
        }
        J::Show | J::Cancel | J::CancelNow if running.is_none() => {
            Err(format!("`{}` is not being baked", selected.id))
        }
        J::Show if running.is_some_and(Job::is_waiting) => {
            Err(format!("`{}` waits for its turn; there is no log yet", selected.id))
        }
        J::Sooner | J::Later => match state.jobs.place(&selected.id) {
            None => Err(format!("`{}` does not wait in the queue", selected.id)),
            Some(1) if action == J::Sooner => Err("it is the next one".to_owned()),
            Some(place) if action == J::Later && place == state.jobs.waiting().count() => {
                Err("it is the last one".to_owned())
            }
            Some(_) => Ok(()),
        },
        J::Cancel | J::CancelNow if running.is_some_and(Job::is_waiting) => Ok(()),
        J::Failed if state.jobs.failure(&selected.id).is_none() => {
            Err(format!("no bake of `{}` has failed", selected.id))
        }
        J::Show | J::Failed => Ok(()),
        _ => state.link.require(),
    }
}
