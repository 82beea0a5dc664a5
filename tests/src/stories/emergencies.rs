//! Rules 28 to 32: emergencies, whom they concern, and what they do to clocks.

#![expect(clippy::too_many_lines, reason = "a chapter of stories is read from top to bottom")]

use duly_core::policy::Policy;

use super::Story;
use crate::build::{objective, policy};

fn response() -> Policy {
    let response = objective("received", "responded").pause("status_class=pending").remind(&["50%"]);
    policy([response.within("4h").named("response")])
}

pub(super) fn all() -> Vec<Story> {
    vec![
        Story::new(
            "31: a suspension and a pause count once, and the clock runs on when both are over",
            [response()],
            "! 2026-03-02 10:00 declared storm; suspend; when priority=high
             ! 2026-03-02 12:00 lifted storm
             2026-03-02 09:00 received priority=high
             2026-03-02 09:30 observed status_class=pending
             2026-03-02 11:00 observed status_class=open
             2026-03-02 16:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 09:30 response/1 clock_paused due 2026-03-02 13:00
             2026-03-02 10:00 emergency_announced storm 1 suspend since 2026-03-02T02:00:00Z
             2026-03-02 12:00 emergency_lifted storm 2 suspend since 2026-03-02T02:00:00Z
             2026-03-02 12:00 response/1 clock_resumed due 2026-03-02 15:30 in storm
             2026-03-02 13:30 response/1 reminder_due 50% due 2026-03-02 15:30
             2026-03-02 15:30 response/1 breached due 2026-03-02 15:30",
        ),
        Story::new(
            "29: a ticket enters the scope and leaves it while it lasts",
            [response()],
            "! 2026-03-02 09:00 declared storm; suspend; when priority=high; end 2026-03-02 18:00
             ! 2026-03-02 13:00 lifted storm
             2026-03-02 10:00 received priority=low
             2026-03-02 11:00 observed priority=high
             2026-03-02 12:00 observed priority=low
             2026-03-02 14:30 responded
             2026-03-02 16:00 until",
            "2026-03-02 10:00 response/1 clock_started due 2026-03-02 14:00
             2026-03-02 11:00 emergency_announced storm 1 suspend since 2026-03-02T01:00:00Z until 2026-03-02T10:00:00Z
             2026-03-02 11:00 response/1 clock_paused due 2026-03-02 14:00 in storm
             2026-03-02 12:00 emergency_lifted storm 1 suspend since 2026-03-02T01:00:00Z until 2026-03-02T10:00:00Z out of scope
             2026-03-02 12:00 response/1 clock_resumed due 2026-03-02 15:00 in storm
             2026-03-02 13:00 response/1 reminder_due 50% due 2026-03-02 15:00
             2026-03-02 14:30 response/1 clock_met due 2026-03-02 15:00",
        ),
        Story::new(
            "31: a clock that starts in it begins held, one after the other of two emergencies holds it, and each is told",
            [response()],
            "! 2026-03-02 09:00 declared storm; suspend
             ! 2026-03-02 10:30 declared flood; suspend; objectives response
             ! 2026-03-02 11:00 lifted storm
             ! 2026-03-02 12:00 lifted flood
             2026-03-02 10:00 received
             2026-03-02 16:00 responded
             2026-03-02 17:00 until",
            "2026-03-02 10:00 emergency_announced storm 1 suspend since 2026-03-02T01:00:00Z
             2026-03-02 10:00 response/1 clock_paused due 2026-03-02 14:00 in storm
             2026-03-02 10:00 response/1 clock_started due 2026-03-02 14:00
             2026-03-02 10:30 emergency_announced flood 1 suspend since 2026-03-02T02:30:00Z
             2026-03-02 11:00 emergency_lifted storm 2 suspend since 2026-03-02T01:00:00Z
             2026-03-02 12:00 emergency_lifted flood 2 suspend since 2026-03-02T02:30:00Z
             2026-03-02 12:00 response/1 clock_resumed due 2026-03-02 16:00 in flood
             2026-03-02 14:00 response/1 reminder_due 50% due 2026-03-02 16:00
             2026-03-02 16:00 response/1 clock_met due 2026-03-02 16:00",
        ),
        Story::new(
            "31: one that begins at the deadline comes too late",
            [response()],
            "! 2026-03-02 13:00 declared storm; suspend
             2026-03-02 09:00 received
             2026-03-02 14:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 11:00 response/1 reminder_due 50% due 2026-03-02 13:00
             2026-03-02 13:00 emergency_announced storm 1 suspend since 2026-03-02T05:00:00Z
             2026-03-02 13:00 response/1 breached due 2026-03-02 13:00
             2026-03-02 13:00 response/1 clock_paused due 2026-03-02 13:00 in storm",
        ),
        Story::new(
            "32: an extension counts once, an update puts another in its place, and it stays when the emergency is over",
            [response()],
            "! 2026-03-02 10:00 declared flood; extend 2h
             ! 2026-03-02 11:00 updated flood; extend 3h
             ! 2026-03-02 12:00 lifted flood
             2026-03-02 09:00 received
             2026-03-02 16:00 responded
             2026-03-02 17:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 10:00 emergency_announced flood 1 extend by 2h since 2026-03-02T02:00:00Z
             2026-03-02 10:00 response/1 clock_extended due 2026-03-02 15:00 flood by 2h
             2026-03-02 11:00 emergency_updated flood 2 extend by 3h since 2026-03-02T02:00:00Z
             2026-03-02 11:00 response/1 clock_extended due 2026-03-02 16:00 flood by 3h
             2026-03-02 12:00 emergency_lifted flood 3 extend by 3h since 2026-03-02T02:00:00Z
             2026-03-02 12:30 response/1 reminder_due 50% due 2026-03-02 16:00
             2026-03-02 16:00 response/1 clock_met due 2026-03-02 16:00",
        ),
        Story::new(
            "32: a shorter extension breaches no earlier than the update, a broken promise is not extended",
            [response()],
            "! 2026-03-02 10:00 declared flood; extend 8h
             ! 2026-03-02 20:00 updated flood; extend 1h
             ! 2026-03-02 21:00 updated flood; extend 1d
             2026-03-02 09:00 received
             2026-03-02 22:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 10:00 emergency_announced flood 1 extend by 8h since 2026-03-02T02:00:00Z
             2026-03-02 10:00 response/1 clock_extended due 2026-03-02 21:00 flood by 8h
             2026-03-02 15:00 response/1 reminder_due 50% due 2026-03-02 21:00
             2026-03-02 20:00 emergency_updated flood 2 extend by 1h since 2026-03-02T02:00:00Z
             2026-03-02 20:00 response/1 breached due 2026-03-02 14:00
             2026-03-02 20:00 response/1 clock_extended due 2026-03-02 14:00 flood by 1h
             2026-03-02 21:00 emergency_updated flood 3 extend by 1d since 2026-03-02T02:00:00Z",
        ),
        Story::new(
            "30: what customers are told, of which a new scope alone is nothing; who is done is told no more",
            [response()],
            "! 2026-03-02 10:00 declared outage; announce_only
             ! 2026-03-02 10:30 updated outage; when priority=high
             ! 2026-03-02 11:00 updated outage; message
             ! 2026-03-02 13:00 updated outage; no end
             ! 2026-03-02 14:00 lifted outage
             2026-03-02 09:00 received priority=high
             2026-03-02 12:00 observed status_class=resolved
             2026-03-02 13:30 observed status_class=open
             2026-03-02 13:45 observed status_class=closed
             2026-03-02 15:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 10:00 emergency_announced outage 1 announce_only since 2026-03-02T02:00:00Z
             2026-03-02 11:00 emergency_updated outage 3 announce_only since 2026-03-02T02:00:00Z
             2026-03-02 11:00 response/1 reminder_due 50% due 2026-03-02 13:00
             2026-03-02 13:00 response/1 breached due 2026-03-02 13:00
             2026-03-02 13:30 emergency_announced outage 4 announce_only since 2026-03-02T02:00:00Z
             2026-03-02 13:45 response/1 clock_cancelled",
        ),
        Story::new(
            "28: what was voided was never so; an update that is told later may count from earlier",
            [response()],
            "! 2026-03-02 09:00 declared storm; suspend
             ! 2026-03-02 12:00 updated storm; announce_only
             ! 2026-03-02 11:00 updated storm; when priority=high
             ! 2026-03-02 14:00 lifted storm
             ! voided storm 2
             ! 2026-03-02 09:00 declared flood; suspend
             ! voided flood
             2026-03-02 10:00 received
             2026-03-02 12:30 observed priority=high
             2026-03-02 15:00 until",
            "2026-03-02 10:00 emergency_announced storm 1 suspend since 2026-03-02T01:00:00Z
             2026-03-02 10:00 response/1 clock_paused due 2026-03-02 14:00 in storm
             2026-03-02 10:00 response/1 clock_started due 2026-03-02 14:00
             2026-03-02 11:00 emergency_lifted storm 1 suspend since 2026-03-02T01:00:00Z out of scope
             2026-03-02 11:00 response/1 clock_resumed due 2026-03-02 15:00 in storm
             2026-03-02 12:30 emergency_announced storm 1 suspend since 2026-03-02T01:00:00Z
             2026-03-02 12:30 response/1 clock_paused due 2026-03-02 15:00 in storm
             2026-03-02 14:00 emergency_lifted storm 4 suspend since 2026-03-02T01:00:00Z
             2026-03-02 14:00 response/1 clock_resumed due 2026-03-02 16:30 in storm
             2026-03-02 14:30 response/1 reminder_due 50% due 2026-03-02 16:30",
        ),
    ]
}
