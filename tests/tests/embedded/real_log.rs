//! The real log of a service desk, 98,824 rows: shuffled, doubled and fed in several runs it gives the ledger of one pass (I1).

use std::fs::{self, File};
use std::path::Path;

use duly_core::time::Instant;
use duly_engine::ingest::servicenow_audit::{self, Options};

use crate::support::{Desk, Dice, assert_same, expected_ledger, parse_policy};

/// The rows as ticket events, in order.
pub(crate) fn lines() -> Vec<String> {
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

/// How the rows arrive, and in how many runs.
fn check(name: &str, until: Instant, arrival: &[&String], runs: usize, distinct: usize, expected: &[String]) {
    let policies = vec![parse_policy(include_str!("../../benches/service-desk.yaml"))];
    let desk = Desk { policies, until, ..Desk::new("2026-11-01 00:00") };
    for (run, part) in arrival.chunks(arrival.len().div_ceil(runs)).enumerate() {
        let feed = format!("feed-{run}");
        let text: Vec<&[u8]> = part.iter().flat_map(|line| [line.as_bytes(), b"\n"]).collect();
        fs::write(desk.path(&feed), text.concat()).expect("a feed");
        desk.settle(&[&feed]);
    }
    let row = desk.read_only().lane_row().expect("the lane");
    assert_eq!(
        (row.applied, row.duplicates, row.dead_letters),
        (distinct as u64, (arrival.len() - distinct) as u64, 0),
        "{name}: every row ends one way (I7)"
    );
    assert_same(&desk.ledger(), expected, name);
}

#[test]
fn the_real_log_gives_one_ledger_however_it_arrives() {
    let lines = lines();
    let until = "2017-03-01T00:00:00Z".parse().expect("an instant");
    let expected = expected_ledger(&lines, parse_policy(include_str!("../../benches/service-desk.yaml")), until);
    let in_order: Vec<&String> = lines.iter().collect();
    check("in order, three runs", until, &in_order, 3, lines.len(), &expected);
    let mut doubled: Vec<&String> = lines.iter().chain(&lines).collect();
    let mut dice = Dice(7);
    for place in (1..doubled.len()).rev() {
        doubled.swap(place, dice.below(place as u64 + 1) as usize);
    }
    check("shuffled and doubled, three runs", until, &doubled, 3, lines.len(), &expected);
}
