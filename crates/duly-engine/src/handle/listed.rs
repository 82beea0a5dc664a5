//! Lists out of several lanes: each lane gives its part, and the parts become one.

use duly_core::time::Instant;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::status::known;

/// What has a place in a list that instances put together.
pub trait Ranked: Serialize {
    /// What it is ordered by. Other instances read it out of what one has written.
    type Rank: Ord + DeserializeOwned + Send + 'static;

    /// Its place.
    fn rank(&self) -> Self::Rank;
}

/// The beginning of a list, of some lanes.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    /// Up to when silence has been judged in all of the lanes; `None` where there is none, or one has no record yet.
    pub watermark: Option<Instant>,
    /// The first of them, in order.
    pub items: Vec<T>,
    /// How many there are in all.
    pub total: usize,
    /// The lanes that were asked.
    pub lanes: Vec<i32>,
    /// Those that could not be.
    pub missing: Vec<Missing>,
}

/// Lanes that an answer does not cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// The instance that they are at, where another one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The lanes.
    pub lanes: Vec<i32>,
    /// Why they are not covered.
    pub why: String,
}

impl<T: Ranked> Listed<T> {
    /// What one lane has; `watermark` is how far it is committed.
    pub(crate) fn of(number: i32, watermark: Instant, items: Vec<T>, total: usize) -> Self {
        Listed { watermark: known(watermark), items, total, lanes: vec![number], missing: Vec::new() }
    }

    /// A lane that can not be asked.
    pub(crate) fn missing(lane: i32, why: &str) -> Self {
        let missing = Missing { instance: None, lanes: vec![lane], why: why.to_owned() };
        Listed { watermark: None, items: Vec::new(), total: 0, lanes: Vec::new(), missing: vec![missing] }
    }

    /// Those of several lanes in one: the first `limit`.
    pub(crate) fn merge(parts: impl IntoIterator<Item = Listed<T>>, limit: usize) -> Self {
        let mut merged =
            Listed { watermark: None, items: Vec::new(), total: 0, lanes: Vec::new(), missing: Vec::new() };
        let mut watermark = Instant::MAX;
        for part in parts {
            if !part.lanes.is_empty() {
                watermark = watermark.min(part.watermark.unwrap_or(Instant::MIN));
            }
            merged.items.extend(part.items);
            merged.total += part.total;
            merged.lanes.extend(part.lanes);
            merged.missing.extend(part.missing);
        }
        merged.watermark = known(watermark).filter(|_| !merged.lanes.is_empty());
        sort(&mut merged.items, limit);
        merged
    }
}

/// Puts items in order, and keeps the first of them.
pub(super) fn sort<T: Ranked>(items: &mut Vec<T>, limit: usize) {
    items.sort_by_cached_key(T::rank);
    items.truncate(limit);
}
