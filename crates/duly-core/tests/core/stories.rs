//! Stories of single tickets: what happens, and the ledger that must follow.

use duly_core::control::Controls;
use duly_core::ledger::{Ledger, derive};
use duly_core::policy::{Policy, source};
use duly_core::ticket::{Record, parse_structured};
use duly_core::time::Instant;

/// A policy on office hours in UTC, with the objectives given as YAML.
pub(crate) fn policy(objectives: &str) -> Policy {
    let indented = objectives.lines().fold(String::new(), |all, line| all + "  " + line + "\n");
    let text = format!(
        "policy: p\neffective_from: 2020-01-01T00:00:00Z\ncalendars:\n  office: {{zone: UTC, week: {{mon-fri: [\"09:00-17:00\"]}}, day: 8h}}\n\
         default_calendar: office\nobjectives:\n{indented}"
    );
    match source::parse(&text, &|name| Err(format!("no file {name}"))) {
        Ok(parsed) => parsed.policy,
        Err(mistakes) => panic!("{mistakes:#?}\n{text}"),
    }
}

/// An event told in a line: `2026-03-02 09:00 observed priority=high status_class=open`.
pub(crate) fn event(line: &str, id: usize) -> String {
    let mut words = line.split_whitespace();
    let (date, time) = (words.next().expect("a date"), words.next().expect("a time"));
    let kind = words.next().expect("a kind");
    let data: Vec<String> = words
        .map(|word| {
            let (name, value) = word.split_once('=').expect("name=value");
            let value = match value {
                "null" | "true" | "false" => value.to_owned(),
                _ if value.parse::<i64>().is_ok() => value.to_owned(),
                _ if value.starts_with('[') => {
                    let members: Vec<String> =
                        value[1..value.len() - 1].split(',').map(|text| format!("{text:?}")).collect();
                    format!("[{}]", members.join(","))
                }
                _ => format!("{value:?}"),
            };
            format!("{name:?}:{value}")
        })
        .collect();
    format!(
        r#"{{"specversion":"1.0","type":"duly.ticket.{kind}.v1","source":"crm","id":"e{id}","subject":"acme/T-1","time":"{date}T{time}:00Z","sequence":"{id}","data":{{{}}}}}"#,
        data.join(",")
    )
}

/// The record of the events in `story`, one a line.
pub(crate) fn record(story: &str) -> Record {
    let mut record = Record::default();
    for (at, line) in story.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
        let text = event(line, at + 1);
        let event = parse_structured(text.as_bytes()).unwrap_or_else(|refusal| panic!("{line}: {refusal}"));
        assert_eq!(record.take(&event), Ok(()));
    }
    record
}

/// The ledger in lines: `at type objective/cycle part due=…`.
pub(crate) fn told(ledger: &Ledger) -> Vec<String> {
    let short = |instant: &str| instant.replace('T', " ").replace(":00Z", "");
    ledger
        .entries()
        .iter()
        .map(|entry| {
            let body: serde_json::Value = serde_json::from_slice(ledger.body(entry)).expect("a body is JSON");
            let text = |name: &str| body[name].as_str().map(str::to_owned);
            let mut line = format!("{} {}", short(&text("at").expect("at")), entry.kind.name());
            if let Some(objective) = text("objective") {
                line += &format!(" {objective}/{}", body["cycle"]);
            }
            match text("part") {
                Some(part) if !part.starts_with(&text("at").expect("at")) => line += &format!(" {part}"),
                Some(part) if part.contains('#') => line += &part[part.find('#').expect("just seen")..],
                _ => {}
            }
            if let Some(due) = text("due_at") {
                line += &format!(" due {}", short(&due));
            }
            line
        })
        .collect()
}

/// Checks that the ledger of `story` under `objectives` at `until` is `expected`.
fn check(objectives: &str, story: &str, until: &str, expected: &str) {
    let controls = Controls::always([policy(objectives)]).expect("the policy compiles");
    let mut ledger = Ledger::of("acme/T-1");
    let until: Instant = format!("{}:00Z", until.replace(' ', "T")).parse().expect("an instant");
    derive(&record(story), &controls, until, &mut ledger);
    ledger.sort();
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(told(&ledger), expected, "\n{objectives}\n{story}");
}

const FOUR_HOURS: &str = "response:\n  start: received\n  stop: responded\n  pause: {status_class: [pending]}\n  targets: [{within: 4 working_hours}]";

#[test]
fn a_promise_is_kept() {
    check(
        FOUR_HOURS,
        "2026-03-02 16:00 received
         2026-03-03 12:00 responded contains=answer",
        "2026-03-10 00:00",
        "2026-03-02 16:00 clock_started response/1 due 2026-03-03 12:00
         2026-03-03 12:00 clock_met response/1 due 2026-03-03 12:00",
    );
}

#[test]
fn an_acknowledgement_and_an_internal_note_keep_no_promise() {
    check(
        FOUR_HOURS,
        "2026-03-02 10:00 received
         2026-03-02 10:01 responded contains=acknowledgement
         2026-03-02 10:02 responded contains=answer public=false
         2026-03-02 10:03 responded contains=answer automatic=true
         2026-03-02 15:00 responded contains=answer",
        "2026-03-10 00:00",
        "2026-03-02 10:00 clock_started response/1 due 2026-03-02 14:00
         2026-03-02 14:00 breached response/1 due 2026-03-02 14:00
         2026-03-02 15:00 clock_stopped_late response/1 due 2026-03-02 14:00",
    );
}

#[test]
fn a_pause_moves_the_deadline_by_its_open_time() {
    check(
        FOUR_HOURS,
        "2026-03-02 14:00 received status_class=open
         2026-03-02 16:00 observed status_class=pending
         2026-03-03 10:00 observed status_class=open
         2026-03-03 12:01 responded",
        "2026-03-10 00:00",
        "2026-03-02 14:00 clock_started response/1 due 2026-03-03 10:00
         2026-03-02 16:00 clock_paused response/1 due 2026-03-03 10:00
         2026-03-03 10:00 clock_resumed response/1 due 2026-03-03 12:00
         2026-03-03 12:00 breached response/1 due 2026-03-03 12:00
         2026-03-03 12:01 clock_stopped_late response/1 due 2026-03-03 12:00",
    );
}

#[test]
fn a_tighter_target_that_has_passed_breaches_at_the_change_unless_the_stop_is_there() {
    let objectives =
        "fix:\n  start: received\n  stop: resolved\n  targets: [{when: {priority: high}, within: 1h}, {within: 8h}]";
    check(
        objectives,
        "2026-03-02 10:00 received priority=low
         2026-03-02 12:00 observed priority=high
         2026-03-02 13:00 observed status_class=resolved",
        "2026-03-10 00:00",
        "2026-03-02 10:00 clock_started fix/1 due 2026-03-02 18:00
         2026-03-02 12:00 breached fix/1 due 2026-03-02 11:00
         2026-03-02 12:00 clock_retargeted fix/1 due 2026-03-02 11:00
         2026-03-02 13:00 clock_stopped_late fix/1 due 2026-03-02 11:00",
    );
    check(
        objectives,
        "2026-03-02 10:00 received priority=low
         2026-03-02 12:00 observed priority=high
         2026-03-02 12:00 observed status_class=resolved",
        "2026-03-10 00:00",
        "2026-03-02 10:00 clock_started fix/1 due 2026-03-02 18:00
         2026-03-02 12:00 clock_met fix/1 due 2026-03-02 11:00
         2026-03-02 12:00 clock_retargeted fix/1 due 2026-03-02 11:00",
    );
}

#[test]
fn reopened_tickets_run_on_and_the_time_between_does_not_count() {
    check(
        "fix:\n  start: received\n  stop: resolved\n  targets: [{within: 8h}]",
        "2026-03-02 10:00 received
         2026-03-02 12:00 observed status_class=resolved
         2026-03-03 12:00 observed status_class=open
         2026-03-03 18:00 observed status_class=closed",
        "2026-03-10 00:00",
        "2026-03-02 10:00 clock_started fix/1 due 2026-03-02 18:00
         2026-03-02 12:00 clock_met fix/1 due 2026-03-02 18:00
         2026-03-03 12:00 clock_resumed fix/1 due 2026-03-03 18:00
         2026-03-03 18:00 clock_met fix/1 due 2026-03-03 18:00",
    );
}

#[test]
fn reminders_and_the_ladder_count_in_open_time_and_end_with_the_stop() {
    check(
        "response:\n  start: received\n  stop: responded\n  targets: [{within: 4 working_hours}]\n  remind_at: [50%, 1 working_hour before]\n  ladder: [{step: lead, at: breach, to: team_lead}, {step: manager, after: 2 working_hours, to: boss, repeat: 2 working_hours, times: 3}]",
        "2026-03-02 16:00 received
         2026-03-04 10:00 responded",
        "2026-03-10 00:00",
        "2026-03-02 16:00 clock_started response/1 due 2026-03-03 12:00
         2026-03-03 10:00 reminder_due response/1 50% due 2026-03-03 12:00
         2026-03-03 11:00 reminder_due response/1 1 working_hour before due 2026-03-03 12:00
         2026-03-03 12:00 breached response/1 due 2026-03-03 12:00
         2026-03-03 12:00 escalated response/1 lead#1 due 2026-03-03 12:00
         2026-03-03 14:00 escalated response/1 manager#1 due 2026-03-03 12:00
         2026-03-03 16:00 escalated response/1 manager#2 due 2026-03-03 12:00
         2026-03-04 10:00 clock_stopped_late response/1 due 2026-03-03 12:00",
    );
}

#[test]
fn silence_breaches_again_and_again_until_the_ticket_is_resolved() {
    check(
        "progress:\n  start: received\n  stop: progress_reported\n  restart: on_stop_or_deadline\n  until: resolved\n  targets: [{within: 1 working_day}]",
        "2026-03-02 10:00 received
         2026-03-04 10:00 progress_reported
         2026-03-06 10:00 observed status_class=resolved",
        "2026-03-20 00:00",
        "2026-03-02 10:00 clock_started progress/1 due 2026-03-03 17:00
         2026-03-03 17:00 breached progress/1 due 2026-03-03 17:00
         2026-03-03 17:00 clock_started progress/2 due 2026-03-04 17:00
         2026-03-04 10:00 clock_met progress/2 due 2026-03-04 17:00
         2026-03-04 10:00 clock_started progress/3 due 2026-03-05 17:00
         2026-03-05 17:00 breached progress/3 due 2026-03-05 17:00
         2026-03-05 17:00 clock_started progress/4 due 2026-03-06 17:00
         2026-03-06 10:00 clock_cancelled progress/4",
    );
}

#[test]
fn a_clock_without_a_target_waits_and_is_judged_from_its_start() {
    check(
        "response:\n  start: received\n  stop: responded\n  targets: [{when: {category: [incident]}, within: 1h}]",
        "2026-03-02 10:00 received
         2026-03-02 10:30 responded
         2026-03-02 15:00 observed category=incident",
        "2026-03-20 00:00",
        "2026-03-02 15:00 clock_met response/1 due 2026-03-02 11:00
         2026-03-02 15:00 clock_started response/1 due 2026-03-02 11:00",
    );
}

#[test]
fn what_was_voided_never_happened() {
    check(
        FOUR_HOURS,
        "2026-03-02 10:00 received
         2026-03-02 11:00 responded
         2026-03-02 18:00 event_voided id=e2",
        "2026-03-02 20:00",
        "2026-03-02 10:00 clock_started response/1 due 2026-03-02 14:00
         2026-03-02 14:00 breached response/1 due 2026-03-02 14:00",
    );
}
