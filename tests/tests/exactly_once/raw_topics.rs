//! What may become of a raw topic while it is read: open transactions, a topic made anew, more partitions, instances that come and
//! go, and messages that the log has no room for.

use std::sync::Arc;
use std::time::Duration;

use duly_core::time::{Instant, Span};
use duly_engine::kafka::{DeadLetters, Options, Running, Which, start};
use duly_tests::broker::Brokers;
use duly_tests::chance::{Dice, eventually, eventually_within};
use duly_tests::expected::{assert_same, expected_ledger, parse_policy};
use duly_tests::raw::Raw;
use rdkafka::admin::{AdminClient, AdminOptions, AlterConfig, NewPartitions, ResourceSpecifier};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::Consumer as _;
use rdkafka::message::Message as _;
use rdkafka::metadata::MetadataPartition;
use rdkafka::producer::{BaseRecord, Producer as _, ThreadedProducer};

use crate::brokers::FAILOVER;
use crate::cluster::{Event, Ground, shared};
use crate::converge::options;
use crate::live::{event, now, policy_text};

const ASK: Duration = Duration::from_secs(10);

/// Promises of an hour, so that nothing runs out meanwhile.
const LONG_S: u32 = 3600;

/// A promise that runs out while the test looks on.
const SHORT_S: u32 = 5;

fn run(ground: &Ground, raw: &Raw<'_>, name: &str, within_s: u32, until: Instant) -> Running {
    let (policies, sources) = (vec![parse_policy(&policy_text(within_s))], vec![Arc::new(raw.source())]);
    start(Options { policies, sources, ..options(ground, name, until) }).expect("it starts")
}

fn end(running: Running) {
    running.stop(true);
    running.join().expect("an end in good order");
}

fn administrator(ground: &Ground) -> AdminClient<DefaultClientContext> {
    ground.config().create().expect("an administrator")
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

/// How many tickets have a clock.
fn started(ground: &Ground) -> usize {
    ground.ledger_now().iter().filter(|line| line.contains("clock_started")).count()
}

/// How many tickets are in the log, whether anything was judged of them or not.
fn copied(ground: &Ground) -> usize {
    let (mut count, mut ends) = (0, 0);
    ground.read(&ground.cluster.topics.tickets, ground.partitions, |event| {
        match event {
            Event::Record(message) => {
                let text = String::from_utf8_lossy(message.payload().expect("a value"));
                count += usize::from(text.contains("duly.ticket.received"));
            }
            Event::End(_) => ends += 1,
            Event::Nothing => {}
        }
        ends == ground.partitions
    });
    count
}

fn received(tickets: std::ops::Range<u32>, at: Instant) -> Vec<String> {
    tickets.map(|ticket| event(ticket, "received", at)).collect()
}

/// An answer is in a transaction of the source that is open when the promise runs out: nothing is judged before it is known
/// whether it counts.
#[test]
fn an_answer_in_an_open_transaction_of_a_source_is_waited_for() {
    let (mut dice, _) = Dice::printed();
    let ground = Ground::new(shared(), 1, 1);
    let raw = Raw::new(&ground, 1, 1, "cloudevents");
    let running = run(&ground, &raw, "one", SHORT_S, Instant::MAX);
    let producer: ThreadedProducer<_> =
        ground.config().set("transactional.id", format!("{}crm", ground.prefix)).create().expect("a producer");
    producer.init_transactions(ASK).expect("transactions");
    let received_at = now();
    let due_at = received_at.plus(Span::from_s(SHORT_S.into()));
    let until = due_at.plus(Span::from_s(1));
    let mut lines = received(1..2, received_at);
    raw.produce(&lines, &mut dice);
    producer.begin_transaction().expect("begin");
    let response = event(1, "responded", received_at.plus(Span::from_s(1)));
    let record = BaseRecord::<(), _>::to(&raw.topic).partition(0).payload(&response);
    producer.send(record).map_err(|(error, _)| error).expect("it is queued");
    producer.flush(ASK).expect("it is written");
    assert!(now() < due_at, "it was written too late to say anything");
    eventually("anybody who does not wait has judged", || {
        std::thread::park_timeout(Duration::from_millis(5));
        now() >= due_at.plus(Span::from_s(2))
    });
    let early = ground.ledger_now();
    assert!(!early.iter().any(|line| line.contains("breached")), "judged too early: {early:#?}");
    producer.commit_transaction(ASK).expect("commit");
    lines.push(response);
    ground.judged(until, || assert!(!running.has_ended(), "it has ended"));
    end(running);
    assert_same(
        &ground.ledger(),
        &expected_ledger(&raw.mapped(&lines), parse_policy(&policy_text(SHORT_S)), until),
        "open in a source",
    );
}

/// The topic is made anew while nobody reads it, and ends before what was read of the earlier one: it is read from its beginning.
#[test]
fn a_topic_made_anew_is_read_from_its_beginning() {
    let (mut dice, _) = Dice::printed();
    let ground = Ground::new(shared(), 2, 1);
    let raw = Raw::new(&ground, 1, 1, "cloudevents");
    let until = now().plus(Span::from_s(60));
    let running = run(&ground, &raw, "one", LONG_S, until);
    raw.produce(&received(0..5, now()), &mut dice);
    eventually("the first are copied", || started(&ground) == 5);
    end(running);
    let deleted = wait(administrator(&ground).delete_topics(&[&raw.topic], &AdminOptions::new())).expect("an answer");
    assert!(deleted.iter().all(Result::is_ok), "{deleted:?}");
    let mut anew = None;
    eventually("it can be made again", || {
        anew = Raw::try_new(&ground, 1, 1, "cloudevents");
        anew.is_some()
    });
    let raw = anew.expect("it was waited for");
    raw.produce(&received(5..7, now()), &mut dice);
    let running = run(&ground, &raw, "one", LONG_S, until);
    eventually("what is in the new one is copied", || started(&ground) == 7);
    end(running);
}

/// The topic gets more partitions while it is read, and they are read too.
#[test]
fn partitions_that_are_added_are_read() {
    let (mut dice, _) = Dice::printed();
    let ground = Ground::new(shared(), 2, 1);
    let raw = Raw::new(&ground, 1, 1, "cloudevents");
    let running = run(&ground, &raw, "one", LONG_S, now().plus(Span::from_s(60)));
    raw.produce(&received(0..3, now()), &mut dice);
    eventually("the first are copied", || started(&ground) == 3);
    let more = NewPartitions::new(&raw.topic, 3);
    let made = wait(administrator(&ground).create_partitions([&more], &AdminOptions::new())).expect("an answer");
    assert!(made.iter().all(Result::is_ok), "{made:?}");
    let producer = ground.producer();
    for (partition, line) in (0..3).zip(received(3..6, now())) {
        let record = BaseRecord::<(), _>::to(&raw.topic).partition(partition).payload(&line);
        producer.send(record).map_err(|(error, _)| error).expect("it is queued");
    }
    producer.flush(ASK).expect("it is written");
    eventually("all three are copied", || started(&ground) == 6);
    end(running);
}

/// The only broker that has a partition is gone when the source is first read: the others are read, nothing is judged that it may still
/// say something about, and it is read once it is back.
#[test]
fn a_partition_without_a_leader_holds_up_no_other() {
    let mut brokers = Brokers::start(&["--brokers", "3"]);
    let ground = Ground::new(&brokers.bootstrap, 2, 3);
    let raw = Raw::new(&ground, 3, 1, "cloudevents");
    let produce = |partitions: std::ops::Range<i32>| {
        let producer = ground.producer();
        for (partition, line) in partitions.clone().zip(received(partitions.start as u32..partitions.end as u32, now()))
        {
            let record = BaseRecord::<(), _>::to(&raw.topic).partition(partition).payload(&line);
            producer.send(record).map_err(|(error, _)| error).expect("it is queued");
        }
        producer.flush(ASK).expect("it is written");
    };
    let prober = ground.prober();
    let leader = || {
        let metadata = prober.fetch_metadata(Some(&raw.topic), ASK).ok()?;
        metadata.topics()[0].partitions().iter().find(|partition| partition.id() == 0).map(MetadataPartition::leader)
    };
    produce(0..1);
    eventually_within(FAILOVER, "every broker has its copies", || ground.is_in_sync(&prober));
    let mut broker = None;
    eventually("it has a leader", || {
        broker = leader().filter(|leader| *leader > 0);
        broker.is_some()
    });
    let broker = broker.expect("it was waited for");
    brokers.command(&format!("kill {broker}"));
    eventually_within(FAILOVER, "it has no leader", || leader() == Some(-1));
    let running = run(&ground, &raw, "one", LONG_S, now().plus(Span::from_s(60)));
    produce(1..3);
    eventually_within(FAILOVER, "the others are copied", || copied(&ground) == 2);
    assert_eq!(started(&ground), 0, "judged though it may have something to say");
    brokers.command(&format!("start {broker}"));
    eventually_within(FAILOVER, "it is copied too, and judged", || started(&ground) == 3);
    end(running);
}

/// Instances come and go while a source has a backlog: each message gives its event once, whoever has its partition.
#[test]
fn instances_that_come_and_go_share_a_backlog() {
    let (mut dice, _) = Dice::printed();
    let ground = Ground::new(shared(), 4, 1);
    let raw = Raw::new(&ground, 6, 1, "cloudevents");
    let begun = now();
    let lines = received(0..6_000, begun);
    raw.produce(&lines, &mut dice);
    let until = begun.plus(Span::from_s(1));
    let mut running: Vec<Running> = Vec::new();
    for name in ["one", "two", "three"] {
        running.push(run(&ground, &raw, name, LONG_S, until));
    }
    eventually("some of it is copied", || ground.committed(&ground.prober()) > 500);
    end(running.remove(0));
    running.push(run(&ground, &raw, "four", LONG_S, until));
    eventually("all of it is copied", || {
        assert!(!running.iter().any(Running::has_ended), "one has ended");
        raw.is_copied()
    });
    ground.judged(until, || {});
    running.into_iter().for_each(end);
    assert_same(
        &ground.ledger(),
        &expected_ledger(&raw.mapped(&lines), parse_policy(&policy_text(LONG_S)), until),
        "a backlog",
    );
}

/// The log takes less than is usual: an event that is too long for it is a dead letter, and the reader goes on.
#[test]
fn an_event_that_the_log_does_not_take_is_a_dead_letter() {
    let (mut dice, _) = Dice::printed();
    let ground = Ground::new(shared(), 1, 1);
    let tight = AlterConfig::new(ResourceSpecifier::Topic(&ground.cluster.topics.tickets))
        .set("max.message.bytes", "60000")
        .set("message.timestamp.type", "LogAppendTime");
    let altered = wait(administrator(&ground).alter_configs([&tight], &AdminOptions::new())).expect("an answer");
    assert!(altered.iter().all(Result::is_ok), "{altered:?}");
    let raw = Raw::new(&ground, 1, 1, "cloudevents");
    let mut lines = received(0..500, now());
    // Of what does not shrink when it is packed.
    let noise: String =
        (0..100_000).map(|_| char::from(b'!' + dice.below(90) as u8)).filter(|c| !"\"\\".contains(*c)).collect();
    lines.insert(
        250,
        event(1000, "received", now()).replace("\"data\":{}", &format!("\"data\":{{\"note\":\"{noise}\"}}")),
    );
    raw.produce(&lines, &mut dice);
    let running = run(&ground, &raw, "one", LONG_S, now().plus(Span::from_s(60)));
    eventually("the others are copied", || started(&ground) == 500);
    end(running);
    let letters = DeadLetters::open(&ground.cluster).expect("dead letters");
    let letters = letters.list(&Which { limit: 10, ..Which::default() }).expect("a list");
    let told: Vec<(&str, &str, i64)> =
        letters.iter().map(|letter| (&*letter.reason, &*letter.topic, letter.offset)).collect();
    assert_eq!(told, [("too_large", &*raw.topic, 250)]);
}
