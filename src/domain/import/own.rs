//! A file of prebake's own, from another machine or out of `prebake export --yaml`: nothing has to
//! be translated.

use super::{ImportError, Imported, Reading, Source, ids};
use crate::domain::manifest;
use crate::domain::place::Place;

pub(super) fn read(source: Source<'_>) -> Result<Reading, ImportError> {
    let environment = manifest::parse(source.text).map_err(|error| ImportError {
        place: Place { line: error.line, column: error.column },
        cause: format!("this is no environment: {}", error.cause),
        advice: error.advice,
    })?;
    let stem = source.name.rsplit_once('.').map_or(source.name, |(stem, _)| stem);
    let id =
        ids::id_of(stem).or_else(|| ids::id_of(&environment.name)).ok_or_else(|| ImportError {
            place: Place::START,
            cause: "neither the file's name nor its `name` gives an id".to_owned(),
            advice: "rename it to ID.yaml".to_owned(),
        })?;
    let imported = Imported { id, at: String::new(), environment, notes: Vec::new() };
    Ok(Reading { environments: vec![imported], ..Reading::default() })
}
