//! The engine as it is in production: the program, as a process of its own on a core of its own.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use duly_tests::broker::pinned;
use duly_tests::ground::Ground;
use duly_tests::program;

use crate::ENGINE_CORE;
use crate::meter::{Cpu, Meter};

/// An engine that runs; it does not outlive this.
pub(crate) struct Engine {
    child: Child,
    folder: tempfile::TempDir,
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
        Engine { child, folder }
    }

    /// What it has told an operator.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Fails where it has ended.
    pub(crate) fn check(&mut self) {
        let ended = self.child.try_wait().expect("a process");
        assert!(ended.is_none(), "the engine has ended: {}", self.said());
    }

    /// Waits until it ends, and says what it has used.
    pub(crate) fn end(mut self) -> Cpu {
        let cpu = Meter::new(self.child.id()).until_its_end();
        let ended = self.child.wait().expect("a process");
        assert!(ended.success(), "the engine: {ended}; {}", self.said());
        cpu
    }

    /// Asks it to end in good order.
    pub(crate) fn stop(self) {
        let asked = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        assert!(asked.expect("kill runs").success());
        self.end();
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
