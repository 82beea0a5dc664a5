//! Rules 12 and 13: a change of target, none at all, and the first one.

#![expect(clippy::too_many_lines, reason = "a chapter of stories is read from top to bottom")]

use duly_core::policy::{OnRetarget, Restart};

use super::Story;
use crate::build::{Draft, objective, policy};

fn by_priority() -> Draft {
    objective("received", "responded")
        .pause("status_class=pending")
        .target("priority=high", "2h")
        .target("priority=urgent", "2h")
        .target("priority=low", "8h")
}

pub(super) fn all() -> Vec<Story> {
    let mut stories = vec![
        Story::new(
            "12: from_start keeps the start and the holds",
            [policy([by_priority().named("response")])],
            "2026-03-02 09:00 received priority=low
             2026-03-02 09:30 observed status_class=pending
             2026-03-02 10:30 observed status_class=open
             2026-03-02 11:00 observed priority=high
             2026-03-02 11:10 observed priority=urgent
             2026-03-02 13:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 09:30 response/1 clock_paused due 2026-03-02 17:00
             2026-03-02 10:30 response/1 clock_resumed due 2026-03-02 18:00
             2026-03-02 11:00 response/1 clock_retargeted due 2026-03-02 12:00
             2026-03-02 12:00 response/1 breached due 2026-03-02 12:00",
        ),
        Story::new(
            "12: a deadline that has already passed is broken at the change, after all events of that instant",
            [policy([by_priority().named("response")])],
            "2026-03-02 09:00 received priority=low
             2026-03-02 12:00 observed priority=high
             2026-03-02 13:00 responded
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 12:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 12:00 response/1 clock_retargeted due 2026-03-02 11:00
             2026-03-02 13:00 response/1 clock_stopped_late due 2026-03-02 11:00",
        ),
        Story::new(
            "12: so a stop at the instant of the change is met",
            [policy([by_priority().named("response")])],
            "2026-03-02 09:00 received priority=low
             2026-03-02 12:00 observed priority=high
             2026-03-02 12:00 responded
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 12:00 response/1 clock_met due 2026-03-02 11:00
             2026-03-02 12:00 response/1 clock_retargeted due 2026-03-02 11:00",
        ),
        Story::new(
            "12: a paused clock whose new deadline is not after the start of its pause has passed it",
            [policy([by_priority().named("response")])],
            "2026-03-02 09:00 received priority=low
             2026-03-02 11:00 observed status_class=pending
             2026-03-02 12:00 observed priority=high
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 11:00 response/1 clock_paused due 2026-03-02 17:00
             2026-03-02 12:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 12:00 response/1 clock_retargeted due 2026-03-02 11:00",
        ),
        Story::new(
            "12: one whose new deadline is after it stands still under the new target",
            [policy([by_priority().named("response")])],
            "2026-03-02 09:00 received priority=low
             2026-03-02 10:00 observed status_class=pending
             2026-03-02 15:00 observed priority=high
             2026-03-02 16:00 observed status_class=open
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 10:00 response/1 clock_paused due 2026-03-02 17:00
             2026-03-02 15:00 response/1 clock_retargeted due 2026-03-02 11:00
             2026-03-02 16:00 response/1 clock_resumed due 2026-03-02 17:00
             2026-03-02 17:00 response/1 breached due 2026-03-02 17:00",
        ),
        Story::new(
            "12: from_change counts from the change and forgets earlier holds",
            [policy([by_priority().on_retarget(OnRetarget::FromChange).named("response")])],
            "2026-03-02 09:00 received priority=low
             2026-03-02 10:00 observed status_class=pending
             2026-03-02 15:00 observed priority=high
             2026-03-02 16:00 observed status_class=open
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 10:00 response/1 clock_paused due 2026-03-02 17:00
             2026-03-02 15:00 response/1 clock_retargeted due 2026-03-02 17:00
             2026-03-02 16:00 response/1 clock_resumed due 2026-03-02 18:00
             2026-03-02 18:00 response/1 breached due 2026-03-02 18:00",
        ),
        Story::new(
            "12: keep changes nothing, but a target that is lost is lost",
            [policy([by_priority().on_retarget(OnRetarget::Keep).named("response")])],
            "2026-03-02 09:00 received priority=low
             2026-03-02 10:00 observed priority=high
             2026-03-02 11:00 observed priority=null
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 17:00
             2026-03-02 11:00 response/1 clock_cancelled",
        ),
        Story::new(
            "12: a cycle that has breached keeps its breach, also under a longer target",
            [policy([by_priority().named("response")])],
            "2026-03-02 09:00 received priority=high
             2026-03-02 12:00 observed priority=low
             2026-03-02 13:00 responded
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 12:00 response/1 clock_retargeted due 2026-03-02 17:00
             2026-03-02 13:00 response/1 clock_stopped_late due 2026-03-02 17:00",
        ),
    ];
    stories.extend(dormant());
    stories
}

fn dormant() -> Vec<Story> {
    vec![
        Story::new(
            "13: a cycle without a target is judged from its start when one matches",
            [policy([by_priority().named("response")])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=pending
             2026-03-02 10:30 observed status_class=open
             2026-03-02 11:00 observed status_class=pending
             2026-03-02 12:00 observed priority=high
             2026-03-02 12:30 observed status_class=open
             2026-03-02 13:00 until",
            "2026-03-02 12:00 response/1 clock_paused due 2026-03-02 11:30
             2026-03-02 12:00 response/1 clock_started due 2026-03-02 11:30
             2026-03-02 12:30 response/1 clock_resumed due 2026-03-02 13:00
             2026-03-02 13:00 response/1 breached due 2026-03-02 13:00",
        ),
        Story::new(
            "13: where the deadline has come, it is broken at the match",
            [policy([by_priority().named("response")])],
            "2026-03-02 09:00 received
             2026-03-02 11:00 observed priority=high
             2026-03-02 13:00 until",
            "2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 11:00 response/1 clock_started due 2026-03-02 11:00",
        ),
        Story::new(
            "13: one that has stopped is met, or was late",
            [policy([
                by_priority().named("response"),
                objective("received", "responded").target("priority=high", "30m").named("fast"),
            ])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 responded
             2026-03-02 12:00 observed priority=high
             2026-03-02 13:00 until",
            "2026-03-02 12:00 fast/1 breached due 2026-03-02 09:30
             2026-03-02 12:00 fast/1 clock_started due 2026-03-02 09:30
             2026-03-02 12:00 fast/1 clock_stopped_late due 2026-03-02 09:30
             2026-03-02 12:00 response/1 clock_met due 2026-03-02 11:00
             2026-03-02 12:00 response/1 clock_started due 2026-03-02 11:00",
        ),
        Story::new(
            "13: one that stops at the instant of the match is met, whichever came first",
            [policy([by_priority().named("response")])],
            "2026-03-02 09:00 received
             2026-03-02 12:00 responded #1
             2026-03-02 12:00 observed priority=high #2
             2026-03-02 13:00 until",
            "2026-03-02 12:00 response/1 clock_met due 2026-03-02 11:00
             2026-03-02 12:00 response/1 clock_started due 2026-03-02 11:00",
        ),
        Story::new(
            "13: losing the target cancels, regaining one revives; the breach is then at the change",
            [policy([by_priority().named("response")])],
            "2026-03-02 09:00 received priority=high
             2026-03-02 10:00 observed priority=null
             2026-03-02 12:00 observed priority=high
             2026-03-02 13:00 responded
             2026-03-02 18:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 10:00 response/1 clock_cancelled
             2026-03-02 12:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 12:00 response/1 clock_retargeted due 2026-03-02 11:00
             2026-03-02 13:00 response/1 clock_stopped_late due 2026-03-02 11:00",
        ),
        Story::new(
            "13: a dormant cycle that is cancelled goes without a word",
            [policy([by_priority().cancel("class on_hold").named("response")])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 observed status_class=on_hold
             2026-03-02 12:00 observed priority=high
             2026-03-02 18:00 until",
            "",
        ),
        Story::new(
            "13: cycles restarted while dormant are each judged",
            [policy([by_priority().restart(Restart::OnStop).named("update")])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 responded
             2026-03-02 13:00 responded
             2026-03-02 14:00 observed priority=high
             2026-03-02 15:00 until",
            "2026-03-02 14:00 update/1 clock_met due 2026-03-02 11:00
             2026-03-02 14:00 update/1 clock_started due 2026-03-02 11:00
             2026-03-02 14:00 update/2 breached due 2026-03-02 12:00
             2026-03-02 14:00 update/2 clock_started due 2026-03-02 12:00
             2026-03-02 14:00 update/2 clock_stopped_late due 2026-03-02 12:00
             2026-03-02 14:00 update/3 clock_started due 2026-03-02 15:00
             2026-03-02 15:00 update/3 breached due 2026-03-02 15:00",
        ),
    ]
}
