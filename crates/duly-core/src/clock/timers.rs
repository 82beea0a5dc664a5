//! What falls due on a clock by time alone: reminders, the breach, the ladder (rules 11, 14–16).

use super::deadline::{after, before, moved};
use super::{Clock, Judged, Ladder, Phase};
use crate::calendar::Calendar;
use crate::policy::{CompiledObjective, CompiledTarget, Duration, RemindAt, Reminder};
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
    pub(crate) fn schedule(&mut self, now: Instant, objective: &CompiledObjective, target: Option<&CompiledTarget>) {
        let ladder = self.ladder.as_ref().filter(|_| self.held_since.is_none()).map(|ladder| ladder.next());
        let judgement = match (&self.judged, target) {
            (Some(judged), Some(target)) => self.breach_at().min(self.reminder_at(now, judged, objective, target)),
            _ => Instant::MAX,
        };
        self.next = judgement.min(ladder.unwrap_or(Instant::MAX).max(now));
    }

    /// When the next reminder fires.
    fn reminder_at(
        &self,
        now: Instant,
        judged: &Judged,
        objective: &CompiledObjective,
        target: &CompiledTarget,
    ) -> Instant {
        if !self.may_remind(now, judged) {
            return Instant::MAX;
        }
        let waiting = objective.remind_at.iter().enumerate().filter(|(bit, _)| self.reminded & 1 << bit == 0);
        let due = waiting.filter_map(|(_, reminder)| remind_at(judged, target, reminder)).min();
        due.map_or(Instant::MAX, |due| due.max(now))
    }

    /// Whether a reminder still makes sense: the clock runs, and its deadline has not passed.
    fn may_remind(&self, now: Instant, judged: &Judged) -> bool {
        self.is_live() && self.breached_at.is_none() && self.held_since.is_none() && now <= judged.due
    }

    /// The next reminder that has fallen due by `now`, marked as fired.
    pub(crate) fn take_reminder<'o>(
        &mut self,
        now: Instant,
        objective: &'o CompiledObjective,
        target: &CompiledTarget,
    ) -> Option<&'o Reminder> {
        let judged = self.judged.as_ref()?;
        if !self.may_remind(now, judged) {
            return None;
        }
        let due = |(bit, reminder): &(usize, &Reminder)| {
            self.reminded & 1 << bit == 0 && remind_at(judged, target, reminder).is_some_and(|at| at <= now)
        };
        let (bit, reminder) = objective.remind_at.iter().enumerate().find(due)?;
        self.reminded |= 1 << bit;
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
        let steps = objective.ladder.iter().map(|step| (first(step.after), 0)).collect();
        self.ladder = Some(Box::new(Ladder { stage: judged.stage, target: judged.target, steps }));
    }

    /// The next firing of the ladder that has fallen due by `now`: the step's position and which firing it is.
    pub(crate) fn take_step(
        &mut self,
        now: Instant,
        objective: &CompiledObjective,
        target: &CompiledTarget,
    ) -> Option<(usize, u32)> {
        let at_breach = self.breached_at == Some(now);
        let is_held = self.held_since.is_some();
        let ladder = self.ladder.as_mut()?;
        // A step at the breach fires with it, also where a pause holds what comes after.
        let due = |(at, (next, _)): (usize, &(Instant, u32))| {
            let fires = *next <= now && (!is_held || at_breach && objective.ladder[at].after.is_none());
            fires.then_some(at)
        };
        let position = ladder.steps.iter().enumerate().find_map(due)?;
        let step = &objective.ladder[position];
        let (next, fired) = &mut ladder.steps[position];
        *fired += 1;
        *next = match step.repeat {
            Some(repeat) if *fired < step.times => offset(target, now, repeat),
            _ => Instant::MAX,
        };
        let fired = *fired;
        if ladder.next() == Instant::MAX {
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
        let breached_at = self.breached_at.unwrap_or(Instant::MIN);
        let round_the_clock = Calendar::round_the_clock();
        let Some(ladder) = &mut self.ladder else { return };
        for ((next, fired), step) in ladder.steps.iter_mut().zip(&objective.ladder) {
            let by = if *fired == 0 { step.after } else { step.repeat };
            let calendar = match by {
                Some(Duration::Elapsed(_)) | None => &round_the_clock,
                Some(_) => &*target.calendar,
            };
            *next = moved(calendar, *next, hold, breached_at).0;
        }
    }

    /// Ends the cycle; only its ladder may be left.
    pub(crate) fn end(&mut self) {
        self.phase = Phase::Over;
        self.holds = Vec::new();
    }
}

impl Ladder {
    /// When it fires next.
    fn next(&self) -> Instant {
        self.steps.iter().map(|(next, _)| *next).min().unwrap_or(Instant::MAX)
    }
}

/// `offset` after `at`, in the target's calendar; always later, so that a ladder can not stand still.
fn offset(target: &CompiledTarget, at: Instant, offset: Duration) -> Instant {
    after(&target.calendar, at, offset, target.day_rule).max(at.plus(Span::from_ns(1)))
}
