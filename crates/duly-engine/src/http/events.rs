//! `POST /api/v1/events`: ticket events in, an answer once they are safe.
//!
//! The status is for senders that look at nothing else: 200, every event counts (applied, or there already); 202, every event
//! is in Kafka's log, where its lane will find it; 207, some were refused; 422, all were. Sending those again is of no use;
//! 503 and 408 are what to send again. Events that the embedded engine refuses are kept as dead letters with their reason;
//! on Kafka they do not get into the log, so that the answer is all there is of them.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::answer::{Problem, Told};
use super::batch::{Form, Split};
use super::body;
use super::limits::EVENTS_MAX;
use super::routes::Api;
use crate::handle::Receipt;

/// What became of the events of a request.
#[derive(Debug, Serialize)]
struct Accepted<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Told<'a>>,
    #[serde(skip_serializing_if = "is_none")]
    appended: usize,
    applied: usize,
    duplicates: usize,
    refused: usize,
    /// One for each event, in their order.
    results: Vec<Outcome<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
enum Outcome<'a> {
    Applied,
    Duplicate,
    Appended,
    Refused { reason: &'a str, detail: &'a str },
}

pub(super) async fn post(State(api): State<Arc<Api>>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let form = Form::of(&headers)?;
    let _place = api.appends.try_acquire().map_err(|_| Problem::busy())?;
    let body = body::read(&headers, body).await?;
    if body.trim_ascii().is_empty() {
        return Err(Problem::bad_request("the body is empty", "send one event or several, as CloudEvents in JSON"));
    }
    let Split { records, mistake } = form.split(&body);
    drop(body);
    if records.len() > EVENTS_MAX {
        let what = format!("a batch of {} events, {EVENTS_MAX} are the most", records.len());
        let hint = "nothing of it was stored: send the events in several batches";
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, what, hint));
    }
    if records.is_empty() {
        return Ok(answer(&[], None));
    }
    Ok(answer(&api.handle.append(records).await?, mistake))
}

fn answer(receipts: &[Receipt], mistake: Option<String>) -> Response {
    let results: Vec<Outcome<'_>> = receipts.iter().map(outcome).collect();
    let count = |wanted: &Receipt| receipts.iter().filter(|receipt| *receipt == wanted).count();
    let (applied, duplicates) = (count(&Receipt::Applied), count(&Receipt::Duplicate));
    let appended = count(&Receipt::Appended);
    let refused = receipts.len() - applied - duplicates - appended;
    let status = match (refused, receipts.len()) {
        (0, _) if appended > 0 => StatusCode::ACCEPTED,
        (0, _) => StatusCode::OK,
        (refused, all) if refused == all => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::MULTI_STATUS,
    };
    let what = match (&results[..], mistake) {
        ([Outcome::Refused { .. }], Some(why)) => format!("the batch can not be split into events: {why}"),
        ([Outcome::Refused { detail, .. }], None) => format!("the event was refused: {detail}"),
        _ => format!("{refused} of {} events were refused; `results` says why", receipts.len()),
    };
    let is_kept = receipts.iter().any(|receipt| matches!(receipt, Receipt::DeadLetter { .. }));
    let hint = if is_kept {
        "refused events are kept as dead letters (`duly dead-letters list`); corrected, send them under new ids"
    } else {
        "refused events are not kept: correct them, and send them again"
    };
    let error = (refused > 0).then_some(Told { what: &what, hint });
    (status, Json(Accepted { error, appended, applied, duplicates, refused, results })).into_response()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

fn outcome(receipt: &Receipt) -> Outcome<'_> {
    match receipt {
        Receipt::Applied => Outcome::Applied,
        Receipt::Duplicate => Outcome::Duplicate,
        Receipt::Appended => Outcome::Appended,
        Receipt::DeadLetter { reason, detail } | Receipt::Refused { reason, detail } => {
            Outcome::Refused { reason, detail }
        }
    }
}
