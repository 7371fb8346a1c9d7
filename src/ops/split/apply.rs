//! Writes the parts of a split into an environment. The script that was split is kept in
//! `preflight_script`, unless something else is kept there.

use super::{Origin, Split};
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::manifest;
use crate::domain::split::applied;
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
