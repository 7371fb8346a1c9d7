//! Import: files that were written for something else become environments.
//!
//! First a plan, which reads and compares and writes nothing; then each part of it by itself, so
//! that whoever asks can say yes to one and no to another. What is there already and says the
//! same is left alone, so that a second import does nothing.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::OpError;
use crate::domain::digest::Digest;
use crate::domain::environment::EnvironmentId;
use crate::domain::import::{
    Fate, Imported, Kind, Note, Source, decode, distinct, read, worth_reading,
};
use crate::domain::manifest;
use crate::domain::place::Place;
use crate::store::{Environments, Folders, Loaded, StoreError, given, preflight};

/// The folders below a project that hold files of dev containers.
const DEVCONTAINER_FOLDER: &str = ".devcontainer";

/// What an import would do.
#[derive(Debug, Default)]
pub struct ImportPlan {
    /// The environments, each with an id of its own.
    pub entries: Vec<Entry>,
    /// A script for before every run preflight.
    pub preflight: Option<Preflight>,
    /// What became of the rest of each file.
    pub files: Vec<FileNotes>,
    /// Files that could not be read.
    pub faults: Vec<Fault>,
}

/// An environment that would be written.
#[derive(Debug)]
pub struct Entry {
    /// The file it comes from.
    pub source: PathBuf,
    /// What that file is.
    pub kind: Kind,
    /// The id that it would have, were it the only one.
    pub wanted: EnvironmentId,
    /// What was found there, under the id it gets.
    pub imported: Imported,
    /// How it stands to what is there.
    pub standing: Standing,
    /// What is written: a file of prebake's own as it is, with its comments.
    pub text: String,
}

/// How something that would be written stands to what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is nothing yet.
    New,
    /// What is there says the same.
    Unchanged,
    /// What is there says something else; its revision.
    Differs(Digest),
}

impl Standing {
    /// Its name, as documents have it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Unchanged => "unchanged",
            Self::Differs(_) => "differs",
        }
    }
}

/// A script for before every run preflight.
#[derive(Debug)]
pub struct Preflight {
    /// The file it comes from.
    pub source: PathBuf,
    /// The script.
    pub script: String,
    /// Where it would be written.
    pub path: PathBuf,
    /// How it stands to what is there.
    pub standing: Standing,
}

/// What became of the parts of a file that are no environments.
#[derive(Debug)]
pub struct FileNotes {
    /// The file.
    pub source: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// The notes.
    pub notes: Vec<Note>,
}

/// A file that could not be read.
#[derive(Debug)]
pub struct Fault {
    /// The file.
    pub source: PathBuf,
    /// Where in it.
    pub place: Option<Place>,
    /// Why, as a sentence that names the file.
    pub sentence: String,
}

/// Reads a file, or all files of a folder that are worth it, and compares what is in them with
/// what is there.
pub fn plan(folders: &Folders, path: &Path) -> Result<ImportPlan, OpError> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let is_folder = path.is_dir();
    let files = if is_folder { candidates(&path)? } else { vec![path.clone()] };
    let mut planning = Planning::new(folders);
    for file in &files {
        planning.file(file, is_folder);
    }
    let plan = planning.plan;
    if plan.entries.is_empty() && plan.preflight.is_none() && plan.faults.is_empty() {
        let what = if is_folder { "is nothing to import" } else { "is no environment" };
        return Err(OpError::Unusable(format!(
            "in `{}` {what}; name a file of Agents Runner, a `devcontainer.json`, a `.gitpod.yml`, a shell script, or a folder with some of them",
            path.display()
        )));
    }
    Ok(plan)
}

/// The plan for one environment that is no file's.
pub(super) fn single(folders: &Folders, source: &Path, imported: Imported) -> ImportPlan {
    let mut planning = Planning::new(folders);
    planning.environment((source, Kind::Container, ""), imported, &mut Vec::new());
    planning.plan
}

/// An import that is being planned.
struct Planning<'a> {
    environments: Environments,
    folders: &'a Folders,
    /// Where each id of this import comes from.
    seen: HashMap<EnvironmentId, usize>,
    plan: ImportPlan,
}

impl<'a> Planning<'a> {
    fn new(folders: &'a Folders) -> Self {
        let environments = Environments::new(folders.clone());
        Self { environments, folders, seen: HashMap::new(), plan: ImportPlan::default() }
    }

    /// Reads one file. In a folder most files are something else, which is no fault.
    fn file(&mut self, path: &Path, in_folder: bool) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = match text(path) {
            Ok(text) => text,
            Err(fault) => return self.plan.faults.push(fault),
        };
        let Some(kind) = Kind::of(&name, &text) else {
            if !in_folder {
                let sentence = format!(
                    "`{}` is no file that can be imported; name one of Agents Runner, a `devcontainer.json`, a `.gitpod.yml` or a shell script",
                    path.display()
                );
                self.plan.faults.push(Fault { source: path.to_owned(), place: None, sentence });
            }
            return;
        };
        let folder = project(path).display().to_string();
        let source = Source { name: &name, text: &text, folder: &folder };
        let reading = match read(kind, source) {
            Ok(reading) => reading,
            // Any program may have its own settings in YAML.
            Err(_) if in_folder && kind == Kind::Environment => return,
            Err(error) => {
                let Place { line, column } = error.place;
                let sentence =
                    format!("cannot import `{}:{line}:{column}`: {error}", path.display());
                let place = Some(error.place);
                return self.plan.faults.push(Fault { source: path.to_owned(), place, sentence });
            }
        };
        let mut notes = reading.notes;
        for imported in reading.environments {
            self.environment((path, kind, &text), imported, &mut notes);
        }
        if let Some(script) = reading.settings_preflight {
            self.preflight(path, script, &mut notes);
        }
        if !notes.is_empty() {
            self.plan.files.push(FileNotes { source: path.to_owned(), kind, notes });
        }
    }

    /// Takes an environment in under an id of its own, unless it was taken in before.
    fn environment(
        &mut self,
        (path, kind, text): (&Path, Kind, &str),
        mut imported: Imported,
        notes: &mut Vec<Note>,
    ) {
        let mut wanted_id = None;
        let wanted = &imported.id;
        if let Some(first) = self.seen.get(wanted).and_then(|&first| self.plan.entries.get(first)) {
            let source = first.source.display().to_string();
            let says_same = |entry: &&Entry| {
                entry.wanted == *wanted && entry.imported.environment == imported.environment
            };
            if let Some(same) = self.plan.entries.iter().find(says_same) {
                let told = format!(
                    "is not taken again: it says the same as environment `{}` of `{}`",
                    same.imported.id,
                    same.source.display()
                );
                return notes.push(Note { field: imported.at, fate: Fate::Left, told });
            }
            let id = distinct(wanted, |id| self.seen.contains_key(id));
            let told = format!(
                "gets the id `{id}`, since `{wanted}` is another environment of `{source}`"
            );
            imported.notes.push(Note { field: String::new(), fate: Fate::Changed, told });
            wanted_id = Some(std::mem::replace(&mut imported.id, id));
        }
        let wanted = wanted_id.unwrap_or_else(|| imported.id.clone());
        let standing = self.standing(&imported);
        let text = match kind {
            Kind::Environment => text.to_owned(),
            _ => manifest::render(&imported.environment),
        };
        self.seen.insert(imported.id.clone(), self.plan.entries.len());
        self.plan.entries.push(Entry {
            source: path.to_owned(),
            kind,
            wanted,
            imported,
            standing,
            text,
        });
    }

    fn standing(&self, imported: &Imported) -> Standing {
        match self.environments.bytes(&imported.id) {
            Ok(there) => {
                let text = String::from_utf8(there.bytes).unwrap_or_default();
                let says = manifest::parse(&text);
                if says.is_ok_and(|environment| environment == imported.environment) {
                    Standing::Unchanged
                } else {
                    Standing::Differs(there.revision)
                }
            }
            // Whatever else is in the way is told when it is written.
            Err(_) => Standing::New,
        }
    }

    fn preflight(&mut self, source: &Path, script: String, notes: &mut Vec<Note>) {
        if let Some(first) = &self.plan.preflight {
            let told = if first.script == script {
                format!("is the same as in `{}`", first.source.display())
            } else {
                format!("is not taken, since there is one in `{}` already", first.source.display())
            };
            let fate = Fate::Left;
            notes.push(Note { field: "preflight_script".to_owned(), fate, told });
            return;
        }
        let standing = match preflight::load(self.folders) {
            Ok(there) if there == script => Standing::Unchanged,
            Ok(there) if there.is_empty() => Standing::New,
            Ok(there) => Standing::Differs(Digest::of(&there)),
            Err(_) => Standing::Differs(Digest::of("")),
        };
        let path = preflight::path(self.folders);
        let source = source.to_owned();
        self.plan.preflight = Some(Preflight { source, script, path, standing });
    }
}

/// Writes an environment. One that differs is replaced, and its file goes to the trash: where it
/// is kept is returned, too.
pub fn write(folders: &Folders, entry: &Entry) -> Result<(Loaded, Option<PathBuf>), StoreError> {
    let environments = Environments::new(folders.clone());
    let (Imported { id, .. }, text) = (&entry.imported, &entry.text);
    match &entry.standing {
        Standing::New => Ok((environments.create(id, text)?, None)),
        Standing::Unchanged => Ok((environments.load(id)?, None)),
        Standing::Differs(revision) => {
            let (loaded, kept_at) = environments.replace(id, text, revision)?;
            Ok((loaded, Some(kept_at)))
        }
    }
}

/// Writes the script for before every run preflight. One that differs goes to the trash: where it
/// is kept is returned.
pub fn write_preflight(
    folders: &Folders,
    preflight: &Preflight,
) -> Result<Option<PathBuf>, StoreError> {
    match preflight.standing {
        Standing::Unchanged => Ok(None),
        Standing::New | Standing::Differs(_) => preflight::save(folders, &preflight.script),
    }
}

fn text(path: &Path) -> Result<String, Fault> {
    let fault = |place, sentence: String| Fault { source: path.to_owned(), place, sentence };
    let bytes = given::bytes(path).map_err(|error| fault(None, error.to_string()))?;
    decode(bytes).map_err(|place| {
        let Place { line, column } = place;
        let sentence = format!(
            "cannot import `{}:{line}:{column}`: it is no text from there on; save the file as UTF-8",
            path.display()
        );
        fault(Some(place), sentence)
    })
}

/// Files in a folder that are worth reading, those of newer generations first: where two say the
/// same, the newer one counts.
fn candidates(folder: &Path) -> Result<Vec<PathBuf>, OpError> {
    let unreadable = |error: std::io::Error| {
        OpError::Unusable(format!(
            "cannot read `{}`: {error}; name a folder that you may read",
            folder.display()
        ))
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_file() && worth_reading(&name) {
            files.push(path);
        }
    }
    let below = folder.join(DEVCONTAINER_FOLDER);
    files.push(below.join("devcontainer.json"));
    let configurations = fs::read_dir(&below).into_iter().flatten().flatten();
    files.extend(configurations.map(|entry| entry.path().join("devcontainer.json")));
    files.retain(|path| path.is_file());
    files.sort_by_key(|path| (age(path), path.clone()));
    Ok(files)
}

fn age(path: &Path) -> usize {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let order = ["state.toml", "state.json", "environments.json"];
    order.iter().position(|known| *known == name).unwrap_or(order.len())
}

/// The folder of the project that a file belongs to.
fn project(path: &Path) -> &Path {
    let folder = path.parent().unwrap_or(path);
    let holder = folder.ancestors().take(2).find(|it| it.ends_with(DEVCONTAINER_FOLDER));
    holder.and_then(Path::parent).unwrap_or(folder)
}
