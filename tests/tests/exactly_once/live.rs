//! Promises that run out while the tests look on: zombies, and responses that hide in open transactions.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use duly_core::time::{Instant, Span};
use duly_engine::kafka::{Options, start};
use rdkafka::producer::{BaseRecord, Producer as _, ThreadedProducer};

use crate::cluster::{Ground, shared};
use crate::converge::options;
use crate::fleet::Fleet;
use duly_tests::chance::eventually;
use duly_tests::expected::{assert_same, expected_ledger, parse_policy};

const ASK: Duration = Duration::from_secs(10);

pub(crate) fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    // To the millisecond, as event times are written.
    Instant::from_ns(since.as_millis() as i64 * 1_000_000)
}

/// Every ticket is to be answered within so many seconds.
pub(crate) fn policy_text(within_s: u32) -> String {
    format!(
        "policy: live\neffective_from: 2020-01-01T00:00:00Z\nobjectives:\n  first_response: {{start: received, stop: \
         responded, targets: [{{within: {within_s}s}}]}}\n"
    )
}

pub(crate) fn event(ticket: u32, kind: &str, at: Instant) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{ticket}/{kind}","source":"/live","type":"duly.ticket.{kind}.v1","subject":"live/{ticket}","time":"{at}","data":{{}}}}"#
    )
}

fn wait_until(at: Instant) {
    eventually("the time comes", || {
        std::thread::park_timeout(Duration::from_millis(5));
        now() >= at
    });
}

/// An instance that is frozen for longer than its session lasts wakes up with timers due on lanes that are another's now:
/// what it would publish has to be fenced, though nothing was read and no offset has moved.
#[test]
fn a_zombie_publishes_nothing() {
    let ground = Ground::new(shared(), 8, 1);
    let policy = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(policy.path(), policy_text(15)).expect("a policy");
    let received_at = now();
    let due_at = received_at.plus(Span::from_s(15));
    let until = due_at.plus(Span::from_s(1));
    let mut fleet = Fleet::new(&ground, policy.path().to_owned(), until);
    fleet.start("one");
    fleet.start("two");
    let lines: Vec<String> = (0..80).map(|ticket| event(ticket, "received", received_at)).collect();
    ground.produce(&lines);
    eventually("all is committed", || {
        fleet.check();
        fleet.committed() >= lines.len() as i64
    });
    fleet.signal("one", "STOP");
    wait_until(due_at);
    fleet.signal("one", "CONT");
    ground.settled(until, || fleet.check());
    let expected = expected_ledger(&lines, parse_policy(&policy_text(15)), until);
    assert_eq!(expected.iter().filter(|line| line.contains("breached")).count(), lines.len(), "all are broken");
    assert_same(&ground.ledger(), &expected, "a zombie");
}

/// A response that was written, in a transaction that is still open when the promise runs out: nothing is judged before it
/// is known whether it counts.
#[test]
fn a_response_in_an_open_transaction_is_waited_for() {
    for is_kept in [true, false] {
        let ground = Ground::new(shared(), 1, 1);
        let received_at = now();
        let due_at = received_at.plus(Span::from_s(3));
        let until = due_at.plus(Span::from_s(1));
        let policy = parse_policy(&policy_text(3));
        let running =
            start(Options { policies: vec![policy.clone()], ..options(&ground, "one", until) }).expect("it starts");
        let mut lines = vec![event(1, "received", received_at)];
        ground.produce(&lines);
        let producer: ThreadedProducer<_> =
            ground.config().set("transactional.id", format!("{}crm", ground.prefix)).create().expect("a producer");
        producer.init_transactions(ASK).expect("transactions");
        producer.begin_transaction().expect("begin");
        let response = event(1, "responded", received_at.plus(Span::from_s(1)));
        let record = BaseRecord::to(&ground.cluster.topics.tickets).partition(0).key("live/1").payload(&response);
        producer.send(record).map_err(|(error, _)| error).expect("it is queued");
        producer.flush(ASK).expect("it is written");
        // Long enough for anybody who does not wait to have judged.
        wait_until(due_at.plus(Span::from_s(1)));
        let early = ground.ledger_now();
        assert!(!early.iter().any(|line| line.contains("breached")), "judged too early: {early:#?}");
        if is_kept {
            producer.commit_transaction(ASK).expect("commit");
            lines.push(response);
        } else {
            producer.abort_transaction(ASK).expect("abort");
        }
        ground.judged(until, || assert!(!running.has_ended(), "it has ended"));
        running.stop(true);
        running.join().expect("an end in good order");
        let expected = expected_ledger(&lines, policy, until);
        assert_eq!(expected.iter().any(|line| line.contains("breached")), !is_kept, "{expected:#?}");
        assert_same(&ground.ledger(), &expected, "a response in a transaction");
    }
}

/// The engine was down for longer than the promise lasts, and every answer was given in time: nothing is published that a
/// later event takes back.
#[test]
fn a_backlog_raises_no_false_breach() {
    let ground = Ground::new(shared(), 4, 1);
    let policy = parse_policy(&policy_text(600));
    let begun = now().minus(Span::from_s(7200));
    let after = |s: i64| begun.plus(Span::from_s(s));
    // A ticket every two seconds for an hour, each answered nine minutes and a bit after it came.
    let mut events: Vec<(Instant, String)> = (0..1800_u32)
        .flat_map(|ticket| {
            let (received, responded) = (after(i64::from(ticket) * 2), after(i64::from(ticket) * 2 + 590));
            [(received, event(ticket, "received", received)), (responded, event(ticket, "responded", responded))]
        })
        .collect();
    events.sort();
    let lines: Vec<String> = events.into_iter().map(|(_, line)| line).collect();
    ground.produce(&lines);
    let until = now();
    let running =
        start(Options { policies: vec![policy.clone()], ..options(&ground, "one", until) }).expect("it starts");
    ground.settled(until, || assert!(!running.has_ended(), "it has ended"));
    running.stop(true);
    running.join().expect("an end in good order");
    let false_alarms = ["duly.sla.breached.v1", duly_core::lane::RETRACTED];
    let raised: Vec<String> = ground.types().into_iter().filter(|kind| false_alarms.contains(&kind.as_str())).collect();
    assert!(raised.is_empty(), "{raised:?}");
    assert_same(&ground.ledger(), &expected_ledger(&lines, policy, until), "a backlog");
}
