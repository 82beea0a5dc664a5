//! Rules 10 and 11: deadlines, what holds do to them, and breaches.

#![expect(clippy::too_many_lines, reason = "a chapter of stories is read from top to bottom")]

use duly_core::calendar::DayRule;

use super::Story;
use crate::build::{business, calendar, objective, policy, with_holidays, with_makeup};

pub(super) fn all() -> Vec<Story> {
    let paused = |within| objective("received", "resolved").pause("status_class=pending").within(within);
    vec![
        Story::new(
            "10: a deadline that uses up the last open minute is the closing instant; lunch and nights do not count",
            [policy([
                objective("received", "responded").within("3 working_hours").named("noon"),
                objective("received", "responded").within("4 working_hours").named("afternoon"),
                objective("received", "responded").within("8 working_hours").named("tomorrow"),
            ])],
            "2026-03-02 09:00 received
             2026-03-02 09:00 until",
            "2026-03-02 09:00 afternoon/1 clock_started due 2026-03-02 14:30
             2026-03-02 09:00 noon/1 clock_started due 2026-03-02 12:00
             2026-03-02 09:00 tomorrow/1 clock_started due 2026-03-03 09:30",
        ),
        Story::new(
            "10: working days by the three rules",
            [policy([
                objective("received", "responded").within("2 working_days").named("civil"),
                objective("received", "responded")
                    .within("2 working_days")
                    .day_rule(DayRule::SameTime)
                    .named("same_time"),
                objective("received", "responded")
                    .within("2 working_days")
                    .day_rule(DayRule::AsHours)
                    .named("as_hours"),
            ])],
            "2026-03-05 10:00 received
             2026-03-05 10:00 until",
            "2026-03-05 10:00 as_hours/1 clock_started due 2026-03-09 10:00
             2026-03-05 10:00 civil/1 clock_started due 2026-03-09 18:00
             2026-03-05 10:00 same_time/1 clock_started due 2026-03-09 10:00",
        ),
        Story::new(
            "10: holidays are closed, make-up workdays open",
            [{
                let mut policy =
                    policy([objective("received", "responded").within("2 working_days").named("response")]);
                let spec = with_makeup(with_holidays(business(), &["2026-03-06"]), "2026-03-07", "10:00-16:00");
                policy.calendars.insert("business".to_owned(), spec);
                policy
            }],
            "2026-03-05 10:00 received
             2026-03-05 10:00 until",
            "2026-03-05 10:00 response/1 clock_started due 2026-03-09 18:00",
        ),
        Story::new(
            "10: the same local time is clamped to the day's first and last open instant, a break within stays",
            [policy([
                objective("received", "responded").within("1 working_day").day_rule(DayRule::SameTime).named("noon"),
                objective("customer_replied", "responded")
                    .within("1 working_day")
                    .day_rule(DayRule::SameTime)
                    .named("night"),
            ])],
            "2026-03-02 12:30 received
             2026-03-02 20:00 customer_replied
             2026-03-02 20:00 until",
            "2026-03-02 12:30 noon/1 clock_started due 2026-03-03 12:30
             2026-03-02 20:00 night/1 clock_started due 2026-03-03 18:00",
        ),
        Story::new(
            "10: a hold moves the deadline by the open time in it",
            [policy([paused("4 working_hours").named("resolution")])],
            "2026-03-02 09:00 received
             2026-03-02 11:00 observed status_class=pending
             2026-03-02 14:30 observed status_class=open
             2026-03-02 19:00 observed status_class=pending
             2026-03-03 08:00 observed status_class=open
             2026-03-03 18:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 14:30
             2026-03-02 11:00 resolution/1 clock_paused due 2026-03-02 14:30
             2026-03-02 14:30 resolution/1 clock_resumed due 2026-03-02 16:30
             2026-03-02 16:30 resolution/1 breached due 2026-03-02 16:30
             2026-03-02 19:00 resolution/1 clock_paused due 2026-03-02 16:30
             2026-03-03 08:00 resolution/1 clock_resumed due 2026-03-02 16:30",
        ),
        Story::new(
            "10: a hold at night does not move a deadline at the opening, one into the day does",
            [{
                let mut policy = policy([paused("1 working_day").day_rule(DayRule::SameTime).named("resolution")]);
                policy.calendars.insert(
                    "business".to_owned(),
                    calendar("Asia/Shanghai", &[(&crate::build::WORKDAYS, "09:00-18:00")]),
                );
                policy
            }],
            "2026-03-02 08:00 received
             2026-03-02 19:00 observed status_class=pending
             2026-03-03 08:30 observed status_class=open
             2026-03-03 08:40 observed status_class=pending
             2026-03-03 09:30 observed status_class=open
             2026-03-03 18:00 until",
            "2026-03-02 08:00 resolution/1 clock_started due 2026-03-03 09:00
             2026-03-02 19:00 resolution/1 clock_paused due 2026-03-03 09:00
             2026-03-03 08:30 resolution/1 clock_resumed due 2026-03-03 09:00
             2026-03-03 08:40 resolution/1 clock_paused due 2026-03-03 09:00
             2026-03-03 09:30 resolution/1 breached due 2026-03-03 09:30
             2026-03-03 09:30 resolution/1 clock_resumed due 2026-03-03 09:30",
        ),
        Story::new(
            "10: with civil working days, open time paused on the uncounted day does not move the deadline",
            [policy([paused("1 working_day").named("resolution")])],
            "2026-03-02 10:00 received
             2026-03-02 11:00 observed status_class=pending
             2026-03-02 17:00 observed status_class=open
             2026-03-02 17:30 observed status_class=pending
             2026-03-03 10:00 observed status_class=open
             2026-03-04 18:00 until",
            "2026-03-02 10:00 resolution/1 clock_started due 2026-03-03 18:00
             2026-03-02 11:00 resolution/1 clock_paused due 2026-03-03 18:00
             2026-03-02 17:00 resolution/1 clock_resumed due 2026-03-03 18:00
             2026-03-02 17:30 resolution/1 clock_paused due 2026-03-03 18:00
             2026-03-03 10:00 resolution/1 clock_resumed due 2026-03-04 10:00
             2026-03-04 10:00 resolution/1 breached due 2026-03-04 10:00",
        ),
        Story::new(
            "10: a pause that begins at the deadline does not move it",
            [policy([paused("4h").named("resolution")])],
            "2026-03-02 09:00 received
             2026-03-02 13:00 observed status_class=pending
             2026-03-02 14:00 observed status_class=resolved
             2026-03-02 18:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 13:00
             2026-03-02 13:00 resolution/1 breached due 2026-03-02 13:00
             2026-03-02 13:00 resolution/1 clock_paused due 2026-03-02 13:00
             2026-03-02 14:00 resolution/1 clock_stopped_late due 2026-03-02 13:00",
        ),
        Story::new(
            "11: a stop at the deadline meets it, a later one is late",
            [policy([objective("received", "responded").within("4h").named("response")])],
            "2026-03-02 09:00 received
             2026-03-02 13:10 responded
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 13:00 response/1 breached due 2026-03-02 13:00
             2026-03-02 13:10 response/1 clock_stopped_late due 2026-03-02 13:00",
        ),
        Story::new(
            "11: a clock that is stopped while paused is judged as if resumed at the stop",
            [policy([paused("4h").named("resolution")])],
            "2026-03-02 09:00 received
             2026-03-02 12:00 observed status_class=pending
             2026-03-03 12:00 observed status_class=resolved
             2026-03-03 18:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 13:00
             2026-03-02 12:00 resolution/1 clock_paused due 2026-03-02 13:00
             2026-03-03 12:00 resolution/1 clock_met due 2026-03-03 13:00",
        ),
        Story::new(
            "11: pausing and resuming within an instant leaves the deadline where it is",
            [policy([paused("4h").named("resolution")])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=pending #1
             2026-03-02 10:00 observed status_class=open #2
             2026-03-02 10:00 observed status_class=pending #3
             2026-03-02 11:00 observed status_class=open
             2026-03-02 18:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 13:00
             2026-03-02 10:00 resolution/1 clock_paused due 2026-03-02 13:00
             2026-03-02 10:00 resolution/1 clock_paused #2 due 2026-03-02 13:00
             2026-03-02 10:00 resolution/1 clock_resumed due 2026-03-02 13:00
             2026-03-02 11:00 resolution/1 clock_resumed due 2026-03-02 14:00
             2026-03-02 14:00 resolution/1 breached due 2026-03-02 14:00",
        ),
    ]
}
