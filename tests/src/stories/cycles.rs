//! Rule 14: a restart at the deadline.

use duly_core::policy::Restart;

use super::Story;
use crate::build::{objective, policy};

pub(super) fn all() -> Vec<Story> {
    let report = || {
        objective("received", "progress_reported")
            .restart(Restart::OnStopOrDeadline)
            .pause("status_class=pending")
            .until("resolved")
            .within("1d")
    };
    vec![
        Story::new(
            "14: silence breaches again and again, until it ends",
            [policy([report().named("progress")])],
            "2026-03-02 09:00 received
             2026-03-04 12:00 progress_reported
             2026-03-05 10:00 observed status_class=resolved
             2026-03-06 18:00 until",
            "2026-03-02 09:00 progress/1 clock_started due 2026-03-03 09:00
             2026-03-03 09:00 progress/1 breached due 2026-03-03 09:00
             2026-03-03 09:00 progress/2 clock_started due 2026-03-04 09:00
             2026-03-04 09:00 progress/2 breached due 2026-03-04 09:00
             2026-03-04 09:00 progress/3 clock_started due 2026-03-05 09:00
             2026-03-04 12:00 progress/3 clock_met due 2026-03-05 09:00
             2026-03-04 12:00 progress/4 clock_started due 2026-03-05 12:00
             2026-03-05 10:00 progress/4 clock_cancelled",
        ),
        Story::new(
            "14: a pause that begins at the deadline holds the next cycle from its start",
            [policy([report().named("progress")])],
            "2026-03-02 09:00 received
             2026-03-03 09:00 observed status_class=pending
             2026-03-04 09:00 observed status_class=open
             2026-03-04 18:00 until",
            "2026-03-02 09:00 progress/1 clock_started due 2026-03-03 09:00
             2026-03-03 09:00 progress/1 breached due 2026-03-03 09:00
             2026-03-03 09:00 progress/1 clock_paused due 2026-03-03 09:00
             2026-03-03 09:00 progress/2 clock_paused due 2026-03-04 09:00
             2026-03-03 09:00 progress/2 clock_started due 2026-03-04 09:00
             2026-03-04 09:00 progress/2 clock_resumed due 2026-03-05 09:00",
        ),
        Story::new(
            "14: the ladder of the cycle before goes on, until the next one is stopped",
            [policy([report().step("lead", "").step("manager", "4h").repeat("4h", 5).named("progress")])],
            "2026-03-02 09:00 received
             2026-03-03 18:00 progress_reported
             2026-03-04 10:00 until",
            "2026-03-02 09:00 progress/1 clock_started due 2026-03-03 09:00
             2026-03-03 09:00 progress/1 breached due 2026-03-03 09:00
             2026-03-03 09:00 progress/1 escalated lead#1 due 2026-03-03 09:00
             2026-03-03 09:00 progress/2 clock_started due 2026-03-04 09:00
             2026-03-03 13:00 progress/1 escalated manager#1 due 2026-03-03 09:00
             2026-03-03 17:00 progress/1 escalated manager#2 due 2026-03-03 09:00
             2026-03-03 18:00 progress/2 clock_met due 2026-03-04 09:00
             2026-03-03 18:00 progress/3 clock_started due 2026-03-04 18:00",
        ),
    ]
}
