//! Rules 27, 37 and 38: what customers say, and what is made of it.

use duly_core::policy::Policy;

use super::Story;
use crate::build::{Draft, feedback, objective, policy, remedy};

fn promises() -> Policy {
    policy([
        objective("received", "responded").within("2h").named("response"),
        objective("received", "resolved").within("1d").named("resolution"),
    ])
}

fn clocks() -> [Draft; 2] {
    [objective("received", "resolved").within("2d").remind(&["50%"]), objective("received", "resolved").within("3d")]
}

pub(super) fn all() -> Vec<Story> {
    vec![
        Story::new(
            "37: a complaint about lateness opens an investigation although all was met, and says how the clocks stand",
            [feedback(promises(), &["late", "short"], None, clocks())],
            "2026-03-02 09:00 received
             2026-03-02 10:30 responded
             2026-03-02 12:00 complaint_filed about=late
             2026-03-02 12:30 complaint_filed
             2026-03-02 13:00 observed status_class=closed
             2026-03-03 09:00 finding_recorded cause=night_shift
             2026-03-03 10:00 corrective_action_set action=train owner=lead
             2026-03-03 11:00 investigation_closed
             2026-03-04 12:00 corrective_action_done action=train
             2026-03-05 09:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-03 09:00
             2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 10:30 response/1 clock_met due 2026-03-02 11:00
             2026-03-02 12:00 investigation/1 clock_started due 2026-03-04 12:00
             2026-03-02 12:00 investigation/1 investigation_opened by complaint_filed about late, resolution/1 running 180, response/1 met 90
             2026-03-02 13:00 resolution/1 clock_met due 2026-03-03 09:00
             2026-03-03 09:00 investigation/1 finding_recorded found night_shift
             2026-03-03 10:00 corrective_action/1 clock_started due 2026-03-06 10:00 train of 1 by lead
             2026-03-03 11:00 investigation/1 clock_met due 2026-03-04 12:00
             2026-03-03 11:00 investigation/1 investigation_closed
             2026-03-04 12:00 corrective_action/1 clock_met due 2026-03-06 10:00 train of 1 by lead",
        ),
        Story::new(
            "37: a score at the threshold opens one, unless it is about something else; it is told of the promise it names",
            [feedback(promises(), &["late"], Some(40), clocks())],
            "2026-03-02 09:00 received
             2026-03-02 11:30 responded
             2026-03-02 12:00 feedback_given score=2.001
             2026-03-02 12:10 feedback_given score=2 about=other
             2026-03-02 12:20 feedback_given score=4 scale=10 objective=response
             2026-03-02 12:30 feedback_given score=10 scale=10 about=late policy=other
             2026-03-02 12:40 observed status_class=resolved
             2026-03-02 13:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-03 09:00
             2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 11:30 response/1 clock_stopped_late due 2026-03-02 11:00
             2026-03-02 12:20 investigation/1 clock_started due 2026-03-04 12:20
             2026-03-02 12:20 investigation/1 investigation_opened by feedback_given 4 of 10, response/1 late 150
             2026-03-02 12:40 resolution/1 clock_met due 2026-03-03 09:00",
        ),
        Story::new(
            "38: what is said of an investigation that is not there, or of an action, is an anomaly",
            [feedback(promises(), &["late"], None, clocks())],
            "2026-03-02 09:00 received
             2026-03-02 09:10 finding_recorded cause=night_shift
             2026-03-02 09:20 complaint_filed about=late objective=response
             2026-03-02 09:30 complaint_filed about=late objective=response
             2026-03-02 09:40 investigation_closed investigation=3
             2026-03-02 09:50 corrective_action_done action=train
             2026-03-02 10:00 corrective_action_set action=train
             2026-03-02 10:10 corrective_action_set action=train
             2026-03-02 10:20 corrective_action_set action=train investigation=1
             2026-03-02 10:30 corrective_action_done action=train
             2026-03-02 10:40 investigation_closed
             2026-03-02 10:50 investigation_closed
             2026-03-02 11:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-03 09:00
             2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 09:10 anomaly no_investigation
             2026-03-02 09:20 investigation/1 clock_started due 2026-03-04 09:20
             2026-03-02 09:20 investigation/1 investigation_opened by complaint_filed about late, response/1 running 20
             2026-03-02 09:30 investigation/2 clock_started due 2026-03-04 09:30
             2026-03-02 09:30 investigation/2 investigation_opened by complaint_filed about late, response/1 running 30
             2026-03-02 09:40 anomaly no_investigation
             2026-03-02 09:50 anomaly no_action
             2026-03-02 10:00 corrective_action/1 clock_started due 2026-03-05 10:00 train of 2 by manager
             2026-03-02 10:10 anomaly action_set_again
             2026-03-02 10:20 corrective_action/2 clock_started due 2026-03-05 10:20 train of 1 by manager
             2026-03-02 10:30 corrective_action/1 clock_met due 2026-03-05 10:00 train of 2 by manager
             2026-03-02 10:30 corrective_action/2 clock_met due 2026-03-05 10:20 train of 1 by manager
             2026-03-02 10:40 investigation/1 clock_met due 2026-03-04 09:20
             2026-03-02 10:40 investigation/1 investigation_closed
             2026-03-02 10:40 investigation/2 clock_met due 2026-03-04 09:30
             2026-03-02 10:40 investigation/2 investigation_closed
             2026-03-02 10:50 anomaly no_investigation
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00",
        ),
        Story::new(
            "27: an apology for a breach that is not known, or not any more, is an anomaly; one that names none is not",
            [remedy(promises(), "apology", &["response"], objective("received", "apology_issued").within("1d"))],
            "2026-03-02 09:00 received
             2026-03-02 10:00 responded
             2026-03-02 12:00 apology_issued objective=response cycle=1
             2026-03-02 12:30 apology_issued
             2026-03-02 13:00 observed status_class=resolved
             2026-03-02 14:00 until",
            "2026-03-02 09:00 resolution/1 clock_started due 2026-03-03 09:00
             2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 10:00 response/1 clock_met due 2026-03-02 11:00
             2026-03-02 12:00 anomaly no_breach
             2026-03-02 13:00 resolution/1 clock_met due 2026-03-03 09:00",
        ),
    ]
}
