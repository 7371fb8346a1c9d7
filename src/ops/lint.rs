//! Lints a script by all that is there to lint it, and writes scripts that were fixed.

use std::path::Path;

use super::shellcheck::{find, shellcheck};
use crate::domain::digest::Digest;
use crate::domain::environment::Stage;
use crate::domain::lint::{Context, Diagnostic, lint_beside};
use crate::store::{StoreError, given};

/// The findings in the script of a stage, those of an installed `ShellCheck` among them.
pub async fn lint(stage: Stage, text: &str, context: &Context) -> Vec<Diagnostic> {
    let others = match find() {
        Some(program) => shellcheck(program, text).await,
        None => Vec::new(),
    };
    lint_beside(stage, text, context, others)
}

/// Replaces the text of a script file, which must still be what was read.
pub fn write(path: &Path, before: &str, after: &str) -> Result<(), StoreError> {
    given::replace(path, &Digest::of(before), after)
}
