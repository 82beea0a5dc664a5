//! What a record says in a line and a text: that of a notification, or of an SLA event in short.

use chrono_tz::Tz;
use duly_core::time::Instant;
use serde_json::Value;

use super::record::Record;

/// What templates and mails say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    /// One line.
    pub(super) title: String,
    /// The rest; empty where the title is all.
    pub(super) text: String,
}

/// What SLA events are called in short: their names, in Chinese and English.
const NAMES: [(&str, &str, &str); 9] = [
    ("breached", "已超时", "Promise broken"),
    ("reminder_due", "即将到期", "Promise due soon"),
    ("escalated", "已升级", "Escalated"),
    ("clock_started", "开始计时", "Promise made"),
    ("clock_met", "已兑现", "Promise kept"),
    ("clock_stopped_late", "超时后完成", "Done late"),
    ("clock_cancelled", "已取消", "Promise cancelled"),
    ("routed", "已分派", "Routed"),
    ("retracted", "已撤回", "Withdrawn"),
];

/// The text of a record in `language`, with instants on the clocks of `zone`.
pub(super) fn of(record: &Record, language: &str, zone: Tz) -> Text {
    let texts = &record.data()["texts"];
    let said = [language, "zh", "en"].iter().map(|language| &texts[*language]).find(|text| text.is_object());
    match said {
        Some(text) => Text { title: one_line(&string(&text["title"])), text: string(&text["text"]) },
        None => Text { title: one_line(&short(record, language, zone)), text: String::new() },
    }
}

/// An SLA event in a line: `Promise broken: first_response of T-1, due 2026-03-02 13:00`.
fn short(record: &Record, language: &str, zone: Tz) -> String {
    let is_zh = language == "zh";
    let name = |type_name: &str| {
        let known = NAMES.iter().find(|(known, ..)| *known == type_name);
        known.map_or_else(|| type_name.replace('_', " "), |(_, zh, en)| (if is_zh { zh } else { en }).to_string())
    };
    let about = record.withdrawn().unwrap_or(record.data());
    let colon = if is_zh { "：" } else { ": " };
    let mut line = name(record.name());
    if record.withdrawn().is_some() {
        line += &format!("{colon}{}", name(super::record::short(&string(&about["type"]))));
    }
    let objective = string(&about["objective"]);
    let ticket = record.subject().split_once('/').map_or(record.subject(), |(_, ticket)| ticket);
    line += &match (is_zh, objective.is_empty()) {
        (true, false) => format!("{colon}工单 {ticket} 的 {objective}"),
        (true, true) => format!("{colon}工单 {ticket}"),
        (false, false) => format!("{colon}{objective} of {ticket}"),
        (false, true) => format!("{colon}{ticket}"),
    };
    if let Some(due) = local(&about["due_at"], zone) {
        line += &if is_zh { format!("，期限 {due}") } else { format!(", due {due}") };
    }
    line
}

/// An instant on the clocks of the zone, where it is one.
pub(super) fn local(at: &Value, zone: Tz) -> Option<String> {
    let at: Instant = at.as_str()?.parse().ok()?;
    let local = at.to_chrono().with_timezone(&zone);
    let is_utc = zone == Tz::UTC;
    Some(local.format("%Y-%m-%d %H:%M").to_string() + if is_utc { " UTC" } else { "" })
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
