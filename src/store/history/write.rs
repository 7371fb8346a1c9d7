//! Entries are added, amended, and let go when they are old.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::History;
use super::rows::{self, signed, text, unsigned};
use crate::domain::history::{Detail, Entry, Kind, Outcome};
use crate::store::error::StoreError;

/// So many entries go in one transaction, so that nobody waits long for it.
const AT_ONCE: usize = 1_000;

impl History {
    /// Adds an entry and gives its number.
    pub fn record(&mut self, entry: &Entry, detail: &Detail) -> Result<u64, StoreError> {
        let done = self.in_transaction(|transaction| {
            let mut insert = transaction.prepare(
                "INSERT INTO entry VALUES (:number, :kind, :name, :environment, :began, :outcome, \
                 :layer, :keys, :stages, :image, :bytes, :layer_bytes, :why, :exit_code, :line, \
                 :took_ms, :scripts_ms, :cold_ms, :saved_ms, :log)",
            )?;
            rows::put(&mut insert, entry)?;
            let number = transaction.last_insert_rowid();
            put_detail(transaction, number, detail)?;
            count(transaction, entry, 1)?;
            Ok(unsigned(number))
        });
        self.judge(done)
    }

    /// Puts another entry and detail in the place of those of its number; nothing is done if that
    /// is gone by now.
    pub fn amend(&mut self, entry: &Entry, detail: &Detail) -> Result<(), StoreError> {
        let done = self.in_transaction(|transaction| {
            let before = transaction
                .query_row(
                    &format!("SELECT {} FROM entry WHERE number = ?", rows::COLUMNS),
                    [signed(entry.number)],
                    rows::entry,
                )
                .optional()?;
            let Some(before) = before else { return Ok(()) };
            count(transaction, &before, -1)?;
            let mut replace = transaction.prepare(
                "UPDATE entry SET kind = :kind, name = :name, environment = :environment, \
                 began = :began, outcome = :outcome, layer = :layer, keys = :keys, \
                 stages = :stages, image = :image, bytes = :bytes, layer_bytes = :layer_bytes, \
                 why = :why, exit_code = :exit_code, line = :line, took_ms = :took_ms, \
                 scripts_ms = :scripts_ms, cold_ms = :cold_ms, saved_ms = :saved_ms, log = :log \
                 WHERE number = :number",
            )?;
            rows::put(&mut replace, entry)?;
            put_detail(transaction, signed(entry.number), detail)?;
            count(transaction, entry, 1)
        });
        self.judge(done)
    }

    /// Lets go of entries that began before `oldest`, and of all but the newest `most`. What they
    /// saved stays counted.
    pub fn forget(&mut self, oldest: Timestamp, most: u64) -> Result<(), StoreError> {
        loop {
            let done = self.in_transaction(|transaction| {
                let newest: i64 = transaction.query_row(
                    "SELECT coalesce(max(number), 0) FROM entry",
                    [],
                    |row| row.get(0),
                )?;
                let limit = newest - signed(most);
                let oldest = oldest.as_millisecond();
                // Numbers grow with time, so that the old ones are the first.
                let mut first = transaction
                    .prepare("SELECT number, began FROM entry ORDER BY number LIMIT ?")?;
                let first = first.query_map([signed(AT_ONCE as u64)], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
                })?;
                let first = first.collect::<rusqlite::Result<Vec<_>>>()?;
                let old =
                    first.iter().take_while(|(number, began)| *number <= limit || *began < oldest);
                let Some((last, _)) = old.last() else { return Ok(0) };
                transaction.execute("DELETE FROM detail WHERE number <= ?", [last])?;
                transaction.execute("DELETE FROM entry WHERE number <= ?", [last])
            });
            if self.judge(done)? < AT_ONCE {
                return Ok(());
            }
        }
    }

    fn in_transaction<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        self.write_back_if_long();
        Ok(done)
    }
}

fn put_detail(transaction: &Transaction<'_>, number: i64, detail: &Detail) -> rusqlite::Result<()> {
    let mut put = transaction.prepare("INSERT OR REPLACE INTO detail VALUES (?, ?, ?)")?;
    put.execute(params![number, text(&detail.phases)?, text(&detail.scripts)?])?;
    let mut put = transaction.prepare("INSERT OR IGNORE INTO layer VALUES (?, ?)")?;
    for (key, inputs) in &detail.inputs {
        put.execute(params![key, text(inputs)?])?;
    }
    Ok(())
}

/// Counts an entry among the tallies, or takes it out of them. A bake counts as no start, and
/// makes its environment known.
fn count(transaction: &Transaction<'_>, entry: &Entry, by: i64) -> rusqlite::Result<()> {
    let is_start = entry.kind == Kind::Start;
    let outcome = if is_start { entry.outcome } else { Outcome::Baked };
    let saved = entry.saved_ms.filter(|_| is_start);
    let by = if is_start { by } else { 0 };
    #[expect(clippy::cast_precision_loss, reason = "it is 1, 0 or -1")]
    let saved_ms = saved.unwrap_or(0.0) * by as f64;
    let mut put = transaction.prepare(
        "INSERT INTO tally VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET \
         starts = starts + ?3, measured = measured + ?4, saved_ms = saved_ms + ?5",
    )?;
    let measured = if saved.is_some() { by } else { 0 };
    put.execute(params![entry.environment, outcome.word(), by, measured, saved_ms])?;
    Ok(())
}
