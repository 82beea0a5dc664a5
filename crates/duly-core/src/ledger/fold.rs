//! The simulation of one ticket: forward from where it is, knowing at each instant only what occurred by then (I9).
//!
//! At one instant control comes first, then the ticket's events one by one, then timers (rule 1).

use smallvec::SmallVec;

use super::concern::{Concern, Notice};
use super::count::Circumstances;
use crate::clock::{
    Cause, Clock, Detail, Happening, Moment, Part, Sink, SlaKind, Track, Unfit, View, is_terminal, money_of,
};
use crate::control::Controls;
use crate::money::Money;
use crate::policy::{Route, StatusClass};
use crate::ticket::{Entry, Kind, NameRef, Record, ValueRef, is_known_transition, is_reopening};
use crate::time::Instant;

/// How far the simulation of a ticket has come, and what holds there.
#[derive(Debug, Clone)]
pub(crate) struct State {
    /// Where in the record the first event begins that has not been applied.
    applied: usize,
    /// The last instant at which anything happened: an event at or before it comes late.
    pub(crate) judged_until: Instant,
    pub(crate) is_received: bool,
    pub(crate) class: Option<StatusClass>,
    pub(crate) attributes: Vec<(NameRef, ValueRef)>,
    pub(crate) tracks: SmallVec<[Track; 1]>,
    concern: Concern,
}

/// The place of a ticket whose route names no priority.
pub(crate) const LAST_PLACE: u16 = u16::MAX;

impl Default for State {
    fn default() -> Self {
        State {
            applied: 0,
            judged_until: Instant::MIN,
            is_received: false,
            class: None,
            attributes: Vec::new(),
            tracks: SmallVec::new(),
            concern: Concern::default(),
        }
    }
}

impl State {
    /// Goes on to `until`. Returns when something happens next: an event, a timer, a policy version that takes over, or a change in
    /// emergencies.
    pub(crate) fn advance(
        &mut self,
        record: &Record,
        controls: &Controls,
        until: Instant,
        sink: &mut impl Sink,
    ) -> Instant {
        let voided = record.voided();
        let mut event = record.entry(self.applied);
        loop {
            let at = self.next(event.as_ref());
            if at > until || at == Instant::MAX {
                return at;
            }
            self.take_over(record, at, sink);
            self.heed(record, controls, at, sink);
            sink.under(&self.circumstances(record));
            while let Some(entry) = event.filter(|event| event.time == at) {
                self.applied = entry.to;
                event = record.entry(self.applied);
                if !voided.contains(&entry.from) {
                    self.apply(record, controls, &entry, sink);
                    sink.under(&self.circumstances(record));
                }
            }
            self.fire(record, at, sink);
            sink.under(&self.circumstances(record));
            self.judged_until = at;
        }
    }

    fn circumstances<'a>(&'a self, record: &'a Record) -> Circumstances<'a> {
        Circumstances { state: self, dict: &record.dict }
    }

    /// When something happens next, where `event` is the next event.
    fn next(&self, event: Option<&Entry<'_>>) -> Instant {
        let event = event.map_or(Instant::MAX, |event| event.time);
        let next = self.tracks.iter().map(|track| track.next).fold(event, Instant::min);
        if self.concern.next < next && self.heeds_emergencies() { self.concern.next } else { next }
    }

    /// Whether emergencies mean anything to it: it is live, or a clock of it is not stopped. Otherwise it passes what has
    /// changed when something happens to it.
    fn heeds_emergencies(&self) -> bool {
        self.class.is_some_and(StatusClass::is_live) || self.clocks().any(|clock| !clock.is_stopped())
    }

    fn clocks(&self) -> impl Iterator<Item = &Clock> {
        self.tracks.iter().flat_map(|track| &track.clocks)
    }

    /// When the first of its running clocks falls due, or fell due where it has breached and runs on;
    /// [`Instant::MAX`] where none does.
    pub(crate) fn due_at(&self) -> Instant {
        self.clocks().map(Clock::at_risk_from).min().unwrap_or(Instant::MAX)
    }

    /// Its place in the work queue: 0 where it is not open, otherwise the priority of its route, [`LAST_PLACE`] without one.
    pub(crate) fn place(&self) -> u16 {
        if !self.is_received || !self.class.is_some_and(StatusClass::is_live) {
            return 0;
        }
        self.route().and_then(|route| route.priority).unwrap_or(LAST_PLACE)
    }

    /// Where it was sent, by the first of its policies that says so.
    pub(crate) fn route(&self) -> Option<&Route> {
        self.tracks.iter().find_map(Track::route)
    }

    /// Whether the ticket is closed, cancelled or merged, and nothing more comes of it by itself: no event waits for its
    /// time, no clock runs or is held, and nobody is still to be told of a breach.
    pub(crate) fn is_over(&self, record: &Record) -> bool {
        self.class.is_some_and(is_terminal)
            && record.ends_at(self.applied)
            && self.due_at() == Instant::MAX
            && self.clocks().all(|clock| clock.next == Instant::MAX && !clock.is_held())
    }

    /// Bytes that it takes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        let clocks = self.tracks.iter().map(Track::heap_bytes).sum::<usize>();
        self.attributes.capacity() * size_of::<(NameRef, ValueRef)>() + self.concern.heap_bytes() + clocks
    }

    fn take_over(&mut self, record: &Record, at: Instant, sink: &mut impl Sink) {
        let Some(class) = self.class else { return };
        let view = View { dict: &record.dict, class, attributes: &self.attributes, acting: &self.concern.acting };
        for track in self.tracks.iter_mut().filter(|track| track.next_stage_at() <= at) {
            track.take_over(at, view, sink);
        }
    }

    /// Heeds what has changed in emergencies up to `at` (rule 28).
    fn heed(&mut self, record: &Record, controls: &Controls, at: Instant, sink: &mut impl Sink) {
        let Some(class) = self.class.filter(|_| self.concern.next <= at) else { return };
        self.concern.pass(&controls.emergencies, at);
        self.look(record, controls, (at, class), Cause::Emergency, sink);
        let happening = Happening {
            at,
            cause: Cause::Emergency,
            event: None,
            entered: None,
            is_reopening: false,
            is_change: true,
            view: View { dict: &record.dict, class, attributes: &self.attributes, acting: &self.concern.acting },
        };
        for track in &mut self.tracks {
            track.heed(&happening, sink);
        }
    }

    /// Looks again which emergencies concern the ticket, and tells its customer.
    fn look(
        &mut self,
        record: &Record,
        controls: &Controls,
        (at, class): (Instant, StatusClass),
        cause: Cause<'_>,
        sink: &mut impl Sink,
    ) {
        let view = View { dict: &record.dict, class, attributes: &self.attributes, acting: &[] };
        let notice = Notice { at, cause, is_live: class.is_live() };
        self.concern.look(&controls.emergencies, view, notice, sink);
    }

    fn fire(&mut self, record: &Record, at: Instant, sink: &mut impl Sink) {
        let Some(class) = self.class else { return };
        let view = View { dict: &record.dict, class, attributes: &self.attributes, acting: &self.concern.acting };
        for track in &mut self.tracks {
            while track.next <= at {
                track.fire(at, view, sink);
            }
        }
    }

    /// Applies one event: what it asserts, then what that means to the clocks.
    fn apply(&mut self, record: &Record, controls: &Controls, entry: &Entry<'_>, sink: &mut impl Sink) {
        let before = self.class;
        let (given, has_changed) = self.assert(record, entry);
        if let Some(class) = given {
            self.class = Some(class);
        }
        let is_receipt = entry.kind == Kind::Received && !self.is_received;
        if is_receipt {
            self.receive(controls, entry.time);
        }
        if !self.is_received {
            return;
        }
        let class = *self.class.get_or_insert(StatusClass::New);
        let entered = if is_receipt { Some(class) } else { given.filter(|given| before != Some(*given)) };
        let cause = Cause::Event(entry.identity());
        let step = before.zip(entered).filter(|_| !is_receipt);
        report_anomaly(entry, step, is_receipt, cause, sink);
        let is_change = has_changed || entered.is_some();
        if is_change && !self.concern.is_idle(&controls.emergencies) {
            self.look(record, controls, (entry.time, class), cause, sink);
        }
        let happening = Happening {
            at: entry.time,
            cause,
            event: Some(entry),
            entered,
            is_reopening: step.is_some_and(|(from, to)| is_reopening(from, to)),
            is_change,
            view: View { dict: &record.dict, class, attributes: &self.attributes, acting: &self.concern.acting },
        };
        for track in &mut self.tracks {
            track.apply(&happening, sink);
        }
        if let Err((anomaly, amount)) = follow_up(&mut self.tracks, entry, &happening, sink) {
            let detail = Detail::Unfit { anomaly, amount };
            sink.publish(&Moment {
                kind: SlaKind::Anomaly,
                at: entry.time,
                part: Part::At,
                cause,
                clock: None,
                detail,
            });
        }
    }

    /// What the event asserts: the class it gives, and whether any attribute has changed.
    fn assert(&mut self, record: &Record, entry: &Entry<'_>) -> (Option<StatusClass>, bool) {
        if entry.kind == Kind::Merged {
            return (Some(StatusClass::Merged), false);
        }
        if !entry.kind.asserts() {
            return (None, false);
        }
        let (mut given, mut has_changed, mut after) = (None, false, 0);
        for (name, value) in entry.pairs() {
            if name == NameRef::STATUS_CLASS {
                given = record.dict.texts(value).next().and_then(StatusClass::from_name);
                continue;
            }
            // Events mostly name attributes in the same order, so that the next is likely to be behind the last.
            let is_meant = |(known, _): &(NameRef, ValueRef)| *known == name;
            let behind = self.attributes.get(after).filter(|attribute| is_meant(attribute)).map(|_| after);
            match behind.or_else(|| self.attributes.iter().position(is_meant)) {
                Some(at) => {
                    let known = &mut self.attributes[at].1;
                    has_changed |= *known != value;
                    *known = value;
                    after = at + 1;
                }
                None => {
                    self.attributes.push((name, value));
                    has_changed |= value != ValueRef::NULL;
                }
            }
        }
        (given, has_changed)
    }

    /// The ticket is open from here on, under the versions in force now (T10).
    fn receive(&mut self, controls: &Controls, at: Instant) {
        self.is_received = true;
        self.tracks = controls.lines.iter().filter_map(|line| line.plan(at)).map(Track::new).collect();
        self.concern.pass(&controls.emergencies, at);
    }
}

/// What is said of a case or an investigation goes to the first policy, by name, that has one that is meant; what fits
/// none is an anomaly, and so is an apology or a remedy for a breach that never was (rules 27, 35, 38).
fn follow_up(
    tracks: &mut [Track],
    entry: &Entry<'_>,
    now: &Happening<'_>,
    sink: &mut impl Sink,
) -> Result<(), (Unfit, Option<Money>)> {
    if entry.kind.is_of_case() {
        let taken = tracks.iter_mut().find_map(|track| track.take_claim(entry, now, sink));
        return taken.unwrap_or(Err("no_case")).map_err(|unfit| (unfit, money_of(entry)));
    }
    if entry.kind.is_of_investigation() {
        let taken = tracks.iter_mut().find_map(|track| track.take_investigation(entry, now, sink));
        let none = if entry.kind == Kind::CorrectiveActionDone { "no_action" } else { "no_investigation" };
        return taken.unwrap_or(Err(none)).map_err(|unfit| (unfit, None));
    }
    let names_breach = || entry.field("objective").or(entry.field("cycle")).is_some();
    if matches!(entry.kind, Kind::ApologyIssued | Kind::RemedyGranted) && names_breach() {
        let lacking: Vec<bool> = tracks.iter().filter_map(|track| track.lacks_breach(entry)).collect();
        if !lacking.is_empty() && lacking.iter().all(|lacks| *lacks) {
            return Err(("no_breach", None));
        }
    }
    Ok(())
}

/// Publishes what is odd about an event; the CRM is believed all the same.
fn report_anomaly(
    entry: &Entry<'_>,
    step: Option<(StatusClass, StatusClass)>,
    is_receipt: bool,
    cause: Cause<'_>,
    sink: &mut impl Sink,
) {
    let mut report = |detail| {
        sink.publish(&Moment { kind: SlaKind::Anomaly, at: entry.time, part: Part::At, cause, clock: None, detail });
    };
    if entry.kind == Kind::Received && !is_receipt {
        report(Detail::ReceivedAgain);
    }
    if let Some((from, to)) = step.filter(|(from, to)| !is_known_transition(*from, *to)) {
        report(Detail::Transition { from: from.name(), to: to.name() });
    }
}
