//! What people are told, as a story says it: `! 11:00 reminder first_response to owner:li.wei by email says "…"`.
//!
//! Stories that say nothing of it are about what Duly publishes; on stages that tell nobody anything it is not looked at.

use duly_core::time::Instant;
use serde_json::Value;

use super::said::{Context, take_instant, ticket};
use super::words;

/// One notification that must be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notified {
    /// The line of the story, from 1.
    pub line: usize,
    at: Instant,
    subject: String,
    /// What it is about.
    about: String,
    objective: Option<String>,
    /// `owner:li.wei`, `team_lead`, `customer:acme`.
    to: Option<String>,
    by: Option<String>,
    /// What its words have in them, in either language.
    says: Vec<String>,
}

impl Notified {
    /// Reads what stands behind `!`.
    pub(super) fn parse(line: usize, text: &str, context: Context<'_>) -> Result<Notified, String> {
        let all = words::split(text);
        let mut words = &all[..];
        let at = take_instant(&mut words, context)?.ok_or("a time comes first, such as `! 11:00 reminder …`")?;
        let subject = format!("{}/{}", context.tenant, ticket(&mut words));
        let (about, mut words) = words.split_first().ok_or("it does not say what: `! 11:00 reminder …`")?;
        let (about, says) = ((*about).to_owned(), Vec::new());
        let mut notified = Notified { line, at, subject, about, objective: None, to: None, by: None, says };
        while let Some((word, rest)) = words.split_first() {
            words = rest;
            let mut next = || {
                let (next, rest) = words.split_first().ok_or_else(|| format!("nothing follows `{word}`"))?;
                words = rest;
                Ok::<String, String>((*next).to_owned())
            };
            match *word {
                "to" => notified.to = Some(next()?),
                "by" => notified.by = Some(next()?),
                "says" => notified.says.push(next()?.trim_matches('"').to_owned()),
                objective => notified.objective = Some(objective.to_owned()),
            }
        }
        Ok(notified)
    }

    /// Whether `event` is this.
    pub fn fits(&self, event: &Value) -> bool {
        let data = &event["data"];
        let is = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|wanted| wanted == found);
        let texts = data["texts"].to_string();
        event["subject"] == self.subject.as_str()
            && event["time"] == self.at.to_string().as_str()
            && about(event) == self.about
            && is(&self.objective, data["facts"]["objective"].as_str().unwrap_or_default())
            && is(&self.to, &recipients(data))
            && is(&self.by, &channels(data))
            && self.says.iter().all(|part| texts.contains(part.as_str()))
    }
}

fn about(event: &Value) -> &str {
    event["type"].as_str().and_then(|name| name.split('.').nth(2)).unwrap_or_default()
}

fn items<'v>(data: &'v Value, name: &str) -> &'v [Value] {
    data[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn recipients(data: &Value) -> String {
    let one = |recipient: &Value| match (recipient["as"].as_str().unwrap_or_default(), recipient["name"].as_str()) {
        ("role", Some(role)) => role.to_owned(),
        (who, Some(name)) => format!("{who}:{name}"),
        (who, None) => who.to_owned(),
    };
    items(data, "recipients").iter().map(one).collect::<Vec<_>>().join(",")
}

fn channels(data: &Value) -> String {
    items(data, "channels").iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")
}

/// A notification as a story would say it, without the day.
pub(super) fn written(event: &Value) -> String {
    let data = &event["data"];
    let title = data["texts"]["zh"]["title"].as_str().unwrap_or_default();
    let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!(
        "! {} {} {} {} to {} by {} says {}",
        of(&event["time"]),
        of(&event["subject"]),
        about(event),
        of(&data["facts"]["objective"]),
        recipients(data),
        channels(data),
        Value::from(title)
    )
}
