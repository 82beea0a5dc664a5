//! Reading a request's body within the limits of size and time.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt as _;

use super::answer::Problem;
use super::limits::{BODY_BYTES_DRAINED, BODY_BYTES_MAX, BODY_WAIT};

/// The whole body.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Problem> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    // A client that waits for 100 Continue has not begun to send, and need not.
    if announced.is_some_and(|length| length > BODY_BYTES_MAX) && headers.contains_key(header::EXPECT) {
        return Err(too_large());
    }
    let late = |_| {
        let what = format!("the body did not come within {} seconds", BODY_WAIT.as_secs());
        Problem::new(StatusCode::REQUEST_TIMEOUT, what, "nothing of it was stored: send it again, or in smaller parts")
    };
    tokio::time::timeout(BODY_WAIT, collect(body, announced.unwrap_or(0))).await.map_err(late)?
}

async fn collect(mut body: Body, announced: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::with_capacity(announced.min(BODY_BYTES_MAX));
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let broken = |_| Problem::bad_request("the body broke off", "send it again, whole");
        let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
        length += data.len();
        if length > BODY_BYTES_DRAINED {
            break;
        }
        if length <= BODY_BYTES_MAX {
            bytes.extend_from_slice(&data);
        }
    }
    if length > BODY_BYTES_MAX { Err(too_large()) } else { Ok(bytes) }
}

fn too_large() -> Problem {
    let what = format!("the body has more than {} MiB", BODY_BYTES_MAX >> 20);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, what, "nothing of it was stored: send the events in several batches")
}
