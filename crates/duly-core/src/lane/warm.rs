//! The simulations of tickets that something happened to last: what happens next is likely to happen to one of them, and
//! then its events need not be run through again. It may forget at any time.

use crate::ledger::State;

/// How many are kept at most. A ticket has one place where it can be, and takes it from whoever is there.
const SLOTS: usize = 4_096;

/// Simulations by the position of their ticket.
#[derive(Debug, Default)]
pub(super) struct Warm {
    /// As many as were needed so far. Boxed, for every step moves some in and out.
    slots: Vec<Option<(u32, Box<State>)>>,
}

impl Warm {
    /// Takes out the simulation of a ticket.
    pub(super) fn take(&mut self, position: u32) -> Option<Box<State>> {
        self.slots.get_mut(position as usize % SLOTS)?.take_if(|(of, _)| *of == position).map(|(_, state)| state)
    }

    /// Keeps the simulation of a ticket, as it is at the ticket's `judged_until`.
    pub(super) fn put(&mut self, position: u32, state: Box<State>) {
        let slot = position as usize % SLOTS;
        if slot >= self.slots.len() {
            self.slots.resize_with(slot + 1, || None);
        }
        self.slots[slot] = Some((position, state));
    }

    /// Forgets all: the tickets are others than they were.
    pub(super) fn clear(&mut self) {
        self.slots.clear();
    }
}
