//! Rules 34 to 36: what a broken promise costs.

#![expect(clippy::too_many_lines, reason = "a chapter of stories is read from top to bottom")]

use duly_core::policy::{Policy, Restart};

use super::Story;
use crate::build::{Draft, liability, objective, policy};

fn promises() -> Policy {
    let response = objective("received", "responded").within("2h").named("response");
    let update = objective("received", "progress_reported").restart(Restart::OnStopOrDeadline).until("resolved");
    policy([response, update.target("complexity=complex", "4h").named("update")])
}

fn clocks() -> [Draft; 2] {
    [objective("received", "resolved").within("2d"), objective("received", "resolved").within("1d")]
}

pub(super) fn all() -> Vec<Story> {
    vec![
        Story::new(
            "34, 35: a breach opens a case; what is claimed is assessed and paid up to the cap, each by its deadline",
            [liability(promises(), &["response"], Some("500"), clocks())],
            "2026-03-02 09:00 received
             2026-03-02 12:00 responded
             2026-03-02 13:00 observed status_class=closed
             2026-03-03 09:00 loss_claimed item=courier amount=200 currency=CNY
             2026-03-03 10:00 loss_claimed item=order expected_revenue=1000.01 probability=0.5 currency=CNY
             2026-03-04 09:00 claim_assessed item=courier amount=150 currency=CNY
             2026-03-04 10:00 claim_assessed item=order amount=400 currency=CNY
             2026-03-04 12:00 claim_settled
             2026-03-05 09:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 11:00 response/1 case_opened due 2026-03-02 11:00
             2026-03-02 12:00 response/1 clock_stopped_late due 2026-03-02 11:00
             2026-03-03 09:00 claim_assessment/1 clock_started due 2026-03-05 09:00 for the case response/1
             2026-03-03 09:00 response/1 case_claimed claimed 200.00 CNY accepted 0.00 CNY, courier 200.00 CNY
             2026-03-03 10:00 response/1 case_claimed claimed 700.01 CNY accepted 0.00 CNY, courier 200.00 CNY, order 500.01 CNY
             2026-03-04 09:00 response/1 case_assessed claimed 700.01 CNY accepted 150.00 CNY, courier 200.00 CNY of which 150.00 CNY, order 500.01 CNY
             2026-03-04 10:00 claim_assessment/1 clock_met due 2026-03-05 09:00 for the case response/1
             2026-03-04 10:00 claim_settlement/1 clock_started due 2026-03-05 10:00 for the case response/1
             2026-03-04 10:00 response/1 case_assessed claimed 700.01 CNY accepted 550.00 CNY payable 500.00 CNY, courier 200.00 CNY of which 150.00 CNY, order 500.01 CNY of which 400.00 CNY
             2026-03-04 12:00 claim_settlement/1 clock_met due 2026-03-05 10:00 for the case response/1
             2026-03-04 12:00 response/1 case_settled claimed 700.01 CNY accepted 550.00 CNY payable 500.00 CNY paid 500.00 CNY, courier 200.00 CNY of which 150.00 CNY, order 500.01 CNY of which 400.00 CNY",
        ),
        Story::new(
            "35: a claim made anew is assessed anew before it is paid",
            [liability(promises(), &["response"], None, clocks())],
            "2026-03-02 09:00 received
             2026-03-02 12:00 loss_claimed amount=100 currency=CNY
             2026-03-02 13:00 claim_assessed amount=100 currency=CNY
             2026-03-02 14:00 loss_claimed amount=120 currency=CNY
             2026-03-02 14:30 claim_settled
             2026-03-02 15:00 claim_rejected reason=insured
             2026-03-02 16:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 11:00 response/1 case_opened due 2026-03-02 11:00
             2026-03-02 12:00 claim_assessment/1 clock_started due 2026-03-04 12:00 for the case response/1
             2026-03-02 12:00 response/1 case_claimed claimed 100.00 CNY accepted 0.00 CNY, loss 100.00 CNY
             2026-03-02 13:00 claim_assessment/1 clock_met due 2026-03-04 12:00 for the case response/1
             2026-03-02 13:00 claim_settlement/1 clock_started due 2026-03-03 13:00 for the case response/1
             2026-03-02 13:00 response/1 case_assessed claimed 100.00 CNY accepted 100.00 CNY payable 100.00 CNY, loss 100.00 CNY of which 100.00 CNY
             2026-03-02 14:00 claim_assessment/2 clock_started due 2026-03-04 14:00 for the case response/1
             2026-03-02 14:00 claim_settlement/1 clock_cancelled for the case response/1
             2026-03-02 14:00 response/1 case_claimed claimed 120.00 CNY accepted 0.00 CNY, loss 120.00 CNY
             2026-03-02 14:30 anomaly not_assessed
             2026-03-02 15:00 claim_assessment/2 clock_met due 2026-03-04 14:00 for the case response/1
             2026-03-02 15:00 response/1 case_rejected claimed 120.00 CNY accepted 0.00 CNY for insured, loss 120.00 CNY",
        ),
        Story::new(
            "35: what does not fit the case changes nothing, and is told with its amount",
            [liability(promises(), &["response"], None, clocks())],
            "2026-03-02 09:00 received
             2026-03-02 10:00 loss_claimed amount=100 currency=CNY
             2026-03-02 12:00 claim_settled
             2026-03-02 12:10 claim_assessed amount=5 currency=CNY
             2026-03-02 12:20 loss_claimed amount=70 currency=USD
             2026-03-02 12:30 loss_claimed amount=70 currency=CNY
             2026-03-02 12:40 claim_assessed amount=70.01 currency=CNY
             2026-03-02 12:50 claim_assessed amount=50 currency=CNY
             2026-03-02 13:00 claim_settled amount=50.01 currency=CNY
             2026-03-02 13:10 claim_settled amount=40 currency=CNY
             2026-03-02 13:20 claim_settled amount=10 currency=CNY
             2026-03-02 13:30 claim_waived reason=typhoon
             2026-03-02 13:40 loss_claimed amount=1 currency=CNY objective=update
             2026-03-02 14:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 10:00 anomaly no_case 100.00 CNY
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 11:00 response/1 case_opened due 2026-03-02 11:00
             2026-03-02 12:00 anomaly nothing_claimed
             2026-03-02 12:10 anomaly item_not_claimed 5.00 CNY
             2026-03-02 12:20 anomaly other_currency 70.00 USD
             2026-03-02 12:30 claim_assessment/1 clock_started due 2026-03-04 12:30 for the case response/1
             2026-03-02 12:30 response/1 case_claimed claimed 70.00 CNY accepted 0.00 CNY, loss 70.00 CNY
             2026-03-02 12:40 anomaly more_than_claimed 70.01 CNY
             2026-03-02 12:50 claim_assessment/1 clock_met due 2026-03-04 12:30 for the case response/1
             2026-03-02 12:50 claim_settlement/1 clock_started due 2026-03-03 12:50 for the case response/1
             2026-03-02 12:50 response/1 case_assessed claimed 70.00 CNY accepted 50.00 CNY payable 50.00 CNY, loss 70.00 CNY of which 50.00 CNY
             2026-03-02 13:00 anomaly more_than_accepted 50.01 CNY
             2026-03-02 13:10 claim_settlement/1 clock_met due 2026-03-03 12:50 for the case response/1
             2026-03-02 13:10 response/1 case_settled claimed 70.00 CNY accepted 50.00 CNY payable 50.00 CNY paid 40.00 CNY, loss 70.00 CNY of which 50.00 CNY
             2026-03-02 13:20 anomaly settled_again 10.00 CNY
             2026-03-02 13:30 anomaly case_is_over
             2026-03-02 13:40 anomaly no_case 1.00 CNY",
        ),
        Story::new(
            "35: a claim that names no breach goes to the open case that has claims, then to the one opened last",
            [liability(promises(), &[], None, clocks())],
            "2026-03-02 09:00 received complexity=complex
             2026-03-02 10:00 responded
             2026-03-02 17:30 loss_claimed amount=10 currency=CNY objective=update cycle=1
             2026-03-02 17:40 loss_claimed amount=20 currency=CNY item=taxi
             2026-03-02 17:50 claim_waived reason=typhoon
             2026-03-02 18:00 claim_waived reason=typhoon
             2026-03-02 18:30 observed status_class=resolved
             2026-03-02 19:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 09:00 update/1 clock_started due 2026-03-02 13:00
             2026-03-02 10:00 response/1 clock_met due 2026-03-02 11:00
             2026-03-02 13:00 update/1 breached due 2026-03-02 13:00
             2026-03-02 13:00 update/1 case_opened due 2026-03-02 13:00
             2026-03-02 13:00 update/2 clock_started due 2026-03-02 17:00
             2026-03-02 17:00 update/2 breached due 2026-03-02 17:00
             2026-03-02 17:00 update/2 case_opened due 2026-03-02 17:00
             2026-03-02 17:00 update/3 clock_started due 2026-03-02 21:00
             2026-03-02 17:30 claim_assessment/1 clock_started due 2026-03-04 17:30 for the case update/1
             2026-03-02 17:30 update/1 case_claimed claimed 10.00 CNY accepted 0.00 CNY, loss 10.00 CNY
             2026-03-02 17:40 update/1 case_claimed claimed 30.00 CNY accepted 0.00 CNY, loss 10.00 CNY, taxi 20.00 CNY
             2026-03-02 17:50 claim_assessment/1 clock_met due 2026-03-04 17:30 for the case update/1
             2026-03-02 17:50 update/1 case_waived claimed 30.00 CNY accepted 0.00 CNY for typhoon, loss 10.00 CNY, taxi 20.00 CNY
             2026-03-02 18:00 update/2 case_waived claimed 0.00 CNY accepted 0.00 CNY for typhoon
             2026-03-02 18:30 update/3 clock_cancelled",
        ),
        Story::new(
            "35: a waiver names an emergency that lay over the promise, or none",
            [liability(promises(), &["response"], None, clocks())],
            "! 2026-03-02 10:00 declared storm; announce_only
             ! 2026-03-02 10:30 lifted storm
             ! 2026-03-02 08:00 declared outage; announce_only
             ! 2026-03-02 09:00 lifted outage
             ! 2026-03-02 11:00 declared flood; announce_only
             2026-03-02 09:00 received
             2026-03-02 12:00 claim_waived reason=flood emergency=flood
             2026-03-02 12:10 claim_waived reason=typhoon emergency=typhoon
             2026-03-02 12:15 claim_waived reason=outage emergency=outage
             2026-03-02 12:20 claim_waived reason=storm emergency=storm
             2026-03-02 13:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 10:00 emergency_announced storm 1 announce_only since 2026-03-02T02:00:00Z
             2026-03-02 10:30 emergency_lifted storm 2 announce_only since 2026-03-02T02:00:00Z
             2026-03-02 11:00 emergency_announced flood 1 announce_only since 2026-03-02T03:00:00Z
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 11:00 response/1 case_opened due 2026-03-02 11:00 under storm
             2026-03-02 12:00 anomaly not_excused
             2026-03-02 12:10 anomaly not_excused
             2026-03-02 12:15 anomaly not_excused
             2026-03-02 12:20 response/1 case_waived claimed 0.00 CNY accepted 0.00 CNY for storm",
        ),
        Story::new(
            "35: where nothing is accepted the case is rejected, and there is nothing to settle",
            [liability(promises(), &[], None, clocks())],
            "2026-03-02 09:00 received
             2026-03-02 12:00 loss_claimed amount=10 currency=CNY
             2026-03-02 13:00 claim_assessed amount=0 currency=CNY
             2026-03-02 14:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 11:00 response/1 breached due 2026-03-02 11:00
             2026-03-02 11:00 response/1 case_opened due 2026-03-02 11:00
             2026-03-02 12:00 claim_assessment/1 clock_started due 2026-03-04 12:00 for the case response/1
             2026-03-02 12:00 response/1 case_claimed claimed 10.00 CNY accepted 0.00 CNY, loss 10.00 CNY
             2026-03-02 13:00 claim_assessment/1 clock_met due 2026-03-04 12:00 for the case response/1
             2026-03-02 13:00 response/1 case_assessed claimed 10.00 CNY accepted 0.00 CNY payable 0.00 CNY, loss 10.00 CNY of which 0.00 CNY
             2026-03-02 13:00 response/1 case_rejected claimed 10.00 CNY accepted 0.00 CNY payable 0.00 CNY for nothing_accepted, loss 10.00 CNY of which 0.00 CNY",
        ),
        Story::new(
            "36: a breach that does not follow any more leaves what was claimed and paid for it as anomalies",
            [liability(promises(), &[], None, clocks())],
            "2026-03-02 09:00 received
             2026-03-02 12:00 loss_claimed amount=10 currency=CNY
             2026-03-02 13:00 claim_assessed amount=8 currency=CNY
             2026-03-02 14:00 claim_settled amount=8 currency=CNY
             2026-03-02 10:00 responded
             2026-03-02 15:00 until",
            "2026-03-02 09:00 response/1 clock_started due 2026-03-02 11:00
             2026-03-02 10:00 response/1 clock_met due 2026-03-02 11:00
             2026-03-02 12:00 anomaly no_case 10.00 CNY
             2026-03-02 13:00 anomaly no_case 8.00 CNY
             2026-03-02 14:00 anomaly no_case 8.00 CNY",
        ),
    ]
}
