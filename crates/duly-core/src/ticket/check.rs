//! Whether the data of an event fit its type, with defaults filled in, so that conditions find them stated.

mod cases;

use std::borrow::Cow;

pub(crate) use self::cases::{ABOUT, DEFAULT_ITEM, NAME_LENGTH_MAX, PROBABILITY_DECIMALS, SCORE_DECIMALS};
use super::parse::excerpt;
use super::{FieldValue, Fields, Kind, Refusal, RefusalKind};
use crate::policy::StatusClass;

/// What a response may contain (DESIGN §4).
pub(crate) const CONTAINS: [&str; 8] =
    ["acknowledgement", "answer", "solution", "work_plan", "interim_measure", "assessment", "question", "unknown"];

/// Attributes whose value is a single text.
pub const TEXTS: [&str; 13] = [
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
];

/// Checks `fields` against `kind` and completes them.
pub(super) fn fields(kind: Kind, mut fields: Fields<'_>) -> Result<Fields<'_>, Refusal> {
    match kind {
        Kind::Received | Kind::Observed => attributes(&fields)?,
        Kind::Responded => responded(&mut fields)?,
        Kind::MilestoneReached => text(&fields, "milestone", "such as \"eligibility_verified\"")?,
        Kind::EscalationAcknowledged => {
            text(&fields, "objective", "the objective that was escalated")?;
            cycle(&fields)?;
        }
        Kind::EventVoided => text(&fields, "id", "the id of the event that never happened")?,
        Kind::FeedbackGiven => cases::feedback(&fields)?,
        Kind::ComplaintFiled => cases::complaint(&mut fields)?,
        Kind::LossClaimed => cases::claim(&mut fields)?,
        Kind::ClaimAssessed => cases::assessment(&mut fields)?,
        Kind::ClaimSettled => cases::settlement(&fields)?,
        Kind::ClaimRejected | Kind::ClaimWaived => cases::ending(&fields)?,
        Kind::FindingRecorded => cases::finding(&fields)?,
        Kind::CorrectiveActionSet | Kind::CorrectiveActionDone => cases::action(&fields)?,
        Kind::InvestigationClosed => cases::investigation(&fields)?,
        Kind::ApologyIssued | Kind::CustomerReplied | Kind::Merged | Kind::ProgressReported | Kind::RemedyGranted => {}
    }
    Ok(fields)
}

fn attributes(fields: &Fields<'_>) -> Result<(), Refusal> {
    for (name, value) in &fields.0 {
        match value {
            FieldValue::Text(text) if name == "status_class" && StatusClass::from_name(text).is_none() => {
                let all = StatusClass::ALL.map(StatusClass::name).join(", ");
                return bad(format!("`status_class` is `{}`: it is one of {all}", excerpt(text)));
            }
            FieldValue::Null if name == "status_class" => {
                return bad("`status_class` is null: a ticket always has one; leave it out where it is not known");
            }
            FieldValue::Text(_) | FieldValue::Null => {}
            FieldValue::List(_) if name == "tags" => {}
            other if name == "tags" => {
                return bad(format!("`tags` is {}: it is a list of strings", other.type_name()));
            }
            other if TEXTS.contains(&&**name) => {
                return bad(format!("`{name}` is {}: it is a string, or null to clear it", other.type_name()));
            }
            _ => {}
        }
    }
    Ok(())
}

fn responded(fields: &mut Fields<'_>) -> Result<(), Refusal> {
    for (name, default) in [("public", true), ("automatic", false)] {
        match fields.get(name) {
            Some(FieldValue::Bool(_)) => {}
            None => fields.push(name, FieldValue::Bool(default)),
            Some(other) => return bad(format!("`{name}` is {}: it is true or false", other.type_name())),
        }
    }
    let check = |text: &str| {
        if CONTAINS.contains(&text) {
            return Ok(());
        }
        bad(format!("`contains` has `{}`: a response contains {}", excerpt(text), CONTAINS.join(", ")))
    };
    match fields.get("contains") {
        None => fields.push("contains", FieldValue::Text(Cow::Borrowed("unknown"))),
        Some(FieldValue::List(texts)) if texts.is_empty() => {
            return bad("`contains` is empty: leave it out where nothing is known of the response");
        }
        Some(FieldValue::Text(text)) => check(text)?,
        Some(FieldValue::List(texts)) => texts.iter().try_for_each(|text| check(text))?,
        Some(other) => return bad(format!("`contains` is {}: it is a string or a list of strings", other.type_name())),
    }
    Ok(())
}

fn text(fields: &Fields<'_>, name: &str, hint: &str) -> Result<(), Refusal> {
    match fields.get(name) {
        Some(FieldValue::Text(text)) if !text.is_empty() => Ok(()),
        Some(FieldValue::Text(_)) | None => bad(format!("`{name}` is missing: {hint}")),
        Some(other) => bad(format!("`{name}` is {}: it is a string, {hint}", other.type_name())),
    }
}

fn cycle(fields: &Fields<'_>) -> Result<(), Refusal> {
    counted(fields, "cycle")
}

/// A member that may be there, and then counts from 1.
fn counted(fields: &Fields<'_>, name: &str) -> Result<(), Refusal> {
    match fields.get(name) {
        None => Ok(()),
        Some(FieldValue::Number(text)) if text.parse::<u32>().is_ok_and(|count| count > 0) => Ok(()),
        Some(_) => bad(format!("`{name}` is no {name}: it is a number, from 1")),
    }
}

fn bad<T>(what: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(RefusalKind::BadData, format!("data: {}", what.into())))
}
