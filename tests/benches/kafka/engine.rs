//! The engine as it is in production: the program, as a process of its own on a core of its own.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use duly_tests::broker::pinned;
use duly_tests::chance::eventually;
use duly_tests::ground::Ground;
use duly_tests::program;

use crate::meter::{Cpu, Meter};
use crate::{ENGINE_CORE, LANES};

/// How often is looked what it has done.
pub(crate) const LOOK: Duration = Duration::from_millis(20);

/// An engine that runs; it does not outlive this.
pub(crate) struct Engine {
    child: Child,
    folder: tempfile::TempDir,
    meter: Meter,
}

impl Engine {
    /// Starts it with defaults, but for `settings`: further lines of the section `kafka`.
    pub(crate) fn start(ground: &Ground, policy: &Path, settings: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("duly.yaml");
        let Ground { cluster, prefix, .. } = ground;
        let text = format!(
            "kafka:\n  bootstrap: {}\n  prefix: {prefix}\n  group: {}\n  instance: one\n{settings}listen: 127.0.0.1:0\n",
            cluster.bootstrap, cluster.group
        );
        fs::write(&config, text).expect("settings");
        let log = File::create(folder.path().join("log")).expect("a file");
        let mut command = pinned(ENGINE_CORE);
        command
            .arg(program::path())
            .arg("serve")
            .args(arguments)
            .arg("--policy")
            .arg(policy)
            .arg("--config")
            .arg(config);
        let child = command.stdin(Stdio::null()).stderr(log).spawn().expect("the program starts");
        Engine { meter: Meter::new(child.id()), child, folder }
    }

    /// Waits until all lanes are at work, which they come to one after another.
    pub(crate) fn await_lanes(&mut self) {
        eventually("all lanes are at work", || {
            self.check();
            std::thread::sleep(LOOK);
            self.said().matches("tickets restored").count() == LANES
        });
    }

    /// What it has told an operator.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Waits until it has committed so many events.
    pub(crate) fn await_events(&mut self, ground: &Ground, events: usize) {
        let prober = ground.prober();
        while ground.committed(&prober) < events as i64 {
            self.check();
            std::thread::sleep(LOOK * 5);
        }
    }

    /// Fails where it has ended.
    pub(crate) fn check(&mut self) {
        let ended = self.child.try_wait().expect("a process");
        assert!(ended.is_none(), "the engine has ended: {}", self.said());
    }

    /// Waits until it ends, and says what it has used.
    pub(crate) fn end(mut self) -> Cpu {
        let cpu = self.meter.until_its_end();
        let ended = self.child.wait().expect("a process");
        assert!(ended.success(), "the engine: {ended}; {}", self.said());
        cpu
    }

    /// Has it end in good order, and says what it has used.
    pub(crate) fn stop(self) -> Cpu {
        self.signal("TERM");
        self.end()
    }

    /// Sends a signal, such as `STOP`.
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").arg(format!("-{signal}")).arg(self.child.id().to_string()).status();
        assert!(sent.expect("kill runs").success());
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
