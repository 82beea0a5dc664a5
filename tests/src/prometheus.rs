//! A real Prometheus and Alertmanager for tests, by `tests/scripts/prometheus`: Debian's, on free ports of the loopback.
//!
//! One that does not come up is a failure of the test, never a reason to skip it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A Prometheus that runs.
pub struct Prometheus {
    server: Server,
    agent: ureq::Agent,
}

/// An Alertmanager that runs.
pub struct Alertmanager(Server);

/// A series at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Its labels; its name is that of `__name__`.
    pub labels: BTreeMap<String, String>,
    /// The value.
    pub value: f64,
}

impl Sample {
    /// The value of a label; empty where there is none, as Prometheus has it.
    pub fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }
}

/// What a Prometheus of a test does.
#[derive(Default)]
pub struct Settings<'s> {
    /// Which engines it asks for their metrics, as the job `duly`.
    pub engines: &'s [SocketAddr],
    /// Files of rules.
    pub rules: &'s [PathBuf],
    /// The port of the Alertmanager that is told.
    pub alertmanager: Option<u16>,
    /// How often it asks, and works its rules out where they do not say so themselves, in milliseconds; 200 where this is 0.
    pub every_ms: u32,
}

impl Settings<'_> {
    /// As a file of settings has it.
    pub fn yaml(&self) -> String {
        let every_ms = if self.every_ms == 0 { 200 } else { self.every_ms };
        let list = |addresses: &[String]| serde_json::to_string(addresses).expect("JSON is YAML");
        let engines: Vec<String> = self.engines.iter().map(ToString::to_string).collect();
        let rules: Vec<String> = self.rules.iter().map(|path| path.display().to_string()).collect();
        let told: Vec<String> = self.alertmanager.iter().map(|port| format!("127.0.0.1:{port}")).collect();
        format!(
            "global: {{scrape_interval: {every_ms}ms, scrape_timeout: {every_ms}ms, evaluation_interval: {every_ms}ms}}\n\
             rule_files: {}\n\
             scrape_configs: [{{job_name: duly, static_configs: [{{targets: {}}}]}}]\n\
             alerting: {{alertmanagers: [{{static_configs: [{{targets: {}}}]}}]}}\n",
            list(&rules),
            list(&engines),
            list(&told),
        )
    }
}

impl Prometheus {
    /// Starts one with these settings, in the words of its own file of settings.
    ///
    /// # Panics
    ///
    /// Where it does not start. The script says on standard error why.
    pub fn start(yaml: &str) -> Self {
        Prometheus::with(yaml, &[])
    }

    /// The same with options of `tests/scripts/prometheus run`, such as `--folder`, or those of Prometheus behind `--`.
    ///
    /// # Panics
    ///
    /// Where it does not start. The script says on standard error why.
    pub fn with(yaml: &str, options: &[&str]) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        Prometheus { server: Server::start("run", yaml, options), agent: config.build().into() }
    }

    /// Its port on loopback.
    pub fn port(&self) -> u16 {
        self.server.port
    }

    /// What its API answers under this path, such as `alerts`, with a query.
    ///
    /// # Panics
    ///
    /// Where it answers with an error.
    pub fn get(&self, path: &str, query: &[(&str, &str)]) -> Value {
        let url = format!("http://127.0.0.1:{}/api/v1/{path}", self.server.port);
        let response = self.agent.get(url).query_pairs(query.iter().copied()).call();
        let text = response.expect("an answer").body_mut().read_to_string().expect("a body");
        let mut answer: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(answer["status"], "success", "{path} {query:?}: {text}");
        answer["data"].take()
    }

    /// What an expression gives now.
    ///
    /// # Panics
    ///
    /// Where it is no expression of series.
    pub fn query(&self, expression: &str) -> Vec<Sample> {
        samples(&self.get("query", &[("query", expression)]))
    }

    /// What an expression gave at an instant, in seconds since 1970.
    ///
    /// # Panics
    ///
    /// Where it is no expression of series.
    pub fn query_at(&self, expression: &str, at_s: f64) -> Vec<Sample> {
        samples(&self.get("query", &[("query", expression), ("time", &at_s.to_string())]))
    }

    /// The names of the alerts that fire.
    pub fn firing(&self) -> Vec<String> {
        let alerts = self.query(r#"ALERTS{alertstate="firing"}"#);
        alerts.iter().map(|alert| alert.label("alertname").to_owned()).collect()
    }
}

fn samples(data: &Value) -> Vec<Sample> {
    assert_eq!(data["resultType"], "vector", "{data}");
    let sample = |sample: &Value| Sample {
        labels: serde_json::from_value(sample["metric"].clone()).expect("labels"),
        value: sample["value"][1].as_str().and_then(|text| text.parse().ok()).expect("a value"),
    };
    data["result"].as_array().expect("a vector").iter().map(sample).collect()
}

impl Alertmanager {
    /// Starts one with these settings.
    ///
    /// # Panics
    ///
    /// Where it does not start. The script says on standard error why.
    pub fn start(yaml: &str) -> Self {
        Alertmanager(Server::start("alertmanager", yaml, &[]))
    }

    /// Its port on loopback.
    pub fn port(&self) -> u16 {
        self.0.port
    }
}

/// Runs `promtool` or `amtool`: whether it succeeded, and what it wrote.
///
/// # Panics
///
/// Where it can not be had.
pub fn tool(name: &str, arguments: &[&str]) -> (bool, String) {
    let Output { status, stdout, stderr } =
        Command::new(script()).arg(name).args(arguments).output().expect("the script runs");
    (status.success(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}

/// A program that runs until standard input ends.
struct Server {
    port: u16,
    child: Child,
    _folder: TempDir,
}

impl Server {
    fn start(what: &str, yaml: &str, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("settings.yml");
        fs::write(&config, yaml).expect("settings");
        let mut child = Command::new(script())
            .arg(what)
            .arg("--config")
            .arg(&config)
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not run: {error}", script().display()));
        let mut ready = String::new();
        BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut ready).expect("UTF-8");
        let port = ready.trim().strip_prefix("ready ").and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| panic!("it does not run: {} says why", script().display()));
        Server { port, child, _folder: folder }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/prometheus")
}
