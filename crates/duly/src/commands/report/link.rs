//! Where a ticket is found in the CRM: an address with a place for the ticket.

use std::str::FromStr;

/// An address with `{ticket}` in it, and perhaps `{tenant}`.
#[derive(Debug, Clone)]
pub(super) struct Link(String);

impl FromStr for Link {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_address = text.starts_with("https://") || text.starts_with("http://");
        if !is_address || !text.contains("{ticket}") {
            return Err("an address is http:// or https:// and has {ticket} where the ticket's name goes".to_owned());
        }
        Ok(Link(text.to_owned()))
    }
}

impl Link {
    /// The address of the ticket `tenant/ticket`.
    pub(super) fn to(&self, subject: &str) -> String {
        let (tenant, ticket) = subject.split_once('/').unwrap_or(("", subject));
        // In one pass, so that a ticket that is called `{tenant}` stays what it is.
        self.0.split('{').enumerate().fold(String::new(), |address, (position, part)| {
            let rest = |name: &str| part.strip_prefix(name).filter(|_| position > 0);
            match (rest("ticket}"), rest("tenant}")) {
                (Some(rest), _) => address + &encoded(ticket) + rest,
                (_, Some(rest)) => address + &encoded(tenant) + rest,
                _ if position > 0 => address + "{" + part,
                _ => address + part,
            }
        })
    }
}

/// A part of an address, percent-encoded.
fn encoded(part: &str) -> String {
    part.bytes().fold(String::new(), |mut all, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            all.push(char::from(byte));
        } else {
            all += &format!("%{byte:02X}");
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ticket_takes_its_place_encoded() {
        for (link, subject, address) in [
            ("https://crm/tickets/{ticket}", "acme/T-1", "https://crm/tickets/T-1"),
            ("https://crm/{tenant}?id={ticket}#x", "acme/T 1/\"", "https://crm/acme?id=T%201%2F%22#x"),
            ("https://crm/{ticket}/{other}", "a/{tenant}", "https://crm/%7Btenant%7D/{other}"),
        ] {
            assert_eq!(link.parse::<Link>().unwrap().to(subject), address);
        }
        for wrong in ["https://crm/tickets", "javascript:alert({ticket})", "{ticket}", ""] {
            assert!(wrong.parse::<Link>().is_err(), "{wrong}");
        }
    }
}
