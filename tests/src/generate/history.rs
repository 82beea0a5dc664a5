//! Histories: what happens to the ticket, in order of arrival.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;

use super::STEP;
use super::moments::{self, Moment};
use crate::event::Event;
use crate::minute::Minute;
use crate::story::Case;

/// What may happen, as an event's line without its time; the more often, the more likely.
const HAPPENINGS: [&str; 40] = [
    "observed status_class=open",
    "observed status_class=pending",
    "observed status_class=resolved",
    "observed priority=high",
    "observed priority=low",
    "observed priority=null",
    "observed status_class=open",
    "observed status_class=pending",
    "observed status_class=resolved",
    "observed status_class=open priority=high",
    "observed status_class=pending reason=customer",
    "observed status_class=resolved priority=low",
    "observed reason=vendor",
    "observed reason=null",
    "observed tags=[\"vip\",\"new\"]",
    "observed tags=[]",
    "observed floor=3",
    "observed floor=null",
    "observed status_class=closed",
    "observed status_class=on_hold",
    "observed status_class=new",
    "observed status_class=cancelled",
    "merged into=T-2",
    "responded",
    "responded contains=answer",
    "responded automatic=true",
    "responded public=false contains=[\"question\",\"solution\"]",
    "customer_replied",
    "customer_replied",
    "progress_reported",
    "progress_reported",
    "milestone_reached milestone=contacted",
    "apology_issued",
    "apology_issued objective=response",
    "apology_issued objective=resolution cycle=1",
    "remedy_granted remedy=discount",
    "remedy_granted remedy=[\"discount\",\"service\"] objective=update cycle=2",
    "escalation_acknowledged objective=apology",
    "escalation_acknowledged objective=response",
    "escalation_acknowledged objective=resolution cycle=1",
];

/// What customers say and claim, and what is made of it.
const VOICES: [&str; 39] = [
    "feedback_given score=1 scale=5",
    "feedback_given score=2.5",
    "feedback_given score=5 scale=5",
    "feedback_given about=late score=5 scale=5 objective=response",
    "feedback_given about=other score=0",
    "complaint_filed",
    "complaint_filed about=late",
    "complaint_filed about=short objective=resolution cycle=1",
    "complaint_filed about=broken_promise policy=other",
    "finding_recorded cause=night_shift",
    "finding_recorded cause=training investigation=2",
    "corrective_action_set action=train owner=lead",
    "corrective_action_set action=train investigation=1",
    "corrective_action_set action=hire",
    "corrective_action_done action=train",
    "corrective_action_done action=hire investigation=1",
    "investigation_closed",
    "investigation_closed investigation=1",
    "loss_claimed amount=100 currency=CNY",
    "loss_claimed amount=100 currency=CNY",
    "loss_claimed item=courier amount=12.5 currency=CNY objective=response",
    "loss_claimed item=order expected_revenue=\"0.05\" probability=0.5 currency=CNY",
    "loss_claimed item=order expected_revenue=99.99 probability=0.333 currency=CNY cycle=1",
    "loss_claimed amount=7 currency=JPY",
    "claim_assessed amount=60 currency=CNY",
    "claim_assessed amount=60.00 currency=CNY",
    "claim_assessed amount=7 currency=JPY",
    "claim_assessed item=courier amount=12.5 currency=CNY objective=response",
    "claim_assessed item=order amount=0 currency=CNY",
    "claim_assessed amount=100.01 currency=CNY",
    "claim_settled",
    "claim_settled amount=10 currency=CNY",
    "claim_settled amount=10 currency=USD objective=update",
    "claim_settled policy=other",
    "claim_rejected reason=insured",
    "claim_waived reason=typhoon emergency=typhoon-1 objective=resolution",
    "claim_waived reason=storm emergency=storm",
    "claim_waived reason=flood emergency=flood objective=response",
    "claim_waived reason=goodwill",
];

const RECEIPTS: [&str; 5] = [
    "received",
    "received priority=high",
    "received status_class=open priority=low",
    "received status_class=pending tags=[\"vip\"]",
    "received status_class=resolved",
];

/// One event in the making.
#[derive(Debug, Clone)]
pub(super) struct EventGene {
    when: When,
    what: What,
    sequence: Option<&'static str>,
    source: &'static str,
}

/// When it occurs.
#[derive(Debug, Clone)]
enum When {
    At(Moment),
    /// On an instant that the ledger of the events at fixed moments names, or so many minutes beside it.
    OnDue(Index, Minute),
}

/// What occurs.
#[derive(Debug, Clone)]
enum What {
    Line(&'static str),
    /// Voids another event, or one that never comes.
    Void(Option<Index>),
    /// The same event again.
    Copy(Index),
    /// Another event of an identity that is taken.
    Conflict(Index, &'static str),
}

pub(super) fn gene() -> impl Strategy<Value = EventGene> {
    let when = prop_oneof![
        4 => moments::any().prop_map(When::At),
        1 => (any::<Index>(), select(vec![0, 0, 30, -30])).prop_map(|(index, beside)| When::OnDue(index, beside)),
    ];
    let what = prop_oneof![
        16 => select(&HAPPENINGS[..]).prop_map(What::Line),
        8 => select(&VOICES[..]).prop_map(What::Line),
        3 => select(&RECEIPTS[..]).prop_map(What::Line),
        1 => prop::option::weighted(0.8, any::<Index>()).prop_map(What::Void),
        1 => any::<Index>().prop_map(What::Copy),
        1 => (any::<Index>(), select(&HAPPENINGS[..])).prop_map(|(index, line)| What::Conflict(index, line)),
    ];
    let sequence = prop::option::weighted(0.2, select(vec!["1", "2", "10", "b"]));
    let source = prop_oneof![9 => Just("crm"), 1 => Just("mail")];
    (when, what, sequence, source).prop_map(|(when, what, sequence, source)| EventGene { when, what, sequence, source })
}

impl EventGene {
    /// When it occurs, where that depends on nothing else.
    pub(super) fn fixed_at(&self) -> Option<Minute> {
        match self.when {
            When::At(moment) => Some(moment.at()),
            When::OnDue(..) => None,
        }
    }

    fn event(&self, at: Minute, name: &str, number: usize) -> Event {
        let mut event = Event::parse(&format!("2026-03-02 00:00 {name}"), &format!("e{number}"));
        (event.at, event.source) = (at, self.source.to_owned());
        event.sequence = self.sequence.map(str::to_owned);
        event
    }
}

/// Puts the events that the genes stand for into `case`; the instants that its ledger names then.
pub(super) fn express(genes: &[EventGene], case: &mut Case) -> Vec<Minute> {
    let fixed = genes.iter().enumerate().filter_map(|(number, gene)| {
        let What::Line(line) = gene.what else { return None };
        Some(gene.event(gene.fixed_at()?, line, number + 1))
    });
    case.events = fixed.collect();
    let dues = dues(case);
    let mut events: Vec<Event> = Vec::new();
    for (number, gene) in genes.iter().enumerate() {
        let at = match gene.when {
            When::At(moment) => moment.at(),
            When::OnDue(index, beside) => *index.get(&dues) + beside,
        };
        let event = match &gene.what {
            What::Void(target) => void(gene.event(at, "event_voided", number + 1), *target, genes),
            What::Copy(index) if !events.is_empty() => index.get(&events).clone(),
            What::Conflict(index, line) if !events.is_empty() => {
                let taken = index.get(&events).clone();
                Event { id: taken.id, source: taken.source, ..gene.event(at, line, number + 1) }
            }
            What::Copy(_) => gene.event(at, "customer_replied", number + 1),
            What::Line(line) | What::Conflict(_, line) => gene.event(at, line, number + 1),
        };
        events.push(event);
    }
    case.events = events;
    dues
}

/// The event that `void` voids: that of the gene drawn, earlier or later to arrive, or `nothing`, which never comes.
fn void(mut void: Event, target: Option<Index>, genes: &[EventGene]) -> Event {
    let (id, source) = target.map_or(("nothing".to_owned(), "crm"), |target| {
        let number = target.index(genes.len());
        (format!("e{}", number + 1), genes[number].source)
    });
    void.data.insert("id".to_owned(), json!(id));
    if source != void.source {
        void.data.insert("source".to_owned(), json!(source));
    }
    void
}

/// Instants on the grid that the ledger so far names.
fn dues(case: &Case) -> Vec<Minute> {
    let mut dues: Vec<Minute> =
        case.ledger(STEP).iter().flat_map(|entry| [Some(entry.at), entry.due_at]).flatten().collect();
    dues.retain(|due| due % 30 == 0 && *due <= case.until);
    dues.push(case.until);
    dues.sort_unstable();
    dues.dedup();
    dues
}
