//! `GET /api/v1/tickets?at_risk=…`: clocks that are running out, of all instances.
//!
//! Each instance answers for its own lanes; the one that was asked puts the answers together. An answer that does not cover
//! all lanes says so, and which: a list that looks complete and is not would be worse than none.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use duly_core::lane::ClockView;
use duly_core::policy::Duration;
use duly_core::time::{Instant, Span};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::task::JoinSet;

use super::answer::Problem;
use super::instances::uncovered;
use super::limits::{CLOCKS, CLOCKS_MAX};
use super::origin::Origin;
use super::peers::Answer;
use super::routes::Api;
use crate::handle::{AtRisk, Missing};
use crate::kafka;

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

#[derive(Debug, Serialize)]
struct Risk<'c> {
    subject: &'c str,
    #[serde(flatten)]
    clock: &'c ClockView,
}

/// What another instance answers.
#[derive(Debug, Deserialize)]
struct Theirs {
    watermark: Option<Instant>,
    total: usize,
    clocks: Vec<Box<RawValue>>,
    lanes: Vec<i32>,
    #[serde(default)]
    incomplete: Vec<Missing>,
}

/// What clocks are sorted by.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Key {
    due_at: Option<Instant>,
    subject: String,
    policy: String,
    objective: String,
}

pub(super) async fn at_risk(
    State(api): State<Arc<Api>>,
    origin: Origin,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Json<Risks>, Problem> {
    let asked = Asked::read(query)?;
    let own = api.handle.at_risk(asked.span, asked.limit).await?;
    let mut gathered = Gathered::of(own);
    match api.handle.as_kafka() {
        Some(instance) if !origin.is_forwarded => gathered.ask_others(&api, instance, &origin).await,
        _ => {}
    }
    Ok(Json(gathered.finish(&asked, origin.is_forwarded)))
}

/// Clocks of several instances.
struct Gathered {
    watermark: Option<Instant>,
    total: usize,
    clocks: Vec<(Key, Box<RawValue>)>,
    lanes: Vec<i32>,
    missing: Vec<Missing>,
}

impl Gathered {
    fn of(own: AtRisk) -> Self {
        let clocks = own.clocks.iter().map(|(subject, clock)| {
            let key = Key {
                due_at: clock.due_at,
                subject: subject.clone(),
                policy: clock.policy.clone(),
                objective: clock.objective.clone(),
            };
            let json = serde_json::value::to_raw_value(&Risk { subject, clock });
            (key, json.expect("plain data with text keys is always JSON"))
        });
        let clocks = clocks.collect();
        Gathered { watermark: own.watermark, total: own.total, clocks, lanes: own.lanes, missing: own.missing }
    }

    /// Asks all other instances at once.
    async fn ask_others(&mut self, api: &Arc<Api>, instance: &kafka::Handle, origin: &Origin) {
        let mut why = "no instance that can be asked has them at the moment".to_owned();
        let mut asked = JoinSet::new();
        match instance.owners(false).await {
            Ok(owners) => {
                for (address, lanes) in owners.iter().filter(|(address, _)| ***address != *instance.advertised()) {
                    let (api, origin) = (Arc::clone(api), origin.clone());
                    let (address, lanes) = (Arc::clone(address), lanes.to_vec());
                    asked.spawn(async move {
                        let answer = api.peers.ask(&address, &origin).await.and_then(|answer| read(&answer));
                        answer.map_err(|why| Missing { instance: Some(address.to_string()), lanes, why })
                    });
                }
            }
            Err(error) => why = error.to_string(),
        }
        while let Some(answer) = asked.join_next().await {
            match answer.expect("asking does not panic, and nobody aborts it") {
                Ok((theirs, clocks)) => self.add(theirs, clocks),
                Err(missing) if missing.lanes.is_empty() => {}
                Err(missing) => self.missing.push(missing),
            }
        }
        let known: Vec<i32> =
            self.lanes.iter().chain(self.missing.iter().flat_map(|missing| &missing.lanes)).copied().collect();
        self.missing.extend(uncovered(instance, &known, why));
    }

    fn add(&mut self, theirs: Theirs, clocks: Vec<(Key, Box<RawValue>)>) {
        if self.lanes.is_empty() {
            self.watermark = theirs.watermark;
        } else if !theirs.lanes.is_empty() {
            self.watermark = self.watermark.zip(theirs.watermark).map(|(a, b)| a.min(b));
        }
        self.total += theirs.total;
        self.clocks.extend(clocks);
        self.lanes.extend(theirs.lanes);
        self.missing.extend(theirs.incomplete);
    }

    fn finish(mut self, asked: &Asked, tells_lanes: bool) -> Risks {
        self.clocks.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.clocks.truncate(asked.limit);
        Risks {
            watermark: self.watermark,
            within: asked.within.to_string(),
            total: self.total,
            clocks: self.clocks.into_iter().map(|(_, json)| json).collect(),
            lanes: tells_lanes.then_some(self.lanes),
            incomplete: self.missing,
        }
    }
}

/// What another instance has answered, or why that is no answer.
fn read(answer: &Answer) -> Result<(Theirs, Vec<(Key, Box<RawValue>)>), String> {
    if !answer.status.is_success() {
        return Err(format!("it answers with status {}", answer.status.as_u16()));
    }
    let unreadable = |error: serde_json::Error| format!("its answer can not be read: {error}");
    let mut theirs: Theirs = serde_json::from_slice(&answer.body).map_err(unreadable)?;
    let clocks = std::mem::take(&mut theirs.clocks).into_iter();
    let clocks = clocks.map(|json| Ok((serde_json::from_str(json.get())?, json))).collect::<Result<_, _>>();
    Ok((theirs, clocks.map_err(unreadable)?))
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
