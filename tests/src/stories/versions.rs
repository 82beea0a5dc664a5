//! Rules 17 and 18: which version of a policy a ticket obeys.

#![expect(clippy::too_many_lines, reason = "a chapter of stories is read from top to bottom")]

use duly_core::policy::{AppliesTo, Policy};

use super::Story;
use crate::build::{business, objective, policy, taking_over, with_holidays};

fn within(within: &str) -> Policy {
    policy([objective("received", "responded").within(within).named("response")])
}

fn reminding(within: &str, remind_at: &[&str]) -> Policy {
    policy([objective("received", "responded").within(within).remind(remind_at).named("response")])
}

fn only_follow_up() -> Policy {
    policy([objective("received", "resolved").pause("status_class=pending").within("6h").named("resolution")])
}

fn with_follow_up() -> Policy {
    let mut policy = only_follow_up();
    policy.objectives.extend(within("8h").objectives);
    policy
}

pub(super) fn all() -> Vec<Story> {
    vec![
        Story::new(
            "17: the version in force at `received` governs, of equal ones the one published later",
            [
                within("8h"),
                within("4h"),
                Policy { applies_to: AppliesTo::NewTickets, ..taking_over(within("2h"), "2026-03-02 09:30") },
            ],
            "2026-03-02 09:00 received
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 13:00 response/1 breached due 2026-03-02 13:00",
        ),
        Story::new(
            "17: one that is effective at the very instant of `received` governs",
            [
                within("8h"),
                Policy { applies_to: AppliesTo::NewTickets, ..taking_over(within("2h"), "2026-03-02 09:00") },
            ],
            "2026-03-02 09:00 received
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00",
        ),
        Story::new(
            "17: a later version for open tickets is a retarget; the breach is no earlier",
            [within("8h"), taking_over(within("2h"), "2026-03-02 12:00")],
            "2026-03-02 09:00 received
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 12:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 12:00 response/1 clock_retargeted due 2026-03-02 11:00",
        ),
        Story::new(
            "17: policy changes come before the events of their instant",
            [within("8h"), taking_over(within("2h"), "2026-03-02 12:00")],
            "2026-03-02 09:00 received
             2026-03-02 12:00 responded
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 12:00 response/1 clock_met due 2026-03-02 11:00
             2026-03-02 12:00 response/1 clock_retargeted due 2026-03-02 11:00",
        ),
        Story::new(
            "17: an objective that only the later one has was dormant before, one that it lacks is cancelled and may return",
            [
                within("8h"),
                taking_over(only_follow_up(), "2026-03-02 12:00"),
                taking_over(with_follow_up(), "2026-03-02 14:00"),
            ],
            "2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=pending
             2026-03-02 11:00 observed status_class=open
             2026-03-02 20:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 12:00 resolution/1 clock_started due 2026-03-02 16:00
             2026-03-02 12:00 response/1 clock_cancelled
             2026-03-02 14:00 response/1 clock_retargeted due 2026-03-02 17:00
             2026-03-02 16:00 resolution/1 breached due 2026-03-02 16:00
             2026-03-02 17:00 response/1 breached due 2026-03-02 17:00",
        ),
        Story::new(
            "17: what happened under the new objective's rules before the switch is judged at the switch",
            [within("8h"), taking_over(with_follow_up(), "2026-03-03 14:00")],
            "2026-03-02 09:00 received
             2026-03-02 11:00 responded
             2026-03-02 16:00 observed status_class=resolved
             2026-03-03 20:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 11:00 response/1 clock_met due 2026-03-02 17:00
             2026-03-03 14:00 resolution/1 breached due 2026-03-02 15:00
             2026-03-03 14:00 resolution/1 clock_started due 2026-03-02 15:00
             2026-03-03 14:00 resolution/1 clock_stopped_late due 2026-03-02 15:00",
        ),
        Story::new(
            "17: a ticket that is closed, cancelled or merged is not open: the version in force stays, also when it is reopened",
            [within("8h"), taking_over(with_follow_up(), "2026-03-03 14:00")],
            "2026-03-02 09:00 received
             2026-03-02 11:00 responded
             2026-03-02 16:00 observed status_class=closed
             2026-03-03 18:00 observed status_class=open
             2026-03-03 20:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 11:00 response/1 clock_met due 2026-03-02 17:00",
        ),
        Story::new(
            "17: a ticket that was received under no version is taken over too",
            [taking_over(with_follow_up(), "2026-03-02 14:00")],
            "2026-03-02 09:00 received
             2026-03-02 20:00 until",
            "2026-03-02 14:00 resolution/1 clock_started due 2026-03-02 15:00
             2026-03-02 14:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 15:00 resolution/1 breached due 2026-03-02 15:00
             2026-03-02 17:00 response/1 breached due 2026-03-02 17:00",
        ),
        Story::new(
            "17: a pause that the new version knows begins at the switch",
            [
                policy([objective("received", "responded").within("8h").named("response")]),
                taking_over(
                    policy([objective("received", "responded")
                        .pause("status_class=pending")
                        .within("8h")
                        .named("response")]),
                    "2026-03-02 14:00",
                ),
            ],
            "2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=pending
             2026-03-02 20:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 14:00 response/1 clock_paused due 2026-03-02 17:00",
        ),
        Story::new(
            "12, 17: a calendar with other hours under the same name is a retarget, the same hours are none",
            [
                within("12 working_hours"),
                taking_over(within("12 working_hours"), "2026-03-02 14:00"),
                taking_over(
                    Policy {
                        calendars: [("business".to_owned(), with_holidays(business(), &["2026-03-03"]))].into(),
                        ..within("12 working_hours")
                    },
                    "2026-03-02 15:00",
                ),
            ],
            "2026-03-02 09:00 received
             2026-03-02 20:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-03 15:00
             2026-03-02 15:00 response/1 clock_retargeted due 2026-03-04 15:00",
        ),
        Story::new(
            "15, 17: a reminder that has fired is not told again by a version that has it back, whatever stood between",
            [
                reminding("8h", &["50%", "80%"]),
                taking_over(reminding("8h", &["80%"]), "2026-03-02 13:30"),
                taking_over(reminding("8h", &["10%", "80%", "50%"]), "2026-03-02 14:00"),
                taking_over(reminding("12h", &[]), "2026-03-02 15:00"),
                taking_over(reminding("16h", &["80%", "50%", "10%", "30%"]), "2026-03-02 16:00"),
            ],
            "2026-03-02 09:00 received
             2026-03-02 23:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 13:00 response/1 reminder_due 50% due 2026-03-02 17:00
             2026-03-02 14:00 response/1 reminder_due 10% due 2026-03-02 17:00
             2026-03-02 15:00 response/1 clock_retargeted due 2026-03-02 21:00
             2026-03-02 16:00 response/1 clock_retargeted due 2026-03-03 01:00
             2026-03-02 16:00 response/1 reminder_due 30% due 2026-03-03 01:00
             2026-03-02 21:48 response/1 reminder_due 80% due 2026-03-03 01:00",
        ),
        Story::new(
            "15, 17: nor is one of a promise that a version in between does not make at all",
            [
                reminding("8h", &["50%"]),
                taking_over(only_follow_up(), "2026-03-02 13:30"),
                taking_over(reminding("10h", &["50%", "60%"]), "2026-03-02 14:00"),
            ],
            "2026-03-02 09:00 received
             2026-03-02 16:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 13:00 response/1 reminder_due 50% due 2026-03-02 17:00
             2026-03-02 13:30 resolution/1 clock_started due 2026-03-02 15:00
             2026-03-02 13:30 response/1 clock_cancelled
             2026-03-02 14:00 resolution/1 clock_cancelled
             2026-03-02 14:00 response/1 clock_retargeted due 2026-03-02 19:00
             2026-03-02 15:00 response/1 reminder_due 60% due 2026-03-02 19:00",
        ),
        Story::new(
            "18: a plain duration is measured round the clock, whatever the target's calendar",
            [policy([objective("received", "responded")
                .pause("status_class=pending")
                .within("8h")
                .on("business")
                .named("response")])],
            "2026-03-02 16:00 received
             2026-03-02 20:00 observed status_class=pending
             2026-03-02 21:00 observed status_class=open
             2026-03-02 21:00 until",
            "2026-03-02 16:00 response/1 clock_started due 2026-03-03 00:00
             2026-03-02 20:00 response/1 clock_paused due 2026-03-03 00:00
             2026-03-02 21:00 response/1 clock_resumed due 2026-03-03 01:00",
        ),
    ]
}
