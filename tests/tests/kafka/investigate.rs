//! `duly replay --kafka` and `duly explain --kafka`: the log of record says what the same events in a file say, and
//! nobody notices that it was read.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use duly_core::policy::{Policy, source};
use duly_core::ticket::parse_structured;
use duly_engine::demo;
use duly_engine::kafka::publish_policies;
use duly_tests::program;
use rdkafka::producer::Producer as _;
use serde_json::value::RawValue;

use crate::fortress::fortress;
use crate::ground::{Ground, Record, home, structured};

const LETTER: &str = include_str!("../../../deploy/config/policies/response-time-commitment.yaml");
const UNTIL: &str = "2026-10-03T16:00:00Z";

fn policy_file() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/config/policies/response-time-commitment.yaml");
    path.display().to_string()
}

fn letter() -> Policy {
    source::parse(LETTER, &|name| Err(format!("no {name} here"))).expect("it has no mistakes").policy
}

fn fortnight() -> Vec<String> {
    demo::fortnight(demo::SEED, demo::start()).into_iter().map(|(_, line)| line).collect()
}

/// A file with these lines.
fn file(name: &str, lines: &[String]) -> PathBuf {
    let path = fortress().path(name);
    fs::write(&path, lines.join("\n") + "\n").expect("a file");
    path
}

/// What the program says about files.
fn of_files(arguments: &[&str]) -> String {
    let output = program::duly().args(arguments).output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The ledger that follows from these lines in a file.
fn ledger_of(name: &str, lines: &[String]) -> String {
    let log = file(name, lines).display().to_string();
    of_files(&["replay", &log, "--policy", &policy_file(), "--until", UNTIL, "--ledger", "-"])
}

#[track_caller]
fn assert_same(found: &str, expected: &str) {
    let differs = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    assert_eq!(differs, None);
    assert_eq!(found.lines().count(), expected.lines().count());
    assert!(expected.lines().count() > 3, "nearly nothing shows nearly nothing");
}

/// An event in binary mode: its attributes are headers, its data the value, as they are written.
struct Binary {
    subject: String,
    headers: Vec<(String, String)>,
    data: String,
}

impl Binary {
    fn of(line: &str) -> Self {
        let mut members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(line).expect("an event");
        let data = members.remove("data").expect("data").get().to_owned();
        let text = |value: &RawValue| serde_json::from_str::<String>(value.get()).expect("a text");
        let subject = text(&members["subject"]);
        let headers = members.iter().map(|(name, value)| (format!("ce_{name}"), text(value))).collect();
        Binary { subject, headers, data }
    }
}

/// Every other line in binary mode, one in the wrong partition too, and one that nobody can read.
fn produce(ground: &Ground, lines: &[String]) {
    let binary: Vec<Option<Binary>> = lines
        .iter()
        .enumerate()
        .map(|(place, line)| (place % 2 == 0 && parse_structured(line.as_bytes()).is_ok()).then(|| Binary::of(line)))
        .collect();
    let headers: Vec<Vec<(&str, &[u8])>> = binary
        .iter()
        .map(|binary| {
            let headers = binary.iter().flat_map(|binary| &binary.headers);
            headers.map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
        })
        .collect();
    let mut records: Vec<Record<'_>> = lines
        .iter()
        .zip(&binary)
        .zip(&headers)
        .map(|((line, binary), headers)| match binary {
            Some(Binary { subject, data, .. }) => {
                Record { partition: home(subject), key: subject.as_bytes(), value: data.as_bytes(), headers }
            }
            None => structured(line),
        })
        .collect();
    let mut misrouted = structured(&lines[1]);
    misrouted.partition = (misrouted.partition + 1) % 8;
    records.extend([misrouted, Record { partition: 3, value: b"\x00 nothing", ..Record::default() }]);
    ground.produce(&records);
}

/// The ticket with the most SLA events, and those.
fn the_busiest(ledger: &str) -> (&str, String) {
    let mut tickets = BTreeMap::<&str, Vec<&str>>::new();
    for line in ledger.lines() {
        let (_, rest) = line.split_once("\"subject\":\"").expect("a subject");
        let (subject, _) = rest.split_once('"').expect("its end");
        tickets.entry(subject).or_default().push(line);
    }
    let (subject, lines) = tickets.into_iter().max_by_key(|(_, lines)| lines.len()).expect("a ticket");
    (subject, lines.join("\n") + "\n")
}

#[test]
fn the_log_says_what_a_file_says_and_nothing_is_committed() {
    let ground = Ground::new("replay");
    let lines = fortnight();
    let expected = ledger_of("replay.ndjson", &lines);

    let (code, _, told) = ground.duly(&["replay"]);
    assert!(code == 78 && told.contains("no policy was published on replay.duly.control.v1"), "{told}");
    publish_policies(&ground.cluster, &[letter()]).expect("it is published");
    produce(&ground, &lines);

    // The policy of the time, and the same one given.
    let (code, found, told) = ground.duly(&["replay", "--until", UNTIL, "--ledger", "-"]);
    assert_eq!(code, 0, "{told}");
    assert_same(&found, &expected);
    let all = lines.len() + 2;
    assert!(told.contains(&format!("{all} records: ")), "{told}");
    assert!(told.contains("\n  2 refused as not_json\n") && told.contains("\n  1 refused as misrouted\n"), "{told}");
    assert!(told.contains("replay.duly.ticket.events.v1, partition 3, offset "), "{told}");
    assert_same(&ground.output(&["replay", "--policy", &policy_file(), "--until", UNTIL, "--ledger", "-"]), &expected);

    // What was published on the way is the same each time, and its retractions take back what does not stand.
    let published = ground.output(&["replay", "--until", UNTIL, "--published", "-"]);
    assert_same(&ground.output(&["replay", "--until", UNTIL, "--published", "-"]), &published);
    let retractions = published.lines().filter(|line| line.contains("\"duly.sla.retracted.v1\"")).count();
    assert_eq!(published.lines().count() - 2 * retractions, expected.lines().count());

    // What metrics said all along, summed over the lanes.
    let metrics = ["--until", UNTIL, "--openmetrics", "-", "--step", "12h"];
    let log = fortress().path("replay.ndjson").display().to_string();
    let expected_metrics = of_files(&[&["replay", &log, "--policy", &policy_file()], &metrics[..]].concat());
    assert_same(&ground.output(&[&["replay"], &metrics[..]].concat()), &expected_metrics);

    // One ticket, of which one partition is read.
    let (subject, of_ticket) = the_busiest(&expected);
    assert_same(&ground.output(&["replay", "--ticket", subject, "--until", UNTIL, "--ledger", "-"]), &of_ticket);
    let (code, _, told) = ground.duly(&["replay", "--ticket", "demo/nobody"]);
    assert!(code == 1 && told.contains("no event of demo/nobody"), "{told}");

    // Why, in the same words.
    let why = of_files(&["explain", subject, "--log", &log, "--policy", &policy_file(), "--at", UNTIL]);
    assert_same(&ground.output(&["explain", subject, "--policy", &policy_file(), "--at", UNTIL]), &why);
    let published = ground.output(&["explain", subject, "--at", UNTIL]);
    assert_same(&published, &why);

    assert_eq!(ground.committed(), [0; 0], "reading leaves no trace");
}

#[test]
fn the_log_is_reviewed_as_a_file_is() {
    let ground = Ground::new("review");
    let lines = fortnight();
    let log = file("review.ndjson", &lines).display().to_string();
    let (code, _, told) = ground.duly(&["report", "--period", "2026-09"]);
    assert!(code == 78 && told.contains("no policy was published on review.duly.control.v1"), "{told}");
    publish_policies(&ground.cluster, &[letter()]).expect("it is published");
    produce(&ground, &lines);
    let policy = policy_file();
    for format in [&["--format", "json"][..], &["--format", "md", "--lang", "zh", "--by", "category,team"]] {
        let question = [&["--period", "2026-09", "--compare", "previous", "--until", UNTIL][..], format].concat();
        let expected = of_files(&[&["report", &log, "--policy", &policy], &question[..]].concat());
        // With the policies of the time, and with the same one given.
        assert_same(&ground.output(&[&["report"], &question[..]].concat()), &expected);
        assert_same(&ground.output(&[&["report", "--policy", &policy], &question[..]].concat()), &expected);
    }
    let (code, _, told) = ground.duly(&["report", "--period", "2027-01"]);
    assert!(code == 1 && told.contains("nothing is known of 2027-01"), "{told}");
    assert_eq!(ground.committed(), [0; 0], "reading leaves no trace");
}

#[test]
fn a_period_goes_by_when_the_log_took_events() {
    let ground = Ground::new("period");
    let lines = fortnight();
    let (before, after) = lines.split_at(lines.len() / 2);
    produce(&ground, before);
    let ms = || SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_millis();
    let (done, between) = (ms(), ms() + 2);
    // The log counts in milliseconds, and what follows has to be in another one.
    while ms() <= between {
        std::thread::yield_now();
    }
    assert!(done < between);
    produce(&ground, after);
    let at = chrono::DateTime::from_timestamp_millis(between as i64).expect("an instant");
    let at = at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let replay = |option: &str| {
        let policy = policy_file();
        ground.output(&["replay", option, &at, "--policy", &policy, "--until", UNTIL, "--ledger", "-"])
    };
    assert_same(&replay("--to"), &ledger_of("before.ndjson", before));
    assert_same(&replay("--from"), &ledger_of("after.ndjson", after));
}

#[test]
fn an_open_transaction_is_waited_for() {
    let ground = Ground::new("waits");
    let lines = fortnight();
    let producer = ground.producer(&[("transactional.id", "waits"), ("transaction.timeout.ms", "60000")]);
    let patience = Duration::from_secs(10);
    producer.init_transactions(patience).expect("transactions");
    producer.begin_transaction().expect("a transaction");
    for line in &lines {
        ground.send(&producer, &structured(line));
    }
    producer.flush(patience).expect("all is written");

    let mut child = Command::new(program::path())
        .args(["replay", "--until", UNTIL, "--ledger", "-", "--policy", &policy_file(), "--config"])
        .arg(&ground.config)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut told = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    let first = told.next().expect("it says why it waits").expect("UTF-8");
    assert!(first.starts_with("waiting for a transaction that is open on waits.duly.ticket.events.v1"), "{first}");
    producer.commit_transaction(patience).expect("a commit");
    // Nobody may be kept waiting for room in a pipe.
    let rest = std::thread::spawn(move || told.map_while(Result::ok).collect::<Vec<_>>().join("\n"));
    let mut found = String::new();
    child.stdout.take().expect("it is piped").read_to_string(&mut found).expect("UTF-8");
    let rest = rest.join().expect("it is read");
    assert!(child.wait().expect("it ends").success(), "{rest}");
    assert_same(&found, &ledger_of("waits.ndjson", &lines));
}
