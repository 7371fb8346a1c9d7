//! Actions of tasks: starting one in the selected environment, and those of the selected task.

use super::{Action, Row, Scope, selected};
use crate::app::state::State;
use crate::app::tasks::TaskState;

/// An action of tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskAction {
    /// Starts a command in the selected environment, after asking which.
    Run,
    /// Selects the next one.
    Down,
    /// Selects the one before.
    Up,
    /// Shows its log.
    Log,
    /// Gives it this terminal.
    Attach,
    /// Ends it, after a question.
    Stop,
    /// Removes it, after a question.
    Remove,
    /// Copies its id.
    Copy,
    /// Copies the URL of its desktop.
    CopyDesktop,
    /// Copies the command that comes before that URL, on the person's machine.
    CopyTunnel,
    /// Opens its desktop in a browser.
    OpenDesktop,
}

use TaskAction as T;

const fn row(
    action: TaskAction,
    name: &'static str,
    title: &'static str,
    short: &'static str,
    chords: &'static [&'static str],
) -> Row {
    Row { action: Action::Task(action), name, title, short, scope: Scope::Tasks, chords }
}

/// The rows of this feature.
pub(super) const ROWS: &[Row] = &[
    Row {
        scope: Scope::Environments,
        ..row(T::Run, "run", "Start a command in the environment", "run", &["r"])
    },
    row(T::Down, "next-task", "Select the next task", "", &["down", "j"]),
    row(T::Up, "previous-task", "Select the task before", "", &["up", "k"]),
    row(T::Log, "task-log", "Show the log of the task", "log", &["enter", "l"]),
    row(T::Attach, "attach", "Give the task this terminal", "attach", &["a"]),
    row(T::Stop, "stop", "End the task", "stop", &["s"]),
    row(T::Remove, "remove-task", "Remove the task", "remove", &["delete", "x"]),
    row(T::Copy, "copy-task", "Copy the id of the task", "copy id", &["y"]),
    row(T::CopyDesktop, "copy-desktop", "Copy the URL of the desktop", "copy url", &["u"]),
    row(T::CopyTunnel, "copy-tunnel", "Copy the ssh command for the desktop", "copy ssh", &["t"]),
    row(T::OpenDesktop, "open-desktop", "Open the desktop in a browser", "open", &["o"]),
];

/// Whether an action works now.
pub(super) fn availability(state: &State, action: TaskAction) -> Result<(), String> {
    if action == T::Run {
        selected(state)?;
        return state.link.require();
    }
    let Some(task) = state.tasks.selected() else {
        return Err("there is no task; `r` in the list of environments starts one".to_owned());
    };
    if matches!(action, T::CopyDesktop | T::CopyTunnel | T::OpenDesktop) {
        let Some(desktop) = &task.desktop else {
            return Err(format!("task {} has no desktop that is ready", task.id));
        };
        return match (action, &desktop.tunnel) {
            (T::CopyTunnel, None) => {
                Err("the desktop can be opened from here, without ssh".to_owned())
            }
            (T::OpenDesktop, Some(_)) => {
                Err("the browser is elsewhere: `t` copies the command for there, then `u` the URL"
                    .to_owned())
            }
            _ => Ok(()),
        };
    }
    match (action, task.state) {
        (T::Attach | T::Stop, TaskState::Ended(code)) => {
            Err(format!("task {} has ended, with exit code {code}", task.id))
        }
        (T::Down | T::Up | T::Copy, _) => Ok(()),
        _ => state.link.require(),
    }
}
