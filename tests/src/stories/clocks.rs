//! Rules 8 and 9: what starts, pauses, stops, cancels and reopens a clock, and in which order one event does so.

#![expect(clippy::too_many_lines, reason = "a chapter of stories is read from top to bottom")]

use duly_core::policy::{OnReopen, Restart};

use super::Story;
use crate::build::{objective, policy};

pub(super) fn all() -> Vec<Story> {
    let resolved = || objective("received", "resolved").within("8h");
    let mut stories = vec![
        Story::new(
            "9.1: a clock that waits for resolved runs on when the ticket is reopened",
            [policy([resolved().named("resolution")])],
            "2026-03-02 09:00 received
             2026-03-02 11:00 observed status_class=resolved
             2026-03-03 11:00 observed status_class=open
             2026-03-03 12:00 observed status_class=closed
             2026-03-04 12:00 observed status_class=pending
             2026-03-04 17:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 17:00
             2026-03-02 11:00 resolution/1 clock_met due 2026-03-02 17:00
             2026-03-03 11:00 resolution/1 clock_resumed due 2026-03-03 17:00
             2026-03-03 12:00 resolution/1 clock_met due 2026-03-03 17:00
             2026-03-04 12:00 resolution/1 clock_resumed due 2026-03-04 17:00
             2026-03-04 17:00 resolution/1 breached due 2026-03-04 17:00",
        ),
        Story::new(
            "9.1: or the next cycle starts at the reopening, and asks for a new entry",
            [policy([resolved().on_reopen(OnReopen::NewCycle).named("resolution")])],
            "2026-03-02 09:00 received
             2026-03-02 11:00 observed status_class=resolved
             2026-03-03 11:00 observed status_class=open
             2026-03-03 12:00 observed status_class=resolved
             2026-03-03 20:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 17:00
             2026-03-02 11:00 resolution/1 clock_met due 2026-03-02 17:00
             2026-03-03 11:00 resolution/2 clock_started due 2026-03-03 19:00
             2026-03-03 12:00 resolution/2 clock_met due 2026-03-03 19:00",
        ),
        Story::new(
            "9.1: a stop by a class that is merely listed is final",
            [policy([objective("received", "class resolved").within("8h").named("resolution")])],
            "2026-03-02 09:00 received
             2026-03-02 11:00 observed status_class=resolved
             2026-03-03 11:00 observed status_class=open
             2026-03-03 20:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 17:00
             2026-03-02 11:00 resolution/1 clock_met due 2026-03-02 17:00",
        ),
        Story::new(
            "9.1: a clock stopped at its deadline has nothing left when the ticket is reopened",
            [policy([resolved().named("resolution")])],
            "2026-03-02 09:00 received
             2026-03-02 17:00 observed status_class=resolved
             2026-03-03 11:00 observed status_class=open
             2026-03-03 20:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 17:00
             2026-03-02 17:00 resolution/1 clock_met due 2026-03-02 17:00
             2026-03-03 11:00 resolution/1 breached due 2026-03-02 17:00
             2026-03-03 11:00 resolution/1 clock_resumed due 2026-03-02 17:00",
        ),
        Story::new(
            "9.1: reopened into a pause: it is resumed and paused",
            [policy([resolved().pause("status_class=pending").named("resolution")])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=pending
             2026-03-02 11:00 observed status_class=resolved
             2026-03-03 11:00 observed status_class=pending
             2026-03-03 12:00 observed status_class=open
             2026-03-03 19:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 17:00
             2026-03-02 10:00 resolution/1 clock_paused due 2026-03-02 17:00
             2026-03-02 11:00 resolution/1 clock_met due 2026-03-02 18:00
             2026-03-03 11:00 resolution/1 clock_paused due 2026-03-03 18:00
             2026-03-03 11:00 resolution/1 clock_resumed due 2026-03-03 18:00
             2026-03-03 12:00 resolution/1 clock_resumed due 2026-03-03 19:00
             2026-03-03 19:00 resolution/1 breached due 2026-03-03 19:00",
        ),
        Story::new(
            "9.2: a stopped clock is matched anew when it resumes",
            [policy([objective("received", "resolved")
                .target("priority=high", "2h")
                .within("8h")
                .named("resolution")])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=resolved
             2026-03-02 11:00 observed priority=high
             2026-03-02 12:00 observed status_class=open
             2026-03-02 13:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 17:00
             2026-03-02 10:00 resolution/1 clock_met due 2026-03-02 17:00
             2026-03-02 12:00 resolution/1 clock_resumed due 2026-03-02 19:00
             2026-03-02 12:00 resolution/1 clock_retargeted due 2026-03-02 13:00
             2026-03-02 13:00 resolution/1 breached due 2026-03-02 13:00",
        ),
        Story::new(
            "9.3: the event that starts a clock does not stop it",
            [policy([objective("customer_replied", "customer_replied | responded").within("8h").named("reply")])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 customer_replied
             2026-03-02 11:00 customer_replied
             2026-03-02 12:00 until",
            "2026-03-02 10:00 reply/1 clock_started due 2026-03-02 18:00
             2026-03-02 11:00 reply/1 clock_met due 2026-03-02 18:00",
        ),
        Story::new(
            "9.3: a class that is held at the start stops at once; that too is a stop by resolved",
            [policy([
                objective("milestone_reached milestone=contacted", "class pending").within("8h").named("handover"),
                objective("received", "resolved").pause("status_class=resolved").within("8h").named("resolution"),
            ])],
            "2026-03-02 08:00 observed status_class=resolved
             2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=pending
             2026-03-02 10:30 milestone_reached milestone=contacted
             2026-03-02 12:00 until",
            "2026-03-02 09:00 resolution/1 clock_met due 2026-03-02 17:00
             2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 17:00
             2026-03-02 10:00 resolution/1 clock_resumed due 2026-03-02 18:00
             2026-03-02 10:30 handover/1 clock_met due 2026-03-02 18:30
             2026-03-02 10:30 handover/1 clock_started due 2026-03-02 18:30",
        ),
        Story::new(
            "9.3, 9.7: stopped at the start, with a restart on stop: the next cycle asks for a new entry",
            [policy([objective("received", "class open").restart(Restart::OnStop).within("8h").named("update")])],
            "2026-03-02 09:00 received status_class=open
             2026-03-02 10:00 observed status_class=pending
             2026-03-02 11:00 observed status_class=open
             2026-03-02 12:00 until",
            "2026-03-02 09:00 update/1 clock_met due 2026-03-02 17:00
             2026-03-02 09:00 update/1 clock_started due 2026-03-02 17:00
             2026-03-02 09:00 update/2 clock_started due 2026-03-02 17:00
             2026-03-02 11:00 update/2 clock_met due 2026-03-02 17:00
             2026-03-02 11:00 update/3 clock_started due 2026-03-02 19:00",
        ),
        Story::new(
            "9.3: an automatic or internal response is none, an acknowledgement neither",
            [policy([objective("received", "responded public=true automatic=false contains=answer,solution,unknown")
                .within("8h")
                .named("response")])],
            "2026-03-02 09:00 received
             2026-03-02 09:10 responded automatic=true
             2026-03-02 09:20 responded public=false
             2026-03-02 09:30 responded contains=acknowledgement
             2026-03-02 09:40 responded contains=[\"question\",\"answer\"]
             2026-03-02 12:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 09:40 response/1 clock_met due 2026-03-02 17:00",
        ),
        Story::new(
            "9.3: closed stops what waits for resolved, and cancels the rest",
            [policy([
                resolved().named("resolution"),
                objective("received", "responded").within("8h").named("response"),
            ])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=closed
             2026-03-02 10:30 observed status_class=open
             2026-03-02 11:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 17:00
             2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 10:00 resolution/1 clock_met due 2026-03-02 17:00
             2026-03-02 10:00 response/1 clock_cancelled
             2026-03-02 10:30 resolution/1 clock_resumed due 2026-03-02 17:30",
        ),
    ];
    stories.extend(ends());
    stories.extend(starts());
    stories
}

fn ends() -> Vec<Story> {
    vec![
        Story::new(
            "9.4: `cancel` ends a cycle, `until` ends the objective, restarts and reopenings included",
            [policy([
                objective("received", "responded")
                    .restart(Restart::OnStop)
                    .cancel("class on_hold")
                    .until("resolved")
                    .within("8h")
                    .named("update"),
                objective("received", "resolved").until("milestone_reached").within("8h").named("resolution"),
            ])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 responded
             2026-03-02 11:00 observed status_class=resolved
             2026-03-02 11:10 milestone_reached milestone=contacted
             2026-03-02 11:20 observed status_class=open
             2026-03-02 11:30 responded
             2026-03-02 20:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 17:00
             2026-03-02 09:00 update/1 clock_started due 2026-03-02 17:00
             2026-03-02 10:00 update/1 clock_met due 2026-03-02 17:00
             2026-03-02 10:00 update/2 clock_started due 2026-03-02 18:00
             2026-03-02 11:00 resolution/1 clock_met due 2026-03-02 17:00
             2026-03-02 11:00 update/2 clock_cancelled",
        ),
        Story::new(
            "9.4: what ends a cycle ends the one that the same event would start by stopping",
            [policy([
                objective("received", "resolved").restart(Restart::OnStop).within("8h").named("resolution"),
                objective("received", "class on_hold")
                    .restart(Restart::OnStop)
                    .cancel("class on_hold")
                    .within("8h")
                    .named("parking"),
            ])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=on_hold
             2026-03-02 11:00 observed status_class=closed
             2026-03-02 20:00 until",
            "2026-03-02 09:00 parking/1 clock_started due 2026-03-02 17:00
             2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 17:00
             2026-03-02 10:00 parking/1 clock_met due 2026-03-02 17:00
             2026-03-02 11:00 resolution/1 clock_met due 2026-03-02 17:00",
        ),
        Story::new(
            "9.4: `until` between two cycles, and before the first, ends the objective",
            [policy([
                objective("customer_replied", "responded")
                    .restart(Restart::OnStart)
                    .until("resolved")
                    .within("8h")
                    .named("reply"),
                objective("milestone_reached", "responded").until("resolved").within("8h").named("visit"),
            ])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 customer_replied
             2026-03-02 10:30 responded
             2026-03-02 11:00 observed status_class=resolved
             2026-03-02 11:30 customer_replied
             2026-03-02 11:30 milestone_reached milestone=contacted
             2026-03-02 20:00 until",
            "2026-03-02 10:00 reply/1 clock_started due 2026-03-02 18:00
             2026-03-02 10:30 reply/1 clock_met due 2026-03-02 18:00",
        ),
        Story::new(
            "9.4: merged and cancelled end what runs; a paused clock too",
            [policy([objective("received", "resolved")
                .pause("status_class=pending")
                .within("8h")
                .named("resolution")])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=pending
             2026-03-02 11:00 merged into=T-2
             2026-03-02 20:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-02 17:00
             2026-03-02 10:00 resolution/1 clock_paused due 2026-03-02 17:00
             2026-03-02 11:00 resolution/1 clock_cancelled",
        ),
    ]
}

fn starts() -> Vec<Story> {
    vec![
        Story::new(
            "9.5: a pause counts from the start of the cycle at the earliest",
            [policy([objective("received", "responded").pause("status_class=pending").within("4h").named("response")])],
            "2026-03-02 08:00 observed status_class=pending
             2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=open
             2026-03-02 14:00 until",
            "2026-03-02 09:00 response/1 clock_paused due 2026-03-02 13:00
             2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00
             2026-03-02 10:00 response/1 clock_resumed due 2026-03-02 14:00
             2026-03-02 14:00 response/1 breached due 2026-03-02 14:00",
        ),
        Story::new(
            "9.6: a class held at `received` starts a clock",
            [policy([objective("class open", "responded").within("4h").named("response")])],
            "2026-03-02 08:00 observed status_class=open
             2026-03-02 09:00 received
             2026-03-02 10:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 13:00",
        ),
        Story::new(
            "9.6: the first occurrence since `received` starts, later ones only with `on_start` and after the end",
            [policy([
                objective("customer_replied", "responded").within("4h").named("once"),
                objective("customer_replied", "responded").restart(Restart::OnStart).within("4h").named("each"),
            ])],
            "2026-03-02 08:00 customer_replied
             2026-03-02 09:00 received
             2026-03-02 09:10 customer_replied
             2026-03-02 09:20 customer_replied
             2026-03-02 09:30 responded
             2026-03-02 09:40 customer_replied
             2026-03-02 10:00 until",
            "2026-03-02 09:10 each/1 clock_started due 2026-03-02 13:10
             2026-03-02 09:10 once/1 clock_started due 2026-03-02 13:10
             2026-03-02 09:30 each/1 clock_met due 2026-03-02 13:10
             2026-03-02 09:30 once/1 clock_met due 2026-03-02 13:10
             2026-03-02 09:40 each/2 clock_started due 2026-03-02 13:40",
        ),
        Story::new(
            "9.6: each start by the trigger finds the class that is held",
            [policy([objective("customer_replied", "class open")
                .restart(Restart::OnStart)
                .within("4h")
                .named("reply")])],
            "2026-03-02 09:00 received status_class=open
             2026-03-02 10:00 customer_replied
             2026-03-02 11:00 customer_replied
             2026-03-02 12:00 until",
            "2026-03-02 10:00 reply/1 clock_met due 2026-03-02 14:00
             2026-03-02 10:00 reply/1 clock_started due 2026-03-02 14:00
             2026-03-02 11:00 reply/2 clock_met due 2026-03-02 15:00
             2026-03-02 11:00 reply/2 clock_started due 2026-03-02 15:00",
        ),
        Story::new(
            "9.6: no clock starts on a ticket that is closed, cancelled or merged",
            [policy([
                objective("received", "resolved").within("8h").named("resolution"),
                objective("customer_replied", "responded").within("8h").named("reply"),
            ])],
            "2026-03-02 09:00 received status_class=closed
             2026-03-02 10:00 customer_replied
             2026-03-02 11:00 observed status_class=open
             2026-03-02 12:00 customer_replied
             2026-03-02 13:00 until",
            "2026-03-02 12:00 reply/1 clock_started due 2026-03-02 20:00",
        ),
        Story::new(
            "9.7: a restart on stop starts the next cycle at the stop; a class that is held does not stop it",
            [policy([objective("received", "class pending").restart(Restart::OnStop).within("4h").named("update")])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=pending
             2026-03-02 11:00 observed status_class=open
             2026-03-02 12:00 observed status_class=pending
             2026-03-02 13:00 until",
            "2026-03-02 09:00 update/1 clock_started due 2026-03-02 13:00
             2026-03-02 10:00 update/1 clock_met due 2026-03-02 13:00
             2026-03-02 10:00 update/2 clock_started due 2026-03-02 14:00
             2026-03-02 12:00 update/2 clock_met due 2026-03-02 14:00
             2026-03-02 12:00 update/3 clock_started due 2026-03-02 16:00",
        ),
    ]
}
