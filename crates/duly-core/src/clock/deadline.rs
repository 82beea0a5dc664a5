//! Deadlines: where a duration ends, and how holds move it (T4, T6; rule 10).

use super::{Clock, Extension, Judged, Phase};
use crate::calendar::{Calendar, DayRule};
use crate::policy::{CompiledTarget, Duration};
use crate::time::{Instant, Span};

/// When `duration` after `start` ends, counted on `calendar`; [`Instant::MAX`] where that is never.
pub(crate) fn after(calendar: &Calendar, start: Instant, duration: Duration, rule: DayRule) -> Instant {
    match duration {
        Duration::Elapsed(s) => Some(start.plus(Span::from_s(i64::from(s)))),
        Duration::Open(s) => calendar.add(start, Span::from_s(i64::from(s))),
        Duration::WorkingDays(days) => calendar.add_days(start, days, rule),
    }
    .unwrap_or(Instant::MAX)
}

/// Where a deadline under `target` stands once it has that much longer (rule 32).
fn extended(target: &CompiledTarget, due: Instant, by: Duration) -> Instant {
    match by {
        _ if due == Instant::MAX => due,
        // Where there are no local days, a working day is 24 hours.
        Duration::WorkingDays(days) if !target.calendar.has_working_days() => {
            due.plus(Span::from_s(86_400 * i64::from(days)))
        }
        // A target that counts no days itself may be on a calendar that does not say how long one is.
        Duration::WorkingDays(days) => {
            let by = |rule| target.calendar.add_days(due, days, rule);
            by(target.day_rule).or_else(|| by(DayRule::Civil)).unwrap_or(Instant::MAX)
        }
        by => after(&target.calendar, due, by, target.day_rule),
    }
}

/// When `duration` before `end` begins; [`Instant::MIN`] where that is never.
pub(crate) fn before(calendar: &Calendar, end: Instant, duration: Duration) -> Instant {
    match duration {
        Duration::Elapsed(s) => Some(end.minus(Span::from_s(i64::from(s)))),
        Duration::Open(s) => calendar.sub(end, Span::from_s(i64::from(s))),
        Duration::WorkingDays(days) => calendar.sub_days(end, days),
    }
    .unwrap_or(Instant::MIN)
}

/// Where `mark` stands after the hold from `from` to `to`, of which what lies before `counts_from` is not counted; and the
/// open time that moved it.
pub(crate) fn moved(
    calendar: &Calendar,
    mark: Instant,
    (from, to): (Instant, Instant),
    counts_from: Instant,
) -> (Instant, Span) {
    let counted_from = from.max(counts_from);
    if from >= mark || to <= counted_from || mark == Instant::MAX {
        return (mark, Span::ZERO);
    }
    let open = calendar.between(counted_from, to);
    if open == Span::ZERO {
        return (mark, Span::ZERO);
    }
    let left = calendar.between(counted_from, mark);
    (calendar.add(to, left).unwrap_or(Instant::MAX), open)
}

impl Judged {
    /// The judgement by `target` counted from `base`, with what emergencies extend it by, before any hold has acted on it.
    pub(crate) fn new(
        target: &CompiledTarget,
        place: (u16, u16),
        (base, extensions): (Instant, &[Extension]),
        not_before: Instant,
    ) -> Judged {
        let calendar = &target.measure;
        let promised = after(calendar, base, target.within, target.day_rule);
        let due = extensions.iter().fold(promised, |due, extension| extended(target, due, extension.by));
        let is_civil = matches!(target.within, Duration::WorkingDays(_)) && target.day_rule == DayRule::Civil;
        let counts_from = if is_civil { calendar.day_end(base) } else { base };
        let (stage, target) = place;
        // Only reminders in percent ask for the open time; see `timers`.
        Judged { stage, target, base, counts_from, due, open: Span::ZERO, moved: Span::ZERO, not_before }
    }

    /// Lets a hold move the deadline.
    pub(crate) fn hold(&mut self, calendar: &Calendar, hold: (Instant, Instant)) {
        let (due, open) = moved(calendar, self.due, hold, self.counts_from);
        self.due = due;
        self.moved = self.moved.plus(open);
    }

    /// The deadline as it would stand if the clock, held since `held_since`, were released at `at`.
    pub(crate) fn due_at(&self, calendar: &Calendar, held_since: Option<Instant>, at: Instant) -> Instant {
        held_since.map_or(self.due, |since| moved(calendar, self.due, (since, at), self.counts_from).0)
    }
}

impl Clock {
    /// When the clock breaches, as things stand: never while a hold keeps it from its deadline (rules 10–12).
    pub(crate) fn breach_at(&self) -> Instant {
        match &self.judged {
            Some(judged) if self.is_live() && self.breached_at.is_none() => {
                let is_held = self.held_since.is_some_and(|since| since < judged.due);
                if is_held { Instant::MAX } else { judged.due.max(judged.not_before) }
            }
            _ => Instant::MAX,
        }
    }

    /// When it falls due as things stand, or fell due where it has breached and runs on.
    pub(crate) fn at_risk_from(&self) -> Instant {
        match (&self.judged, self.breached_at) {
            (Some(judged), Some(_)) if self.is_live() => judged.due,
            _ => self.breach_at(),
        }
    }

    /// Open and held time from the start to `until`, on `calendar`: what a response took (T6).
    pub(crate) fn response(&self, calendar: &Calendar, until: Instant) -> (Span, Span) {
        let until = match self.phase {
            Phase::Stopped(at) => until.min(at),
            Phase::Live | Phase::Over => until,
        };
        let running = self.held_since.map(|since| (since, until));
        let held =
            self.holds.iter().copied().chain(running).fold(Span::ZERO, |sum, (from, to)| {
                sum.plus(calendar.between(from.max(self.started_at), to.min(until)))
            });
        (calendar.between(self.started_at, until).minus(held), held)
    }
}
