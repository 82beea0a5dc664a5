//! A real SMTP server for tests, by `tests/scripts/mail`. One that does not come up is a failure of the test.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde_json::Value;

/// A server that runs.
pub struct MailServer {
    /// Its port on loopback.
    pub port: u16,
    child: Child,
    taken: Arc<Mutex<Vec<Value>>>,
}

impl MailServer {
    /// Starts one, as `tests/scripts/mail run` does with these options.
    ///
    /// # Panics
    ///
    /// Where it does not start. The script says on standard error why.
    pub fn start(options: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/mail");
        let mut child = Command::new(&script)
            .arg("run")
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not run: {error}", script.display()));
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines().map_while(Result::ok);
        let ready = lines.next().unwrap_or_default();
        let port = ready.strip_prefix("ready ").and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| panic!("no mail server: {} says why", script.display()));
        let taken = Arc::<Mutex<Vec<Value>>>::default();
        let theirs = Arc::clone(&taken);
        thread::spawn(move || {
            for line in lines {
                let message = serde_json::from_str(&line).expect("JSON");
                theirs.lock().unwrap_or_else(PoisonError::into_inner).push(message);
            }
        });
        MailServer { port, child, taken }
    }

    /// The messages that it has taken: `to`, `from` and `content` of each.
    pub fn taken(&self) -> Vec<Value> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
