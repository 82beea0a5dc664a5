//! The kinds of request that come in: rows L2–L12 of the letter, each with how the desk usually deals with it.

use duly_core::time::{Instant, Span};

use crate::demo::cast::{self, Team, titles};
use crate::demo::dice::Dice;
use crate::demo::hours;

/// A kind of request. The figures are the desk's habit, made to fit the shipped policy; they promise nothing themselves.
#[derive(Clone, Copy)]
pub(super) struct Request {
    /// How often it comes in, against the others.
    weight: i64,
    pub(super) category: &'static str,
    pub(super) subcategory: Option<&'static str>,
    pub(super) complexity: Option<&'static str>,
    pub(super) severity: Option<&'static str>,
    pub(super) titles: &'static [&'static str],
    pub(super) team: &'static Team,
    /// The objective that the desk works towards first.
    pub(super) objective: &'static str,
    pub(super) within: Within,
    pub(super) kept_by: KeptBy,
    /// Whether the time runs from the verification of eligibility.
    pub(super) verified_first: bool,
    /// Working days between progress reports.
    pub(super) report_every: Option<usize>,
    /// When it is resolved, counted from the receipt; absent: soon after the promise was kept.
    pub(super) resolved_within: Option<Within>,
}

/// How long the desk has.
#[derive(Clone, Copy)]
pub(super) enum Within {
    Elapsed(i64),
    WorkingHours(i64),
    WorkingDays(usize),
}

/// What keeps the promise.
#[derive(Clone, Copy)]
pub(super) enum KeptBy {
    /// A public reply that contains all of this.
    Reply(&'static [&'static str]),
    /// One of these milestones.
    Milestone(&'static [&'static str]),
}

impl Within {
    /// The instant at which `percent` of the time from `start` is used up.
    pub(super) fn moment(self, start: Instant, percent: i64) -> Instant {
        let share = |span: Span| Span::from_ns(span.ns() / 100 * percent);
        match self {
            Within::Elapsed(h) => start.plus(share(Span::from_s(h * 3600))),
            Within::WorkingHours(h) => hours::add(start, share(Span::from_s(h * 3600))),
            Within::WorkingDays(days) => {
                hours::add(start, share(hours::between(start, hours::close_of_day(start, days))))
            }
        }
    }
}

impl Request {
    /// Whether people work on it at night.
    pub(super) fn is_urgent(&self) -> bool {
        self.severity == Some("urgent")
    }

    /// What it turns out to be when it is more than a general request.
    pub(super) fn made_complex(self) -> Option<Request> {
        match self.category {
            "inquiry" if self.complexity == Some("general") => Some(Request { titles: self.titles, ..COMPLEX_INQUIRY }),
            "technical_support" if self.complexity == Some("general") && !self.is_urgent() => {
                Some(Request { titles: self.titles, ..COMPLEX_SUPPORT })
            }
            _ => None,
        }
    }

    /// A kind by chance.
    pub(super) fn any(dice: &mut Dice) -> Request {
        let mut left = dice.between(1, ALL.iter().map(|request| request.weight).sum());
        let chosen = ALL.iter().find(|request| {
            left -= request.weight;
            left <= 0
        });
        **chosen.expect("the throw is at most the sum of all weights")
    }
}

const ALL: [&Request; 11] = [
    &GENERAL_INQUIRY,
    &COMPLEX_INQUIRY,
    &URGENT_FAULT,
    &GENERAL_SUPPORT,
    &COMPLEX_SUPPORT,
    &INTEREST,
    &TERMS,
    &COMPLEX_TERMS,
    &REPAIR,
    &COMPLEX_REPAIR,
    &RETURN,
];

/// L2.
const GENERAL_INQUIRY: Request = Request {
    weight: 32,
    category: "inquiry",
    subcategory: None,
    complexity: Some("general"),
    severity: None,
    titles: &titles::GENERAL_INQUIRY,
    team: &cast::SERVICE,
    objective: "first_response",
    within: Within::WorkingHours(4),
    kept_by: KeptBy::Reply(&["answer"]),
    verified_first: false,
    report_every: None,
    resolved_within: None,
};

/// L3.
const COMPLEX_INQUIRY: Request = Request {
    weight: 12,
    complexity: Some("complex"),
    titles: &titles::COMPLEX_INQUIRY,
    within: Within::WorkingDays(2),
    kept_by: KeptBy::Reply(&["answer", "work_plan"]),
    ..GENERAL_INQUIRY
};

/// L4. The answer of L5 is due as well, and comes with the solution.
const URGENT_FAULT: Request = Request {
    weight: 6,
    category: "technical_support",
    severity: Some("urgent"),
    titles: &titles::URGENT_FAULT,
    team: &cast::SUPPORT,
    objective: "urgent_contact",
    within: Within::Elapsed(2),
    kept_by: KeptBy::Reply(&["assessment", "interim_measure"]),
    resolved_within: Some(Within::WorkingDays(1)),
    ..GENERAL_INQUIRY
};

/// L5.
const GENERAL_SUPPORT: Request = Request {
    weight: 14,
    category: "technical_support",
    severity: Some("normal"),
    titles: &titles::GENERAL_SUPPORT,
    team: &cast::SUPPORT,
    objective: "support_answer",
    within: Within::WorkingDays(2),
    kept_by: KeptBy::Reply(&["answer", "solution"]),
    ..GENERAL_INQUIRY
};

/// L6.
const COMPLEX_SUPPORT: Request = Request {
    weight: 6,
    complexity: Some("complex"),
    titles: &titles::COMPLEX_SUPPORT,
    objective: "progress_report",
    within: Within::WorkingDays(2),
    kept_by: KeptBy::Reply(&["work_plan"]),
    report_every: Some(3),
    resolved_within: Some(Within::WorkingDays(10)),
    ..GENERAL_SUPPORT
};

/// L7.
const INTEREST: Request = Request {
    weight: 6,
    category: "business_cooperation",
    subcategory: Some("interest"),
    complexity: None,
    titles: &titles::INTEREST,
    team: &cast::BUSINESS,
    objective: "first_contact",
    within: Within::WorkingDays(2),
    kept_by: KeptBy::Milestone(&["contacted"]),
    resolved_within: Some(Within::WorkingDays(6)),
    ..GENERAL_INQUIRY
};

/// L8.
const TERMS: Request = Request {
    weight: 4,
    subcategory: Some("terms"),
    complexity: Some("general"),
    titles: &titles::TERMS,
    objective: "first_response",
    within: Within::WorkingDays(3),
    kept_by: KeptBy::Reply(&["answer"]),
    resolved_within: None,
    ..INTEREST
};

/// L9.
const COMPLEX_TERMS: Request = Request {
    weight: 2,
    complexity: Some("complex"),
    titles: &titles::COMPLEX_TERMS,
    objective: "progress_report",
    kept_by: KeptBy::Reply(&["question"]),
    report_every: Some(5),
    resolved_within: Some(Within::WorkingDays(15)),
    ..TERMS
};

/// L10.
const REPAIR: Request = Request {
    weight: 8,
    category: "after_sales",
    subcategory: Some("repair"),
    titles: &titles::REPAIR,
    team: &cast::AFTER_SALES,
    objective: "repair_arrangement",
    within: Within::WorkingDays(1),
    kept_by: KeptBy::Milestone(&["visit_arranged", "repair_place_told"]),
    resolved_within: Some(Within::WorkingDays(4)),
    ..GENERAL_INQUIRY
};

/// L11.
const COMPLEX_REPAIR: Request = Request {
    weight: 4,
    complexity: Some("complex"),
    titles: &titles::COMPLEX_REPAIR,
    objective: "repair_schedule",
    within: Within::WorkingDays(2),
    kept_by: KeptBy::Milestone(&["schedule_told"]),
    resolved_within: Some(Within::WorkingDays(10)),
    ..REPAIR
};

/// L12.
const RETURN: Request = Request {
    weight: 6,
    subcategory: Some("return"),
    complexity: Some("general"),
    titles: &titles::RETURN,
    objective: "return_or_exchange",
    within: Within::WorkingDays(2),
    kept_by: KeptBy::Milestone(&["return_started", "refund_started", "exchange_started"]),
    verified_first: true,
    ..REPAIR
};
