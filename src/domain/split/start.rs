//! What a task start has that a bake has not: variables, mounts, a folder of its own.

use crate::domain::environment::Environment;
use crate::domain::mount::Mount;

/// What is known of the tasks that a script prepares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskStart {
    /// The names of `env_vars`.
    pub variables: Vec<String>,
    /// Where mounts lie in the container.
    pub mounts: Vec<String>,
    /// Whether tasks begin in a folder of the environment's own, which a bake does not.
    pub own_folder: bool,
}

/// Variables that every task has.
const ALWAYS: [&str; 2] = ["AGENTS_RUNNER_TASK_ID", "TASK"];

impl TaskStart {
    /// Of the tasks of an environment.
    #[must_use]
    pub fn of(environment: &Environment) -> Self {
        let mounts = environment.mounts.iter().filter_map(|text| Mount::parse(text).ok());
        Self {
            variables: environment.env_vars.keys().cloned().collect(),
            mounts: mounts.map(|mount| mount.target).collect(),
            own_folder: !environment.workdir.is_empty(),
        }
    }

    /// Whether only tasks have the variable `name`.
    pub(super) fn has(&self, name: &str) -> bool {
        name.starts_with("TASK_")
            || name.starts_with("PREBAKE_")
            || ALWAYS.contains(&name)
            || self.sets(name)
    }

    /// Whether `env_vars` sets `name`.
    pub(super) fn sets(&self, name: &str) -> bool {
        self.variables.iter().any(|own| own == name)
    }
}
