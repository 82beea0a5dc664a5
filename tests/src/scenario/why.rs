//! The intervals that something said rests on, as a story tells them: `open 13:30 - 18:00`, `holiday 00:00 - 00:00 端午节`.

use chrono_tz::Tz;
use duly_core::explain::{Explained, Explanation, Interval, IntervalKind};
use serde_json::{Map, Value};

use super::{Said, times};

/// The intervals of the SLA event that `said` is; `None` where it is none of these or rests on no time.
pub(super) fn of(said: &Said, explanation: &Explanation, zone: Tz) -> Option<Vec<String>> {
    let is_it = |explained: &&Explained| {
        let body: Map<String, Value> = serde_json::from_str(explained.event.get()).expect("a body is a JSON object");
        said.fits(&body)
    };
    let account = explanation.sla_events.iter().find(is_it)?.rests_on.as_ref()?;
    let length = |interval: &Interval| interval.to.since(interval.from).ms();
    let open = account.intervals.iter().filter(|interval| interval.kind == IntervalKind::Open).map(length).sum::<i64>();
    assert_eq!(open, account.open_ms, "the open intervals add up");
    assert_eq!(account.intervals.iter().map(length).sum::<i64>(), account.total_ms, "all intervals add up");
    let gap = account.intervals.windows(2).find(|pair| pair[0].to != pair[1].from);
    assert_eq!(gap, None, "there is no gap");
    Some(account.intervals.iter().map(|interval| written(interval, zone)).collect())
}

fn written(interval: &Interval, zone: Tz) -> String {
    let kind = match interval.kind {
        IntervalKind::Open => "open",
        IntervalKind::Closed => "closed",
        IntervalKind::Holiday => "holiday",
        IntervalKind::Paused => "paused",
        IntervalKind::Emergency => "emergency",
    };
    let day = times::day(zone, interval.from);
    let (from, to) = (times::written(zone, interval.from, day), times::written(zone, interval.to, day));
    let name = interval.name.as_ref().map(|name| format!(" {name}"));
    format!("{kind} {day} {from} - {to}{}", name.unwrap_or_default())
}
