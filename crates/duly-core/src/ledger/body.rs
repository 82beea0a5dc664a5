//! How a moment is written: its key, which names it, and its body, which says it.

use std::ops::Range;

use super::json::Object;
use crate::clock::{CaseFacts, Cause, ClockFacts, Detail, EmergencyFacts, Extension, Moment, Opened, Part, Purpose};
use crate::control::emergency::Effect;
use crate::policy::{Compiled, Duration, Liability, Route};
use crate::time::Instant;

/// Appends the key in bytes that sort as keys do: policy, objective, cycle, type, part. Returns where the part begins.
pub(super) fn write_key(out: &mut Vec<u8>, moment: &Moment<'_>) -> usize {
    if let Some((policy, objective, cycle)) = about(moment) {
        out.extend_from_slice(policy.policy.policy.as_bytes());
        out.push(0);
        out.extend_from_slice(objective.as_bytes());
        out.push(0);
        out.extend_from_slice(&cycle.to_be_bytes());
    }
    out.extend_from_slice(moment.kind.type_name().as_bytes());
    out.push(0);
    let part = out.len();
    write_part(out, moment);
    part
}

/// Policy, objective and cycle that a moment is about; objective and cycle are empty where it is about the policy alone.
fn about<'m>(moment: &'m Moment<'_>) -> Option<(&'m Compiled, &'m str, u32)> {
    let of_clock = moment.clock.as_ref().map(|clock| (clock.policy, clock.objective, clock.cycle));
    of_clock.or_else(|| moment.detail.about())
}

fn write_part(out: &mut Vec<u8>, moment: &Moment<'_>) {
    match moment.part {
        Part::None => {}
        Part::At => moment.at.write(out),
        Part::Emergency(id) => {
            out.extend_from_slice(id.as_bytes());
            out.push(b'@');
            moment.at.write(out);
        }
        Part::Reminder(figure) => out.extend_from_slice(figure.as_bytes()),
        Part::Step(step, firing) => {
            out.extend_from_slice(step.as_bytes());
            out.push(b'#');
            out.extend_from_slice(firing.to_string().as_bytes());
        }
    }
}

/// Appends the body. Its part, which tells it from others of its kind in the cycle, stands in `out` as the end of its key.
pub(super) fn write_body(out: &mut Vec<u8>, subject: &str, moment: &Moment<'_>, part: Range<usize>) {
    let mut body = Object::open(out);
    body.text("subject", subject).text("type", moment.kind.type_name());
    if let Some((policy, objective, cycle)) = about(moment) {
        body.text("policy", &policy.policy.policy);
        if !objective.is_empty() {
            body.text("objective", objective).number("cycle", i64::from(cycle));
        }
    }
    if !part.is_empty() {
        body.text_at("part", part);
    }
    body.instant("at", moment.at);
    if let Some(clock) = &moment.clock {
        write_clock(&mut body, moment, clock);
    } else if let Some((policy, ..)) = moment.detail.about() {
        body.text("policy_version", &policy.version);
    }
    write_detail(&mut body, moment);
    if let Cause::Event(identity) = moment.cause {
        body.object("cause", |cause| {
            cause.text("source", identity.source).text("id", identity.id);
        });
    }
    body.close();
}

/// The instants that it rests on, and the promise.
fn write_clock(body: &mut Object<'_>, moment: &Moment<'_>, clock: &ClockFacts<'_>) {
    let target = clock.target;
    if clock.due_at != Instant::MAX && !matches!(moment.detail, Detail::Cancelled { .. }) {
        body.instant("due_at", clock.due_at);
        if target.measure.known_until().is_some_and(|known| clock.due_at > known) {
            body.yes("provisional");
        }
    }
    body.instant("started_at", clock.started_at);
    body.text("within", &target.within_label).text("calendar", &target.calendar_name);
    body.text("policy_version", &clock.policy.version);
    if !clock.extensions.is_empty() {
        body.list("extensions", clock.extensions, |Extension { emergency, by }, extension| {
            extension.text("emergency", emergency).text("by", &by.to_string());
        });
    }
    if let Some(owed) = clock.owed {
        body.text("owner", owed.owner);
        let mut breach = |name: &str, objective: &str, cycle: u32| {
            body.object(name, |breach| {
                breach.text("objective", objective).number("cycle", i64::from(cycle));
            });
        };
        match owed.purpose {
            Purpose::Remedy(objective, cycle) => breach("remedy_for", objective, cycle),
            Purpose::Case(objective, cycle) => breach("case", objective, cycle),
            Purpose::Investigation => {}
            Purpose::Action(action, investigation) => {
                body.text("action", action).number("investigation", i64::from(investigation));
            }
        }
    }
}

fn write_detail(body: &mut Object<'_>, moment: &Moment<'_>) {
    match moment.detail {
        Detail::None | Detail::Held { emergency: None, .. } => {}
        Detail::Held { emergency: Some(emergency), .. } => {
            body.text("emergency", emergency);
        }
        Detail::Extended { emergency, by, was_due_at } => write_extended(body, emergency, by, was_due_at),
        Detail::Stopped { stopped_at, open, held } => {
            body.instant("stopped_at", stopped_at);
            body.number("open_ms", open.ms()).number("held_ms", held.ms());
        }
        Detail::Retargeted { was_due_at } => {
            if let Some(was_due_at) = was_due_at {
                body.instant("was_due_at", was_due_at);
            }
        }
        Detail::Cancelled { reason } => {
            body.text("reason", reason);
        }
        Detail::Escalated { step, to, .. } => {
            body.text("step", step).text("to", to);
        }
        Detail::Transition { from, to } => {
            body.text("anomaly", "unknown_transition").text("from", from).text("to", to);
        }
        Detail::ReceivedAgain => {
            body.text("anomaly", "received_again");
        }
        Detail::Routed { route, .. } => write_route(body, route),
        Detail::Unfit { anomaly, amount } => {
            body.text("anomaly", anomaly);
            if let Some(amount) = amount {
                body.text("amount", &amount.amount()).text("currency", amount.currency().code());
            }
        }
        Detail::CaseOpened(terms) => write_case_opened(body, terms, moment),
        Detail::Case(case) => write_case(body, &case),
        Detail::Opened(opened) => write_opened(body, &opened),
        Detail::Investigation { cause, .. } => {
            if let Some(cause) = cause {
                body.text("found", cause);
            }
        }
        Detail::Emergency(facts) => write_emergency(body, &facts),
    }
}

fn write_extended(body: &mut Object<'_>, emergency: &str, by: Duration, was_due_at: Option<Instant>) {
    body.text("emergency", emergency).text("by", &by.to_string());
    if let Some(was_due_at) = was_due_at {
        body.instant("was_due_at", was_due_at);
    }
}

fn write_emergency(body: &mut Object<'_>, facts: &EmergencyFacts<'_>) {
    body.text("emergency", facts.emergency).number("number", i64::from(facts.number));
    body.text("kind", facts.kind.name()).text("effect", facts.effect.name());
    if let Effect::Extend(by) = facts.effect {
        body.text("by", &by.to_string());
    }
    body.instant("since", facts.since);
    if let Some(expected_end) = facts.expected_end {
        body.instant("expected_end", expected_end);
    }
    if facts.is_out_of_scope {
        body.yes("out_of_scope");
    }
}

/// The terms of a case, and what may excuse the breach.
fn write_case_opened(body: &mut Object<'_>, terms: &Liability, moment: &Moment<'_>) {
    body.text("currency", terms.currency.code());
    if let Some(cap) = terms.cap {
        body.text("cap", &cap.amount());
    }
    let mut emergencies = moment.emergencies().map(|id| &**id).peekable();
    if emergencies.peek().is_some() {
        body.texts("emergencies", emergencies);
    }
}

/// How a case stands, with the items that its sums are of.
fn write_case(body: &mut Object<'_>, case: &CaseFacts<'_>) {
    body.text("state", case.state.name()).text("currency", case.currency.code());
    body.text("claimed", &case.claimed.amount());
    let sums = [("accepted", Some(case.accepted)), ("payable", case.payable), ("paid", case.paid)];
    for (name, amount) in sums {
        if let Some(amount) = amount {
            body.text(name, &amount.amount());
        }
    }
    for (name, text) in [("reason", case.reason), ("emergency", case.emergency)] {
        if let Some(text) = text {
            body.text(name, text);
        }
    }
    body.list("items", case.items, |item, object| {
        object.text("item", &item.name).text("claimed", &item.claimed.amount());
        if let Some(accepted) = item.accepted {
            object.text("accepted", &accepted.amount());
        }
    });
}

/// What opened an investigation, and how the clocks stood.
fn write_opened(body: &mut Object<'_>, opened: &Opened<'_>) {
    body.text("by", opened.by);
    if let Some(about) = opened.about {
        body.text("about", about);
    }
    if let Some((score, scale)) = opened.score {
        body.text("score", score).text("scale", scale);
    }
    body.list("clocks", opened.clocks, |clock, object| {
        object.text("objective", clock.objective).number("cycle", i64::from(clock.cycle));
        object.text("standing", clock.stand.name());
        if let Some(open) = clock.open {
            object.number("open_ms", open.ms());
        }
    });
}

fn write_route(body: &mut Object<'_>, route: &Route) {
    for (name, value) in [("tier", &route.tier), ("team", &route.team)] {
        if let Some(value) = value {
            body.text(name, value);
        }
    }
    if let Some(priority) = route.priority {
        body.number("priority", i64::from(priority));
    }
}
