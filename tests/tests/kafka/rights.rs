//! The rights that the README lists: with exactly those an instance works.

use std::path::Path;
use std::time::Duration;

use duly_engine::kafka::partition_of;
use duly_tests::broker::tool;
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::producer::{BaseRecord, Producer as _, ThreadedProducer};

use crate::fortress::{duly, fortress};

/// Rows of the README's table: kind of resource, name, operations.
fn rights() -> Vec<[String; 3]> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(readme).expect("the README");
    let table = readme.split("| resource | name | operations |").nth(1).expect("a table of rights");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cells = rows.map(|row| row.split('|').map(|cell| cell.trim().replace('`', "")).collect::<Vec<_>>());
    cells.map(|cells| [cells[1].clone(), cells[2].clone(), cells[3].clone()]).collect()
}

fn grant() {
    for [resource, name, operations] in rights() {
        let (kind, flag) = match resource.as_str() {
            "topic" => ("literal", "--topic"),
            "group" => ("literal", "--group"),
            "transactional id" => ("prefixed", "--transactional-id"),
            other => panic!("the README has rights to a {other}"),
        };
        let name = name.trim_end_matches('*');
        let mut arguments = vec!["--bootstrap-server", &fortress().open, "--add", "--allow-principal", "User:duly"];
        arguments.extend(["--resource-pattern-type", kind, flag, name]);
        operations.split(',').for_each(|operation| arguments.extend(["--operation", operation.trim()]));
        tool("org.apache.kafka.tools.AclCommand", &arguments);
    }
}

const RECEIVED: &str = r#"{"specversion":"1.0","type":"duly.ticket.received.v1","source":"crm","id":"1","subject":"acme/T-1","time":"2026-03-02T10:00:00+08:00","data":{"category":"technical_support","severity":"urgent"}}"#;

fn open() -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &fortress().open);
    config
}

#[test]
fn with_exactly_those_an_instance_works() {
    let (admin, user) =
        (fortress().user("rights-admin", "admin", "admin", ""), fortress().user("rights", "duly", "user", ""));
    assert_eq!(duly(&["topics", "apply", "--partitions", "2"], &admin).0, 0);
    // Without any right there is nothing to see.
    let (code, _, told) = duly(&["serve", "--exit"], &user);
    assert!(code == 78 && told.contains("there is no topic duly.ticket.events.v1"), "{told}");
    grant();
    let producer: ThreadedProducer<_> = open().create().expect("a producer");
    let topic = "duly.ticket.events.v1";
    let records = [RECEIVED, "no event"]
        .map(|value| BaseRecord::to(topic).key("acme/T-1").payload(value).partition(partition_of("acme/T-1", 2)));
    for record in records {
        producer.send(record).map_err(|(error, _)| error).expect("it is written");
    }
    producer.flush(Duration::from_secs(30)).expect("it is written");
    let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/config/policies/response-time-commitment.yaml");
    let policy = policy.display().to_string();
    let (code, _, told) =
        duly(&["serve", "--exit", "--until", "2026-03-03T00:00:00+08:00", "--policy", &policy], &user);
    assert_eq!(code, 0, "{told}");
    assert!(committed("duly.sla.events.v1") > 0, "{told}");
    assert!(committed("duly.dead-letters.v1") > 0, "{told}");
}

/// How many records of a topic a `read_committed` consumer sees.
fn committed(topic: &str) -> usize {
    let mut config = open();
    config.set("group.id", "nobody").set("isolation.level", "read_committed").set("enable.partition.eof", "true");
    let consumer: BaseConsumer = config.set("auto.offset.reset", "earliest").create().expect("a consumer");
    let mut list = rdkafka::TopicPartitionList::new();
    (0..2).for_each(|partition| _ = list.add_partition(topic, partition));
    consumer.assign(&list).expect("an assignment");
    let (mut ended, mut count) = (0, 0);
    while ended < 2 {
        match consumer.poll(Duration::from_secs(30)).expect("an answer within half a minute") {
            Ok(message) => count += usize::from(message.payload().is_some()),
            Err(rdkafka::error::KafkaError::PartitionEOF(_)) => ended += 1,
            Err(error) => panic!("{topic}: {error}"),
        }
    }
    count
}
