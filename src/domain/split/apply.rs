//! A split applied to an environment: which of its scripts is split, and which fields say what
//! afterwards. No script is lost.

use super::Split;
use crate::domain::environment::Environment;

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

/// The environment with the parts of `split` for the script of `origin`. The baked part goes
/// behind a cached preflight that is there. `None`: another script is in the way of the old one.
#[must_use]
pub fn applied(environment: &Environment, origin: Origin, split: &Split) -> Option<Environment> {
    let old = origin.script(environment);
    let kept = &environment.preflight_script;
    if !kept.is_empty() && kept != old {
        return None;
    }
    let cached = joined(&environment.cached_preflight_script, &split.cached);
    Some(Environment {
        preflight_script: old.to_owned(),
        // It is kept, and not run.
        preflight_enabled: false,
        cached_preflight_script: cached,
        run_preflight_script: split.run.clone(),
        ..environment.clone()
    })
}

/// One script behind another. A `#!` line in the middle is a comment, and left out.
#[must_use]
pub fn joined(first: &str, second: &str) -> String {
    if first.is_empty() || second.is_empty() {
        return format!("{first}{second}");
    }
    let second = match second.split_once('\n') {
        Some((line, rest)) if line.starts_with("#!") => rest,
        _ => second,
    };
    let line_end = if first.ends_with('\n') { "" } else { "\n" };
    format!("{first}{line_end}{second}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::split::{Boldness, TaskStart};

    #[test]
    fn no_script_is_lost() {
        let single = Environment {
            preflight_script: "touch /opt/a\necho $TASK_ID\n".to_owned(),
            preflight_enabled: true,
            ..Environment::default()
        };
        let two = Environment {
            cached_preflight_script: "#!/bin/bash\ntouch /opt/c".to_owned(),
            run_preflight_script: "#!/bin/bash\ntouch /opt/a\necho $TASK_ID\n".to_owned(),
            ..Environment::default()
        };
        let full = Environment { preflight_script: "old\n".to_owned(), ..two.clone() };
        let check = |environment: &Environment, origin, expected: Option<[&str; 3]>| {
            assert_eq!(Origin::of(environment), origin);
            let script = origin.script(environment);
            let split = Split::of(script, &TaskStart::of(environment), Boldness::Careful);
            let applied = applied(environment, origin, &split);
            let told = applied.as_ref().map(|it| {
                [&*it.cached_preflight_script, &it.run_preflight_script, &it.preflight_script]
            });
            assert_eq!(told, expected);
        };
        check(
            &single,
            Origin::Single,
            Some(["touch /opt/a\n", "echo $TASK_ID\n", "touch /opt/a\necho $TASK_ID\n"]),
        );
        check(
            &two,
            Origin::Run,
            Some([
                "#!/bin/bash\ntouch /opt/c\ntouch /opt/a\n",
                "#!/bin/bash\necho $TASK_ID\n",
                "#!/bin/bash\ntouch /opt/a\necho $TASK_ID\n",
            ]),
        );
        check(&full, Origin::Run, None);
    }
}
