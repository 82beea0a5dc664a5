//! The tables, and the number of their format.
//!
//! Instants are nanoseconds since 1970. The columns of `sla_events` behind `event` are worked out when they are read and
//! take no room; they are there for those who look in with SQL.

/// "duly" in ASCII: what tells a store from other files of `SQLite`.
pub(super) const APPLICATION_ID: i64 = 0x6475_6c79;

/// The format of the tables below. A store with a larger number is refused.
pub(super) const FORMAT: i64 = 1;

/// Makes the table of notifications, also in a store of a release that had none; such a release leaves it alone.
pub(super) const NOTIFICATIONS: &str = "
-- What people are told, in order: whoever delivers it remembers how far he has read.
CREATE TABLE IF NOT EXISTS notifications (
    seq INTEGER PRIMARY KEY,
    event TEXT NOT NULL,
    id TEXT GENERATED ALWAYS AS (event ->> '$.id') VIRTUAL,
    type TEXT GENERATED ALWAYS AS (event ->> '$.type') VIRTUAL,
    subject TEXT GENERATED ALWAYS AS (event ->> '$.subject') VIRTUAL,
    time TEXT GENERATED ALWAYS AS (event ->> '$.time') VIRTUAL
) STRICT;
";

/// The column that says that a dead letter is a message of a source, and what its headers were: a list of names and values, in
/// JSON. A store of a release that had none gets it; such a release leaves it alone.
pub(super) const LETTER_HEADERS: &str = "ALTER TABLE dead_letters ADD COLUMN headers TEXT";

/// Makes the tables of format 1.
pub(super) const TABLES: &str = "
-- The log of ticket events: every record that was applied, as it came.
CREATE TABLE ticket_events (
    seq INTEGER PRIMARY KEY,
    appended_at INTEGER,
    record BLOB NOT NULL
) STRICT;

-- All that was published, in order; a retraction takes back an earlier one.
CREATE TABLE sla_events (
    seq INTEGER PRIMARY KEY,
    event TEXT NOT NULL,
    id TEXT GENERATED ALWAYS AS (event ->> '$.id') VIRTUAL,
    type TEXT GENERATED ALWAYS AS (event ->> '$.type') VIRTUAL,
    subject TEXT GENERATED ALWAYS AS (event ->> '$.subject') VIRTUAL,
    time TEXT GENERATED ALWAYS AS (event ->> '$.time') VIRTUAL
) STRICT;

-- The last state of every ticket, by its place in the lane.
CREATE TABLE changelog (
    position INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    state BLOB NOT NULL
) STRICT;

-- How far the lane is. One row.
CREATE TABLE lane (
    lane INTEGER PRIMARY KEY CHECK (lane = 0),
    turn INTEGER NOT NULL,
    watermark INTEGER NOT NULL,
    controls INTEGER NOT NULL,
    applied INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    dead_letters INTEGER NOT NULL
) STRICT;
INSERT INTO lane VALUES (0, 0, -9223372036854775808, 0, 0, 0, 0);

-- Control events, in order of publication.
CREATE TABLE control (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    event TEXT NOT NULL
) STRICT;

-- Records that are no ticket events, as they came. A redriven one stays, and says what became of it.
CREATE TABLE dead_letters (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    line INTEGER,
    byte_offset INTEGER,
    length INTEGER NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    record BLOB NOT NULL,
    redriven_at INTEGER,
    redriven_as TEXT
) STRICT;

-- How far each feed was read. A handful of rows.
CREATE TABLE feeds (
    name TEXT PRIMARY KEY,
    byte_offset INTEGER NOT NULL,
    line INTEGER NOT NULL,
    head BLOB NOT NULL
) STRICT, WITHOUT ROWID;
";
