//! Instances as processes of their own, which can be killed, frozen and started again.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::process::{Child, Command, Stdio};

use duly_core::time::Instant;
use rdkafka::consumer::BaseConsumer;

use crate::cluster::Ground;
use duly_tests::program::duly;

/// Instances of one engine.
pub(crate) struct Fleet<'g> {
    ground: &'g Ground,
    until: Instant,
    policy: std::path::PathBuf,
    /// What the settings say beside the cluster.
    settings: String,
    timeouts: Timeouts,
    prober: BaseConsumer,
    instances: BTreeMap<String, Child>,
    folder: tempfile::TempDir,
}

/// After which silence lanes go to others, and how long a transaction may be open, in seconds.
pub(crate) struct Timeouts {
    pub(crate) session_s: u32,
    pub(crate) transaction_s: u32,
}

impl<'g> Fleet<'g> {
    /// Instances that are soon missed when they are gone.
    pub(crate) fn new(ground: &'g Ground, policy: std::path::PathBuf, until: Instant) -> Self {
        Fleet::with(ground, policy, until, Timeouts { session_s: 6, transaction_s: 5 })
    }

    pub(crate) fn with(ground: &'g Ground, policy: std::path::PathBuf, until: Instant, timeouts: Timeouts) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (settings, prober) = (String::new(), ground.prober());
        Fleet { ground, until, policy, settings, timeouts, prober, instances: BTreeMap::new(), folder }
    }

    /// The same instances, with more settings.
    pub(crate) fn with_settings(mut self, settings: String) -> Self {
        self.settings = settings;
        self
    }

    /// Starts an instance, or starts it again under its name.
    pub(crate) fn start(&mut self, name: &str) {
        let settings = self.folder.path().join(format!("{name}.yaml"));
        let Ground { cluster, prefix, .. } = self.ground;
        let Timeouts { session_s, transaction_s } = self.timeouts;
        // One of them works with two threads.
        let workers = if name == "two" { 2 } else { 1 };
        let text = format!(
            "kafka:\n  bootstrap: {}\n  prefix: {prefix}\n  group: {}\n  instance: {name}\n  session_timeout: {session_s}s\n  \
             transaction_timeout: {transaction_s}s\n  \
             snapshots: {name}-snapshots\n  workers: {workers}\n  snapshot_interval: 1s\n  progress_interval: 1s\nlisten: 127.0.0.1:0\n{}",
            cluster.bootstrap, cluster.group, self.settings
        );
        fs::write(&settings, text).expect("settings");
        let log = File::options().create(true).append(true).open(self.folder.path().join(format!("{name}.log")));
        let child = duly()
            .args(["serve", "--until", &self.until.to_string(), "--config"])
            .arg(settings)
            .arg("--policy")
            .arg(&self.policy)
            .stdin(Stdio::null())
            .stderr(log.expect("a file"))
            .spawn()
            .expect("the program starts");
        let earlier = self.instances.insert(name.to_owned(), child);
        assert!(earlier.is_none(), "{name} runs already");
    }

    /// The instances that run.
    pub(crate) fn names(&self) -> Vec<String> {
        self.instances.keys().cloned().collect()
    }

    /// Ends an instance in good order; its lanes wait for it.
    pub(crate) fn stop(&mut self, name: &str) {
        self.end(name, "TERM");
    }

    /// Ends an instance in good order; its lanes go to others.
    pub(crate) fn leave(&mut self, name: &str) {
        self.end(name, "USR1");
    }

    fn end(&mut self, name: &str, signal: &str) {
        self.signal(name, signal);
        let mut child = self.instances.remove(name).expect("it runs");
        let ended = child.wait().expect("a process");
        assert!(ended.success(), "{name}: {ended}; {}", self.said(name));
    }

    /// The snapshot of a lane, where the instance has one.
    pub(crate) fn snapshot(&self, name: &str, lane: i32) -> std::path::PathBuf {
        let group: String = self.ground.cluster.group.replace('.', "-");
        self.folder.path().join(format!("{name}-snapshots/{group}/lane-{lane}.snapshot"))
    }

    /// What an instance has told an operator.
    pub(crate) fn said(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(format!("{name}.log"))).unwrap_or_default()
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
        let ended = |(name, child): (&String, &mut Child)| child.try_wait().expect("a process").map(|_| name.clone());
        let ended = self.instances.iter_mut().find_map(ended);
        assert!(ended.is_none(), "{ended:?} has ended: {}", self.said(ended.as_deref().unwrap_or_default()));
    }

    /// How many records of the log the group has committed.
    pub(crate) fn committed(&self) -> i64 {
        self.ground.committed(&self.prober)
    }
}

impl Drop for Fleet<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.instances.keys().for_each(|name| eprintln!("{name} has said:\n{}", self.said(name)));
            eprintln!("the log and the group:\n{}", self.ground.standing());
        }
        for child in self.instances.values_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
