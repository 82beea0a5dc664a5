//! What a broken promise costs (L21).

use super::context::Context;
use super::fields::{Fields, parsed, shown};
use super::mistake::{Place, Report};
use super::tree::Node;
use super::{remedy, task};
use crate::money::{Currency, Money};
use crate::policy::Liability;

pub(super) const KEYS: [&str; 5] = ["after", "currency", "cap", "assess", "settle"];

/// Reads the section.
pub(super) fn read(
    node: &Node,
    at: Place,
    objectives: &[&str],
    context: &Context,
    report: &mut Report,
) -> Option<Liability> {
    let fields = Fields::of(node, at, "`liability`", &KEYS, report)?;
    let after = match fields.get("after") {
        Some((at, node)) => remedy::after(node, at, objectives, report),
        None => Some(Vec::new()),
    };
    let currency = fields
        .required("currency", "name the currency of claims: `currency: CNY`", report)
        .and_then(|(_, node)| parsed(node, "`currency`", read_currency, report));
    let cap = match (fields.get("cap"), currency) {
        (Some((_, node)), Some(currency)) => Some(parsed(node, "`cap`", |text| read_cap(text, currency), report)),
        _ => None,
    };
    let assess = task::required(&fields, "assess", context, report);
    let settle = task::required(&fields, "settle", context, report);
    Some(Liability {
        after: after?,
        currency: currency?,
        cap: match cap {
            Some(read) => Some(read?),
            None => None,
        },
        assess: assess?,
        settle: settle?,
    })
}

fn read_currency(text: &str) -> Result<Currency, (String, String)> {
    Currency::from_code(text).ok_or_else(|| {
        let what = format!("`{}` is not a currency", shown(text));
        (what, "write its ISO 4217 code in capitals: `CNY`, `EUR`, `USD`".to_owned())
    })
}

fn read_cap(text: &str, currency: Currency) -> Result<Money, (String, String)> {
    Money::parse(text, currency).map_err(|error| {
        let what = format!("`cap` can not be `{}`: {error}", shown(text));
        (what, format!("write the most that is paid in a case, in {currency}: `cap: 50000`"))
    })
}
