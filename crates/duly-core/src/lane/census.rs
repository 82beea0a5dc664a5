//! How many tickets of a lane are kept in which way, how they and their clocks stand, and what is open of their cases, for
//! metrics. It follows every change, so that nobody has to look at all tickets to tell it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::counts::{Clocks, Counts, Tickets, WITHIN};
use super::few::Few;
use super::files::{Files, OpenFiles};
use super::kept::Kept;
use super::stands::{Minute, Pace, Stand, minute};
use super::ticket::Ticket;
use crate::ledger::State;
use crate::policy::StatusClass;
use crate::ticket::{NameRef, Record};
use crate::time::Instant;

/// The counts.
#[derive(Debug, Default)]
pub(super) struct Census {
    pub(super) retired: usize,
    pub(super) quarantined: usize,
    pub(super) files: OpenFiles,
    /// Tickets by category and class.
    categories: Few<ByClass>,
    uncategorised: ByClass,
    promises: Few<Group>,
    owed: Few<Group>,
}

/// One for each class, and one for tickets whose class is not known yet.
type ByClass = [usize; StatusClass::ALL.len() + 1];

/// Clocks of one name.
#[derive(Debug, Default)]
struct Group {
    running: usize,
    paused: usize,
    overdue: usize,
    paused_overdue: usize,
    /// Of those that run how many fall due in each minute.
    due: BTreeMap<Minute, u32>,
}

/// What is counted of a ticket beside its clocks, and kept with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Standing {
    class: Option<StatusClass>,
    /// The place of its category, plus one; 0 where it has none.
    category: u8,
    pub(super) files: Files,
}

impl Census {
    /// How a ticket stands.
    fn standing(&mut self, record: &Record, state: &State) -> Standing {
        let category = state.attributes.iter().find(|(name, _)| *name == NameRef::CATEGORY);
        let category = category.and_then(|(_, value)| record.dict.texts(*value).next()).filter(|text| !text.is_empty());
        let category = category.map_or(0, |category| self.categories.place(category) + 1);
        Standing { class: state.class, category, files: state.files() }
    }

    /// Counts what is kept now, but for clocks.
    pub(super) fn count(&mut self, kept: &Kept) {
        self.retired += usize::from(kept.is_retired());
        self.quarantined += usize::from(kept.is_quarantined());
        self.add(kept, 1);
    }

    /// No longer counts what was kept, but for clocks.
    pub(super) fn forget(&mut self, kept: &Kept) {
        self.retired -= usize::from(kept.is_retired());
        self.quarantined -= usize::from(kept.is_quarantined());
        self.add(kept, -1);
    }

    fn add(&mut self, kept: &Kept, by: isize) {
        let Some(ticket) = kept.ticket() else { return };
        self.files.add(ticket.standing.files, by);
        if !ticket.is_quarantined() {
            shift(self.tickets(ticket.standing), by);
        }
    }

    /// Follows a ticket to where its simulation is now; `before` is how its clocks are counted, under the same plan.
    pub(super) fn follow(&mut self, ticket: &mut Ticket, before: &[Stand], now: &State) {
        let (standing, stands) = (self.standing(&ticket.record, now), now.stands());
        self.change(ticket.standing, standing);
        self.change_clocks(now, before, &stands);
        (ticket.standing, ticket.has_clocks) = (standing, !stands.is_empty());
    }

    fn change(&mut self, before: Standing, after: Standing) {
        if before != after {
            shift(self.tickets(before), -1);
            shift(self.tickets(after), 1);
            self.files.add(before.files, -1);
            self.files.add(after.files, 1);
        }
    }

    fn tickets(&mut self, standing: Standing) -> &mut usize {
        let by_class = match standing.category.checked_sub(1) {
            Some(place) => self.categories.at(place),
            None => &mut self.uncategorised,
        };
        &mut by_class[standing.class.map_or(StatusClass::ALL.len(), |class| class as usize)]
    }

    fn change_clocks(&mut self, state: &State, before: &[Stand], after: &[Stand]) {
        // Mostly nothing has changed, or one clock has.
        let same = before.iter().zip(after).take_while(|(before, after)| before == after).count();
        let (before, after) = (&before[same..], &after[same..]);
        let same = before.iter().rev().zip(after.iter().rev()).take_while(|(before, after)| before == after).count();
        self.add_clocks(state, &before[..before.len() - same], -1);
        self.add_clocks(state, &after[..after.len() - same], 1);
    }

    /// Counts clocks, or no longer counts them.
    pub(super) fn add_clocks(&mut self, state: &State, stands: &[Stand], by: isize) {
        for stand in stands {
            let (name, is_promise) = state.named(stand);
            let groups = if is_promise { &mut self.promises } else { &mut self.owed };
            let place = groups.place(name);
            groups.at(place).add(stand, by);
        }
    }

    /// How things stand at `now`: what falls due is counted from there, and what is due and not judged yet is overdue.
    pub(super) fn counts(&self, now: Instant) -> Counts {
        let classes = || StatusClass::ALL.into_iter().map(Some).chain([None]);
        let of_category = |(category, by_class): (Option<Arc<str>>, &ByClass)| {
            // Classes are shown though nothing is in them: what vanishes from a page is no zero.
            let counts = classes().zip(*by_class).filter(|(class, count)| class.is_some() || *count > 0);
            counts.map(|(class, count)| Tickets { class, category: category.clone(), count }).collect::<Vec<_>>()
        };
        let categories = self.categories.iter().map(|(name, by_class)| (Some(name), by_class));
        let clocks = |groups: &Few<Group>| groups.iter().map(|(name, group)| group.at(name, minute(now))).collect();
        Counts {
            tickets: categories.chain([(None, &self.uncategorised)]).flat_map(of_category).collect(),
            promises: clocks(&self.promises),
            owed: clocks(&self.owed),
        }
    }
}

impl Group {
    fn add(&mut self, stand: &Stand, by: isize) {
        shift(
            match stand.pace {
                Pace::Running => &mut self.running,
                Pace::Paused => &mut self.paused,
                Pace::Overdue => &mut self.overdue,
                Pace::PausedOverdue => &mut self.paused_overdue,
            },
            by,
        );
        let Some(minute) = stand.due else { return };
        let due = self.due.entry(minute).or_default();
        *due = due.saturating_add_signed(by as i32);
        if *due == 0 {
            self.due.remove(&minute);
        }
    }

    /// How its clocks stand in the minute `now`.
    fn at(&self, name: Arc<str>, now: Minute) -> Clocks {
        let sum = |minutes: Range<Minute>| self.due.range(minutes).map(|(_, count)| *count as usize).sum();
        let past: usize = sum(0..now);
        let mut due = [0; WITHIN.len()];
        let mut from = now;
        let mut before = 0;
        for (count, (_, minutes)) in due.iter_mut().zip(WITHIN) {
            let to = now.saturating_add(minutes + 1);
            before += sum(from..to);
            (*count, from) = (before, to);
        }
        Clocks {
            name,
            running: self.running.saturating_sub(past),
            paused: self.paused,
            overdue: self.overdue + past,
            paused_overdue: self.paused_overdue,
            due,
        }
    }
}

/// One more, or one less.
pub(super) fn shift(count: &mut usize, by: isize) {
    debug_assert!(count.checked_add_signed(by).is_some(), "what is forgotten was counted");
    *count = count.saturating_add_signed(by);
}
