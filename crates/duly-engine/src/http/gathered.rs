//! Lists that several instances have parts of: each answers for its own lanes, and the one that was asked puts the
//! answers together.
//!
//! An answer that does not cover all lanes says so, and which: a list that looks complete and is not would be worse than
//! none.

use std::sync::Arc;

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use duly_core::time::Instant;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::task::JoinSet;

use super::answer::Problem;
use super::instances::uncovered;
use super::limits::LISTED_MAX;
use super::origin::Origin;
use super::peers::Answer;
use super::routes::Api;
use crate::handle::{Listed, Missing, Ranked};
use crate::kafka;

/// Parts of a list, of several instances.
pub(super) struct Gathered<K> {
    pub(super) watermark: Option<Instant>,
    pub(super) total: usize,
    /// The items, each with its place and as it is written.
    items: Vec<(K, Box<RawValue>)>,
    pub(super) lanes: Vec<i32>,
    pub(super) missing: Vec<Missing>,
}

/// What another instance answers.
#[derive(Debug, Deserialize)]
struct Theirs {
    watermark: Option<Instant>,
    total: usize,
    #[serde(alias = "clocks", alias = "tickets", alias = "cases", alias = "investigations")]
    items: Vec<Box<RawValue>>,
    lanes: Vec<i32>,
    #[serde(default)]
    incomplete: Vec<Missing>,
}

/// The list with the parts of all other instances, unless the question comes from one of them.
pub(super) async fn gather<T: Ranked>(api: &Arc<Api>, origin: &Origin, own: Listed<T>) -> Gathered<T::Rank> {
    let mut gathered = Gathered::of(own);
    match api.handle.as_kafka() {
        Some(instance) if !origin.is_forwarded => gathered.ask_others(api, instance, origin).await,
        _ => {}
    }
    gathered
}

impl<K: Ord + serde::de::DeserializeOwned + Send + 'static> Gathered<K> {
    fn of<T: Ranked<Rank = K>>(own: Listed<T>) -> Self {
        let written = |item: &T| {
            let json = serde_json::value::to_raw_value(item).expect("plain data with text keys is always JSON");
            (item.rank(), json)
        };
        Gathered {
            watermark: own.watermark,
            total: own.total,
            items: own.items.iter().map(written).collect(),
            lanes: own.lanes,
            missing: own.missing,
        }
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
                        let answer = api.peers.ask(&address, &origin).await.and_then(|answer| Self::read(&answer));
                        answer.map_err(|why| Missing { instance: Some(address.to_string()), lanes, why })
                    });
                }
            }
            Err(error) => why = error.to_string(),
        }
        while let Some(answer) = asked.join_next().await {
            match answer.expect("asking does not panic, and nobody aborts it") {
                Ok(theirs) => self.add(theirs),
                Err(missing) if missing.lanes.is_empty() => {}
                Err(missing) => self.missing.push(missing),
            }
        }
        let known: Vec<i32> =
            self.lanes.iter().chain(self.missing.iter().flat_map(|missing| &missing.lanes)).copied().collect();
        self.missing.extend(uncovered(instance, &known, why));
    }

    /// What another instance has answered, or why that is no answer.
    fn read(answer: &Answer) -> Result<Self, String> {
        if !answer.status.is_success() {
            return Err(format!("it answers with status {}", answer.status.as_u16()));
        }
        let unreadable = |error: serde_json::Error| format!("its answer can not be read: {error}");
        let theirs: Theirs = serde_json::from_slice(&answer.body).map_err(unreadable)?;
        let items = theirs.items.into_iter().map(|json| Ok((serde_json::from_str(json.get())?, json)));
        Ok(Gathered {
            watermark: theirs.watermark,
            total: theirs.total,
            items: items.collect::<Result<_, _>>().map_err(unreadable)?,
            lanes: theirs.lanes,
            missing: theirs.incomplete,
        })
    }

    fn add(&mut self, theirs: Self) {
        if self.lanes.is_empty() {
            self.watermark = theirs.watermark;
        } else if !theirs.lanes.is_empty() {
            self.watermark = self.watermark.zip(theirs.watermark).map(|(a, b)| a.min(b));
        }
        self.total += theirs.total;
        self.items.extend(theirs.items);
        self.lanes.extend(theirs.lanes);
        self.missing.extend(theirs.missing);
    }

    /// The first `limit` items, in order, as they are written.
    pub(super) fn take_items(&mut self, limit: usize) -> Vec<Box<RawValue>> {
        let mut items = std::mem::take(&mut self.items);
        items.sort_by(|(a, _), (b, _)| a.cmp(b));
        items.truncate(limit);
        items.into_iter().map(|(_, json)| json).collect()
    }
}

/// The parameters of a question.
pub(super) fn pairs(
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
    usage: &'static str,
) -> Result<Vec<(String, String)>, Problem> {
    query.map(|Query(pairs)| pairs).map_err(|_| Problem::bad_request("the query can not be read", usage))
}

/// How many items are asked for.
pub(super) fn limit(value: &str) -> Result<usize, Problem> {
    value.parse().ok().filter(|limit| (1..=LISTED_MAX).contains(limit)).ok_or_else(|| {
        Problem::bad_request(format!("limit: `{value}` is no limit"), format!("write a number from 1 to {LISTED_MAX}"))
    })
}
