//! Rules 1 to 7: order, voids, the ticket and its classes.

#![expect(clippy::too_many_lines, reason = "a chapter of stories is read from top to bottom")]

use duly_core::policy::Policy;

use super::Story;
use crate::build::{objective, policy};

fn answered_in_four_hours() -> [Policy; 1] {
    [policy([objective("received", "responded").target("priority=high", "1h").within("4h").named("response")])]
}

pub(super) fn all() -> Vec<Story> {
    vec![
        Story::new(
            "1: what lies after `until` has not happened, what lies on it has",
            answered_in_four_hours(),
            "2026-03-02 09:00 received
             2026-03-02 13:30 responded
             2026-03-02 13:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 13:00 response/1 breached due 2026-03-02 13:00",
        ),
        Story::new(
            "1: timers come after the events of their instant",
            answered_in_four_hours(),
            "2026-03-02 09:00 received
             2026-03-02 13:00 responded
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 13:00 response/1 clock_met due 2026-03-02 13:00",
        ),
        Story::new(
            "2: events of an instant go by sequence, absent first, then numbers, then text",
            answered_in_four_hours(),
            "2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=open #b
             2026-03-02 10:00 observed status_class=closed #10
             2026-03-02 10:00 observed status_class=resolved #9
             2026-03-02 10:00 observed status_class=pending
             2026-03-02 11:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 10:00 response/1 clock_cancelled",
        ),
        Story::new(
            "2: of events with one identity the first to arrive stands",
            answered_in_four_hours(),
            "2026-03-02 09:00 received priority=high [e1]
             2026-03-02 08:00 received [e1]
             2026-03-02 09:00 received priority=high [e1]
             2026-03-02 10:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 10:00
             2026-03-02 10:00 response/1 breached due 2026-03-02 10:00",
        ),
        Story::new(
            "3: a voided response never happened, also before the void is known to have occurred",
            answered_in_four_hours(),
            "2026-03-02 09:00 received
             2026-03-02 10:00 responded [oops]
             2026-03-09 09:00 event_voided id=oops
             2026-03-02 13:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 13:00 response/1 breached due 2026-03-02 13:00",
        ),
        Story::new(
            "3: a void that a later void names is without effect, a void of a later void does nothing",
            answered_in_four_hours(),
            "2026-03-02 09:00 received
             2026-03-02 10:00 responded [oops]
             2026-03-02 10:30 event_voided id=second [zeroth]
             2026-03-02 11:00 event_voided id=oops [first]
             2026-03-02 12:00 event_voided id=first [second]
             2026-03-02 13:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 10:00 response/1 clock_met due 2026-03-02 13:00",
        ),
        Story::new(
            "3: a void means its own source where it names none",
            answered_in_four_hours(),
            "2026-03-02 09:00 received
             2026-03-02 10:00 responded [m1@mail]
             2026-03-02 11:00 event_voided id=m1
             2026-03-02 11:00 event_voided id=e1 source=mail
             2026-03-02 13:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 10:00 response/1 clock_met due 2026-03-02 13:00",
        ),
        Story::new(
            "4: without `received` there are no clocks; what was observed before holds at it",
            answered_in_four_hours(),
            "2026-03-02 09:00 observed priority=high
             2026-03-02 09:30 responded
             2026-03-02 10:00 received
             2026-03-02 11:00 until",
            "2026-03-02 10:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00",
        ),
        Story::new(
            "4: a second `received` asserts, and is an anomaly",
            answered_in_four_hours(),
            "2026-03-02 09:00 received
             2026-03-02 10:00 received priority=high
             2026-03-02 10:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 10:00 anomaly
             2026-03-02 10:00 response/1 breached due 2026-03-02 10:00
             2026-03-02 10:00 response/1 clock_retargeted due 2026-03-02 10:00",
        ),
        Story::new(
            "5: null clears, absent asserts nothing; a list matches by any member, a number by its text",
            [policy([objective("received", "responded")
                .target("tags=vip", "1h")
                .target("floor=3", "2h")
                .target("urgent=true", "3h")
                .within("4h")
                .named("response")])],
            "2026-03-02 09:00 received tags=[\"new\",\"vip\"]
             2026-03-02 09:10 observed floor=3 urgent=true
             2026-03-02 09:20 observed tags=null
             2026-03-02 09:30 observed floor=null
             2026-03-02 09:40 observed urgent=false
             2026-03-02 10:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 10:00
             2026-03-02 09:20 response/1 clock_retargeted due 2026-03-02 11:00
             2026-03-02 09:30 response/1 clock_retargeted due 2026-03-02 12:00
             2026-03-02 09:40 response/1 clock_retargeted due 2026-03-02 13:00",
        ),
        Story::new(
            "6: each entry counts, also several at one instant",
            [policy([objective("class open", "class pending")
                .restart(duly_core::policy::Restart::OnStart)
                .within("4h")
                .named("pickup")])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=open #1
             2026-03-02 10:00 observed status_class=open #2
             2026-03-02 10:00 observed status_class=pending #3
             2026-03-02 10:00 observed status_class=open #4
             2026-03-02 11:00 until",
            "2026-03-02 10:00 pickup/1 clock_met due 2026-03-02 14:00
             2026-03-02 10:00 pickup/1 clock_started due 2026-03-02 14:00
             2026-03-02 10:00 pickup/2 clock_started due 2026-03-02 14:00",
        ),
        Story::new(
            "6: the class that holds at `received` is entered there, and is no reopening",
            [policy([
                objective("class open", "responded").within("4h").named("opened"),
                objective("reopened", "responded").within("4h").named("reopened"),
                objective("received", "responded").until("class open").within("4h").named("ended"),
            ])],
            "2026-03-02 08:00 observed status_class=resolved
             2026-03-02 09:00 received status_class=open
             2026-03-02 10:00 until",
            "2026-03-02 09:00 opened/1 clock_started due 2026-03-02 13:00",
        ),
        Story::new(
            "7: transitions that are not known are applied and reported, from `received` on",
            answered_in_four_hours(),
            "2026-03-02 08:00 observed status_class=cancelled
             2026-03-02 08:30 observed status_class=open
             2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=new
             2026-03-02 10:30 observed status_class=resolved
             2026-03-02 11:00 observed status_class=new
             2026-03-02 11:30 merged into=T-2
             2026-03-02 12:00 merged into=T-3
             2026-03-02 12:30 received status_class=open
             2026-03-02 13:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 10:00 anomaly
             2026-03-02 11:00 anomaly
             2026-03-02 11:30 response/1 clock_cancelled
             2026-03-02 12:30 anomaly
             2026-03-02 12:30 anomaly #2",
        ),
    ]
}
