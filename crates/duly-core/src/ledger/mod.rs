//! The ledger: all SLA events that stand for a ticket. `ledger(ticket, until) = derive(events, controls, until)`.

mod body;
mod concern;
mod count;
mod diff;
mod fold;
mod id;
mod json;

pub use count::{Circumstances, Counted, Labels, What};
pub use diff::{Change, diff};
pub(crate) use fold::{LAST_PLACE, State};
pub use id::event_id;
pub(crate) use json::Object;

use std::ops::Range;

use crate::clock::{Moment, Part, Sink, SlaKind};
use crate::control::Controls;
use crate::ticket::Record;
use crate::time::Instant;

/// The pure function that everything else evaluates bit by bit: what stands for the ticket of these events at `until`
/// is published into `sink`, in the order in which it happens.
pub fn derive(record: &Record, controls: &Controls, until: Instant, sink: &mut impl Sink) {
    State::default().advance(record, controls, until, sink);
}

/// SLA events of tickets, each with its key and its body as JSON.
///
/// The texts lie in one buffer, so that publishing costs no allocation of its own.
#[derive(Debug, Default, Clone)]
pub struct Ledger {
    subject: String,
    /// Where the current subject's entries begin.
    from: usize,
    text: Vec<u8>,
    entries: Vec<Entry>,
    /// What is counted of entries, for metrics.
    notes: Vec<count::Note>,
    /// How many of the last notes have no labels yet.
    unlabelled: u32,
}

/// One SLA event of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it is true from.
    pub at: Instant,
    /// Its type.
    pub kind: SlaKind,
    key: Range<u32>,
    body: Range<u32>,
    /// Where the note of what is counted of it is.
    note: u32,
}

impl Ledger {
    /// A ledger for one ticket.
    pub fn of(subject: &str) -> Self {
        Ledger { subject: subject.to_owned(), ..Ledger::default() }
    }

    /// What is published from now on is about this ticket.
    pub fn turn_to(&mut self, subject: &str) {
        self.subject.clear();
        self.subject.push_str(subject);
        self.from = self.entries.len();
    }

    /// Forgets all entries, and keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.entries.clear();
        self.notes.clear();
        (self.from, self.unlabelled) = (0, 0);
    }

    /// The entries, in order of publication or as sorted.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Sorts the entries by instant, then key: the order of a written ledger.
    pub fn sort(&mut self) {
        let text = &self.text;
        self.entries
            .sort_unstable_by(|a, b| a.at.cmp(&b.at).then_with(|| slice(text, &a.key).cmp(slice(text, &b.key))));
    }

    /// An entry's key, in bytes that sort as keys do: policy, objective, cycle, type, part.
    pub fn key(&self, entry: &Entry) -> &[u8] {
        slice(&self.text, &entry.key)
    }

    /// An entry's body: one JSON object, with the key's members in it.
    pub fn body(&self, entry: &Entry) -> &[u8] {
        slice(&self.text, &entry.body)
    }

    /// The bodies, each on a line.
    pub fn write_lines(&self, out: &mut Vec<u8>) {
        for entry in &self.entries {
            out.extend_from_slice(self.body(entry));
            out.push(b'\n');
        }
    }

    /// Takes over an entry of another ledger; its position here.
    pub(crate) fn adopt(&mut self, other: &Ledger, entry: &Entry) -> usize {
        let mut copy = |bytes: &[u8]| {
            let from = self.text.len() as u32;
            self.text.extend_from_slice(bytes);
            from..self.text.len() as u32
        };
        let (key, body) = (copy(other.key(entry)), copy(other.body(entry)));
        let note = self.adopt_note(other, entry);
        self.entries.push(Entry { at: entry.at, kind: entry.kind, key, body, note });
        self.entries.len() - 1
    }

    /// Which occurrence of its kind a moment is on its instant, from 1 (docs/rules.md, SLA events).
    fn occurrence(&mut self, at: Instant, kind: SlaKind, key: &Range<u32>) -> u32 {
        let key = slice(&self.text, key);
        let before = self.entries[self.from..].iter().rev().take_while(|entry| entry.at == at);
        1 + before.filter(|entry| entry.kind == kind && slice(&self.text, &entry.key).starts_with(key)).count() as u32
    }
}

fn slice<'t>(text: &'t [u8], range: &Range<u32>) -> &'t [u8] {
    &text[range.start as usize..range.end as usize]
}

impl Sink for Ledger {
    fn publish(&mut self, moment: &Moment<'_>) {
        let from = self.text.len() as u32;
        let part = body::write_key(&mut self.text, moment);
        let key = from..self.text.len() as u32;
        let is_dated = matches!(moment.part, Part::At | Part::Emergency(_));
        let occurrence = if is_dated { self.occurrence(moment.at, moment.kind, &key) } else { 1 };
        if occurrence > 1 {
            self.text.extend_from_slice(format!("#{occurrence}").as_bytes());
        }
        let key = from..self.text.len() as u32;
        body::write_body(&mut self.text, &self.subject, moment, part..key.end as usize);
        let body = key.end..self.text.len() as u32;
        let note = self.note(moment);
        self.entries.push(Entry { at: moment.at, kind: moment.kind, key, body, note });
    }

    fn under(&mut self, circumstances: &Circumstances<'_>) {
        if self.unlabelled > 0 {
            self.label(circumstances);
        }
    }
}

/// Two sinks at once.
impl<A: Sink, B: Sink> Sink for (&mut A, &mut B) {
    fn publish(&mut self, moment: &Moment<'_>) {
        self.0.publish(moment);
        self.1.publish(moment);
    }

    fn under(&mut self, circumstances: &Circumstances<'_>) {
        self.0.under(circumstances);
        self.1.under(circumstances);
    }
}
