//! Tickets: the events a CRM tells us, how they are read, kept and understood (DESIGN §4).
//!
//! A ticket keeps all its events, packed, because its ledger is derived from them afresh whenever one arrives late.

mod check;
mod dict;
mod event;
mod fields;
mod lifecycle;
mod parse;
mod record;
mod varint;

pub use check::TEXTS;
pub(crate) use check::{ABOUT, CONTAINS, DEFAULT_ITEM, NAME_LENGTH_MAX, PROBABILITY_DECIMALS, SCORE_DECIMALS};
pub(crate) use dict::{Dict, NameRef, ValueRef};
pub use event::{Identity, Kind, Refusal, RefusalKind, Sequence, TicketEvent};
pub use fields::{FieldValue, Fields, KNOWN_FIELDS};
pub use lifecycle::{is_known_transition, is_reopening};
pub use parse::{Attributes, parse_binary, parse_structured};
pub(crate) use record::Mark;
pub use record::{Entry, Known, Record, RecordError};
