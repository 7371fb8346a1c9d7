//! `remove`: an environment's file goes to the trash.

use super::{Desk, Failure};
use crate::cli::args::RemoveArgs;
use crate::cli::output::Output;
use crate::cli::status;

pub(super) fn remove(desk: &mut Desk<'_>, args: &RemoveArgs) -> Result<u8, Failure> {
    let id = super::id(&args.environment)?;
    let environments = desk.environments();
    if !args.yes {
        // Told before the question, which would be pointless.
        let path = match environments.bytes(&id) {
            Err(error @ crate::ops::StoreError::Missing { .. }) if !exists(&error) => {
                return Err(error.into());
            }
            _ => environments.path(&id),
        };
        if !Output::can_ask() {
            return Err(Failure::new(format!(
                "environment `{id}` is not removed without being asked about, and there is no terminal to ask at; add `--yes`"
            )));
        }
        let question = format!("remove environment `{id}` (`{}`)?", path.display());
        if !desk.output.ask(&question, false) {
            desk.output.note("nothing was removed");
            return Ok(status::FAILED);
        }
    }
    let removed = environments.remove(&id)?;
    desk.output.note(format!(
        "removed environment `{id}`; its file is kept as `{}`, and its images and tasks stay in the engine; `prebake clean {id}` removes its images",
        removed.kept_at.display()
    ));
    Ok(status::OK)
}

/// Whether something is there all the same: a link to nowhere can be removed.
fn exists(error: &crate::ops::StoreError) -> bool {
    matches!(error, crate::ops::StoreError::Missing { path, .. }
        if std::fs::symlink_metadata(path).is_ok())
}
