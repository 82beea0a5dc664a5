//! Rules 8 and 10 to 16 for one cycle: what is recorded of it, and what follows from that.

use std::collections::BTreeSet;
use std::rc::Rc;

use duly_core::calendar::DayRule;
use duly_core::policy::{Duration, RemindAt, Step};

use super::calendar::Calendar;
use super::due::{Due, Hold, Measure};
use super::ladder::Rung;
use super::matching::Stopping;
use super::owed::Purpose;
use crate::minute::Minute;

/// A target in force.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) within: Duration,
    pub(super) day_rule: DayRule,
    pub(super) calendar: Rc<Calendar>,
    pub(super) round_the_clock: Rc<Calendar>,
    /// The reminders and the ladder of the version that it is of.
    pub(super) remind_at: Vec<RemindAt>,
    pub(super) ladder: Vec<Step>,
}

impl Target {
    /// A duration under this target: plain ones are measured round the clock, the others on its calendar (rule 18).
    pub(super) fn measure(&self, duration: Duration) -> Measure {
        let calendar = match duration {
            Duration::Elapsed(_) => &self.round_the_clock,
            Duration::Open(_) | Duration::WorkingDays(_) => &self.calendar,
        };
        Measure { duration, day_rule: self.day_rule, calendar: Rc::clone(calendar) }
    }

    /// Rule 12: whether duration, calendar and rule of days are the same. Calendars are the same where their hours are,
    /// whatever they are called.
    pub(super) fn is_same(&self, other: &Target) -> bool {
        (self.within, self.day_rule, &self.calendar.spec) == (other.within, other.day_rule, &other.calendar.spec)
    }
}

/// How a cycle was stopped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub(super) at: Minute,
    pub(super) stopping: Stopping,
}

/// One cycle of an objective.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a model without cleverness notes each thing by itself")]
pub(super) struct Cycle {
    pub(super) number: u32,
    /// From when its deadline is counted: its start, or the change of target (`from_change`).
    pub(super) base: Minute,
    /// Which event of the ticket started it, counted from `received`: only later ones stop it (rule 9.3).
    pub(super) started_by: usize,
    pub(super) start: Minute,
    /// All holds that are over, in order.
    pub(super) holds: Vec<Hold>,
    /// Since when it is held: by a pause or an emergency, or since the stop where that came first.
    pub(super) held_since: Option<Minute>,
    /// The emergency that alone holds it.
    pub(super) suspended_by: Option<String>,
    /// What emergencies extend it by, in their order.
    pub(super) extensions: Vec<(String, Duration)>,
    /// The emergencies that lay over it up to its breach, each with the minute in which it came.
    pub(super) covers: Vec<(String, Minute)>,
    pub(super) stop: Option<Stop>,
    /// Ended without a stop: cancelled, or followed by the next cycle at its deadline (rule 14).
    pub(super) is_over: bool,
    /// The target in force; `None` while it is dormant (rule 13).
    pub(super) target: Option<Target>,
    /// Whether it ever had a target, so that `clock_started` is said.
    pub(super) is_announced: bool,
    /// Rule 11: it breaches once.
    pub(super) has_breached: bool,
    /// Rule 26: what follows from the breach has followed.
    pub(super) is_answered: bool,
    /// Of a remedy: objective and cycle of the breach that it is owed for.
    pub(super) owed_for: Option<(String, u32)>,
    /// Of what a case or an investigation started: what it is for.
    pub(super) purpose: Option<Purpose>,
    /// The reminders that have fired, by their parts.
    pub(super) reminded: BTreeSet<String>,
    pub(super) ladder: Vec<Rung>,
}

impl Cycle {
    /// A cycle that starts at `at`, dormant still.
    pub(super) fn new(number: u32, at: Minute, started_by: usize) -> Self {
        Cycle {
            number,
            start: at,
            base: at,
            started_by,
            holds: Vec::new(),
            held_since: None,
            suspended_by: None,
            extensions: Vec::new(),
            covers: Vec::new(),
            stop: None,
            is_over: false,
            target: None,
            is_announced: false,
            has_breached: false,
            is_answered: false,
            owed_for: None,
            purpose: None,
            reminded: BTreeSet::new(),
            ladder: Vec::new(),
        }
    }

    /// Neither stopped nor over.
    pub(super) fn is_running(&self) -> bool {
        self.stop.is_none() && !self.is_over
    }

    /// Rule 10: the deadline as it stands, under the target in force. A hold that is not over has not moved it yet.
    pub(super) fn due(&self) -> Option<Due> {
        self.due_with(&self.holds)
    }

    /// D0 is what the target promises, then what each emergency extends it by (rule 32); holds act on that.
    fn due_with(&self, holds: &[Hold]) -> Option<Due> {
        let target = self.target.as_ref()?;
        let promised = target.measure(target.within).unheld(self.base);
        let unheld = self.extensions.iter().fold(promised, |due, (_, by)| target.measure(*by).extended(due));
        Some(target.measure(target.within).due_after(unheld, self.base, holds))
    }

    /// The deadline alone.
    pub(super) fn deadline(&self) -> Option<Minute> {
        self.due().map(|due| due.at)
    }

    /// Rule 11: the deadline by which its stop is judged: as if it had been resumed there.
    pub(super) fn deadline_of_stop(&self) -> Option<Minute> {
        let (stop, from) = (self.stop?, self.held_since?);
        let mut holds = self.holds.clone();
        holds.push(Hold { from, to: stop.at });
        self.due_with(&holds).map(|due| due.at)
    }

    /// Stops it. What holds it then goes on, until it is reopened if ever.
    pub(super) fn stop(&mut self, stop: Stop) {
        self.stop = Some(stop);
        self.held_since.get_or_insert(stop.at);
        self.suspended_by = None;
        self.covers.retain(|(_, since)| *since < stop.at);
    }

    /// Rule 10: whether the clock stands still: in a hold that began before `deadline`.
    pub(super) fn stands_still(&self, deadline: Minute) -> bool {
        self.held_since.is_some_and(|since| since.max(self.base) < deadline)
    }

    /// Rule 39: the emergencies that lay over it before its breach at `at`.
    pub(super) fn emergencies(&self, at: Minute) -> Vec<String> {
        self.covers.iter().filter(|(_, since)| *since < at).map(|(id, _)| id.clone()).collect()
    }

    /// The open time that it has taken up to its stop, or `at`, holds taken out; `None` where it has no target or is over.
    pub(super) fn open_time(&self, at: Minute) -> Option<Minute> {
        let target = self.target.as_ref().filter(|_| !self.is_over)?;
        let until = self.stop.map_or(at, |stop| stop.at.min(at));
        let calendar = target.measure(target.within).calendar;
        let running = self.held_since.map(|from| Hold { from, to: until });
        let held: Minute = self
            .holds
            .iter()
            .chain(&running)
            .map(|hold| calendar.between(hold.from.max(self.start), hold.to.min(until)))
            .sum();
        Some(calendar.between(self.start, until) - held)
    }

    /// Ends the hold that is on, if one is.
    pub(super) fn release(&mut self, at: Minute) {
        if let Some(from) = self.held_since.take() {
            self.holds.push(Hold { from, to: at });
        }
    }

    /// Rule 15: when the reminder is due as things stand; `None` where that is before the base.
    ///
    /// A percentage is counted on what the target itself is measured on.
    pub(super) fn reminder(&self, remind_at: &RemindAt) -> Option<Minute> {
        let (target, due) = (self.target.as_ref()?, self.due()?);
        match remind_at {
            RemindAt::Percent(percent) => Some(target.measure(target.within).part_of_way(self.base, due, *percent)),
            RemindAt::Before(duration) => {
                Some(target.measure(*duration).before(due.at)).filter(|before| *before >= self.base)
            }
        }
    }
}

/// The part of a reminder: its figure, as a policy states it.
pub(super) fn figure(remind_at: &RemindAt) -> String {
    match remind_at {
        RemindAt::Percent(percent) => format!("{percent}%"),
        RemindAt::Before(duration) => format!("{} before", written(*duration)),
    }
}

/// A duration in its shortest form: `1d12h`, `90 working_minutes`, `1 working_day`.
pub fn written(duration: Duration) -> String {
    let counted = |count: u32, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    match duration {
        Duration::Elapsed(mut s) => {
            let mut text = String::new();
            for (letter, unit_s) in [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)] {
                if s >= unit_s {
                    text.push_str(&(s / unit_s).to_string());
                    text.push(letter);
                    s %= unit_s;
                }
            }
            text
        }
        Duration::Open(s) if s % 3_600 == 0 => counted(s / 3_600, "working_hour"),
        Duration::Open(s) => counted(s / 60, "working_minute"),
        Duration::WorkingDays(days) => counted(days, "working_day"),
    }
}
