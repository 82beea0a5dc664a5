//! An engine on a store and on a clock of its own, with its API and metrics on the loopback: for whoever looks at one from outside.

use std::net::SocketAddr;
use std::sync::Arc;

use duly_core::policy::Policy;
use duly_core::time::Instant;
use duly_engine::clock::Clock;
use duly_engine::embedded::{self, Handle, Options, Running};
use duly_engine::http::Server;
use duly_engine::notify::{self, Notifier};

use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::clock::TestClock;

/// An engine that runs, and its server.
pub struct Served {
    /// Where it is.
    pub address: SocketAddr,
    handle: Handle,
    runtime: Runtime,
    clock: Arc<TestClock>,
    running: Running,
    stop: oneshot::Sender<()>,
    server: tokio::task::JoinHandle<()>,
    _store: TempDir,
}

impl Served {
    /// One under this policy for which it is `now`, on a free port of the loopback.
    ///
    /// # Panics
    ///
    /// Where it does not start.
    pub fn new(policy: Policy, now: Instant) -> Self {
        Served::at(SocketAddr::from(([127, 0, 0, 1], 0)), policy, now)
    }

    /// The same at this address, such as that of one that has ended.
    ///
    /// # Panics
    ///
    /// Where it does not start, or something else listens there.
    pub fn at(address: SocketAddr, policy: Policy, now: Instant) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let clock = Arc::new(TestClock::at(now));
        let store = tempfile::tempdir().expect("a folder");
        let options = Options {
            policies: vec![policy],
            notifier: Some(Notifier::new(&notify::Settings::default()).expect("what is built in is right")),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ..Options::new(store.path().join("store"))
        };
        let running = embedded::start(options).expect("the engine starts");
        let server = runtime.block_on(Server::bind(address, None)).expect("a free port");
        let address = server.address().expect("it listens");
        let (stop, stopped) = oneshot::channel::<()>();
        let handle = running.handle.clone();
        let server = runtime.spawn(server.run(handle.clone(), async move { drop(stopped.await) }));
        Served { address, handle, runtime, clock, running, stop, server, _store: store }
    }

    /// Takes events in, a line each; what it refuses is its own affair.
    ///
    /// # Panics
    ///
    /// Where it does not answer.
    pub fn take(&self, lines: &[String]) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let url = format!("http://{}/api/v1/events", self.address);
        let body = lines.join("\n");
        let request = agent.post(url).header("content-type", "application/x-ndjson");
        let answer = request.send(body.as_bytes()).expect("an answer");
        assert!(answer.status().as_u16() < 500, "{}", answer.status());
    }

    /// Puts the clock forward, and lets the engine judge what is due by then.
    ///
    /// # Panics
    ///
    /// Where it does not run.
    pub fn advance(&self, to: Instant) {
        self.clock.set(to);
        self.runtime.block_on(self.handle.tick()).expect("the engine runs");
    }

    /// Closes it in good order.
    ///
    /// # Panics
    ///
    /// Where it does not end so.
    pub fn close(self) {
        let _ = self.stop.send(());
        self.runtime.block_on(self.server).expect("the server ends");
        self.handle.stop();
        self.running.join().expect("the engine ends");
    }
}
