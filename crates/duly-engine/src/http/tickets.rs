//! `GET /api/v1/tickets/{tenant}/{ticket}` and `GET /api/v1/tickets?at_risk=…`: how tickets stand, as committed.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use duly_core::lane::{ClockView, TicketView};
use duly_core::policy::Duration;
use duly_core::time::{Instant, Span};
use serde::Serialize;

use super::answer::Problem;
use super::limits::{CLOCKS, CLOCKS_MAX};
use super::routes::Api;

/// A ticket, and the instant at which that holds.
#[derive(Debug, Serialize)]
pub(super) struct Standing {
    watermark: Instant,
    #[serde(flatten)]
    ticket: TicketView,
}

pub(super) async fn one(
    State(api): State<Arc<Api>>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<Standing>, Problem> {
    let subject = subject(path)?;
    let Some((ticket, watermark)) = api.handle.ticket(subject.clone()).await? else {
        return Err(unknown(&subject));
    };
    Ok(Json(Standing { watermark, ticket }))
}

/// The subject that a path names. What has a `/` in it may be written `%2F` or as it is.
pub(super) fn subject(path: Result<Path<(String, String)>, PathRejection>) -> Result<String, Problem> {
    let unreadable =
        |_| Problem::bad_request("the path is not UTF-8", "write other characters as %XX of their UTF-8 bytes");
    let Path((tenant, ticket)) = path.map_err(unreadable)?;
    Ok(format!("{tenant}/{ticket}"))
}

pub(super) fn unknown(subject: &str) -> Problem {
    let what = format!("there is no ticket `{subject}`");
    Problem::new(
        StatusCode::NOT_FOUND,
        what,
        "a ticket is there once its first event is stored; names are case-sensitive",
    )
}

/// Clocks that are running out, or have.
#[derive(Debug, Serialize)]
pub(super) struct Risks {
    watermark: Instant,
    /// What was asked for, in its shortest form.
    within: String,
    /// How many there are, of which `clocks` has the soonest.
    total: usize,
    clocks: Vec<Risk>,
}

#[derive(Debug, Serialize)]
struct Risk {
    subject: String,
    #[serde(flatten)]
    clock: ClockView,
}

pub(super) async fn at_risk(
    State(api): State<Arc<Api>>,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Json<Risks>, Problem> {
    let asked = Asked::read(query)?;
    let found = api.handle.at_risk(asked.span, asked.limit).await?;
    let clocks = found.clocks.into_iter().map(|(subject, clock)| Risk { subject, clock }).collect();
    Ok(Json(Risks { watermark: found.watermark, within: asked.within.to_string(), total: found.total, clocks }))
}

struct Asked {
    within: Duration,
    span: Span,
    limit: usize,
}

const USAGE: &str = "ask for /api/v1/tickets?at_risk=4h&limit=50";

impl Asked {
    fn read(query: Result<Query<Vec<(String, String)>>, QueryRejection>) -> Result<Asked, Problem> {
        let Query(pairs) = query.map_err(|_| Problem::bad_request("the query can not be read", USAGE))?;
        let (mut within, mut limit) = (None, CLOCKS);
        for (name, value) in pairs {
            match name.as_str() {
                "at_risk" => within = Some(self::within(&value)?),
                "limit" => limit = self::limit(&value)?,
                _ => return Err(Problem::bad_request(format!("there is no parameter `{name}`"), USAGE)),
            }
        }
        let Some((within, span)) = within else {
            return Err(Problem::bad_request("`at_risk` is missing", USAGE));
        };
        Ok(Asked { within, span, limit })
    }
}

fn within(value: &str) -> Result<(Duration, Span), Problem> {
    match value.parse::<Duration>() {
        Ok(within @ Duration::Elapsed(s)) => Ok((within, Span::from_s(i64::from(s)))),
        Ok(_) => {
            let what = format!("at_risk: `{value}` counts on a calendar, and tickets have different ones");
            Err(Problem::bad_request(what, "write `30m`, `4h` or `1d`"))
        }
        Err(error) => Err(Problem::bad_request(format!("at_risk: {}", error.what), "write `30m`, `4h` or `1d`")),
    }
}

fn limit(value: &str) -> Result<usize, Problem> {
    value.parse().ok().filter(|limit| (1..=CLOCKS_MAX).contains(limit)).ok_or_else(|| {
        Problem::bad_request(format!("limit: `{value}` is no limit"), format!("write a number from 1 to {CLOCKS_MAX}"))
    })
}
