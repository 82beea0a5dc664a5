//! `duly cases` and `duly investigations`, out of a log.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::run;

const POLICY: &str = "\
policy: letter
effective_from: 2026-01-01T00:00:00+08:00
calendars:
  desk: {zone: Asia/Shanghai, week: {mon-fri: ['09:00-18:00']}}
default_calendar: desk
objectives:
  first_response: {start: received, stop: responded, targets: [{within: 4 working_hours}]}
feedback:
  about: [late]
  investigate: {within: 2 working_days, owner: quality_manager}
  correct: {within: 5 working_days, owner: service_manager}
liability:
  currency: CNY
  assess: {within: 3 working_days, owner: claims_manager}
  settle: {within: 3 working_days, owner: finance}
";

/// A log of one ticket with a claim and a complaint, and of one with neither; the policy beside it.
fn desk() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let desk = tempfile::tempdir().expect("a folder for the test");
    let folder = desk.path();
    let event = |id: u32, ticket: &str, kind: &str, time: &str, data: &str| {
        format!(
            "{{\"specversion\":\"1.0\",\"type\":\"duly.ticket.{kind}.v1\",\"source\":\"crm\",\"id\":\"{id}\",\"subject\":\"acme/{ticket}\",\
             \"time\":\"2026-03-{time}:00+08:00\",\"data\":{data}}}\n"
        )
    };
    let log = [
        event(1, "T-1", "received", "02T09:00", "{}"),
        event(2, "T-2", "received", "02T09:00", "{}"),
        event(3, "T-2", "responded", "02T10:00", "{}"),
        event(
            4,
            "T-1",
            "loss_claimed",
            "03T09:00",
            "{\"item\":\"雇用的技术员\",\"amount\":1200.5,\"currency\":\"CNY\"}",
        ),
        event(5, "T-1", "loss_claimed", "03T09:05", "{\"item\":\"travel\",\"amount\":\"80\",\"currency\":\"CNY\"}"),
        event(6, "T-1", "claim_assessed", "04T09:00", "{\"item\":\"travel\",\"amount\":\"60\",\"currency\":\"CNY\"}"),
        event(7, "T-1", "complaint_filed", "04T10:00", "{\"about\":\"late\"}"),
        event(8, "T-1", "finding_recorded", "05T10:00", "{\"cause\":\"Nobody was on duty.\"}"),
        event(9, "T-1", "corrective_action_set", "05T11:00", "{\"action\":\"rota\",\"owner\":\"lead\"}"),
        event(10, "T-2", "observed", "10T18:00", "{}"),
    ];
    let (log_path, policy_path) = (folder.join("events.ndjson"), folder.join("letter.yaml"));
    fs::write(&log_path, log.concat()).expect("to write the log");
    fs::write(&policy_path, POLICY).expect("to write the policy");
    (desk, log_path, policy_path)
}

fn told(words: &[&str]) -> String {
    let (_desk, log, policy) = desk();
    let from = ["--log", log.to_str().expect("UTF-8"), "--policy", policy.to_str().expect("UTF-8")];
    let (code, text, told) = run(&[words, &from].concat(), "");
    assert_eq!(code, 0, "{told}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    text
}

#[test]
fn cases_are_listed_and_shown() {
    assert_eq!(
        told(&["cases", "list"]),
        "opened            ticket          promise              state             amount\n\
         2026-03-02 13:00  acme/T-1        first_response/1     claimed       1280.50 CNY\n"
    );
    assert_eq!(told(&["cases", "list", "--state", "settled"]).lines().count(), 1);
    let whole = told(&["cases", "show", "acme/T-1"]);
    for line in [
        "acme/T-1  first_response/1 of letter: claimed",
        "  claimed            1280.50 CNY",
        "  accepted             60.00 CNY",
        "  next       claim_assessment by claims_manager, OVERDUE since 2026-03-06 18:00",
        "    雇用的技术员                             1200.50                -",
        "    travel                                     80.00            60.00",
    ] {
        assert!(whole.lines().any(|told| told == line), "{line:?} is not in\n{whole}");
    }
}

#[test]
fn investigations_are_listed_and_shown() {
    assert_eq!(
        told(&["investigations", "list"]),
        "opened            ticket           #  about           state    due or done\n\
         2026-03-04 10:00  acme/T-1         1  late            overdue  2026-03-06 18:00\n"
    );
    let whole = told(&["investigations", "show", "acme/T-1"]);
    for line in [
        "acme/T-1  investigation 1 of letter: open",
        "  opened     2026-03-04 10:00 by complaint_filed: late",
        "  owner      quality_manager, OVERDUE since 2026-03-06 18:00",
        "  clock      first_response/1                 breached after 19h",
        "  cause      2026-03-05 10:00: Nobody was on duty.",
        "  action     rota, lead, due 2026-03-12 18:00",
    ] {
        assert!(whole.lines().any(|told| told == line), "{line:?} is not in\n{whole}");
    }
}

#[test]
fn programs_get_json_with_exact_amounts() {
    let cases: Value = serde_json::from_str(&told(&["cases", "list", "--json"])).expect("JSON");
    assert_eq!((&cases[0]["claimed"], &cases[0]["currency"]), (&"1280.50".into(), &"CNY".into()));
    assert_eq!(cases[0]["items"][0]["claimed"], "1200.50");
}

#[test]
fn a_ticket_without_any_is_told_so() {
    let (_desk, log, policy) = desk();
    let from = ["--log", log.to_str().expect("UTF-8"), "--policy", policy.to_str().expect("UTF-8")];
    let (code, _, told) = run(&[&["cases", "show", "acme/T-2"][..], &from].concat(), "");
    assert_eq!(code, 1);
    assert!(told.contains("acme/T-2 has no liability case"), "{told}");
}
