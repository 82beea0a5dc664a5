//! A service manager for tests: the socket on which systemd hears from its services, and what was said there.

use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command};
use std::time::Duration;

use tempfile::TempDir;

/// A manager that listens.
pub struct Manager {
    socket: UnixDatagram,
    folder: TempDir,
    /// All that was said, a line each.
    heard: Vec<String>,
}

impl Default for Manager {
    fn default() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = UnixDatagram::bind(folder.path().join("notify")).expect("a socket");
        socket.set_read_timeout(Some(Duration::from_secs(60))).expect("a time-out");
        Manager { socket, folder, heard: Vec::new() }
    }
}

impl Manager {
    /// Starts a service with a watchdog that allows so much silence.
    ///
    /// # Panics
    ///
    /// Where it does not start.
    pub fn start(&self, command: &mut Command, watchdog: Duration) -> Child {
        command.env("NOTIFY_SOCKET", self.folder.path().join("notify"));
        // Without WATCHDOG_PID it is for whoever reads it.
        command.env("WATCHDOG_USEC", watchdog.as_micros().to_string()).env_remove("WATCHDOG_PID");
        command.spawn().expect("the service starts")
    }

    /// Listens until this line is said, and returns what was said from the last time on up to it.
    ///
    /// # Panics
    ///
    /// Where nothing is said for a minute.
    pub fn wait_for(&mut self, is_it: impl Fn(&str) -> bool) -> Vec<String> {
        let begin = self.heard.len();
        let mut message = [0; 4096];
        loop {
            let length =
                self.socket.recv(&mut message).unwrap_or_else(|error| panic!("{error}; heard {:?}", self.heard));
            let text = std::str::from_utf8(&message[..length]).expect("UTF-8");
            let from = self.heard.len();
            self.heard.extend(text.lines().map(str::to_owned));
            if self.heard[from..].iter().any(|line| is_it(line)) {
                return self.heard[begin..].to_vec();
            }
        }
    }
}
