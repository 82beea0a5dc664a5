//! Dead letters, as they are listed, shown and taken out to be tried again.

use duly_core::time::Instant;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::{Error, ReadOnly, Store};
use crate::ingest::letter::Letter as Message;

/// A record that was refused.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DeadLetter {
    /// Its number.
    pub seq: i64,
    /// When it was refused.
    pub at: Instant,
    /// The feed, `http`, or the name of the source whose message it is.
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
    /// The headers that came with it, where it is a message of a source: then it is mapped again where it is redriven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<Vec<(String, String)>>,
    /// When it was last tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redriven_at: Option<Instant>,
    /// What became of it then: `applied`, `duplicate`, `nothing` where a message says nothing of a ticket, or a reason; of what
    /// a sink could not deliver `again`, as long as it is under way, and `delivered`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redriven_as: Option<String>,
}

impl DeadLetter {
    /// Whether it is a message of a source, which has to be mapped.
    pub fn is_message(&self) -> bool {
        self.headers.is_some()
    }
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

/// Whether the store can tell messages of sources: one that no engine of this release has opened can not.
pub(super) fn has_letter_headers(connection: &Connection) -> Result<bool, Error> {
    let sql = "SELECT count(*) FROM pragma_table_info('dead_letters') WHERE name = 'headers'";
    let count: i64 = connection.query_row(sql, [], |row| row.get(0)).map_err(Error::doing("look at the tables"))?;
    Ok(count > 0)
}

/// The columns of a letter, in the order that [`letter`] reads them in.
fn columns(connection: &Connection) -> Result<String, Error> {
    let headers = if has_letter_headers(connection)? { "headers" } else { "NULL" };
    Ok(format!("{COLUMNS}, {headers}"))
}

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

impl DeadLetter {
    /// The sink that could not deliver it, where that is what it is.
    pub fn sink(&self) -> Option<&str> {
        self.source.strip_prefix("sinks/")
    }
}

impl Store {
    /// Has a letter that a sink could not deliver be delivered again, once an engine runs.
    pub fn deliver_again(&self, seq: i64, at: Instant) -> Result<(), Error> {
        let sql = "UPDATE dead_letters SET redriven_at = ?2, redriven_as = ?3 WHERE seq = ?1";
        let doing = Error::doing("mark a dead letter");
        self.connection.execute(sql, (seq, at.ns(), super::deliveries::AGAIN)).map(drop).map_err(doing)
    }

    /// Dead letters in order of arrival.
    pub fn dead_letters(&self, which: &Letters) -> Result<Vec<DeadLetter>, Error> {
        list(&self.connection, which)
    }

    /// One dead letter and its bytes.
    pub fn dead_letter(&self, seq: i64) -> Result<Option<(DeadLetter, Vec<u8>)>, Error> {
        show(&self.connection, seq)
    }

    /// Says what became of a letter that was tried again.
    pub fn mark(&mut self, seq: i64, became: &str, at: Instant) -> Result<(), Error> {
        let sql = "UPDATE dead_letters SET redriven_at = ?2, redriven_as = ?3 WHERE seq = ?1";
        let marked = self.connection.execute(sql, (seq, at.ns(), became));
        marked.map(drop).map_err(Error::doing("mark a dead letter"))
    }

    /// Keeps a message of a source.
    pub fn keep(&mut self, message: &Message, at: Instant) -> Result<(), Error> {
        let doing = Error::doing("write a dead letter");
        let Message { source, reason, detail, headers, body } = message;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers: Vec<(&str, String)> = headers.iter().map(|(name, value)| (&**name, text(value))).collect();
        let headers = serde_json::to_string(&headers).expect("texts are always JSON");
        let transaction = self.connection.transaction().map_err(&doing)?;
        transaction
            .prepare_cached(
                "INSERT INTO dead_letters (at, source, length, reason, detail, record, headers)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )
            .and_then(|mut insert| insert.execute((at.ns(), source, body.len() as i64, reason, detail, body, headers)))
            .and_then(|_| transaction.execute("UPDATE lane SET dead_letters = dead_letters + 1", []))
            .map_err(&doing)?;
        transaction.commit().map_err(&doing)
    }
}

fn list(connection: &Connection, which: &Letters) -> Result<Vec<DeadLetter>, Error> {
    let doing = Error::doing("list the dead letters");
    let columns = columns(connection)?;
    let sql = format!(
        "SELECT {columns} FROM dead_letters
         WHERE seq > ?1 AND (?2 IS NULL OR reason = ?2)
           AND (NOT ?3 OR coalesce(redriven_as, '') NOT IN ('applied', 'duplicate', 'nothing', 'again', 'delivered'))
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
    let columns = columns(connection)?;
    let sql = format!("SELECT {columns}, record FROM dead_letters WHERE seq = ?1");
    connection
        .query_row(&sql, [seq], |row| Ok((letter(row)?, row.get(12)?)))
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
        headers: row.get::<_, Option<String>>(11)?.map(|text| serde_json::from_str(&text).unwrap_or_default()),
    })
}
