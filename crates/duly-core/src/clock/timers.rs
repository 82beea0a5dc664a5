//! What falls due on a clock by time alone: reminders, the breach, the ladder (rules 11, 14–16).

use super::deadline::{after, before, moved};
use super::{Clock, Judged, Ladder, Phase, Rung};
use crate::calendar::{Calendar, DayRule};
use crate::policy::{CompiledObjective, CompiledTarget, Duration, RemindAt, Reminder, Step};
use crate::time::{Instant, Span};

/// When a reminder falls due as things stand; `None` where it would be before the base (rule 15).
fn remind_at(judged: &Judged, target: &CompiledTarget, reminder: &Reminder) -> Option<Instant> {
    match reminder.at {
        RemindAt::Percent(percent) => target.measure.add(judged.base, judged.open.percent(percent).plus(judged.moved)),
        RemindAt::Before(duration) => {
            let at =
                if judged.due == Instant::MAX { Instant::MIN } else { before(&target.calendar, judged.due, duration) };
            (at >= judged.base).then_some(at)
        }
    }
}

impl Judged {
    /// Works out the open time that percentages are of, where a reminder asks for it.
    pub(crate) fn measure(&mut self, target: &CompiledTarget, objective: &CompiledObjective) {
        if objective.remind_at.iter().any(|reminder| matches!(reminder.at, RemindAt::Percent(_)))
            && self.due != Instant::MAX
        {
            self.open = target.measure.between(self.base, self.due);
        }
    }
}

impl Clock {
    /// Works out when the clock wants to be looked at next, as things stand at `now`.
    ///
    /// `rules` are the reminders and the row in force, where the cycle is judged.
    pub(crate) fn schedule<'p>(
        &mut self,
        now: Instant,
        rules: Option<(impl Iterator<Item = (u64, &'p Reminder)>, &CompiledTarget)>,
    ) {
        let held_from = self.ladder_held_from();
        let ladder = self.ladder.as_ref().map(|ladder| ladder.next(held_from));
        let judgement = match (&self.judged, rules) {
            (Some(judged), Some((reminders, target))) => {
                self.breach_at().min(self.reminder_at(now, judged, reminders, target))
            }
            _ => Instant::MAX,
        };
        self.next = judgement.min(ladder.unwrap_or(Instant::MAX).max(now));
    }

    /// From when on the ladder is held: a step due by then fires all the same (rule 16).
    fn ladder_held_from(&self) -> Instant {
        self.held_since.map_or(Instant::MAX, |since| since.max(self.breached_at.unwrap_or(Instant::MIN)))
    }

    /// When the next reminder fires.
    fn reminder_at<'p>(
        &self,
        now: Instant,
        judged: &Judged,
        reminders: impl Iterator<Item = (u64, &'p Reminder)>,
        target: &CompiledTarget,
    ) -> Instant {
        if !self.may_remind(now, judged) {
            return Instant::MAX;
        }
        let waiting = reminders.filter(|(bit, _)| self.reminded & bit == 0);
        let due = waiting.filter_map(|(_, reminder)| remind_at(judged, target, reminder)).min();
        due.map_or(Instant::MAX, |due| due.max(now))
    }

    /// Whether a reminder still makes sense: the clock runs, and its deadline has not passed.
    fn may_remind(&self, now: Instant, judged: &Judged) -> bool {
        self.is_live() && self.breached_at.is_none() && self.held_since.is_none() && now <= judged.due
    }

    /// The next reminder that has fallen due by `now`, marked as fired.
    pub(crate) fn take_reminder<'p>(
        &mut self,
        now: Instant,
        mut reminders: impl Iterator<Item = (u64, &'p Reminder)>,
        target: &CompiledTarget,
    ) -> Option<&'p Reminder> {
        let judged = self.judged.as_ref()?;
        if !self.may_remind(now, judged) {
            return None;
        }
        let due = |(bit, reminder): &(u64, &Reminder)| {
            self.reminded & bit == 0 && remind_at(judged, target, reminder).is_some_and(|at| at <= now)
        };
        let (bit, reminder) = reminders.find(due)?;
        self.reminded |= bit;
        Some(reminder)
    }

    /// Whether the breach has come by `now`; where it has, it is recorded and the ladder set up.
    pub(crate) fn take_breach(&mut self, now: Instant, objective: &CompiledObjective, target: &CompiledTarget) -> bool {
        if self.breach_at() > now {
            return false;
        }
        self.breached_at = Some(now);
        self.set_up_ladder(now, objective, target);
        true
    }

    /// Begins the ladder of a breach at `at`.
    fn set_up_ladder(&mut self, at: Instant, objective: &CompiledObjective, target: &CompiledTarget) {
        let Some(judged) = self.judged.as_ref().filter(|_| !objective.ladder.is_empty()) else { return };
        let first = |after: Option<Duration>| after.map_or(at, |after| offset(target, at, after));
        let rung = |step: &Step| Rung { next: first(step.after), fired: 0, base: at };
        let steps = objective.ladder.iter().map(rung).collect();
        self.ladder = Some(Box::new(Ladder { stage: judged.stage, target: judged.target, steps }));
    }

    /// The next firing of the ladder that has fallen due by `now`: the step's position and which firing it is.
    pub(crate) fn take_step(
        &mut self,
        now: Instant,
        objective: &CompiledObjective,
        target: &CompiledTarget,
    ) -> Option<(usize, u32)> {
        let held_from = self.ladder_held_from();
        let ladder = self.ladder.as_mut()?;
        let due = |(at, step): (usize, &Rung)| (step.next <= now && step.next <= held_from).then_some(at);
        let position = ladder.steps.iter().enumerate().find_map(due)?;
        let step = &objective.ladder[position];
        let rung = &mut ladder.steps[position];
        rung.fired += 1;
        rung.base = now;
        rung.next = match step.repeat {
            Some(repeat) if rung.fired < step.times => offset(target, now, repeat),
            _ => Instant::MAX,
        };
        let fired = rung.fired;
        if ladder.next(Instant::MAX) == Instant::MAX {
            self.ladder = None;
        }
        Some((position, fired))
    }

    /// Lets a hold that is over move what is left of the ladder.
    pub(crate) fn hold_ladder(
        &mut self,
        hold: (Instant, Instant),
        objective: &CompiledObjective,
        target: &CompiledTarget,
    ) {
        let round_the_clock = Calendar::round_the_clock();
        let Some(ladder) = &mut self.ladder else { return };
        for (rung, step) in ladder.steps.iter_mut().zip(&objective.ladder) {
            let by = if rung.fired == 0 { step.after } else { step.repeat };
            let calendar = match by {
                Some(Duration::Elapsed(_)) | None => &round_the_clock,
                Some(_) => &*target.calendar,
            };
            let is_civil = matches!(by, Some(Duration::WorkingDays(_))) && target.day_rule == DayRule::Civil;
            let counts_from = if is_civil { calendar.day_end(rung.base) } else { rung.base };
            rung.next = moved(calendar, rung.next, hold, counts_from).0;
        }
    }

    /// Ends the cycle; only its ladder may be left.
    pub(crate) fn end(&mut self) {
        self.phase = Phase::Over;
        self.holds = Vec::new();
        self.relief = None;
    }
}

impl Ladder {
    /// When it fires next, of what is due by `held_from`.
    fn next(&self, held_from: Instant) -> Instant {
        let next = self.steps.iter().map(|rung| rung.next).filter(|next| *next <= held_from);
        next.min().unwrap_or(Instant::MAX)
    }
}

/// `offset` after `at`, in the target's calendar; always later, so that a ladder can not stand still.
fn offset(target: &CompiledTarget, at: Instant, offset: Duration) -> Instant {
    after(&target.calendar, at, offset, target.day_rule).max(at.plus(Span::from_ns(1)))
}
