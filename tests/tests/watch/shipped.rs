//! What is shipped for Prometheus and Alertmanager, as the tests read it; and the same with time running faster.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// How many times faster. What holds for five minutes holds for three seconds, in which a busy Prometheus looks more than once.
const FASTER: u64 = 100;

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
pub(crate) fn rules() -> Vec<Value> {
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

/// Settings or rules in which every length of time is so much shorter.
pub(crate) fn faster(yaml: &str) -> String {
    let mut text = yaml.to_owned();
    for before in ["[", "offset ", "for: ", "interval: ", "wait: ", "timeout: "] {
        let mut parts = text.split(before).map(str::to_owned).collect::<Vec<_>>().into_iter();
        let first = parts.next().unwrap_or_default();
        text = parts.fold(first, |text, part| format!("{text}{before}{}", shortened(&part)));
    }
    text
}

/// The text with the length of time that it begins with, such as `5m`, made shorter.
fn shortened(text: &str) -> String {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (Ok(count), Some(unit)) = (text[..digits].parse::<u64>(), text[digits..].chars().next()) else {
        return text.to_owned();
    };
    let unit_s = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return text.to_owned(),
    };
    format!("{}ms{}", count * unit_s * 1_000 / FASTER, &text[digits + 1..])
}

#[test]
fn lengths_of_time_are_shortened_and_nothing_else() {
    let slow = "{for: 5m, keep_firing_for: 1h, expr: 'x:increase5m[30d] offset 1w + y[6h]', is_for: 7}";
    let fast =
        "{for: 3000ms, keep_firing_for: 36000ms, expr: 'x:increase5m[25920000ms] offset 1w + y[216000ms]', is_for: 7}";
    assert_eq!(faster(slow), fast);
}
