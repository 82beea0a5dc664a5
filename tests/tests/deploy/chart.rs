//! The Helm chart: what it makes of values is taken by Kubernetes, and what it tells the program by the program.

use std::collections::BTreeMap;
use std::fs;

use duly_engine::alive::ENDING_MAX;
use duly_tests::program::duly;
use serde_json::{Value, json};

use super::shipped::{Machine, path, script, takes, words};

const CHART: &str = "deploy/helm/duly";

/// What a release consists of, by kind and name. All of it is taken by the oldest Kubernetes that the chart is for, and the newest.
struct Release(BTreeMap<String, Value>);

impl Release {
    fn of(example: &str) -> Self {
        let chart = path(CHART).display().to_string();
        let values = path(&format!("{CHART}/examples/{example}.yaml")).display().to_string();
        let objects = match example {
            "" => script(&["render", &chart]),
            _ => script(&["render", &chart, &values]),
        };
        let objects: Vec<Value> = serde_json::from_str(&objects).expect("JSON");
        let name = |object: &Value| format!("{} {}", object["kind"], object["metadata"]["name"]).replace('"', "");
        Release(objects.into_iter().map(|object| (name(&object), object)).collect())
    }

    #[track_caller]
    fn get(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or_else(|| panic!("no {name} among {:?}", self.0.keys()))
    }

    fn pod(&self) -> &Value {
        &self.get("StatefulSet duly")["spec"]["template"]["spec"]
    }

    fn container(&self) -> &Value {
        &self.pod()["containers"][0]
    }

    /// The command line of the first pod.
    fn arguments(&self) -> Vec<String> {
        let told = |word: String| word.replace("$(POD_NAME)", "duly-0").replace("$(POD_NAMESPACE)", "support");
        words(&self.container()["args"]).into_iter().map(told).collect()
    }

    /// Puts all that is mounted where the program is told that it is.
    fn mounted(&self) -> Machine {
        let machine = Machine::new();
        for mount in self.container()["volumeMounts"].as_array().expect("mounts") {
            let place = mount["mountPath"].as_str().expect("a place");
            let volumes = self.pod()["volumes"].as_array().expect("volumes");
            let Some(volume) = volumes.iter().find(|volume| volume["name"] == mount["name"]) else {
                assert_eq!(mount["name"], "data", "the one that is claimed");
                continue;
            };
            let Some(map) = volume["configMap"]["name"].as_str() else { continue };
            let files = self.get(&format!("ConfigMap {map}"))["data"].as_object().expect("files");
            for (file, text) in files.iter().filter(|_| mount["subPath"].is_null()) {
                machine.put(&format!("{place}/{file}"), text.as_str().expect("a text"));
            }
        }
        machine
    }
}

#[test]
fn kubernetes_takes_what_the_chart_makes_and_the_program_what_it_is_told() {
    for example in ["", "embedded", "kafka", "everything"] {
        let release = Release::of(example);
        takes(&release.arguments());
        let settings = &release.get("ConfigMap duly")["data"]["duly.yaml"];
        release.mounted().takes_settings(settings.as_str().expect("a text"));
        is_guarded(&release);
        is_watched(&release);
    }
}

/// The profile `restricted` of the standards for pods, and no more of the system than is needed.
fn is_guarded(release: &Release) {
    let (pod, container) = (release.pod(), &release.container()["securityContext"]);
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
    assert_eq!(pod["automountServiceAccountToken"], false);
    assert_eq!(container["allowPrivilegeEscalation"], false);
    assert_eq!(container["readOnlyRootFilesystem"], true);
    assert_eq!(container["capabilities"]["drop"], json!(["ALL"]));
    let dockerfile = super::shipped::read("deploy/Dockerfile");
    let user = format!("USER {0}:{0}", pod["securityContext"]["runAsUser"]);
    assert!(dockerfile.contains(&user), "the image's user is another one than {user}");
    // Secrets come by reference alone.
    assert!(release.0.keys().all(|name| !name.starts_with("Secret ")));
}

/// Probes, the time for an end, and the port are the program's.
fn is_watched(release: &Release) {
    let (pod, container) = (release.pod(), release.container());
    assert!(pod["terminationGracePeriodSeconds"].as_u64().expect("seconds") >= ENDING_MAX.as_secs());
    let port = &container["ports"][0]["containerPort"];
    let settings = release.get("ConfigMap duly")["data"]["duly.yaml"].as_str().expect("a text");
    assert!(settings.contains(&format!("listen: 0.0.0.0:{port}\n")), "{settings}");
    for (probe, at) in [("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")] {
        assert_eq!(container[probe]["httpGet"], json!({"path": at, "port": "http"}), "{probe}");
    }
}

#[test]
fn instances_on_kafka_keep_their_names_and_find_each_other() {
    let release = Release::of("kafka");
    let set = &release.get("StatefulSet duly")["spec"];
    assert_eq!(set["replicas"], 3);
    let service = set["serviceName"].as_str().expect("a name");
    let headless = &release.get(&format!("Service {service}"))["spec"];
    assert_eq!((&headless["clusterIP"], &headless["publishNotReadyAddresses"]), (&json!("None"), &json!(true)));
    let arguments = release.arguments();
    assert!(arguments.contains(&"--instance=duly-0".to_owned()), "{arguments:?}");
    let address = format!("--advertise=http://duly-0.{service}.support.svc:8321");
    assert!(arguments.contains(&address), "{arguments:?}");
    let policy = &release.get("NetworkPolicy duly")["spec"];
    assert_eq!(policy["egress"][2], json!({"ports": [{"port": 9093, "protocol": "TCP"}]}), "the brokers' port");
    assert_eq!(release.get("PodDisruptionBudget duly")["spec"]["maxUnavailable"], 1);
    // One on a store of its own has no name that others would know.
    assert_eq!(Release::of("embedded").arguments(), ["serve", "--config=/etc/duly/duly.yaml"]);
}

#[test]
fn operators_are_told_what_the_program_is_called() {
    let release = Release::of("everything");
    let scaled = &release.get("ScaledObject duly")["spec"]["triggers"][0]["metadata"];
    let config = duly_engine::config::Kafka::at("kafka-0.kafka:9092");
    assert_eq!(scaled["consumerGroup"], config.group());
    assert_eq!(scaled["topic"], duly_engine::kafka::Topics::with_prefix("").tickets);
    assert!(release.get("StatefulSet duly")["spec"].get("replicas").is_none(), "KEDA says how many there are");
    let monitor = &release.get("ServiceMonitor duly")["spec"];
    assert_eq!(monitor["jobLabel"], "app.kubernetes.io/name");
    let labels = monitor["selector"]["matchLabels"].as_object().expect("labels");
    let has = &release.get("Service duly-instances")["metadata"]["labels"];
    assert!(labels.iter().all(|(label, value)| has[label] == *value) && labels["app.kubernetes.io/name"] == "duly");
    let rules = release.0.iter().filter(|(name, _)| name.starts_with("PrometheusRule "));
    let rules: Vec<&Value> = rules.flat_map(|(_, rule)| rule["spec"]["groups"].as_array().expect("groups")).collect();
    let shipped = fs::read_dir(path("deploy/prometheus/rules")).expect("rules");
    let shipped = shipped.map(|entry| fs::read_to_string(entry.expect("an entry").path()).expect("a text"));
    let groups: usize = shipped.map(|text| text.matches("- name: ").count()).sum();
    assert!(!rules.is_empty() && rules.len() == groups, "{} of {groups} groups of rules", rules.len());
    let credentials = &monitor["endpoints"][0]["authorization"]["credentials"];
    assert_eq!(*credentials, json!({"name": "duly", "key": "token"}));
}

#[test]
fn what_can_not_be_is_refused_with_what_to_do() {
    let chart = path(CHART).display().to_string();
    let wrong = [
        ("{replicas: 2}", "set replicas to 1, or name a cluster in config.kafka.bootstrap"),
        ("{persistence: {enabled: false}}", "set persistence.enabled, or name a cluster"),
        ("{imgae: {tag: x}}", "imgae"),
        ("{config: {listen: '0.0.0.0:1'}}", "/config"),
        ("{config: {kafka: {bootstrap: 'k:9092', instance: one}}}", "config.kafka.instance is each pod's own"),
        ("{terminationGracePeriodSeconds: 30}", "minimum"),
        ("{image: {digest: latest}}", "/image/digest"),
        ("{keda: {enabled: true}}", "name a cluster in config.kafka.bootstrap"),
    ];
    let settings: Vec<&str> = wrong.iter().map(|(values, _)| *values).collect();
    let told = script(&[&["refused", &chart], &settings[..]].concat());
    let told: Vec<&str> = told.lines().collect();
    assert_eq!(told.len(), wrong.len(), "{told:?}");
    for ((values, what), told) in wrong.iter().zip(&told) {
        assert!(told.contains(what), "{values}: {told}");
    }
}

#[test]
fn its_versions_are_the_program_s() {
    let output = duly().arg("--version").output().expect("it runs");
    let version = String::from_utf8(output.stdout).expect("UTF-8");
    let version = version.trim().strip_prefix("duly ").expect("a version").to_owned();
    let chart = super::shipped::read(&format!("{CHART}/Chart.yaml"));
    assert!(chart.contains(&format!("\nappVersion: {version}\n")), "{version}: {chart}");
}
