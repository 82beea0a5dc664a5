//! The policies that people will read first, and the schema that their editors use.

use serde_json::{Map, Value, json};

use super::super::json_schema;
use super::super::mistake::Report;
use super::super::tree::{self, Node, Value as Tree};
use super::{EXAMPLE, SHIPPED, good, with_calendar, with_objective, with_sections, with_targets};
use crate::policy::Duration;

#[test]
fn the_example_of_the_design_is_read() {
    let parsed = good(EXAMPLE);
    assert_eq!(parsed.warnings, []);
    let names: Vec<_> = parsed.policy.objectives.keys().collect();
    assert_eq!(names, ["first_response", "progress_report", "resolution"]);
}

#[test]
fn the_shipped_policy_keeps_every_row_of_the_letter() {
    let parsed = good(SHIPPED);
    assert_eq!(parsed.warnings, []);
    let promises: Vec<_> = parsed
        .policy
        .objectives
        .iter()
        .flat_map(|(name, objective)| objective.targets.iter().map(move |target| (name, target)))
        .map(|(name, target)| {
            let when: Vec<_> = target.when.0.values().map(|values| values.join("|")).collect();
            format!("{name}: {} within {} on {}", when.join(" "), target.within, target.calendar)
        })
        .collect();
    assert_eq!(
        promises,
        [
            "final_solution: technical_support complex within 10 working_days on business",
            "final_solution: business_cooperation complex terms within 15 working_days on business",
            "first_contact: business_cooperation interest within 2 working_days on business",
            "first_response: inquiry general within 4 working_hours on business",
            "first_response: inquiry complex within 2 working_days on business",
            "first_response: business_cooperation general terms within 3 working_days on business",
            "progress_report: technical_support complex within 3 working_days on business",
            "progress_report: business_cooperation complex terms within 5 working_days on business",
            "repair_arrangement: after_sales general repair within 1 working_day on business",
            "repair_completion: after_sales complex repair within 10 working_days on business",
            "repair_schedule: after_sales complex repair within 2 working_days on business",
            "return_or_exchange: after_sales exchange|return within 2 working_days on business",
            "support_answer: technical_support general within 2 working_days on business",
            "urgent_contact: technical_support urgent within 2h on 24x7",
        ]
    );
    for (name, objective) in &parsed.policy.objectives {
        assert!(["en", "zh"].iter().all(|language| objective.title.contains_key(*language)), "{name} has both titles");
        assert!(!objective.remind_at.is_empty() && !objective.ladder.is_empty(), "{name} reminds and escalates (L14)");
        assert!(objective.targets.iter().all(|target| target.within != Duration::Elapsed(0)));
    }
}

/// The tree as JSON, by the rules of YAML's core schema.
fn as_json(node: &Node) -> Value {
    match &node.value {
        Tree::Scalar { .. } if node.is_null() => Value::Null,
        Tree::Scalar { text, plain: true } if text == "true" || text == "false" => (text == "true").into(),
        Tree::Scalar { text, plain: true } => text
            .parse::<u64>()
            .map_or_else(|_| text.parse::<f64>().map_or_else(|_| text.as_str().into(), Value::from), Value::from),
        Tree::Scalar { text, .. } => text.as_str().into(),
        Tree::List(items) => items.iter().map(as_json).collect(),
        Tree::Map(entries) => {
            Value::Object(entries.iter().map(|(key, value)| (key.name.clone(), as_json(value))).collect::<Map<_, _>>())
        }
        Tree::Broken => panic!("a good policy has nothing broken"),
    }
}

/// What the schema has against a text.
fn against(text: &str) -> Vec<String> {
    let validator = jsonschema::validator_for(&json_schema()).expect("a schema");
    let tree = tree::read(text, &mut Report::default()).expect("YAML");
    validator.iter_errors(&as_json(&tree)).map(|error| format!("{} at {}", error, error.instance_path())).collect()
}

#[test]
fn the_schema_accepts_what_is_read() {
    let calendar = "zone: UTC\nweek: {mon-fri: 09:00-18:00, 'sat, sun': []}\nday: 7h30m\nholidays: [cn, company.ics, 2026-12-25, \
                    {2026-12-26: Boxing Day}]\nmakeup: ['10:00-16:00']\nmakeup_days: {2026-10-10: ['08:00-09:00']}\nopen: \
                    {2026-12-31: []}\nbreaks: {2026-12-23: 12:00-13:00}\nknown_until: 2027-12-31";
    let objective = "title: {en: X}\nstart: [received, {status_class: open}]\nstop: {responded: {public: [true, false], channel: 3}}\n\
                     pause: {vip: true, status_class: pending}\ncancel: merged\nrestart: on_start\nuntil: [closed]\n\
                     on_retarget: keep\nremind_at: [100 %, 30m before]\nladder: [{step: a, to: b, at: breach}, {step: c, \
                     after: 1h30m, to: d, repeat: 1 working_hour, times: 3}]\n\
                     targets: [{when: {tier: [1, 2]}, within: 1d12h, calendar: 24x7, day_rule: as_hours}]";
    for text in [
        SHIPPED,
        EXAMPLE,
        &with_calendar(calendar),
        &with_objective(objective),
        &with_sections("routing: [{when: {tier: 1, vip: true}, tier: 2, team: 现场, priority: 3}, {priority: '1000'}]"),
        &with_sections(
            "remedies: {a: {title: {en: A}, after: {breached: [x]}, when: {vip: true}, stop: [apology_issued, {remedy_granted: \
             {remedy: discount}}], within: 2 working_days, calendar: business, day_rule: same_time, owner: boss, pause: \
             {status_class: pending}, remind_at: [80%], ladder: [{step: a, to: b}]}}",
        ),
        &format!(
            "applies_to: open_tickets\nday_rule: same_time\ntitle: {{zh: 承诺函}}\n{}",
            with_targets("- {within: 90 working_minutes}")
        ),
    ] {
        good(text);
        assert_eq!(against(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_schema_refuses_what_an_editor_can_see() {
    for text in [
        "policy: p",
        &with_targets("- {within: 2 hours}"),
        &with_targets("- {within: 2h, calender: business}"),
        &with_targets("- {within: 2h}\nremind_at: [120%]"),
        &with_targets("- {within: 2h}\nladder: [{step: a, to: b, repeat: 1h}]"),
        &with_targets("- {within: 2h}\nladder: [{step: a, to: b, at: breach, after: 1h}]"),
        &with_targets("- {within: 2h}\nrestart: sometimes"),
        &with_targets("- {within: 2h}\npause: {status_class: [waiting]}"),
        &with_targets("- {within: 2h}\ncancel: {responded: {contains: [apology]}}"),
        &with_sections("routing: [{when: {tier: 1}}]"),
        &with_sections("routing: [{team: a, priority: 1001}]"),
        &with_sections("remedies: {a: {stop: apology_issued, within: 2h}}"),
        &with_sections("remedies: {a: {stop: apology_issued, within: 2h, owner: a, until: closed}}"),
        &with_calendar("zone: UTC\nweek: {monday: ['09:00-18:00']}"),
        &with_calendar("zone: UTC\nweek: {mon: ['nine to five']}"),
        &with_calendar("zone: UTC\nweek: {mon: ['09:00-18:00']}").replace("  c:", "  24x7:"),
    ] {
        assert_ne!(against(text), Vec::<String>::new(), "{text}");
        assert!(super::parse(text, &super::load).is_err(), "{text}");
    }
}

#[test]
fn the_schema_describes_itself() {
    assert_eq!(json_schema()["$schema"], json!("https://json-schema.org/draft/2020-12/schema"));
    assert!(jsonschema::meta::is_valid(&json_schema()));
}
