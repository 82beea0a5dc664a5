//! The dashboards of `deploy/grafana`: their files are what their source makes, no rule of good dashboards is broken, and on a real
//! Prometheus that has asked real engines every query is answered and every panel drawn.

#[path = "dashboards/files.rs"]
mod files;
#[path = "dashboards/month.rs"]
mod month;
#[path = "dashboards/on_kafka.rs"]
mod on_kafka;
#[path = "dashboards/panels.rs"]
mod panels;

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the project").to_owned()
}

/// A dashboard's file.
fn dashboard(uid: &str) -> String {
    root().join(format!("deploy/grafana/dashboards/{uid}.json")).display().to_string()
}

/// All of them, by their uids.
const ALL: [&str; 4] = ["duly-overview", "duly-objectives", "duly-engine", "duly-emergencies"];

/// Whether a part of `tests/scripts/dashboards` succeeded, and what it wrote. What it says of packages that it fetches first, or of why
/// it failed, goes beside that and is shown with a test that fails.
fn script(arguments: &[&str]) -> (bool, String) {
    let path = root().join("tests/scripts/dashboards");
    let output = Command::new(path).args(arguments).output().expect("the script runs");
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}
