//! The suite of the ready mappings: what they make of payloads, as golden files, and what no payload can do to them.
//!
//! `make bless` writes the golden files; whoever knows the CRM looks at what changed.

#[path = "mappings/hostile.rs"]
mod hostile;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use duly_engine::ingest::mapping::{Mapping, Message, Whose};

/// The mappings with the directories of payloads that they read: those of others, which lie beside the repository, and ours.
const MAPPINGS: [(&str, Option<&str>); 12] = [
    ("cloudevents", None),
    ("debezium", Some("debezium")),
    ("feishu", Some("lark")),
    ("freshdesk", None),
    ("hubspot", Some("hubspot")),
    ("jira", Some("jira")),
    ("salesforce-case-cdc", Some("salesforce")),
    ("servicenow", Some("servicenow")),
    ("sobot", None),
    ("udesk", None),
    ("zammad", Some("zammad")),
    ("zendesk", Some("zendesk")),
];

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn mapping(name: &str) -> Mapping {
    let text = std::fs::read_to_string(path("../deploy/config/mappings").join(format!("{name}.yaml"))).expect(name);
    Mapping::parse(&text).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:#?}"))
}

fn whose(name: &str) -> Whose {
    Whose { tenant: "acme".to_owned(), source: name.to_owned(), zone: Tz::Asia__Shanghai }
}

/// The payloads in a directory, by name.
fn payloads(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
        .into_iter()
        .map(|file| (file.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&file).unwrap()))
        .collect()
}

/// All payloads of a mapping; those of others only where they are there.
fn all_payloads(name: &str, others: Option<&str>) -> Vec<(String, Vec<u8>)> {
    let theirs = others.map(|others| path("../../shared/fixtures/crm").join(others)).filter(|path| path.is_dir());
    let ours = path("fixtures/crm").join(name);
    let ours = Some(ours).filter(|path| path.is_dir());
    [theirs, ours].into_iter().flatten().flat_map(|directory| payloads(&directory)).collect()
}

/// What comes out, a line for each event and each thing that could not be mapped.
fn told(name: &str, payloads: &[(String, Vec<u8>)]) -> String {
    let (mapping, whose) = (mapping(name), whose(name));
    let mut out = String::new();
    for (file, body) in payloads {
        let mapped = mapping.map(&whose, &Message { headers: &[], body });
        assert_eq!(mapped, mapping.map(&whose, &Message { headers: &[], body }), "{file} twice");
        writeln!(out, "# {file}").unwrap();
        for event in &mapped.events {
            writeln!(out, "{}", String::from_utf8_lossy(event)).unwrap();
        }
        for unmapped in &mapped.unmapped {
            writeln!(out, "not mapped, {}: {}", unmapped.reason.name(), unmapped.detail).unwrap();
        }
    }
    out
}

#[test]
fn every_payload_is_mapped_as_somebody_found_right() {
    for (name, others) in MAPPINGS {
        let now = told(name, &all_payloads(name, others));
        let golden = path("tests/mappings/golden").join(format!("{name}.ndjson"));
        if std::env::var_os("DULY_BLESS").is_some() {
            std::fs::write(&golden, &now).unwrap();
        }
        let expected = std::fs::read_to_string(&golden).unwrap_or_default();
        // Without the payloads of others, ours are held to what is told of them.
        let is_held = |payload: &str| now.contains(&format!("# {}\n", payload.lines().next().unwrap_or_default()));
        let expected: String = expected
            .split("# ")
            .skip(1)
            .filter(|payload| is_held(payload))
            .flat_map(|payload| ["# ", payload])
            .collect();
        assert_eq!(expected, now, "{name} maps otherwise now: `make bless` writes it");
    }
}

#[test]
fn every_shipped_mapping_is_held_to_payloads_and_has_a_recipe() {
    let files = std::fs::read_dir(path("../deploy/config/mappings")).unwrap();
    let mut names: Vec<String> =
        files.map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names, MAPPINGS.map(|(name, _)| name));
    for (name, others) in MAPPINGS {
        assert_eq!(mapping(name).name(), name);
        assert!(others.is_some() || !all_payloads(name, others).is_empty(), "{name}");
        let recipe = std::fs::read_to_string(path("../docs/sources").join(format!("{name}.md"))).unwrap_or_default();
        assert!(recipe.contains(&format!("mappings/{name}.yaml")), "docs/sources/{name}.md");
    }
}

#[test]
fn what_opens_a_ticket_is_the_same_in_every_message_of_it() {
    use std::collections::BTreeMap;
    for (name, others) in MAPPINGS {
        let (mapping, whose) = (mapping(name), whose(name));
        let mut opened: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for (file, body) in all_payloads(name, others) {
            for event in mapping.map(&whose, &Message { headers: &[], body: &body }).events {
                let read: serde_json::Value = serde_json::from_slice(&event).unwrap();
                if read["type"] == "duly.ticket.received.v1" {
                    let first = opened.entry(read["subject"].to_string()).or_insert_with(|| event.clone());
                    assert_eq!(first, &event, "{name} {file}");
                }
            }
        }
    }
}
