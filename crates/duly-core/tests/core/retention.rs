//! Retention: what was closed long ago leaves memory, and comes back from the log when it is asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use duly_core::control::{ControlEvent, Controls};
use duly_core::lane::{Input, Lane, Now, RETRACTED, Settings, Turn};
use duly_core::ledger::{Ledger, derive};
use duly_core::ticket::{Record, parse_structured};
use duly_core::time::{Instant, Span};

use crate::lane::{at, input, outcomes, portrait, redrive, restored, step, types};
use crate::stories::{event, policy};

const RECEIVED: (usize, &str) = (1, "2026-03-02 09:00 received");
const CLOSED: (usize, &str) = (2, "2026-03-02 14:00 observed status_class=closed");
/// Comes to light when the ticket has long been retired: the promise was kept.
const LATE: (usize, &str) = (3, "2026-03-02 10:00 responded");

const A_DAY: Settings = Settings {
    retention_closed: Some(Span::from_s(86_400)),
    lateness_grace: Span::ZERO,
    until: Instant::MAX,
    events_max: 10_000,
    bytes_max: 16 << 20,
    due_portion: 10_000,
    fails_on: None,
    is_durable: true,
};

fn controls() -> Arc<Controls> {
    let policy = policy("response:\n  start: received\n  stop: responded\n  targets: [{within: 4 working_hours}]");
    Arc::new(Controls::always([policy]).expect("it compiles"))
}

fn lane() -> Lane {
    Lane::new(A_DAY, controls())
}

/// A lane with one ticket, retired on the fourth; what was published of it.
fn retired() -> (Lane, Reader) {
    let (mut lane, mut reader) = (lane(), Reader::default());
    reader.read(&step(&mut lane, &[RECEIVED, CLOSED], "2026-03-02 14:00"));
    lane.committed();
    reader.read(&step(&mut lane, &[], "2026-03-04 00:00"));
    lane.committed();
    assert_eq!((lane.len(), lane.retired()), (0, 1));
    (lane, reader)
}

/// What a consumer makes of what it reads (I2).
#[derive(Default)]
struct Reader(BTreeMap<String, Vec<u8>>);

impl Reader {
    fn read(&mut self, turn: &Turn) {
        for publication in turn.publications() {
            if publication.type_name == RETRACTED {
                let data: serde_json::Value = serde_json::from_slice(publication.data).expect("JSON");
                let id = data["retracts"].as_str().expect("an id");
                assert!(self.0.remove(id).is_some(), "retracted what does not stand: {data}");
            } else {
                let before = self.0.insert(publication.id.to_string(), publication.data.to_vec());
                assert_eq!(before, None, "published twice under one id");
            }
        }
    }

    /// What stands is what is derived from `events`.
    fn check(&self, events: &[(usize, &str)], controls: &Controls, until: &str) {
        let mut record = Record::default();
        for (id, line) in events {
            record.take(&parse_structured(event(line, *id).as_bytes()).expect("an event")).expect("it is new");
        }
        let mut ledger = Ledger::of("acme/T-1");
        derive(&record, controls, at(until), &mut ledger);
        let mut derived: Vec<&[u8]> = ledger.entries().iter().map(|entry| ledger.body(entry)).collect();
        let mut standing: Vec<&[u8]> = self.0.values().map(Vec::as_slice).collect();
        derived.sort_unstable();
        standing.sort_unstable();
        assert_eq!(standing, derived);
    }
}

#[test]
fn a_closed_ticket_leaves_a_marker_and_a_late_event_is_refused() {
    let (mut lane, _) = retired();
    assert!(lane.find("acme/T-1").is_none());
    let view = lane.view("acme/T-1").expect("a marker");
    assert_eq!((view.events, view.retired_at), (2, Some(at("2026-03-04 00:00"))));
    let turn = step(&mut lane, &[LATE, RECEIVED], "2026-03-04 01:00");
    assert_eq!((outcomes(&turn), types(&turn)), (vec!["retired"; 2], vec![]));
    let said = format!("{:?}", turn.outcomes[0]);
    assert!(said.contains("acme/T-1 was closed and retired at 2026-03-04") && said.contains("redrive"), "{said}");
}

/// Events that arrive, until when time advances, and whether the ticket is retired then.
type Story<'s> = &'s [(&'s [&'s str], &'s str, bool)];

fn check_story(what: &str, story: Story<'_>) {
    let mut lane = lane();
    let mut ids = 1..;
    for (lines, now, is_retired) in story {
        let events: Vec<(usize, &str)> = ids.by_ref().zip(lines.iter().copied()).collect();
        let turn = step(&mut lane, &events, now);
        assert_eq!(outcomes(&turn), vec!["applied"; lines.len()], "{what}, at {now}");
        lane.committed();
        assert_eq!(lane.retired() == 1, *is_retired, "{what}, at {now}");
    }
}

#[test]
fn what_retires_and_what_does_not() {
    const OPENED: &str = "2026-03-02 09:00 received";
    const ENDED: &str = "2026-03-02 10:00 observed status_class=closed";
    let stories: [(&str, Story<'_>); 7] = [
        (
            "not before its time",
            &[
                (&[OPENED, ENDED], "2026-03-02 10:00", false),
                (&[], "2026-03-03 09:59", false),
                (&[], "2026-03-03 10:00", true),
            ],
        ),
        (
            "an event starts the time again",
            &[
                (&["2026-03-02 09:00 observed status_class=cancelled"], "2026-03-02 10:00", false),
                (&["2026-03-02 09:30 observed team=a"], "2026-03-03 09:00", false),
                (&[], "2026-03-03 12:00", false),
                (&[], "2026-03-04 09:00", true),
            ],
        ),
        (
            "an open one never",
            &[(&[OPENED, "2026-03-02 10:00 responded"], "2026-03-02 10:00", false), (&[], "2027-03-04 00:00", false)],
        ),
        (
            "nor a resolved one",
            &[
                (&[OPENED, "2026-03-02 10:00 observed status_class=resolved"], "2026-03-02 10:00", false),
                (&[], "2027-03-04 00:00", false),
            ],
        ),
        (
            "nor one reopened in time",
            &[
                (&[OPENED, ENDED], "2026-03-02 10:00", false),
                (&["2026-03-02 11:00 observed status_class=open"], "2026-03-03 09:00", false),
                (&[], "2026-04-04 00:00", false),
            ],
        ),
        (
            "an event that is not due yet keeps it",
            &[
                (&[OPENED, ENDED, "2026-03-20 10:00 observed team=a"], "2026-03-02 10:00", false),
                (&[], "2026-03-20 09:00", false),
                (&[], "2026-03-20 10:00", false),
                (&[], "2026-03-20 10:00", true),
            ],
        ),
        (
            "merged is closed too",
            &[(&[OPENED, "2026-03-02 10:00 merged"], "2026-03-02 10:00", false), (&[], "2026-03-04 00:00", true)],
        ),
    ];
    for (what, story) in stories {
        check_story(what, story);
    }
}

#[test]
fn what_an_event_says_of_its_time_retires_nothing() {
    let mut lane = lane();
    step(&mut lane, &[RECEIVED, CLOSED], "2026-03-02 14:00");
    let far = event("2030-01-01 00:00 received", 9).replace("T-1", "T-2");
    let told = Input { appended_at: Some(at("2026-03-02 15:00")), ..input(&far) };
    lane.step([told], Now { wall: at("2026-03-02 15:00"), is_at_end: false });
    assert_eq!(lane.retired(), 0, "the log took it within the day");
    let told = Input { appended_at: Some(at("2031-01-01 00:00")), ..input(&far) };
    lane.step([told], Now { wall: at("2026-03-02 16:00"), is_at_end: false });
    assert_eq!(lane.retired(), 0, "nothing was appended later than now");
    step(&mut lane, &[], "2026-03-03 14:00");
    assert_eq!(lane.retired(), 1);
}

#[test]
fn a_backlog_retires_by_when_the_log_took_it() {
    let mut lane = lane();
    let (texts, wall) = ([event(RECEIVED.1, 1), event(CLOSED.1, 2), event(LATE.1, 3)], at("2027-01-01 00:00"));
    for (text, appended_at) in texts.iter().zip(["2026-03-02 14:00", "2026-03-02 15:00", "2026-03-03 14:30"]) {
        let told = Input { appended_at: Some(at(appended_at)), ..input(text) };
        let turn = lane.step([told], Now { wall, is_at_end: false });
        assert_eq!(outcomes(&turn), ["applied"], "it came within the day, whenever it is read");
    }
    assert_eq!(lane.retired(), 0);
}

#[test]
fn a_revived_ticket_publishes_the_difference_alone() {
    let (mut lane, mut reader) = retired();
    reader.check(&[RECEIVED, CLOSED], &controls(), "2026-03-04 00:00");
    let turn = redrive(&mut lane, &[RECEIVED, CLOSED, LATE], "2026-03-05 00:00");
    assert_eq!(outcomes(&turn), ["applied"; 3]);
    assert_eq!(types(&turn), [RETRACTED, RETRACTED, "duly.sla.clock_met.v1"], "breach and cancellation did not happen");
    let retraction = turn.publications().next().map(|publication| publication.data.to_vec());
    let retraction = String::from_utf8(retraction.expect("it was just seen")).expect("JSON");
    assert!(retraction.contains("\"cause\":{\"source\":\"crm\",\"id\":\"e3\"}"), "{retraction}");
    reader.read(&turn);
    reader.check(&[RECEIVED, CLOSED, LATE], &controls(), "2026-03-05 00:00");
    lane.committed();
    assert_eq!((lane.len(), lane.retired()), (1, 0));
    step(&mut lane, &[], "2026-03-05 23:59");
    assert_eq!(lane.retired(), 0, "it was asked for, and stays as long as one that has just got an event");
    step(&mut lane, &[], "2026-03-06 00:00");
    assert_eq!(lane.retired(), 1);
}

#[test]
fn a_revived_ticket_goes_on_and_retires_again_and_again() {
    let (mut lane, mut reader) = retired();
    let again = (4, "2026-03-05 08:00 observed status_class=open");
    let answered = (5, "2026-03-03 08:00 responded");
    let mut log = vec![RECEIVED, CLOSED];
    for (late, now, later) in [
        (LATE, "2026-03-05 00:00", "2026-03-07 00:00"),
        ((6, "2026-03-07 01:00 event_voided id=e3"), "2026-03-07 12:00", "2026-03-09 00:00"),
        (answered, "2026-03-09 12:00", "2026-03-11 00:00"),
        ((7, "2026-03-09 13:00 event_voided id=e6"), "2026-03-11 12:00", "2026-03-13 00:00"),
    ] {
        let turn = step(&mut lane, &[late], now);
        assert_eq!(outcomes(&turn), ["retired"]);
        lane.committed();
        log.push(late);
        let turn = redrive(&mut lane, &log, now);
        assert_eq!(outcomes(&turn), vec!["applied"; log.len()]);
        reader.read(&turn);
        lane.committed();
        lane = restored(&lane, A_DAY, &controls());
        reader.check(&log, &controls(), now);
        reader.read(&step(&mut lane, &[], later));
        lane.committed();
        assert_eq!(lane.retired(), 1);
        lane = restored(&lane, A_DAY, &controls());
    }
    log.push(again);
    reader.read(&redrive(&mut lane, &log, "2026-03-13 01:00"));
    lane.committed();
    reader.check(&log, &controls(), "2026-03-13 01:00");
    assert_eq!(lane.find("acme/T-1").map(|ticket| ticket.record().len()), Some(log.len()));
}

#[test]
fn a_ticket_comes_back_whole_or_not_at_all() {
    for (fed, expected) in [
        (&[RECEIVED, LATE][..], vec!["retired"; 2]),
        (&[LATE], vec!["retired"]),
        (&[LATE, CLOSED, RECEIVED], vec!["retired"; 3]),
        (&[RECEIVED, (2, "2026-03-02 14:00 observed status_class=cancelled"), LATE], vec!["retired"; 3]),
        (&[CLOSED, RECEIVED, RECEIVED, LATE], vec!["applied", "applied", "duplicate", "applied"]),
        (&[RECEIVED, CLOSED], vec!["applied"; 2]),
    ] {
        let (mut lane, mut reader) = retired();
        let before = portrait(&lane);
        let turn = redrive(&mut lane, fed, "2026-03-04 00:00");
        assert_eq!(outcomes(&turn), expected, "{fed:?}");
        reader.read(&turn);
        if expected[0] == "retired" {
            assert_eq!((types(&turn), turn.changed.len(), portrait(&lane).3), (vec![], 0, before.3.clone()), "{fed:?}");
            let said = format!("{:?}", turn.outcomes[0]);
            assert!(said.contains("with 2 events"), "{said}");
        }
        lane.discarded();
        assert_eq!(portrait(&lane), before, "{fed:?}");
    }
}

#[test]
fn a_policy_that_came_meanwhile_counts_for_the_revived_ticket() {
    let (mut lane, mut reader) = retired();
    let stricter = policy("response:\n  start: received\n  stop: responded\n  targets: [{within: 1h}]");
    let published = ControlEvent::PolicyPublished { policy: stricter, effective_from: Some(Instant::MIN) };
    let controls = Arc::new(lane.controls().with([published]).expect("it compiles"));
    lane.control(Arc::clone(&controls));
    let turn = step(&mut lane, &[], "2026-03-05 00:00");
    assert!(turn.is_empty() && !turn.is_sweeping, "a marker is not swept: {turn:?}");
    lane.committed();
    lane = restored(&lane, A_DAY, &controls);
    reader.read(&redrive(&mut lane, &[RECEIVED, CLOSED], "2026-03-05 00:00"));
    reader.check(&[RECEIVED, CLOSED], &controls, "2026-03-05 00:00");
}

#[test]
fn a_ticket_is_brought_under_new_control_events_before_it_retires() {
    let (mut lane, mut reader) = (lane(), Reader::default());
    reader.read(&step(&mut lane, &[RECEIVED, CLOSED], "2026-03-02 14:00"));
    lane.committed();
    let stricter = policy("response:\n  start: received\n  stop: responded\n  targets: [{within: 1h}]");
    let published = ControlEvent::PolicyPublished { policy: stricter, effective_from: Some(Instant::MIN) };
    let controls = Arc::new(lane.controls().with([published]).expect("it compiles"));
    lane.control(Arc::clone(&controls));
    let turn = step(&mut lane, &[], "2026-03-04 00:00");
    assert_eq!((lane.retired(), turn.is_sweeping), (0, true), "what the policy changes is published first");
    reader.read(&turn);
    reader.read(&step(&mut lane, &[], "2026-03-04 00:00"));
    assert_eq!(lane.retired(), 1);
    reader.check(&[RECEIVED, CLOSED], &controls, "2026-03-04 00:00");
}

#[test]
fn a_discarded_turn_has_retired_and_revived_nothing() {
    let mut lane = lane();
    step(&mut lane, &[RECEIVED, CLOSED], "2026-03-02 14:00");
    lane.committed();
    let before = portrait(&lane);
    for _ in 0..2 {
        let turn = step(&mut lane, &[], "2026-03-04 00:00");
        assert_eq!((&turn.changed[..], lane.retired()), (&[0][..], 1));
        assert!(lane.find("acme/T-1").is_some(), "readers see what is committed");
        let turn = redrive(&mut lane, &[RECEIVED, CLOSED, LATE], "2026-03-04 00:00");
        assert_eq!(types(&turn), [RETRACTED, RETRACTED, "duly.sla.clock_met.v1"]);
        lane.discarded();
        assert_eq!(portrait(&lane), before);
    }
}

#[test]
fn a_step_retires_a_portion_and_asks_for_another() {
    let mut lane = lane();
    let texts: Vec<String> = (0..2_500)
        .flat_map(|number| [RECEIVED, CLOSED].map(|(id, line)| event(line, id).replace("T-1", &format!("T-{number}"))))
        .collect();
    lane.step(texts.iter().map(|text| input(text)), Now { wall: at("2026-03-02 14:00"), is_at_end: true });
    lane.committed();
    for (retired, is_sweeping) in [(2_000, true), (2_500, false)] {
        let turn = step(&mut lane, &[], "2026-03-04 00:00");
        assert_eq!((lane.retired(), turn.is_sweeping), (retired, is_sweeping));
        lane.committed();
    }
}

#[test]
fn a_ticket_whose_events_were_never_dated_counts_from_now() {
    let mut lane = lane();
    let texts = [event(RECEIVED.1, 1), event(CLOSED.1, 2)];
    lane.step(texts.iter().map(|text| input(text)), Now { wall: Instant::MIN, is_at_end: false });
    lane.committed();
    for (now, retired) in
        [("2026-03-10 00:00", 0), ("2026-03-10 01:00", 0), ("2026-03-10 23:00", 0), ("2026-03-11 01:00", 1)]
    {
        step(&mut lane, &[], now);
        lane.committed();
        lane = restored(&lane, A_DAY, &controls());
        assert_eq!(lane.retired(), retired, "{now}");
    }
}
