//! A shell script: one that sets everything up, as it is written before there are two stages.

use super::{Fate, Imported, Note, Reading, Source, ids};
use crate::domain::environment::{Environment, EnvironmentId};

pub(super) fn read(source: Source<'_>) -> Reading {
    let stem = source.name.rsplit_once('.').map_or(source.name, |(stem, _)| stem);
    let Some(id) = ids::id_of(stem).or_else(|| EnvironmentId::parse("script").ok()) else {
        return Reading::default();
    };
    let environment = Environment {
        name: stem.to_owned(),
        preflight_enabled: true,
        preflight_script: source.text.to_owned(),
        ..Environment::default()
    };
    let told = format!(
        "becomes `preflight_script` and runs at every task start; `prebake split {id}` divides it into a part that is baked and a part that is not"
    );
    let notes = vec![Note::new("", Fate::Became, told)];
    let imported = Imported { id, at: String::new(), environment, notes };
    Reading { environments: vec![imported], ..Reading::default() }
}
