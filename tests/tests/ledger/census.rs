//! How tickets and clocks stand by the census of a lane, held against a naive count over all tickets as readers see them.

use std::collections::BTreeMap;

use duly_core::lane::{ClockState, ClockView, Lane, WITHIN};
use duly_core::policy::StatusClass;
use duly_core::time::{Instant, Span};

/// How many there are of each, without those of which there are none.
pub(crate) type Census = BTreeMap<String, usize>;

/// As the lane has it at `now`.
pub(crate) fn of(lane: &Lane, now: Instant) -> Census {
    let counts = lane.counts(now);
    let mut census = Census::new();
    for tickets in &counts.tickets {
        let (class, category) = (tickets.class.map(StatusClass::name), tickets.category.as_deref());
        *census.entry(format!("{class:?} {category:?}")).or_default() += tickets.count;
    }
    for (kind, all) in [("promise", &counts.promises), ("owed", &counts.owed)] {
        for clocks in all {
            let name = format!("{kind} {}", clocks.name);
            let states = clocks.states().map(|(state, count)| (format!("{name} {state}"), count));
            let due = WITHIN.iter().zip(clocks.due).map(|((within, _), count)| (format!("{name} {within}"), count));
            census.extend(states.into_iter().chain(due));
        }
    }
    census.retain(|_, count| *count > 0);
    census
}

/// The same, counted by looking at every ticket.
pub(crate) fn naive(lane: &Lane, now: Instant) -> Census {
    let mut census = Census::new();
    for (subject, ticket) in lane.tickets().filter(|(_, ticket)| !ticket.is_quarantined()) {
        let view = lane.view(subject).expect("it is one of them");
        let category = view.attributes.get("category").and_then(|texts| texts.first()).filter(|text| !text.is_empty());
        let class = view.status_class.map(StatusClass::name);
        *census.entry(format!("{class:?} {:?}", category.map(|text| &**text))).or_default() += 1;
        for clock in &view.clocks {
            for what in clock_counts(clock, now) {
                let kind = if clock.owner.is_some() { "owed" } else { "promise" };
                *census.entry(format!("{kind} {} {what}", clock.objective)).or_default() += 1;
            }
        }
        assert_eq!(ticket.record().len(), view.events);
    }
    census
}

/// What a clock is counted as: to the minute.
fn clock_counts(clock: &ClockView, now: Instant) -> Vec<&'static str> {
    let minute = |at: Instant| at.since(Instant::from_ns(0)).ns().div_euclid(Span::from_s(60).ns());
    match (clock.state, clock.breached_at, clock.due_at.map(minute)) {
        (ClockState::Paused, None, _) => vec!["paused"],
        (ClockState::Paused, Some(_), _) => vec!["paused_overdue"],
        (ClockState::Breached, ..) => vec!["overdue"],
        (ClockState::Running, _, Some(due)) if due < minute(now) => vec!["overdue"],
        (ClockState::Running, _, due) => {
            let is_due = |minutes: u32| due.is_some_and(|due| due <= minute(now) + i64::from(minutes));
            let within = WITHIN.iter().filter(|(_, minutes)| is_due(*minutes)).map(|(name, _)| *name);
            ["running"].into_iter().chain(within).collect()
        }
        (ClockState::Dormant | ClockState::Stopped | ClockState::Escalating, ..) => Vec::new(),
    }
}
