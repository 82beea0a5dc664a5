//! The program as an operator meets it: starts, signals, dead letters, the ledger.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use duly_tests::program::{Serving, duly};

use crate::support::Desk;
use duly_tests::expected::{assert_same, expected_ledger, fortnight, policy, policy_path};

fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.stdin(Stdio::null()).output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("an exit code"), text(stdout), text(stderr))
}

fn on_store(desk: &Desk, arguments: &[&str]) -> (i32, String, String) {
    run(duly().args(arguments).arg("--store").arg(desk.store()))
}

fn serve_to_the_end(desk: &Desk, feed: &Path) -> (i32, String, String) {
    run(duly().args(["serve", "--exit", "--store"]).arg(desk.store()).arg("--policy").arg(policy_path()).arg(feed))
}

#[test]
fn a_signal_ends_it_in_good_order() {
    for signal in ["TERM", "INT"] {
        let desk = Desk::new("2026-11-01 00:00");
        fs::write(desk.path("feed"), "").expect("a feed");
        let (store, feed) = (desk.store().display().to_string(), desk.path("feed").display().to_string());
        let mut serving = Serving::start(&["--store", &store, "--follow", &feed]);
        assert_eq!(serving.signalled(signal), Some(0), "SIG{signal}");
    }
}

#[test]
fn one_store_is_worked_on_by_one_program() {
    let desk = Desk::new("2026-11-01 00:00");
    let running = desk.start();
    let (code, _, told) = serve_to_the_end(&desk, Path::new("-"));
    assert_eq!(code, 1);
    assert!(told.contains("is in use by another process"), "{told}");
    let (code, _, told) = on_store(&desk, &["dead-letters", "redrive"]);
    assert_eq!(code, 1);
    assert!(told.contains("is in use by another process"), "{told}");
    assert_eq!(on_store(&desk, &["dead-letters", "list"]).0, 0, "looking in is allowed");
    crate::support::stop(running);
}

#[test]
fn mistakes_in_settings_end_with_78_and_touch_nothing() {
    let desk = Desk::new("2026-11-01 00:00");
    fs::write(desk.path("duly.yaml"), "listne: 1\n").expect("settings");
    fs::write(desk.path("bad.yaml"), "policy: x\n").expect("a policy");
    let settings = desk.path("duly.yaml").display().to_string();
    let bad = desk.path("bad.yaml").display().to_string();
    for (arguments, said) in [
        (&["--listen", "0.0.0.0:8321"][..], "without a token"),
        (&["--config", &settings], "listne"),
        (&["--policy", &bad], "effective_from"),
        (&["--exit"], "there is nothing to read"),
    ] {
        let (code, _, told) =
            run(duly().arg("serve").arg("--store").arg(desk.store()).args(arguments).env_remove("DULY_TOKEN"));
        assert_eq!(code, 78, "{arguments:?}: {told}");
        assert!(told.contains(said), "{arguments:?}: {told}");
        assert!(!desk.store().exists(), "{arguments:?}");
    }
}

#[test]
fn the_ledger_of_a_store_is_that_of_the_events() {
    let (lines, until) = fortnight();
    let desk = Desk::new("2026-11-01 00:00");
    fs::write(desk.path("feed"), lines.join("\n")).expect("a feed");
    let until_text = until.to_string();
    let (code, _, told) = run(duly()
        .args(["serve", "--exit", "--until", &until_text, "--store"])
        .arg(desk.store())
        .arg("--policy")
        .arg(policy_path())
        .arg(desk.path("feed")));
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("published: response-time-commitment version "), "{told}");
    assert!(told.contains(&format!("in the store: {} records", lines.len())), "{told}");
    let (code, ledger, told) = on_store(&desk, &["ledger"]);
    assert_eq!((code, told.as_str()), (0, ""));
    let ledger: Vec<String> = ledger.lines().map(str::to_owned).collect();
    assert_same(&ledger, &expected_ledger(&lines, policy(), until), "duly ledger");
}

#[test]
fn dead_letters_are_listed_shown_and_redriven() {
    let desk = Desk::new("2026-11-01 00:00");
    let good = r#"{"specversion":"1.0","id":"1","source":"crm","type":"duly.ticket.received.v1","subject":"acme/T-1","time":"2026-03-02T09:00:00Z","data":{}}"#;
    fs::write(desk.path("feed"), format!("{good}\nhello \u{1b}[2J\n{{\n")).expect("a feed");
    assert_eq!(serve_to_the_end(&desk, &desk.path("feed")).0, 0);
    let (_, listed, _) = on_store(&desk, &["dead-letters", "list"]);
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 2, "{listed}");
    assert!(lines[0].starts_with("1  ") && lines[0].contains("feed:2  not_json  not JSON"), "{listed}");
    let (_, json, _) = on_store(&desk, &["dead-letters", "list", "--json", "--after", "1"]);
    let letter: serde_json::Value = serde_json::from_str(&json).expect("a JSON object on one line");
    assert_eq!(
        (letter["seq"].as_i64(), letter["line"].as_i64(), letter["length"].as_i64()),
        (Some(2), Some(3), Some(1))
    );
    let (_, raw, _) = on_store(&desk, &["dead-letters", "show", "1", "--raw"]);
    assert_eq!(raw, "hello \u{1b}[2J");
    let (_, shown, _) = on_store(&desk, &["dead-letters", "show", "1"]);
    assert!(shown.contains("line 2, byte ") && shown.contains("hello \\u{1b}[2J"), "{shown}");
    let (code, _, told) = on_store(&desk, &["dead-letters", "show", "3"]);
    assert!(code == 1 && told.contains("there is no dead letter 3"), "{told}");

    // As if a release that could not read the event had refused it.
    let db = rusqlite::Connection::open(desk.store()).expect("the store");
    let mended = good.replace("T-1", "T-2");
    db.execute(
        "UPDATE dead_letters SET record = ?1, length = ?2 WHERE seq = 1",
        (mended.as_bytes(), mended.len() as i64),
    )
    .expect("a changed row");
    drop(db);
    let (code, redriven, told) = on_store(&desk, &["dead-letters", "redrive"]);
    assert_eq!(code, 0, "{told}");
    assert!(redriven.starts_with("1  applied\n2  still not_json"), "{redriven}");
    assert!(told.contains("2 dead letters tried again, 1 found its place"), "{told}");
    let (_, listed, _) = on_store(&desk, &["dead-letters", "list"]);
    assert!(listed.lines().count() == 1 && listed.starts_with("2  "), "{listed}");
    let (_, all, _) = on_store(&desk, &["dead-letters", "list", "--all"]);
    assert!(all.contains("(redriven: applied)") && all.contains("(redriven: not_json)"), "{all}");
    let row = desk.read_only().lane_row().expect("the lane");
    assert_eq!((row.applied, row.dead_letters), (1, 2), "what came in is counted as it came");
    assert!(desk.read_only().ticket("acme/T-2").expect("the store").is_some(), "the ticket is there now");
    assert!(
        on_store(&desk, &["dead-letters", "redrive"]).1.starts_with("2  still"),
        "what has found its place is left alone"
    );
}

#[test]
fn no_secret_is_shown() {
    let desk = Desk::new("2026-11-01 00:00");
    fs::write(desk.path("feed"), "").expect("a feed");
    let secret = "correct-horse-battery-staple";
    let (code, out, told) = run(duly()
        .args(["serve", "--exit", "--listen", "127.0.0.1:0", "--store"])
        .arg(desk.store())
        .arg(desk.path("feed"))
        .env("DULY_TOKEN", secret));
    assert_eq!(code, 0, "{told}");
    assert!(!format!("{out}{told}").contains(secret));
    fs::write(desk.path("token"), "short").expect("a token");
    let (code, _, told) =
        run(duly().args(["serve", "--token-file"]).arg(desk.path("token")).arg("--store").arg(desk.store()));
    assert!(code == 78 && !told.contains("short\n"), "{told}");
}
