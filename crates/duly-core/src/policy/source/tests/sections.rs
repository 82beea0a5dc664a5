//! Mistakes in what a policy says beside its promises.

use super::{check, good, with_sections};

#[test]
fn routing() {
    for (written, expected) in [
        ("routing: {team: field}", &["11:10: `routing` takes a list, not a map → [{when: {severity: urgent}"][..]),
        ("routing: []", &["11:10: `routing` is empty"]),
        (
            "routing: [{when: {severity: urgent}}]",
            &["11:11: a row of `routing` leads nowhere → name a `tier`, a `team`"],
        ),
        ("routing: [{team: }]", &["11:12: `team` in a row of `routing` has no value"]),
        ("routing: [{tem: field}]", &["11:12: unknown key `tem` in a row of `routing` → did you mean `team`?"]),
        ("routing: [{team: [a, b]}]", &["11:18: `team` takes a text, not a list"]),
        ("routing: [{priority: 0}]", &["11:22: `priority` can not be `0` → from 1 to 1000; 1 goes first"]),
        ("routing: [{priority: high}]", &["11:22: `priority` can not be `high`"]),
        ("routing: [{when: {status_class: waiting}, team: a}]", &["11:33: `waiting` is not a status class"]),
        (
            "routing:\n  - {when: {severity: [urgent, high]}, team: a}\n  - {when: {severity: urgent, region: north}, team: b}",
            &["13:5: no ticket reaches this row → the one in line 12 takes them all"],
        ),
    ] {
        check(&with_sections(written), expected);
    }
    let policy =
        good(&with_sections("routing: [{when: {severity: 1}, tier: 2, team: 现场, priority: 3}, {team: desk}]")).policy;
    assert_eq!(
        serde_json::to_value(&policy.routing).expect("plain data"),
        serde_json::json!([
            {"when": {"severity": ["1"]}, "tier": "2", "team": "现场", "priority": 3},
            {"team": "desk"},
        ])
    );
}
