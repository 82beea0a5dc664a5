//! Compose: all of it on one machine, of images that are pinned, reached from that machine alone.

use duly_engine::alive::ENDING_MAX;
use duly_tests::prometheus;
use serde_json::Value;

use super::shipped::{Machine, path, read, script, takes, words, yaml};

const FILE: &str = "deploy/compose/compose.yaml";

fn compose() -> Value {
    yaml(FILE).remove(0)
}

#[test]
fn compose_takes_the_file_and_the_program_its_part() {
    script(&["compose", &path(FILE).display().to_string()]);
    let compose = compose();
    let command = compose["services"]["topics"]["command"].clone();
    takes(&words(&command));
    Machine::new().takes_settings(&read("deploy/compose/duly.yaml"));
    let grace = compose["services"]["duly"]["stop_grace_period"].as_str().expect("a time");
    let grace: u64 = grace.strip_suffix('s').and_then(|grace| grace.parse().ok()).expect("seconds");
    assert!(grace >= ENDING_MAX.as_secs());
    // The token where settings and Prometheus look for it.
    for file in ["deploy/compose/duly.yaml", "deploy/compose/prometheus.yaml"] {
        assert!(read(file).contains("/run/secrets/duly-token"), "{file}");
    }
}

#[test]
fn every_service_is_pinned_guarded_and_reached_from_this_machine_alone() {
    let compose = compose();
    let services = compose["services"].as_object().expect("services");
    assert_eq!(services.len(), 6, "{:?}", services.keys());
    for (name, service) in services {
        let image = service["image"].as_str().expect("an image");
        let tag = image.rsplit_once(':').map(|(_, tag)| tag).expect("a tag");
        let is_exact = tag.trim_start_matches('v').split('.').filter(|part| part.parse::<u32>().is_ok()).count() == 3;
        assert!(is_exact || image.starts_with("duly:"), "{name}: {image}");
        assert_eq!(service["cap_drop"][0], "ALL", "{name}");
        assert_eq!(service["security_opt"][0], "no-new-privileges:true", "{name}");
        for port in service.get("ports").map(words).unwrap_or_default() {
            assert!(port.starts_with("127.0.0.1:"), "{name}: {port}");
        }
    }
    let tested = read("tests/kafka/pom.xml");
    let (_, version) = services["kafka"]["image"].as_str().expect("an image").split_once(':').expect("a tag");
    assert!(
        tested.contains(&format!("<kafka.version>{version}</kafka.version>")),
        "Kafka is tested in another version"
    );
}

#[test]
fn prometheus_takes_its_part_and_finds_the_rules() {
    let machine = Machine::new();
    let here = path("deploy/prometheus").display().to_string();
    let text = read("deploy/compose/prometheus.yaml").replace("/etc/prometheus/duly", &here);
    machine.put("/run/secrets/duly-token", "a token\n");
    let file = machine.put("/etc/prometheus/prometheus.yaml", &text);
    let (is_taken, told) = prometheus::tool("promtool", &["check", "config", &file.display().to_string()]);
    assert!(is_taken && told.contains("rule files found"), "{told}");
    // The rules and dashboards know the job by this name.
    assert!(text.contains("job_name: duly\n"));
}

#[test]
fn what_is_mounted_is_there() {
    let compose = compose();
    for config in compose["configs"].as_object().expect("configs").values() {
        let file = config["file"].as_str().expect("a file");
        assert!(path("deploy/compose").join(file).is_file(), "{file}");
    }
    for (name, service) in compose["services"].as_object().expect("services") {
        for volume in service.get("volumes").map(words).unwrap_or_default() {
            let (from, _) = volume.split_once(':').expect("from where to where");
            if from.starts_with('.') {
                assert!(path("deploy/compose").join(from).is_dir(), "{name}: {from}");
            } else {
                assert!(compose["volumes"].get(from).is_some(), "{name}: {from}");
            }
        }
        for secret in service.get("secrets").map(words).unwrap_or_default() {
            assert!(compose["secrets"].get(&secret).is_some(), "{name}: {secret}");
        }
    }
}
