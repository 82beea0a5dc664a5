//! The program, built as the test that runs it was.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// A command that runs `duly`.
///
/// # Panics
///
/// Where it does not build.
pub fn duly() -> Command {
    Command::new(path())
}

/// Where `duly` is. It is built first.
///
/// # Panics
///
/// Where it does not build.
pub fn path() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(build)
}

fn build() -> PathBuf {
    let test = std::env::current_exe().expect("a test is a file");
    let profile_directory = test.parent().and_then(Path::parent).expect("tests lie in TARGET/PROFILE/deps");
    let target = profile_directory.parent().expect("tests lie in TARGET/PROFILE/deps");
    let profile = match profile_directory.file_name().and_then(|name| name.to_str()).expect("a profile's name") {
        "debug" => "dev",
        other => other,
    };
    let mut cargo = Command::new(env!("CARGO"));
    // A test of the program's package has it built as all tests are: with the same features of what it depends on.
    cargo.args(["test", "--quiet", "--locked", "--workspace", "--test", "cli", "--no-run"]);
    cargo.args(["--profile", profile, "--target-dir"]).arg(target);
    // Cargo tells this test about its package; where a build script of a dependency looks at that, all would be built anew.
    let is_about_us = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars().filter(|(name, _)| is_about_us(name)) {
        cargo.env_remove(name);
    }
    let built = cargo.status();
    assert!(built.expect("cargo runs").success(), "the program does not build");
    profile_directory.join("duly")
}

/// `duly serve`, at work until it is dropped.
#[derive(Debug)]
pub struct Serving {
    child: Child,
    /// Where its API is.
    pub address: SocketAddr,
}

impl Serving {
    /// Starts it on a free port of this machine, and waits until it says which.
    ///
    /// # Panics
    ///
    /// Where it ends before.
    pub fn start(arguments: &[&str]) -> Self {
        let mut command = duly();
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let address = lines.by_ref().map_while(Result::ok).find_map(|line| {
            line.split_once("listening: http://").map(|(_, address)| address.parse().expect("an address"))
        });
        // Nobody may be kept waiting for room in a pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Serving { child, address: address.expect("it says where it listens") }
    }

    /// Posts JSON with a token for hooks; the status of the answer, and what it says.
    ///
    /// # Panics
    ///
    /// Where nobody answers.
    pub fn post(&self, path: &str, body: &serde_json::Value) -> (u16, String) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = agent.post(format!("http://{}{path}", self.address)).content_type("application/json");
        let mut answer = request.header("x-duly-token", "a-token").send(body.to_string()).expect("an answer");
        (answer.status().as_u16(), answer.body_mut().read_to_string().expect("a text"))
    }

    /// Sends a signal, such as `TERM`, and waits until it has ended; with what status, if by itself.
    ///
    /// # Panics
    ///
    /// Where the signal can not be sent.
    pub fn signalled(&mut self, signal: &str) -> Option<i32> {
        let sent = Command::new("kill").args(["-s", signal, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
