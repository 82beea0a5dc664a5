//! Writing: a turn with all that belongs to it, in one transaction.

use duly_core::control::{ControlEvent, Controls};
use duly_core::lane::{Lane, Outcome, Turn};
use duly_core::ticket::Refusal;
use duly_core::time::Instant;
use rusqlite::{Transaction, params};

use super::{Error, Store};
use crate::emergency::{Order, Told};
use crate::feeds::Position;
use crate::notify::Notice;
use crate::publish;

/// A record that was given to the lane.
#[derive(Debug, Clone, Copy)]
pub struct StoredRecord<'a> {
    /// As it came; of a very long one the beginning.
    pub bytes: &'a [u8],
    /// Its length in bytes.
    pub length: u64,
    /// When it was appended, where that is known.
    pub appended_at: Option<Instant>,
    /// Where it came from.
    pub origin: Origin<'a>,
}

/// Where a record came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin<'a> {
    /// A line of a feed.
    Line {
        /// The feed's name.
        feed: &'a str,
        /// The line's number, from 1.
        number: u64,
        /// Where it begins, in bytes of the decompressed stream.
        offset: u64,
    },
    /// Somebody called.
    Http,
    /// A dead letter that is tried again.
    DeadLetter(i64),
    /// The log itself: a retired ticket comes back with it.
    Log,
}

/// How far a feed was read with a turn.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// The feed's name.
    pub feed: &'a str,
    /// Where it goes on after a restart.
    pub position: &'a Position,
}

/// A turn and what belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct TurnRecord<'a> {
    /// The turn.
    pub turn: &'a Turn,
    /// The lane that made it.
    pub lane: &'a Lane,
    /// What people are told because of it.
    pub notices: &'a [Notice],
    /// The records that it was made of, one for each outcome.
    pub records: &'a [StoredRecord<'a>],
    /// How far the feeds are with it.
    pub progress: &'a [Progress<'a>],
    /// What time it is.
    pub at: Instant,
}

impl Store {
    /// Writes a turn. After an error nothing of it is written, unless the error came of the commit itself:
    /// [`Store::lane_row`] then tells.
    pub fn write(&mut self, record: &TurnRecord<'_>) -> Result<(), Error> {
        assert_eq!(record.turn.outcomes.len(), record.records.len(), "every record has one outcome (I7)");
        let transaction = self.connection.transaction().map_err(Error::doing("begin a turn"))?;
        write_records(&transaction, record)?;
        write_publications(&transaction, record.turn).map_err(Error::doing("write SLA events"))?;
        write_notices(&transaction, record.notices).map_err(Error::doing("write notifications"))?;
        write_tickets(&transaction, record).map_err(Error::doing("write tickets"))?;
        write_progress(&transaction, record).map_err(Error::doing("write how far the feeds are"))?;
        write_lane(&transaction, record)?;
        transaction.commit().map_err(Error::doing("commit a turn"))
    }

    /// Puts a control event in force from the next start on, if it goes with what is. Returns what became of it, and what is in
    /// force now.
    pub fn tell(&mut self, order: Order, at: Instant, kept_since: Instant) -> Result<(Told, Controls), Error> {
        let before = self.controls()?;
        match order.add_to(&before) {
            Ok(None) => Ok((Told::Known, before)),
            Err(errors) => Ok((Told::Refused(errors), before)),
            Ok(Some(after)) => {
                let events = [order.event];
                if let Err(why) = publish::refuse_reaching_back(&before, &events, kept_since) {
                    return Ok((Told::ReachesBack(why), before));
                }
                self.publish(&events, at)?;
                Ok((Told::Taken, after))
            }
        }
    }

    /// Adds control events. They are in force from the next start, or as soon as the lane is told.
    pub fn publish(&mut self, events: &[ControlEvent], at: Instant) -> Result<(), Error> {
        let doing = Error::doing("write control events");
        let transaction = self.connection.transaction().map_err(&doing)?;
        for event in events {
            let text = serde_json::to_string(event).expect("plain data with text keys is always JSON");
            let sql = "INSERT INTO control (at, event) VALUES (?1, ?2)";
            transaction.execute(sql, params![at.ns(), text]).map_err(&doing)?;
        }
        transaction.commit().map_err(&doing)
    }
}

/// What was applied goes to the log, what was refused to the dead letters; of what was there already only the count. What
/// came from the log stays there, whatever becomes of it.
fn write_records(transaction: &Transaction<'_>, record: &TurnRecord<'_>) -> Result<(), Error> {
    let doing_log = Error::doing("write ticket events");
    let doing_letters = Error::doing("write dead letters");
    let mut log = transaction
        .prepare_cached("INSERT INTO ticket_events (appended_at, record) VALUES (?1, ?2)")
        .map_err(&doing_log)?;
    let records = record.turn.outcomes.iter().zip(record.records);
    for (outcome, stored) in records.filter(|(_, stored)| stored.origin != Origin::Log) {
        if let Origin::DeadLetter(seq) = stored.origin {
            mark_redriven(transaction, seq, outcome, record.at).map_err(&doing_letters)?;
        }
        match outcome {
            Outcome::Applied => {
                log.execute(params![stored.appended_at.map(Instant::ns), stored.bytes]).map_err(&doing_log)?;
            }
            Outcome::DeadLetter(refusal) => {
                write_letter(transaction, stored, refusal, record.at).map_err(&doing_letters)?;
            }
            Outcome::Duplicate | Outcome::Progress => {}
        }
    }
    Ok(())
}

fn write_letter(
    transaction: &Transaction<'_>,
    stored: &StoredRecord<'_>,
    refusal: &Refusal,
    at: Instant,
) -> rusqlite::Result<()> {
    let (source, line, offset) = match stored.origin {
        Origin::Line { feed, number, offset } => (feed, Some(number as i64), Some(offset as i64)),
        Origin::Http => ("http", None, None),
        // It stands there already.
        Origin::DeadLetter(_) | Origin::Log => return Ok(()),
    };
    let mut insert = transaction.prepare_cached(
        "INSERT INTO dead_letters (at, source, line, byte_offset, length, reason, detail, record)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let length = stored.length as i64;
    insert.execute(params![at.ns(), source, line, offset, length, refusal.kind.name(), refusal.what, stored.bytes])?;
    Ok(())
}

fn mark_redriven(transaction: &Transaction<'_>, seq: i64, outcome: &Outcome, at: Instant) -> rusqlite::Result<()> {
    let sql = "UPDATE dead_letters SET redriven_at = ?2, redriven_as = ?3 WHERE seq = ?1";
    transaction.prepare_cached(sql)?.execute(params![seq, at.ns(), outcome.name()])?;
    Ok(())
}

fn write_publications(transaction: &Transaction<'_>, turn: &Turn) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare_cached("INSERT INTO sla_events (event) VALUES (?1)")?;
    let mut event = Vec::with_capacity(1024);
    for publication in turn.publications() {
        event.clear();
        publication.write_cloudevent(&mut event);
        insert.execute([std::str::from_utf8(&event)?])?;
    }
    Ok(())
}

fn write_notices(transaction: &Transaction<'_>, notices: &[Notice]) -> rusqlite::Result<()> {
    if notices.is_empty() {
        return Ok(());
    }
    let mut insert = transaction.prepare_cached("INSERT INTO notifications (event) VALUES (?1)")?;
    for notice in notices {
        insert.execute([notice.cloudevent().to_string()])?;
    }
    Ok(())
}

fn write_tickets(transaction: &Transaction<'_>, record: &TurnRecord<'_>) -> rusqlite::Result<()> {
    let mut upsert = transaction.prepare_cached(
        "INSERT INTO changelog (position, subject, state) VALUES (?1, ?2, ?3)
         ON CONFLICT (position) DO UPDATE SET state = excluded.state",
    )?;
    let mut state = Vec::with_capacity(1024);
    for &position in &record.turn.changed {
        let (subject, ticket) = record.lane.ticket(position).expect("a turn names tickets of its lane");
        state.clear();
        ticket.write(&mut state);
        upsert.execute(params![position, subject, state])?;
    }
    Ok(())
}

fn write_progress(transaction: &Transaction<'_>, record: &TurnRecord<'_>) -> rusqlite::Result<()> {
    for Progress { feed, position } in record.progress {
        let mut upsert = transaction
            .prepare_cached("INSERT OR REPLACE INTO feeds (name, byte_offset, line, head) VALUES (?1, ?2, ?3, ?4)")?;
        upsert.execute(params![feed, position.offset as i64, position.line as i64, position.head])?;
    }
    Ok(())
}

/// Every turn is written once, and follows the one before: what was not left so is not touched.
fn write_lane(transaction: &Transaction<'_>, record: &TurnRecord<'_>) -> Result<(), Error> {
    let doing = Error::doing("write how far the lane is");
    let turn = record.turn;
    let of = |wanted: fn(&Outcome) -> bool| {
        let fresh = record.turn.outcomes.iter().zip(record.records);
        fresh.filter(|(outcome, stored)| !stored.is_known() && wanted(outcome)).count() as i64
    };
    let mut update = transaction
        .prepare_cached(
            "UPDATE lane SET turn = ?1, watermark = ?2, controls = ?3,
         applied = applied + ?4, duplicates = duplicates + ?5, dead_letters = dead_letters + ?6 WHERE turn = ?1 - 1",
        )
        .map_err(&doing)?;
    let rows = update
        .execute(params![
            turn.number as i64,
            turn.watermark.ns(),
            turn.controls as i64,
            of(|outcome| *outcome == Outcome::Applied),
            of(|outcome| *outcome == Outcome::Duplicate),
            of(|outcome| matches!(outcome, Outcome::DeadLetter(_))),
        ])
        .map_err(&doing)?;
    if rows == 0 {
        let source = format!("it is not at turn {}, which this engine has left it at", turn.number - 1).into();
        return Err(Error::Damaged { what: "lane row".to_owned(), source });
    }
    Ok(())
}

impl StoredRecord<'_> {
    /// It was counted when it came first.
    fn is_known(&self) -> bool {
        matches!(self.origin, Origin::DeadLetter(_) | Origin::Log)
    }
}
