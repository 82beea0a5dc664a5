//! `GET /api/v1/tickets?at_risk=…`: clocks that are running out, of all instances.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use duly_core::policy::Duration;
use duly_core::time::{Instant, Span};
use serde::Serialize;
use serde_json::value::RawValue;

use super::answer::Problem;
use super::gathered::{self, gather};
use super::limits::LISTED;
use super::origin::Origin;
use super::routes::Api;
use crate::handle::Missing;

/// Clocks that are running out, or have.
#[derive(Debug, Serialize)]
pub(super) struct Risks {
    /// Up to when silence has been judged in all lanes.
    watermark: Option<Instant>,
    /// What was asked for, in its shortest form.
    within: String,
    /// How many there are, of which `clocks` has the soonest.
    total: usize,
    clocks: Vec<Box<RawValue>>,
    /// The lanes that this covers; told to instances only.
    #[serde(skip_serializing_if = "Option::is_none")]
    lanes: Option<Vec<i32>>,
    /// The lanes that it does not cover.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    incomplete: Vec<Missing>,
}

pub(super) async fn at_risk(
    State(api): State<Arc<Api>>,
    origin: Origin,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Json<Risks>, Problem> {
    let asked = Asked::read(query)?;
    let own = api.handle.at_risk(asked.span, asked.limit).await?;
    let mut gathered = gather(&api, &origin, own).await;
    Ok(Json(Risks {
        watermark: gathered.watermark,
        within: asked.within.to_string(),
        total: gathered.total,
        clocks: gathered.take_items(asked.limit),
        lanes: origin.is_forwarded.then_some(gathered.lanes),
        incomplete: gathered.missing,
    }))
}

struct Asked {
    within: Duration,
    span: Span,
    limit: usize,
}

const USAGE: &str = "ask for /api/v1/tickets?at_risk=4h&limit=50";

impl Asked {
    fn read(query: Result<Query<Vec<(String, String)>>, QueryRejection>) -> Result<Asked, Problem> {
        let (mut within, mut limit) = (None, LISTED);
        for (name, value) in gathered::pairs(query, USAGE)? {
            match name.as_str() {
                "at_risk" => within = Some(self::within(&value)?),
                "limit" => limit = gathered::limit(&value)?,
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
