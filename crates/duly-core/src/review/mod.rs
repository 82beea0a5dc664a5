//! Reviews (L15, L18–L20): promised against actual over a period, gathered ticket by ticket from what is derived.
//!
//! A [`Review`] listens to the derivation of each ticket, looks at the ticket's attributes as they held, and forgets the
//! ticket again: what it keeps is a few words for every clock that concerns the period. It says nothing about a period
//! that could change by what occurs later (I9), and needs no order of the tickets but to name examples.
//! `docs/report.md` defines the figures. How they are shown is deliberately not known here.

mod build;
mod catalog;
mod causes;
mod follow_up;
mod listener;
mod period;
mod report;
mod tally;
mod timeline;
mod values;
mod what_if;
mod window;

use chrono_tz::Tz;

pub use causes::Causes;
pub use follow_up::{Cause, Feedback, Investigations, Liability, Overdue};
pub use listener::Listener;
pub use period::{Period, PeriodError, Range};
pub use report::*;

use crate::control::Controls;
use crate::policy::{self, ROUND_THE_CLOCK};
use crate::ticket::Record;
use crate::time::Instant;
use timeline::Timeline;
use values::Values;
use what_if::Other;
use window::{Glance, Heard, Window, stretch};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// About which period.
    pub period: Period,
    /// The zone in which its days begin.
    pub zone: Tz,
    /// What occurs later has not happened: tickets are derived up to here.
    pub until: Instant,
    /// The attributes to break down by.
    pub by: Vec<String>,
    /// Whether the period before is told beside it.
    pub compare: bool,
    /// How many periods before are told as a trend.
    pub trend: usize,
    /// How many examples of each kind are told.
    pub top: usize,
}

/// A review that is being gathered.
#[derive(Debug)]
pub struct Review {
    question: Question,
    now: Listener,
    other: Option<Other>,
    values: Values,
    main: Window,
    previous: Option<Window>,
    course: Vec<Glance>,
    trend: Vec<Glance>,
}

impl Review {
    /// A review without tickets, under `controls`; `is_what_if` where another policy is listened to as well.
    pub fn new(question: Question, controls: &Controls, is_what_if: bool) -> Self {
        let Question { period, zone, until, top, .. } = question;
        let window = |period: &Period| Window::new(stretch(period, zone), until, top);
        let mut trend: Vec<Period> = std::iter::successors(Some(period), |later| Some(later.before()))
            .take(if question.trend == 0 { 0 } else { question.trend + 1 })
            .collect();
        trend.reverse();
        let glances = |periods: &[Period]| periods.iter().map(|period| Glance::new(stretch(period, zone))).collect();
        Review {
            main: window(&period),
            previous: question.compare.then(|| window(&period.before())),
            course: glances(&period.parts()),
            trend: glances(&trend),
            now: Listener { feedback: feedback(controls), ..Listener::default() },
            other: is_what_if.then(Other::default),
            values: Values::default(),
            question,
        }
    }

    /// What the derivation of the next ticket is published into, up to [`Question::until`].
    pub fn now(&mut self) -> &mut Listener {
        &mut self.now
    }

    /// What its derivation under the other policy is published into, where the review asks what would have been.
    pub fn other(&mut self) -> Option<&mut Listener> {
        self.other.as_mut().map(|other| &mut other.listener)
    }

    /// The ticket `subject` with the events of `record` has been derived; the next one follows.
    pub fn end_ticket(&mut self, subject: &str, record: &Record) {
        self.now.files.name(subject);
        let line = Timeline::of(record, &self.question.by, self.question.until, &mut self.values);
        let (clocks, values, by) = (&self.now, &self.values, &self.question.by[..]);
        let heard = Heard { subject, clocks, line: &line, values, by };
        for window in std::iter::once(&mut self.main).chain(&mut self.previous) {
            window.take(&heard);
        }
        for glance in self.course.iter_mut().chain(&mut self.trend) {
            glance.take(heard.clocks);
        }
        if let Some(other) = &mut self.other {
            other.take(&heard, self.question.period.range(self.question.zone), self.question.top);
        }
        self.now.end_ticket();
    }
}

/// What the latest version that says so has follow from feedback.
fn feedback(controls: &Controls) -> Option<policy::Feedback> {
    controls.versions().filter_map(|version| version.policy.feedback.as_deref()).last().cloned()
}

/// The zone that people think in: that of the calendar which most promises are counted on; UTC where there is none.
pub fn zone(controls: &Controls) -> Tz {
    let mut counts: Vec<(usize, &str, &str)> = Vec::new();
    for policy in controls.versions().map(|version| &version.policy) {
        let targets = policy.objectives.values().flat_map(|objective| &objective.targets);
        for name in targets.map(|target| target.calendar.as_str()).filter(|name| *name != ROUND_THE_CLOCK) {
            let Some(spec) = policy.calendars.get(name) else { continue };
            match counts.iter_mut().find(|(_, known, zone)| (*known, *zone) == (name, &*spec.zone)) {
                Some((count, ..)) => *count += 1,
                None => counts.push((1, name, &spec.zone)),
            }
        }
    }
    let most = counts.into_iter().max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(a.1)));
    most.and_then(|(.., zone)| zone.parse().ok()).unwrap_or(Tz::UTC)
}
