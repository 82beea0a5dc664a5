//! The naive model (I6): a ticket's ledger, computed minute by minute from docs/rules.md and nothing else.
//!
//! It reads the plain data of a [`Policy`], and computes nothing with code of the core: calendars are rows of minutes,
//! deadlines are found by walking along them, and everything that happened is remembered. Where it disagrees with the core,
//! the rules decide who is wrong. Numbers in the comments are those of docs/rules.md.

mod calendar;
mod claims;
mod commitment;
mod cycle;
mod due;
mod emergencies;
mod entry;
mod history;
mod ladder;
mod matching;
mod money;
mod objective;
mod owed;
mod routing;
mod ticket;
mod timers;
mod voices;

use std::collections::BTreeMap;

use duly_core::control::ControlEvent;
use duly_core::policy::Policy;

use self::calendar::Reach;
use self::commitment::Commitment;
use self::emergencies::Emergencies;
use self::entry::Ledger;
use self::ticket::{Fact, Ticket};
use crate::event::Event;
use crate::minute::Minute;

pub use self::cycle::written;
pub use self::entry::{Entry, kind};
pub(crate) use self::history::order;

/// Rule 1: the ledger of one ticket at `until`.
///
/// `arrived` is in order of arrival, `published` and `told`, of emergencies, are in order of publication. `step` is how many minutes are walked at a time:
/// all instants, openings, durations and reminders must be multiples of it.
pub fn ledger(
    arrived: &[Event],
    published: &[Policy],
    told: &[ControlEvent],
    until: Minute,
    step: Minute,
) -> Vec<Entry> {
    let happened: Vec<Event> = history::happened(arrived).into_iter().filter(|event| event.at <= until).collect();
    let Some(first) = happened.first().map(|event| event.at) else { return Vec::new() };
    let reach = Reach { first, last: until, step };
    let mut commitments = commitments(published, reach);
    let mut emergencies = Emergencies::new(told);
    let (mut ledger, mut ticket) = (Ledger::default(), Ticket::default());
    for at in (first..=until).step_by(step as usize) {
        for commitment in &mut commitments {
            commitment.change(at, &ticket, &mut ledger);
        }
        if emergencies.is_change(at) {
            ticket.acting = emergencies.acting(at, &ticket);
            emergencies.tell(at, &ticket, &mut ledger);
            for commitment in &mut commitments {
                commitment.heed(at, &ticket, &mut ledger);
            }
        }
        for event in happened.iter().filter(|event| event.at == at) {
            let mut fact = ticket.apply(event);
            report_anomalies(&fact, &mut ledger);
            ticket.acting = emergencies.acting(at, &ticket);
            fact.ticket.acting.clone_from(&ticket.acting);
            emergencies.tell(at, &ticket, &mut ledger);
            for commitment in &mut commitments {
                commitment.apply(&fact, &mut ledger);
            }
            follow_up(&fact, &mut commitments, &mut ledger);
        }
        for commitment in &mut commitments {
            commitment.fire(at, &ticket, &mut ledger);
        }
    }
    ledger.into_sorted()
}

/// One commitment per policy name.
fn commitments(published: &[Policy], reach: Reach) -> Vec<Commitment> {
    let mut by_name: BTreeMap<&str, Vec<&Policy>> = BTreeMap::new();
    for policy in published {
        by_name.entry(&policy.policy).or_default().push(policy);
    }
    by_name.values().map(|versions| Commitment::new(versions, reach)).collect()
}

/// Rules 27, 35 and 38: what is said of a case or an investigation goes to the first policy that has such a one; what fits none
/// is an anomaly.
fn follow_up(fact: &Fact, commitments: &mut [Commitment], ledger: &mut Ledger) {
    if !fact.ticket.is_received {
        return;
    }
    let event = &fact.event;
    let (taken, none) = match event.name.as_str() {
        "loss_claimed" | "claim_assessed" | "claim_settled" | "claim_rejected" | "claim_waived" => {
            (commitments.iter_mut().find_map(|commitment| commitment.claim(fact, ledger)), "no_case")
        }
        "corrective_action_done" => {
            (commitments.iter_mut().find_map(|commitment| commitment.investigate(fact, ledger)), "no_action")
        }
        "finding_recorded" | "corrective_action_set" | "investigation_closed" => {
            (commitments.iter_mut().find_map(|commitment| commitment.investigate(fact, ledger)), "no_investigation")
        }
        "apology_issued" | "remedy_granted" => {
            let known: Vec<bool> = commitments.iter().filter_map(|commitment| commitment.knows_breach(event)).collect();
            let is_unknown = !known.is_empty() && known.iter().all(|known| !known);
            (Some(if is_unknown { Err("no_breach") } else { Ok(()) }), "")
        }
        _ => return,
    };
    if let Err(word) = taken.unwrap_or(Err(none)) {
        let amount = ["amount", "expected_revenue"].into_iter().find_map(|name| money::stated(event, name));
        let amount = amount
            .filter(|_| word != "no_breach")
            .map(|(amount, currency)| format!(" {}", money::written(amount, &currency)));
        ledger.enter_at_instant(Entry {
            at: event.at,
            objective: String::new(),
            cycle: 0,
            kind: kind::ANOMALY.to_owned(),
            part: None,
            policy: String::new(),
            due_at: None,
            says: Some(format!("{word}{}", amount.unwrap_or_default())),
        });
    }
}

/// Rules 4 and 7: anomalies have no objective and cycle, and belong to no policy.
fn report_anomalies(fact: &Fact, ledger: &mut Ledger) {
    for _ in 0..fact.anomalies {
        ledger.enter_at_instant(Entry {
            at: fact.event.at,
            objective: String::new(),
            cycle: 0,
            kind: kind::ANOMALY.to_owned(),
            part: None,
            policy: String::new(),
            due_at: None,
            says: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::stories;

    /// The model is no use as a judge unless it tells what the rules say.
    #[test]
    fn the_model_tells_every_story() {
        let mistakes: Vec<String> =
            stories::all().iter().filter_map(|story| story.mistake(&story.case.ledger(1))).collect();
        assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    }
}
