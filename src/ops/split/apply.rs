//! Writes the parts of a split into an environment. The script that was split is kept in
//! `preflight_script`, unless something else is kept there.

use super::{Origin, Split};
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::manifest;
use crate::store::StoreError;
use crate::store::environments::{Environments, Loaded};

/// Why a split is not written.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Files.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The script has a syntax error.
    #[error("the script cannot be read by bash, so nothing is written; mend it first")]
    Broken,
    /// Two texts cannot be kept in one field.
    #[error(
        "cannot keep the {script} of environment `{id}`: its `preflight_script` holds another script; empty that field with `prebake edit {id}` and try again"
    )]
    Kept {
        /// The environment.
        id: EnvironmentId,
        /// The script that would be kept.
        script: &'static str,
    },
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

/// Writes the split of an environment's script, if the file is what was read.
pub fn apply(
    environments: &Environments,
    loaded: &Loaded,
    origin: Origin,
    split: &Split,
) -> Result<Loaded, ApplyError> {
    if !split.errors.is_empty() {
        return Err(ApplyError::Broken);
    }
    let Some(environment) = applied(&loaded.environment, origin, split) else {
        return Err(ApplyError::Kept { id: loaded.id.clone(), script: origin.name() });
    };
    let text = manifest::update(&loaded.text, &environment)
        .map_err(|error| StoreError::Manifest { path: loaded.path.clone(), error })?;
    Ok(environments.save(&loaded.id, &text, &loaded.revision)?)
}

/// Writes a new environment with the parts of `split`, whose script was `text`.
pub fn create(
    environments: &Environments,
    id: &EnvironmentId,
    text: &str,
    split: &Split,
    base_image: Option<String>,
) -> Result<Loaded, ApplyError> {
    if !split.errors.is_empty() {
        return Err(ApplyError::Broken);
    }
    let plain = Environment::default();
    let environment = Environment {
        name: id.to_string(),
        base_image: base_image.unwrap_or(plain.base_image),
        cached_preflight_script: split.cached.clone(),
        run_preflight_script: split.run.clone(),
        preflight_script: text.to_owned(),
        ..Environment::default()
    };
    Ok(environments.create(id, &manifest::render(&environment))?)
}

/// One script behind another. A `#!` line in the middle is a comment, and left out.
pub(super) fn joined(first: &str, second: &str) -> String {
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
    use crate::ops::split::{Boldness, TaskStart};

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
