//! Reading a request's body within the limits of size and time.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt as _;

use super::answer::Problem;
use super::limits::{BODY_BYTES_DRAINED, BODY_BYTES_MAX, BODY_WAIT};

/// How large a body may be, and how long it may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// The largest one, in bytes.
    pub(super) bytes_max: usize,
    /// How much of a larger one is read on, so that a client which writes before it reads sees the answer.
    pub(super) bytes_drained: usize,
    /// How long it may take.
    pub(super) wait: Duration,
}

/// The whole body of a request that brings events.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Problem> {
    read_within(headers, body, Limits { bytes_max: BODY_BYTES_MAX, bytes_drained: BODY_BYTES_DRAINED, wait: BODY_WAIT })
        .await
}

/// The whole body.
pub(super) async fn read_within(headers: &HeaderMap, body: Body, limits: Limits) -> Result<Vec<u8>, Problem> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    // A client that waits for 100 Continue has not begun to send, and need not; one that has much to send is not heard out.
    let is_too_large = |length: usize| {
        length > limits.bytes_drained || (length > limits.bytes_max && headers.contains_key(header::EXPECT))
    };
    if announced.is_some_and(is_too_large) {
        return Err(too_large(limits));
    }
    let late = |_| {
        let what = format!("the body did not come within {} seconds", limits.wait.as_secs());
        Problem::new(StatusCode::REQUEST_TIMEOUT, what, "nothing of it was stored: send it again, or in smaller parts")
    };
    tokio::time::timeout(limits.wait, collect(body, announced.unwrap_or(0), limits)).await.map_err(late)?
}

async fn collect(mut body: Body, announced: usize, limits: Limits) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::with_capacity(announced.min(limits.bytes_max));
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let broken = |_| Problem::bad_request("the body broke off", "send it again, whole");
        let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
        length += data.len();
        if length > limits.bytes_drained {
            break;
        }
        if length <= limits.bytes_max {
            bytes.extend_from_slice(&data);
        }
    }
    if length > limits.bytes_max { Err(too_large(limits)) } else { Ok(bytes) }
}

fn too_large(limits: Limits) -> Problem {
    let what = format!("the body has more than {} MiB", limits.bytes_max >> 20);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, what, "nothing of it was stored: send less at a time")
}
