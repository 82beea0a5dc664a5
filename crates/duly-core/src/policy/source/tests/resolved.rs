//! What policies are resolved to, and their versions.

use serde_json::{Value, json};

use super::{good, with_objective, with_targets};
use crate::policy::Policy;

/// The objective `x` as JSON.
fn objective(keys: &str) -> Value {
    objective_of(&with_objective(keys))
}

fn objective_of(text: &str) -> Value {
    serde_json::to_value(&good(text).policy.objectives["x"]).expect("plain data")
}

#[test]
fn triggers() {
    let substantive =
        json!(["answer", "assessment", "interim_measure", "question", "solution", "unknown", "work_plan"]);
    for (written, expected) in [
        ("received", json!([{"event": {"name": "received"}}])),
        ("resolved", json!(["resolved"])),
        ("reopened", json!(["reopened"])),
        ("closed", json!([{"class": ["closed"]}])),
        ("cancelled", json!([{"class": ["cancelled"]}])),
        ("merged", json!([{"class": ["merged"]}])),
        ("{status_class: [on_hold, pending]}", json!([{"class": ["pending", "on_hold"]}])),
        ("{status_class: open}", json!([{"class": ["open"]}])),
        (
            "responded",
            json!([{"event": {"name": "responded", "fields":
            {"public": ["true"], "automatic": ["false"], "contains": substantive}}}]),
        ),
        (
            "{responded: {contains: answer, public: [true, FALSE], channel: 3}}",
            json!([{"event": {"name": "responded", "fields":
            {"public": ["false", "true"], "automatic": ["false"], "contains": ["answer"], "channel": ["3"]}}}]),
        ),
        (
            "[closed, {milestone_reached: {milestone: [contacted]}}]",
            json!([{"class": ["closed"]},
            {"event": {"name": "milestone_reached", "fields": {"milestone": ["contacted"]}}}]),
        ),
    ] {
        let objective = objective(&format!("start: received\nstop: {written}\ntargets: [{{within: 2h}}]"));
        assert_eq!(objective["stop"], expected, "{written}");
    }
}

#[test]
fn targets() {
    for (written, calendar, within) in [
        ("{within: 2h}", "24x7", json!({"elapsed": 7200})),
        ("{within: 2h, calendar: business}", "business", json!({"elapsed": 7200})),
        ("{within: 4 working_hours}", "business", json!({"open": 14400})),
        ("{within: 4 working_hours, calendar: 24x7}", "24x7", json!({"open": 14400})),
        ("{within: 2 working_days}", "business", json!({"working_days": 2})),
    ] {
        let target = objective_of(&with_targets(&format!("- {written}")))["targets"][0].clone();
        assert_eq!(target, json!({"within": within, "calendar": calendar, "day_rule": "civil"}), "{written}");
    }
}

#[test]
fn the_rule_of_days_is_the_targets_or_the_policys() {
    let text = with_targets("- {when: {a: 1}, within: 2h, day_rule: as_hours}\n- {within: 2h}");
    let targets = objective_of(&format!("day_rule: same_time\n{text}"))["targets"].clone();
    assert_eq!((&targets[0]["day_rule"], &targets[1]["day_rule"]), (&json!("as_hours"), &json!("same_time")));
}

#[test]
fn values_are_texts() {
    let when = objective_of(&with_targets(
        "- {when: {tier: [3, 1.0, 007], vip: TRUE, quoted: 'True', answer: no}, within: 2h}",
    ))["targets"][0]["when"]
        .clone();
    assert_eq!(when, json!({"tier": ["007", "1.0", "3"], "vip": ["true"], "quoted": ["True"], "answer": ["no"]}));
}

#[test]
fn steps() {
    let ladder = objective(
        "start: received\nstop: resolved\ntargets: [{within: 2h}]\nladder: [{step: a, to: b, at: breach}, {step: c, to: d, after: 1h, \
         repeat: 30m, times: 3}]",
    )["ladder"]
        .clone();
    assert_eq!(
        ladder,
        json!([
            {"step": "a", "to": "b", "times": 1},
            {"step": "c", "to": "d", "after": {"elapsed": 3600}, "repeat": {"elapsed": 1800}, "times": 3}
        ])
    );
}

#[test]
fn aliases_repeat_what_they_name() {
    let text = with_objective("start: &s received\nstop: responded\ncancel: *s\ntargets: [{within: 2h}]");
    let objective = objective_of(&text);
    assert_eq!(objective["cancel"], objective["start"]);
}

#[test]
fn a_version_is_a_hash_of_the_content() {
    let version = |text: &str| good(text).policy.version();
    let text = with_targets("- {when: {a: [x, y], b: z}, within: 90m}");
    let same = text
        .replace("policy: p\n", "# a comment\npolicy: 'p'   # another\n\n")
        .replace("{a: [x, y], b: z}", "{b: z, a: [y, x]}")
        .replace("90m", "1h30m")
        .replace("start: received\n    stop: resolved", "stop: resolved\n    start: received")
        .replace("T00:00:00Z", "T08:00:00+08:00");
    assert_eq!(version(&text), version(&same));
    assert_eq!(version(&text), version(&format!("\u{feff}{}", text.replace('\n', "\r\n"))));
    assert_eq!(version(&text).len(), 16);
    for (from, to) in [
        ("90m", "91m"),
        ("policy: p", "policy: q"),
        ("T00:00:00Z", "T00:00:01Z"),
        ("stop: resolved", "stop: closed"),
        ("09:00-18:00", "09:00-18:01"),
        ("b: z", "b: zz"),
        ("  x:", "  y:"),
    ] {
        assert_ne!(version(&text), version(&text.replace(from, to)), "{from} → {to}");
    }
}

#[test]
fn a_policy_comes_back_from_its_json() {
    for text in [super::SHIPPED, super::EXAMPLE] {
        let policy = good(text).policy;
        let json = serde_json::to_string(&policy).expect("plain data");
        let back: Policy = serde_json::from_str(&json).expect("what was written");
        assert_eq!((&back, back.version()), (&policy, policy.version()));
    }
}
