//! What a starting engine reads from its store.

use duly_core::control::{ControlEvent, Controls};
use duly_core::lane::{Lane, Settings};
use duly_core::ticket::parse_structured;
use duly_core::time::Instant;
use rusqlite::Connection;

use super::{Error, ReadOnly, Store};
use crate::feeds::Position;

/// How far the lane was with its last turn, and what became of all records so far (I7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneRow {
    /// The number of the last turn.
    pub turn: u64,
    /// Its watermark.
    pub watermark: Instant,
    /// Records applied.
    pub applied: u64,
    /// Records that were there already.
    pub duplicates: u64,
    /// Records that became dead letters.
    pub dead_letters: u64,
}

/// How far a feed was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedRow {
    /// The feed's name.
    pub name: String,
    /// Where to go on.
    pub position: Position,
}

/// What an engine goes on from.
#[derive(Debug)]
pub struct Restored {
    /// The lane, after its last turn.
    pub lane: Lane,
    /// The feeds that were ever read.
    pub feeds: Vec<FeedRow>,
}

impl Store {
    /// The control events.
    pub fn controls(&self) -> Result<Controls, Error> {
        controls(self.connection())
    }

    /// The lane row as it was committed last.
    pub fn lane_row(&self) -> Result<LaneRow, Error> {
        lane_row(self.connection())
    }

    /// The lane and the feeds as they were committed last.
    pub fn restore(&self, settings: Settings) -> Result<Restored, Error> {
        Ok(Restored { lane: lane(self.connection(), settings)?, feeds: feeds(self.connection())? })
    }

    /// All that the log has of the ticket `subject`, in order. Looks through the whole log.
    pub fn ticket_events(&self, subject: &str) -> Result<Vec<Vec<u8>>, Error> {
        let doing = Error::doing("read the log of ticket events");
        let mut statement =
            self.connection().prepare("SELECT record FROM ticket_events ORDER BY seq").map_err(&doing)?;
        let mut rows = statement.query([]).map_err(&doing)?;
        let mut events = Vec::new();
        while let Some(row) = rows.next().map_err(&doing)? {
            let record = row.get_ref(0).map_err(&doing)?.as_blob().unwrap_or_default();
            if parse_structured(record).is_ok_and(|event| event.subject == subject) {
                events.push(record.to_vec());
            }
        }
        Ok(events)
    }
}

impl ReadOnly {
    /// The lane row as it was committed last.
    pub fn lane_row(&self) -> Result<LaneRow, Error> {
        lane_row(&self.connection)
    }

    /// The lane as it was committed last, to look into; an engine may go on meanwhile.
    pub fn lane(&self, settings: Settings) -> Result<Lane, Error> {
        // One snapshot of the file for all that is read.
        let reading = self.connection.unchecked_transaction().map_err(Error::doing("begin to read"))?;
        lane(&reading, settings)
    }

    /// The control events.
    pub fn controls(&self) -> Result<Controls, Error> {
        controls(&self.connection)
    }

    /// The stored form of the ticket `subject`, for [`duly_core::lane::Kept::read`]. Looks through all tickets.
    pub fn ticket(&self, subject: &str) -> Result<Option<Vec<u8>>, Error> {
        use rusqlite::OptionalExtension as _;
        self.connection
            .query_row("SELECT state FROM changelog WHERE subject = ?1", [subject], |row| row.get(0))
            .optional()
            .map_err(Error::doing("look for a ticket"))
    }

    /// How far the feeds were read.
    pub fn feeds(&self) -> Result<Vec<FeedRow>, Error> {
        feeds(&self.connection)
    }
}

fn lane(connection: &Connection, settings: Settings) -> Result<Lane, Error> {
    let (controls, row) = (controls(connection)?, lane_row(connection)?);
    let empty = std::iter::empty::<(&str, &[u8])>();
    let mut lane = Lane::restore(settings, controls.into(), row.turn, row.watermark, empty)
        .map_err(|error| Error::Damaged { what: "lane".to_owned(), source: error.into() })?;
    restore_tickets(connection, &mut lane)?;
    Ok(lane)
}

fn lane_row(connection: &Connection) -> Result<LaneRow, Error> {
    let sql = "SELECT turn, watermark, applied, duplicates, dead_letters FROM lane";
    let read = connection.query_row(sql, [], |row| {
        Ok(LaneRow {
            turn: row.get::<_, i64>(0)? as u64,
            watermark: Instant::from_ns(row.get(1)?),
            applied: row.get::<_, i64>(2)? as u64,
            duplicates: row.get::<_, i64>(3)? as u64,
            dead_letters: row.get::<_, i64>(4)? as u64,
        })
    });
    read.map_err(Error::doing("read how far the lane is"))
}

fn controls(connection: &Connection) -> Result<Controls, Error> {
    let doing = Error::doing("read the control events");
    let mut statement = connection.prepare("SELECT seq, event FROM control ORDER BY seq").map_err(&doing)?;
    let mut rows = statement.query([]).map_err(&doing)?;
    let mut events: Vec<ControlEvent> = Vec::new();
    while let Some(row) = rows.next().map_err(&doing)? {
        let (seq, text): (i64, String) = row.get(0).and_then(|seq| Ok((seq, row.get(1)?))).map_err(&doing)?;
        let event = serde_json::from_str(&text)
            .map_err(|error| Error::Damaged { what: format!("control event {seq}"), source: error.into() })?;
        events.push(event);
    }
    Controls::default().with(events).map_err(|errors| {
        let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Error::Damaged { what: "control events".to_owned(), source: said.join("; ").into() }
    })
}

fn restore_tickets(connection: &Connection, lane: &mut Lane) -> Result<(), Error> {
    let doing = Error::doing("read the tickets");
    let mut statement =
        connection.prepare("SELECT position, subject, state FROM changelog ORDER BY position").map_err(&doing)?;
    let mut rows = statement.query([]).map_err(&doing)?;
    while let Some(row) = rows.next().map_err(&doing)? {
        let position: i64 = row.get(0).map_err(&doing)?;
        let damaged = |what: String| Error::Damaged { what, source: "it is not as it was written".into() };
        let (Ok(subject), Ok(state)) =
            (row.get_ref(1).map(|value| value.as_str()), row.get_ref(2).map(|value| value.as_blob()))
        else {
            return Err(damaged(format!("ticket at position {position}")));
        };
        let (Ok(subject), Ok(state)) = (subject, state) else {
            return Err(damaged(format!("ticket at position {position}")));
        };
        let given = lane.restore_ticket(subject, state).map_err(|error| Error::ticket(subject, error))?;
        // Positions are given out densely, so that a gap is a ticket lost.
        if position != i64::from(given) {
            return Err(damaged(format!("ticket at position {given}")));
        }
    }
    Ok(())
}

fn feeds(connection: &Connection) -> Result<Vec<FeedRow>, Error> {
    let doing = Error::doing("read how far the feeds are");
    let sql = "SELECT name, byte_offset, line, head FROM feeds";
    let mut statement = connection.prepare(sql).map_err(&doing)?;
    let rows = statement.query_map([], |row| {
        let position =
            Position { offset: row.get::<_, i64>(1)? as u64, line: row.get::<_, i64>(2)? as u64, head: row.get(3)? };
        Ok(FeedRow { name: row.get(0)?, position })
    });
    rows.and_then(Iterator::collect).map_err(&doing)
}
