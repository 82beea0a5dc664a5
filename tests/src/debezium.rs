//! A real `PostgreSQL` whose changes a real Debezium writes to Kafka, by `tests/scripts/debezium`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A database, and Debezium that follows its table `tickets`.
pub struct Debezium {
    child: Child,
    statements: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Debezium {
    /// Starts both, once the table is made by `table`. Topics begin with `prefix`.
    ///
    /// # Panics
    ///
    /// Where they do not start. The script says on standard error why.
    pub fn start(bootstrap: &str, prefix: &str, table: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/debezium");
        let mut child = Command::new(&script)
            .args(["run", "--kafka", bootstrap, "--prefix", prefix])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not run: {error}", script.display()));
        let answers = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut debezium = Debezium { statements: child.stdin.take(), answers, child };
        debezium.say(table, "ready");
        debezium
    }

    /// Has the database do something.
    ///
    /// # Panics
    ///
    /// Where it can not.
    pub fn sql(&mut self, statement: &str) {
        self.say(statement, "done");
    }

    fn say(&mut self, statement: &str, expected: &str) {
        let statements = self.statements.as_mut().expect("it runs");
        writeln!(statements, "{statement}").expect("the script listens");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the script answers");
        assert_eq!(line.trim(), expected, "{statement}");
    }
}

impl Drop for Debezium {
    fn drop(&mut self) {
        drop(self.statements.take());
        let _ = self.child.wait();
    }
}
