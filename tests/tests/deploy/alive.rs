//! What systemd is told of an engine, and Kubernetes: that it runs, how it stands, and that it lives, which is more than that
//! the process answers.

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use duly_core::lane::Turn;
use duly_engine::alive::Pulse;
use duly_engine::embedded::{self, Options};
use duly_engine::http::Server;
use duly_tests::chance::eventually;
use duly_tests::manager::Manager;
use duly_tests::program::duly;

use super::shipped::path;

#[test]
fn systemd_hears_of_the_start_the_standing_the_life_and_the_end() {
    let (folder, mut manager) = (tempfile::tempdir().expect("a folder"), Manager::default());
    let mut command = duly();
    command.args(["serve", "--listen", "127.0.0.1:0", "--store"]).arg(folder.path().join("store"));
    command.arg("--policy").arg(path("deploy/config/policies/response-time-commitment.yaml")).stderr(Stdio::null());
    let mut child = manager.start(&mut command, Duration::from_millis(400));
    let first = manager.wait_for(|line| line == "READY=1");
    assert_eq!(first, ["READY=1"], "nothing is said before it runs");
    let lives = manager.wait_for(|line| line.starts_with("STATUS=ready; 0 tickets"));
    assert!(lives.contains(&"WATCHDOG=1".to_owned()), "{lives:?}");
    for _ in 0..5 {
        manager.wait_for(|line| line == "WATCHDOG=1");
    }
    let killed = Command::new("kill").arg(child.id().to_string()).status().expect("kill runs");
    assert!(killed.success());
    manager.wait_for(|line| line == "STOPPING=1");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn an_engine_that_is_stuck_is_not_alive_though_the_process_answers() {
    let (folder, runtime) =
        (tempfile::tempdir().expect("a folder"), tokio::runtime::Runtime::new().expect("a runtime"));
    let (go_on, held) = channel::<()>();
    let options = Options {
        // The thread that owns the lane waits here, after its first commit, until it is let go on.
        on_commit: Some(Box::new(move |_: &Turn| {
            let _ = held.recv();
        })),
        ..Options::new(folder.path().join("store"))
    };
    let running = embedded::start(options).expect("it starts");
    let pulse = Arc::new(Pulse::lost_after(Duration::from_millis(300)));
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = runtime.block_on(Server::bind(address, None)).expect("a free port").with_pulse(Arc::clone(&pulse));
    let url = format!("http://{}/healthz", server.address().expect("it listens"));
    runtime.spawn(server.run(running.handle.clone(), std::future::pending()));
    let handle = running.handle.clone();
    runtime.spawn(async move { pulse.follow(handle.into(), Duration::from_millis(10), |_| {}).await });

    let agent = ureq::Agent::from(ureq::Agent::config_builder().http_status_as_error(false).build());
    let health = || {
        let mut answer = agent.get(&url).call().expect("an answer");
        (answer.status().as_u16(), answer.body_mut().read_to_string().expect("text"))
    };
    eventually("it is stuck, and that is told", || health().0 == 503);
    assert!(health().1.contains("the engine has not answered for"), "{:?}", health());
    drop(go_on);
    eventually("it is alive again", || health() == (200, r#"{"alive":true}"#.to_owned()));
    running.handle.stop();
    running.join().expect("it ends");
}
