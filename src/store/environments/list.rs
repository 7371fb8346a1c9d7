//! Listing the folder: every file is an environment or a fault, and none hides the others.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Loaded, source, understood};
use crate::domain::environment::EnvironmentId;
use crate::store::error::{Action, StoreError};

/// Below this many files, starting threads costs more than they save.
const WORTH_THREADS: usize = 32;

/// More threads than this wait for the disk, not for the processor.
const MOST_THREADS: usize = 8;

/// What is in the folder of environments.
#[derive(Debug, Default)]
pub struct Listing {
    /// Sorted by id.
    pub environments: Vec<Loaded>,
    /// Sorted by path.
    pub broken: Vec<Broken>,
}

/// A file that is no environment.
#[derive(Debug)]
pub struct Broken {
    /// The id, if at least the file's name is one.
    pub id: Option<EnvironmentId>,
    /// The file.
    pub path: PathBuf,
    /// Why; the words name the path.
    pub error: StoreError,
}

pub(super) fn list(folder: &Path) -> Result<Listing, StoreError> {
    let mut paths = match files(folder) {
        Ok(paths) => paths,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Listing::default()),
        Err(error) => return Err(StoreError::io(Action::Read, folder)(error)),
    };
    paths.sort();
    let mut listing = Listing::default();
    for result in examine_all(&paths) {
        match result {
            Ok(loaded) => listing.environments.push(loaded),
            Err(broken) => listing.broken.push(*broken),
        }
    }
    // `a-b.yaml` sorts before `a.yaml`, but `a` before `a-b`.
    listing.environments.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(listing)
}

/// Everything that looks like YAML. Hidden files are left alone: they are the locks, copies and
/// half-written files of editors and of this store.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_hidden =
            path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        let is_yaml = path.extension().is_some_and(|ending| {
            ending.eq_ignore_ascii_case("yaml") || ending.eq_ignore_ascii_case("yml")
        });
        if is_yaml && !is_hidden {
            paths.push(path);
        }
    }
    Ok(paths)
}

fn examine(path: &Path) -> Result<Loaded, Box<Broken>> {
    let broken = |id, error| Box::new(Broken { id, path: path.to_owned(), error });
    if path.extension().is_none_or(|ending| ending != "yaml") {
        return Err(broken(None, StoreError::FileEnding { path: path.to_owned() }));
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let id = EnvironmentId::parse(&stem)
        .map_err(|error| broken(None, StoreError::FileName { path: path.to_owned(), error }))?;
    source(&id, path).and_then(understood).map_err(|error| broken(Some(id), error))
}

fn examine_all(paths: &[PathBuf]) -> Vec<Result<Loaded, Box<Broken>>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    if paths.len() < WORTH_THREADS || threads == 1 {
        return paths.iter().map(|path| examine(path)).collect();
    }
    std::thread::scope(|scope| {
        let parts: Vec<_> = paths
            .chunks(paths.len().div_ceil(threads))
            .map(|part| {
                scope.spawn(move || part.iter().map(|path| examine(path)).collect::<Vec<_>>())
            })
            .collect();
        parts
            .into_iter()
            .flat_map(|part| match part.join() {
                Ok(results) => results,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    })
}
