//! What a sink reads of a store, and what it leaves there: how far it is, and what it could not deliver.
//!
//! On a connection of its own beside the engine's: in WAL mode each writes when the other does not, for an instant.

use std::path::Path;

use duly_core::time::Instant;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::Error;
use super::open::BUSY;

/// Makes the table of marks, and finds what was said to a customer already.
pub(super) const DELIVERIES: &str = "
-- How far each sink is: where it begins reading again, and what of the rest is open.
CREATE TABLE IF NOT EXISTS deliveries (
    sink TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    beyond TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS notifications_by_deduplication ON notifications (event ->> '$.data.deduplication')
    WHERE event ->> '$.data.deduplication' IS NOT NULL;
";

/// What became of a dead letter that is to be delivered again.
pub(super) const AGAIN: &str = "again";

/// A store as a sink sees it.
#[derive(Debug)]
pub struct Deliveries {
    connection: Connection,
}

/// What a sink reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// SLA events.
    Sla,
    /// Notifications.
    Notifications,
}

impl Table {
    const fn name(self) -> &'static str {
        match self {
            Table::Sla => "sla_events",
            Table::Notifications => "notifications",
        }
    }
}

/// A dead letter of a sink, as it is written.
#[derive(Debug, Clone, Copy)]
pub struct SinkLetter<'l> {
    /// The sink.
    pub sink: &'l str,
    /// Why.
    pub reason: &'l str,
    /// The last answer.
    pub detail: &'l str,
    /// The record as it was.
    pub record: &'l [u8],
}

impl Deliveries {
    /// Opens the store at `path`, which an engine of this process has opened.
    pub fn open(path: &Path) -> Result<Deliveries, Error> {
        let doing = Error::doing("set up the connection");
        let connection = Connection::open(path).map_err(&doing)?;
        connection.busy_timeout(BUSY).map_err(&doing)?;
        connection.execute_batch("PRAGMA synchronous = FULL;").map_err(&doing)?;
        Ok(Deliveries { connection })
    }

    /// How far the sink is; nothing where it is new.
    pub fn mark(&self, sink: &str) -> Result<Option<(i64, String)>, Error> {
        let sql = "SELECT position, beyond FROM deliveries WHERE sink = ?1";
        let row = self.connection.query_row(sql, [sink], |row| Ok((row.get(0)?, row.get(1)?)));
        row.optional().map_err(Error::doing("read how far a sink is"))
    }

    /// Remembers how far the sink is.
    pub fn set_mark(&self, sink: &str, position: i64, beyond: &str) -> Result<(), Error> {
        let sql = "INSERT OR REPLACE INTO deliveries (sink, position, beyond) VALUES (?1, ?2, ?3)";
        let doing = Error::doing("write how far a sink is");
        self.connection.execute(sql, params![sink, position, beyond]).map(drop).map_err(doing)
    }

    /// Behind the last record.
    pub fn end(&self, table: Table) -> Result<i64, Error> {
        let sql = format!("SELECT coalesce(max(seq), 0) + 1 FROM {}", table.name());
        self.connection.query_row(&sql, [], |row| row.get(0)).map_err(Error::doing("read where a table ends"))
    }

    /// At most `limit` records from the position `from` on.
    pub fn read(&self, table: Table, from: i64, limit: usize) -> Result<Vec<(i64, String)>, Error> {
        let sql = format!("SELECT seq, event FROM {} WHERE seq >= ?1 ORDER BY seq LIMIT ?2", table.name());
        let doing = Error::doing("read what is to be delivered");
        let mut statement = self.connection.prepare_cached(&sql).map_err(&doing)?;
        let rows = statement.query_map(params![from, limit as i64], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.and_then(Iterator::collect).map_err(&doing)
    }

    /// Whether a notification before `position` has the same key of deduplication: it was told already, or is being told.
    pub fn is_told(&self, key: &str, position: i64) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM notifications WHERE event ->> '$.data.deduplication' = ?1 AND seq < ?2
                   AND event ->> '$.data.deduplication' IS NOT NULL LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql).map_err(Error::doing("look for what was told"))?;
        statement.exists(params![key, position]).map_err(Error::doing("look for what was told"))
    }

    /// Keeps a record that was not delivered.
    pub fn keep(&self, letter: &SinkLetter<'_>, at: Instant) -> Result<(), Error> {
        let SinkLetter { sink, reason, detail, record } = letter;
        let sql =
            "INSERT INTO dead_letters (at, source, length, reason, detail, record) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let source = source(sink);
        let doing = Error::doing("write a dead letter of a sink");
        let values = params![at.ns(), source, record.len() as i64, reason, detail, record];
        self.connection.execute(sql, values).map(drop).map_err(doing)
    }

    /// At most `limit` dead letters of the sink that are to be delivered again, after the one numbered `after`.
    pub fn again(&self, sink: &str, after: i64, limit: usize) -> Result<Vec<(i64, String)>, Error> {
        let sql = "SELECT seq, record FROM dead_letters WHERE source = ?1 AND redriven_as = ?2 AND seq > ?3
                   ORDER BY seq LIMIT ?4";
        let doing = Error::doing("read what is to be delivered again");
        let mut statement = self.connection.prepare_cached(sql).map_err(&doing)?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let rows = statement
            .query_map(params![source(sink), AGAIN, after, limit as i64], |row| Ok((row.get(0)?, text(row.get(1)?))));
        rows.and_then(Iterator::collect).map_err(&doing)
    }

    /// A dead letter that was to be delivered again has ended; it was delivered, unless it says otherwise by now.
    pub fn finish_again(&self, seq: i64, at: Instant) -> Result<(), Error> {
        let sql =
            "UPDATE dead_letters SET redriven_at = ?2, redriven_as = 'delivered' WHERE seq = ?1 AND redriven_as = ?3";
        let doing = Error::doing("mark a dead letter");
        self.connection.execute(sql, params![seq, at.ns(), AGAIN]).map(drop).map_err(doing)
    }

    /// Says why a dead letter that was to be delivered again was not.
    pub fn redriven(&self, seq: i64, outcome: &str, at: Instant) -> Result<(), Error> {
        let sql = "UPDATE dead_letters SET redriven_at = ?2, redriven_as = ?3 WHERE seq = ?1";
        let doing = Error::doing("mark a dead letter");
        self.connection.execute(sql, params![seq, at.ns(), outcome]).map(drop).map_err(doing)
    }
}

/// What dead letters of a sink have as their source.
pub fn source(sink: &str) -> String {
    format!("sinks/{sink}")
}
