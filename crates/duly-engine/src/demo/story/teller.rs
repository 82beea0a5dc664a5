//! How a story is told: sentences that become events.

use duly_core::time::{Instant, Span};
use serde_json::json;

use super::requests::{KeptBy, Request};
use crate::demo::dice::Dice;
use crate::demo::event::{Data, Event};
use crate::demo::{cast, hours};

/// A ticket's story as far as it is told.
pub(super) struct Teller<'a> {
    pub(super) dice: &'a mut Dice,
    ticket: String,
    agent: &'static str,
    told: Vec<Event>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(ticket: String, request: &Request, dice: &'a mut Dice) -> Self {
        let agent = dice.pick(&request.team.agents);
        Teller { dice, ticket, agent, told: Vec::new() }
    }

    /// The events, in the order in which they were told, which is not always that of time.
    pub(super) fn finish(self) -> Vec<Event> {
        self.told
    }

    pub(super) fn received(&mut self, at: Instant, request: &Request, graded: bool) {
        let title = *self.dice.pick(request.titles);
        let mut data: Data = vec![
            ("title", json!(title)),
            ("status", json!("新建")),
            ("status_class", json!("new")),
            ("category", json!(request.category)),
        ];
        data.extend(request.subcategory.map(|kind| ("subcategory", json!(kind))));
        if graded {
            data.extend(grades(request));
        }
        let (customer, region) = *self.dice.pick(&cast::CUSTOMERS);
        data.push(("customer", json!(customer)));
        data.push(("region", json!(region)));
        self.tell(at, "received", data);
    }

    /// A machine confirms the receipt, which is no answer (L1).
    pub(super) fn acknowledged_by_machine(&mut self, at: Instant) {
        let data = vec![("automatic", json!(true)), ("contains", json!(["acknowledgement"]))];
        self.tell(at, "responded", data);
    }

    /// An agent takes the ticket, of the tier that its grade asks for (L13).
    pub(super) fn taken(&mut self, at: Instant, request: &Request, graded_now: bool) {
        let tier = match (request.severity, request.complexity) {
            (Some("urgent"), _) => "L3",
            (_, Some("complex")) => "L2",
            _ => "L1",
        };
        let mut data = vec![
            ("status", json!("处理中")),
            ("status_class", json!("open")),
            ("tier", json!(tier)),
            ("team", json!(request.team.name)),
            ("agent", json!(self.agent)),
        ];
        if graded_now {
            data.extend(grades(request));
        }
        self.tell(at, "observed", data);
    }

    /// It turns out to be another kind of request.
    pub(super) fn reclassified(&mut self, at: Instant, request: &Request) {
        let mut data = grades(request);
        data.push(("tier", json!("L2")));
        self.tell(at, "observed", data);
    }

    /// Colleagues discuss it, which the customer does not see.
    pub(super) fn noted(&mut self, at: Instant) {
        let data = vec![("public", json!(false)), ("contains", json!(["answer"])), ("agent", json!(self.agent))];
        self.tell(at, "responded", data);
    }

    pub(super) fn replied(&mut self, at: Instant, contains: &[&str]) {
        self.tell(at, "responded", vec![("contains", json!(contains)), ("agent", json!(self.agent))]);
    }

    pub(super) fn reached(&mut self, at: Instant, milestone: &str) {
        self.tell(at, "milestone_reached", vec![("milestone", json!(milestone)), ("agent", json!(self.agent))]);
    }

    pub(super) fn kept(&mut self, at: Instant, by: KeptBy) {
        match by {
            KeptBy::Reply(contains) => self.replied(at, contains),
            KeptBy::Milestone(any) => {
                let milestone = *self.dice.pick(any);
                self.reached(at, milestone);
            }
        }
    }

    pub(super) fn reported(&mut self, at: Instant) {
        self.tell(at, "progress_reported", vec![("agent", json!(self.agent))]);
    }

    /// The ticket's status changes; `reason` is cleared where there is none.
    pub(super) fn became(&mut self, at: Instant, status: &str, class: &str, reason: Option<&str>) {
        let data = vec![("status", json!(status)), ("status_class", json!(class)), ("reason", json!(reason))];
        self.tell(at, "observed", data);
    }

    pub(super) fn customer_replied(&mut self, at: Instant) {
        self.tell(at, "customer_replied", Vec::new());
    }

    /// Somebody on the ladder takes the matter up, which ends the ladder.
    pub(super) fn escalation_acknowledged(&mut self, at: Instant, objective: &str) {
        self.tell(at, "escalation_acknowledged", vec![("objective", json!(objective)), ("cycle", json!(1))]);
    }

    /// The same customer has asked the same before the demo began.
    pub(super) fn merged(&mut self, at: Instant) {
        let into = format!("CS-0918-{:02}", self.dice.between(1, 40));
        self.tell(at, "merged", vec![("into", json!(into))]);
    }

    /// `at`, some `minutes` of working time later.
    pub(super) fn soon(&mut self, at: Instant, low_min: i64, high_min: i64) -> Instant {
        let s = self.dice.between(low_min * 60, high_min * 60);
        hours::add(at, Span::from_s(s))
    }

    fn tell(&mut self, time: Instant, name: &'static str, data: Data) {
        self.told.push(Event {
            arrives_at: time,
            time,
            ticket: self.ticket.clone(),
            sequence: self.told.len() as u32 + 1,
            name,
            data,
            cut_at: None,
        });
    }
}

fn grades(request: &Request) -> Data {
    let complexity = request.complexity.map(|grade| ("complexity", json!(grade)));
    complexity.into_iter().chain(request.severity.map(|grade| ("severity", json!(grade)))).collect()
}
