//! The same history under another policy: what each clock would have been decided as.

use super::listener::{Cycle, Listener, Verdict};
use super::period::Range;
use super::report::{Changed, Decided};
use super::tally::{Fact, Tally};
use super::window::Heard;
use smallvec::SmallVec;

/// What the other policy says, and where it differs.
#[derive(Debug, Default)]
pub(super) struct Other {
    pub(super) listener: Listener,
    pub(super) facts: Vec<Fact>,
    pub(super) would_be_met: u64,
    pub(super) would_be_broken: u64,
    pub(super) otherwise_decided: u64,
    pub(super) changes: Vec<Changed>,
}

impl Other {
    /// Compares the clocks of a ticket, objective by objective and cycle by cycle: by name, whatever the policies are called.
    pub(super) fn take(&mut self, heard: &Heard<'_>, range: Range, top: usize) {
        let seen = self.listener.promises().filter_map(|cycle| cycle.seen(range));
        self.facts.extend(seen.map(|seen| Fact { values: SmallVec::new(), seen }));
        for now in heard.clocks.promises() {
            let name = name(heard.clocks, now);
            let twin = |then: &&Cycle| then.cycle == now.cycle && self::name(&self.listener, then) == name;
            let then = self.listener.promises().find(twin);
            let both = (decided(Some(now), range), decided(then, range));
            self.compare(heard.subject, name.to_owned(), now.cycle, both, top);
        }
        let only_then: Vec<(String, u32, Decided)> = self
            .listener
            .promises()
            .filter(|then| {
                let name = name(&self.listener, then);
                !heard.clocks.promises().any(|now| now.cycle == then.cycle && self::name(heard.clocks, now) == name)
            })
            .map(|then| (name(&self.listener, then).to_owned(), then.cycle, decided(Some(then), range)))
            .collect();
        for (name, cycle, then) in only_then {
            self.compare(heard.subject, name, cycle, (Decided::No, then), top);
        }
        self.listener.end_ticket();
    }

    /// All clocks under the other policy.
    pub(super) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        self.facts.iter().for_each(|fact| tally.count(&fact.seen));
        tally
    }

    fn compare(&mut self, subject: &str, objective: String, cycle: u32, (now, then): (Decided, Decided), top: usize) {
        match (now, then) {
            (Decided::Breached, Decided::Met) => self.would_be_met += 1,
            (Decided::Met, Decided::Breached) => self.would_be_broken += 1,
            _ if now != then => self.otherwise_decided += 1,
            _ => return,
        }
        if self.changes.len() < top {
            self.changes.push(Changed { subject: subject.to_owned(), objective, cycle, now, then });
        }
    }
}

fn name<'l>(listener: &'l Listener, cycle: &Cycle) -> &'l str {
    &listener.catalog.objectives[cycle.objective as usize].name
}

fn decided(cycle: Option<&Cycle>, range: Range) -> Decided {
    match cycle.and_then(|cycle| cycle.seen(range)?.verdict) {
        Some((Verdict::Met { .. }, _)) => Decided::Met,
        Some((Verdict::Breached, _)) => Decided::Breached,
        None => Decided::No,
    }
}
