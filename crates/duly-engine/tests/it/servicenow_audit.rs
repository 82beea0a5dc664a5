//! The real audit: every row becomes an event, in order, and none knows the future.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;

use duly_engine::ingest::servicenow_audit::{Options, read};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The columns that stand on every row with a value that only the end of the story has.
const HINDSIGHT: [&str; 5] = ["made_sla", "closed_code", "resolved_by", "resolved_at", "closed_at"];

/// The members that an event may have; each is of its row's instant.
const MEMBERS: [&str; 16] = [
    "status",
    "status_class",
    "reason",
    "priority",
    "category",
    "subcategory",
    "symptom",
    "team",
    "agent",
    "customer",
    "region",
    "channel",
    "impact",
    "urgency",
    "reassignment_count",
    "reopen_count",
];

#[derive(Deserialize)]
struct Event {
    id: String,
    r#type: String,
    subject: String,
    time: String,
    sequence: Option<String>,
    data: Map<String, Value>,
}

fn real_audit() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/servicenow/incident_event_log.zip");
    let file = std::fs::File::open(&path)
        .unwrap_or_else(|error| panic!("this test reads the audit at {}, which is missing: {error}", path.display()));
    let mut text = String::new();
    zip::ZipArchive::new(file).unwrap().by_index(0).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn import(csv: &str) -> String {
    let options = Options { zone: chrono_tz::Europe::Lisbon, tenant: "desk".to_owned() };
    let audit = read(csv.as_bytes(), options).unwrap();
    assert_eq!(audit.refusals().total(), 0, "{:?}", audit.refusals());
    let mut out = Vec::new();
    audit.write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn events(lines: &str) -> Vec<Event> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_row_is_accounted_for_in_order() {
    let events = events(&import(&real_audit()));
    let count = |name: &str| events.iter().filter(|event| event.r#type == format!("duly.ticket.{name}.v1")).count();
    assert_eq!((count("received"), count("observed"), events.len()), (17_350, 98_824, 98_824 + 17_350));
    assert!(events.is_sorted_by_key(|event| event.time.as_str()), "instants without fractions sort as text");
    assert_eq!(events.iter().map(|event| &event.id).collect::<BTreeSet<_>>().len(), events.len(), "ids are unique");

    let mut classes = BTreeMap::new();
    for event in events.iter().filter(|event| event.sequence.is_some()) {
        *classes.entry(event.data.get("status_class").map(|class| class.as_str().unwrap().to_owned())).or_insert(0) +=
            1;
    }
    let named = |name: &str, count: i32| (Some(name.to_owned()), count);
    let expected = [
        (None, 5),
        named("closed", 17_398),
        named("new", 25_374),
        named("open", 27_103),
        named("pending", 10_198 + 466 + 336 + 32),
        named("resolved", 17_912),
    ];
    assert_eq!(classes, BTreeMap::from(expected));
}

#[test]
fn an_event_has_only_what_its_row_knew() {
    for event in events(&import(&real_audit())) {
        let allowed: &[&str] = if event.sequence.is_some() { &MEMBERS } else { &["customer", "channel"] };
        for name in event.data.keys() {
            assert!(allowed.contains(&name.as_str()), "{}: {name}", event.subject);
        }
    }
}

/// Forgetting what only hindsight knows changes no byte.
#[test]
fn nothing_comes_from_hindsight() {
    let audit = real_audit();
    let mut reader = csv::Reader::from_reader(audit.as_bytes());
    let header = reader.headers().unwrap().clone();
    let hindsight: Vec<bool> = header.iter().map(|name| HINDSIGHT.contains(&name)).collect();
    assert_eq!(hindsight.iter().filter(|hidden| **hidden).count(), HINDSIGHT.len());
    let mut blinded = csv::Writer::from_writer(Vec::new());
    blinded.write_record(&header).unwrap();
    for record in reader.records() {
        let record = record.unwrap();
        blinded
            .write_record(record.iter().zip(&hindsight).map(|(cell, &hidden)| if hidden { "?" } else { cell }))
            .unwrap();
    }
    let blinded = String::from_utf8(blinded.into_inner().unwrap()).unwrap();
    assert!(import(&audit) == import(&blinded), "an event depends on a column that only hindsight fills");
}

/// An export made halfway through the year tells the same as the beginning of the full one.
#[test]
fn an_earlier_export_is_a_prefix() {
    let audit = real_audit();
    let full = import(&audit);
    let (header, rows) = audit.split_once('\n').unwrap();
    let updated_at = header.split(',').position(|name| name == "sys_updated_at").unwrap();
    let early = |row: &str| {
        let mut date = row.split(',').nth(updated_at).unwrap().split(' ').next().unwrap().split('/').skip(1);
        date.next().unwrap().parse::<u32>().unwrap() < 5 && date.next().unwrap() == "2016"
    };
    let rows: Vec<&str> = rows.lines().filter(|row| early(row)).collect();
    let part = import(&format!("{header}\n{}\n", rows.join("\n")));
    assert!(part.lines().count() > 10_000);

    let known: BTreeSet<&str> = full.lines().collect();
    assert_eq!(part.lines().find(|line| !known.contains(line)), None);
}

/// The rows in reverse, and all of them twice, are the same events.
#[test]
fn the_order_of_the_file_leaves_no_trace() {
    let audit = real_audit();
    let (header, rows) = audit.split_once('\n').unwrap();
    let mut reversed: Vec<&str> = rows.lines().collect();
    reversed.reverse();
    let full = import(&audit);
    assert!(import(&format!("{header}\n{}\n", reversed.join("\n"))) == full, "reversed");

    let doubled = import(&format!("{header}\n{}\n{}\n", reversed.join("\n"), reversed.join("\n")));
    let mut seen = BTreeSet::new();
    let once: Vec<&str> = doubled.lines().filter(|line| seen.insert(*line)).collect();
    assert_eq!(doubled.lines().count(), full.lines().count() + 98_824);
    assert!(once.iter().copied().eq(full.lines()), "doubled");
}
