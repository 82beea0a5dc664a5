//! What happens to one ticket, from its receipt to its end, wherever that lies.

mod requests;
mod teller;

use duly_core::time::{Instant, Span};

use super::dice::Dice;
use super::event::Event;
use super::hours;
use requests::{Request, Within};
use teller::Teller;

/// The story of `ticket`, received at `received_at`, in the order in which it is told.
pub(super) fn tell(ticket: String, received_at: Instant, dice: &mut Dice) -> Vec<Event> {
    let request = Request::any(dice);
    let mut story = Teller::new(ticket, &request, dice);

    let graded = request.is_urgent() || story.dice.chance(85);
    story.received(received_at, &request, graded);
    if story.dice.chance(70) {
        let delay_s = story.dice.between(1, 20);
        story.acknowledged_by_machine(received_at.plus(Span::from_s(delay_s)));
    }
    let taken_at = taken_at(received_at, &request, story.dice);
    story.taken(taken_at, &request, !graded);
    if story.dice.chance(1) {
        story.merged(taken_at.plus(Span::from_s(90)));
        return story.finish();
    }
    if story.dice.chance(2) {
        let cancelled_at = story.soon(taken_at, 5, 60);
        story.became(cancelled_at, "已取消", "cancelled", None);
        return story.finish();
    }

    let request = reclassify(&mut story, request, taken_at);
    let kept_at = keep_promise(&mut story, &request, received_at, taken_at);
    let resolved_at = resolved_at(&mut story, &request, received_at, kept_at);
    report_progress(&mut story, &request, received_at, resolved_at);
    if request.is_urgent() {
        story.replied(resolved_at, &["solution"]);
    }
    if request.objective == "repair_schedule" && story.dice.chance(25) {
        hold_up(&mut story, kept_at, resolved_at);
    }
    story.became(resolved_at, "已解决", "resolved", None);
    after_resolution(&mut story, resolved_at);
    story.finish()
}

/// Urgent requests are taken at any hour, the others when somebody is there.
fn taken_at(received_at: Instant, request: &Request, dice: &mut Dice) -> Instant {
    let delay = Span::from_s(dice.between(120, if request.is_urgent() { 600 } else { 1500 }));
    if request.is_urgent() { received_at.plus(delay) } else { hours::add(received_at, delay) }
}

/// Now and then a general request turns out to be complex.
fn reclassify(story: &mut Teller<'_>, request: Request, taken_at: Instant) -> Request {
    match request.made_complex() {
        Some(complex) if story.dice.chance(8) => {
            let seen_at = story.soon(taken_at, 5, 80);
            story.reclassified(seen_at, &complex);
            complex
        }
        _ => request,
    }
}

/// Tells how the request's first promise is kept, or broken and then made good; returns when.
fn keep_promise(story: &mut Teller<'_>, request: &Request, received_at: Instant, taken_at: Instant) -> Instant {
    let mut start = received_at;
    if request.verified_first {
        start = story.soon(taken_at, 30, 400);
        story.reached(start, "eligibility_verified");
    }
    if request.complexity == Some("complex") && story.dice.chance(50) {
        let noted_at = story.soon(start.max(taken_at), 10, 90);
        story.noted(noted_at);
    }
    let percent = pace(story.dice);
    let mut kept_at = request.within.moment(start, percent).max(taken_at.plus(Span::from_s(120)));
    if percent < 100 && !request.is_urgent() && story.dice.chance(14) {
        kept_at = wait_for_customer(story, start.max(taken_at), kept_at);
    }
    if percent > 120 && request.report_every.is_none() && story.dice.chance(50) {
        let noticed_at = request.within.moment(start, 110);
        story.escalation_acknowledged(noticed_at, request.objective);
    }
    story.kept(kept_at, request.kept_by);
    kept_at
}

/// How much of its time a promise takes, in hundredths: mostly little, sometimes nearly all, now and then too much.
fn pace(dice: &mut Dice) -> i64 {
    match dice.between(0, 99) {
        0..=56 => dice.between(6, 48),
        57..=90 => dice.between(52, 95),
        _ => dice.between(104, 190),
    }
}

/// Tells of a question to the customer, asked between `from` and `until`; returns `until` moved by the time it took.
fn wait_for_customer(story: &mut Teller<'_>, from: Instant, until: Instant) -> Instant {
    let open = hours::between(from, until);
    let asked_at = hours::add(from, open.percent(40));
    story.replied(asked_at, &["question"]);
    story.became(asked_at, "等待客户", "pending", Some("customer"));
    let answered_at = story.soon(asked_at, 90, 700);
    story.customer_replied(answered_at);
    story.became(answered_at, "处理中", "open", None);
    hours::add(answered_at, open.minus(open.percent(40)))
}

fn resolved_at(story: &mut Teller<'_>, request: &Request, received_at: Instant, kept_at: Instant) -> Instant {
    let soon = story.soon(kept_at, 5, 120);
    request.resolved_within.map_or(soon, |within| {
        let percent = story.dice.between(35, 105);
        within.moment(received_at, percent).max(soon)
    })
}

/// Tells of the reports until it is resolved: in good time mostly, sometimes forgotten until the day after.
fn report_progress(story: &mut Teller<'_>, request: &Request, received_at: Instant, resolved_at: Instant) {
    let Some(days) = request.report_every else { return };
    let mut reported_at = received_at;
    loop {
        let percent = if story.dice.chance(88) { story.dice.between(55, 92) } else { story.dice.between(105, 130) };
        reported_at = Within::WorkingDays(days).moment(reported_at, percent);
        if reported_at >= resolved_at {
            return;
        }
        story.reported(reported_at);
    }
}

/// A typhoon holds up the parts for a day (force majeure is excepted).
fn hold_up(story: &mut Teller<'_>, kept_at: Instant, resolved_at: Instant) {
    let held_at = story.soon(kept_at, 30, 300);
    let released_at = story.soon(held_at, 400, 500);
    if released_at < resolved_at {
        story.became(held_at, "台风停运", "on_hold", Some("force_majeure"));
        story.became(released_at, "处理中", "open", None);
    }
}

/// Most tickets are closed a day later; some come back first.
fn after_resolution(story: &mut Teller<'_>, resolved_at: Instant) {
    let mut resolved_at = resolved_at;
    if story.dice.chance(5) {
        let reopened_at = story.soon(resolved_at, 60, 600);
        story.customer_replied(reopened_at);
        story.became(reopened_at, "重新打开", "open", None);
        let replied_at = story.soon(reopened_at, 20, 200);
        story.replied(replied_at, &["solution"]);
        resolved_at = story.soon(replied_at, 10, 60);
        story.became(resolved_at, "已解决", "resolved", None);
    }
    let closed_at = story.soon(resolved_at, 420, 900);
    story.became(closed_at, "已关闭", "closed", None);
}
