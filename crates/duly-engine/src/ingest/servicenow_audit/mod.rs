//! `ServiceNow`'s incident audit, a CSV of snapshots, as ticket events.
//!
//! A row shows an incident after an update and becomes one `observed` event at its `sys_updated_at`; each ticket gets
//! one `received` event at `opened_at`. What comes out is sorted by time, then as the core orders a ticket's events, and
//! is the same whatever the order of the rows in the file.
//!
//! - **Nothing from the future.** `resolved_at`, `closed_at`, `resolved_by` and `closed_code` stand on every row with their
//!   final value, and `made_sla` is a verdict, so none of them is read; a ticket is resolved at the row that says so.
//!   `received` carries who asked and over which channel, and nothing that was found out later.
//! - **A snapshot is complete.** `?` says that the field is empty and becomes `null`, so that an agent who was taken off
//!   the ticket is off it. Columns about other records (problem, change, vendor, configuration item), about the form
//!   (`notify`, `knowledge`, `u_priority_confirmation`) or derived from the state (`active`) are left out: lines stay short.
//! - **Every row is accounted for** (I7): it becomes an event or is refused with its line and a reason. A row that stands
//!   in the file twice comes out twice, with one id: whoever applies it counts the duplicate.
//! - Local times take the zone given. In the hour that a zone repeats the first one is meant; one that it skips takes the
//!   offset before the gap.

mod audit;
mod columns;
mod event;

mod reader;
mod refusals;
mod row;
mod symbols;
#[cfg(test)]
mod tests;

pub use audit::{Audit, Written};
pub use columns::ColumnsError;
pub use reader::{Error, read};
pub use refusals::{Reason, Refusal, Refusals};

/// What a file does not say about itself.
#[derive(Debug, Clone)]
pub struct Options {
    /// The zone that the file's local times are in.
    pub zone: chrono_tz::Tz,
    /// The tenant that the tickets belong to: the part of the subject before the `/`.
    pub tenant: String,
}
