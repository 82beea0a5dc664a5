//! Rules 26 and 27: what is owed once a promise was broken.

#![expect(clippy::too_many_lines, reason = "a chapter of stories is read from top to bottom")]

use duly_core::policy::{Policy, Restart};

use super::Story;
use crate::build::{Draft, objective, policy, remedy, taking_over};

fn promises() -> Policy {
    let response = objective("received", "responded").within("2h").named("response");
    let update = objective("received", "progress_reported").restart(Restart::OnStopOrDeadline).until("resolved");
    policy([response, update.target("complexity=complex", "4h").named("update")])
}

fn apology() -> Draft {
    objective("received", "apology_issued").within("1d")
}

pub(super) fn all() -> Vec<Story> {
    vec![
        Story::new(
            "26: a breach starts a clock, which runs on after the ticket is closed, reminds and escalates",
            [remedy(promises(), "apology", &["response"], apology().remind(&["50%"]).step("director", "1h"))],
            "2026-03-02 09:00 received
             2026-03-02 12:00 responded
             2026-03-02 13:00 observed status_class=closed
             2026-03-03 13:00 apology_issued
             2026-03-04 12:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 11:00 apology/1 clock_started due 2026-03-03 11:00 for response/1
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 12:00 response/1 clock_stopped_late due 2026-03-02 11:00
             2026-03-02 23:00 apology/1 reminder_due 50% due 2026-03-03 11:00 for response/1
             2026-03-03 11:00 apology/1 breached due 2026-03-03 11:00 for response/1
             2026-03-03 12:00 apology/1 escalated director#1 due 2026-03-03 11:00 for response/1
             2026-03-03 13:00 apology/1 clock_stopped_late due 2026-03-03 11:00 for response/1",
        ),
        Story::new(
            "26: each breach has a clock of its own; breaches of a remedy have no remedy",
            [remedy(promises(), "apology", &[], apology())],
            "2026-03-02 09:00 received complexity=complex
             2026-03-02 10:00 responded
             2026-03-02 18:00 apology_issued
             2026-03-02 18:30 observed status_class=resolved
             2026-03-04 09:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 09:00 update/1 clock_started due 2026-03-02 13:00
             2026-03-02 10:00 response/1 clock_met due 2026-03-02 11:00
             2026-03-02 13:00 apology/1 clock_started due 2026-03-03 13:00 for update/1
             2026-03-02 13:00 update/1 breached due 2026-03-02 13:00
             2026-03-02 13:00 update/2 clock_started due 2026-03-02 17:00
             2026-03-02 17:00 apology/2 clock_started due 2026-03-03 17:00 for update/2
             2026-03-02 17:00 update/2 breached due 2026-03-02 17:00
             2026-03-02 17:00 update/3 clock_started due 2026-03-02 21:00
             2026-03-02 18:00 apology/1 clock_met due 2026-03-03 13:00 for update/1
             2026-03-02 18:00 apology/2 clock_met due 2026-03-03 17:00 for update/2
             2026-03-02 18:30 update/3 clock_cancelled",
        ),
        Story::new(
            "27: an event that names the breach fulfils what is owed for that alone",
            [remedy(promises(), "apology", &[], apology())],
            "2026-03-02 09:00 received complexity=complex
             2026-03-02 14:00 apology_issued objective=update cycle=1
             2026-03-02 14:10 apology_issued objective=update cycle=2
             2026-03-02 14:20 apology_issued objective=response
             2026-03-02 14:30 observed status_class=resolved
             2026-03-02 15:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 09:00 update/1 clock_started due 2026-03-02 13:00
             2026-03-02 11:00 apology/1 clock_started due 2026-03-03 11:00 for response/1
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 13:00 apology/2 clock_started due 2026-03-03 13:00 for update/1
             2026-03-02 13:00 update/1 breached due 2026-03-02 13:00
             2026-03-02 13:00 update/2 clock_started due 2026-03-02 17:00
             2026-03-02 14:00 apology/2 clock_met due 2026-03-03 13:00 for update/1
             2026-03-02 14:10 anomaly no_breach
             2026-03-02 14:20 apology/1 clock_met due 2026-03-03 11:00 for response/1
             2026-03-02 14:30 update/2 clock_cancelled",
        ),
        Story::new(
            "26: a remedy for other tickets waits in silence until the ticket is one of them, and is then judged from the breach",
            [remedy(
                promises(),
                "apology",
                &["response"],
                objective("received", "apology_issued").target("vip=true", "4h"),
            )],
            "2026-03-02 09:00 received
             2026-03-02 12:00 responded
             2026-03-02 13:00 observed vip=true
             2026-03-02 16:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 12:00 response/1 clock_stopped_late due 2026-03-02 11:00
             2026-03-02 13:00 apology/1 clock_started due 2026-03-02 15:00 for response/1
             2026-03-02 15:00 apology/1 breached due 2026-03-02 15:00 for response/1",
        ),
        Story::new(
            "17, 26: a version that takes over owes a remedy for what was broken before, and one that lacks it no more",
            [
                promises(),
                taking_over(remedy(promises(), "apology", &[], apology()), "2026-03-02 12:00"),
                taking_over(promises(), "2026-03-02 14:00"),
            ],
            "2026-03-02 09:00 received
             2026-03-02 15:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 12:00 apology/1 clock_started due 2026-03-03 11:00 for response/1
             2026-03-02 14:00 apology/1 clock_cancelled for response/1",
        ),
        Story::new(
            "26: one who stops a clock late, before any target was known, owes as well",
            [remedy(
                policy([objective("received", "responded").target("graded=true", "2h").named("response")]),
                "apology",
                &["response"],
                apology(),
            )],
            "2026-03-02 09:00 received
             2026-03-02 12:00 responded
             2026-03-02 13:00 observed graded=true status_class=closed
             2026-03-02 15:00 apology_issued
             2026-03-02 16:00 until",
            "2026-03-02 13:00 apology/1 clock_started due 2026-03-03 13:00 for response/1
             2026-03-02 13:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 13:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 13:00 response/1 clock_stopped_late due 2026-03-02 11:00
             2026-03-02 15:00 apology/1 clock_met due 2026-03-03 13:00 for response/1",
        ),
    ]
}
