//! Money by hand: whole cents of the few currencies of the tests.

use super::matching::word;
use crate::event::Event;

/// The amount of a field in the smallest unit of the event's currency, and that currency.
pub(super) fn stated(event: &Event, field: &str) -> Option<(i128, String)> {
    let currency = word(event, "currency")?;
    let amount = word(event, field)?;
    Some((fixed(&amount, decimals(&currency)), currency))
}

/// `12.50 CNY`.
pub(super) fn written(amount: i128, currency: &str) -> String {
    match decimals(currency) {
        0 => format!("{amount} {currency}"),
        _ => format!("{}.{:02} {currency}", amount / 100, amount % 100),
    }
}

/// The part of an amount that a share written like `0.25` stands for, half of the smallest unit rounded up.
pub(super) fn part(amount: i128, share: &str) -> i128 {
    let share = fixed(share, 9);
    (amount * share + 500_000_000) / 1_000_000_000
}

/// A number in units of its last of `decimals` decimals, of which it has no more.
pub(super) fn fixed(text: &str, decimals: usize) -> i128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction:0<decimals$}");
    digits.parse().unwrap_or_else(|_| panic!("`{text}` is no number of {decimals} decimals"))
}

fn decimals(currency: &str) -> usize {
    match currency {
        "JPY" => 0,
        "CNY" | "USD" => 2,
        _ => panic!("the model does not know the currency {currency}"),
    }
}
