//! Whether feedback, claims and investigations are what they have to be (L19, L21). Whether they fit the ticket is another question,
//! which the ledger answers.

use std::borrow::Cow;

use super::{bad, counted, cycle, excerpt, text};
use crate::money::{Currency, Decimal, DecimalError, Money};
use crate::ticket::{FieldValue, Fields, Refusal};

/// What feedback and complaints may be about.
pub(crate) const ABOUT: [&str; 4] = ["late", "short", "broken_promise", "other"];

/// The item that a claim is about where it names none.
pub(crate) const DEFAULT_ITEM: &str = "loss";

/// Decimals of a score and its scale.
pub(crate) const SCORE_DECIMALS: u32 = 3;

/// Decimals of a probability.
pub(crate) const PROBABILITY_DECIMALS: u32 = 9;

/// The longest name of an item, an action or its owner, in characters.
pub(crate) const NAME_LENGTH_MAX: usize = 100;

/// `score` of `scale`, `about`, `channel`, `comment`, and the promise that it is about.
pub(super) fn feedback(fields: &Fields<'_>) -> Result<(), Refusal> {
    let score = number(fields, "score", SCORE_DECIMALS)?;
    let scale = number(fields, "scale", SCORE_DECIMALS)?;
    match (score, scale) {
        (None, Some(_)) => return bad("`scale` is there without a `score`"),
        (_, Some(scale)) if scale.units() == 0 => return bad("`scale` is 0: it is the best score that there is"),
        (Some(score), Some(scale)) if score.units() > scale.units() => {
            return bad(format!("`score` is above `scale` {scale}, the best score that there is"));
        }
        _ => {}
    }
    about(fields)?;
    voice(fields)
}

/// `about`, which is `other` where nothing is said, `channel`, `comment`, and the promise that it is about.
pub(super) fn complaint(fields: &mut Fields<'_>) -> Result<(), Refusal> {
    about(fields)?;
    if fields.get("about").is_none() {
        fields.push("about", FieldValue::Text(Cow::Borrowed("other")));
    }
    voice(fields)
}

/// An `item` that costs an `amount`, or that is an opportunity lost, of `expected_revenue` at a `probability`.
pub(super) fn claim(fields: &mut Fields<'_>) -> Result<(), Refusal> {
    item(fields)?;
    let amount = money(fields, "amount")?;
    let revenue = money(fields, "expected_revenue")?;
    let probability = number(fields, "probability", PROBABILITY_DECIMALS)?;
    match (amount, revenue, probability) {
        (Some(_), None, None) => {}
        (None, Some(_), Some(probability)) if probability.units() <= probability.one() => {}
        (None, Some(_), Some(_)) => return bad("`probability` is above 1: it is a share such as 0.6"),
        (None, Some(_), None) => return bad("`probability` is missing: what is expected is weighted, such as by 0.6"),
        _ => {
            return bad(
                "a loss is an `amount`, or an `expected_revenue` with its `probability`: give the one or the other",
            );
        }
    }
    about_breach(fields)
}

/// The `amount` of an `item` that is accepted.
pub(super) fn assessment(fields: &mut Fields<'_>) -> Result<(), Refusal> {
    item(fields)?;
    if money(fields, "amount")?.is_none() {
        return bad("`amount` is missing: what is accepted of the item, 0 where nothing is");
    }
    about_breach(fields)
}

/// The `amount` that was paid; all that is accepted where it is absent.
pub(super) fn settlement(fields: &Fields<'_>) -> Result<(), Refusal> {
    money(fields, "amount")?;
    about_breach(fields)
}

/// A `reason` to pay nothing, and the `emergency` that excuses.
pub(super) fn ending(fields: &Fields<'_>) -> Result<(), Refusal> {
    text(fields, "reason", "why nothing is paid")?;
    optional(fields, "emergency")?;
    about_breach(fields)
}

/// The `cause` that was found.
pub(super) fn finding(fields: &Fields<'_>) -> Result<(), Refusal> {
    text(fields, "cause", "what was found to be the cause")?;
    investigation(fields)
}

/// The name of an `action`, and its `owner`.
pub(super) fn action(fields: &Fields<'_>) -> Result<(), Refusal> {
    text(fields, "action", "a name for what is to be done")?;
    short(fields, "action")?;
    optional(fields, "owner")?;
    short(fields, "owner")?;
    investigation(fields)
}

/// The number of an `investigation`, where it is given.
pub(super) fn investigation(fields: &Fields<'_>) -> Result<(), Refusal> {
    optional(fields, "policy")?;
    counted(fields, "investigation")
}

fn about(fields: &Fields<'_>) -> Result<(), Refusal> {
    match fields.get("about") {
        None => Ok(()),
        Some(FieldValue::Text(about)) if ABOUT.contains(&&**about) => Ok(()),
        Some(FieldValue::Text(about)) => {
            bad(format!("`about` is `{}`: it is one of {}", excerpt(about), ABOUT.join(", ")))
        }
        Some(other) => bad(format!("`about` is {}: it is one of {}", other.type_name(), ABOUT.join(", "))),
    }
}

fn voice(fields: &Fields<'_>) -> Result<(), Refusal> {
    optional(fields, "channel")?;
    about_breach(fields)
}

/// The promise that something is about, where it is named.
fn about_breach(fields: &Fields<'_>) -> Result<(), Refusal> {
    optional(fields, "policy")?;
    optional(fields, "objective")?;
    cycle(fields)
}

fn item(fields: &mut Fields<'_>) -> Result<(), Refusal> {
    optional(fields, "item")?;
    short(fields, "item")?;
    if fields.get("item").is_none() {
        fields.push("item", FieldValue::Text(Cow::Borrowed(DEFAULT_ITEM)));
    }
    Ok(())
}

/// A text that may be absent, but not empty.
fn optional(fields: &Fields<'_>, name: &str) -> Result<(), Refusal> {
    match fields.get(name) {
        None => Ok(()),
        Some(FieldValue::Text(text)) if !text.is_empty() => Ok(()),
        Some(FieldValue::Text(_)) => bad(format!("`{name}` is empty: leave it out where there is none")),
        Some(other) => bad(format!("`{name}` is {}: it is a string", other.type_name())),
    }
}

fn short(fields: &Fields<'_>, name: &str) -> Result<(), Refusal> {
    match fields.get(name) {
        Some(FieldValue::Text(text)) if text.chars().nth(NAME_LENGTH_MAX).is_some() => {
            bad(format!("`{name}` has over {NAME_LENGTH_MAX} characters: give it a short name"))
        }
        _ => Ok(()),
    }
}

/// A number that may be absent: a JSON number, or its digits in a string.
fn number(fields: &Fields<'_>, name: &str, decimals: u32) -> Result<Option<Decimal>, Refusal> {
    let Some(value) = fields.get(name) else { return Ok(None) };
    let text = digits(value, name)?;
    Decimal::parse(text, decimals).map(Some).or_else(|error| wrong(name, text, error))
}

/// An amount that may be absent, in the `currency` that stands beside it.
fn money(fields: &Fields<'_>, name: &str) -> Result<Option<Money>, Refusal> {
    let Some(value) = fields.get(name) else { return Ok(None) };
    let text = digits(value, name)?;
    let currency = match fields.get("currency") {
        Some(FieldValue::Text(code)) => Currency::from_code(code).map_or_else(
            || bad(format!("`currency` is `{}`: it is an ISO 4217 code such as CNY or EUR", excerpt(code))),
            Ok,
        )?,
        Some(other) => return bad(format!("`currency` is {}: it is a code such as CNY", other.type_name())),
        None => return bad(format!("`currency` is missing: `{name}` is in one, such as CNY")),
    };
    Money::parse(text, currency).map(Some).or_else(|error| wrong(name, text, error))
}

fn digits<'f>(value: &'f FieldValue<'_>, name: &str) -> Result<&'f str, Refusal> {
    match value {
        FieldValue::Number(text) | FieldValue::Text(text) => Ok(text),
        other => bad(format!("`{name}` is {}: it is a number such as \"1200.50\"", other.type_name())),
    }
}

fn wrong<T>(name: &str, text: &str, error: DecimalError) -> Result<T, Refusal> {
    bad(format!("`{name}` is `{}`: {error}", excerpt(text)))
}
