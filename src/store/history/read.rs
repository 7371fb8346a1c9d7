//! Entries are found: by number, by environment, by the id of a task; and what was counted.

use std::collections::HashMap;

use rusqlite::{OptionalExtension as _, params};

use super::History;
use super::rows::{self, COLUMNS, signed, unsigned};
use crate::domain::history::savings::{Cold, Payoff, Tally, payoff};
use crate::domain::history::{Detail, Entry};
use crate::domain::layer::LayerKind;
use crate::domain::task::Timings;
use crate::store::error::StoreError;

/// An entry with its detail.
pub type Detailed = (Entry, Detail);

impl History {
    /// The newest entries, of one environment or of all.
    pub fn entries(
        &self,
        environment: Option<&str>,
        most: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let most = signed(most as u64);
        self.judge(match environment {
            None => self.select("ORDER BY number DESC LIMIT ?1", params![most]),
            // Both kinds by their index, and then together.
            Some(environment) => self.select(
                "WHERE number IN (SELECT number FROM (SELECT number FROM entry WHERE \
                 environment = ?1 AND kind = 'bake' ORDER BY number DESC LIMIT ?2) UNION ALL \
                 SELECT number FROM (SELECT number FROM entry WHERE environment = ?1 AND \
                 kind = 'start' ORDER BY number DESC LIMIT ?2)) ORDER BY number DESC LIMIT ?2",
                params![environment, most],
            ),
        })
    }

    /// The entry a person named by its number, or by the id of its bake or task.
    pub fn find(&self, typed: &str) -> Result<Option<Entry>, StoreError> {
        let numbered = match rows::number_of(typed) {
            Some(number) => self.judge(self.select("WHERE number = ?", params![number]))?.pop(),
            None => None,
        };
        match numbered {
            Some(entry) => Ok(Some(entry)),
            None => self.named(typed),
        }
    }

    /// The newest entry of a bake or a task by its id.
    pub fn named(&self, name: &str) -> Result<Option<Entry>, StoreError> {
        let found = self.select("WHERE name = ? ORDER BY number DESC LIMIT 1", params![name]);
        Ok(self.judge(found)?.pop())
    }

    fn select(&self, clause: &str, values: impl rusqlite::Params) -> rusqlite::Result<Vec<Entry>> {
        let mut select =
            self.connection.prepare(&format!("SELECT {COLUMNS} FROM entry {clause}"))?;
        select.query_map(values, rows::entry)?.collect()
    }

    /// The detail of an entry.
    pub fn detail(&self, entry: &Entry) -> Result<Detail, StoreError> {
        self.judge(self.detail_of(entry))
    }

    fn detail_of(&self, entry: &Entry) -> rusqlite::Result<Detail> {
        let mut select =
            self.connection.prepare("SELECT phases, scripts FROM detail WHERE number = ?")?;
        let found = select
            .query_row([signed(entry.number)], |row| rows::detail(entry.kind, row))
            .optional()?;
        let mut detail = found.unwrap_or_default();
        let mut select = self.connection.prepare("SELECT inputs FROM layer WHERE key = ?")?;
        for key in &entry.keys {
            let inputs = select.query_row([key], |row| rows::json(row, 0)).optional()?;
            detail.inputs.extend(inputs.map(|inputs| (key.clone(), inputs)));
        }
        Ok(detail)
    }

    /// When the layer of each key was last baked or started, in seconds since 1970.
    pub fn uses(&self) -> Result<HashMap<String, i64>, StoreError> {
        let find = || {
            let mut select = self
                .connection
                .prepare("SELECT keys, max(began) FROM entry WHERE keys != '' GROUP BY keys")?;
            let mut rows = select.query([])?;
            let mut uses: HashMap<String, i64> = HashMap::new();
            while let Some(row) = rows.next()? {
                let (keys, began): (String, i64) = (row.get(0)?, row.get(1)?);
                for key in keys.split(' ') {
                    let last = uses.entry(key.to_owned()).or_default();
                    *last = (began / 1000).max(*last);
                }
            }
            Ok(uses)
        };
        self.judge(find())
    }

    /// The keys of the layers that an environment was last baked or started with.
    pub fn last_keys(&self, environment: &str) -> Result<Vec<String>, StoreError> {
        let mut keys = Vec::new();
        // The last bake may be of one layer only, and the last start may be of another script.
        for kind in ["bake", "start"] {
            let find = || {
                self.connection
                    .prepare(
                        "SELECT keys FROM entry WHERE environment = ? AND kind = ? AND keys != '' \
                         ORDER BY number DESC LIMIT 1",
                    )?
                    .query_row([environment, kind], |row| row.get::<_, String>(0))
                    .optional()
            };
            let found = self.judge(find())?.unwrap_or_default();
            keys.extend(found.split_whitespace().map(str::to_owned));
        }
        Ok(keys)
    }

    /// What was measured of these tasks.
    pub fn timings<'a>(
        &self,
        tasks: impl IntoIterator<Item = &'a str>,
    ) -> Result<HashMap<String, Timings>, StoreError> {
        let find = || {
            let mut select = self.connection.prepare(
                "SELECT phases FROM detail WHERE number = (SELECT number FROM entry WHERE \
                 name = ? AND kind = 'start' ORDER BY number DESC LIMIT 1)",
            )?;
            let mut found = HashMap::new();
            for task in tasks {
                let timings = select.query_row([task], |row| rows::json(row, 0)).optional()?;
                found.extend(timings.map(|timings| (task.to_owned(), timings)));
            }
            Ok(found)
        };
        self.judge(find())
    }

    /// The newest bakes of a layer, newest first: of this environment, or of any.
    pub fn bakes(
        &self,
        environment: Option<&str>,
        layer: LayerKind,
        most: usize,
    ) -> Result<Vec<Detailed>, StoreError> {
        let (layer, most) = (layer.to_string(), signed(most as u64));
        let found = match environment {
            Some(environment) => self.select(
                "WHERE environment = ?1 AND kind = 'bake' AND layer = ?2 AND outcome != 'joined' \
                 ORDER BY number DESC LIMIT ?3",
                params![environment, layer, most],
            ),
            None => self.select(
                "WHERE kind = 'bake' AND layer = ?1 AND outcome != 'joined' \
                 ORDER BY number DESC LIMIT ?2",
                params![layer, most],
            ),
        };
        self.detailed(self.judge(found)?)
    }

    /// The newest starts, newest first: of this environment, or of any.
    pub fn starts(
        &self,
        environment: Option<&str>,
        most: usize,
    ) -> Result<Vec<Detailed>, StoreError> {
        let found = self.select(
            "WHERE (?1 IS NULL OR environment = ?1) AND kind = 'start' \
             ORDER BY number DESC LIMIT ?2",
            params![environment, signed(most as u64)],
        );
        self.detailed(self.judge(found)?)
    }

    fn detailed(&self, entries: Vec<Entry>) -> Result<Vec<Detailed>, StoreError> {
        let detailed = entries.into_iter().map(|entry| {
            let detail = self.detail(&entry)?;
            Ok((entry, detail))
        });
        detailed.collect()
    }

    /// What is known of a cold start: with these scripts, and by the bakes of these keys.
    pub fn cold(
        &self,
        environment: &str,
        stages: &str,
        keys: &[String],
    ) -> Result<Cold, StoreError> {
        let find = || {
            let mut measured = self.connection.prepare(
                "SELECT cold_ms FROM entry WHERE environment = ? AND stages = ? AND \
                 cold_ms IS NOT NULL ORDER BY number DESC LIMIT 1",
            )?;
            let mut baked = self.connection.prepare(
                "SELECT scripts_ms FROM entry WHERE keys = ? AND scripts_ms IS NOT NULL AND \
                 kind = 'bake' AND outcome IN ('baked', 'adopted') ORDER BY number DESC LIMIT 1",
            )?;
            let measured_ms =
                measured.query_row(params![environment, stages], |row| row.get(0)).optional()?;
            let mut scripts_ms = (!keys.is_empty()).then_some(0.0);
            for key in keys {
                let took: Option<f64> = baked.query_row([key], |row| row.get(0)).optional()?;
                scripts_ms = scripts_ms.zip(took).map(|(sum, took)| sum + took);
            }
            Ok(Cold { measured_ms, scripts_ms })
        };
        self.judge(find())
    }

    /// How the starts of each environment ended, or of one: sorted by its id.
    pub fn tallies(&self, environment: Option<&str>) -> Result<Vec<(String, Tally)>, StoreError> {
        let find = || {
            let mut select = self.connection.prepare(
                "SELECT environment, outcome, starts, measured, saved_ms FROM tally \
                 WHERE ?1 IS NULL OR environment = ?1 ORDER BY environment",
            )?;
            let tally = |row: &rusqlite::Row<'_>| {
                let tally = Tally {
                    outcome: rows::outcome(row, 1)?,
                    starts: unsigned(row.get(2)?),
                    measured: unsigned(row.get(3)?),
                    saved_ms: row.get(4)?,
                };
                Ok((row.get(0)?, tally))
            };
            select.query_map([environment], tally)?.collect()
        };
        self.judge(find())
    }

    /// How long the newest starts of an environment took, oldest first.
    pub fn durations(
        &self,
        environment: &str,
        most: usize,
    ) -> Result<Vec<Option<f64>>, StoreError> {
        let find = || {
            let mut select = self.connection.prepare(
                "SELECT took_ms FROM entry WHERE environment = ? AND kind = 'start' \
                 ORDER BY number DESC LIMIT ?",
            )?;
            let found =
                select.query_map(params![environment, signed(most as u64)], |row| row.get(0))?;
            found.collect::<rusqlite::Result<Vec<_>>>()
        };
        let mut found = self.judge(find())?;
        found.reverse();
        Ok(found)
    }

    /// Whether the newest bake of an environment has paid.
    pub fn payoff(&self, environment: &str) -> Result<Option<Payoff>, StoreError> {
        let find = || {
            let mut bake = self.connection.prepare(
                "SELECT number, took_ms FROM entry WHERE environment = ? AND kind = 'bake' AND \
                 outcome IN ('baked', 'adopted') AND took_ms IS NOT NULL \
                 ORDER BY number DESC LIMIT 1",
            )?;
            let bake: Option<(i64, f64)> =
                bake.query_row([environment], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((number, took_ms)) = bake else { return Ok(None) };
            let mut saved = self.connection.prepare(
                "SELECT saved_ms FROM entry WHERE environment = ? AND kind = 'start' AND \
                 number > ? AND saved_ms IS NOT NULL ORDER BY number",
            )?;
            let mut fault = None;
            let saved = saved.query_map(params![environment, number], |row| row.get(0))?;
            // Read only as far as it takes.
            let saved = saved.map_while(|saved| saved.map_err(|error| fault = Some(error)).ok());
            let payoff = payoff(took_ms, saved);
            match fault {
                Some(error) => Err(error),
                None if payoff == (Payoff::NotYet { starts: 0 }) => Ok(None),
                None => Ok(Some(payoff)),
            }
        };
        self.judge(find())
    }

    /// Whether the database is whole; what is wrong with it otherwise.
    pub fn fault(&self) -> Result<Option<String>, StoreError> {
        let asked = self.connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0));
        Ok(Some(self.judge(asked)?).filter(|told: &String| told != "ok"))
    }
}
