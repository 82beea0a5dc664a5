//! Rules 15 and 16: reminders and ladders.

#![expect(clippy::too_many_lines, reason = "a chapter of stories is read from top to bottom")]

use super::Story;
use crate::build::{objective, policy};

pub(super) fn all() -> Vec<Story> {
    let mut stories = reminders();
    stories.extend(ladders());
    stories
}

fn reminders() -> Vec<Story> {
    let response = |within| objective("received", "responded").pause("status_class=pending").within(within);
    vec![
        Story::new(
            "15: parts of the open time, and offsets back from the deadline",
            [policy([response("6 working_hours")
                .remind(&["50%", "100%", "1 working_hour before", "2h before", "1 working_day before"])
                .named("response")])],
            "2026-03-02 14:00 received
             2026-03-03 18:00 until",
            "2026-03-02 14:00 response/1 clock_started due 2026-03-03 11:00
             2026-03-02 17:00 response/1 reminder_due 50% due 2026-03-03 11:00
             2026-03-03 09:00 response/1 reminder_due 2h before due 2026-03-03 11:00
             2026-03-03 10:00 response/1 reminder_due 1 working_hour before due 2026-03-03 11:00
             2026-03-03 11:00 response/1 breached due 2026-03-03 11:00
             2026-03-03 11:00 response/1 reminder_due 100% due 2026-03-03 11:00",
        ),
        Story::new(
            "15: one that is due during a pause moves with the deadline",
            [policy([response("4h").remind(&["50%", "1h before"]).named("response")])],
            "2026-03-02 09:00 received
             2026-03-02 10:30 observed status_class=pending
             2026-03-02 12:00 observed status_class=open
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 10:30 response/1 clock_paused due 2026-03-02 13:00
             2026-03-02 12:00 response/1 clock_resumed due 2026-03-02 14:30
             2026-03-02 12:30 response/1 reminder_due 50% due 2026-03-02 14:30
             2026-03-02 13:30 response/1 reminder_due 1h before due 2026-03-02 14:30
             2026-03-02 14:30 response/1 breached due 2026-03-02 14:30",
        ),
        Story::new(
            "15: one that is due as the pause begins fires when the clock runs again",
            [policy([response("4h").remind(&["50%"]).named("response")])],
            "2026-03-02 09:00 received
             2026-03-02 11:00 observed status_class=pending
             2026-03-02 12:00 observed status_class=open
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 11:00 response/1 clock_paused due 2026-03-02 13:00
             2026-03-02 12:00 response/1 clock_resumed due 2026-03-02 14:00
             2026-03-02 12:00 response/1 reminder_due 50% due 2026-03-02 14:00
             2026-03-02 14:00 response/1 breached due 2026-03-02 14:00",
        ),
        Story::new(
            "15: one that is due with the deadline, as a pause begins, does not fire",
            [policy([response("4h").remind(&["100%"]).named("response")])],
            "2026-03-02 09:00 received
             2026-03-02 13:00 observed status_class=pending
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 13:00 response/1 breached due 2026-03-02 13:00
             2026-03-02 13:00 response/1 clock_paused due 2026-03-02 13:00",
        ),
        Story::new(
            "15: an offset that reaches before the base is left out; a working day before is the same local time",
            [policy([response("2 working_days")
                .remind(&["1 working_day before", "3 working_days before"])
                .named("response")])],
            "2026-03-02 10:00 received
             2026-03-04 12:00 until",
            "2026-03-02 10:00 response/1 clock_started due 2026-03-04 18:00
             2026-03-03 18:00 response/1 reminder_due 1 working_day before due 2026-03-04 18:00",
        ),
        Story::new(
            "15: a reminder that a retarget makes due fires at the retarget, unless the deadline has passed",
            [policy([objective("received", "responded")
                .target("priority=high", "4h")
                .target("priority=urgent", "1h")
                .within("8h")
                .remind(&["50%", "80%"])
                .named("response")])],
            "2026-03-02 09:00 received
             2026-03-02 11:30 observed priority=high
             2026-03-02 12:00 observed priority=urgent
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 11:30 response/1 clock_retargeted due 2026-03-02 13:00
             2026-03-02 11:30 response/1 reminder_due 50% due 2026-03-02 13:00
             2026-03-02 12:00 response/1 breached due 2026-03-02 10:00
             2026-03-02 12:00 response/1 clock_retargeted due 2026-03-02 10:00",
        ),
        Story::new(
            "15: the part of a plain duration is counted round the clock, an offset on the target's calendar",
            [policy([objective("received", "responded")
                .within("8h")
                .on("business")
                .remind(&["50%", "1 working_hour before"])
                .named("response")])],
            "2026-03-02 16:00 received
             2026-03-03 10:00 until",
            "2026-03-02 16:00 response/1 clock_started due 2026-03-03 00:00
             2026-03-02 17:00 response/1 reminder_due 1 working_hour before due 2026-03-03 00:00
             2026-03-02 20:00 response/1 reminder_due 50% due 2026-03-03 00:00
             2026-03-03 00:00 response/1 breached due 2026-03-03 00:00",
        ),
        Story::new(
            "15: each fires once, also when the ticket is reopened or retargeted",
            [policy([objective("received", "resolved")
                .target("priority=high", "6h")
                .within("4h")
                .remind(&["50%"])
                .named("resolution")])],
            "2026-03-02 09:00 received
             2026-03-02 11:30 observed priority=high
             2026-03-02 11:40 observed status_class=resolved
             2026-03-02 12:40 observed status_class=open
             2026-03-02 15:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 13:00
             2026-03-02 11:00 resolution/1 reminder_due 50% due 2026-03-02 13:00
             2026-03-02 11:30 resolution/1 clock_retargeted due 2026-03-02 15:00
             2026-03-02 11:40 resolution/1 clock_met due 2026-03-02 15:00
             2026-03-02 12:40 resolution/1 clock_resumed due 2026-03-02 16:00",
        ),
    ]
}

fn ladders() -> Vec<Story> {
    let response = || objective("received", "responded").pause("status_class=pending").within("2 working_hours");
    vec![
        Story::new(
            "16: steps from the breach on, each firing counted from the one before",
            [policy([response()
                .step("lead", "")
                .step("manager", "2 working_hours")
                .repeat("1 working_day", 3)
                .named("response")])],
            "2026-03-02 09:00 received
             2026-03-06 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 11:00 response/1 escalated lead#1 due 2026-03-02 11:00
             2026-03-02 14:30 response/1 escalated manager#1 due 2026-03-02 11:00
             2026-03-03 18:00 response/1 escalated manager#2 due 2026-03-02 11:00
             2026-03-04 18:00 response/1 escalated manager#3 due 2026-03-02 11:00",
        ),
        Story::new(
            "16: a pause stops it, the stop ends it, at that very instant too",
            [policy([response().step("lead", "1 working_hour").repeat("1 working_hour", 9).named("response")])],
            "2026-03-02 09:00 received
             2026-03-02 11:30 observed status_class=pending
             2026-03-02 14:30 observed status_class=open
             2026-03-02 16:00 responded
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 11:30 response/1 clock_paused due 2026-03-02 11:00
             2026-03-02 14:30 response/1 clock_resumed due 2026-03-02 11:00
             2026-03-02 15:00 response/1 escalated lead#1 due 2026-03-02 11:00
             2026-03-02 16:00 response/1 clock_stopped_late due 2026-03-02 11:00",
        ),
        Story::new(
            "16: a pause that begins as a step is due does not stop that step",
            [policy([response().step("lead", "1 working_hour").repeat("1 working_hour", 9).named("response")])],
            "2026-03-02 09:00 received
             2026-03-02 12:00 observed status_class=pending
             2026-03-02 14:30 observed status_class=open
             2026-03-02 15:30 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 12:00 response/1 clock_paused due 2026-03-02 11:00
             2026-03-02 12:00 response/1 escalated lead#1 due 2026-03-02 11:00
             2026-03-02 14:30 response/1 clock_resumed due 2026-03-02 11:00
             2026-03-02 15:30 response/1 escalated lead#2 due 2026-03-02 11:00",
        ),
        Story::new(
            "16: a civil working day leaves a pause on its first day uncounted, as a deadline does",
            [policy([response().step("lead", "1 working_day").named("response")])],
            "2026-03-02 09:00 received
             2026-03-02 14:00 observed status_class=pending
             2026-03-02 16:00 observed status_class=open
             2026-03-03 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 14:00 response/1 clock_paused due 2026-03-02 11:00
             2026-03-02 16:00 response/1 clock_resumed due 2026-03-02 11:00
             2026-03-03 18:00 response/1 escalated lead#1 due 2026-03-02 11:00",
        ),
        Story::new(
            "16: losing the target ends the ladder too, of earlier cycles as well",
            [policy([objective("received", "responded")
                .restart(duly_core::policy::Restart::OnStopOrDeadline)
                .target("priority=high", "8h")
                .step("lead", "2h")
                .repeat("2h", 9)
                .named("response")])],
            "2026-03-02 09:00 received priority=high
             2026-03-02 20:00 observed priority=low
             2026-03-03 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 17:00 response/1 breached due 2026-03-02 17:00
             2026-03-02 17:00 response/2 clock_started due 2026-03-03 01:00
             2026-03-02 19:00 response/1 escalated lead#1 due 2026-03-02 17:00
             2026-03-02 20:00 response/2 clock_cancelled",
        ),
        Story::new(
            "16: an acknowledgement ends it; one before the breach is of no use",
            [policy([response().step("lead", "").repeat("1 working_hour", 9).named("response")])],
            "2026-03-02 09:00 received
             2026-03-02 11:00 escalation_acknowledged objective=response cycle=1
             2026-03-02 14:00 escalation_acknowledged objective=response cycle=2
             2026-03-02 14:00 escalation_acknowledged objective=resolution
             2026-03-02 15:30 escalation_acknowledged objective=response
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 11:00 response/1 escalated lead#1 due 2026-03-02 11:00
             2026-03-02 12:00 response/1 escalated lead#2 due 2026-03-02 11:00
             2026-03-02 14:30 response/1 escalated lead#3 due 2026-03-02 11:00",
        ),
        Story::new(
            "16: it counts in the calendar of the target at the breach",
            [policy([objective("received", "responded")
                .target("priority=high", "2 working_hours")
                .within("2h")
                .step("lead", "1 working_hour")
                .repeat("1 working_hour", 4)
                .named("response")])],
            "2026-03-02 15:00 received priority=high
             2026-03-02 17:30 observed priority=low
             2026-03-03 18:00 until",
            "2026-03-02 15:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 17:00 response/1 breached due 2026-03-02 17:00
             2026-03-02 17:30 response/1 clock_retargeted due 2026-03-02 17:00
             2026-03-02 18:00 response/1 escalated lead#1 due 2026-03-02 17:00
             2026-03-03 10:00 response/1 escalated lead#2 due 2026-03-02 17:00
             2026-03-03 11:00 response/1 escalated lead#3 due 2026-03-02 17:00
             2026-03-03 12:00 response/1 escalated lead#4 due 2026-03-02 17:00",
        ),
    ]
}
