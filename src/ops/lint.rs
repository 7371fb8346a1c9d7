//! Lints a script by all that is there to lint it, and writes scripts that were fixed.

use std::path::Path;
use std::sync::Arc;

use tokio::task::spawn_blocking;

use super::history::estimate::statement_times;
use super::shellcheck::{find, shellcheck};
use crate::domain::digest::Digest;
use crate::domain::environment::{EnvironmentId, Stage};
use crate::domain::lint::{Context, Diagnostic, Findings, Reading};
use crate::store::{Folders, StoreError, given};

/// The findings in the script of a stage, those of an installed `ShellCheck` among them. All who
/// look for them do so at the same time.
pub async fn lint(stage: Stage, text: &str, context: &Context) -> Vec<Diagnostic> {
    let reading = Arc::new(Reading::of(text));
    let of_stage = {
        let (reading, context) = (Arc::clone(&reading), context.clone());
        spawn_blocking(move || reading.of_stage(stage, &context))
    };
    let unquoted = {
        let reading = Arc::clone(&reading);
        spawn_blocking(move || reading.unquoted())
    };
    let of_bash = {
        let reading = Arc::clone(&reading);
        spawn_blocking(move || reading.shell())
    };
    let others = match find() {
        Some(program) => shellcheck(program, text).await,
        None => Vec::new(),
    };
    // They end before they have answered only with the program.
    let (of_stage, unquoted) = (of_stage.await, unquoted.await);
    let own = of_stage.unwrap_or_default().and(unquoted.unwrap_or_default());
    let own = own.and(of_bash.await.unwrap_or_default());
    reading.told(own.and(Findings { others, ..Findings::default() }))
}

/// What is around a script of an environment, with what its statements took when they ran last. A
/// history that cannot be read is as good as none: a finding is worth having without its cost.
#[must_use]
pub fn measured(
    folders: &Folders,
    id: &EnvironmentId,
    stage: Stage,
    text: &str,
    context: Context,
) -> Context {
    match statement_times(folders, id, stage, text) {
        Ok(times) => context.measured(&times),
        Err(_) => context,
    }
}

/// Replaces the text of a script file, which must still be what was read.
pub fn write(path: &Path, before: &str, after: &str) -> Result<(), StoreError> {
    given::replace(path, &Digest::of(before), after)
}
