//! What customers say once a request was resolved, and what comes of it: scores mostly, now and then a complaint, which is looked
//! into, and a claim, which is assessed and paid, or is not.

use std::collections::BTreeMap;

use duly_core::time::{Instant, Span};
use serde_json::json;

use super::dice::Dice;
use super::event::{Data, Event};

const CAUSES: [&str; 4] = [
    "The night shift was short of one person.",
    "It was sent to the wrong team twice.",
    "A spare part was not in stock.",
    "Nobody had told the customer what was going on.",
];
const ACTIONS: [(&str, &str); 4] = [
    ("second person at night", "service_manager"),
    ("routing by product line", "team_lead"),
    ("stock of spare parts", "customer_care"),
    ("a call every second day", "team_lead"),
];
const COSTS: [(&str, &str); 4] =
    [("courier", "180.00"), ("hired technician", "2400.00"), ("replacement device", "5990.00"), ("travel", "640.50")];

/// An answer that took longer than this was late by any promise about answers.
const LATE: Span = Span::from_s(26 * 3600);

/// What a customer has seen of a ticket.
#[derive(Default)]
struct Seen {
    last: u32,
    received_at: Option<Instant>,
    answered_at: Option<Instant>,
    resolved_at: Option<Instant>,
}

/// Lets the customers of resolved tickets speak. Those who waited long have more to say.
pub(super) fn speak(events: &mut Vec<Event>, dice: &mut Dice) {
    let mut told: BTreeMap<String, Seen> = BTreeMap::new();
    for event in events.iter() {
        let seen = told.entry(event.ticket.clone()).or_default();
        seen.last = event.sequence.max(seen.last);
        if event.name == "received" {
            seen.received_at = Some(event.time);
        }
        if event.name == "responded" && !event.data.contains(&("automatic", json!(true))) {
            seen.answered_at = Some(seen.answered_at.map_or(event.time, |at| at.min(event.time)));
        }
        if event.data.contains(&("status_class", json!("resolved"))) {
            seen.resolved_at = Some(event.time);
        }
    }
    for (ticket, seen) in told {
        let was_late = seen.received_at.zip(seen.answered_at).is_some_and(|(from, to)| to.since(from) > LATE);
        let Some(at) = seen.resolved_at.filter(|_| dice.chance(if was_late { 60 } else { 22 })) else { continue };
        Voice { ticket, was_late, sequence: seen.last, at, events: &mut *events }.speak(dice);
    }
}

/// A customer, and those who answer.
struct Voice<'e> {
    ticket: String,
    was_late: bool,
    sequence: u32,
    /// When it is.
    at: Instant,
    events: &'e mut Vec<Event>,
}

impl Voice<'_> {
    fn speak(&mut self, dice: &mut Dice) {
        self.pass(dice.between(1, 40) * 60);
        let score = *dice.pick(if self.was_late { &[4, 3, 2, 2, 1] } else { &[5, 5, 5, 5, 4, 4, 4, 3, 3, 2, 1][..] });
        let channel = *dice.pick(&["survey", "survey", "rating"]);
        self.say("feedback_given", vec![("score", json!(score)), ("scale", json!(5)), ("channel", json!(channel))]);
        if score > 2 || !dice.chance(60) {
            return;
        }
        self.pass(dice.between(5, 50));
        let about = *dice.pick(&["late", "late", "short", "broken_promise", "other"]);
        let channel = *dice.pick(&["hotline", "complaint"]);
        self.say("complaint_filed", vec![("about", json!(about)), ("channel", json!(channel))]);
        if dice.chance(70) {
            self.pass(dice.between(2, 30) * 60);
            self.say("apology_issued", vec![("form", json!("letter"))]);
        }
        if dice.chance(if self.was_late { 70 } else { 5 }) {
            self.claim(dice);
        }
        if dice.chance(75) {
            self.investigate(dice);
        }
    }

    /// A loss, and what becomes of it.
    fn claim(&mut self, dice: &mut Dice) {
        let (item, amount) = *dice.pick(&COSTS);
        self.pass(dice.between(3, 20) * 60);
        self.say("loss_claimed", vec![("item", json!(item)), ("amount", json!(amount)), ("currency", json!("CNY"))]);
        if dice.chance(25) {
            let revenue = vec![
                ("item", json!("lost order")),
                ("expected_revenue", json!("48000.00")),
                ("probability", json!("0.15")),
                ("currency", json!("CNY")),
            ];
            self.say("loss_claimed", revenue);
            self.assess("lost order", "0.00", dice);
        }
        self.assess(item, amount, dice);
        self.pass(dice.between(4, 30) * 60);
        match dice.between(0, 9) {
            0 => self.say("claim_rejected", vec![("reason", json!("It was covered by the insurance."))]),
            1 => self.say("claim_waived", vec![("reason", json!("The network was down in the whole city."))]),
            _ => self.say("claim_settled", vec![]),
        }
    }

    fn assess(&mut self, item: &str, amount: &str, dice: &mut Dice) {
        self.pass(dice.between(8, 60) * 60);
        self.say("claim_assessed", vec![("item", json!(item)), ("amount", json!(amount)), ("currency", json!("CNY"))]);
    }

    /// The cause, and what is done about it.
    fn investigate(&mut self, dice: &mut Dice) {
        self.pass(dice.between(5, 40) * 60);
        let cause = dice.between(0, 3) as usize;
        self.say("finding_recorded", vec![("cause", json!(CAUSES[cause]))]);
        let (action, owner) = ACTIONS[cause];
        self.pass(dice.between(1, 8) * 60);
        self.say("corrective_action_set", vec![("action", json!(action)), ("owner", json!(owner))]);
        if dice.chance(80) {
            self.say("investigation_closed", vec![]);
        }
        self.pass(dice.between(20, 90) * 60);
        if dice.chance(70) {
            self.say("corrective_action_done", vec![("action", json!(action))]);
        }
    }

    fn pass(&mut self, minutes: i64) {
        self.at = self.at.plus(Span::from_s(minutes * 60));
    }

    fn say(&mut self, name: &'static str, data: Data) {
        self.sequence += 1;
        self.events.push(Event {
            arrives_at: self.at,
            time: self.at,
            ticket: self.ticket.clone(),
            sequence: self.sequence,
            name,
            data,
            cut_at: None,
        });
    }
}
