//! The tables, and the steps by which an older database gets them.
//!
//! The number of steps that were taken is in the database (`user_version`). Each step is one
//! transaction: after a crash it was taken or not.

use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::PATIENCE;

/// The time between two questions whether a database is still busy.
const PAUSE: Duration = Duration::from_millis(5);

/// The steps, oldest first. One that was released is never changed; a new one is added.
const STEPS: [&str; 1] = ["
CREATE TABLE entry (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  environment TEXT NOT NULL,
  began INTEGER NOT NULL,          -- milliseconds since 1970
  outcome TEXT NOT NULL,
  layer TEXT,
  keys TEXT NOT NULL,              -- with blanks between them
  stages TEXT NOT NULL,
  image TEXT NOT NULL,
  bytes INTEGER,
  layer_bytes INTEGER,
  why TEXT,
  exit_code INTEGER,
  line INTEGER,
  took_ms REAL,
  scripts_ms REAL,
  cold_ms REAL,
  saved_ms REAL,
  log INTEGER NOT NULL
);
CREATE INDEX entry_by_environment ON entry (environment, kind, number);
CREATE INDEX entry_by_name ON entry (name);
CREATE INDEX entry_by_key ON entry (keys, number) WHERE kind = 'bake';
CREATE INDEX entry_by_stages ON entry (environment, stages, number) WHERE cold_ms IS NOT NULL;
CREATE TABLE detail (
  number INTEGER PRIMARY KEY,
  phases TEXT NOT NULL,            -- JSON
  scripts TEXT NOT NULL            -- JSON
);
CREATE TABLE layer (
  key TEXT PRIMARY KEY,
  inputs TEXT NOT NULL             -- JSON
) WITHOUT ROWID;
-- Kept when entries go: what was saved stays saved.
CREATE TABLE tally (
  environment TEXT NOT NULL,
  outcome TEXT NOT NULL,
  starts INTEGER NOT NULL,
  measured INTEGER NOT NULL,
  saved_ms REAL NOT NULL,
  PRIMARY KEY (environment, outcome)
) WITHOUT ROWID;
"];

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Renewed {
    /// The tables are those of this prebake.
    Ready,
    /// They are those of a newer one.
    Newer,
}

/// Switches to a log that readers and writers share. It stays with the database; a file system that
/// cannot do it keeps the older way, which works. While others begin the same database, `SQLite` says
/// at once that it is busy, whatever its patience, so here it is asked again.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let begun = Instant::now();
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())) {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && begun.elapsed() < PATIENCE =>
            {
                std::thread::sleep(PAUSE);
            }
            done => return done,
        }
    }
}

/// Takes the steps that were not taken yet.
pub(super) fn renew(connection: &mut Connection) -> rusqlite::Result<Renewed> {
    match version(connection)? {
        taken if taken == STEPS.len() => return Ok(Renewed::Ready),
        taken if taken > STEPS.len() => return Ok(Renewed::Newer),
        _ => {}
    }
    write_ahead(connection)?;
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Looked at again: another prebake may have been at it.
        let taken = version(&transaction)?;
        let Some(step) = STEPS.get(taken) else {
            return Ok(if taken == STEPS.len() { Renewed::Ready } else { Renewed::Newer });
        };
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", u32::try_from(taken + 1).unwrap_or(0))?;
        transaction.commit()?;
    }
}

fn version(connection: &Connection) -> rusqlite::Result<usize> {
    connection
        .pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))
        .map(|steps| steps as usize)
}
