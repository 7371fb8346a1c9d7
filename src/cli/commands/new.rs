//! `new`: writes the file of an environment, with scripts to start from.

use std::path::Path;

use super::{Desk, Failure, build, edit};
use crate::cli::args::NewArgs;
use crate::cli::status;
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::image::reference_fault;
use crate::domain::manifest;
use crate::ops::edit::Edit;
use crate::ops::{Drafts, StoreError, given};

/// The cached preflight of an environment that was given none.
const CACHED: &str = "\
#!/bin/bash
set -euo pipefail
# Runs once, and what it leaves is baked into the image: packages, downloads, system configuration.
";

/// The run preflight of an environment that was given none.
const RUN: &str = "\
#!/bin/bash
set -euo pipefail
# Runs at every task start, before the command, which gets its exports and its folder.
";

pub(super) fn new(desk: &mut Desk<'_>, args: NewArgs) -> Result<u8, Failure> {
    let id = super::id(&args.environment)?;
    // Told before anything is read or typed.
    let path = desk.environments().path(&id);
    if std::fs::symlink_metadata(&path).is_ok() {
        return Err(StoreError::Exists { id, path }.into());
    }
    let open_editor = args.edit;
    let environment = environment(&id, args)?;
    let text = manifest::render(&environment);
    if open_editor {
        return edit::session(desk, &Edit::new(&desk.folders, &id, text)?);
    }
    let loaded = desk.environments().create(&id, &text)?;
    build::warn(desk.output, &loaded.id, &loaded.environment);
    let draft = Drafts::new(desk.folders.clone()).path(&id);
    if draft.exists() {
        desk.output.note(format!(
            "an earlier draft of `{id}` is kept in `{}`; `prebake edit {id}` offers it",
            draft.display()
        ));
    }
    desk.output.line(loaded.path.display());
    Ok(status::OK)
}

fn environment(id: &EnvironmentId, args: NewArgs) -> Result<Environment, Failure> {
    let usage = |sentence: String| Failure::new(sentence).with(status::USAGE);
    let stdin = Some(Path::new(given::STDIN));
    if args.cached.as_deref() == stdin && args.run.as_deref() == stdin {
        return Err(usage(
            "standard input can give one script only; name a file with `--cached` or `--run`"
                .to_owned(),
        ));
    }
    let defaults = Environment::default();
    let base_image = args.base.unwrap_or(defaults.base_image);
    if let Some(fault) = reference_fault(&base_image) {
        return Err(usage(format!(
            "`{}` is no image reference: {fault}; write it as in `debian:12`",
            base_image.escape_debug()
        )));
    }
    let script = |path: Option<&Path>, starter: &str| match path {
        Some(path) => given::script(path),
        None => Ok(starter.to_owned()),
    };
    Ok(Environment {
        name: args.name.unwrap_or_else(|| id.to_string()),
        base_image,
        cache_container_build: true,
        cached_preflight_script: script(args.cached.as_deref(), CACHED)?,
        run_preflight_script: script(args.run.as_deref(), RUN)?,
        ..Environment::default()
    })
}
