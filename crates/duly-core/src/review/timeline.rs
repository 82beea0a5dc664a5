//! What held on one ticket and when: the attributes that a review breaks down by, why it waited, and what was said.
//!
//! The record is walked once. What the CRM asserts is believed in its order, as in the fold that clocks run on.

use crate::policy::StatusClass;
use crate::ticket::{Entry, Kind, Record, is_reopening};
use crate::time::Instant;

use super::values::Values;

/// One ticket through time.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    pub(super) received_at: Option<Instant>,
    /// By attribute: from when on it had which value, in order of time.
    attributes: Vec<Vec<(Instant, u32)>>,
    /// From when on it was in which class, and whether the customer was what it waited for.
    classes: Vec<(Instant, StatusClass, bool)>,
    /// When it was reopened.
    pub(super) reopened: Vec<Instant>,
    /// When it went from a live class to resolved or closed.
    pub(super) resolved: Vec<Instant>,
    /// What was said about the promises.
    pub(super) said: Vec<Said>,
}

/// Something that was said about the promises.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) at: Instant,
    pub(super) kind: Kind,
    pub(super) score: Option<String>,
    pub(super) scale: Option<String>,
    pub(super) about: Option<String>,
    pub(super) channel: Option<String>,
}

impl Timeline {
    /// The history of `record` by the attributes named in `by`, up to `until`.
    pub(super) fn of(record: &Record, by: &[String], until: Instant, values: &mut Values) -> Self {
        let mut line = Timeline { attributes: vec![Vec::new(); by.len()], ..Timeline::default() };
        let voided = record.voided();
        let mut waits_for_customer = false;
        for entry in record.entries().take_while(|entry| entry.time <= until) {
            if !voided.contains(&entry.from) {
                line.assert(&entry, by, values, &mut waits_for_customer);
                line.hear(&entry);
            }
        }
        line
    }

    /// The value of each attribute as it held after all events of the instant `at`.
    pub(super) fn values_at(&self, at: Instant) -> impl Iterator<Item = u32> {
        self.attributes.iter().map(move |changes| {
            let after = changes.partition_point(|(from, _)| *from <= at);
            after.checked_sub(1).map_or(Values::NONE, |last| changes[last].1)
        })
    }

    /// The class at `at`, whether it waited for the customer, and until when that lasted.
    pub(super) fn class_at(&self, at: Instant) -> (Option<StatusClass>, bool, Instant) {
        let after = self.classes.partition_point(|(from, ..)| *from <= at);
        let until = self.classes.get(after).map_or(Instant::MAX, |(from, ..)| *from);
        let now = after.checked_sub(1).map(|last| self.classes[last]);
        (now.map(|(_, class, _)| class), now.is_some_and(|(.., customer)| customer), until)
    }

    /// Whether it was received and not done at `at`.
    pub(super) fn is_open_at(&self, at: Instant) -> bool {
        self.received_at.is_some_and(|received| received <= at) && self.class_at(at).0.is_none_or(StatusClass::is_live)
    }

    fn assert(&mut self, entry: &Entry<'_>, by: &[String], values: &mut Values, waits_for_customer: &mut bool) {
        let at = entry.time;
        let mut class = (entry.kind == Kind::Merged).then_some(StatusClass::Merged);
        let mut reason = None;
        for (name, texts) in entry.fields().filter(|_| entry.kind.asserts()) {
            let first = || texts.as_ref().and_then(|texts| texts.first().copied());
            match name {
                "status_class" => class = first().and_then(StatusClass::from_name),
                "reason" => reason = Some(first() == Some("customer")),
                _ => {}
            }
            if let Some(position) = by.iter().position(|wanted| wanted == name) {
                let value = texts.map_or(Values::NONE, |texts| values.number(&texts.join(", ")));
                self.attributes[position].push((at, value));
            }
        }
        *waits_for_customer = reason.unwrap_or(*waits_for_customer);
        let is_receipt = entry.kind == Kind::Received && self.received_at.is_none();
        let is_unknown = class.is_none() && self.classes.is_empty();
        let class = class.or((is_receipt && is_unknown).then_some(StatusClass::New));
        self.enter(at, class, *waits_for_customer);
        if is_receipt {
            self.received_at = Some(at);
        }
    }

    /// Enters a class, or waits for somebody else in the same one. Nothing before the receipt is a step.
    fn enter(&mut self, at: Instant, given: Option<StatusClass>, waits_for_customer: bool) {
        let before = self.classes.last().copied();
        let Some(class) = given.or(before.map(|(_, class, _)| class)) else { return };
        if before.is_some_and(|(_, was, waited)| (was, waited) == (class, waits_for_customer)) {
            return;
        }
        self.classes.push((at, class, waits_for_customer));
        let Some((_, was, _)) = before.filter(|_| self.received_at.is_some()) else { return };
        if is_reopening(was, class) {
            self.reopened.push(at);
        }
        if was.is_live() && matches!(class, StatusClass::Resolved | StatusClass::Closed) {
            self.resolved.push(at);
        }
    }

    fn hear(&mut self, entry: &Entry<'_>) {
        let is_about_promises = matches!(
            entry.kind,
            Kind::FeedbackGiven
                | Kind::ComplaintFiled
                | Kind::LossClaimed
                | Kind::ClaimAssessed
                | Kind::ApologyIssued
                | Kind::RemedyGranted
        );
        if is_about_promises {
            let text = |name: &str| entry.field(name).map(str::to_owned);
            let [score, scale, about, channel] = ["score", "scale", "about", "channel"].map(text);
            self.said.push(Said { at: entry.time, kind: entry.kind, score, scale, about, channel });
        }
    }
}
