//! What the engine relies on of brokers and librdkafka, tried on a real broker (ARCHITECTURE.md, "Kafka").

use std::time::{Duration, Instant as Stopwatch};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::Message as _;
use rdkafka::producer::{BaseRecord, Producer as _, ThreadedProducer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::cluster::{Ground, shared};
use duly_tests::chance::eventually;

const ASK: Duration = Duration::from_secs(10);

fn transactional(ground: &Ground, id: &str) -> ThreadedProducer<rdkafka::producer::DefaultProducerContext> {
    let producer: ThreadedProducer<_> = ground
        .config()
        .set("transactional.id", id)
        .set("transaction.timeout.ms", "10000")
        .create()
        .expect("a producer");
    producer.init_transactions(ASK).expect("transactions");
    producer
}

fn send(ground: &Ground, producer: &ThreadedProducer<rdkafka::producer::DefaultProducerContext>, value: &str) {
    let record = BaseRecord::<str, str>::to(&ground.cluster.topics.tickets).partition(0).payload(value).key("a/1");
    producer.send(record).map_err(|(error, _)| error).expect("it is queued");
}

/// Polls until there is a record or an end; `None` for an end.
fn next(consumer: &BaseConsumer) -> Option<i64> {
    let begun = Stopwatch::now();
    loop {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(message)) => return Some(message.offset()),
            Some(Err(KafkaError::PartitionEOF(_))) => return None,
            Some(Err(error)) => panic!("{error}"),
            None => assert!(begun.elapsed() < ASK, "neither a record nor an end"),
        }
    }
}

fn ends(consumer: &BaseConsumer, ground: &Ground) -> i64 {
    consumer.fetch_watermarks(&ground.cluster.topics.tickets, 0, ASK).expect("watermarks").1
}

/// The end of a log depends on who asks: an open transaction hides behind the stable end, which is all that a reader of
/// what is committed is told; and after a commit the last offset is a mark that no reader is ever given.
#[test]
fn the_end_of_a_log_is_another_for_each_isolation_and_marks_are_not_read() {
    let ground = Ground::new(shared(), 1, 1);
    let (committed, uncommitted) = (ground.consumer("read_committed"), ground.consumer("read_uncommitted"));
    let producer = transactional(&ground, &format!("{}claims", ground.prefix));
    producer.begin_transaction().expect("begin");
    send(&ground, &producer, "one");
    producer.flush(ASK).expect("it is written");
    assert_eq!((ends(&committed, &ground), ends(&uncommitted, &ground)), (0, 1), "open");
    producer.commit_transaction(ASK).expect("commit");
    // The mark is written after the coordinator has answered, and the stable end follows that.
    eventually("the stable end reaches the end", || ends(&committed, &ground) == 2);
    assert_eq!(ends(&uncommitted, &ground), 2, "the record and its mark");

    let mut list = TopicPartitionList::new();
    list.add_partition_offset(&ground.cluster.topics.tickets, 0, Offset::Beginning).expect("a list");
    committed.assign(&list).expect("an assignment");
    assert_eq!(next(&committed), Some(0));
    assert_eq!(next(&committed), None, "the end");
    let position = committed.position().expect("positions");
    let position = position.find_partition(&ground.cluster.topics.tickets, 0).expect("it is assigned").offset();
    assert_eq!(position, Offset::Offset(2), "told of the end, the reader is behind the mark");
    // Sent back to before the mark it is told of the end once more, though it has no position then: this is the proof that
    // nothing but marks was left.
    for _ in 0..3 {
        committed.seek(&ground.cluster.topics.tickets, 0, Offset::Offset(1), ASK).expect("seek");
        assert_eq!(next(&committed), None, "the end, told again");
    }
}

/// An aborted record has an offset and is given to nobody who reads what is committed.
#[test]
fn what_was_aborted_is_not_read() {
    let ground = Ground::new(shared(), 1, 1);
    let consumer = ground.consumer("read_committed");
    let producer = transactional(&ground, &format!("{}claims", ground.prefix));
    for is_kept in [false, true] {
        producer.begin_transaction().expect("begin");
        send(&ground, &producer, "one");
        producer.flush(ASK).expect("it is written");
        let settled = if is_kept { producer.commit_transaction(ASK) } else { producer.abort_transaction(ASK) };
        settled.expect("settled");
    }
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(&ground.cluster.topics.tickets, 0, Offset::Beginning).expect("a list");
    consumer.assign(&list).expect("an assignment");
    assert_eq!((next(&consumer), next(&consumer)), (Some(2), None));
}

/// A second producer of the same name settles what the first had open, and the first can not commit any more.
#[test]
fn a_producer_is_fenced_by_a_later_one_of_its_name() {
    let ground = Ground::new(shared(), 1, 1);
    let id = format!("{}claims", ground.prefix);
    let first = transactional(&ground, &id);
    first.begin_transaction().expect("begin");
    send(&ground, &first, "one");
    first.flush(ASK).expect("it is written");
    let second = transactional(&ground, &id);
    let uncommitted = ground.consumer("read_uncommitted");
    let committed = ground.consumer("read_committed");
    eventually("nothing is open any more", || ends(&committed, &ground) == ends(&uncommitted, &ground));
    let error = first.commit_transaction(ASK).expect_err("it is fenced");
    assert!(matches!(&error, KafkaError::Transaction(error) if error.is_fatal()), "{error}");
    second.begin_transaction().expect("the second goes on");
    second.abort_transaction(ASK).expect("abort");
}

/// A transaction whose list of offsets names no offset asks no broker, so that nobody is fenced by it; one with an offset,
/// be it an unchanged one, is fenced where the group does not know the member any more.
#[test]
fn only_a_transaction_with_an_offset_is_fenced() {
    let ground = Ground::new(shared(), 1, 1);
    let group = ground.cluster.group.clone();
    let member = |instance: &str| -> BaseConsumer {
        let mut config = ground.config();
        config.set("group.id", &group).set("group.instance.id", instance).set("auto.offset.reset", "earliest");
        config.set("enable.auto.commit", "false").set("session.timeout.ms", "6000").create().expect("a member")
    };
    let first = member("one");
    first.subscribe(&[&ground.cluster.topics.tickets]).expect("subscribe");
    let joined = |consumer: &BaseConsumer| {
        let begun = Stopwatch::now();
        while consumer.assignment().expect("an assignment").count() == 0 {
            let _ = consumer.poll(Duration::from_millis(50));
            assert!(begun.elapsed() < Duration::from_secs(30), "it does not join");
        }
    };
    joined(&first);
    let old = first.group_metadata().expect("a member");
    // Another of the same static name takes its place: the group does not know the first any more.
    let second = member("one");
    second.subscribe(&[&ground.cluster.topics.tickets]).expect("subscribe");
    joined(&second);

    let producer = transactional(&ground, &format!("{}claims", ground.prefix));
    let mut none = TopicPartitionList::new();
    none.add_partition(&ground.cluster.topics.tickets, 0);
    producer.begin_transaction().expect("begin");
    producer.send_offsets_to_transaction(&none, &old, ASK).expect("nobody is asked");
    producer.abort_transaction(ASK).expect("abort");

    let mut unchanged = TopicPartitionList::new();
    unchanged.add_partition_offset(&ground.cluster.topics.tickets, 0, Offset::Offset(0)).expect("a list");
    producer.begin_transaction().expect("begin");
    let error = producer.send_offsets_to_transaction(&unchanged, &old, ASK).expect_err("it is fenced");
    assert!(matches!(&error, KafkaError::Transaction(error) if error.txn_requires_abort()), "{error:?}");
    producer.abort_transaction(ASK).expect("abort");
    let new = second.group_metadata().expect("a member");
    producer.begin_transaction().expect("begin");
    producer.send_offsets_to_transaction(&unchanged, &new, ASK).expect("the one that the group knows may");
    producer.commit_transaction(ASK).expect("commit");
}

/// A reader that waited before an open transaction reads on when it is committed, and is told of the end behind its mark.
#[test]
fn the_end_is_told_again_behind_a_transaction_that_was_waited_for() {
    for is_kept in [true, false] {
        let ground = Ground::new(shared(), 1, 1);
        let topic = &ground.cluster.topics.tickets;
        ground.produce(&["{}".to_owned()]);
        let consumer = ground.consumer("read_committed");
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic, 0, Offset::Beginning).expect("a list");
        consumer.assign(&list).expect("an assignment");
        assert_eq!((next(&consumer), next(&consumer)), (Some(0), None));
        let producer = transactional(&ground, &format!("{}claims", ground.prefix));
        producer.begin_transaction().expect("begin");
        send(&ground, &producer, "one");
        producer.flush(ASK).expect("it is written");
        assert!(consumer.poll(Duration::from_millis(500)).is_none(), "it is hidden");
        if is_kept {
            producer.commit_transaction(ASK).expect("commit");
            assert_eq!(next(&consumer), Some(1));
        } else {
            producer.abort_transaction(ASK).expect("abort");
        }
        assert_eq!(next(&consumer), None, "the end, told again");
        let position = consumer.position().expect("positions");
        let position = position.find_partition(topic, 0).expect("it is assigned").offset();
        assert_eq!(position, Offset::Offset(3), "behind the mark; kept: {is_kept}");
    }
}
