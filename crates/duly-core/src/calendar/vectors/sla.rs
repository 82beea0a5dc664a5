//! The operation `sla`: one clock with a target and pauses, by the rule for deadlines in `docs/rules.md`, item 10.
//!
//! A second, plain reading of that rule, for checking calendars; the clocks of tickets are not made of this.

use serde::Deserialize;

use super::ops::{compare, instant, seconds};
use crate::calendar::Calendar;
use crate::time::{Instant, Span};

/// A clock that runs from `start` except in `pauses`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Sla {
    start: Instant,
    #[serde(rename = "target_s", deserialize_with = "seconds")]
    target: Span,
    #[serde(default)]
    pauses: Vec<(Instant, Instant)>,
    stopped_at: Option<Instant>,
    expected_due: Option<Instant>,
    expected_elapsed_s: Option<f64>,
    expected_remaining_s: Option<f64>,
    expected_pause_business_s: Option<f64>,
}

impl Sla {
    pub(super) fn check(&self, calendar: &Calendar) -> Result<(), String> {
        let pauses = self.holds();
        let paused: f64 = pauses.iter().map(|(from, to)| calendar.between(*from, *to).as_s()).sum();
        instant("due", self.expected_due, self.due(calendar, &pauses))?;
        compare("the open seconds paused", self.expected_pause_business_s, &paused)?;
        let Some(stop) = self.stopped_at else { return Ok(()) };
        let before_stop = pauses.iter().map(|(from, to)| calendar.between(*from, (*to).min(stop)).ns()).sum();
        let elapsed = calendar.between(self.start, stop).minus(Span::from_ns(before_stop)).as_s();
        compare("the open seconds elapsed", self.expected_elapsed_s, &elapsed)?;
        compare("the open seconds remaining", self.expected_remaining_s, &(self.target.as_s() - elapsed))
    }

    /// The pauses from the start on, in order; those that overlap count once (T6).
    fn holds(&self) -> Vec<(Instant, Instant)> {
        let mut pauses: Vec<_> = self.pauses.iter().map(|(from, to)| ((*from).max(self.start), *to)).collect();
        pauses.sort_unstable();
        let mut holds: Vec<(Instant, Instant)> = Vec::new();
        for (from, to) in pauses {
            match holds.last_mut() {
                _ if from >= to => {}
                Some((_, end)) if from <= *end => *end = (*end).max(to),
                _ => holds.push((from, to)),
            }
        }
        holds
    }

    /// The deadline: each pause that begins before it moves it to the pause's end and what was left before.
    fn due(&self, calendar: &Calendar, holds: &[(Instant, Instant)]) -> Option<Instant> {
        let mut due = calendar.add(self.start, self.target)?;
        for (from, to) in holds {
            if *from < due && calendar.between(*from, *to) > Span::ZERO {
                due = calendar.add(*to, calendar.between(*from, due))?;
            }
        }
        Some(due)
    }
}
