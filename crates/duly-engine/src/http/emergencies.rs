//! `/api/v1/emergencies`: an emergency declared, updated, lifted or voided (L16), and how all of them stand.
//!
//! Any instance takes what is told; all follow. Told again it is known, so that whoever got no answer may repeat.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use duly_core::control;
use duly_core::control::emergency::{Fault, Standing};
use duly_core::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::answer::Problem;
use super::body;
use super::limits::EMERGENCY_BYTES_MAX;
use super::routes::Api;
use crate::emergency::{Order, Told, What};

/// How emergencies stand.
#[derive(Debug, Serialize)]
pub(super) struct Emergencies {
    /// When that is so.
    at: Instant,
    emergencies: Vec<Standing>,
}

/// What may be asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// How they stood then; without it, now.
    at: Option<Instant>,
}

/// What became of what was told, and how the emergency stands now.
#[derive(Debug, Serialize)]
struct Answer {
    outcome: &'static str,
    emergency: Option<Standing>,
    /// What may be a slip in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

pub(super) async fn list(
    State(api): State<Arc<Api>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Emergencies>, Problem> {
    let Query(asked) = asked.map_err(|error| {
        Problem::bad_request(error.body_text(), "write `?at=` and an instant such as 2026-03-01T10:00:00Z")
    })?;
    let at = asked.at.unwrap_or_else(|| api.handle.now());
    Ok(Json(Emergencies { at, emergencies: api.handle.controls().await?.emergencies(at) }))
}

pub(super) async fn declare(State(api): State<Arc<Api>>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    tell(&api, What::Declare, None, &headers, body).await
}

/// `POST /api/v1/emergencies/{id}/{what}`.
pub(super) async fn later(
    State(api): State<Arc<Api>>,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let hint = "there are POST /api/v1/emergencies/{id}/update, …/lift and …/void";
    let Path((id, what)) = path.map_err(|_| Problem::bad_request("the path is not UTF-8", hint))?;
    let what = match &*what {
        "update" => What::Update,
        "lift" => What::Lift,
        "void" => What::Void,
        _ => return Err(Problem::new(StatusCode::NOT_FOUND, format!("an emergency has no `{what}`"), hint)),
    };
    tell(&api, what, Some(&id), &headers, body).await
}

async fn tell(api: &Api, what: What, id: Option<&str>, headers: &HeaderMap, body: Body) -> Result<Response, Problem> {
    check_type(headers)?;
    let _place = api.appends.try_acquire().map_err(|_| Problem::busy())?;
    let said = said(&body::read(headers, body).await?)?;
    let now = api.handle.now();
    let hint = "docs/api.md has an example; `duly schema` has the forms of all that can be told";
    let order = Order::read(what, id, said, now).map_err(|why| unprocessable(why, hint))?;
    let id = order.event.emergency().unwrap_or_default().to_owned();
    let event = order.event.clone();
    let (status, outcome) = match api.handle.tell(order).await? {
        Told::Taken if what == What::Declare => (StatusCode::CREATED, "taken"),
        Told::Taken => (StatusCode::OK, "taken"),
        Told::Known => (StatusCode::OK, "known"),
        Told::Refused(errors) => return Err(refused(&errors)),
        Told::ReachesBack(why) => {
            return Err(unprocessable(why, "retention.closed in the settings says how long tickets are kept"));
        }
    };
    let controls = api.handle.controls().await?;
    let emergency = controls.emergencies(now).into_iter().find(|standing| standing.terms.emergency == id);
    let warnings = controls.doubts(&event);
    Ok((status, Json(Answer { outcome, emergency, warnings })).into_response())
}

/// A content type has to be there: without one a web page could tell something.
fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let essence = given.as_deref().and_then(|given| given.split(';').next()).unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let what = "what is told of an emergency is JSON";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, what, "send it with `Content-Type: application/json`"))
}

/// The members of the body; none where there is nothing to say.
fn said(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    if body.len() > EMERGENCY_BYTES_MAX {
        let what = format!("{} bytes are more than there is to say of an emergency", body.len());
        let hint = format!("{EMERGENCY_BYTES_MAX} are the most: nothing was stored");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, what, hint));
    }
    if body.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    let not_json = |error: serde_json::Error| {
        Problem::bad_request(format!("the body can not be read: {error}"), "send one JSON object")
    };
    serde_json::from_slice(body).map_err(not_json)
}

/// What does not go with what is in force: it is not there, is in the way of something, or can not be at all.
fn refused(errors: &[control::Error]) -> Problem {
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let (mut what, mut hints) = (Vec::new(), Vec::new());
    for error in errors {
        match error {
            control::Error::Emergency(mistake) => {
                status = match mistake.fault {
                    Fault::Invalid => status,
                    Fault::Unknown => StatusCode::NOT_FOUND,
                    Fault::Conflict => StatusCode::CONFLICT,
                };
                what.push(format!("emergency `{}`: {}", mistake.emergency, mistake.what));
                hints.push(mistake.hint.clone());
            }
            control::Error::Policy(error) => what.push(error.to_string()),
        }
    }
    Problem::new(status, what.join("; "), hints.join("; "))
}

fn unprocessable(what: String, hint: &str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, what, hint)
}
