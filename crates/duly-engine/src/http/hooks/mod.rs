//! `POST /hooks/{source}`: messages of other systems in, an answer once what became of them is safe.
//!
//! A message that is its source's is answered with 200 whatever it says: what can not be mapped is kept as a dead letter. For
//! whoever gets errors sends the same again and again, and in the end switches the hook off. 503 and 429 are what to send again,
//! 401 says that it is not the source's, and nothing of why. What is refused is not kept, and takes nothing from what the
//! source may send.

mod gate;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::json;

use super::access;
use super::answer::Problem;
use super::body::{self, Limits};
use super::limits::{HOOK_BYTES_DRAINED, HOOK_BYTES_MAX, HOOK_WAIT};
use super::routes::Api;
use crate::config::Secret;
use crate::handle::Receipt;
use crate::ingest::letter::{self, Letter};
use crate::ingest::mapping::{Mapped, Message};
use crate::ingest::signature::{Request, Scheme, Signature};
use crate::ingest::{Hook, Source};
use gate::Gate;

/// The hooks of an engine, by the names of their sources.
#[derive(Default)]
pub(super) struct Hooks(BTreeMap<String, Arc<Open>>);

/// A hook that is open.
struct Open {
    source: Arc<Source>,
    hook: Hook,
    gate: Gate,
    /// Requests that were refused, by reason.
    refused: Mutex<BTreeMap<&'static str, u64>>,
}

/// Why a request is refused: what it is counted as, and what is answered.
struct Refused {
    reason: &'static str,
    response: Response,
}

/// What became of a message.
#[derive(Debug, Default, Serialize)]
struct Taken {
    /// How many ticket events it became.
    events: usize,
    #[serde(skip_serializing_if = "is_none")]
    appended: usize,
    applied: usize,
    duplicates: usize,
    /// How many of them were refused.
    refused: usize,
    /// How much of it could not be mapped; the message is kept as a dead letter.
    unmapped: usize,
}

impl Hooks {
    pub(super) fn new(sources: &[Arc<Source>]) -> Self {
        let open = sources.iter().filter_map(|source| {
            let hook = source.hook.clone()?;
            let gate = Gate::new(hook.per_minute);
            let open = Open { source: Arc::clone(source), hook, gate, refused: Mutex::default() };
            Some((source.name.clone(), Arc::new(open)))
        });
        Hooks(open.collect())
    }

    /// How many requests were refused, by source and reason.
    pub(super) fn refused(&self) -> Vec<(String, &'static str, u64)> {
        let of = |(name, open): (&String, &Arc<Open>)| {
            let refused = open.refused.lock().unwrap_or_else(PoisonError::into_inner);
            refused.iter().map(|(why, count)| (name.clone(), *why, *count)).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(of).collect()
    }
}

pub(super) async fn post(
    State(api): State<Arc<Api>>,
    path: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    // What is no text names no source.
    let Some(open) = path.ok().and_then(|Path(source)| api.hooks.0.get(&source)) else {
        let hint = "a source has one where the settings give it a section `hook`";
        return Problem::new(StatusCode::NOT_FOUND, "there is no such hook", hint).into_response();
    };
    take(&api, open, uri.query(), &headers, body).await.unwrap_or_else(|Refused { reason, response }| {
        *open.refused.lock().unwrap_or_else(PoisonError::into_inner).entry(reason).or_default() += 1;
        response
    })
}

async fn take(
    api: &Api,
    open: &Arc<Open>,
    query: Option<&str>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        let hint = "send it as it is, without Content-Encoding";
        let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body is compressed", hint);
        return Err(Refused::new("compressed", problem));
    }
    let all: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let hook = &open.hook;
    let request = Request { method: "POST", url: &hook.url, query, headers: &all, body: &[] };
    match hook.signature.scheme() {
        None => access::check(api.token.as_ref(), headers).map_err(|problem| Refused::new("unsigned", problem))?,
        // Whoever asks whether anybody is there does not sign yet.
        Some(scheme) if !scheme.challenge => scheme.glance(&request).map_err(Refused::unsigned)?,
        Some(_) => {}
    }
    let _place = open.gate.place().ok_or_else(|| Refused::later("busy", "too many requests at a time", 1))?;
    let limits = Limits { bytes_max: HOOK_BYTES_MAX, bytes_drained: HOOK_BYTES_DRAINED, wait: HOOK_WAIT };
    let body = body::read_within(headers, body, limits).await.map_err(|problem| {
        let reason = match problem.status {
            StatusCode::PAYLOAD_TOO_LARGE => "too_large",
            StatusCode::REQUEST_TIMEOUT => "too_slow",
            _ => "broken_off",
        };
        Refused::new(reason, problem)
    })?;
    let request = Request { body: &body, ..request };
    let secret = match hook.signature.scheme() {
        None => None,
        Some(scheme) => match scheme.check(&hook.secrets, &request, api.handle.now(), hook.max_age) {
            Ok(secret) => Some((scheme, secret)),
            Err(why) => return unsigned_challenge(scheme, &hook.secrets, &body).ok_or_else(|| Refused::unsigned(why)),
        },
    };
    open.gate.admit().map_err(|wait_s| Refused::later("too_many", "more requests than the source may send", wait_s))?;
    let headers = kept(&all, &hook.signature);
    let message = match secret {
        None => Some(Cow::Borrowed(&*body)),
        Some((scheme, secret)) => scheme.open(secret, &body),
    };
    let Some(message) = message else { return unopened(api, open, headers, body).await };
    if let Some(challenge) = secret.and_then(|(scheme, _)| scheme.challenged(&message)) {
        return Ok(Json(json!({ "challenge": challenge })).into_response());
    }
    let message = message.into_owned();
    settle(api, open, headers, message).await
}

/// Maps a message, stores what becomes of it, and answers.
async fn settle(
    api: &Api,
    open: &Arc<Open>,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
) -> Result<Response, Refused> {
    let source = &*open.source.name;
    let message = Arc::new((headers, body));
    let (mapping, told, now) = (Arc::clone(&open.source), Arc::clone(&message), api.handle.now());
    // A mapping may take its time, which is not to be that of others.
    let mapped = tokio::task::spawn_blocking(move || {
        let message = Message { headers: &borrowed(&told.0), body: &told.1 };
        mapping.map(&message, now)
    });
    // A mapping that fails has said so by itself.
    let mapped = mapped.await.expect("nothing here panics");
    let mut letter = Letter::of(source, &mapped);
    let Mapped { events, unmapped, .. } = mapped;
    let mut taken = Taken { events: events.len(), unmapped: unmapped.len(), ..Taken::default() };
    if !events.is_empty() {
        let receipts = api.handle.append(events).await.map_err(Refused::not_stored)?;
        for receipt in receipts {
            taken.count(&receipt);
            // What is refused before it is in the log is not kept there.
            if let (Receipt::Refused { reason, detail }, None) = (receipt, &letter) {
                letter = Some(Letter::about(source, reason, detail));
            }
        }
    }
    // Behind the events: if this fails all is sent again, and they count once.
    if let Some(letter) = letter {
        let (headers, body) = Arc::unwrap_or_clone(message);
        api.handle.keep(Letter { headers, body, ..letter }).await.map_err(Refused::not_stored)?;
    }
    Ok(Json(taken).into_response())
}

/// Keeps a message that is signed, and can not be decrypted.
async fn unopened(api: &Api, open: &Open, headers: Vec<(String, Vec<u8>)>, body: Vec<u8>) -> Result<Response, Refused> {
    let detail = "it is signed with the secret, and not encrypted with it: look at what the source encrypts with";
    let letter = Letter { headers, body, ..Letter::about(&open.source.name, "sealed", detail.to_owned()) };
    api.handle.keep(letter).await.map_err(Refused::not_stored)?;
    Ok(Json(Taken { unmapped: 1, ..Taken::default() }).into_response())
}

/// The answer to an unsigned question whether anybody is there, which only somebody with a secret can have encrypted.
fn unsigned_challenge(scheme: &Scheme, secrets: &[Secret], body: &[u8]) -> Option<Response> {
    secrets.iter().find_map(|secret| match scheme.open(secret, body) {
        Some(Cow::Owned(message)) => {
            scheme.challenged(&message).map(|challenge| Json(json!({ "challenge": challenge })).into_response())
        }
        _ => None,
    })
}

/// The headers that are shown to a mapping, and kept.
fn kept(all: &[(&str, &[u8])], signature: &Signature) -> Vec<(String, Vec<u8>)> {
    let own = signature.scheme().and_then(|scheme| scheme.header.as_deref()).unwrap_or_default();
    let harmless = all.iter().filter(|(name, _)| letter::is_harmless(name) && !name.eq_ignore_ascii_case(own));
    harmless.map(|(name, value)| ((*name).to_owned(), value.to_vec())).collect()
}

fn borrowed(headers: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    headers.iter().map(|(name, value)| (&**name, &**value)).collect()
}

impl Refused {
    fn new(reason: &'static str, problem: Problem) -> Self {
        Refused { reason, response: problem.into_response() }
    }

    /// Whatever is wrong with a signature, the answer is the same.
    fn unsigned(why: crate::ingest::signature::Refused) -> Self {
        let hint = "sign it as the source's mapping says, with its secret, and by a clock that goes right";
        let mut refused =
            Refused::new(why.name(), Problem::new(StatusCode::UNAUTHORIZED, "the message is not the source's", hint));
        let scheme = HeaderValue::from_static("Webhook realm=\"duly\"");
        refused.response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        refused
    }

    fn later(reason: &'static str, what: &str, wait_s: u64) -> Self {
        let hint = "nothing of it was stored: send it again later";
        let mut refused = Refused::new(reason, Problem::new(StatusCode::TOO_MANY_REQUESTS, what, hint));
        refused.response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
        refused
    }

    fn not_stored(error: crate::handle::EngineError) -> Self {
        Refused::new("not_stored", Problem::from(error))
    }
}

impl Taken {
    fn count(&mut self, receipt: &Receipt) {
        match receipt {
            Receipt::Applied => self.applied += 1,
            Receipt::Duplicate => self.duplicates += 1,
            Receipt::Appended => self.appended += 1,
            Receipt::DeadLetter { .. } | Receipt::Refused { .. } => self.refused += 1,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_none(count: &usize) -> bool {
    *count == 0
}
