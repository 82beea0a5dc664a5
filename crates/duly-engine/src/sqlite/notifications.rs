//! Notifications, as they are looked at and delivered.

use super::{Error, ReadOnly};

/// A notification in a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredNotice {
    /// Its number.
    pub seq: i64,
    /// The `CloudEvent` in structured mode.
    pub event: String,
}

impl ReadOnly {
    /// At most `limit` notifications after the one numbered `after`, in the order in which they were written. A store that
    /// was last written by a release without notifications has none.
    pub fn notifications(&self, after: i64, limit: usize) -> Result<Vec<StoredNotice>, Error> {
        let doing = Error::doing("list the notifications");
        let exists = "SELECT count(*) FROM sqlite_schema WHERE name = 'notifications'";
        let exists: i64 = self.connection.query_row(exists, [], |row| row.get(0)).map_err(&doing)?;
        if exists == 0 {
            return Ok(Vec::new());
        }
        let sql = "SELECT seq, event FROM notifications WHERE seq > ?1 ORDER BY seq LIMIT ?2";
        let mut statement = self.connection.prepare(sql).map_err(&doing)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map((after, limit), |row| Ok(StoredNotice { seq: row.get(0)?, event: row.get(1)? }));
        rows.and_then(Iterator::collect).map_err(&doing)
    }
}
