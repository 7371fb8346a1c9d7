//! `export`: an environment in a form for somewhere else. One arm per form.

use std::fs;
use std::io;
use std::path::Path;

use super::build::Silent;
use super::{Desk, Failure, runtime};
use crate::cli::args::{ExportArgs, ExportForm};
use crate::cli::status;
use crate::domain::{import, manifest};
use crate::ops::Loaded;
use crate::ops::export::{DockerfileExport, dockerfile};
use crate::ops::given;

pub(super) fn export(desk: &mut Desk<'_>, args: &ExportArgs) -> Result<u8, Failure> {
    let loaded = desk.load(&args.environment)?;
    match &args.form {
        ExportForm { dockerfile: Some(folder), .. } => {
            layers(desk, &loaded, folder, args.overwrite)
        }
        ExportForm { devcontainer: true, .. } => {
            desk.output.text(import::export(&loaded.id, &loaded.environment));
            Ok(status::OK)
        }
        ExportForm { .. } => Ok(yaml(desk, &loaded)),
    }
}

/// The file as prebake itself would write it, without comments.
fn yaml(desk: &mut Desk<'_>, loaded: &Loaded) -> u8 {
    desk.output.text(manifest::render(&loaded.environment));
    status::OK
}

/// The layers as a Dockerfile with their scripts in `folder`; `-`: the Dockerfile alone, printed.
fn layers(
    desk: &mut Desk<'_>,
    loaded: &Loaded,
    folder: &Path,
    overwrites: bool,
) -> Result<u8, Failure> {
    let export = runtime()?.block_on(async {
        let context = desk.context().await?;
        let Loaded { id, environment, .. } = loaded;
        Ok::<_, Failure>(dockerfile(&context, id, environment, &mut Silent).await?)
    })?;
    if folder == Path::new("-") {
        desk.output.text(&export.dockerfile);
        return Ok(status::OK);
    }
    write(&export, folder, overwrites)?;
    desk.output.line(folder.join("Dockerfile").display());
    Ok(status::OK)
}

/// Writes all of the files or none: what is there may be somebody's work.
fn write(export: &DockerfileExport, folder: &Path, overwrites: bool) -> Result<(), Failure> {
    let scripts = export.scripts.iter().map(|script| (script.name, &script.text[..]));
    let files = scripts.chain([("Dockerfile", &export.dockerfile[..])]);
    let (mut new, mut differing) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let path = folder.join(name);
        match fs::read(&path) {
            Ok(there) if there == text.as_bytes() => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => new.push((path, text)),
            _ if overwrites => differing.push((path, text)),
            _ => {
                return Err(Failure::new(format!(
                    "`{}` is there and says something else, so nothing is written; name another folder, or replace what differs with `--overwrite`",
                    path.display()
                )));
            }
        }
    }
    fs::create_dir_all(folder).map_err(|error| {
        Failure::new(format!(
            "cannot make the folder `{}`: {error}; name one that you may write to",
            folder.display()
        ))
    })?;
    for (path, text) in new {
        // Not for its owner only: a builder may read it as the image's user.
        let file = fs::File::options().write(true).create_new(true).open(&path);
        let written = file.and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes()));
        written.map_err(|error| {
            Failure::new(format!(
                "cannot write `{}`: {error}; name a folder that you may write to",
                path.display()
            ))
        })?;
    }
    for (path, text) in differing {
        given::write(&path, text.as_bytes())?;
    }
    Ok(())
}
