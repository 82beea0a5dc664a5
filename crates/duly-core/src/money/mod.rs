//! Money: an exact amount in a currency (L21). Whole minor units and never a float: what was claimed, accepted and paid adds up to
//! the cent, and amounts of different currencies do not add up at all.

mod currency;
mod decimal;

pub use currency::Currency;
pub use decimal::{Decimal, DecimalError};

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount in a currency, not negative. It is written `1200.00 CNY`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money {
    currency: Currency,
    /// In the currency's smallest unit.
    minor: i128,
}

impl Money {
    /// Nothing, in that currency.
    pub const fn zero(currency: Currency) -> Money {
        Money { currency, minor: 0 }
    }

    /// The amount that `text` states in major units, such as `1200.00` or `1200`: in no more decimals than the currency has.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, DecimalError> {
        Decimal::parse(text, currency.decimals()).map(|amount| Money { currency, minor: amount.units() })
    }

    /// In which currency it is.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// How many of the currency's smallest units it is.
    pub(crate) const fn minor(self) -> i128 {
        self.minor
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Both together; none where the currencies differ.
    pub fn plus(self, other: Money) -> Option<Money> {
        (self.currency == other.currency).then(|| Money { minor: self.minor + other.minor, ..self })
    }

    /// The part of it that a share stands for, rounded half up to the currency's smallest unit.
    #[must_use]
    pub fn part(self, share: Decimal) -> Money {
        let one = share.one();
        Money { minor: (self.minor * share.units() * 2 + one) / (2 * one), ..self }
    }

    /// The amount in major units with all decimals of its currency, such as `1200.00`.
    pub fn amount(self) -> String {
        Decimal::new(self.minor, self.currency.decimals()).to_string()
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let text = String::deserialize(deserializer)?;
        let (amount, code) =
            text.split_once(' ').ok_or_else(|| D::Error::custom("money is an amount and a currency"))?;
        let currency = Currency::from_code(code).ok_or_else(|| D::Error::custom(format!("`{code}` is no currency")))?;
        Money::parse(amount, currency).map_err(D::Error::custom)
    }
}

impl schemars::JsonSchema for Money {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "An amount and its ISO 4217 currency: `1200.00 CNY`.",
            "type": "string",
            "pattern": "^\\d+(\\.\\d+)? [A-Z]{3}$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn money(text: &str) -> Money {
        let (amount, code) = text.split_once(' ').expect("an amount and a currency");
        Money::parse(amount, Currency::from_code(code).expect("a currency")).expect("an amount")
    }

    #[test]
    fn an_amount_has_the_decimals_of_its_currency() {
        for (written, read) in [
            ("1200 CNY", "1200.00 CNY"),
            ("0.1 EUR", "0.10 EUR"),
            ("12.500 CNY", "12.50 CNY"),
            ("1200 JPY", "1200 JPY"),
            ("1.234 KWD", "1.234 KWD"),
            ("999999999999999.99 USD", "999999999999999.99 USD"),
        ] {
            assert_eq!(money(written).to_string(), read);
        }
    }

    #[test]
    fn sums_are_exact_and_within_a_currency() {
        let tenths = (0..10).fold(money("0 CNY"), |sum, _| sum.plus(money("0.1 CNY")).expect("one currency"));
        assert_eq!(tenths, money("1 CNY"));
        assert_eq!(money("1 CNY").plus(money("1 USD")), None);
    }

    #[test]
    fn a_part_is_rounded_half_up() {
        let part = |of: &str, share: &str| money(of).part(Decimal::parse(share, 9).expect("a share")).to_string();
        assert_eq!(part("100 CNY", "0.3"), "30.00 CNY");
        assert_eq!(part("0.05 CNY", "0.5"), "0.03 CNY");
        assert_eq!(part("0.05 CNY", "0.499999999"), "0.02 CNY");
        assert_eq!(part("101 JPY", "0.5"), "51 JPY");
        assert_eq!(part("1234.56 CNY", "1"), "1234.56 CNY");
        assert_eq!(part("1234.56 CNY", "0"), "0.00 CNY");
    }

    #[test]
    fn it_is_read_as_it_is_written() {
        let text = serde_json::to_string(&money("7.5 USD")).expect("JSON");
        assert_eq!(text, "\"7.50 USD\"");
        assert_eq!(serde_json::from_str::<Money>(&text).expect("the same"), money("7.5 USD"));
        for wrong in ["\"7.5\"", "\"7.5 XYZ\"", "\"-7 USD\"", "7"] {
            assert!(serde_json::from_str::<Money>(wrong).is_err(), "{wrong}");
        }
    }
}
