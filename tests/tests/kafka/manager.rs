//! What systemd hears of an instance on Kafka, and what others do: it runs, it lives, and it is known by the name and the address that
//! its command line gives it.

use std::process::{Command, Stdio};
use std::time::Duration;

use duly_tests::chance::eventually;
use duly_tests::manager::Manager;
use duly_tests::program::duly;
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use serde_json::Value;

use crate::ground::Ground;

/// A port that nothing listens on.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

#[test]
fn an_instance_tells_its_manager_that_it_lives_and_others_who_it_is() {
    let (ground, mut manager) = (Ground::new("manager"), Manager::default());
    let port = free_port();
    let url = format!("http://localhost:{port}");
    let mut command = duly();
    command.args(["serve", "--instance", "pod-0", "--advertise", &url, "--listen", &format!("127.0.0.1:{port}")]);
    command.arg("--config").arg(&ground.config).stderr(Stdio::null());
    let mut child = manager.start(&mut command, Duration::from_secs(1));
    assert_eq!(manager.wait_for(|line| line == "READY=1"), ["READY=1"], "nothing is said before it runs");
    // It lives while it joins the group and reads its lanes back, and says so when it has them.
    let said = manager.wait_for(|line| line.starts_with("STATUS=ready; "));
    assert!(said.contains(&"WATCHDOG=1".to_owned()), "{said:?}");
    eventually("the group knows it by its address", || {
        let mut answer = ureq::get(format!("{url}/api/v1/lanes")).call().expect("an answer");
        let lanes: Value = serde_json::from_str(&answer.body_mut().read_to_string().expect("text")).expect("JSON");
        lanes["instance"] == url.as_str() && lanes["lanes"].as_array().is_some_and(|lanes| lanes.len() == 8)
    });
    // A member that keeps its name has an id that begins with it: that of the instance and its worker.
    let consumer: BaseConsumer =
        ClientConfig::new().set("bootstrap.servers", &ground.cluster.bootstrap).create().expect("a client");
    let groups = consumer.fetch_group_list(Some(&ground.cluster.group), Duration::from_secs(10)).expect("an answer");
    let named: Vec<&str> = groups.groups()[0].members().iter().map(rdkafka::groups::GroupMemberInfo::id).collect();
    assert!(matches!(&named[..], [one] if one.starts_with("pod-0-0-")), "{named:?}");
    let killed = Command::new("kill").arg(child.id().to_string()).status().expect("kill runs");
    assert!(killed.success());
    manager.wait_for(|line| line == "STOPPING=1");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
