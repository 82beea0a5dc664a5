//! Numbers with their thousands apart.

/// A count: `12,345`.
pub(crate) fn grouped(count: u64) -> String {
    apart(&count.to_string())
}

/// A count of things, of which `one` is one: `1 event`, `1,200 events`.
pub(crate) fn counted(count: u64, one: &str) -> String {
    format!("{} {one}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// A decimal, of whatever decimals: `12,345.60`, `−1,200.00`.
pub(crate) fn amount(decimal: &str) -> String {
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |digits| ("−", digits));
    match digits.split_once('.') {
        Some((whole, fraction)) => format!("{sign}{}.{fraction}", apart(whole)),
        None => format!("{sign}{}", apart(digits)),
    }
}

fn apart(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        let told = ["0", "999.99", "1200.00", "-1234567.890", "100000"].map(amount);
        assert_eq!(told, ["0", "999.99", "1,200.00", "−1,234,567.890", "100,000"]);
    }
}
