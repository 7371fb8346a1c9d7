//! What is around a script: the values of its environment that decide what makes sense in it.

use crate::domain::environment::{Environment, Stage};
use crate::domain::history::statement::StatementTime;
use crate::domain::mount::Mount;

/// What is around a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Names of the environment's variables, which tasks have and bakes have not.
    pub variables: Vec<String>,
    /// Where mounts lie in a task, absolute and without a final slash.
    pub mounts: Vec<String>,
    /// Names of the package caches that its bake has.
    pub caches: Vec<String>,
    /// Names of the secrets that its bake has.
    pub secrets: Vec<String>,
    /// Who runs the script.
    pub user: User,
    /// The folder tasks begin in; empty: the image's own.
    pub workdir: String,
    /// The script of the other stage.
    pub other: String,
    /// What lines of this script took when they ran last; empty: nobody measured it.
    pub costs: Vec<Cost>,
}

/// Who runs a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum User {
    /// The image's own user, who is known to nobody before the image is there.
    #[default]
    Unknown,
    /// Root.
    Root,
    /// Somebody else, by name or number.
    Other(String),
}

/// What a line of a script took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The line, from 0.
    pub line: usize,
    /// How long, in milliseconds.
    pub ms: u64,
}

impl Context {
    /// What is around the script of a stage in an environment.
    #[must_use]
    pub fn of(environment: &Environment, stage: Stage) -> Self {
        let mounts = environment.mounts.iter().filter_map(|text| Mount::parse(text).ok());
        let other = match stage {
            Stage::Cached => environment.run_stage(),
            Stage::Run => environment.script(Stage::Cached),
        };
        Self {
            variables: environment.env_vars.keys().cloned().collect(),
            mounts: mounts.map(|mount| mount.target).collect(),
            caches: environment
                .cache_mounts
                .iter()
                .map(|text| text.split(':').next().unwrap_or_default().to_owned())
                .collect(),
            secrets: environment.secrets.keys().cloned().collect(),
            user: User::of(&environment.user),
            workdir: environment.workdir.clone(),
            other: other.to_owned(),
            costs: Vec::new(),
        }
    }

    /// The same with what statements of the script took when they ran last.
    #[must_use]
    pub fn measured(mut self, times: &[StatementTime]) -> Self {
        let costs = times.iter().filter_map(|time| {
            let line = usize::try_from(time.line).ok()?.checked_sub(1)?;
            let took = core::time::Duration::try_from_secs_f64(time.ms? / 1000.0).ok()?;
            Some(Cost { line, ms: u64::try_from(took.as_millis()).ok()? })
        });
        self.costs = costs.collect();
        self
    }

    /// What a line of the script took when it ran last, in words; none: nobody measured it.
    #[must_use]
    pub fn cost(&self, lines: std::ops::RangeInclusive<usize>) -> Option<String> {
        let ms: u64 =
            self.costs.iter().filter(|cost| lines.contains(&cost.line)).map(|cost| cost.ms).sum();
        (ms >= 100).then(|| format!("{}.{} s", ms / 1000, ms % 1000 / 100))
    }
}

impl User {
    /// The user an environment names: `name`, `number`, or either with `:group`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        match text.split(':').next().unwrap_or_default() {
            "" => Self::Unknown,
            "root" | "0" => Self::Root,
            name => Self::Other(name.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::manifest;

    #[test]
    fn an_environment_gives_what_matters() {
        let environment = manifest::parse(
            "env_vars: {LEVEL: x}\nmounts: [\"~/a:/srv/a/\"]\nuser: dev:users\nworkdir: /w\n\
             cached_preflight_script: c\npreflight_enabled: true\npreflight_script: old\n",
        )
        .unwrap();
        let context = Context::of(&environment, Stage::Cached);
        assert_eq!(
            (&*context.variables, &*context.mounts),
            (&["LEVEL".into()][..], &["/srv/a".into()][..])
        );
        assert_eq!((context.user, context.other.as_str()), (User::Other("dev".into()), "old"));
        assert_eq!(Context::of(&environment, Stage::Run).other, "c");
        assert_eq!([User::of(""), User::of("0:0")], [User::Unknown, User::Root]);
    }

    #[test]
    fn what_the_history_measured_is_a_cost() {
        let time = |line, ms| StatementTime { line, last: line, ms };
        let context = Context::default().measured(&[time(2, Some(9050.4)), time(3, None)]);
        assert_eq!(context.costs, [Cost { line: 1, ms: 9050 }]);
    }

    #[test]
    fn only_what_was_measured_has_a_cost() {
        let costs = vec![Cost { line: 1, ms: 9050 }, Cost { line: 2, ms: 60 }];
        let context = Context { costs, ..Context::default() };
        assert_eq!(context.cost(1..=2).as_deref(), Some("9.1 s"));
        assert_eq!((context.cost(2..=2), context.cost(0..=0)), (None, None));
    }
}
