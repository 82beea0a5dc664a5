//! `/announcements.atom` and `/announcements.json`: what customers are told of emergencies, for a company's website (L17).
//!
//! Off unless the settings say otherwise, because it is for everybody: it says what the emergency's messages say, and how
//! response times are affected, and nothing of tickets, scopes or plans. What was voided is not there any more.

mod atom;
mod words;

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono_tz::Tz;
use duly_core::control::emergency::{Standing, State as Stage};
use duly_core::control::{ControlEvent, Controls};
use duly_core::notification::channels_of_emergencies;
use duly_core::time::Instant;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::answer::Problem;
use super::routes::Api;
use super::server::Announcements;

/// The way that policies call the website.
const WEBSITE: &str = "website";

/// What may be asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// The language; Chinese where it is not said.
    #[serde(default)]
    lang: Language,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Language {
    #[default]
    Zh,
    En,
}

impl Language {
    const fn name(self) -> &'static str {
        match self {
            Language::Zh => "zh",
            Language::En => "en",
        }
    }
}

/// All that is announced.
#[derive(Debug, Serialize)]
struct Feed {
    /// When the last of it began to hold; 1970 where there is nothing.
    updated: Instant,
    language: &'static str,
    announcements: Vec<Entry>,
}

/// Something that was told of an emergency.
#[derive(Debug, Serialize)]
struct Entry {
    /// `urn:uuid:…`, which stays.
    id: String,
    emergency: String,
    number: u32,
    /// `announced`, `updated` or `lifted`.
    what: &'static str,
    /// Since when it is so.
    at: Instant,
    kind: &'static str,
    title: String,
    text: String,
    /// Whether the emergency lasts.
    in_force: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_end: Option<Instant>,
}

pub(super) async fn atom(
    State(api): State<Arc<Api>>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (feed, language) = feed(&api, asked).await?;
    let text = atom::write(&feed, api.beside.announcements.author(), language);
    Ok(answer(&feed, text, "application/atom+xml; charset=utf-8", &headers))
}

pub(super) async fn json(
    State(api): State<Arc<Api>>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (feed, _) = feed(&api, asked).await?;
    let text = serde_json::to_string(&feed).expect("plain data with text keys is always JSON");
    Ok(answer(&feed, text, "application/json", &headers))
}

async fn feed(api: &Api, asked: Result<Query<Asked>, QueryRejection>) -> Result<(Feed, Language), Problem> {
    if api.beside.announcements == Announcements::Off {
        let hint = "`announcements: public` in the settings lets everybody read what customers are told of emergencies";
        return Err(Problem::new(StatusCode::NOT_FOUND, "announcements are not published here", hint));
    }
    let Query(Asked { lang }) =
        asked.map_err(|error| Problem::bad_request(error.body_text(), "write `?lang=zh` or `?lang=en`"))?;
    Ok((told(&*api.handle.controls().await?, api.handle.now(), lang), lang))
}

/// What was told by `now` and stands, the latest first.
fn told(controls: &Controls, now: Instant, language: Language) -> Feed {
    let is_wanted = channels_of_emergencies(controls).iter().any(|way| way == WEBSITE);
    let standing = if is_wanted { controls.emergencies(now) } else { Vec::new() };
    let zone = zone(controls);
    let mut announcements: Vec<Entry> =
        standing.iter().flat_map(|standing| entries(standing, now, language, zone)).collect();
    announcements.sort_by(|a, b| (b.at, b.number, &b.emergency).cmp(&(a.at, a.number, &a.emergency)));
    let updated = announcements.first().map_or(Instant::from_ns(0), |entry| entry.at);
    Feed { updated, language: language.name(), announcements }
}

/// The zone of the latest policy's calendars, where they have one between them: that of the company's customers. UTC where not.
fn zone(controls: &Controls) -> Tz {
    let latest = controls.events().iter().rev().find_map(|event| match event {
        ControlEvent::PolicyPublished { policy, .. } => Some(policy),
        _ => None,
    });
    let mut zones: Vec<&str> =
        latest.iter().flat_map(|policy| policy.calendars.values()).map(|spec| &*spec.zone).collect();
    zones.dedup();
    match zones[..] {
        [only] => only.parse().unwrap_or(Tz::UTC),
        _ => Tz::UTC,
    }
}

fn entries(standing: &Standing, now: Instant, language: Language, zone: Tz) -> Vec<Entry> {
    let terms = &standing.terms;
    let messages = standing.messages.iter().filter(|message| !message.is_voided && message.effective_from <= now);
    let in_force = standing.state == Stage::InForce;
    messages
        // An update that says nothing to customers is none for them.
        .filter(|message| message.what != "updated" || !message.message.is_empty())
        .map(|message| {
            let what = match message.what.as_str() {
                "declared" => "announced",
                "lifted" => "lifted",
                _ => "updated",
            };
            let is_last = standing.number == Some(message.number);
            Entry {
                id: id(&format!("{}/{}", terms.emergency, message.number)),
                emergency: terms.emergency.clone(),
                number: message.number,
                what,
                at: message.effective_from,
                kind: terms.kind.name(),
                title: words::title(standing, what, language),
                text: words::text(standing, message, in_force && is_last, language, zone),
                in_force,
                expected_end: terms.expected_end.filter(|_| in_force),
            }
        })
        .collect()
}

/// An id that follows from what it is of.
fn id(of: &str) -> String {
    format!("urn:uuid:{}", Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("duly/announcements/{of}").as_bytes()))
}

/// The text, or that the asker has it already.
fn answer(feed: &Feed, text: String, content_type: &'static str, asked: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(text.as_bytes())[..16]));
    let modified = feed.updated.to_chrono().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let given = |name| asked.get(name).and_then(|value| value.to_str().ok());
    let is_known = match given(header::IF_NONE_MATCH) {
        Some(known) => known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag || tag.trim() == "*"),
        None => given(header::IF_MODIFIED_SINCE) == Some(&modified),
    };
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, content_type)], text).into_response()
    };
    for (name, value) in [
        (header::ETAG, etag.as_str()),
        (header::LAST_MODIFIED, &modified),
        (header::CACHE_CONTROL, "public, max-age=30"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_str(value).expect("it is ASCII"));
    }
    response
}
