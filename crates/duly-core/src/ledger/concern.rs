//! Which emergencies concern a ticket, and what its customer is told of them (rules 28–30).

use std::sync::Arc;

use crate::clock::{Cause, Detail, EmergencyFacts, Moment, Part, Sink, SlaKind, View};
use crate::control::emergency::{Phase, Register};
use crate::time::Instant;

/// How a ticket stands to the emergencies.
#[derive(Debug, Clone)]
pub(super) struct Concern {
    /// When the next change comes.
    pub(super) next: Instant,
    /// Those in force in whose scope the ticket is, in the order of declaration.
    pub(super) acting: Vec<Arc<Phase>>,
    /// How many of the register's changes have come.
    passed: u32,
    /// The customer knows of those that are acting.
    is_told: bool,
}

impl Default for Concern {
    /// Of a ticket that is not received, which no emergency concerns.
    fn default() -> Self {
        Concern { next: Instant::MAX, acting: Vec::new(), passed: 0, is_told: false }
    }
}

/// What is happening to the ticket, as far as its customer is told of it.
#[derive(Clone, Copy)]
pub(super) struct Notice<'a> {
    pub(super) at: Instant,
    pub(super) cause: Cause<'a>,
    /// Whether anybody waits for the ticket: nothing is told where not.
    pub(super) is_live: bool,
}

impl Concern {
    /// Passes all changes up to `at`.
    pub(super) fn pass(&mut self, register: &Register, at: Instant) {
        let ahead = &register.changes[self.passed as usize..];
        self.passed += ahead.partition_point(|(from, _)| *from <= at) as u32;
        self.next = register.changes.get(self.passed as usize).map_or(Instant::MAX, |(from, _)| *from);
    }

    /// Whether there is nothing to look at.
    pub(super) fn is_idle(&self, register: &Register) -> bool {
        self.acting.is_empty() && self.in_force(register).is_empty()
    }

    /// Finds those in whose scope the ticket is as it is now, and tells the customer what is new.
    pub(super) fn look(&mut self, register: &Register, view: View<'_>, notice: Notice<'_>, sink: &mut impl Sink) {
        let in_force = self.in_force(register);
        let acting = in_force.iter().filter(|phase| view.matches(&phase.scope)).cloned().collect();
        let mut known = std::mem::replace(&mut self.acting, acting);
        if !self.is_told {
            known.clear();
        }
        self.is_told = notice.is_live;
        if notice.is_live {
            notice.tell_ends(&known, &self.acting, in_force, sink);
            notice.tell_news(&known, &self.acting, sink);
        }
    }

    /// Bytes that it takes on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.acting.capacity() * size_of::<Arc<Phase>>()
    }

    fn in_force<'r>(&self, register: &'r Register) -> &'r [Arc<Phase>] {
        self.passed.checked_sub(1).map_or(&[], |last| &register.changes[last as usize].1)
    }
}

impl Notice<'_> {
    /// Of what is over, or does not concern the ticket any more.
    fn tell_ends(self, known: &[Arc<Phase>], acting: &[Arc<Phase>], in_force: &[Arc<Phase>], sink: &mut impl Sink) {
        for phase in known.iter().filter(|phase| find(acting, phase).is_none()) {
            let is_out_of_scope = find(in_force, phase).is_some();
            let lift = phase.lift.filter(|_| !is_out_of_scope);
            let facts = EmergencyFacts { is_out_of_scope, ..facts(phase, lift.unwrap_or(phase.number)) };
            self.tell(SlaKind::EmergencyLifted, facts, sink);
        }
    }

    /// Of what has begun to concern the ticket, and of newer messages.
    fn tell_news(self, known: &[Arc<Phase>], acting: &[Arc<Phase>], sink: &mut impl Sink) {
        for phase in acting {
            let kind = match find(known, phase) {
                None => SlaKind::EmergencyAnnounced,
                Some(known) if known.number != phase.number => SlaKind::EmergencyUpdated,
                Some(_) => continue,
            };
            self.tell(kind, facts(phase, phase.number), sink);
        }
    }

    fn tell(self, kind: SlaKind, facts: EmergencyFacts<'_>, sink: &mut impl Sink) {
        let (part, detail) = (Part::Emergency(facts.emergency), Detail::Emergency(facts));
        sink.publish(&Moment { kind, at: self.at, part, cause: self.cause, clock: None, detail });
    }
}

/// What is told of a phase, in the words of the message of that number.
fn facts(phase: &Phase, number: u32) -> EmergencyFacts<'_> {
    EmergencyFacts {
        emergency: &phase.id,
        number,
        kind: phase.terms.kind,
        effect: phase.terms.effect,
        since: phase.terms.effective_from,
        expected_end: phase.terms.expected_end,
        is_out_of_scope: false,
    }
}

/// The phase of the same emergency.
fn find<'p>(phases: &'p [Arc<Phase>], wanted: &Phase) -> Option<&'p Arc<Phase>> {
    phases.iter().find(|phase| phase.id == wanted.id)
}
