//! Opening a store: made where there is none, refused where it is another program's or a later release's.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::dead_letters::has_letter_headers;
use super::deliveries::DELIVERIES;
use super::schema::{APPLICATION_ID, FORMAT, LETTER_HEADERS, NOTIFICATIONS, TABLES};
use super::{Error, lock::Lock};

/// How long a statement waits for a reader that is just opening the file.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// The store, to work on. There is one at a time.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
    _lock: Lock,
}

/// The store, to look into, also while an engine works on it.
#[derive(Debug)]
pub struct ReadOnly {
    pub(super) connection: Connection,
}

impl Store {
    /// Opens the store at `path`, and makes it where there is none.
    pub fn open(path: &Path) -> Result<Store, Error> {
        let lock = Lock::take(path)?;
        let connection = Connection::open(path).map_err(|error| refuse(path, error))?;
        let doing = Error::doing("set up the connection");
        connection.busy_timeout(BUSY).map_err(&doing)?;
        let application_id = pragma(&connection, "application_id").map_err(|error| refuse(path, error))?;
        let is_empty = pragma(&connection, "page_count").map_err(&doing)? == 0;
        if !is_empty {
            check_format(&connection, path, application_id)?;
        }
        // A turn that was answered is on the disk, whatever happens to the machine.
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;
                 PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;",
            )
            .map_err(&doing)?;
        connection.set_prepared_statement_cache_capacity(32);
        if is_empty {
            make(&connection).map_err(Error::doing("make the tables"))?;
        }
        connection.execute_batch(&format!("{NOTIFICATIONS}{DELIVERIES}")).map_err(Error::doing("make the tables"))?;
        if !has_letter_headers(&connection)? {
            connection.execute_batch(LETTER_HEADERS).map_err(Error::doing("make the tables"))?;
        }
        Ok(Store { connection, _lock: lock })
    }

    /// What the other modules here read with.
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }
}

impl ReadOnly {
    /// Opens the store at `path`, which has to be there.
    pub fn open(path: &Path) -> Result<ReadOnly, Error> {
        if !path.exists() {
            return Err(Error::Missing(path.to_owned()));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| refuse(path, error))?;
        connection.busy_timeout(BUSY).map_err(Error::doing("set up the connection"))?;
        let application_id = pragma(&connection, "application_id").map_err(|error| refuse(path, error))?;
        check_format(&connection, path, application_id)?;
        Ok(ReadOnly { connection })
    }
}

fn make(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "BEGIN; {TABLES} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT}; COMMIT;"
    ))
}

fn check_format(connection: &Connection, path: &Path, application_id: i64) -> Result<(), Error> {
    if application_id != APPLICATION_ID {
        return Err(Error::Foreign(path.to_owned()));
    }
    let found = pragma(connection, "user_version").map_err(Error::doing("read the format"))?;
    if found > FORMAT {
        return Err(Error::Newer { path: path.to_owned(), found, known: FORMAT });
    }
    Ok(())
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
}

/// A file that `SQLite` does not take.
fn refuse(path: &Path, error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => Error::Foreign(path.to_owned()),
        _ => Error::Sqlite { doing: "open the file of", source: error },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("duly-open-{name}-{}.db", std::process::id()));
        for suffix in ["", "-wal", "-shm", ".lock"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
        }
        path
    }

    #[test]
    fn one_process_holds_a_store_and_others_may_read() {
        let path = scratch("held");
        assert!(matches!(ReadOnly::open(&path), Err(Error::Missing(_))));
        let store = Store::open(&path).expect("a new store");
        assert!(matches!(Store::open(&path), Err(Error::InUse(_))));
        ReadOnly::open(&path).expect("to read");
        drop(store);
        Store::open(&path).expect("the same store again");
    }

    #[test]
    fn other_files_and_later_formats_are_left_alone() {
        let path = scratch("other");
        std::fs::write(&path, "this is a letter to my aunt, and long enough to be looked at as a database of SQLite's")
            .expect("a file");
        assert!(matches!(Store::open(&path), Err(Error::Foreign(_))));
        let path = scratch("foreign");
        Connection::open(&path).and_then(|db| db.execute_batch("CREATE TABLE t (x)")).expect("a database");
        assert!(matches!(Store::open(&path), Err(Error::Foreign(_))));
        assert!(matches!(ReadOnly::open(&path), Err(Error::Foreign(_))));
        let path = scratch("later");
        drop(Store::open(&path).expect("a new store"));
        Connection::open(&path).and_then(|db| db.execute_batch("PRAGMA user_version = 2")).expect("a database");
        for error in [Store::open(&path).map(drop), ReadOnly::open(&path).map(drop)] {
            let told = error.expect_err("a later format").to_string();
            assert!(told.contains("has format 2, and this release reads up to 1"), "{told}");
        }
    }
}
