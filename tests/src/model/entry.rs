//! The model's ledger: what it says of each SLA event, and in which order.

use std::fmt;

use crate::minute::{self, Minute};

/// The types of SLA events that follow from a ticket's events and the policies.
pub mod kind {
    #![expect(missing_docs, reason = "the names are the definition")]

    pub const CLOCK_STARTED: &str = "duly.sla.clock_started.v1";
    pub const CLOCK_PAUSED: &str = "duly.sla.clock_paused.v1";
    pub const CLOCK_RESUMED: &str = "duly.sla.clock_resumed.v1";
    pub const CLOCK_RETARGETED: &str = "duly.sla.clock_retargeted.v1";
    pub const CLOCK_MET: &str = "duly.sla.clock_met.v1";
    pub const CLOCK_STOPPED_LATE: &str = "duly.sla.clock_stopped_late.v1";
    pub const CLOCK_CANCELLED: &str = "duly.sla.clock_cancelled.v1";
    pub const REMINDER_DUE: &str = "duly.sla.reminder_due.v1";
    pub const BREACHED: &str = "duly.sla.breached.v1";
    pub const CLOCK_EXTENDED: &str = "duly.sla.clock_extended.v1";
    pub const EMERGENCY_ANNOUNCED: &str = "duly.ticket.emergency_announced.v1";
    pub const EMERGENCY_UPDATED: &str = "duly.ticket.emergency_updated.v1";
    pub const EMERGENCY_LIFTED: &str = "duly.ticket.emergency_lifted.v1";
    pub const ESCALATED: &str = "duly.sla.escalated.v1";
    pub const ANOMALY: &str = "duly.ticket.anomaly.v1";
    pub const ROUTED: &str = "duly.ticket.routed.v1";
    pub const CASE_OPENED: &str = "duly.sla.case_opened.v1";
    pub const CASE_CLAIMED: &str = "duly.sla.case_claimed.v1";
    pub const CASE_ASSESSED: &str = "duly.sla.case_assessed.v1";
    pub const CASE_SETTLED: &str = "duly.sla.case_settled.v1";
    pub const CASE_REJECTED: &str = "duly.sla.case_rejected.v1";
    pub const CASE_WAIVED: &str = "duly.sla.case_waived.v1";
    pub const INVESTIGATION_OPENED: &str = "duly.sla.investigation_opened.v1";
    pub const FINDING_RECORDED: &str = "duly.sla.finding_recorded.v1";
    pub const INVESTIGATION_CLOSED: &str = "duly.sla.investigation_closed.v1";
}

/// One SLA event. The order is that of the fields: by instant, objective, cycle, type, part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// When it was so.
    pub at: Minute,
    /// The objective; empty for what is about none.
    pub objective: String,
    /// The cycle; 0 for what is about none.
    pub cycle: u32,
    /// Its type in full.
    pub kind: String,
    /// What tells repeated ones apart.
    pub part: Option<String>,
    /// The policy's name; empty for an anomaly.
    pub policy: String,
    /// The deadline as it stands after what happened, or as it stood for the judgement; absent for cancelled and anomalies.
    pub due_at: Option<Minute>,
    /// What else it says, in words of the tests: where a ticket goes, which breach a remedy is for, which emergency it is, how a
    /// case stands.
    pub says: Option<String>,
}

impl Entry {
    /// `clock_met` of `duly.sla.clock_met.v1`.
    pub fn short_kind(&self) -> &str {
        self.kind.trim_start_matches("duly.").trim_end_matches(".v1").split_once('.').map_or("", |(_, name)| name)
    }
}

/// `2026-03-02 09:00 response/1 reminder_due 50% due 2026-03-02 13:00`. A part that only repeats the instant is not shown.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", minute::local(self.at))?;
        if !self.objective.is_empty() {
            write!(f, "{}/{} ", self.objective, self.cycle)?;
        }
        f.write_str(self.short_kind())?;
        let part = self.part.as_deref().unwrap_or_default();
        let part = part.split_once('@').map_or(part, |(_, instant)| instant);
        match part.strip_prefix(minute::utc(self.at).as_str()).unwrap_or(part) {
            "" => {}
            part => write!(f, " {part}")?,
        }
        self.due_at.map_or(Ok(()), |due| write!(f, " due {}", minute::local(due)))?;
        self.says.as_ref().map_or(Ok(()), |says| write!(f, " {says}"))
    }
}

/// The ledger while it grows.
#[derive(Debug, Default)]
pub(super) struct Ledger(Vec<Entry>);

impl Ledger {
    /// Enters an SLA event whose part is the instant; the second of its type on one instant of a cycle has `#2` behind it.
    pub(super) fn enter_at_instant(&mut self, mut entry: Entry) {
        let same = |other: &&Entry| {
            (other.at, &other.policy, &other.objective, other.cycle, &other.kind)
                == (entry.at, &entry.policy, &entry.objective, entry.cycle, &entry.kind)
        };
        let nth = self.0.iter().rev().take_while(|other| other.at == entry.at).filter(same).count() + 1;
        let instant = minute::utc(entry.at);
        entry.part = Some(if nth == 1 { instant } else { format!("{instant}#{nth}") });
        self.0.push(entry);
    }

    /// Enters what a customer is told of an emergency; its part is the emergency's id and the instant.
    pub(super) fn enter_of_emergency(&mut self, mut entry: Entry, emergency: &str) {
        let part = format!("{emergency}@{}", minute::utc(entry.at));
        let is_same = |other: &&Entry| {
            other.kind == entry.kind && other.part.as_ref().is_some_and(|known| known.starts_with(&part))
        };
        let nth = self.0.iter().filter(is_same).count() + 1;
        entry.part = Some(if nth == 1 { part } else { format!("{part}#{nth}") });
        self.0.push(entry);
    }

    /// Enters an SLA event with its part as given.
    pub(super) fn enter(&mut self, entry: Entry) {
        self.0.push(entry);
    }

    /// The entries so far, in order of entry.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// The entries in the order in which ledgers are compared.
    pub(super) fn into_sorted(mut self) -> Vec<Entry> {
        self.0.sort();
        self.0
    }
}
