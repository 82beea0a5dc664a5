//! Reviews: figures worked out by hand, and what holds for every history.

use duly_core::control::Controls;
use duly_core::ledger::derive;
use duly_core::policy::{Policy, source};
use duly_core::review::{Broken, Causes, Decided, Figures, Period, Question, Report, Review};
use duly_core::ticket::Record;
use duly_core::time::{Instant, Span};
use proptest::prelude::*;

use crate::stories::{policy, record};

/// Answers within 4 hours of 9 to 17 where the priority is high, within a day otherwise; repairs within five days.
const DESK: &str = "\
response:
  start: received
  stop: responded
  pause: {status_class: [pending, on_hold]}
  targets: [{when: {priority: high}, within: 4 working_hours}, {within: 8 working_hours}]
resolution:
  start: received
  stop: resolved
  targets: [{when: {category: repair}, within: 5 working_days}]";

/// Six hours and one hour for answers, and no promise about repairs.
const OTHERWISE: &str = "\
response:
  start: received
  stop: responded
  pause: {status_class: [pending, on_hold]}
  targets: [{when: {priority: high}, within: 6 working_hours}, {within: 1 working_hour}]";

/// The tickets of a March, and some of the February before. The desk's days are Monday to Friday, 9 to 17; 2 March is a Monday.
const TICKETS: [(&str, &str); 8] = [
    // Answered after 1 h. Resolved on Tuesday, reopened a day later and closed on Thursday: 8 + 8 h of the repair's time.
    (
        "acme/T-1",
        "2026-03-02 09:00 received priority=high team=a category=repair status_class=open
         2026-03-02 10:00 responded contains=answer
         2026-03-03 09:00 observed status_class=resolved
         2026-03-04 09:00 observed status_class=open
         2026-03-05 09:00 observed status_class=closed
         2026-03-06 09:00 feedback_given score=4",
    ),
    // Answered after 3 h 50 m of 4 h: a near miss. The customer complains all the same.
    (
        "acme/T-2",
        "2026-03-02 09:00 received priority=high team=a status_class=open
         2026-03-02 12:50 responded contains=answer
         2026-03-05 09:00 complaint_filed",
    ),
    // Half an hour on Monday; waits for the customer from 16:30 to 10:00; due 3.5 h later, 13:30; answered 2.5 h after that.
    (
        "acme/T-3",
        "2026-03-02 16:00 received priority=high team=b status_class=open
         2026-03-02 16:30 observed status_class=pending
         2026-03-03 10:00 observed status_class=open
         2026-03-03 16:00 responded contains=answer
         2026-03-04 09:00 complaint_filed",
    ),
    // Due on 1 April: it runs when March ends.
    ("acme/T-4", "2026-03-31 15:00 received status_class=open"),
    // Due on Monday 30 March at 12:00, and never answered: overdue, 5 + 8 h over when March ends.
    ("acme/T-5", "2026-03-27 16:00 received priority=high team=b status_class=open"),
    // Friday 16:00; due on Monday at 12:00, answered at 13:00. Half an hour before that another team got it.
    (
        "acme/T-6",
        "2026-02-27 16:00 received priority=high team=a status_class=open
         2026-03-02 12:30 observed team=b
         2026-03-02 13:00 responded contains=answer",
    ),
    // February's: answered after 2 h.
    (
        "acme/T-7",
        "2026-02-24 09:00 received priority=high team=b status_class=open
         2026-02-24 11:00 responded contains=answer",
    ),
    // Broken in February, answered in March: 8 + 8 + 8 + 8 + 1 h.
    (
        "acme/T-8",
        "2026-02-26 09:00 received priority=high team=a status_class=open
         2026-03-04 10:00 responded contains=answer",
    ),
];

const HOUR_MS: i64 = 3_600_000;

fn controls(objectives: &str) -> Controls {
    Controls::always([policy(objectives)]).expect("the policy compiles")
}

/// The review of `period`, of the records under their policy, and perhaps under another one.
fn review(period: &str, tickets: &[(String, Record)], other: Option<Policy>) -> Report {
    let period: Period = period.parse().expect("a period");
    let zone = chrono_tz::Tz::UTC;
    let until = period.range(zone).to.minus(Span::from_ns(1));
    let by = vec!["team".to_owned(), "priority".to_owned()];
    let question = Question { period, zone, until, by, compare: true, trend: 2, top: 5 };
    let (now, other) = (controls(DESK), other.map(|other| Controls::always([other]).expect("it compiles")));
    let mut review = Review::new(question, &now, other.is_some());
    for (subject, record) in tickets {
        derive(record, &now, until, review.now());
        if let Some((other, listener)) = other.as_ref().zip(review.other()) {
            derive(record, other, until, listener);
        }
        review.end_ticket(subject, record);
    }
    review.finish(&now, other.as_ref())
}

fn told() -> Vec<(String, Record)> {
    TICKETS.iter().map(|(subject, story)| ((*subject).to_owned(), record(story))).collect()
}

/// The counts of figures: met, breached, near misses, running, overdue, responses.
fn counts(figures: &Figures) -> [u64; 6] {
    [figures.met, figures.breached, figures.near_misses, figures.running, figures.overdue, figures.responses]
}

/// Attainment, and the percentiles in minutes.
fn levels(figures: &Figures) -> (Option<f64>, [Option<i64>; 3]) {
    let minutes = |ms: Option<i64>| ms.map(|ms| ms / 60_000);
    (figures.attainment_percent, [minutes(figures.p50_ms), minutes(figures.p90_ms), minutes(figures.p99_ms)])
}

#[test]
fn march_worked_out_by_hand() {
    let report = review("2026-03", &told(), None);
    // Met: T-1 twice, T-2. Broken: T-3, T-5, T-6. T-4 runs, T-5 is overdue. Stopped: T-1 (1 h, 16 h), T-2 (3 h 50 m),
    // T-3 (0.5 + 6 h), T-6 (1 + 4 h), T-8 (33 h): of six the third is half, the sixth is nine of ten.
    assert_eq!(counts(&report.figures), [3, 3, 1, 1, 1, 6]);
    assert_eq!(levels(&report.figures), (Some(50.0), [Some(300), Some(33 * 60), Some(33 * 60)]));
    let names: Vec<&str> = report.objectives.iter().map(|objective| &*objective.objective).collect();
    assert_eq!(names, ["resolution", "response"]);
    assert_eq!(levels(&report.objectives[0].figures), (Some(100.0), [Some(16 * 60); 3]));
    let response = &report.objectives[1];
    assert_eq!((counts(&response.figures), response.figures.attainment_percent), ([2, 3, 1, 1, 1, 5], Some(40.0)));
    let rows: Vec<_> = response.rows.iter().map(|row| (&*row.within, counts(&row.figures))).collect();
    assert_eq!(rows, [("4 working_hours", [2, 3, 1, 0, 1, 5]), ("8 working_hours", [0, 0, 0, 1, 0, 0])]);
    let bands: Vec<u64> = response.distribution.iter().map(|band| band.responses).collect();
    assert_eq!(bands, [0, 0, 1, 0, 1, 2, 0, 0, 1, 0, 0], "1 h; 3 h 50 m; 5 h and 6.5 h; 33 h");
    let tickets = report.tickets;
    assert_eq!([tickets.received, tickets.resolved, tickets.reopened, tickets.open], [5, 2, 1, 7]);
    assert_eq!(report.near_misses.len(), 1);
    let near = &report.near_misses[0];
    assert_eq!((&*near.subject, near.left_ms, near.of_ms), ("acme/T-2", HOUR_MS / 6, 4 * HOUR_MS));
}

#[test]
fn the_time_of_broken_promises_worked_out_by_hand() {
    let report = review("2026-03", &told(), None);
    let half_hours = |causes: &Causes| {
        [causes.us_ms, causes.customer_ms, causes.held_ms, causes.closed_ms, causes.total_ms].map(|ms| ms * 2 / HOUR_MS)
    };
    let told = |broken: &Broken| (broken.subject.clone(), broken.over_ms / 60_000, half_hours(&broken.causes));
    let worst: Vec<_> = report.worst.iter().map(told).collect();
    let expected = [
        // From Friday 16:00 to the end of March: 1 + 8 + 8 h open, of four days and eight hours.
        ("acme/T-5", 13 * 60, [34, 0, 0, 174, 208]),
        // A day, of which the customer had 16:30 to 10:00, the night in it.
        ("acme/T-3", 150, [13, 35, 0, 0, 48]),
        // Friday 16:00 to Monday 13:00.
        ("acme/T-6", 60, [10, 0, 0, 128, 138]),
    ];
    assert_eq!(worst, expected.map(|(subject, over, causes)| (subject.to_owned(), over, causes)));
    assert_eq!(half_hours(&report.causes), [57, 35, 0, 302, 394]);
    assert_eq!(report.worst[2].attributes["team"], "a", "the team that had it when it was broken");
    assert_eq!(report.worst[0].stopped_at, None);
}

#[test]
fn a_clock_counts_under_what_its_ticket_had_when_it_was_decided() {
    let report = review("2026-03", &told(), None);
    let of = |position: usize| -> Vec<(Option<&str>, [u64; 6], [u64; 6])> {
        let values = &report.breakdowns[position].values;
        values
            .iter()
            .map(|value| {
                let before = value.previous.as_ref().expect("February is there");
                (value.value.as_deref(), counts(&value.figures), counts(before))
            })
            .collect()
    };
    assert_eq!(report.breakdowns[0].attribute, "team");
    assert_eq!(
        of(0),
        [
            (Some("a"), [3, 1, 1, 0, 0, 5], [0, 1, 0, 1, 1, 0]),
            (Some("b"), [0, 2, 0, 0, 1, 1], [1, 0, 0, 0, 0, 1]),
            (None, [0, 0, 0, 1, 0, 0], [0; 6]),
        ]
    );
    assert_eq!(report.breakdowns[1].values.len(), 2);
}

#[test]
fn february_stands_beside_march_as_it_was() {
    let report = review("2026-03", &told(), None);
    let previous = report.previous.expect("it was asked for");
    assert_eq!((&*previous.period.name, counts(&previous.figures)), ("2026-02", [1, 1, 0, 1, 1, 1]));
    assert_eq!(levels(&previous.figures), (Some(50.0), [Some(120); 3]));
    let trend: Vec<_> = report.trend.iter().map(|part| (&*part.period.name, part.figures.attainment_percent)).collect();
    assert_eq!(trend, [("2026-01", None), ("2026-02", Some(50.0)), ("2026-03", Some(50.0))]);
    let course: Vec<_> = report.course.iter().map(|part| (part.figures.met, part.figures.breached)).collect();
    assert_eq!(course, [(0, 0), (3, 2), (0, 0), (0, 0), (0, 0), (0, 1)], "weeks from Sunday the first on");
}

#[test]
fn what_customers_say_is_held_against_the_clocks() {
    let voices = review("2026-03", &told(), None).voices;
    assert_eq!((voices.feedback, voices.score_mean), (1, Some(4.0)));
    assert_eq!((voices.complaints, voices.complaints_unbroken), (2, 1), "nothing had been broken on T-2");
}

#[test]
fn another_promise_is_held_against_the_same_history() {
    let report = review("2026-03", &told(), Some(policy(OTHERWISE)));
    let what_if = report.what_if.expect("it was asked for");
    // T-6 took 5 h of 6. T-4 would have had an hour, and T-1's repair no promise.
    assert_eq!((what_if.would_be_met, what_if.would_be_broken, what_if.otherwise_decided), (1, 0, 2));
    let changes: Vec<_> =
        what_if.changes.iter().map(|change| (&*change.subject, &*change.objective, change.now, change.then)).collect();
    assert_eq!(
        changes,
        [
            ("acme/T-1", "resolution", Decided::Met, Decided::No),
            ("acme/T-4", "response", Decided::No, Decided::Breached),
            ("acme/T-6", "response", Decided::Breached, Decided::Met),
        ]
    );
    assert_eq!((what_if.figures.met, what_if.figures.breached), (3, 3));
    let both: Vec<_> =
        what_if.objectives.iter().map(|both| (&*both.objective, both.within.len(), both.then.is_some())).collect();
    assert_eq!(both, [("resolution", 1, false), ("response", 2, true)]);
}

#[test]
fn a_reopened_clock_is_decided_by_its_last_stop() {
    let story = "2026-03-02 09:00 received category=repair priority=high status_class=open
         2026-03-02 10:00 responded contains=answer
         2026-03-30 09:00 observed status_class=resolved
         2026-04-02 09:00 observed status_class=open
         2026-04-03 09:00 observed status_class=resolved";
    let late = vec![("acme/T-1".to_owned(), record(story))];
    // Broken on 9 March, five working days later; stopped late in March, and once more in April.
    for (month, expected) in [("2026-03", [1, 1, 0, 0, 0, 2]), ("2026-04", [0, 0, 0, 0, 0, 1])] {
        assert_eq!(counts(&review(month, &late, None).figures), expected, "{month}");
    }
    let story = story.replace("03-30", "03-04");
    let met = vec![("acme/T-1".to_owned(), record(&story))];
    // Met in March, and decided once more in April, where the time since the reopening brings it over the deadline or not.
    for (month, expected) in [("2026-03", [2, 0, 0, 0, 0, 2]), ("2026-04", [1, 0, 0, 0, 0, 1])] {
        assert_eq!(counts(&review(month, &met, None).figures), expected, "{month}");
    }
}

#[test]
fn remedies_are_counted_apart_and_side_by_side() {
    let text = "policy: p\neffective_from: 2020-01-01T00:00:00Z\ncalendars:\n  office: {zone: UTC, week: {mon-fri: [\"09:00-17:00\"]}, day: 8h}\n\
         default_calendar: office\nobjectives:\n  answer: {start: received, stop: responded, targets: [{within: 4 working_hours}]}\n\
         \x20 end: {start: received, stop: resolved, targets: [{within: 8 working_hours}]}\n\
         remedies:\n  apology: {title: {en: Apology}, stop: apology_issued, within: 3 working_days, owner: boss}\n";
    let policy = source::parse(text, &|name| Err(format!("no file {name}"))).expect("a policy without mistakes").policy;
    // Both promises are broken on Monday; one apology on Wednesday makes up for both.
    let story = record("2026-03-02 09:00 received status_class=open\n2026-03-04 09:00 apology_issued");
    let period: Period = "2026-03".parse().expect("a period");
    let until = period.range(chrono_tz::Tz::UTC).to.minus(Span::from_ns(1));
    let by = vec!["team".to_owned()];
    let question = Question { period, zone: chrono_tz::Tz::UTC, until, by, compare: true, trend: 1, top: 5 };
    let controls = Controls::always([policy]).expect("it compiles");
    let mut review = Review::new(question, &controls, false);
    derive(&story, &controls, until, review.now());
    review.end_ticket("acme/T-1", &story);
    let report = review.finish(&controls, None);
    assert_eq!(counts(&report.figures), [0, 2, 0, 0, 2, 0]);
    let owed: Vec<_> = report.remedies.iter().map(|remedy| (&*remedy.title["en"], counts(&remedy.figures))).collect();
    assert_eq!(owed, [("Apology", [2, 0, 0, 0, 0, 2])]);
    assert_eq!(report.trend[1].figures, report.figures);
}

/// A few tickets to which anything happens in February and March.
fn histories() -> impl Strategy<Value = Vec<(String, Record)>> {
    let what = prop_oneof![
        Just("observed status_class=pending"),
        Just("observed status_class=open"),
        Just("observed status_class=on_hold reason=customer"),
        Just("observed status_class=on_hold reason=vendor"),
        Just("observed status_class=resolved"),
        Just("observed status_class=closed"),
        Just("observed team=b priority=high"),
        Just("observed team=a category=repair"),
        Just("observed team=null priority=low"),
        Just("responded contains=answer"),
        Just("complaint_filed"),
    ];
    let event = (0..84_000u32, what);
    let ticket = (0..84_000u32, prop::collection::vec(event, 0..9));
    prop::collection::vec(ticket, 1..12).prop_map(|tickets| {
        let at = |minute: u32| {
            let start: Instant = "2026-02-01T00:00:00Z".parse().expect("an instant");
            let at = start.plus(Span::from_s(i64::from(minute) * 60)).to_string();
            at[..16].replace('T', " ")
        };
        let story = |(received, events): &(u32, Vec<(u32, &str)>)| {
            let mut lines = vec![format!("{} received team=a category=repair status_class=open", at(*received))];
            lines.extend(events.iter().map(|(minute, what)| format!("{} {what}", at(*minute))));
            record(&lines.join("\n"))
        };
        tickets.iter().enumerate().map(|(number, ticket)| (format!("acme/T-{number}"), story(ticket))).collect()
    })
}

fn add(sum: [u64; 6], figures: &Figures) -> [u64; 6] {
    let counts = counts(figures);
    std::array::from_fn(|at| sum[at] + counts[at])
}

fn parts(causes: &Causes) -> i64 {
    causes.us_ms + causes.customer_ms + causes.held_ms + causes.emergency_ms + causes.resolved_ms + causes.closed_ms
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn parts_add_up_to_the_whole(tickets in histories()) {
        let report = review("2026-03", &tickets, None);
        let whole = counts(&report.figures);
        for breakdown in &report.breakdowns {
            prop_assert_eq!(breakdown.values.iter().map(|value| &value.figures).fold([0; 6], add), whole);
        }
        prop_assert_eq!(report.objectives.iter().map(|objective| &objective.figures).fold([0; 6], add), whole);
        for objective in &report.objectives {
            let figures = &objective.figures;
            prop_assert_eq!(objective.rows.iter().map(|row| &row.figures).fold([0; 6], add), counts(figures));
            prop_assert_eq!(objective.distribution.iter().map(|band| band.responses).sum::<u64>(), figures.responses);
            prop_assert_eq!(parts(&objective.causes), objective.causes.total_ms);
        }
        for broken in &report.worst {
            prop_assert_eq!(parts(&broken.causes), broken.causes.total_ms);
            prop_assert!(broken.over_ms <= broken.causes.us_ms, "what is over is open time too");
        }
        prop_assert_eq!(parts(&report.causes), report.causes.total_ms);
        prop_assert_eq!(report.trend.last().expect("this month").figures, report.figures);
    }

    /// I9: nothing that occurred in March changes what is said of February.
    #[test]
    fn a_review_is_the_same_whenever_it_is_made(tickets in histories()) {
        let (later, then) = (review("2026-03", &tickets, None), review("2026-02", &tickets, None));
        let previous = later.previous.expect("it was asked for");
        prop_assert_eq!(previous.figures, then.figures);
        prop_assert_eq!(previous.tickets, then.tickets);
        prop_assert_eq!(previous.causes, then.causes);
        prop_assert_eq!(previous.voices, then.voices);
        prop_assert_eq!(later.trend[1].figures, then.figures);
    }

    #[test]
    fn the_same_promise_would_have_changed_nothing(tickets in histories()) {
        let report = review("2026-03", &tickets, Some(policy(DESK)));
        let what_if = report.what_if.expect("it was asked for");
        prop_assert_eq!(what_if.figures, report.figures);
        prop_assert_eq!((what_if.changes, what_if.otherwise_decided), (vec![], 0));
    }
}
