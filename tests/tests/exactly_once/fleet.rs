//! Instances as processes of their own, which can be killed, frozen and started again.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use duly_core::time::Instant;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::cluster::Ground;

/// Instances of one engine.
pub(crate) struct Fleet<'g> {
    ground: &'g Ground,
    until: Instant,
    policy: std::path::PathBuf,
    prober: BaseConsumer,
    instances: BTreeMap<String, Child>,
}

impl<'g> Fleet<'g> {
    pub(crate) fn new(ground: &'g Ground, policy: std::path::PathBuf, until: Instant) -> Self {
        let mut config = ground.config();
        config.set("group.id", &ground.cluster.group).set("isolation.level", "read_uncommitted");
        let prober = config.create().expect("a consumer");
        Fleet { ground, until, policy, prober, instances: BTreeMap::new() }
    }

    /// Starts an instance, or starts it again under its name.
    pub(crate) fn start(&mut self, name: &str) {
        let child = Command::new(std::env::current_exe().expect("a test is a file"))
            .args(["--exact", "fleet::instance", "--ignored", "--nocapture"])
            .env(
                "FLEET",
                format!(
                    "{}|{}|{}|{}|{}",
                    self.ground.cluster.bootstrap,
                    self.ground.prefix,
                    name,
                    self.until,
                    self.policy.display()
                ),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        let earlier = self.instances.insert(name.to_owned(), child);
        assert!(earlier.is_none(), "{name} runs already");
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self, name: &str) {
        let mut child = self.instances.remove(name).expect("it runs");
        child.kill().expect("it is ours");
        child.wait().expect("it has ended");
    }

    /// Sends a signal, such as `STOP`.
    pub(crate) fn signal(&self, name: &str, signal: &str) {
        let id = self.instances[name].id().to_string();
        let sent = Command::new("kill").arg(format!("-{signal}")).arg(id).status().expect("kill runs");
        assert!(sent.success());
    }

    /// Fails where an instance has ended by itself.
    pub(crate) fn check(&mut self) {
        for (name, child) in &mut self.instances {
            let ended = child.try_wait().expect("a process");
            assert!(ended.is_none(), "{name} has ended: {ended:?}");
        }
    }

    /// How many records of the log the group has committed.
    pub(crate) fn committed(&self) -> i64 {
        let mut list = TopicPartitionList::new();
        for partition in 0..self.ground.partitions {
            list.add_partition(&self.ground.cluster.topics.tickets, partition as i32);
        }
        let committed = self.prober.committed_offsets(list, Duration::from_secs(10)).expect("offsets");
        let offset = |offset| if let Offset::Offset(offset) = offset { offset } else { 0 };
        committed.elements().iter().map(|element| offset(element.offset())).sum()
    }
}

impl Drop for Fleet<'_> {
    fn drop(&mut self) {
        for child in self.instances.values_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[test]
#[ignore = "it is the body of an instance"]
fn instance() {
    let text = std::env::var("FLEET").expect("FLEET");
    let part: Vec<&str> = text.split('|').collect();
    let ground = Ground::known(part[0], part[1], 8);
    let policy = crate::support::parse_policy(&std::fs::read_to_string(part[4]).expect("a policy"));
    let options = crate::converge::options(&ground, part[2], part[3].parse().expect("an instant"));
    let running = duly_engine::kafka::start(duly_engine::kafka::Options { policies: vec![policy], ..options })
        .expect("it starts");
    running.join().expect("it ends");
}
