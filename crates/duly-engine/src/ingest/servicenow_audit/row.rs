//! A row of the file, checked and compact.

use std::iter;

use csv::ByteRecord;
use duly_core::policy::StatusClass;
use duly_core::time::Instant;

use super::columns::{ATTRIBUTES, Columns, Kind};
use super::refusals::{Reason, because};
use super::symbols::{Symbol, Symbols};
use crate::ingest::local_time;

/// A snapshot of one incident.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// The incident's number.
    pub(super) number: Symbol,
    /// `sys_mod_count`.
    pub(super) sequence: u32,
    /// `sys_updated_at`.
    pub(super) at: Instant,
    /// The zone's offset at `at`, which leads back to the local time in the file.
    pub(super) offset_s: i32,
    pub(super) opened_at: Instant,
    pub(super) state: State,
    /// By place in [`ATTRIBUTES`].
    pub(super) attributes: [Symbol; ATTRIBUTES.len()],
}

/// An incident's state, and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    /// As the file names it.
    pub(super) status: Symbol,
    /// `None` where the state is empty or dirt: the ticket keeps the class that it has.
    pub(super) class: Option<StatusClass>,
    /// What is awaited.
    pub(super) reason: Symbol,
}

impl Row {
    /// Checks a record; what is wrong with it is named with the text that is to blame.
    pub(super) fn parse(
        record: &ByteRecord,
        columns: &Columns,
        zone: chrono_tz::Tz,
        symbols: &mut Symbols,
    ) -> Result<Self, (Reason, String)> {
        if record.len() != columns.count {
            return Err(because(Reason::ColumnCount, format!("{} columns", record.len()).as_bytes()));
        }
        let cell = |place: usize| record[place].trim_ascii();
        let text = |place: usize| str::from_utf8(cell(place)).map_err(|_| because(Reason::Encoding, cell(place)));
        let time = |place: usize, reason| {
            local_time::parse(cell(place))
                .and_then(|local| local_time::resolve(local, zone))
                .ok_or_else(|| because(reason, cell(place)))
        };

        let number = given(text(columns.number)?).ok_or_else(|| because(Reason::Number, cell(columns.number)))?;
        let sequence =
            text(columns.sequence)?.parse().map_err(|_| because(Reason::Sequence, cell(columns.sequence)))?;
        let (at, offset_s) = time(columns.updated_at, Reason::UpdatedAt)?;
        let (opened_at, _) = time(columns.opened_at, Reason::OpenedAt)?;
        let state = text(columns.state)?;
        let state = State::parse(state, symbols).ok_or_else(|| because(Reason::State, state.as_bytes()))?;
        let mut attributes = [Symbol::NULL; ATTRIBUTES.len()];
        for ((attribute, place), symbol) in ATTRIBUTES.iter().zip(columns.attributes).zip(&mut attributes) {
            if let Some(value) = place.map(text).transpose()?.and_then(given) {
                *symbol = intern(value, attribute.kind, symbols);
            }
        }
        Ok(Row { number: symbols.text(number), sequence, at, offset_s, opened_at, state, attributes })
    }

    /// All that the row shows: what two rows must share to be one observation. Class and reason follow from the status.
    pub(super) fn content(&self) -> impl Iterator<Item = Symbol> {
        iter::once(self.state.status).chain(self.attributes)
    }
}

impl State {
    /// Reads a state; `None` for one that nobody has told us how to understand.
    ///
    /// Besides those of the audit, the names that newer releases use are known. `-100` is dirt and asserts no class.
    fn parse(text: &str, symbols: &mut Symbols) -> Option<Self> {
        let (class, reason) = match text {
            "New" => (Some(StatusClass::New), None),
            "Active" | "In Progress" => (Some(StatusClass::Open), None),
            "Awaiting User Info" => (Some(StatusClass::Pending), Some("customer")),
            "Awaiting Vendor" => (Some(StatusClass::Pending), Some("vendor")),
            "Awaiting Problem" => (Some(StatusClass::Pending), Some("problem")),
            "Awaiting Evidence" => (Some(StatusClass::Pending), Some("evidence")),
            awaiting if awaiting.starts_with("Awaiting ") => (Some(StatusClass::Pending), None),
            "On Hold" => (Some(StatusClass::OnHold), None),
            "Resolved" => (Some(StatusClass::Resolved), None),
            "Closed" => (Some(StatusClass::Closed), None),
            "Canceled" | "Cancelled" => (Some(StatusClass::Cancelled), None),
            "-100" => (None, None),
            empty if given(empty).is_none() => {
                return Some(State { status: Symbol::NULL, class: None, reason: Symbol::NULL });
            }
            _ => return None,
        };
        let reason = reason.map_or(Symbol::NULL, |reason| symbols.text(reason));
        Some(State { status: symbols.text(text), class, reason })
    }
}

/// The text of a cell; `None` where it says that there is none.
fn given(text: &str) -> Option<&str> {
    (!matches!(text, "" | "?")).then_some(text)
}

fn intern(text: &str, kind: Kind, symbols: &mut Symbols) -> Symbol {
    match kind {
        Kind::Text => symbols.text(text),
        Kind::Grade => match text.split_once(" - ") {
            Some((rank, name)) if rank.bytes().all(|b| b.is_ascii_digit()) => symbols.text(&name.to_lowercase()),
            _ => symbols.text(&text.to_lowercase()),
        },
        Kind::Count => match text.parse() {
            Ok(number) => symbols.number(number),
            Err(_) => symbols.text(text),
        },
    }
}
