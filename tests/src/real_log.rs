//! The real log of a service desk, 98,824 rows, read where it lies beside the repository.

use std::fs::File;
use std::path::Path;

use duly_core::policy::Policy;
use duly_engine::ingest::servicenow_audit::{self, Options};

use crate::expected::parse_policy;

/// The policy that this desk is held to, as a file.
pub fn policy_path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/service-desk.yaml")
}

/// The policy that this desk is held to.
pub fn policy() -> Policy {
    parse_policy(include_str!("../benches/service-desk.yaml"))
}

/// The rows as ticket events, in order.
pub fn lines() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/servicenow/incident_event_log.zip");
    let file = File::open(&path).unwrap_or_else(|error| {
        panic!(
            "{} is missing ({error}): this test reads the real log, which lies beside the repository",
            path.display()
        )
    });
    let mut archive = zip::ZipArchive::new(file).expect("a zip archive");
    let csv = archive.by_index(0).expect("the log is the first file in it");
    let options = Options { zone: chrono_tz::Europe::Lisbon, tenant: "desk".to_owned() };
    let audit = servicenow_audit::read(csv, options).expect("a log with the columns wanted");
    assert_eq!(
        (audit.rows(), audit.refusals().total()),
        (98_824, 0),
        "the log is the one that is meant, and all of it is read"
    );
    let mut text = Vec::new();
    audit.write(&mut text).expect("memory takes it");
    String::from_utf8(text).expect("JSON").lines().map(str::to_owned).collect()
}

/// The rows as if as many desks as there are tenants had had the same year: each row once for each of them.
pub fn lines_of(tenants: usize) -> Vec<String> {
    let of_tenant = |line: &String, tenant: usize| line.replace("\"desk/", &format!("\"desk-{tenant}/"));
    lines().iter().flat_map(|line| (0..tenants).map(move |tenant| of_tenant(line, tenant))).collect()
}
