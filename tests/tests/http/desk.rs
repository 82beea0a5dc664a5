//! A running engine with its server, and a client for it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use duly_core::policy::{Policy, source};
use duly_engine::clock::Clock;
use duly_engine::embedded::{self, Handle, Options, Running};
use duly_engine::http::{Server, Token};
use duly_engine::ingest::Source;
use duly_tests::clock::TestClock;
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// When the tests take place: an ordinary Monday, 10:00 in UTC.
pub(crate) const NOW: &str = "2026-03-02T10:00:00Z";

const POLICY: &str = "\
policy: letter
effective_from: 2026-01-01T00:00:00Z
calendars:
  desk: {zone: Etc/UTC, week: {mon-fri: ['09:00-17:00']}, holidays: cn}
objectives:
  response: {start: received, stop: responded, targets: [{within: 2h}]}
";

/// A desk that is open: an engine on a store, and its server.
pub(crate) struct Desk {
    pub(crate) address: SocketAddr,
    pub(crate) handle: Handle,
    runtime: Runtime,
    clock: Arc<TestClock>,
    running: Running,
    stop: oneshot::Sender<()>,
    server: tokio::task::JoinHandle<()>,
    agent: ureq::Agent,
}

/// What a server has answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// Holds an error against what it should say.
    pub(crate) fn fails(&self, status: u16, what: &str) {
        let json = self.json();
        let told = json["error"]["what"].as_str().unwrap_or_else(|| panic!("no error: {}", self.text));
        assert!(self.status == status && told.contains(what), "{status} {what}: {self:?}");
        assert!(json["error"]["hint"].as_str().is_some_and(|hint| hint.len() > 5), "{self:?}");
    }
}

fn policy(text: &str) -> Policy {
    source::parse(text, &|name| Err(format!("no {name}"))).expect("the policy is good").policy
}

impl Desk {
    /// Opens one on the store at `path`.
    pub(crate) fn open(path: impl Into<PathBuf>, token: Option<&str>) -> Desk {
        Desk::under(POLICY, path, token)
    }

    /// Opens one under another policy.
    pub(crate) fn under(policy: &str, path: impl Into<PathBuf>, token: Option<&str>) -> Desk {
        Desk::set_up(policy, path, token, Vec::new())
    }

    /// Opens one with the webhooks of some sources.
    pub(crate) fn with_hooks(path: impl Into<PathBuf>, token: Option<&str>, sources: Vec<Arc<Source>>) -> Desk {
        Desk::set_up(POLICY, path, token, sources)
    }

    fn set_up(policy: &str, path: impl Into<PathBuf>, token: Option<&str>, sources: Vec<Arc<Source>>) -> Desk {
        let runtime = Runtime::new().expect("a runtime");
        let clock = Arc::new(TestClock::at(NOW.parse().expect("an instant")));
        let options = Options {
            policies: vec![self::policy(policy)],
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ..Options::new(path)
        };
        let running = embedded::start(options).expect("the engine starts");
        let token = Token::load(None, token).expect("a usable token");
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = runtime.block_on(Server::bind(address, token)).expect("a free port");
        let server = server.with_sources(sources);
        let address = server.address().expect("it listens");
        let (stop, stopped) = oneshot::channel::<()>();
        let handle = running.handle.clone();
        let server = runtime.spawn(server.run(handle.clone(), async move { drop(stopped.await) }));
        let config =
            ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(60)));
        Desk { address, handle, runtime, clock, running, stop, server, agent: config.build().into() }
    }

    /// Puts the clock forward, and lets the engine judge what is due by then.
    pub(crate) fn advance(&self, to: &str) {
        self.clock.set(to.parse().expect("an instant"));
        self.runtime.block_on(self.handle.tick()).expect("the engine runs");
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        answer(self.agent.get(self.url(path)).call())
    }

    pub(crate) fn get_as(&self, path: &str, authorization: &str) -> Answer {
        answer(self.agent.get(self.url(path)).header("authorization", authorization).call())
    }

    pub(crate) fn post(&self, content_type: &str, body: &[u8]) -> Answer {
        let request = self.agent.post(self.url("/api/v1/events")).header("content-type", content_type);
        answer(request.send(body))
    }

    /// Posts one event.
    pub(crate) fn event(&self, event: &Value) -> Answer {
        self.post("application/cloudevents+json", event.to_string().as_bytes())
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Closes it in good order.
    pub(crate) fn close(self) {
        let _ = self.stop.send(());
        self.runtime.block_on(self.server).expect("the server ends");
        self.handle.stop();
        self.running.join().expect("the engine ends");
    }

    pub(crate) fn agent(&self) -> &ureq::Agent {
        &self.agent
    }
}

pub(crate) fn answer(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    let mut response = response.expect("an answer");
    let retry_after = response.headers().get("retry-after").and_then(|value| Some(value.to_str().ok()?.to_owned()));
    let text = response.body_mut().read_to_string().expect("a body of text");
    Answer { status: response.status().as_u16(), retry_after, text }
}

/// A desk in a folder of its own, for as long as the folder lives.
pub(crate) fn desk() -> (tempfile::TempDir, Desk) {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::open(folder.path().join("duly.sqlite"), None);
    (folder, desk)
}

/// The event `kind` of the ticket at `time` on the day of the tests.
pub(crate) fn event(id: &str, kind: &str, ticket: &str, time: &str) -> Value {
    serde_json::json!({
        "specversion": "1.0", "id": id, "source": "crm", "type": format!("duly.ticket.{kind}.v1"),
        "subject": format!("acme/{ticket}"), "time": format!("2026-03-02T{time}:00Z"), "data": {},
    })
}

/// What a crash at this moment would leave of the store at `path`, in another folder.
pub(crate) fn left_by_a_crash(path: &Path, folder: &Path) -> PathBuf {
    let name = path.file_name().expect("a file").to_string_lossy().into_owned();
    for suffix in ["", "-wal"] {
        let from = path.with_file_name(format!("{name}{suffix}"));
        if from.exists() {
            std::fs::copy(&from, folder.join(format!("{name}{suffix}"))).expect("a copy");
        }
    }
    folder.join(name)
}
