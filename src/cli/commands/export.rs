//! `export`: an environment in a form for somewhere else. One arm per form.

use super::{Desk, Failure};
use crate::cli::args::{ExportArgs, ExportForm};
use crate::cli::status;
use crate::domain::manifest;
use crate::store::Loaded;

pub(super) fn export(desk: &mut Desk<'_>, args: &ExportArgs) -> Result<u8, Failure> {
    let loaded = desk.load(&args.environment)?;
    match &args.form {
        ExportForm {
            dockerfile: Some(_),
            ..
        } => Err(Failure::new(
            "`--dockerfile` cannot be written yet; use `--yaml`",
        )),
        ExportForm { .. } => Ok(yaml(desk, &loaded)),
    }
}

/// The file as prebake itself would write it: every field, defaults included, and no comments.
fn yaml(desk: &mut Desk<'_>, loaded: &Loaded) -> u8 {
    desk.output.text(manifest::render(&loaded.environment));
    status::OK
}
