//! Rows and entries, one into the other.

use std::str::FromStr as _;

use jiff::Timestamp;
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Error, Result, Row, named_params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::history::entry::{BakeTimes, Phases};
use crate::domain::history::{Detail, Entry, Kind, Outcome};
use crate::domain::layer::LayerKind;

/// The columns of an entry, in the order in which [`entry`] reads them.
pub(super) const COLUMNS: &str = "number, kind, name, environment, began, outcome, layer, keys, \
     stages, image, bytes, layer_bytes, why, exit_code, line, took_ms, scripts_ms, cold_ms, \
     saved_ms, log";

/// The word for a kind.
pub(super) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Bake => "bake",
        Kind::Start => "start",
    }
}

fn wrong(column: usize, what: &str) -> Error {
    Error::FromSqlConversionFailure(column, Type::Text, FromSqlError::Other(what.into()).into())
}

pub(super) fn entry(row: &Row<'_>) -> Result<Entry> {
    let kind = match row.get_ref(1)?.as_str()? {
        "bake" => Kind::Bake,
        "start" => Kind::Start,
        _ => return Err(wrong(1, "no kind of an entry")),
    };
    let outcome = Outcome::parse(row.get_ref(5)?.as_str()?);
    let layer: Option<String> = row.get(6)?;
    let keys: String = row.get(7)?;
    Ok(Entry {
        number: unsigned(row.get(0)?),
        kind,
        name: row.get(2)?,
        environment: row.get(3)?,
        began: Timestamp::from_millisecond(row.get(4)?).map_err(|_| wrong(4, "no time"))?,
        outcome: outcome.ok_or_else(|| wrong(5, "no outcome of an entry"))?,
        layer: layer.as_deref().and_then(LayerKind::parse),
        keys: keys.split_whitespace().map(str::to_owned).collect(),
        stages: row.get(8)?,
        image: row.get(9)?,
        bytes: row.get::<_, Option<i64>>(10)?.map(unsigned),
        layer_bytes: row.get::<_, Option<i64>>(11)?.map(unsigned),
        why: row.get(12)?,
        exit_code: row.get(13)?,
        line: row.get(14)?,
        took_ms: row.get(15)?,
        scripts_ms: row.get(16)?,
        cold_ms: row.get(17)?,
        saved_ms: row.get(18)?,
        log: row.get(19)?,
    })
}

/// Writes all columns of an entry by a statement that names them; returns how many rows changed.
pub(super) fn put(statement: &mut rusqlite::Statement<'_>, entry: &Entry) -> Result<usize> {
    let number = (entry.number > 0).then(|| signed(entry.number));
    statement.execute(named_params! {
        ":number": number,
        ":kind": word(entry.kind),
        ":name": entry.name,
        ":environment": entry.environment,
        ":began": entry.began.as_millisecond(),
        ":outcome": entry.outcome.word(),
        ":layer": entry.layer.map(|layer| layer.to_string()),
        ":keys": entry.keys.join(" "),
        ":stages": entry.stages,
        ":image": entry.image,
        ":bytes": entry.bytes.map(signed),
        ":layer_bytes": entry.layer_bytes.map(signed),
        ":why": entry.why,
        ":exit_code": entry.exit_code,
        ":line": entry.line,
        ":took_ms": entry.took_ms,
        ":scripts_ms": entry.scripts_ms,
        ":cold_ms": entry.cold_ms,
        ":saved_ms": entry.saved_ms,
        ":log": entry.log,
    })
}

/// The detail of an entry of this kind, without its inputs.
pub(super) fn detail(kind: Kind, row: &Row<'_>) -> Result<Detail> {
    let phases = match kind {
        Kind::Bake => Phases::Bake(json::<BakeTimes>(row, 0)?),
        Kind::Start => Phases::Start(json(row, 0)?),
    };
    Ok(Detail { phases, scripts: json(row, 1)?, ..Detail::default() })
}

/// A column that holds JSON.
pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|error| wrong(column, &error.to_string()))
}

/// A value as a column holds it.
pub(super) fn text(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::ToSqlConversionFailure(error.into()))
}

/// Numbers are never that large; one that is was not written here.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// Outcomes stand in tallies, too.
pub(super) fn outcome(row: &Row<'_>, column: usize) -> Result<Outcome> {
    Outcome::parse(row.get_ref(column)?.as_str()?).ok_or_else(|| wrong(column, "no outcome"))
}

/// The number of an entry as a person types it: `12` or `#12`.
pub(super) fn number_of(typed: &str) -> Option<i64> {
    i64::from_str(typed.trim_start_matches('#')).ok()
}
