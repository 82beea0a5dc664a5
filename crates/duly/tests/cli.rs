//! The program from outside: what it prints where, and how it ends.

#[path = "cli/backfill.rs"]
mod backfill;
#[path = "cli/calendar.rs"]
mod calendar;
#[path = "cli/cases.rs"]
mod cases;
#[path = "cli/emergency.rs"]
mod emergency;
#[path = "cli/letter.rs"]
mod letter;
#[path = "cli/map.rs"]
mod map;
#[path = "cli/pages.rs"]
mod pages;
#[path = "cli/replay.rs"]
mod replay;
#[path = "cli/report.rs"]
mod report;
#[path = "cli/schema.rs"]
mod schema;
#[path = "cli/validate.rs"]
mod validate;

use std::io::{Read as _, Write as _};
use std::process::{Command, Output, Stdio};

const AUDIT: &str = "\
number,incident_state,sys_mod_count,opened_at,sys_updated_at,priority,category,assignment_group,assigned_to
INC1,New,0,1/7/2016 09:00,1/7/2016 09:05,3 - Moderate,Category 5,Group 1,?
INC1,Closed,1,1/7/2016 09:00,2/7/2016 09:05,3 - Moderate,Category 5,Group 1,Ann
INC1,Closed,1,1/7/2016 09:00
";

fn duly(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duly"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs `duly` with `input` on standard input.
fn run(arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = duly(arguments).spawn().unwrap();
    // One that ends without reading closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn an_import_writes_events_and_counts_what_it_refused() {
    let (code, events, told) = run(&["import", "servicenow-audit", "-", "--tenant", "acme"], AUDIT);
    assert_eq!(code, 0, "{told}");
    assert_eq!(events.lines().count(), 3);
    assert!(events.contains(r#""subject":"acme/INC1""#), "{events}");
    assert_eq!(
        told,
        "refused line 4: the number of columns is not that of the first line (found `4 columns`)\n\
         3 rows read, 3 events written (1 received, 2 observed), 1 refused\n"
    );
}

#[test]
fn the_zone_says_where_the_local_times_are() {
    let (_, events, _) = run(&["import", "servicenow-audit", "-", "--zone", "Europe/Lisbon"], AUDIT);
    assert!(events.starts_with(r#"{"specversion":"1.0","id":"INC1/received""#), "{events}");
    assert!(events.lines().next().unwrap().contains(r#""time":"2016-07-01T08:00:00Z""#), "{events}");
}

#[test]
fn exit_codes_tell_failure_from_misuse() {
    for (arguments, input, expected, said) in [
        (&["import", "servicenow-audit", "-"][..], "a,b\n", 1, "lacks the columns number, incident_state"),
        (&["import", "servicenow-audit", "no/such/file"], "", 1, "cannot open no/such/file"),
        (&["import", "servicenow-audit", "."], "", 1, "cannot open ."),
        (&["import", "servicenow-audit"], "", 2, "FILE.csv"),
        (&["import", "servicenow-audit", "-", "--zone", "Lisbon"], "", 2, "Europe/Lisbon"),
        (&["import", "servicenow-audit", "-", "--zone", "Mars/Olympus"], "", 2, "no time zone of that name"),
        (&["import", "servicenow-audit", "-", "--tenant", "a/b"], "", 2, "a tenant's name"),
        (&["no-such-command"], "", 2, "no-such-command"),
        (&[], "", 2, "Usage: duly"),
    ] {
        let (code, out, told) = run(arguments, input);
        assert_eq!((code, out.as_str()), (expected, ""), "{arguments:?}: {told}");
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(said), "{arguments:?}: {told}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let row = AUDIT.lines().nth(1).unwrap();
    let many = AUDIT.lines().next().unwrap().to_owned() + "\n" + &format!("{row}\n").repeat(20_000);
    let mut child = duly(&["import", "servicenow-audit", "-"]).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut input = child.stdin.take().unwrap();
    let feed = std::thread::spawn(move || input.write_all(many.as_bytes()));
    let mut first = [0; 16];
    out.read_exact(&mut first).unwrap();
    drop(out);
    feed.join().unwrap().unwrap();
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    assert_eq!((status.code(), String::from_utf8(stderr).unwrap()), (Some(0), String::new()));
}

#[test]
fn help_manual_and_completions_name_the_commands() {
    for arguments in [&["--help"][..], &["man"], &["completions", "bash"], &["completions", "fish"]] {
        let (code, out, told) = run(arguments, "");
        assert_eq!((code, told.as_str()), (0, ""), "{arguments:?}");
        assert!(out.contains("import") && out.contains("completions"), "{arguments:?}: {out}");
    }
}

#[test]
fn the_demo_tells_a_fortnight_always_the_same_and_ends() {
    let (code, told, errors) = run(&["demo", "--lang", "en"], "");
    assert_eq!((code, errors.as_str()), (0, ""));
    for expected in [
        "Sun 20 Sep 17:30 CS-0920-16  BREACHED            First substantive response\n",
        "Thu 24 Sep 09:30 CS-0923-05  undone: breached    First substantive response\n",
        "1946 lines arrived: 1944 events applied, 1 sent twice, 1 cut off and kept aside\n",
        "urgent_contact ",
    ] {
        assert!(told.contains(expected), "{expected} is not in\n{told}");
    }
    assert!(told.lines().all(|line| line.chars().count() <= 80) && !told.contains('\u{1b}'), "{told}");
    assert_eq!(run(&["demo", "--lang", "en", "--exit"], "").1, told);
    let (_, chinese, _) = run(&["demo", "--lang", "zh"], "");
    assert!(chinese.contains("09-20 周日 17:30 CS-0920-16  违约                首次实质性反馈\n"), "{chinese}");
    assert_ne!(run(&["demo", "--lang", "en", "--seed", "3"], "").1, told);
}

#[test]
fn the_demo_keeps_its_store_in_a_new_file_only() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("demo.sqlite").display().to_string();
    assert_eq!(run(&["demo", "--store", &store], "").0, 0);
    let (code, _, told) = run(&["demo", "--store", &store], "");
    assert!(code == 1 && told.contains("is there already"), "{told}");
    let (code, ledger, told) = run(&["ledger", "--store", &store], "");
    assert!(code == 0 && ledger.lines().count() > 1000, "{told}");
}
