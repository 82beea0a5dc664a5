//! Facts from public test suites, and the reader of such files.

use super::shared;
use crate::calendar::vectors::{parse, run};

#[test]
fn all_published_vectors_pass() {
    let cases = parse(&shared::read("vectors/calendar.json")).expect("shared/vectors/calendar.json can be read");
    assert!(cases.len() > 200, "only {} vectors", cases.len());
    let failed: Vec<String> = cases
        .iter()
        .filter_map(|case| run(case).err().map(|differs| format!("{} ({}): {differs}", case.id, case.title)))
        .collect();
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), cases.len(), failed.join("\n"));
}

/// Runs one vector on a calendar open 09:00–17:00 UTC on weekdays, with a holiday that beats an override on 2026-06-03.
fn check(vector: &str, expect: Result<(), &str>) {
    let file = format!(
        r#"{{"calendars": {{
            "plain": {{"tz": "UTC", "weekly": {{"mon": [["09:00", "17:00"]], "tue": [["09:00", "17:00"]], "wed": [["09:00", "17:00"]]}},
                "holidays": ["2026-06-03"], "annual_holidays": ["06-02"], "date_overrides": {{"2026-06-03": [["10:00", "11:00"]]}}}},
            "closed": {{"tz": "UTC", "weekly": {{"mon": []}}}},
            "nowhere": {{"tz": "Mars/Olympus", "weekly": {{"mon": [["09:00", "17:00"]]}}}}
        }}, "vectors": [{vector}]}}"#
    );
    let cases = parse(&file).expect(vector);
    match (run(&cases[0]), expect) {
        (Ok(()), Ok(())) => {}
        (Err(differs), Err(part)) => assert!(differs.contains(part), "{vector}: {differs}"),
        (found, expected) => panic!("{vector}: expected {expected:?}, found {found:?}"),
    }
}

#[test]
fn a_vector_passes_or_says_what_differs() {
    let add = |rest: &str| format!(r#"{{"op": "add", "calendar": "plain", "start": "2026-06-01T16:00:00Z", {rest}}}"#);
    check(&add(r#""duration_s": 3600, "expected": "2026-06-01T17:00:00Z""#), Ok(()));
    check(&add(r#""duration_s": 3600, "expected": null"#), Ok(()));
    check(&add(r#""duration_s": 3600"#), Ok(()));
    check(&add(r#""duration_s": 3600, "expected": "2026-06-01T16:30:00Z""#), Err("found 2026-06-01T17:00:00Z"));
    // Tuesday is an annual holiday, and Wednesday's holiday beats its override.
    check(&add(r#""duration_s": 7200, "expected": "2026-06-08T10:00:00Z""#), Ok(()));
    check(&add(r#""expected": null"#), Err("duration_s"));
    check(&add(r#""duration_s": -1"#), Err("negative"));
}

#[test]
fn what_can_not_be_run_fails_alone() {
    check(r#"{"op": "fly", "calendar": "plain"}"#, Err("fly"));
    check(r#"{"op": "is_open", "at": "2026-06-01T10:00:00Z"}"#, Err("names no calendar"));
    check(r#"{"op": "is_open", "calendar": "other", "at": "2026-06-01T10:00:00Z"}"#, Err("no calendar `other`"));
    check(r#"{"op": "is_open", "calendar": "closed", "at": "2026-06-01T10:00:00Z"}"#, Err("never opens"));
    check(r#"{"op": "is_open", "calendar": "nowhere", "at": "2026-06-01T10:00:00Z"}"#, Err("not a time zone"));
    assert!(parse("[]").is_err());
    assert!(parse("not json").is_err());
}

#[test]
fn working_days_of_vectors_count_both_ways() {
    let days =
        |rest: &str| format!(r#"{{"op": "add_days", "calendar": "plain", "start": "2026-05-18T10:00:00Z", {rest}}}"#);
    check(&days(r#""days": 1, "expected": "2026-05-19T10:00:00Z""#), Ok(()));
    check(&days(r#""days": 1, "rule": "civil", "expected": "2026-05-19T17:00:00Z""#), Ok(()));
    check(&days(r#""days": 1, "end_of_working_day": true, "expected": "2026-05-19T17:00:00Z""#), Ok(()));
    check(&days(r#""days": -1, "expected": "2026-05-13T10:00:00Z""#), Ok(()));
    check(&days(r#""days": -1, "end_of_working_day": true, "expected": "2026-05-13T17:00:00Z""#), Ok(()));
}

#[test]
fn pauses_of_vectors_move_the_deadline() {
    let sla = |rest: &str| {
        format!(r#"{{"op": "sla", "calendar": "plain", "start": "2026-05-18T10:00:00Z", "target_s": 7200, {rest}}}"#)
    };
    let two = r#""pauses": [["2026-05-18T10:30:00Z", "2026-05-18T11:00:00Z"], ["2026-05-18T10:45:00Z", "2026-05-18T11:15:00Z"]]"#;
    check(
        &sla(&format!(r#"{two}, "expected_due": "2026-05-18T12:45:00Z", "expected_pause_business_s": 2700"#)),
        Ok(()),
    );
    check(
        &sla(&format!(
            r#"{two}, "stopped_at": "2026-05-18T11:00:00Z", "expected_elapsed_s": 1800, "expected_remaining_s": 5400"#
        )),
        Ok(()),
    );
    // A pause that begins at the deadline does not move it; one without open time neither.
    check(
        &sla(r#""pauses": [["2026-05-18T12:00:00Z", "2026-05-18T13:00:00Z"]], "expected_due": "2026-05-18T12:00:00Z""#),
        Ok(()),
    );
    check(&sla(r#""pauses": [], "expected_due": "2026-05-18T12:00:01Z""#), Err("expected 2026-05-18T12:00:01Z"));
}
