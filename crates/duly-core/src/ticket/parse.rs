//! From the bytes of a record to a ticket event: CloudEvents 1.0, structured or binary mode (DESIGN §4).
//!
//! Everything is parsed once and borrowed where the bytes allow it. What is wrong becomes a [`Refusal`] that says what,
//! where and what to do.

use std::borrow::Cow;

use serde::Deserialize;

use super::fields::Text;
use super::{FieldValue, Fields, Refusal, RefusalKind, TicketEvent, check};
use crate::guard::guarded;
use crate::time::Instant;
use crate::upcast;

/// The longest `source`, `id`, `sequence`, tenant or ticket, in bytes.
const NAME_BYTES_MAX: usize = 512;

/// The context attributes of a CloudEvent, each as far as it was given; extensions that Duly does not know are left out.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the names of the CloudEvents specification")]
pub struct Attributes<'a> {
    pub specversion: Option<Cow<'a, str>>,
    pub id: Option<Cow<'a, str>>,
    pub source: Option<Cow<'a, str>>,
    pub kind: Option<Cow<'a, str>>,
    pub subject: Option<Cow<'a, str>>,
    pub time: Option<Cow<'a, str>>,
    pub sequence: Option<Cow<'a, str>>,
    pub datacontenttype: Option<Cow<'a, str>>,
}

/// A CloudEvent in structured mode. A member that is given twice is a mistake.
#[derive(Deserialize)]
struct Structured<'a> {
    #[serde(borrow, default)]
    specversion: Option<Text<'a>>,
    #[serde(borrow, default)]
    id: Option<Text<'a>>,
    #[serde(borrow, default)]
    source: Option<Text<'a>>,
    #[serde(borrow, default, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow, default)]
    subject: Option<Text<'a>>,
    #[serde(borrow, default)]
    time: Option<Text<'a>>,
    #[serde(borrow, default)]
    sequence: Option<FieldValue<'a>>,
    #[serde(borrow, default)]
    datacontenttype: Option<Text<'a>>,
    #[serde(borrow, default)]
    data: Option<Fields<'a>>,
    #[serde(default)]
    data_base64: Option<serde::de::IgnoredAny>,
}

/// Reads a structured-mode CloudEvent: one JSON object.
pub fn parse_structured(bytes: &[u8]) -> Result<TicketEvent<'_>, Refusal> {
    fenced(|| structured(bytes))
}

/// Reads a binary-mode CloudEvent: the attributes from the record's headers, the data from its value.
pub fn parse_binary<'a>(attributes: Attributes<'a>, value: &'a [u8]) -> Result<TicketEvent<'a>, Refusal> {
    fenced(|| binary(attributes, value))
}

/// A record on which reading fails would stop its lane, now and after every restart: it is refused like any other that can not be
/// read.
fn fenced<T>(read: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    guarded(read).unwrap_or_else(|message| {
        let what =
            format!("Duly failed as it read this ({message}): upgrade to a release that mends this, then redrive it");
        Err(Refusal::new(RefusalKind::Failed, what))
    })
}

fn structured<'a>(bytes: &'a [u8]) -> Result<TicketEvent<'a>, Refusal> {
    let what = "an event is a CloudEvent, `{\"specversion\":\"1.0\",…}`";
    let text = object(bytes, RefusalKind::NotCloudEvent, what)?;
    let event: Structured<'a> = serde_json::from_str(text).map_err(|error| refuse_json(&error, bytes))?;
    if event.data_base64.is_some() {
        return Err(Refusal::new(
            RefusalKind::BadData,
            "`data_base64` is not read: give the event's data as JSON in `data`",
        ));
    }
    // A string by the extension's specification, a number by habit of many sources.
    let sequence = match event.sequence {
        None | Some(FieldValue::Null) => None,
        Some(FieldValue::Text(text) | FieldValue::Number(text)) => Some(text),
        Some(other) => {
            let what = format!("`sequence` is {}: it is a string such as \"7\"", other.type_name());
            return Err(Refusal::new(RefusalKind::NotCloudEvent, what));
        }
    };
    let text = |text: Option<Text<'a>>| text.map(|text| text.0);
    let attributes = Attributes {
        specversion: text(event.specversion),
        id: text(event.id),
        source: text(event.source),
        kind: text(event.kind),
        subject: text(event.subject),
        time: text(event.time),
        sequence,
        datacontenttype: text(event.datacontenttype),
    };
    assemble(attributes, event.data.unwrap_or_default())
}

fn binary<'a>(attributes: Attributes<'a>, value: &'a [u8]) -> Result<TicketEvent<'a>, Refusal> {
    let fields = if matches!(value.trim_ascii(), b"" | b"null") {
        Fields::default()
    } else {
        let text = object(
            value,
            RefusalKind::BadData,
            "in binary mode a record's value is the event's `data`, such as {\"priority\":\"high\"}",
        )?;
        serde_json::from_str(text).map_err(|error| refuse_json(&error, value))?
    };
    assemble(attributes, fields)
}

fn utf8(bytes: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(bytes).map_err(|error| {
        Refusal::new(
            RefusalKind::NotJson,
            format!("not UTF-8 at byte {}: events are JSON in UTF-8", error.valid_up_to()),
        )
    })
}

/// The text of a JSON object, as far as its first byte tells. Serde would take a list for the members in their order.
fn object<'a>(bytes: &'a [u8], kind: RefusalKind, what: &str) -> Result<&'a str, Refusal> {
    let text = utf8(bytes)?;
    if bytes.trim_ascii_start().first() == Some(&b'{') {
        return Ok(text);
    }
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Err(Refusal::new(kind, format!("not a JSON object: {what}"))),
        Err(error) => Err(refuse_json(&error, bytes)),
    }
}

fn refuse_json(error: &serde_json::Error, bytes: &[u8]) -> Refusal {
    use serde_json::error::Category;
    let what = place(error);
    match error.classify() {
        Category::Data => mistyped(bytes)
            .unwrap_or_else(|| Refusal::new(RefusalKind::NotCloudEvent, format!("not a CloudEvent: {what}"))),
        Category::Eof => Refusal::new(RefusalKind::NotJson, format!("cut off: the JSON ends too early ({what})")),
        Category::Syntax | Category::Io => {
            let nul = if bytes.contains(&0) { "; it has NUL bytes in it" } else { "" };
            Refusal::new(RefusalKind::NotJson, format!("not JSON: {what}{nul}"))
        }
    }
}

/// What serde says, with the place in the record: it is a line of a log itself, and has one of its own in general.
fn place(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let (line, column) = (error.line(), error.column());
    match told.strip_suffix(&format!(" at line 1 column {column}")) {
        Some(what) if line == 1 => format!("{what} at byte {column}"),
        _ => told,
    }
}

/// Which member of an event is of the wrong type. Serde tells only where it stopped.
fn mistyped(bytes: &[u8]) -> Option<Refusal> {
    let members: Fields<'_> = serde_json::from_slice(bytes).ok()?;
    members.0.iter().find_map(|(name, value)| {
        let (kind, wanted) = match (&**name, value) {
            ("data", FieldValue::Null) => return None,
            ("data", FieldValue::Json(json)) if json.starts_with('{') => return None,
            ("data", _) => (RefusalKind::BadData, "an object such as {\"priority\":\"high\"}"),
            (_, FieldValue::Text(_)) => return None,
            ("specversion" | "id" | "source" | "type" | "subject" | "time" | "datacontenttype", _) => {
                (RefusalKind::NotCloudEvent, "a string")
            }
            _ => return None,
        };
        Some(Refusal::new(kind, format!("`{name}` is {}: it is {wanted}", value.type_name())))
    })
}

/// Checks the attributes and puts the event together.
fn assemble<'a>(given: Attributes<'a>, fields: Fields<'a>) -> Result<TicketEvent<'a>, Refusal> {
    if let Some(version) = given.specversion.as_deref().filter(|version| *version != "1.0") {
        let what = format!("`specversion` is `{}`: Duly reads CloudEvents 1.0", excerpt(version));
        return Err(Refusal::new(RefusalKind::NotCloudEvent, what));
    }
    let kind = required(given.kind, "type")?;
    let source = name(required(given.source, "source")?, "source")?;
    let id = name(required(given.id, "id")?, "id")?;
    if given.specversion.is_none() {
        return Err(Refusal::new(
            RefusalKind::NotCloudEvent,
            "`specversion` is missing: write \"specversion\":\"1.0\"",
        ));
    }
    let (kind, fields) = upcast::ticket_event(&kind, fields)?;
    let subject = subject(given.subject)?;
    let time = time(given.time.as_deref())?;
    let sequence = name(given.sequence.unwrap_or_default(), "sequence")?;
    if let Some(other) = given.datacontenttype.as_deref().filter(|given| !is_json(given)) {
        let what = format!("`datacontenttype` is `{}`: give the data as application/json", excerpt(other));
        return Err(Refusal::new(RefusalKind::BadData, what));
    }
    let fields = check::fields(kind, fields)?;
    Ok(TicketEvent { subject, kind, time, source, id, sequence, fields })
}

fn required<'a>(value: Option<Cow<'a, str>>, attribute: &str) -> Result<Cow<'a, str>, Refusal> {
    value.filter(|value| !value.is_empty()).ok_or_else(|| {
        Refusal::new(
            RefusalKind::NotCloudEvent,
            format!("`{attribute}` is missing: every CloudEvent needs one, and it may not be empty"),
        )
    })
}

fn name<'a>(value: Cow<'a, str>, attribute: &str) -> Result<Cow<'a, str>, Refusal> {
    if value.len() > NAME_BYTES_MAX {
        let what = format!("`{attribute}` has {} bytes: at most {NAME_BYTES_MAX} are read", value.len());
        return Err(Refusal::new(RefusalKind::NotCloudEvent, what));
    }
    Ok(value)
}

fn subject(value: Option<Cow<'_, str>>) -> Result<Cow<'_, str>, Refusal> {
    let refuse = |what: String| Err(Refusal::new(RefusalKind::BadSubject, what));
    let Some(subject) = value else {
        return refuse("`subject` is missing: it names the ticket, `tenant/ticket`".into());
    };
    let is_named = subject.split_once('/').is_some_and(|(tenant, ticket)| !tenant.is_empty() && !ticket.is_empty());
    if !is_named {
        return refuse(format!("`subject` is `{}`: it names the ticket, `tenant/ticket`", excerpt(&subject)));
    }
    let is_plain = subject.bytes().all(|byte| (b' '..0x7f).contains(&byte));
    if subject.len() > NAME_BYTES_MAX || !is_plain && subject.chars().any(char::is_control) {
        return refuse(format!(
            "`subject` `{}` has control characters or over {NAME_BYTES_MAX} bytes",
            excerpt(&subject)
        ));
    }
    Ok(subject)
}

fn time(value: Option<&str>) -> Result<Instant, Refusal> {
    let refuse = |what: String| Err(Refusal::new(RefusalKind::BadTime, what));
    let Some(text) = value else {
        return refuse("`time` is missing: it is when the event occurred, such as 2026-03-01T10:00:00+08:00".into());
    };
    match text.parse::<Instant>() {
        Ok(time) if time.is_sane() => Ok(time),
        Ok(_) => refuse(format!("`time` {} is outside the years 1970 to 2199", excerpt(text))),
        Err(_) if chrono::DateTime::parse_from_rfc3339(text).is_ok() => {
            refuse(format!("`time` {} is outside the years 1970 to 2199", excerpt(text)))
        }
        Err(error) => refuse(format!("`time`: {error}")),
    }
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
}

/// The beginning of a text, for messages.
pub(super) fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::{RefusalKind, fenced};

    #[test]
    fn a_record_on_which_reading_fails_is_refused() {
        let refusal = fenced(|| -> Result<(), _> { panic!("no such year") }).expect_err("it has failed");
        assert_eq!(refusal.kind, RefusalKind::Failed);
        assert!(refusal.what.contains("(no such year)"), "{refusal}");
    }
}
