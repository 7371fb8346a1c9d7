//! Splitting a script: of an environment, or for a new one; [`apply`] writes it, [`verify`] proves
//! it by running.
//!
//! What decides is [`crate::domain::split`]; here is where scripts come from and go to.

pub mod apply;
pub mod verify;

use crate::domain::environment::Environment;
pub use crate::domain::split::{Boldness, Confidence, Decision, Part, Split, TaskStart};

/// Which script of an environment is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The single preflight of an older environment.
    Single,
    /// The run preflight; what of it can be baked goes behind the cached one.
    Run,
}

impl Origin {
    /// Which script of `environment` is split: the single preflight of one that has no other
    /// script, else the run preflight.
    #[must_use]
    pub fn of(environment: &Environment) -> Self {
        let has_two = !environment.cached_preflight_script.is_empty()
            || !environment.run_preflight_script.is_empty();
        if has_two || environment.preflight_script.is_empty() { Self::Run } else { Self::Single }
    }

    /// The script.
    #[must_use]
    pub fn script(self, environment: &Environment) -> &str {
        match self {
            Self::Single => &environment.preflight_script,
            Self::Run => &environment.run_preflight_script,
        }
    }

    /// Its name, as a person says it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "preflight",
            Self::Run => "run preflight",
        }
    }
}
