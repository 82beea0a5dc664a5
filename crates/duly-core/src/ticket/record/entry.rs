//! An entry of a record: one event, read where it lies.

use super::Record;
use super::fingerprint::Fnv;
use crate::ticket::dict::{NameRef, ValueRef};
use crate::ticket::varint::{get, unzigzag};
use crate::ticket::{Identity, Kind, Sequence, TicketEvent};
use crate::time::{Instant, SECOND_NS};

/// One event of a record.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    record: &'a Record,
    /// Where it begins.
    pub(crate) from: usize,
    /// Where the next begins.
    pub(crate) to: usize,
    /// When it occurred.
    pub time: Instant,
    /// What kind of fact it is.
    pub kind: Kind,
    source: u32,
    id: usize,
    pub(super) fields: usize,
}

/// The entries of a record, in order.
pub(crate) struct Entries<'a> {
    pub(super) record: &'a Record,
    pub(super) at: usize,
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let record = self.record;
        let log = &record.log;
        let from = self.at;
        let mut at = from;
        let length = get(log, &mut at)? as usize;
        let to = at.checked_add(length)?;
        at += 2;
        let time = get(log, &mut at)?;
        let since = unzigzag(time >> 1) * if time & 1 == 0 { SECOND_NS } else { 1 };
        let kind = Kind::from_code(*log.get(at)?)?;
        at += 1;
        let source = get(log, &mut at)? as u32;
        let id = at;
        at = skip_id(log, at)?;
        let sequence = get(log, &mut at)?;
        match sequence {
            0 => {}
            1 => {
                get(log, &mut at)?;
            }
            length => at += length as usize - 1,
        }
        self.at = to;
        Some(Entry { record, from, to, time: Instant::from_ns(record.epoch + since), kind, source, id, fields: at })
    }
}

impl<'a> Entry<'a> {
    /// Its `source` and `id`.
    pub fn identity(&self) -> Identity<'a> {
        Identity { source: self.source(), id: self.id() }
    }

    /// The CloudEvents `source`.
    pub fn source(&self) -> &'a str {
        self.record.dict.text(self.source)
    }

    /// The CloudEvents `id`.
    pub fn id(&self) -> &'a str {
        let mut at = self.id;
        let length = get(&self.record.log, &mut at).unwrap_or(0) as usize;
        std::str::from_utf8(&self.record.log[at..at + length]).unwrap_or("")
    }

    /// The extension `sequence`.
    pub fn sequence(&self) -> Sequence<'a> {
        let log = &self.record.log;
        let mut at = skip_id(log, self.id).unwrap_or(log.len());
        match get(log, &mut at) {
            None | Some(0) => Sequence::Absent,
            Some(1) => Sequence::Number(get(log, &mut at).unwrap_or(0)),
            Some(length) => Sequence::Text(std::str::from_utf8(&log[at..at + length as usize - 1]).unwrap_or("")),
        }
    }

    /// Its fields, as references into the dictionary.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (NameRef, ValueRef)> + 'a {
        let log = &self.record.log;
        let mut at = self.fields;
        let count = get(log, &mut at).unwrap_or(0);
        (0..count).map_while(move |_| pair(log, &mut at))
    }

    /// The text of its field `name`, the last of that name, where it is one text.
    pub fn field(&self, name: &str) -> Option<&'a str> {
        let dict = &self.record.dict;
        let (_, value) = self.pairs().filter(|(given, _)| dict.name(*given) == name).last()?;
        dict.texts(value).next()
    }

    /// Its fields as names and texts: `None` where null, the members of a list otherwise.
    pub fn fields(&self) -> impl Iterator<Item = (&'a str, Option<Vec<&'a str>>)> {
        let dict = &self.record.dict;
        self.pairs()
            .map(|(name, value)| (dict.name(name), (value != ValueRef::NULL).then(|| dict.texts(value).collect())))
    }

    pub(super) fn digest(&self) -> u64 {
        let mut hash = Fnv::default();
        hash.text(self.source()).text(self.id()).bytes(&self.time.ns().to_le_bytes()).bytes(&[self.kind as u8]);
        match self.sequence() {
            Sequence::Absent => hash.bytes(&[0]),
            Sequence::Number(number) => hash.bytes(&[1]).bytes(&number.to_le_bytes()),
            Sequence::Text(text) => hash.bytes(&[2]).text(text),
        };
        for (name, texts) in self.fields() {
            hash.text(name);
            match texts {
                None => hash.bytes(&[0]),
                Some(texts) => texts.into_iter().fold(hash.bytes(&[1]), |hash, text| hash.text(text)),
            };
        }
        hash.0
    }

    /// Whether it says what `event` says. The order of members and what JSON was around them do not matter.
    pub(super) fn equals(&self, event: &TicketEvent<'_>) -> bool {
        let dict = &self.record.dict;
        let stored: Vec<(NameRef, ValueRef)> = self.pairs().collect();
        self.kind == event.kind
            && self.time == event.time
            && self.sequence() == Sequence::parse(&event.sequence)
            && event.fields.0.iter().all(|(name, _)| {
                let given = event.fields.get(name).expect("the name was just read from it");
                stored
                    .iter()
                    .rfind(|(known, _)| dict.name(*known) == name)
                    .is_some_and(|(_, value)| dict.is_value(*value, given))
            })
            && stored.iter().all(|(name, _)| event.fields.get(dict.name(*name)).is_some())
    }
}

/// One field at `*at`.
#[inline]
pub(super) fn pair(log: &[u8], at: &mut usize) -> Option<(NameRef, ValueRef)> {
    Some((NameRef(get(log, at)? as u32), ValueRef(get(log, at)? as u32)))
}

fn skip_id(log: &[u8], mut at: usize) -> Option<usize> {
    let length = get(log, &mut at)? as usize;
    (at + length <= log.len()).then_some(at + length)
}
