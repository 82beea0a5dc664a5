//! `duly calendar`: what is asked of the shipped calendar, and what is said to questions that can not be answered.

use crate::run;

/// Asks, and has the answer on standard output.
fn ask(arguments: &[&str]) -> String {
    let (code, out, told) = run(&[&["calendar"], arguments].concat(), "");
    assert_eq!((code, told.as_str()), (0, ""), "{arguments:?}");
    out
}

/// A table without its indents.
fn trimmed(text: &str) -> String {
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_deadline_over_national_day_is_counted_day_by_day() {
    let expected = "\
due    2026-10-08T04:00:00Z
local  Thu 2026-10-08 12:00 +08:00
start  Wed 2026-09-30 17:00 +08:00
count  4 working_hours of open time
on     calendar business, Asia/Shanghai

  2026-09-30  Wed  17:00-18:00       1h       = 1h
  2026-10-01  Thu  closed                           国庆节
  2026-10-02  Fri  closed                           国庆节
  2026-10-03  Sat  closed                           国庆节
  2026-10-04  Sun  closed                           国庆节
  2026-10-05  Mon  closed                           国庆节
  2026-10-06  Tue  closed                           国庆节
  2026-10-07  Wed  closed                           国庆节
  2026-10-08  Thu  09:00-12:00       3h       = 4h";
    assert_eq!(trimmed(&ask(&["due", "2026-09-30T17:00", "4", "working_hours"])), expected);
    assert_eq!(trimmed(&ask(&["due", "2026-09-30T09:00:00Z", "4 working_hours"])), expected);
}

#[test]
fn deadlines() {
    for (start, duration, rule, due) in [
        ("2026-09-30T17:00", "2h", "civil", "2026-09-30T11:00:00Z"),
        ("2026-09-30T17:00", "2 working_days", "civil", "2026-10-09T10:00:00Z"),
        ("2026-09-30T17:00", "2 working_days", "same_time", "2026-10-09T09:00:00Z"),
        ("2026-09-30T17:00", "2 working_days", "as_hours", "2026-10-09T09:00:00Z"),
        ("2026-09-30", "1 working_hour", "civil", "2026-09-30T02:00:00Z"),
    ] {
        let told = ask(&["due", start, duration, "--day-rule", rule]);
        assert_eq!(told.lines().next(), Some(format!("due    {due}").as_str()), "{start} {duration} {rule}");
    }
}

#[test]
fn working_days_are_numbered_and_a_long_table_is_cut() {
    let told = ask(&["due", "2026-12-20T10:00", "30 working_days"]);
    for expected in [
        "note   provisional: the calendar's holidays are known until 2026-12-31",
        "  2026-12-20  Sun  closed                            not counted",
        "7h 30m  working day 1\n",
        "  … 29 days …",
        "7h 30m  working day 30\n",
    ] {
        assert!(told.contains(expected), "{expected} is not in {told}");
    }
    assert!(told.lines().count() < 24, "{told}");
}

#[test]
fn between_counts_open_time() {
    for (from, to, calendar, open) in [
        ("2026-09-30T17:00", "2026-10-09T10:30", "business", "10h (36000 seconds)"),
        ("2026-10-09T10:30", "2026-09-30T17:00", "business", "0s (0 seconds)"),
        ("2026-10-01", "2026-10-08", "business", "0s (0 seconds)"),
        ("2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z", "24x7", "24h (86400 seconds)"),
    ] {
        let told = ask(&["between", from, to, "--calendar", calendar]);
        assert_eq!(told.lines().next(), Some(format!("open   {open}").as_str()), "{from} {to}");
    }
}

#[test]
fn a_month_is_shown_with_its_holidays_and_make_up_workdays() {
    let told = ask(&["show", "--month", "2026-10"]);
    for expected in [
        "calendar business, Asia/Shanghai\n\nOctober 2026\n",
        "  2026-10-01  Thu  closed                            国庆节\n",
        "  2026-10-10  Sat  09:00-12:00 13:30-18:00   7h 30m  make-up workday\n",
        "  2026-10-11  Sun  closed\n",
        "\n18 working days, 135h open\nholidays known until 2026-12-31\n",
    ] {
        assert!(told.contains(expected), "{expected} is not in {told}");
    }
    let told = ask(&["show", "--from", "2026-12-30", "--to", "2027-01-02"]);
    assert!(told.contains("\nJanuary 2027\n") && told.contains("holidays not known yet"), "{told}");
    assert!(told.lines().all(|line| line.chars().count() <= 80), "{told}");
}

#[test]
fn a_question_that_can_not_be_answered_says_what_to_do() {
    for (arguments, code, said) in [
        (&["due", "now", "2h"][..], 1, "write 2026-09-30T17:00 for local time"),
        (&["due", "2026-09-30T17:00", "2.5h"], 1, "write `2h30m`"),
        (&["due", "2026-09-30T17:00", "2 workdays"], 1, "is not a unit of time"),
        (&["due", "2026-09-30T17:00"], 2, "<DURATION>"),
        (&["due", "2026-09-30", "2 working_days", "--calendar", "24x7"], 1, "working days need a calendar"),
        (&["due", "2026-09-30", "2h", "--calendar", "lisbon"], 1, "it has `business`, `24x7`"),
        (&["due", "2026-09-30", "2h", "--policy", "no.yaml"], 78, "no.yaml: there is no such file"),
        (&["due", "2199-12-31", "3000 working_days"], 0, ""),
        (&["show", "--month", "2026-13"], 2, "write a month such as 2026-10"),
        (&["show", "--from", "2026-10-02", "--to", "2026-10-01"], 1, "give the earlier date to --from"),
        (&["show", "--from", "1970-01-01", "--to", "2199-12-31"], 1, "show a year at a time"),
        (&["show", "--calendar", "24x7"], 1, "open round the clock"),
        (&["check", "no.json"], 78, "no.json: there is no such file"),
    ] {
        let (found, _, told) = run(&[&["calendar"], arguments].concat(), "");
        let words = told.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        assert_eq!(found, code, "{arguments:?}: {told}");
        assert!(words.contains(said), "{arguments:?}: {told}");
    }
}

const VECTORS: &str = r#"{
  "calendars": {"desk": {"tz": "Europe/Lisbon", "weekly": {"mon": [["09:00", "18:00"]]}}},
  "vectors": [
    {"id": "good", "case": "an hour", "calendar": "desk", "op": "add", "start": "2026-06-01T08:00:00Z",
     "duration_s": 3600, "expected": "2026-06-01T09:00:00Z"},
    {"id": "not asserted", "calendar": "desk", "op": "next_open", "start": "2026-06-01T08:00:00Z", "expected": null},
    {"id": "wrong", "case": "two hours", "calendar": "desk", "op": "add", "start": "2026-06-01T08:00:00Z",
     "duration_s": 7200, "expected": "2026-06-01T09:00:00Z"},
    {"id": "unknown", "calendar": "home", "op": "is_open", "at": "2026-06-01T08:00:00Z", "expected": true}
  ]
}"#;

#[test]
fn facts_are_checked_and_counted() {
    let (code, out, told) = run(&["calendar", "check", "-"], VECTORS);
    assert_eq!((code, told.as_str()), (1, ""));
    let expected = "\
failed wrong (two hours): the sum: expected 2026-06-01T09:00:00Z, found 2026-06-01T10:00:00Z
failed unknown: there is no calendar `home` in the file
2 passed, 2 failed
";
    assert_eq!(out, expected);
}

#[test]
fn a_file_that_is_no_file_of_vectors_is_told_with_its_place() {
    for (text, said) in [
        ("{\n  \"vectors\": [}", "standard input:2:15: expected value"),
        ("{}", "missing field `vectors`"),
        ("", "standard input:1:1: EOF while parsing"),
    ] {
        let (code, _, told) = run(&["calendar", "check", "-"], text);
        assert_eq!(code, 78, "{text}: {told}");
        assert!(told.contains(said), "{text}: {told}");
    }
}
