//! A year of the real service desk, month by month: what reviews say of it adds up.

use std::sync::Arc;

use duly_core::control::Controls;
use duly_core::lane::{Input, Lane, Now, Settings};
use duly_core::review::{Causes, Figures, Period, Question, Report, Review, zone};
use duly_core::ticket::parse_structured;
use duly_core::time::{Instant, Span};
use duly_tests::real_log;

fn lane() -> Lane {
    let controls = Controls::always([real_log::policy()]).expect("the policy compiles");
    let mut lane = Lane::new(Settings { is_durable: false, ..Settings::default() }, Arc::new(controls));
    let lines = real_log::lines();
    let inputs = lines.iter().map(|line| Input {
        appended_at: None,
        revives: false,
        content: parse_structured(line.as_bytes()).into(),
    });
    lane.step(inputs, Now { wall: Instant::MIN, is_at_end: false });
    lane
}

fn review(lane: &Lane, period: &str) -> Report {
    let period: Period = period.parse().expect("a period");
    let zone = zone(lane.controls());
    assert_eq!(zone, chrono_tz::Europe::Lisbon, "the policy's calendar is there");
    let until = period.range(zone).to.minus(Span::from_ns(1));
    let by = ["category", "priority", "team", "agent", "customer"].map(str::to_owned).to_vec();
    let question = Question { period, zone, until, by, compare: true, trend: 3, top: 10 };
    let mut review = Review::new(question, lane.controls(), false);
    for (subject, ticket) in lane.tickets() {
        lane.derive(subject, &ticket, until, review.now()).expect("the core does not fail");
        review.end_ticket(subject, ticket.record());
    }
    review.finish(lane.controls(), None)
}

fn add(sum: [u64; 6], figures: &Figures) -> [u64; 6] {
    let Figures { met, breached, near_misses, running, overdue, responses, .. } = *figures;
    let counts = [met, breached, near_misses, running, overdue, responses];
    std::array::from_fn(|at| sum[at] + counts[at])
}

fn parts(causes: &Causes) -> i64 {
    let Causes { us_ms, customer_ms, held_ms, emergency_ms, resolved_ms, closed_ms, .. } = *causes;
    us_ms + customer_ms + held_ms + emergency_ms + resolved_ms + closed_ms
}

#[test]
fn every_month_of_the_real_desk_adds_up() {
    let lane = lane();
    let mut received = 0;
    let mut before: Option<Report> = None;
    for month in 1..=12 {
        let report = review(&lane, &format!("2016-{month:02}"));
        let whole = add([0; 6], &report.figures);
        for breakdown in &report.breakdowns {
            let sum = breakdown.values.iter().map(|value| &value.figures).fold([0; 6], add);
            assert_eq!(sum, whole, "{} by {}", report.period.name, breakdown.attribute);
        }
        assert_eq!(parts(&report.causes), report.causes.total_ms, "{}", report.period.name);
        let previous = report.previous.as_ref().expect("it was asked for");
        if let Some(before) = &before {
            assert_eq!(previous.figures, before.figures, "{} as {} had it", before.period.name, report.period.name);
            assert_eq!(previous.causes, before.causes);
        }
        received += report.tickets.received;
        before = Some(report);
    }
    let year = review(&lane, "2016");
    assert_eq!(received, year.tickets.received);
    assert_eq!((year.figures.met, year.figures.breached), (27_970, 6_524), "as `duly replay` sums it up");
}
