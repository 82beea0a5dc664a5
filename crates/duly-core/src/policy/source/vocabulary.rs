//! The words of DESIGN §4 that a policy may use of tickets and their events.

/// The ticket events that a trigger may name.
pub(super) const EVENTS: [&str; 21] = [
    "received",
    "observed",
    "responded",
    "customer_replied",
    "progress_reported",
    "milestone_reached",
    "merged",
    "escalation_acknowledged",
    "feedback_given",
    "complaint_filed",
    "loss_claimed",
    "claim_assessed",
    "apology_issued",
    "remedy_granted",
    "claim_settled",
    "claim_rejected",
    "claim_waived",
    "finding_recorded",
    "corrective_action_set",
    "corrective_action_done",
    "investigation_closed",
];

/// Short forms that enter a status class.
pub(super) const ENTRIES: [&str; 5] = ["resolved", "closed", "reopened", "cancelled", "merged"];

/// What a response may contain.
pub(super) const CONTENTS: [&str; 8] =
    ["acknowledgement", "answer", "solution", "work_plan", "interim_measure", "assessment", "question", "unknown"];

/// The attributes that tickets usually have. Others are allowed; slips of these are warned of.
pub(crate) const ATTRIBUTES: [&str; 14] = [
    "status",
    "status_class",
    "reason",
    "category",
    "subcategory",
    "complexity",
    "severity",
    "priority",
    "customer",
    "region",
    "tier",
    "team",
    "agent",
    "tags",
];
