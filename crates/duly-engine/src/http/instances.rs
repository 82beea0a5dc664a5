//! One instance asked, another one answering: a question about a ticket goes to the instance that has its lane.
//!
//! It goes on once, with the asker's token. Who has which lane is the group's word, which is true but for the moments in
//! which lanes move; an instance that does not have it any more says so with 421, then the group is asked afresh, and what is
//! not settled by that is 503, to be asked again.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;
use serde::Serialize;

use super::answer::Problem;
use super::origin::Origin;
use super::routes::Api;
use crate::handle::{EngineError, LaneStatus, Missing};
use crate::kafka;

/// What is answered by whoever has the lane: `answer` where that is this instance.
pub(super) async fn answer<T>(
    api: &Api,
    origin: &Origin,
    found: Result<T, EngineError>,
    answer: impl FnOnce(T) -> Result<Response, Problem>,
) -> Result<Response, Problem> {
    match (found, api.handle.as_kafka()) {
        (Err(EngineError::Elsewhere { lane }), Some(instance)) if !origin.is_forwarded => {
            forward(api, instance, lane, origin).await
        }
        (found, _) => answer(found?),
    }
}

async fn forward(api: &Api, instance: &kafka::Handle, lane: i32, origin: &Origin) -> Result<Response, Problem> {
    let mut why = "no instance that can be asked has it at the moment".to_owned();
    for turned_out_wrong in [false, true] {
        let owners = instance.owners(turned_out_wrong).await?;
        match owners.of(lane) {
            None => {}
            Some(owner) if **owner == *instance.advertised() => "it is on its way here".clone_into(&mut why),
            Some(owner) => match api.peers.ask(owner, origin).await {
                Ok(answer) if answer.status == StatusCode::MISDIRECTED_REQUEST => {
                    why = format!("{owner} does not have it any more, or not yet");
                }
                Ok(answer) => return Ok(answer.into_response()),
                Err(error) => why = format!("{owner} can not be asked: {error}"),
            },
        }
    }
    let what = format!("lane {lane} is moving from one instance to another: {why}");
    let hint = "ask again in a moment; GET /api/v1/lanes says who has which lanes";
    Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, what, hint))
}

/// Who has which lanes.
#[derive(Debug, Serialize)]
pub(super) struct Lanes {
    /// Where this instance is announced.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// This instance's lanes.
    lanes: Vec<LaneStatus>,
    /// The lanes of the others, as the group says.
    others: Vec<Others>,
    /// Lanes that nobody has, and whom the group could not be asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    incomplete: Vec<Missing>,
}

#[derive(Debug, Serialize)]
struct Others {
    instance: String,
    lanes: Vec<i32>,
}

/// `GET /api/v1/lanes`.
pub(super) async fn lanes(State(api): State<Arc<Api>>) -> Result<Json<Lanes>, Problem> {
    let lanes = api.handle.lanes().await?;
    let Some(instance) = api.handle.as_kafka() else {
        return Ok(Json(Lanes { instance: None, lanes, others: Vec::new(), incomplete: Vec::new() }));
    };
    let advertised = instance.advertised();
    let mut others = Vec::new();
    let mut why = "no instance that can be asked has them at the moment".to_owned();
    match instance.owners(false).await {
        Ok(owners) => {
            let theirs = owners.iter().filter(|(address, _)| ***address != *advertised);
            others
                .extend(theirs.map(|(address, lanes)| Others { instance: address.to_string(), lanes: lanes.to_vec() }));
        }
        Err(error) => why = error.to_string(),
    }
    let known: Vec<i32> = lanes
        .iter()
        .map(|status| status.lane)
        .chain(others.iter().flat_map(|other| other.lanes.iter().copied()))
        .collect();
    let incomplete = uncovered(instance, &known, why);
    Ok(Json(Lanes { instance: Some(advertised.to_owned()), lanes, others, incomplete }))
}

/// `POST /api/v1/lanes/{lane}/resume`, of whichever instance.
pub(super) async fn resume(
    State(api): State<Arc<Api>>,
    origin: Origin,
    lane: Result<Path<i32>, PathRejection>,
) -> Result<Response, Problem> {
    let hint = "POST /api/v1/lanes/3/resume; GET /api/v1/lanes says which stand still";
    let Path(lane) = lane.map_err(|_| Problem::bad_request("a lane is named by its number", hint))?;
    let Some(instance) = api.handle.as_kafka() else {
        return Err(Problem::bad_request("this engine is embedded, and has no lane that stands still", hint));
    };
    if usize::try_from(lane).map_or(true, |lane| lane >= instance.partitions()) {
        let what = format!("there is no lane {lane}: they are 0 to {}", instance.partitions() - 1);
        return Err(Problem::new(StatusCode::NOT_FOUND, what, hint));
    }
    let told = |stood_still| Json(serde_json::json!({ "lane": lane, "resumed": stood_still })).into_response();
    answer(&api, &origin, instance.resume(lane).await, |stood_still| Ok(told(stood_still))).await
}

/// The lanes that are not among `covered`, where there are any.
pub(super) fn uncovered(instance: &kafka::Handle, covered: &[i32], why: String) -> Vec<Missing> {
    let all = 0..i32::try_from(instance.partitions()).expect("Kafka counts partitions so");
    let lanes: Vec<i32> = all.filter(|lane| !covered.contains(lane)).collect();
    if lanes.is_empty() { Vec::new() } else { vec![Missing { instance: None, lanes, why }] }
}
