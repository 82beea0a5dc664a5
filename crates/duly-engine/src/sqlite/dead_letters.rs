//! Dead letters, as they are listed, shown and taken out to be tried again.

use duly_core::time::Instant;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::{Error, ReadOnly, Store};

/// A record that was refused.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DeadLetter {
    /// Its number.
    pub seq: i64,
    /// When it was refused.
    pub at: Instant,
    /// The feed, or `http`.
    pub source: String,
    /// The line in the feed.
    pub line: Option<u64>,
    /// Where the line begins, in bytes of the decompressed feed.
    pub byte_offset: Option<u64>,
    /// Its length in bytes.
    pub length: u64,
    /// How many bytes of it are kept: all, unless it was very long.
    pub kept: u64,
    /// The reason's name.
    pub reason: String,
    /// What is wrong, where, and what to do.
    pub detail: String,
    /// When it was last tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redriven_at: Option<Instant>,
    /// What became of it then: `applied`, `duplicate` or a reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redriven_as: Option<String>,
}

/// Which dead letters are meant.
#[derive(Debug, Clone, Default)]
pub struct Letters {
    /// Only with this reason.
    pub reason: Option<String>,
    /// Only those that still wait: not applied, nor found to be there already.
    pub only_waiting: bool,
    /// Only these, if any are named.
    pub only: Vec<i64>,
    /// Only after this one, in order of arrival.
    pub after: i64,
    /// At most so many.
    pub limit: usize,
}

const COLUMNS: &str =
    "seq, at, source, line, byte_offset, length, length(record), reason, detail, redriven_at, redriven_as";

impl ReadOnly {
    /// Dead letters in order of arrival.
    pub fn dead_letters(&self, which: &Letters) -> Result<Vec<DeadLetter>, Error> {
        list(&self.connection, which)
    }

    /// One dead letter and its bytes.
    pub fn dead_letter(&self, seq: i64) -> Result<Option<(DeadLetter, Vec<u8>)>, Error> {
        show(&self.connection, seq)
    }
}

impl Store {
    /// Dead letters in order of arrival.
    pub fn dead_letters(&self, which: &Letters) -> Result<Vec<DeadLetter>, Error> {
        list(&self.connection, which)
    }

    /// One dead letter and its bytes.
    pub fn dead_letter(&self, seq: i64) -> Result<Option<(DeadLetter, Vec<u8>)>, Error> {
        show(&self.connection, seq)
    }
}

fn list(connection: &Connection, which: &Letters) -> Result<Vec<DeadLetter>, Error> {
    let doing = Error::doing("list the dead letters");
    let sql = format!(
        "SELECT {COLUMNS} FROM dead_letters
         WHERE seq > ?1 AND (?2 IS NULL OR reason = ?2)
           AND (NOT ?3 OR coalesce(redriven_as, '') NOT IN ('applied', 'duplicate'))
           AND (?5 = '[]' OR seq IN (SELECT value FROM json_each(?5)))
         ORDER BY seq LIMIT ?4"
    );
    let limit = i64::try_from(which.limit).unwrap_or(i64::MAX);
    let only = serde_json::to_string(&which.only).expect("numbers are always JSON");
    let mut statement = connection.prepare(&sql).map_err(&doing)?;
    let rows = statement.query_map((which.after, &which.reason, which.only_waiting, limit, only), letter);
    rows.and_then(Iterator::collect).map_err(&doing)
}

fn show(connection: &Connection, seq: i64) -> Result<Option<(DeadLetter, Vec<u8>)>, Error> {
    let sql = format!("SELECT {COLUMNS}, record FROM dead_letters WHERE seq = ?1");
    connection
        .query_row(&sql, [seq], |row| Ok((letter(row)?, row.get(11)?)))
        .optional()
        .map_err(Error::doing("read a dead letter"))
}

fn letter(row: &Row<'_>) -> rusqlite::Result<DeadLetter> {
    let unsigned = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(|value| value as u64));
    Ok(DeadLetter {
        seq: row.get(0)?,
        at: Instant::from_ns(row.get(1)?),
        source: row.get(2)?,
        line: unsigned(3)?,
        byte_offset: unsigned(4)?,
        length: unsigned(5)?.unwrap_or_default(),
        kept: unsigned(6)?.unwrap_or_default(),
        reason: row.get(7)?,
        detail: row.get(8)?,
        redriven_at: row.get::<_, Option<i64>>(9)?.map(Instant::from_ns),
        redriven_as: row.get(10)?,
    })
}
