//! One cycle: matched to a target, held, released, stopped, cancelled, fired (rules 10–16).
//!
//! Every function leaves the cycle scheduled, and publishes what happened only where the cycle is judged: a dormant one
//! keeps its times in silence.

use std::sync::Arc;

use super::{
    Cause, Clock, ClockFacts, Detail, Happening, Judged, Moment, OwedFacts, OwedFor, Part, Phase, Purpose, Sink,
    SlaKind,
};
use crate::control::Plan;
use crate::policy::{CompiledTarget, Duration, OnRetarget, OwedKind};
use crate::time::Instant;

/// A row of the table: the stage of its version, and its position.
type Place = (u16, u16);

/// Brings the target in force to `found` (rules 12, 13).
pub(super) fn match_target(
    clock: &mut Clock,
    plan: &Plan,
    found: Option<Place>,
    now: &Happening<'_>,
    sink: &mut impl Sink,
) {
    let is_stopped = matches!(clock.phase, Phase::Stopped(_));
    match (&clock.judged, found) {
        _ if clock.phase == Phase::Over => return,
        (None, None) => return,
        (None, Some(place)) => activate(clock, plan, place, now, sink),
        // A stopped clock is matched anew when it resumes.
        (Some(_), _) if is_stopped => return,
        (Some(_), None) => lose(clock, plan, now, sink),
        (Some(judged), Some(place)) if (judged.stage, judged.target) == place => return,
        (Some(_), Some(place)) => change(clock, plan, place, now, sink),
    }
    schedule(clock, plan, now.at);
}

/// A first target, or one regained: the cycle is judged from its start (rule 13).
fn activate(clock: &mut Clock, plan: &Plan, place: Place, now: &Happening<'_>, sink: &mut impl Sink) {
    let kind = if clock.is_announced { SlaKind::ClockRetargeted } else { SlaKind::ClockStarted };
    judge(clock, plan, place, clock.started_at, now.at);
    clock.is_announced = true;
    let (part, detail) = match kind {
        SlaKind::ClockStarted => (Part::None, Detail::None),
        _ => (Part::At, Detail::Retargeted { was_due_at: None }),
    };
    publish(clock, plan, kind, part, now.at, now.cause, detail, sink);
    match clock.phase {
        Phase::Stopped(at) => judge_stopped(clock, plan, at, now, sink),
        _ if clock.held_since.is_some() => {
            publish_hold(clock, plan, SlaKind::ClockPaused, held_by(clock.suspended_by()), now, sink);
        }
        _ => {}
    }
}

/// A cycle that had stopped before a target matched: it met that, or did not.
fn judge_stopped(clock: &mut Clock, plan: &Plan, stopped_at: Instant, now: &Happening<'_>, sink: &mut impl Sink) {
    let due = due_at(clock, plan, stopped_at);
    if clock.breached_at.is_none() && stopped_at > due && stopped_at < now.at {
        clock.breached_at = Some(now.at);
        publish(clock, plan, SlaKind::Breached, Part::None, now.at, now.cause, Detail::None, sink);
    }
    publish_stop(clock, plan, stopped_at, now.at, now.cause, sink);
    if !clock.is_resumable {
        clock.end();
    }
}

/// Another row comes into force on a running clock (rule 12).
fn change(clock: &mut Clock, plan: &Plan, place: Place, now: &Happening<'_>, sink: &mut impl Sink) {
    let Some(judged) = &clock.judged else { return };
    let slot = usize::from(clock.slot);
    let (was, is) = (plan.row(slot, (judged.stage, judged.target)), plan.row(slot, place));
    if was.promises_the_same(is) {
        // The promise is the same; its reminders may be others, and in percent of what was not asked for before.
        let mut anew = Judged::new(is, place, (judged.base, clock.extensions()), judged.not_before);
        anew.measure(is, plan.rules(slot, place.0));
        if let Some(judged) = &mut clock.judged {
            (judged.stage, judged.target, judged.open) = (place.0, place.1, anew.open);
        }
        return;
    }
    let base = match plan.rules(slot, place.0).on_retarget {
        OnRetarget::Keep => return,
        OnRetarget::FromStart => clock.started_at,
        OnRetarget::FromChange => now.at,
    };
    let was_due_at = Some(judged.due).filter(|due| *due != Instant::MAX);
    judge(clock, plan, place, base, now.at);
    publish(
        clock,
        plan,
        SlaKind::ClockRetargeted,
        Part::At,
        now.at,
        now.cause,
        Detail::Retargeted { was_due_at },
        sink,
    );
}

/// No row matches any more: cancelled, and dormant until one does.
fn lose(clock: &mut Clock, plan: &Plan, now: &Happening<'_>, sink: &mut impl Sink) {
    publish(
        clock,
        plan,
        SlaKind::ClockCancelled,
        Part::At,
        now.at,
        now.cause,
        Detail::Cancelled { reason: "no_target" },
        sink,
    );
    clock.judged = None;
    clock.ladder = None;
}

/// Judges the cycle by a row, counted from `base`, with all holds that are over acting on it.
fn judge(clock: &mut Clock, plan: &Plan, place: Place, base: Instant, not_before: Instant) {
    let slot = usize::from(clock.slot);
    let target = plan.row(slot, place);
    let mut judged = Judged::new(target, place, (base, clock.extensions()), not_before);
    judged.measure(target, plan.rules(slot, place.0));
    for hold in &clock.holds {
        judged.hold(&target.measure, *hold);
    }
    clock.judged = Some(judged);
}

/// Begins a hold.
pub(super) fn hold(clock: &mut Clock, plan: &Plan, now: &Happening<'_>, sink: &mut impl Sink) {
    clock.held_since = Some(now.at);
    if clock.is_live() {
        publish_hold(clock, plan, SlaKind::ClockPaused, held_by(clock.suspended_by()), now, sink);
    }
    schedule(clock, plan, now.at);
}

/// Gives the clock that much longer because of an emergency: once, and only while its promise is not broken (rule 32).
pub(super) fn extend(
    clock: &mut Clock,
    plan: &Plan,
    (emergency, by): (&Arc<str>, Duration),
    now: &Happening<'_>,
    sink: &mut impl Sink,
) {
    if !clock.is_live() || clock.breached_at.is_some() || !clock.extend(emergency, by) {
        return;
    }
    let Some(judged) = &clock.judged else { return };
    let was_due_at = Some(judged.due).filter(|due| *due != Instant::MAX);
    judge(clock, plan, (judged.stage, judged.target), judged.base, now.at);
    let detail = Detail::Extended { emergency, by, was_due_at };
    publish(clock, plan, SlaKind::ClockExtended, Part::At, now.at, now.cause, detail, sink);
    schedule(clock, plan, now.at);
}

/// Ends a hold: what it held has moved. `suspended_by` is the emergency that held it last, if none else did.
pub(super) fn release(
    clock: &mut Clock,
    plan: &Plan,
    suspended_by: Option<&Arc<str>>,
    now: &Happening<'_>,
    sink: &mut impl Sink,
) {
    end_hold(clock, plan, held_by(suspended_by), now, sink);
}

/// Lets a cycle that was stopped run on (T9): where it had met its promise, that is open again.
pub(super) fn reopen(clock: &mut Clock, plan: &Plan, now: &Happening<'_>, sink: &mut impl Sink) {
    clock.phase = Phase::Live;
    clock.is_resumable = false;
    let detail = Detail::Held { emergency: None, takes_back: clock.breached_at.is_none() };
    end_hold(clock, plan, detail, now, sink);
}

fn end_hold(clock: &mut Clock, plan: &Plan, detail: Detail<'_>, now: &Happening<'_>, sink: &mut impl Sink) {
    let Some(hold) = clock.release(now.at) else { return };
    let slot = usize::from(clock.slot);
    if let Some(judged) = &mut clock.judged {
        let target = plan.row(slot, (judged.stage, judged.target));
        judged.hold(&target.measure, hold);
    }
    if let Some(ladder) = &clock.ladder {
        let place = (ladder.stage, ladder.target);
        clock.hold_ladder(hold, plan.rules(slot, place.0), plan.row(slot, place));
    }
    if clock.is_live() {
        publish_hold(clock, plan, SlaKind::ClockResumed, detail, now, sink);
    }
    schedule(clock, plan, now.at);
}

/// Stops the cycle: it is met, or late (rule 11).
pub(super) fn stop(
    clock: &mut Clock,
    plan: &Plan,
    is_resumable: bool,
    at: Instant,
    cause: Cause<'_>,
    sink: &mut impl Sink,
) {
    clock.phase = Phase::Stopped(at);
    clock.suspend(None, at);
    clock.cover(std::iter::empty(), at);
    clock.held_since.get_or_insert(at);
    clock.is_resumable = is_resumable;
    clock.ladder = None;
    publish_stop(clock, plan, at, at, cause, sink);
    if !is_resumable && clock.judged.is_some() {
        clock.end();
    }
    schedule(clock, plan, at);
}

/// A stopped cycle that can not be resumed any more: kept only where it still waits for a target.
pub(super) fn settle(clock: &mut Clock) {
    clock.is_resumable = false;
    if clock.judged.is_some() {
        clock.end();
    }
}

/// Nobody is told any more.
pub(super) fn end_ladder(clock: &mut Clock, plan: &Plan, at: Instant) {
    if clock.ladder.take().is_some() {
        schedule(clock, plan, at);
    }
}

/// Ends the cycle without a verdict.
pub(super) fn cancel(clock: &mut Clock, plan: &Plan, reason: &str, now: &Happening<'_>, sink: &mut impl Sink) {
    publish(clock, plan, SlaKind::ClockCancelled, Part::At, now.at, now.cause, Detail::Cancelled { reason }, sink);
    clock.end();
    schedule(clock, plan, now.at);
}

/// Fires what has fallen due at `at`; whether the breach was among it.
pub(super) fn fire(clock: &mut Clock, plan: &Plan, at: Instant, sink: &mut impl Sink) -> bool {
    let slot = usize::from(clock.slot);
    let mut has_breached = false;
    if let Some(place) = clock.judged.as_ref().map(|judged| (judged.stage, judged.target)) {
        let (objective, target) = (plan.rules(slot, place.0), plan.row(slot, place));
        while let Some(reminder) = clock.take_reminder(at, plan.reminders(slot, place.0), target) {
            publish(
                clock,
                plan,
                SlaKind::ReminderDue,
                Part::Reminder(&reminder.label),
                at,
                Cause::Time,
                Detail::None,
                sink,
            );
        }
        has_breached = clock.take_breach(at, objective, target);
        if has_breached {
            publish(clock, plan, SlaKind::Breached, Part::None, at, Cause::Time, Detail::None, sink);
        }
    }
    if let Some(place) = clock.ladder.as_ref().map(|ladder| (ladder.stage, ladder.target)) {
        let (objective, target) = (plan.rules(slot, place.0), plan.row(slot, place));
        while let Some((position, firing)) = clock.take_step(at, objective, target) {
            let step = &objective.ladder[position];
            let is_last = position + 1 == objective.ladder.len();
            let detail = Detail::Escalated { step: &step.step, to: &step.to, is_last };
            publish(clock, plan, SlaKind::Escalated, Part::Step(&step.step, firing), at, Cause::Time, detail, sink);
        }
    }
    schedule(clock, plan, at);
    has_breached
}

/// Works out when the cycle wants to be looked at next.
fn schedule(clock: &mut Clock, plan: &Plan, now: Instant) {
    let slot = usize::from(clock.slot);
    let place = clock.judged.as_ref().map(|judged| (judged.stage, judged.target));
    let rules = place.map(|place| (plan.reminders(slot, place.0), plan.row(slot, place)));
    clock.schedule(now, rules);
}

/// The deadline as it stands for a stop at `at`: as if a hold ended there.
fn due_at(clock: &Clock, plan: &Plan, at: Instant) -> Instant {
    clock.judged.as_ref().map_or(Instant::MAX, |judged| {
        let target = plan.row(usize::from(clock.slot), (judged.stage, judged.target));
        judged.due_at(&target.measure, clock.held_since, at)
    })
}

/// Publishes that the cycle was stopped: met, or late where it had breached.
fn publish_stop(clock: &Clock, plan: &Plan, stopped_at: Instant, at: Instant, cause: Cause<'_>, sink: &mut impl Sink) {
    let Some(judged) = &clock.judged else { return };
    let target = plan.row(usize::from(clock.slot), (judged.stage, judged.target));
    let (open, held) = clock.response(&target.measure, stopped_at);
    let kind = if clock.breached_at.is_some() { SlaKind::ClockStoppedLate } else { SlaKind::ClockMet };
    publish(clock, plan, kind, Part::At, at, cause, Detail::Stopped { stopped_at, open, held }, sink);
}

/// Which emergency alone is the reason of a hold, if one is.
fn held_by(emergency: Option<&Arc<str>>) -> Detail<'_> {
    Detail::Held { emergency: emergency.map(|id| &**id), takes_back: false }
}

/// Publishes that a hold begins or ends.
fn publish_hold(
    clock: &Clock,
    plan: &Plan,
    kind: SlaKind,
    detail: Detail<'_>,
    now: &Happening<'_>,
    sink: &mut impl Sink,
) {
    publish(clock, plan, kind, Part::At, now.at, now.cause, detail, sink);
}

#[expect(clippy::too_many_arguments, reason = "the one place where a moment is put together")]
fn publish(
    clock: &Clock,
    plan: &Plan,
    kind: SlaKind,
    part: Part<'_>,
    at: Instant,
    cause: Cause<'_>,
    detail: Detail<'_>,
    sink: &mut impl Sink,
) {
    let Some(judged) = &clock.judged else { return };
    let slot = usize::from(clock.slot);
    let target: &CompiledTarget = plan.row(slot, (judged.stage, judged.target));
    let due_at = match detail {
        Detail::Stopped { stopped_at, .. } => due_at(clock, plan, stopped_at),
        _ => judged.due,
    };
    let facts = ClockFacts {
        policy: &plan.stages[usize::from(judged.stage)].policy,
        objective: &plan.slots[slot].name,
        slot: clock.slot,
        cycle: clock.cycle,
        started_at: clock.started_at,
        base: judged.base,
        counts_from: judged.counts_from,
        due_at,
        target,
        holds: &clock.holds,
        held_since: clock.held_since,
        suspensions: clock.relief.as_ref().map_or(&[], |relief| &relief.suspensions),
        extensions: clock.extensions(),
        covers: clock.relief.as_ref().map_or(&[], |relief| &relief.covers),
        owed: owed(clock, plan, judged),
    };
    sink.publish(&Moment { kind, at, part, cause, clock: Some(facts), detail });
}

/// What a clock says of itself where it is no promise of its own.
fn owed<'c>(clock: &'c Clock, plan: &'c Plan, judged: &Judged) -> Option<OwedFacts<'c>> {
    let rules = plan.rules(usize::from(clock.slot), judged.stage).owed.as_ref()?;
    let mut owner = rules.owner.as_str();
    let purpose = match clock.owed_for.as_ref()? {
        OwedFor::Breach(slot, cycle) => {
            let objective = &plan.slots[usize::from(*slot)].name;
            if rules.kind == OwedKind::Remedy {
                Purpose::Remedy(objective, *cycle)
            } else {
                Purpose::Case(objective, *cycle)
            }
        }
        OwedFor::Investigation => Purpose::Investigation,
        OwedFor::Action(action) => {
            owner = action.owner.as_deref().unwrap_or(owner);
            Purpose::Action(&action.name, action.investigation)
        }
    };
    Some(OwedFacts { owner, purpose })
}
