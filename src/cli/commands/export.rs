//! `export`: an environment in a form for somewhere else. One arm per form.

use std::fs;
use std::path::Path;

use super::build::Silent;
use super::{Desk, Failure, runtime};
use crate::cli::args::{ExportArgs, ExportForm};
use crate::cli::status;
use crate::domain::{import, manifest};
use crate::ops::Loaded;
use crate::ops::export::{DockerfileExport, dockerfile};

pub(super) fn export(desk: &mut Desk<'_>, args: &ExportArgs) -> Result<u8, Failure> {
    let loaded = desk.load(&args.environment)?;
    match &args.form {
        ExportForm { dockerfile: Some(folder), .. } => layers(desk, &loaded, folder),
        ExportForm { devcontainer: true, .. } => {
            desk.output.text(import::export(&loaded.id, &loaded.environment));
            Ok(status::OK)
        }
        ExportForm { .. } => Ok(yaml(desk, &loaded)),
    }
}

/// The file as prebake itself would write it: every field, defaults included, and no comments.
fn yaml(desk: &mut Desk<'_>, loaded: &Loaded) -> u8 {
    desk.output.text(manifest::render(&loaded.environment));
    status::OK
}

/// The layers as a Dockerfile with their scripts in `folder`; `-`: the Dockerfile alone, printed.
fn layers(desk: &mut Desk<'_>, loaded: &Loaded, folder: &Path) -> Result<u8, Failure> {
    let export = runtime()?.block_on(async {
        let context = desk.context().await?;
        let Loaded { id, environment, .. } = loaded;
        Ok::<_, Failure>(dockerfile(&context, id, environment, &mut Silent).await?)
    })?;
    if folder == Path::new("-") {
        desk.output.text(&export.dockerfile);
        return Ok(status::OK);
    }
    write(&export, folder).map_err(|(path, error)| {
        Failure::new(format!(
            "cannot write `{}`: {error}; name a folder that does not hold it yet",
            path.display()
        ))
    })?;
    desk.output.line(folder.join("Dockerfile").display());
    Ok(status::OK)
}

/// Writes new files only: what is there may be somebody's work.
fn write(
    export: &DockerfileExport,
    folder: &Path,
) -> Result<(), (std::path::PathBuf, std::io::Error)> {
    let put = |name: &str, text: &str| {
        let path = folder.join(name);
        match fs::read(&path) {
            Ok(there) if there == text.as_bytes() => return Ok(()),
            _ => {}
        }
        let file = fs::File::options().write(true).create_new(true).open(&path);
        let written =
            file.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
        written.map_err(|error| (path, error))
    };
    fs::create_dir_all(folder).map_err(|error| (folder.to_owned(), error))?;
    for script in &export.scripts {
        put(script.name, &script.text)?;
    }
    put("Dockerfile", &export.dockerfile)
}
