//! Rules 4 to 7: the ticket itself, and what each event did to it.

use std::collections::BTreeMap;

use duly_core::policy::StatusClass;
use duly_core::policy::StatusClass::{Cancelled, Closed, Merged, New, OnHold, Open, Pending, Resolved};
use serde_json::Value;

use super::emergencies::Acting;
use crate::event::Event;

/// A ticket at an instant.
#[derive(Debug, Clone, Default)]
pub(super) struct Ticket {
    /// Its attributes; what was cleared is absent.
    pub(super) attributes: BTreeMap<String, Value>,
    /// Its class; `None` before any is known.
    pub(super) class: Option<StatusClass>,
    /// Whether `received` has opened it.
    pub(super) is_received: bool,
    /// The emergencies in whose scope it is.
    pub(super) acting: Vec<Acting>,
}

/// What one event was to the ticket: remembered for ever.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    /// The event.
    pub(super) event: Event,
    /// The ticket after it.
    pub(super) ticket: Ticket,
    /// Whether it is the `received` that opened the ticket.
    pub(super) opens: bool,
    /// The class before; `None` for what was before `received`, which is no transition.
    pub(super) class_before: Option<StatusClass>,
    /// Rule 6: the class that was entered, if one was; at `received` the one that holds.
    pub(super) entered: Option<StatusClass>,
    /// How many anomalies it is (rules 4 and 7).
    pub(super) anomalies: u32,
}

impl Fact {
    /// Rule 7: from resolved or closed back to a live class.
    pub(super) fn is_reopening(&self) -> bool {
        matches!(self.class_before, Some(Resolved | Closed))
            && matches!(self.entered, Some(New | Open | Pending | OnHold))
    }

    /// Whether the class entered is closed, cancelled or merged (rule 9.4).
    pub(super) fn is_terminal(&self) -> bool {
        matches!(self.entered, Some(Closed | Cancelled | Merged))
    }
}

impl Ticket {
    /// Whether its class is one in which nothing more is promised, and no clock starts.
    pub(super) fn is_terminal(&self) -> bool {
        matches!(self.class, Some(Closed | Cancelled | Merged))
    }

    /// Whether it was received, and work on it goes on.
    pub(super) fn is_live(&self) -> bool {
        self.is_received && matches!(self.class, Some(New | Open | Pending | OnHold))
    }

    /// Applies an event, and tells what it was.
    pub(super) fn apply(&mut self, event: &Event) -> Fact {
        let known_before = self.class;
        let is_received = event.name == "received";
        let opens = is_received && !self.is_received;
        let mut anomalies = u32::from(is_received && !opens); // Rule 4: a second `received`.
        self.is_received |= is_received;
        if is_received || event.name == "observed" {
            self.assert(&event.data);
        }
        if event.name == "merged" {
            self.class = Some(Merged); // Rule 5.
        }
        if opens {
            self.class.get_or_insert(New); // Rule 4.
        }
        let class_before = known_before.filter(|_| self.is_received && !opens);
        let entered = self.class.filter(|class| opens || Some(*class) != known_before);
        if let (Some(before), Some(entered)) = (class_before, entered) {
            anomalies += u32::from(!is_known_transition(before, entered));
        }
        Fact { event: event.clone(), ticket: self.clone(), opens, class_before, entered, anomalies }
    }

    /// Rule 5: what is absent asserts nothing, `null` clears, but never the class.
    fn assert(&mut self, data: &BTreeMap<String, Value>) {
        for (name, value) in data {
            if name == "status_class" {
                self.class = value.as_str().and_then(StatusClass::from_name).or(self.class);
            } else if value.is_null() {
                self.attributes.remove(name);
            } else {
                self.attributes.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Rule 7.
fn is_known_transition(from: StatusClass, to: StatusClass) -> bool {
    match from {
        New => true,
        Open | Pending | OnHold => to != New,
        Resolved => matches!(to, Open | Pending | OnHold | Closed | Merged),
        Closed => matches!(to, Open | Pending | OnHold | Merged),
        Cancelled | Merged => false,
    }
}
