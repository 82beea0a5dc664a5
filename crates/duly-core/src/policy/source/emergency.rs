//! An emergency as people write it before they declare it: with every mistake at once, like a policy (L16).
//!
//! Whether it goes with what is in force is not known here; that is said when it is declared.

use super::fields::{Fields, bounded, list, name, parsed, shown, text, word};
use super::mistake::{Mistake, Place, Report};
use super::tree::{self, Node, Value};
use super::{TEXT_BYTES_MAX, condition, duration_error, instant, objective};
use crate::control::emergency::{Declaration, Duty, Effect, Kind};
use crate::policy::{Condition, Duration};
use crate::time::Instant;

const KEYS: [&str; 11] = [
    "emergency",
    "kind",
    "title",
    "message",
    "when",
    "policies",
    "objectives",
    "effect",
    "effective_from",
    "expected_end",
    "plan",
];

const DUTY_KEYS: [&str; 2] = ["role", "task"];

/// The most lines of a plan.
const DUTIES_MAX: usize = 100;

/// An emergency that can be declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The emergency.
    pub declaration: Declaration,
    /// Whether it says from when on it counts; without that it counts from `now`.
    pub is_dated: bool,
}

/// Reads an emergency, which begins `now` where it does not say when.
///
/// # Errors
///
/// All mistakes, in the order of the text.
pub fn parse_emergency(text: &str, now: Instant) -> Result<Written, Vec<Mistake>> {
    let mut report = Report::default();
    let written = read(text, now, &mut report);
    let (mistakes, _) = report.finish();
    match written {
        Some(written) if mistakes.is_empty() => Ok(written),
        _ => Err(mistakes),
    }
}

/// Reads a contingency plan, which is a list of who does what.
///
/// # Errors
///
/// All mistakes, in the order of the text.
pub fn parse_plan(text: &str) -> Result<Vec<Duty>, Vec<Mistake>> {
    let mut report = Report::default();
    let duties = match tree::read(text, &mut report).filter(|root| !root.is_null()) {
        Some(root) => plan(&root, &mut report),
        None => Vec::new(),
    };
    if duties.is_empty() && report.mistake_count() == 0 {
        report.mistake(Place::START, "there is no plan here").hint("begin with `- {role: …, task: {zh: …, en: …}}`");
    }
    let (mistakes, _) = report.finish();
    if mistakes.is_empty() { Ok(duties) } else { Err(mistakes) }
}

fn read(text: &str, now: Instant, report: &mut Report) -> Option<Written> {
    if text.len() > TEXT_BYTES_MAX {
        report.mistake(Place::START, format!("an emergency of {} bytes, {TEXT_BYTES_MAX} are the most", text.len()));
        return None;
    }
    let root = tree::read(text, report);
    report.tree_has_gaps = report.mistake_count() > 0;
    let Some(root) = root.filter(|root| !root.is_null()) else {
        report.mistake(Place::START, "there is no emergency here").hint("begin with `emergency: typhoon-2026-10`");
        return None;
    };
    let fields = Fields::of(&root, Place::START, "the emergency", &KEYS, report)?;
    let emergency = fields
        .required("emergency", "give it an id: `emergency: typhoon-2026-10`", report)
        .and_then(|(_, node)| name(self::text(node, "`emergency`", report)?, node.at, "an emergency", report));
    let kinds = Kind::ALL.map(|kind| (kind.name(), kind));
    let kind = fields
        .required("kind", "say what it is: `kind: natural_disaster`", report)
        .and_then(|(_, node)| word(node, "kind", &kinds, report));
    let title = fields
        .required("title", "say what people call it: `title: {zh: 南方台风, en: Typhoon in the south}`", report)
        .map(|(_, node)| objective::title(node, report));
    let message = fields.get("message").map(|(_, node)| objective::title(node, report)).unwrap_or_default();
    let when = match fields.get("when") {
        Some((_, node)) => condition::read(node, "`when`", report),
        None => Some(Condition::default()),
    };
    let (policies, objectives) = (names(&fields, "policies", report), names(&fields, "objectives", report));
    let effect = fields
        .required("effect", "say what it does to clocks: `effect: suspend`", report)
        .and_then(|(_, node)| effect(node, report));
    let effective_from = at(&fields, "effective_from", report);
    let expected_end = at(&fields, "expected_end", report);
    if let Some((place, end)) = expected_end
        && end <= effective_from.map_or(now, |(_, from)| from)
    {
        report.mistake(place, "it is expected to end before it begins").hint("name a later end, or none");
    }
    let plan = fields.get("plan").map(|(_, node)| plan(node, report)).unwrap_or_default();
    Some(Written {
        declaration: Declaration {
            emergency: emergency?,
            kind: kind?,
            title: title?,
            message,
            when: when?,
            policies,
            objectives,
            effect: effect?,
            effective_from: effective_from.map_or(now, |(_, from)| from),
            expected_end: expected_end.map(|(_, end)| end),
            plan,
        },
        is_dated: effective_from.is_some(),
    })
}

fn at(fields: &Fields<'_>, key: &str, report: &mut Report) -> Option<(Place, Instant)> {
    let (_, node) = fields.get(key)?;
    Some((node.at, parsed(node, &format!("`{key}`"), instant, report)?))
}

/// Names of policies or objectives.
fn names(fields: &Fields<'_>, key: &str, report: &mut Report) -> Vec<String> {
    let Some((_, node)) = fields.get(key) else { return Vec::new() };
    let what = format!("`{key}`");
    let items = match &node.value {
        Value::List(_) => list(node, &what, "name one, or leave the key out", report).unwrap_or_default(),
        _ => vec![node],
    };
    items.into_iter().filter_map(|item| text(item, &what, report).map(str::to_owned)).collect()
}

/// Reads `suspend`, `announce_only` or `{extend: 4 working_hours}`.
fn effect(node: &Node, report: &mut Report) -> Option<Effect> {
    const HINT: &str = "it is `suspend`, `announce_only` or `{extend: 4 working_hours}`";
    if let Value::Map(_) = &node.value {
        let fields = Fields::of(node, node.at, "`effect`", &["extend"], report)?;
        let (_, node) = fields.required("extend", HINT, report)?;
        let read = |text: &str| text.parse::<Duration>().map_err(duration_error);
        return parsed(node, "`extend`", read, report).map(Effect::Extend);
    }
    match text(node, "`effect`", report)? {
        "suspend" => Some(Effect::Suspend),
        "announce_only" => Some(Effect::AnnounceOnly),
        other => {
            report.mistake(node.at, format!("`effect` can not be `{}`", shown(other))).hint(HINT);
            None
        }
    }
}

/// Reads the contingency plan.
fn plan(node: &Node, report: &mut Report) -> Vec<Duty> {
    let hint = "write `[{role: network_lead, task: {zh: 切换备用线路, en: switch to the backup line}}]`";
    let items = bounded(node, "`plan`", hint, DUTIES_MAX, report).unwrap_or_default();
    items.into_iter().filter_map(|item| duty(item, report)).collect()
}

fn duty(node: &Node, report: &mut Report) -> Option<Duty> {
    let fields = Fields::of(node, node.at, "a line of the plan", &DUTY_KEYS, report)?;
    let role = fields
        .required("role", "say who: `role: network_lead`", report)
        .and_then(|(_, node)| text(node, "`role`", report).map(str::to_owned));
    let task = fields
        .required("task", "say what is to be done: `task: {zh: …, en: …}`", report)
        .map(|(_, node)| objective::title(node, report));
    Some(Duty { role: role?, task: task? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Instant {
        "2026-03-02T00:00:00Z".parse().expect("an instant")
    }

    #[test]
    fn an_emergency_is_read() {
        let text = "emergency: typhoon\nkind: natural_disaster\ntitle: {zh: 台风, en: Typhoon}\n\
                    when: {region: [华南, 华东], vip: true}\neffect: {extend: 4 working_hours}\n\
                    expected_end: 2026-03-04T08:00:00+08:00\nplan:\n  - {role: lead, task: {zh: 值守}}\n";
        let written = parse_emergency(text, at()).expect("it is right");
        assert!(!written.is_dated);
        let declared = written.declaration;
        assert_eq!((declared.emergency.as_str(), declared.kind), ("typhoon", Kind::NaturalDisaster));
        assert_eq!(declared.effect, Effect::Extend(Duration::Open(4 * 3600)));
        assert_eq!((declared.effective_from, declared.when.0["vip"].clone()), (at(), vec!["true".to_owned()]));
        assert_eq!(declared.plan[0].role, "lead");
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = parse_emergency(text, at()).expect_err("it has mistakes");
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found}");
        }
    }

    #[test]
    fn all_mistakes_are_told_with_their_lines() {
        check("", &["1:1: there is no emergency here"]);
        check(
            "emergency: a b\nkind: typhoon\nwhen: {region: []}\neffect: {extend: 4 hours}\nexpected_end: 2026-03-01T00:00:00Z\nplan: [{role: a}]\n",
            &[
                "1:1: the emergency lacks `title`",
                "1:12: `a b` can not be the name of an emergency",
                "2:7: `kind` can not be `typhoon`",
                "3:16: `region` is empty",
                "4:18: ",
                "5:15: it is expected to end before it begins",
                "6:8: a line of the plan lacks `task`",
            ],
        );
        check(
            "emergency: a\nkind: other\ntitle: {en: A}\neffect: stop\nscope: {region: x}\n",
            &["4:9: `effect` can not be `stop`", "5:1: unknown key `scope` in the emergency"],
        );
    }
}
