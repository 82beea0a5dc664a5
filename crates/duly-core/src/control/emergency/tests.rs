//! What is refused and why, and what is so when.

use crate::control::{ControlEvent, Controls};
use crate::time::Instant;

/// Reads `declared {…}`: the short name of an event's type and its data.
fn event(line: &str) -> ControlEvent {
    let (name, data) = line.split_once(' ').expect("a name and data");
    let kind = format!("duly.control.emergency_{name}.v1");
    ControlEvent::from_data(&kind, data.as_bytes(), &[]).unwrap_or_else(|error| panic!("{line}: {error}"))
}

/// A declaration, with more members.
fn declared(id: &str, from: &str, more: &str) -> String {
    format!(
        r#"declared {{"emergency": "{id}", "kind": "other", "title": {{"en": "Storm"}}, "effect": "suspend", "effective_from": "2026-03-02T{from}:00Z"{more}}}"#
    )
}

fn told(what: &str, id: &str, from: &str, more: &str) -> String {
    format!(r#"{what} {{"emergency": "{id}", "effective_from": "2026-03-02T{from}:00Z"{more}}}"#)
}

fn controls(lines: &[String]) -> Controls {
    lines.iter().fold(Controls::default(), |controls, line| {
        controls.with([event(line)]).unwrap_or_else(|errors| panic!("{line}: {errors:?}"))
    })
}

/// Checks that the last line is refused with these words, and nothing has changed.
#[track_caller]
fn refused(lines: &[String], words: &[&str]) {
    let (last, before) = lines.split_last().expect("a line");
    let errors = controls(before).with([event(last)]).expect_err("it can not be");
    let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
    for word in words {
        assert!(said.iter().any(|said| said.contains(word)), "{said:?} do not say {word}");
    }
}

#[test]
fn what_can_not_be_is_refused_with_its_reason() {
    let storm = || declared("storm", "09:00", "");
    refused(&[told("lifted", "storm", "10:00", "")], &["`storm`: there is none of that id", "none was declared yet"]);
    refused(&[storm(), told("lifted", "strom", "10:00", "")], &["did you mean `storm`?"]);
    refused(&[storm(), told("lifted", "flood", "10:00", "")], &["there is `storm`"]);
    refused(
        &[storm(), told("lifted", "storm", "08:00", "")],
        &["can not be lifted from 2026-03-02T08:00:00Z on", "it begins at 2026-03-02T09:00:00Z", "void it"],
    );
    refused(&[storm(), told("lifted", "storm", "09:00", "")], &["can not be lifted"]);
    refused(&[storm(), declared("storm", "12:00", "")], &["it was declared already"]);
    let lifted = || told("lifted", "storm", "10:00", "");
    refused(
        &[storm(), lifted(), told("lifted", "storm", "11:00", "")],
        &["it was lifted already, at 2026-03-02T10:00:00Z", "its number 2"],
    );
    refused(
        &[storm(), lifted(), told("updated", "storm", "10:00", r#", "effect": "announce_only""#)],
        &["it is over since"],
    );
    refused(&[storm(), told("updated", "storm", "09:30", "")], &["says nothing"]);
    refused(
        &[storm(), told("updated", "storm", "09:30", r#", "expected_end": "2026-03-02T09:30:00Z""#)],
        &["not after"],
    );
    refused(
        &[storm(), r#"voided {"emergency": "storm", "number": 2}"#.to_owned()],
        &["nothing of number 2", "the last is number 1"],
    );
    refused(&[storm(), r#"voided {"emergency": "storm", "number": 1}"#.to_owned()], &["is the declaration"]);
    let voided = || r#"voided {"emergency": "storm"}"#.to_owned();
    refused(&[storm(), voided(), voided()], &["it was voided"]);
    refused(&[storm(), voided(), lifted()], &["it was voided", "another id"]);
    refused(&[storm(), voided(), storm()], &["it was declared already"]);
    refused(
        &[declared(
            "a b",
            "09:00",
            r#", "when": {"status_class": "pendign", "region": []}, "expected_end": "2026-03-02T08:00:00Z", "objectives": ["x"], "plan": [{"role": "", "task": {}}]"#,
        )],
        &[
            "an id has",
            "`pendign` is not a status class; did you mean `pending`?",
            "`region` of `when` has no values",
            "not after",
            "there is no objective `x`",
            "names no role",
            "does not say what",
        ],
    );
}

#[test]
fn what_can_not_be_read_says_what_it_wants() {
    let read = |more: &str| {
        let line = declared("storm", "09:00", more).replacen(r#""effect": "suspend", "#, "", 1);
        let (_, data) = line.split_once(' ').expect("data");
        ControlEvent::from_data("duly.control.emergency_declared.v1", data.as_bytes(), &[]).expect_err(more).to_string()
    };
    for (more, words) in [
        ("", "missing field `effect`"),
        (r#", "effect": {"extend": "0h"}"#, "longer than zero"),
        (r#", "effect": {"extend": "-2h"}"#, "not a duration"),
        (r#", "effect": {"extend": 2}"#, "expected a string"),
        (r#", "effect": "pause""#, "unknown variant `pause`"),
        (r#", "effect": "suspend", "when": {"region": {"not": "south"}}"#, "a value or a list of values"),
        (r#", "effect": "suspend", "until": "2026-03-03T00:00:00Z""#, "unknown field `until`"),
    ] {
        let said = read(more);
        assert!(said.contains(words), "{more}: {said}");
    }
}

/// The state at an instant, the number of the last message, and the effect.
#[track_caller]
fn stands(controls: &Controls, at: &str, expected: &str) {
    let at: Instant = format!("2026-03-02T{at}:00Z").parse().expect("an instant");
    let standing = controls.emergencies(at);
    let of = |standing: &super::Standing| {
        let number = standing.number.map_or("-".to_owned(), |number| number.to_string());
        format!("{} {number} {}", standing.state.name(), standing.terms.effect.name())
    };
    assert_eq!(standing.iter().map(of).collect::<Vec<_>>().join(", "), expected, "at {at}");
}

#[test]
fn what_is_so_when() {
    let mut lines = vec![
        declared("storm", "09:00", ""),
        told("updated", "storm", "12:00", r#", "effect": "announce_only""#),
        told("updated", "storm", "10:00", r#", "when": {"region": "south"}"#),
        told("lifted", "storm", "14:00", ""),
    ];
    let all = controls(&lines);
    stands(&all, "08:59", "ahead - suspend");
    stands(&all, "09:00", "in_force 1 suspend");
    // What only the desk wants to know is no message to customers.
    stands(&all, "11:00", "in_force 1 suspend");
    stands(&all, "12:00", "in_force 2 announce_only");
    stands(&all, "14:00", "lifted 4 announce_only");
    assert_eq!(all.emergencies.changes.len(), 4);
    lines.push(r#"voided {"emergency": "storm", "number": 4}"#.to_owned());
    stands(&controls(&lines), "14:00", "in_force 2 announce_only");
    lines.push(told("lifted", "storm", "11:00", ""));
    stands(&controls(&lines), "10:59", "in_force 1 suspend");
    stands(&controls(&lines), "11:00", "lifted 5 suspend");
    lines.push(r#"voided {"emergency": "storm"}"#.to_owned());
    stands(&controls(&lines), "10:00", "voided - suspend");
    assert!(controls(&lines).emergencies.changes.is_empty());
}

#[test]
fn telling_the_same_twice_is_telling_it_once() {
    let storm = event(&declared("storm", "09:00", ""));
    let once = Controls::default().plus(storm.clone()).expect("it is right").expect("it is new");
    assert!(once.plus(storm.clone()).expect("it is known").is_none());
    let updated = event(&told("updated", "storm", "10:00", r#", "expected_end": null"#));
    let updated = once.plus(updated).expect("it is right").expect("it is new");
    assert!(updated.plus(storm).is_err());
}

#[test]
fn what_stands_is_read_as_it_is_written() {
    let lines = [
        declared(
            "storm",
            "09:00",
            r#", "when": {"region": "south", "floor": [3, true]}, "expected_end": "2026-03-02T18:00:00Z""#,
        ),
        told("updated", "storm", "10:00", r#", "effect": {"extend": "2 working_hours"}, "message": {"zh": "进展"}"#),
    ];
    let standing = controls(&lines).emergencies("2026-03-02T11:00:00Z".parse().expect("an instant"));
    let written = serde_json::to_string(&standing).expect("plain data");
    assert!(written.contains(r#""when":{"floor":["3","true"],"region":["south"]}"#), "{written}");
    assert_eq!(serde_json::from_str::<Vec<super::Standing>>(&written).expect("it is what we write"), standing);
}

#[test]
fn so_many_may_wait_for_their_lift_and_no_more() {
    let lines: Vec<String> = (0..=100).map(|at| declared(&format!("storm-{at}"), "09:00", "")).collect();
    refused(&lines, &["100 are not lifted yet; lift those that are over"]);
    let all = controls(&lines[..100]);
    assert_eq!((all.emergencies.changes.len(), all.emergencies.changes[0].1.len()), (1, 100));
}
