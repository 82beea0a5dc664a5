//! What a template has at hand: the facts of a notification, with instants, durations and kinds as people read them.
//!
//! Every name is always there, with nothing in it where there is nothing to say, so that a template which names what there
//! is not has a slip, and no empty place.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use duly_core::notification::Notification;
use duly_core::policy::Duration;
use duly_core::time::Instant;
use serde_json::Value;

/// Names and what stands for them.
pub(super) type Words = BTreeMap<&'static str, Value>;

/// Facts that are passed on as they are.
const PLAIN: [&str; 14] = [
    "owner",
    "team",
    "customer",
    "policy",
    "objective",
    "cycle",
    "part",
    "step",
    "provisional",
    "emergency",
    "number",
    "kind",
    "effect",
    "out_of_scope",
];

/// Facts with a text for each language.
const TITLES: [&str; 3] = ["title", "commitment", "message"];

/// Facts that are instants, and what templates call them.
const INSTANTS: [(&str, &str); 4] =
    [("due", "due_at"), ("started", "started_at"), ("since", "since"), ("expected_end", "expected_end")];

/// Facts that are durations.
const DURATIONS: [&str; 2] = ["within", "by"];

/// Kinds of emergencies: their names, and what they are called in Chinese and English.
const KINDS: [(&str, &str, &str); 6] = [
    ("force_majeure", "不可抗力", "Force majeure"),
    ("natural_disaster", "自然灾害", "A natural disaster"),
    ("network_failure", "网络故障", "A network failure"),
    ("system_failure", "系统故障", "A system failure"),
    ("surge", "业务量激增", "A surge of business"),
    ("other", "突发情况", "An emergency"),
];

/// The words for a notification in `language`.
pub(super) fn of(notification: &Notification, language: &str) -> Words {
    let facts = &notification.facts;
    let fact = |name: &str| facts.get(name).unwrap_or(&Value::Null);
    let zone: Tz = fact("zone").as_str().and_then(|zone| zone.parse().ok()).unwrap_or(Tz::UTC);
    let (tenant, ticket) = notification.subject.split_once('/').unwrap_or(("", &notification.subject));
    let mut words = Words::new();
    for (name, value) in [("subject", &*notification.subject), ("tenant", tenant), ("ticket", ticket)] {
        words.insert(name, one_line(value).into());
    }
    words.insert("at", local(notification.at, zone).into());
    words.extend(PLAIN.map(|name| (name, plain(fact(name)))));
    words.extend(TITLES.map(|name| (name, plain(fact(name).get(language).unwrap_or(&Value::Null)))));
    words.extend(INSTANTS.map(|(name, fact_name)| {
        let at = fact(fact_name).as_str().and_then(|at| at.parse().ok());
        (name, at.map_or(Value::Null, |at| local(at, zone).into()))
    }));
    words.extend(DURATIONS.map(|name| {
        let said = fact(name).as_str().map(|written| duration(written, language));
        (name, said.map_or(Value::Null, Value::from))
    }));
    words.insert("kind_title", kind(fact("kind").as_str(), language).map_or(Value::Null, Value::from));
    words
}

/// A value as it is; texts come from tickets, and must not break out of their line.
fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) => one_line(text).into(),
        other => other.clone(),
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// An instant on the clocks of the place.
fn local(at: Instant, zone: Tz) -> String {
    at.to_chrono().with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}

fn kind(name: Option<&str>, language: &str) -> Option<&'static str> {
    let (_, zh, en) = KINDS.iter().find(|(known, ..)| Some(*known) == name)?;
    Some(if language == "zh" { zh } else { en })
}

/// A duration as people say it: 4 个工作小时, 4 working hours.
pub(crate) fn duration(written: &str, language: &str) -> String {
    let is_zh = language == "zh";
    let Ok(duration) = written.parse::<Duration>() else { return written.to_owned() };
    let in_units = |seconds: u32| match seconds {
        s if s % 3600 == 0 => (s / 3600, "小时", "hour"),
        s if s % 60 == 0 => (s / 60, "分钟", "minute"),
        s => (s, "秒", "second"),
    };
    let (count, zh, en) = match duration {
        Duration::Elapsed(s) if s % 86_400 == 0 && s > 0 => (s / 86_400, "天".to_owned(), "day".to_owned()),
        Duration::Elapsed(s) => {
            let (count, zh, en) = in_units(s);
            (count, zh.to_owned(), en.to_owned())
        }
        Duration::Open(s) => {
            let (count, zh, en) = in_units(s);
            (count, format!("个工作{zh}"), format!("working {en}"))
        }
        Duration::WorkingDays(days) => (days, "个工作日".to_owned(), "working day".to_owned()),
    };
    match (is_zh, count) {
        (true, _) => format!("{count} {zh}"),
        (false, 1) => format!("{count} {en}"),
        (false, _) => format!("{count} {en}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_are_said_as_people_say_them() {
        for (written, zh, en) in [
            ("2h", "2 小时", "2 hours"),
            ("90m", "90 分钟", "90 minutes"),
            ("3d", "3 天", "3 days"),
            ("1 working_hour", "1 个工作小时", "1 working hour"),
            ("90 working_minutes", "90 个工作分钟", "90 working minutes"),
            ("2 working_days", "2 个工作日", "2 working days"),
        ] {
            assert_eq!((duration(written, "zh").as_str(), duration(written, "en").as_str()), (zh, en));
        }
    }
}
