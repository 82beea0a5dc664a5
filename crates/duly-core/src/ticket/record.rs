//! A ticket's events, packed: one dictionary and one log of entries in event order.
//!
//! The same bytes are the ticket's state in memory and in the changelog. An entry is its length, a fingerprint of the
//! event's identity, the time relative to the first, then kind, source, id, sequence and fields.

mod entry;
mod fingerprint;

use std::cmp::Ordering;

pub use entry::Entry;
use entry::{Entries, pair};
use fingerprint::fingerprint;

use super::dict::Dict;
use super::varint::{get, put, size_of_put, zigzag};
use super::{Identity, Kind, Sequence, TicketEvent};
use crate::time::SECOND_NS;

/// All events of one ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    pub(crate) dict: Dict,
    log: Vec<u8>,
    /// What the times in the log count from: the first event that arrived.
    epoch: i64,
    count: u32,
    voids: u32,
    /// Where the last entry begins.
    last: u32,
}

/// How far a record was, as long as it only gets events at its end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    dict: u32,
    log: u32,
    epoch: i64,
    count: u32,
    voids: u32,
    last: u32,
}

/// What a record has of an event's identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// The very same event is there already.
    Duplicate,
    /// Another event of that identity is there already; the first stands.
    Conflict,
}

/// Where a record takes an event that it does not have; good until the record changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    print: [u8; 2],
    /// Before which entry; `None`: behind all.
    at: Option<usize>,
    /// Where the fields of the last entry are.
    last_fields: Option<usize>,
    /// How many events the record has.
    count: u32,
}

impl Spot {
    /// Whether it is behind all other events.
    pub(crate) fn is_last(&self) -> bool {
        self.at.is_none()
    }
}

/// Why packed bytes are no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A newer release wrote it.
    #[error(
        "written in format {found}, and this release reads up to {known}: run the release that wrote it, or a newer one"
    )]
    Newer {
        /// Its format.
        found: u64,
        /// The latest that is known here.
        known: u64,
    },
    /// It is cut off or damaged.
    #[error("the packed ticket record is cut off or damaged: restore the store from a backup")]
    Damaged,
}

/// The format of [`Record::write`].
const FORMAT: u64 = 1;

impl Record {
    /// How many events it has.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether it has no events.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether any event is there to void another.
    pub(crate) fn has_voids(&self) -> bool {
        self.voids > 0
    }

    /// Bytes that it takes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.dict.0.capacity() + self.log.capacity()
    }

    /// How many bytes its events take, as they are stored.
    pub fn stored_bytes(&self) -> usize {
        self.dict.0.len() + self.log.len()
    }

    /// Takes an event in, unless one of that identity is there already: the same, or another.
    pub fn take(&mut self, event: &TicketEvent<'_>) -> Result<(), Known> {
        let spot = self.spot(event)?;
        self.insert(spot, event);
        Ok(())
    }

    /// Where `event` belongs, unless an event of that identity is there already.
    pub(crate) fn spot(&self, event: &TicketEvent<'_>) -> Result<Spot, Known> {
        let print = fingerprint(event.identity()).to_le_bytes();
        let (log, mut from) = (&self.log, 0);
        // Length and fingerprint are enough to pass nearly all others by, without reading what they say.
        while from < log.len() {
            let mut at = from;
            let Some(length) = get(log, &mut at) else { break };
            if log.get(at..at + 2) == Some(&print)
                && let Some(entry) = self.entry(from)
                && entry.identity() == event.identity()
            {
                return Err(if entry.equals(event) { Known::Duplicate } else { Known::Conflict });
            }
            from = at + length as usize;
        }
        let last = self.entry(self.last as usize);
        let at = match &last {
            Some(last) if is_after(last, event) => {
                self.entries().find(|entry| is_after(entry, event)).map(|entry| entry.from)
            }
            _ => None,
        };
        Ok(Spot { print, at, last_fields: last.map(|last| last.fields), count: self.count })
    }

    /// Puts an event into its place, as [`Record::spot`] has just found it.
    ///
    /// All or nothing: what can fail comes before the first change that counts.
    pub(crate) fn insert(&mut self, spot: Spot, event: &TicketEvent<'_>) {
        assert_eq!(spot.count, self.count, "the spot was found in this record as it is");
        if self.is_empty() {
            self.epoch = event.time.ns();
        }
        let (body, fresh) = self.pack(event, spot);
        let length = body.len() as u64;
        let bytes = size_of_put(length) + body.len();
        self.dict.append(&fresh);
        self.log.reserve_exact(bytes);
        match spot.at {
            None => {
                self.last = self.log.len() as u32;
                put(&mut self.log, length);
                self.log.extend_from_slice(&body);
            }
            Some(at) => {
                let mut entry = Vec::with_capacity(bytes);
                put(&mut entry, length);
                entry.extend_from_slice(&body);
                self.last += entry.len() as u32;
                self.log.splice(at..at, entry);
            }
        }
        self.count += 1;
        self.voids += u32::from(event.kind == Kind::EventVoided);
    }

    /// How far it is.
    pub(crate) fn mark(&self) -> Mark {
        let Record { ref dict, ref log, epoch, count, voids, last } = *self;
        Mark { dict: dict.0.len() as u32, log: log.len() as u32, epoch, count, voids, last }
    }

    /// Goes back to where it was: it has only got events at the end since.
    pub(crate) fn go_back(&mut self, mark: &Mark) {
        self.dict.0.truncate(mark.dict as usize);
        self.log.truncate(mark.log as usize);
        Mark { epoch: self.epoch, count: self.count, voids: self.voids, last: self.last, .. } = *mark;
    }

    /// All events in order.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.entries_from(0)
    }

    /// The events from the one that begins at `offset` on.
    pub(crate) fn entries_from(&self, offset: usize) -> Entries<'_> {
        Entries { record: self, at: offset }
    }

    /// Whether no event begins at `offset` or later.
    pub(crate) fn ends_at(&self, offset: usize) -> bool {
        offset >= self.log.len()
    }

    /// The event that begins at `offset`, if one does.
    pub(crate) fn entry(&self, offset: usize) -> Option<Entry<'_>> {
        self.entries_from(offset).next()
    }

    /// Where the voided events begin (rule 3: from the latest void to the earliest).
    pub(crate) fn voided(&self) -> Vec<usize> {
        let mut voided = Vec::new();
        if !self.has_voids() {
            return voided;
        }
        let entries: Vec<Entry<'_>> = self.entries().collect();
        for (position, void) in entries.iter().enumerate().rev().filter(|(_, entry)| entry.kind == Kind::EventVoided) {
            if voided.contains(&void.from) {
                continue;
            }
            let source = void.field("source").map_or(void.identity().source, |value| value);
            let named = Identity { source, id: void.field("id").unwrap_or_default() };
            let target = entries.iter().enumerate().find(|(_, entry)| entry.identity() == named);
            if let Some((at, target)) = target
                && (target.kind != Kind::EventVoided || at < position)
            {
                voided.push(target.from);
            }
        }
        voided
    }

    /// Tells whether another record has the same events, in whatever order they arrived there. Stored: never to be changed.
    pub(crate) fn digest(&self) -> u64 {
        self.entries().fold(0, |sum, entry| sum.wrapping_add(entry.digest()))
    }

    /// The bytes of an entry for `event`, without its length, and the strings that are new.
    fn pack(&self, event: &TicketEvent<'_>, spot: Spot) -> (Vec<u8>, Dict) {
        let mut body = Vec::with_capacity(24 + event.id.len() + 4 * event.fields.0.len());
        let mut fresh = Dict::default();
        body.extend_from_slice(&spot.print);
        let since = event.time.ns() - self.epoch;
        let (unit, tag) = if since % SECOND_NS == 0 { (SECOND_NS, 0) } else { (1, 1) };
        put(&mut body, zigzag(since / unit) << 1 | tag);
        body.push(event.kind as u8);
        put(&mut body, u64::from(self.dict.intern(&event.source, &mut fresh)));
        put_id(&mut body, &event.id);
        match Sequence::parse(&event.sequence) {
            Sequence::Absent => put(&mut body, 0),
            Sequence::Number(number) => {
                put(&mut body, 1);
                put(&mut body, number);
            }
            Sequence::Text(text) => {
                put(&mut body, text.len() as u64 + 1);
                body.extend_from_slice(text.as_bytes());
            }
        }
        self.pack_fields(&mut body, &mut fresh, event, spot.last_fields);
        (body, fresh)
    }

    /// The fields, looking first at what the last event said in the same place: snapshots mostly repeat themselves.
    fn pack_fields(&self, body: &mut Vec<u8>, fresh: &mut Dict, event: &TicketEvent<'_>, last_fields: Option<usize>) {
        put(body, event.fields.0.len() as u64);
        let mut guess = last_fields.unwrap_or(usize::MAX);
        if last_fields.is_some() {
            get(&self.log, &mut guess);
        }
        for (name, value) in &event.fields.0 {
            let before = self.log.get(guess..).and_then(|_| pair(&self.log, &mut guess));
            let name = match before {
                Some((known, _)) if self.dict.is_name(known, name) => known,
                _ => self.dict.intern_name(name, fresh),
            };
            let value = match before {
                Some((_, known)) if self.dict.is_value(known, value) => known,
                _ => self.dict.intern_value(value, fresh),
            };
            put(body, u64::from(name.0));
            put(body, u64::from(value.0));
        }
    }

    /// Appends the stored form to `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        put(out, FORMAT);
        out.extend_from_slice(&self.epoch.to_le_bytes());
        for number in [self.count, self.voids, self.last] {
            put(out, u64::from(number));
        }
        put(out, self.dict.0.len() as u64);
        out.extend_from_slice(&self.dict.0);
        put(out, self.log.len() as u64);
        out.extend_from_slice(&self.log);
    }

    /// Reads what [`Record::write`] wrote, at `*at`, and walks it once: what is damaged is not let in.
    pub fn read(bytes: &[u8], at: &mut usize) -> Result<Record, RecordError> {
        match get(bytes, at) {
            Some(FORMAT) => {}
            Some(found) if found > FORMAT => return Err(RecordError::Newer { found, known: FORMAT }),
            _ => return Err(RecordError::Damaged),
        }
        let record = Self::read_parts(bytes, at).ok_or(RecordError::Damaged)?;
        let walked = record.entries().map(|entry| entry.to).enumerate().last();
        let is_whole = walked.map_or(record.log.is_empty(), |(position, to)| {
            position + 1 == record.count as usize && to == record.log.len()
        });
        if is_whole { Ok(record) } else { Err(RecordError::Damaged) }
    }

    fn read_parts(bytes: &[u8], at: &mut usize) -> Option<Record> {
        let epoch = i64::from_le_bytes(bytes.get(*at..*at + 8)?.try_into().ok()?);
        *at += 8;
        let mut number = || get(bytes, at).and_then(|number| u32::try_from(number).ok());
        let (count, voids, last) = (number()?, number()?, number()?);
        let mut block = || {
            let length = get(bytes, at)? as usize;
            let block = bytes.get(*at..at.checked_add(length)?)?.to_vec();
            *at += length;
            Some(block)
        };
        Some(Record { dict: Dict(block()?), log: block()?, epoch, count, voids, last })
    }
}

/// Whether an entry comes after an event that is to be inserted.
fn is_after(entry: &Entry<'_>, event: &TicketEvent<'_>) -> bool {
    // Nearly always the time decides; what else there is has to be read first.
    entry.time.cmp(&event.time).then_with(|| {
        let Identity { source, id } = entry.identity();
        (entry.sequence(), id, source).cmp(&(Sequence::parse(&event.sequence), &*event.id, &*event.source))
    }) == Ordering::Greater
}

fn put_id(out: &mut Vec<u8>, id: &str) {
    put(out, id.len() as u64);
    out.extend_from_slice(id.as_bytes());
}
