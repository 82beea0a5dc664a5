//! Mistakes in what a policy says beside its promises.

use super::{check, good, with_sections};
use crate::control::{self, ControlEvent, Controls};
use crate::policy::CompileError;

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

#[test]
fn who_is_told() {
    for (written, expected) in [
        ("notify: [email]", &["11:9: `notify` takes a map, not a list"][..]),
        ("notify: {reminders: {by: sms}}", &["11:10: unknown key `reminders` in `notify` → it takes `reminder_due`"]),
        ("notify: {breached: {to: []}}", &["11:25: `to` is empty → name who is told"]),
        ("notify: {breached: {by: [text message]}}", &["11:26: `text message` can not be the name of a role or a way"]),
        ("notify: {breached: {to: [owner, nobody]}}", &["11:10: nobody and somebody can not both be told"]),
    ] {
        check(&with_sections(written), expected);
    }
    let written = "notify: {reminder_due: {to: nobody}, breached: {by: [sms, email]}, escalated: {to: owner}}";
    assert_eq!(
        serde_json::to_value(good(&with_sections(written)).policy.notify).expect("plain data"),
        serde_json::json!({
            "reminder_due": {"by": ["email"]},
            "breached": {"to": ["owner"], "by": ["sms", "email"]},
            "escalated": {"to": ["owner"], "by": ["email"]},
        })
    );
}

#[test]
fn remedies() {
    for (written, expected) in [
        ("remedies: [apology]", &["11:11: `remedies` takes a map, not a list"][..]),
        (
            "remedies: {apology: {}}",
            &[
                "11:12: remedy `apology` lacks `owner` → `owner: service_manager`",
                "11:12: remedy `apology` lacks `stop` → `stop: apology_issued`",
                "11:12: remedy `apology` lacks `within`",
            ],
        ),
        (
            "remedies: {x: {stop: apology_issued, within: 2h, owner: a}}",
            &["11:12: `x` is the name of an objective already → a name of its own"],
        ),
        (
            "remedies: {a: {after: {breached: [y]}, stop: apology_issued, within: 2h, owner: a}}",
            &["11:35: there is no objective `y` → did you mean `x`?"],
        ),
        (
            "remedies: {a: {after: [x], stop: apology_issued, within: 2h, owner: a}}",
            &["11:23: `after` takes a map, not a list"],
        ),
        (
            "remedies: {a: {stop: resolved, within: 2h, owner: a b}}",
            &[
                "11:22: a remedy is fulfilled by a ticket event, not by a status class → apology_issued",
                "11:51: `a b` can not be the name of a role",
            ],
        ),
        (
            "remedies: {a: {stop: appology_issued, within: 3 workdays, owner: a, start: received}}",
            &[
                "11:22: `appology_issued` is not a ticket event → did you mean `apology_issued`?",
                "11:47: `workdays` is not a unit of time",
                "11:69: unknown key `start` in remedy `a` → it takes `title`, `after`",
            ],
        ),
        (
            "remedies: {a: {stop: apology_issued, within: 2h, owner: a, remind_at: [1 working_day before], ladder: [{step: s}]}}",
            &["11:72: `1 working_day` can not be counted", "11:104: a step lacks `to`"],
        ),
    ] {
        check(&with_sections(written), expected);
    }
    let written = "remedies:\n  apology:\n    title: {zh: 书面致歉}\n    after: {breached: x}\n    when: {vip: true}\n    stop: \
                   apology_issued\n    within: 3 working_days\n    owner: service_manager\n    remind_at: [80%]";
    let policy = good(&with_sections(written)).policy;
    assert_eq!(
        serde_json::to_value(&policy.remedies["apology"]).expect("plain data"),
        serde_json::json!({
            "title": {"zh": "书面致歉"},
            "after": ["x"],
            "owner": "service_manager",
            "stop": [{"event": {"name": "apology_issued"}}],
            "target": {
                "when": {"vip": ["true"]}, "within": {"working_days": 3}, "calendar": "business", "day_rule": "civil",
            },
            "remind_at": [{"percent": 80}],
        })
    );
}

#[test]
fn a_remedy_of_an_objective_with_a_mistake_has_none_itself() {
    let text = with_sections("remedies: {a: {after: {breached: x}, stop: apology_issued, within: 2h, owner: a}}");
    check(&text.replace("stop: resolved", "stop: solved"), &["9:11: `solved` is not a ticket event"]);
}

#[test]
fn a_name_is_that_of_an_objective_or_of_a_remedy_in_all_versions() {
    let publish = |text: &str| ControlEvent::PolicyPublished { policy: good(text).policy, effective_from: None };
    let first = publish(&with_sections("remedies: {y: {stop: apology_issued, within: 2h, owner: a}}"));
    let later = with_sections("applies_to: open_tickets").replace("  x:", "  y:").replace("2026", "2027");
    let error = Controls::default().with([first, publish(&later)]).expect_err("`y` is both");
    assert_eq!(error, [control::Error::from(CompileError::NameTaken { name: "y".to_owned() })]);
}

#[test]
fn feedback() {
    let tasks = "investigate: {within: 5 working_days, owner: q}, correct: {within: 2h, owner: m}";
    for (written, expected) in [
        ("feedback: [late]".to_owned(), &["11:11: `feedback` takes a map, not a list"][..]),
        (
            "feedback: {}".to_owned(),
            &[
                "11:1: `feedback` lacks `correct`",
                "11:1: `feedback` lacks `investigate` → `investigate: {within: 10 working_days, owner: service_manager}`",
                "11:1: nothing opens an investigation → `score_at_most: 40%`",
            ],
        ),
        (
            format!("feedback: {{about: [slow, latte], {tasks}}}"),
            &[
                "11:20: feedback is never about `slow` → it is one of",
                "11:26: feedback is never about `latte` → did you mean `late`?",
            ],
        ),
        (
            format!("feedback: {{score_at_most: 2, {tasks}}}"),
            &["11:27: `score_at_most` can not be `2` → such as `40%`"],
        ),
        (format!("feedback: {{score_at_most: 40%, scale: five, {tasks}}}"), &["11:39: `scale` can not be `five`"]),
        (
            "feedback: {about: late, investigate: {within: 2h}, correct: {within: 2h, owner: m, stop: resolved}}"
                .to_owned(),
            &["11:25: `investigate` lacks `owner`", "11:84: unknown key `stop` in `correct`"],
        ),
    ] {
        check(&with_sections(&written), expected);
    }
    let policy =
        good(&with_sections(&format!("feedback: {{about: late, score_at_most: 40%, scale: 5, {tasks}}}"))).policy;
    let read = serde_json::to_value(policy.feedback.expect("it was read")).expect("plain data");
    assert_eq!((&read["about"], &read["score_at_most"]), (&serde_json::json!(["late"]), &serde_json::json!(40)));
    assert_eq!(read["investigate"]["target"]["within"], serde_json::json!({"working_days": 5}));
}

#[test]
fn liability() {
    let tasks = "assess: {within: 10 working_days, owner: c}, settle: {within: 2h, owner: f}";
    for (written, expected) in [
        (
            "liability: {}".to_owned(),
            &[
                "11:1: `liability` lacks `assess`",
                "11:1: `liability` lacks `currency` → `currency: CNY`",
                "11:1: `liability` lacks `settle`",
            ][..],
        ),
        (format!("liability: {{currency: yuan, {tasks}}}"), &["11:23: `yuan` is not a currency → `CNY`, `EUR`, `USD`"]),
        (
            format!("liability: {{currency: CNY, cap: 0.001, {tasks}}}"),
            &["11:33: `cap` can not be `0.001`: it has more than 2 decimals"],
        ),
        (
            format!("liability: {{currency: CNY, cap: -5, {tasks}}}"),
            &["11:33: `cap` can not be `-5`: it is a number that is not negative"],
        ),
        (
            format!("liability: {{currency: CNY, after: {{breached: [y]}}, {tasks}}}"),
            &["11:47: there is no objective `y`"],
        ),
        (
            format!(
                "liability: {{currency: CNY, {tasks}}}\nremedies: {{claim_settlement: {{stop: apology_issued, within: 2h, owner: a}}}}"
            ),
            &["12:12: `claim_settlement` is the name of a clock of `liability` → another name"],
        ),
    ] {
        check(&with_sections(&written), expected);
    }
    let policy = good(&with_sections(&format!("liability: {{currency: CNY, cap: 50000, {tasks}}}"))).policy;
    let resolved = serde_json::to_value(&policy).expect("plain data");
    assert_eq!(
        (&resolved["liability"]["currency"], &resolved["liability"]["cap"]),
        (&"CNY".into(), &"50000.00 CNY".into())
    );
    assert_eq!(serde_json::from_value::<crate::policy::Policy>(resolved).expect("the same"), policy);
}
