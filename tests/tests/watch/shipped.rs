//! What is shipped for Prometheus and Alertmanager, as the tests read it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A path of the project.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the project").join(name)
}

pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// The files of a folder of the project, in order.
pub(crate) fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(path(folder)).expect("a folder of the project");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{folder} is empty");
    files
}

/// The files of rules.
pub(crate) fn rule_files() -> Vec<PathBuf> {
    files("deploy/prometheus/rules")
}

pub(crate) fn yaml(path: &Path) -> Value {
    serde_saphyr::from_str(&read(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All rules.
fn rules() -> Vec<Value> {
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let groups = rule_files().iter().flat_map(|path| list(&yaml(path)["groups"])).collect::<Vec<_>>();
    groups.iter().flat_map(|group| list(&group["rules"])).collect()
}

/// The rules that alert.
pub(crate) fn alerts() -> Vec<Value> {
    rules().into_iter().filter(|rule| rule["alert"].is_string()).collect()
}

/// A member of a rule, which has to be text.
pub(crate) fn text<'v>(rule: &'v Value, name: &str) -> &'v str {
    rule[name].as_str().unwrap_or_else(|| panic!("no {name}: {rule}"))
}
