//! Decimal numbers with a fixed number of decimals: exact, and read from text alone, in which they are not negative.

use std::fmt;

/// The most digits before the point.
const DIGITS_MAX: usize = 15;

/// A number with a fixed number of decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// The number in units of its last decimal.
    units: i128,
    decimals: u32,
}

/// Why a text is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// It is none, or it is negative, or written in another way.
    #[error("it is a number that is not negative, in digits and a point, such as 1200.50")]
    NotPlain,
    /// It has more decimals than count.
    #[error("it has more than {decimals} decimals")]
    TooFine {
        /// How many count.
        decimals: u32,
    },
    /// It is too large.
    #[error("it has over {DIGITS_MAX} digits before the point")]
    TooLarge,
}

impl Decimal {
    /// So many units of the last of `decimals` decimals; a sum of differences may be less than nothing.
    pub(crate) const fn new(units: i128, decimals: u32) -> Decimal {
        Decimal { units, decimals }
    }

    /// The number that `text` states, in at most that many decimals; further ones are zeros.
    pub fn parse(text: &str, decimals: u32) -> Result<Decimal, DecimalError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) {
            return Err(DecimalError::NotPlain);
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        if whole.len() > DIGITS_MAX {
            return Err(DecimalError::TooLarge);
        }
        if fraction.len() > decimals as usize {
            return Err(DecimalError::TooFine { decimals });
        }
        let digits = format!("0{whole}{fraction:0<width$}", width = decimals as usize);
        digits.parse().map(|units| Decimal { units, decimals }).map_err(|_| DecimalError::TooLarge)
    }

    /// In units of the last decimal.
    pub(crate) const fn units(self) -> i128 {
        self.units
    }

    /// How many of these units are one.
    pub(crate) const fn one(self) -> i128 {
        10_i128.pow(self.decimals)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let (whole, fraction) = ((self.units / self.one()).abs(), (self.units % self.one()).abs());
        match self.decimals as usize {
            0 => write!(f, "{sign}{whole}"),
            decimals => write!(f, "{sign}{whole}.{fraction:0>decimals$}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_plain_number_is_refused() {
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,200", "1 200", "0x1", "١", "NaN", "1.2.3"] {
            assert_eq!(Decimal::parse(text, 2), Err(DecimalError::NotPlain), "{text}");
        }
        assert_eq!(Decimal::parse("0.001", 2), Err(DecimalError::TooFine { decimals: 2 }));
        assert_eq!(Decimal::parse("1234567890123456", 2), Err(DecimalError::TooLarge));
    }

    #[test]
    fn a_number_is_written_with_all_its_decimals() {
        for (text, decimals, written) in
            [("0", 0, "0"), ("007", 2, "7.00"), ("0.5", 3, "0.500"), ("1.10", 1, "1.1"), ("0.0", 0, "0")]
        {
            assert_eq!(Decimal::parse(text, decimals).expect("a number").to_string(), written);
        }
        assert_eq!(
            (Decimal::new(-5, 2).to_string(), Decimal::new(-150, 1).to_string()),
            ("-0.05".into(), "-15.0".into())
        );
    }
}
