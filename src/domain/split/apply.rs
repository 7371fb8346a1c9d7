//! A split applied to an environment: which fields say what afterwards.

use super::Split;
use super::units::shebang;
use crate::domain::environment::Environment;

impl Split {
    /// `environment` with both parts in place of the script that was split, its run stage.
    ///
    /// What is cached now goes behind what was cached before: that ran before the script did. The
    /// script as it was is kept in the legacy field, switched off, unless that keeps one already.
    #[must_use]
    pub fn applied(&self, environment: &Environment) -> Environment {
        let mut after = environment.clone();
        let script = environment.run_stage().to_owned();
        after.cached_preflight_script = joined(&environment.cached_preflight_script, &self.cached);
        after.run_preflight_script.clone_from(&self.run);
        if after.preflight_script.is_empty() {
            after.preflight_script = script;
        }
        after.preflight_enabled = false;
        after
    }
}

/// One script behind the other; the second one's first line is the first one's business.
fn joined(first: &str, second: &str) -> String {
    if first.trim().is_empty() {
        return second.to_owned();
    }
    let rest = &second[shebang(second).len()..];
    let between = if first.ends_with('\n') { "" } else { "\n" };
    format!("{first}{between}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::split::{Boldness, TaskStart};

    fn applied(environment: &Environment) -> Environment {
        let split = Split::of(environment.run_stage(), &TaskStart::default(), Boldness::Careful);
        split.applied(environment)
    }

    const SCRIPT: &str = "#!/bin/bash\napt-get install -y jq\nmkdir -p /tmp/$TASK_ID\n";

    #[test]
    fn both_parts_take_the_place_of_the_script_which_is_kept() {
        let before =
            Environment { run_preflight_script: SCRIPT.to_owned(), ..Environment::default() };
        let after = applied(&before);
        assert_eq!(after.cached_preflight_script, "#!/bin/bash\napt-get install -y jq\n");
        assert_eq!(after.run_preflight_script, "#!/bin/bash\nmkdir -p /tmp/$TASK_ID\n");
        assert_eq!((after.preflight_script.as_str(), after.preflight_enabled), (SCRIPT, false));
    }

    #[test]
    fn what_was_cached_stays_before_what_is_cached_now() {
        let before = Environment {
            cached_preflight_script: "#!/bin/bash\necho a > /opt/a".to_owned(),
            preflight_script: SCRIPT.to_owned(),
            preflight_enabled: true,
            ..Environment::default()
        };
        let after = applied(&before);
        assert!(
            after.cached_preflight_script.starts_with("#!/bin/bash\necho a > /opt/a\napt-get "),
            "{}",
            after.cached_preflight_script
        );
        assert_eq!(after.preflight_script, SCRIPT);
    }
}
