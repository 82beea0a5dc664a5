//! Money to the cent, and what is said of cases and investigations by explanations and reviews.

use duly_core::clock::CaseState;
use duly_core::control::Controls;
use duly_core::dossier::dossier;
use duly_core::explain::explain;
use duly_core::ledger::derive;
use duly_core::policy::source;
use duly_core::review::{Period, Question, Report, Review};
use duly_core::ticket::{Record, RefusalKind, parse_structured};
use duly_core::time::{Instant, Span};

use crate::stories::record;

const POLICY: &str = "\
policy: p
effective_from: 2026-01-01T00:00:00Z
objectives:
  response: {start: received, stop: responded, targets: [{within: 2h}]}
feedback:
  about: [late, short]
  score_at_most: 40%
  scale: 5
  investigate: {within: 2d, owner: quality}
  correct: {within: 5d, owner: lead}
liability:
  currency: CNY
  assess: {within: 3d, owner: claims}
  settle: {within: 3d, owner: finance}
";

fn controls() -> Controls {
    let parsed = source::parse(POLICY, &|name| Err(format!("no file {name}"))).expect("a policy without mistakes");
    Controls::always([parsed.policy]).expect("it compiles")
}

/// The event of one line of JSON data.
fn claimed(data: &str) -> String {
    format!(
        "{{\"specversion\":\"1.0\",\"type\":\"duly.ticket.loss_claimed.v1\",\"source\":\"crm\",\"id\":\"9\",\"subject\":\"acme/T-1\",\
         \"time\":\"2026-03-02T12:00:00Z\",\"data\":{data}}}"
    )
}

#[test]
fn a_number_in_json_is_the_amount_that_it_says() {
    for (written, amount) in [
        ("100000000000000.01", "100000000000000.01"),
        ("0.10", "0.10"),
        ("\"0.1\"", "0.10"),
        ("999999999999999.99", "999999999999999.99"),
        ("7", "7.00"),
    ] {
        let line = claimed(&format!("{{\"amount\":{written},\"currency\":\"CNY\"}}"));
        let mut record = record("2026-03-02 09:00 received");
        record.take(&parse_structured(line.as_bytes()).expect("a claim")).expect("it is new");
        // As it is stored and read again.
        let mut bytes = Vec::new();
        record.write(&mut bytes);
        let record = Record::read(&bytes, &mut 0).expect("what was written");
        let cases = dossier("acme/T-1", &record, &controls(), at("2026-03-03T00:00:00Z")).cases;
        assert_eq!(cases[0].claimed, amount, "{written}");
    }
}

#[test]
fn what_is_no_amount_is_a_dead_letter_that_says_why() {
    for (data, says) in [
        ("{\"amount\":0.001,\"currency\":\"CNY\"}", "`amount` is `0.001`: it has more than 2 decimals"),
        ("{\"amount\":1e3,\"currency\":\"CNY\"}", "`amount` is `1e3`: it is a number that is not negative"),
        ("{\"amount\":-1,\"currency\":\"CNY\"}", "`amount` is `-1`: it is a number that is not negative"),
        ("{\"amount\":\"12\",\"currency\":\"RMB\"}", "`currency` is `RMB`: it is an ISO 4217 code"),
        ("{\"amount\":\"1.5\",\"currency\":\"JPY\"}", "`amount` is `1.5`: it has more than 0 decimals"),
        ("{\"amount\":[1],\"currency\":\"CNY\"}", "`amount` is a list: it is a number such as \"1200.50\""),
        ("{\"amount\":\"12\"}", "`currency` is missing: `amount` is in one"),
        ("{\"expected_revenue\":1,\"probability\":1.1,\"currency\":\"CNY\"}", "`probability` is above 1"),
    ] {
        let refusal = parse_structured(claimed(data).as_bytes()).expect_err(data);
        assert_eq!(refusal.kind, RefusalKind::BadData, "{data}");
        assert!(refusal.what.contains(says), "{refusal}\ndoes not say: {says}");
    }
}

#[test]
fn a_case_rests_on_the_intervals_of_its_breach() {
    let record = record("2026-03-02 09:00 received\n2026-03-02 12:00 loss_claimed amount=5 currency=CNY");
    let explanation = explain("acme/T-1", &record, &controls(), at("2026-03-03T00:00:00Z"));
    let account = |kind: &str| {
        let explained = explanation.sla_events.iter().find(|event| event.kind == kind).expect(kind);
        explained.rests_on.as_ref().map(|account| (account.open_ms, account.total_ms))
    };
    assert_eq!(account("breached"), Some((7_200_000, 7_200_000)));
    assert_eq!(account("case_opened"), account("breached"));
    assert_eq!(account("case_claimed"), None, "its sums are those of its items");
}

#[test]
fn a_dossier_has_what_was_said_and_who_has_to_act() {
    let record = record(
        "2026-03-02 09:00 received
         2026-03-02 12:00 loss_claimed item=taxi amount=5 currency=CNY
         2026-03-02 13:00 complaint_filed about=late
         2026-03-02 14:00 finding_recorded cause=night
         2026-03-02 15:00 corrective_action_set action=train",
    );
    let found = dossier("acme/T-1", &record, &controls(), at("2026-03-09T00:00:00Z"));
    let (case, file) = (&found.cases[0], &found.investigations[0]);
    assert_eq!((case.state, &*case.claimed, &*case.accepted), (CaseState::Claimed, "5.00", "0.00"));
    let task = case.task.as_ref().expect("somebody has to assess it");
    assert_eq!((&*task.task, &*task.owner, task.overdue), ("claim_assessment", "claims", true));
    assert_eq!((file.is_open(), file.about.as_deref(), file.findings.len()), (true, Some("late"), 1));
    assert_eq!((file.clocks[0].standing.as_str(), file.clocks[0].open_ms), ("breached", Some(4 * 3_600_000)));
    assert_eq!((&*file.actions[0].owner, file.actions[0].overdue), ("lead", true));
}

/// The review of a month with these tickets.
fn review(period: &str, tickets: &[Record]) -> Report {
    let period: Period = period.parse().expect("a period");
    let until = period.range(chrono_tz::Tz::UTC).to.minus(Span::from_ns(1));
    let question =
        Question { period, zone: chrono_tz::Tz::UTC, until, by: Vec::new(), compare: true, trend: 0, top: 5 };
    let controls = controls();
    let mut review = Review::new(question, &controls, false);
    for (number, record) in tickets.iter().enumerate() {
        derive(record, &controls, until, review.now());
        review.end_ticket(&format!("acme/T-{}", number + 1), record);
    }
    review.finish(&controls, None)
}

#[test]
fn a_review_adds_up_what_was_claimed_and_paid_and_said() {
    let tickets = [
        record(
            "2026-03-02 09:00 received
             2026-03-03 09:00 loss_claimed item=taxi amount=80 currency=CNY
             2026-03-03 10:00 loss_claimed item=order amount=100.05 currency=CNY
             2026-03-04 09:00 claim_assessed item=taxi amount=60 currency=CNY
             2026-04-02 09:00 loss_claimed item=order amount=40 currency=CNY
             2026-04-03 09:00 claim_assessed item=order amount=0 currency=CNY
             2026-04-04 09:00 claim_settled",
        ),
        record(
            "2026-03-02 09:00 received\n2026-03-05 09:00 loss_claimed amount=7 currency=CNY\n2026-03-06 09:00 claim_waived reason=storm",
        ),
        record(
            "2026-03-02 09:00 received
             2026-03-02 10:00 responded
             2026-03-02 11:00 complaint_filed about=late channel=hotline
             2026-03-02 12:00 feedback_given score=1 channel=survey
             2026-03-02 12:30 feedback_given score=9 scale=10 channel=survey
             2026-03-03 09:00 finding_recorded cause=night
             2026-03-04 09:00 investigation_closed investigation=1",
        ),
    ];
    let march = review("2026-03", &tickets);
    let of = |report: &Report| {
        let money = &report.liability[0];
        let sums = [&money.claimed, &money.accepted, &money.settled, &money.rejected, &money.waived].map(Clone::clone);
        (money.currency.clone(), money.cases, sums.join(" "), money.open_claims)
    };
    assert_eq!(of(&march), ("CNY".to_owned(), 2, "187.05 60.00 0.00 0.00 7.00".to_owned(), 1));
    let april = review("2026-04", &tickets);
    assert_eq!(of(&april), ("CNY".to_owned(), 0, "-60.05 0.00 60.00 0.00 0.00".to_owned(), 0));
    assert_eq!(april.previous.expect("it was asked for").liability, march.liability, "April changes nothing of March");

    let said = &march.feedback;
    assert_eq!((said.scores, said.mean_percent, said.median_percent), (2, Some(55.0), Some(20.0)));
    assert_eq!((said.low, said.low_percent, said.late_unbroken), (Some(1), Some(50.0), 1));
    assert_eq!((said.complaints_about["late"], said.channels["survey"]), (1, 2));
    let looked = &march.investigations;
    assert_eq!((looked.opened, looked.opened_unbroken, looked.closed, looked.open), (2, 2, 1, 1));
    assert_eq!((&*looked.causes[0].cause, looked.causes[0].count, &*looked.list[0].subject), ("night", 2, "acme/T-3"));
    let overdue: Vec<_> = march.overdue.iter().map(|owed| (&*owed.subject, &*owed.objective, &*owed.owner)).collect();
    assert_eq!(overdue, [("acme/T-3", "investigation", "quality"), ("acme/T-1", "claim_assessment", "claims")]);
}

fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}
