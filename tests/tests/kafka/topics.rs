//! `duly topics plan|apply`: from nothing to what is needed, and what is said of what differs.

use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;

use crate::fortress::{duly, fortress};

fn administrator() -> AdminClient<DefaultClientContext> {
    ClientConfig::new().set("bootstrap.servers", &fortress().open).create().expect("an administrator")
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

fn options() -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(Duration::from_secs(30)))
}

#[test]
fn what_is_missing_is_planned_made_and_then_there() {
    let config = fortress().user("made", "admin", "admin", "prefix: made.");
    let (code, _, told) = duly(&["serve", "--exit"], &config);
    assert_eq!(code, 78, "{told}");
    assert!(told.contains("there is no topic made.duly.control.v1") && told.contains("duly topics apply"), "{told}");
    let (code, plan, told) = duly(&["topics", "plan"], &config);
    assert_eq!(code, 1, "{told}");
    assert!(plan.starts_with("create  made.duly.ticket.events.v1\n        8 partitions\n"), "{plan}");
    assert!(plan.lines().all(|line| line.chars().count() <= 80) && !plan.contains('\x1b'), "{plan}");
    let (code, applied, told) = duly(&["topics", "apply", "--partitions", "3"], &config);
    assert_eq!((code, told.trim()), (0, "6 done, 0 left"));
    assert!(applied.contains("        3 partitions\n        cleanup.policy=compact"), "{applied}");
    // The number of lanes is that of the log, and needs not be told again.
    let (code, plan, told) = duly(&["topics", "plan"], &config);
    assert_eq!((code, told.as_str()), (0, ""));
    assert_eq!(plan.lines().filter(|line| line.starts_with("keep ")).count(), 6, "{plan}");
}

#[test]
fn what_differs_is_mended_and_what_can_not_be_is_refused() {
    let config = fortress().user("differs", "admin", "admin", "prefix: differs.");
    let new = |name, partitions| NewTopic::new(name, partitions, TopicReplication::Fixed(1));
    let log = new("differs.duly.ticket.events.v1", 2).set("cleanup.policy", "compact").set("retention.ms", "1000");
    let log = log.set("segment.ms", "77777");
    let changelog = new("differs.duly.engine.changelog.v1", 3);
    let made = wait(administrator().create_topics([&log, &changelog], &options())).expect("topics");
    assert!(made.iter().all(Result::is_ok), "{made:?}");
    let (code, plan, _) = duly(&["topics", "apply"], &config);
    assert_eq!(code, 1, "{plan}");
    assert!(
        plan.contains("cleanup.policy: compact -> delete") && plan.contains("CreateTime -> LogAppendTime"),
        "{plan}"
    );
    assert!(
        plan.contains("refuse  differs.duly.engine.changelog.v1\n        it has 3 partitions, and 2 are wanted"),
        "{plan}"
    );
    // How long events are kept is the operator's, and so is what Duly does not know.
    assert!(!plan.contains("retention.ms: 1000"), "{plan}");
    let (_, plan, _) = duly(&["topics", "plan"], &config);
    assert!(plan.starts_with("keep    differs.duly.ticket.events.v1\n"), "{plan}");
    let (code, _, told) = duly(&["serve", "--exit"], &config);
    assert!(code == 78 && told.contains("it has 3 partitions, and 2 are wanted"), "{told}");
    let described = duly_tests::broker::tool(
        "kafka.admin.ConfigCommand",
        &["--bootstrap-server", &fortress().open, "--describe", "--topic", "differs.duly.ticket.events.v1"],
    );
    assert!(described.contains("segment.ms=77777") && described.contains("retention.ms=1000"), "{described}");
}

#[test]
fn partitions_that_were_added_are_noticed() {
    let config = fortress().user("added", "admin", "admin", "prefix: added.");
    assert_eq!(duly(&["topics", "apply", "--partitions", "2"], &config).0, 0);
    let more = NewPartitions::new("added.duly.ticket.events.v1", 4);
    wait(administrator().create_partitions([&more], &options())).expect("partitions");
    let (code, _, told) = duly(&["serve", "--exit"], &config);
    assert_eq!(code, 78, "{told}");
    assert!(told.contains("duly.engine.changelog.v1: it has 2 partitions, and 4 are wanted"), "{told}");
}
