//! Environments of before there were two scripts: what their single preflight does now, and what
//! is to be said of it.
//!
//! Nothing is moved: the old fields stay in the file as they are, and
//! [`Environment::run_stage`] gives the script to whoever starts a task.

use super::environment::{Environment, EnvironmentId};

/// How the single preflight of an environment is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Legacy {
    /// It runs as the run preflight.
    Runs,
    /// The same, although container caching is on: there is nothing to bake, so that everything
    /// it sets up is set up at every start.
    Unsplit,
}

impl Legacy {
    /// How the single preflight of this environment is used; none: it has none that runs.
    #[must_use]
    pub fn of(environment: &Environment) -> Option<Self> {
        let runs = environment.run_preflight_script.is_empty()
            && environment.preflight_enabled
            && !environment.preflight_script.trim().is_empty();
        let bakes_nothing = environment.cached_preflight_script.trim().is_empty();
        match (runs, environment.cache_container_build && bakes_nothing) {
            (false, _) => None,
            (true, false) => Some(Self::Runs),
            (true, true) => Some(Self::Unsplit),
        }
    }

    /// The same as a sentence.
    #[must_use]
    pub fn sentence(self, id: &EnvironmentId) -> String {
        match self {
            Self::Runs => format!(
                "`preflight_script` of environment `{id}`, from before there were two scripts, runs as its run preflight"
            ),
            Self::Unsplit => format!(
                "container caching of environment `{id}` is on, but there is nothing to bake: its `preflight_script`, from before there were two scripts, runs whole at every start; `prebake split {id}` divides it"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::manifest::{parse, render, update};

    fn check(text: &str, want: Option<Legacy>, run: &str) {
        let environment = parse(text).unwrap();
        assert_eq!(Legacy::of(&environment), want, "{text}");
        assert_eq!(environment.run_stage(), run, "{text}");
    }

    #[test]
    fn an_enabled_single_preflight_runs_where_there_is_no_other() {
        check("preflight_enabled: true\npreflight_script: a\n", Some(Legacy::Unsplit), "a");
        check(
            "cache_container_build: false\npreflight_enabled: true\npreflight_script: a\n",
            Some(Legacy::Runs),
            "a",
        );
        check(
            "cached_preflight_script: c\npreflight_enabled: true\npreflight_script: a\n",
            Some(Legacy::Runs),
            "a",
        );
        check("preflight_enabled: false\npreflight_script: a\n", None, "");
        check("preflight_enabled: true\npreflight_script: ''\n", None, "");
        check("run_preflight_script: r\npreflight_enabled: true\npreflight_script: a\n", None, "r");
        check("name: x\n", None, "");
    }

    #[test]
    fn the_old_fields_stay_in_the_file_whatever_changes() {
        let script = "#!/bin/bash\r\n\techo a \n\n";
        let mut environment = parse("{}").unwrap();
        environment.preflight_enabled = true;
        environment.preflight_script = script.to_owned();
        environment.cached_preflight_script = script.to_owned();
        let text = render(&environment);
        // Caching goes off and on again, and the run preflight gets a script of its own.
        environment.cache_container_build = false;
        let off = update(&text, &environment).unwrap();
        environment.run_preflight_script = "echo b\n".to_owned();
        let own = update(&off, &environment).unwrap();
        environment.cache_container_build = true;
        for text in [off, own.clone(), update(&own, &environment).unwrap()] {
            let read = parse(&text).unwrap();
            assert_eq!(read.preflight_script, script);
            assert_eq!(read.cached_preflight_script, script);
            assert!(read.preflight_enabled);
        }
    }
}
