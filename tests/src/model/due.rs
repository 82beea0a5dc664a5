//! Rules 10, 15 and 18: when a span of time from a base is over, with holds, and what lies on the way there.

use std::rc::Rc;

use duly_core::calendar::DayRule;
use duly_core::policy::Duration;

use super::calendar::Calendar;
use crate::minute::{DAY, Minute};

/// A span of time in which a clock stood still, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hold {
    pub(super) from: Minute,
    pub(super) to: Minute,
}

/// A duration on its calendar.
#[derive(Debug, Clone)]
pub(super) struct Measure {
    pub(super) duration: Duration,
    pub(super) day_rule: DayRule,
    /// The calendar that it is counted on: round the clock for a plain duration (rule 18).
    pub(super) calendar: Rc<Calendar>,
}

/// When a measure is over, and how it came to that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    /// D0: when it would be over without holds.
    pub(super) unheld: Minute,
    /// When it is over.
    pub(super) at: Minute,
    /// The open time of the holds that moved it.
    pub(super) moved: Minute,
}

impl Measure {
    /// Rule 10: D0 from `base`, then hold by hold. What lies before `base` of a hold does not count.
    pub(super) fn due(&self, base: Minute, holds: &[Hold]) -> Due {
        self.due_after(self.unheld(base), base, holds)
    }

    /// The same from where it would be over without holds.
    pub(super) fn due_after(&self, unheld: Minute, base: Minute, holds: &[Hold]) -> Due {
        let counted_from = self.counted_from(base);
        let mut due = Due { unheld, at: unheld, moved: 0 };
        for hold in holds.iter().filter(|hold| hold.to > base) {
            let from = hold.from.max(base);
            if from >= due.at {
                continue; // A hold that begins at the deadline or later does not move it.
            }
            let open = self.calendar.between(from.max(counted_from), hold.to);
            if open > 0 {
                let left = self.calendar.between(from.max(counted_from), due.at);
                due.at = self.calendar.forward(hold.to, left);
                due.moved += open;
            }
        }
        due
    }

    /// With `civil` working days, what lies before the end of the base's local day is not counted.
    fn counted_from(&self, base: Minute) -> Minute {
        match (self.duration, self.day_rule) {
            (Duration::WorkingDays(_), DayRule::Civil) => self.calendar.midnight(self.calendar.day(base) + 1),
            _ => base,
        }
    }

    /// Rule 32: where a deadline is that is so much later. Without local days a working day is 24 hours.
    pub(super) fn extended(&self, deadline: Minute) -> Minute {
        match self.duration {
            Duration::WorkingDays(days) if self.calendar.spec.is_none() => deadline + i64::from(days) * DAY,
            _ => self.unheld(deadline),
        }
    }

    /// D0 (T2 to T4).
    pub(super) fn unheld(&self, base: Minute) -> Minute {
        let calendar = &self.calendar;
        match self.duration {
            Duration::Elapsed(s) | Duration::Open(s) => calendar.forward(base, i64::from(s) / 60),
            Duration::WorkingDays(days) => match self.day_rule {
                DayRule::Civil => self.business_of(calendar.working_day(calendar.day(base), 1, days)).1,
                DayRule::SameTime => self.same_time(base, calendar.working_day(calendar.day(base), 1, days)),
                DayRule::AsHours => {
                    let spec = calendar.spec.as_ref().expect("working days need a calendar with a zone (T4)");
                    let day_s = spec.day.expect("`as_hours` needs the calendar's `day`").ns() / 1_000_000_000;
                    calendar.forward(base, i64::from(days) * day_s / 60)
                }
            },
        }
    }

    /// The same local time on another day, clamped to that day's first and last open instant; a break within stays (T4).
    fn same_time(&self, at: Minute, day: i64) -> Minute {
        let (opening, close) = self.business_of(day);
        let calendar = &self.calendar;
        (at - calendar.midnight(calendar.day(at)) + calendar.midnight(day)).clamp(opening, close)
    }

    fn business_of(&self, day: i64) -> (Minute, Minute) {
        self.calendar.business(day).expect("a working day has open time")
    }

    /// Rule 15: where `percent` of the way from `base` to D0 is done.
    pub(super) fn part_of_way(&self, base: Minute, due: Due, percent: u32) -> Minute {
        let way = self.calendar.between(base, due.unheld);
        assert_eq!(way * i64::from(percent) % 100, 0, "{percent}% of {way} minutes does not lie on a whole minute");
        self.calendar.forward(base, way * i64::from(percent) / 100 + due.moved)
    }

    /// Rule 15: that long before `deadline`; working days are the same local time on an earlier working day.
    pub(super) fn before(&self, deadline: Minute) -> Minute {
        let calendar = &self.calendar;
        match self.duration {
            Duration::Elapsed(s) | Duration::Open(s) => calendar.back(deadline, i64::from(s) / 60),
            Duration::WorkingDays(days) => {
                self.same_time(deadline, calendar.working_day(calendar.day(deadline), -1, days))
            }
        }
    }
}
