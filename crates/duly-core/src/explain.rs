//! Why an SLA event stands: the intervals, the events and the policy version from which it follows (I8).
//!
//! The explanation is the derivation itself, listened to more closely: there is no second opinion that could differ.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::calendar::Calendar;
use crate::clock::{Detail, Extension, Moment, Sink, SlaKind, Suspension};
use crate::control::Controls;
use crate::lacking::{Lack, lacking};
use crate::ledger::{Ledger, derive};
use crate::ticket::Record;
use crate::time::{Instant, Span};

/// A ticket's history and what follows from it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Explanation {
    /// `tenant/ticket`.
    pub subject: String,
    /// What has been looked at: everything up to here.
    pub until: Instant,
    /// The IANA zone in which people will want the times: that of the policies' first calendar, otherwise UTC.
    pub zone: String,
    /// The ticket's events, in order.
    pub events: Vec<EventLine>,
    /// The SLA events that stand, in order.
    pub sla_events: Vec<Explained>,
    /// Where no clock has started: what the nearest targets ask for, and it is not so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacking: Vec<Lack>,
}

/// An event of the ticket.
#[derive(Debug, Serialize, Deserialize)]
pub struct EventLine {
    /// When it occurred.
    pub at: Instant,
    /// Its type's short name.
    pub kind: String,
    /// The CloudEvents `source`.
    pub source: String,
    /// The CloudEvents `id`.
    pub id: String,
    /// What it says: names and texts, `null` where it clears.
    pub fields: Vec<(String, Option<Vec<String>>)>,
    /// It was voided, and counts for nothing.
    pub is_voided: bool,
}

/// An SLA event and what it rests on.
#[derive(Debug, Serialize, Deserialize)]
pub struct Explained {
    /// The event itself, as in the ledger.
    pub event: Box<RawValue>,
    /// Its type's short name.
    pub kind: String,
    /// When it is true from.
    pub at: Instant,
    /// The intervals; none for what is not about a clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rests_on: Option<Account>,
}

/// Time from one instant to another, told apart without gap or overlap.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The beginning: the start of the clock, or the change from which a target counts.
    pub from: Instant,
    /// The end: the deadline of a promise or a breach, otherwise when it happened.
    pub to: Instant,
    /// The promised duration, as the policy states it.
    pub within: String,
    /// The name of the calendar that it is counted on.
    pub calendar: String,
    /// How much longer emergencies have made it, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<ExtendedBy>,
    /// Of a breach: the emergencies that lay over the promise for some time before, whatever their effect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emergencies: Vec<String>,
    /// The intervals from beginning to end.
    pub intervals: Vec<Interval>,
    /// Open time that counts, in milliseconds: the sum of the intervals that are `open`.
    pub open_ms: i64,
    /// Open time inside pauses, in milliseconds: it does not count.
    pub paused_open_ms: i64,
    /// Open time inside emergencies, in milliseconds: it does not count.
    #[serde(default)]
    pub emergency_open_ms: i64,
    /// All time from beginning to end, in milliseconds: the sum of all intervals.
    pub total_ms: i64,
}

/// What an emergency has added to a promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtendedBy {
    /// The emergency's id.
    pub emergency: String,
    /// How much longer, as it was declared.
    pub by: String,
}

/// A part of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// Its beginning.
    pub from: Instant,
    /// Its end.
    pub to: Instant,
    /// What it was.
    pub kind: IntervalKind,
    /// The holiday's name, where it has one; the emergency's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What a part of an account was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalKind {
    /// The calendar was open, and the clock ran.
    Open,
    /// The calendar was closed.
    Closed,
    /// The calendar was closed for a holiday.
    Holiday,
    /// The clock was held: by a pause, or between its stop and a reopening.
    Paused,
    /// An emergency alone held the clock.
    Emergency,
}

/// Explains everything that stands for the ticket of `record` at `until`.
pub fn explain(subject: &str, record: &Record, controls: &Controls, until: Instant) -> Explanation {
    let mut listener = Listener { ledger: Ledger::of(subject), accounts: Vec::new() };
    derive(record, controls, until, &mut listener);
    let voided = record.voided();
    let events = record.entries().filter(|entry| entry.time <= until).map(|entry| EventLine {
        at: entry.time,
        kind: entry.kind.name().to_owned(),
        source: entry.source().to_owned(),
        id: entry.id().to_owned(),
        fields: entry
            .fields()
            .map(|(name, texts)| (name.to_owned(), texts.map(|texts| texts.into_iter().map(str::to_owned).collect())))
            .collect(),
        is_voided: voided.contains(&entry.from),
    });
    let Listener { ledger, accounts } = listener;
    let sla_events = ledger.entries().iter().zip(accounts).map(|(entry, rests_on)| Explained {
        event: serde_json::from_slice(ledger.body(entry)).expect("a body is one JSON object"),
        kind: entry.kind.name().to_owned(),
        at: entry.at,
        rests_on,
    });
    Explanation {
        subject: subject.to_owned(),
        until,
        zone: zone(controls).unwrap_or("UTC").to_owned(),
        events: events.collect(),
        sla_events: sla_events.collect(),
        lacking: lacking(record, controls, until),
    }
}

fn zone(controls: &Controls) -> Option<&str> {
    controls.versions().find_map(|version| version.policy.calendars.values().next()).map(|spec| spec.zone.as_str())
}

/// Listens to a derivation: keeps the ledger, and beside every entry what it rests on.
struct Listener {
    ledger: Ledger,
    accounts: Vec<Option<Account>>,
}

impl Sink for Listener {
    fn publish(&mut self, moment: &Moment<'_>) {
        self.ledger.publish(moment);
        self.accounts.push(account(moment));
    }
}

/// The account of a moment: up to the deadline where that is what it is about, otherwise up to when it happened.
fn account(moment: &Moment<'_>) -> Option<Account> {
    let clock = moment.clock?;
    let (from, to) = match (moment.kind, moment.detail) {
        (
            SlaKind::ClockStarted
            | SlaKind::ClockRetargeted
            | SlaKind::ClockExtended
            | SlaKind::Breached
            | SlaKind::CaseOpened,
            _,
        ) if clock.due_at != Instant::MAX => (clock.base, clock.due_at),
        (_, Detail::Stopped { stopped_at, .. }) => (clock.started_at, stopped_at),
        _ => (clock.started_at, moment.at),
    };
    let running = clock.held_since.map(|since| (since, Instant::MAX));
    let holds: Vec<_> = clock.holds.iter().copied().chain(running).collect();
    let calendar = &clock.target.measure;
    let intervals = intervals(calendar, from, to, &holds, clock.suspensions);
    let total = |kind| {
        intervals
            .iter()
            .filter(|interval| interval.kind == kind)
            .fold(Span::ZERO, |sum, interval| sum.plus(interval.to.since(interval.from)))
    };
    let open_inside = |kind| {
        let of_kind = intervals.iter().filter(|interval| interval.kind == kind);
        of_kind.fold(Span::ZERO, |sum, interval| sum.plus(calendar.between(interval.from, interval.to)))
    };
    let extended = |by: &Extension| ExtendedBy { emergency: by.emergency.to_string(), by: by.by.to_string() };
    Some(Account {
        from,
        to,
        within: clock.target.within_label.clone(),
        calendar: clock.target.calendar_name.clone(),
        open_ms: total(IntervalKind::Open).ms(),
        paused_open_ms: open_inside(IntervalKind::Paused).ms(),
        emergency_open_ms: open_inside(IntervalKind::Emergency).ms(),
        extensions: clock.extensions.iter().map(extended).collect(),
        emergencies: moment.emergencies().map(ToString::to_string).collect(),
        total_ms: to.since(from).ms(),
        intervals,
    })
}

/// Tells the time from `from` to `to` apart: held, by an emergency alone or otherwise; open, closed, holiday.
pub(crate) fn intervals(
    calendar: &Arc<Calendar>,
    from: Instant,
    to: Instant,
    holds: &[(Instant, Instant)],
    suspensions: &[Suspension],
) -> Vec<Interval> {
    let mut intervals: Vec<Interval> = Vec::new();
    let mut at = from;
    for (hold_from, hold_to) in holds {
        let (hold_from, hold_to) = ((*hold_from).max(at), (*hold_to).min(to));
        if hold_from < hold_to {
            unheld(calendar, at, hold_from, &mut intervals);
            held(hold_from, hold_to, suspensions, &mut intervals);
            at = hold_to;
        }
    }
    unheld(calendar, at, to, &mut intervals);
    intervals
}

/// The parts of a stretch in which something held the clock.
fn held(from: Instant, to: Instant, suspensions: &[Suspension], intervals: &mut Vec<Interval>) {
    let mut at = from;
    let mut add = |from: Instant, to: Instant, kind, name| {
        if from < to {
            push(intervals, Interval { from, to, kind, name });
        }
    };
    for suspension in suspensions {
        let (since, until) = (suspension.from.max(at), suspension.to.min(to));
        if since < until {
            add(at, since, IntervalKind::Paused, None);
            add(since, until, IntervalKind::Emergency, Some(suspension.emergency.to_string()));
            at = until;
        }
    }
    add(at, to, IntervalKind::Paused, None);
}

/// The parts of a stretch in which nothing held the clock.
fn unheld(calendar: &Calendar, from: Instant, to: Instant, intervals: &mut Vec<Interval>) {
    let mut at = from;
    for period in calendar.periods(from) {
        if at >= to {
            break;
        }
        closed(calendar, at, period.from.min(to), intervals);
        at = at.max(period.from.min(to));
        let end = period.to.min(to);
        if at < end {
            push(intervals, Interval { from: at, to: end, kind: IntervalKind::Open, name: None });
            at = end;
        }
    }
    closed(calendar, at, to, intervals);
}

/// The parts of a closed stretch, day by day, so that holidays are told by name.
fn closed(calendar: &Calendar, from: Instant, to: Instant, intervals: &mut Vec<Interval>) {
    let mut at = from;
    while at < to {
        let end = calendar.day_end(at).min(to);
        let name = calendar.closed_as(at).map(str::to_owned);
        let kind = if name.is_some() { IntervalKind::Holiday } else { IntervalKind::Closed };
        push(intervals, Interval { from: at, to: end, kind, name: name.filter(|name| !name.is_empty()) });
        at = end;
    }
}

/// Adds an interval, to the one before where that was the same.
fn push(intervals: &mut Vec<Interval>, interval: Interval) {
    match intervals.last_mut() {
        Some(last) if last.to == interval.from && last.kind == interval.kind && last.name == interval.name => {
            last.to = interval.to;
        }
        _ => intervals.push(interval),
    }
}
