//! A real Kafka for tests, by `tests/scripts/kafka`: brokers on loopback that end with whoever started them.
//!
//! A broker that does not come up is a failure of the test, never a reason to skip it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Brokers that run.
pub struct Brokers {
    /// Where they are.
    pub bootstrap: String,
    child: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Brokers {
    /// Starts brokers, as `tests/scripts/kafka run` does with these options.
    ///
    /// # Panics
    ///
    /// Where they do not start. The script says on standard error why.
    pub fn start(options: &[&str]) -> Self {
        Brokers::spawn(&mut Command::new(script()), options)
    }

    /// The same on one core, which they keep to.
    ///
    /// # Panics
    ///
    /// As [`Brokers::start`], and where there is no such core.
    pub fn start_pinned(core: usize, options: &[&str]) -> Self {
        Brokers::spawn(pinned(core).arg(script()), options)
    }

    fn spawn(command: &mut Command, options: &[&str]) -> Self {
        let mut child = command
            .arg("run")
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not run: {error}"));
        let mut answers = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        answers.read_line(&mut line).expect("the script says something");
        let Some(bootstrap) = line.trim().strip_prefix("ready ") else {
            panic!("no Kafka: these tests need a real broker, and {} says why there is none", script().display())
        };
        Brokers { bootstrap: bootstrap.to_owned(), commands: child.stdin.take(), answers, child }
    }

    /// Has the script do something to a broker, such as `kill 1`.
    ///
    /// # Panics
    ///
    /// Where it can not.
    pub fn command(&mut self, command: &str) {
        let commands = self.commands.as_mut().expect("it runs");
        writeln!(commands, "{command}").expect("the script listens");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the script answers");
        assert_eq!(line.trim(), "done", "{command}");
    }
}

impl Drop for Brokers {
    fn drop(&mut self) {
        drop(self.commands.take());
        let _ = self.child.wait();
    }
}

/// The beginning of a command that keeps to one core, with all that it starts.
pub fn pinned(core: usize) -> Command {
    let mut command = Command::new("taskset");
    command.arg("--cpu-list").arg(core.to_string());
    command
}

/// Runs one of Kafka's own tools, named by its class.
///
/// # Panics
///
/// Where it fails.
pub fn tool(class: &str, arguments: &[&str]) -> String {
    let output = Command::new(script()).args(["tool", class]).args(arguments).output().expect("the script runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{class} {arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/kafka")
}
