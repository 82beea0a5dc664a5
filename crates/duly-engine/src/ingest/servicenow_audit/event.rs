//! Rows as lines: structured `CloudEvents`, written without a detour over a tree of JSON.

use std::io::Write as _;

use duly_core::time::{Instant, SECOND_NS};

use super::Audit;
use super::columns::{AT_RECEIPT, ATTRIBUTES};
use super::row::Row;
use super::symbols::{Symbol, quote};

/// The source that all events name; with the id it identifies an event.
const SOURCE: &str = "/servicenow/audit";

/// Writes events of one audit into one buffer, a line at a time.
pub(super) struct Writer<'a> {
    audit: &'a Audit,
    /// The tenant as the beginning of a JSON string: `"servicenow/`.
    tenant: String,
    line: Vec<u8>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(audit: &'a Audit) -> Self {
        let mut tenant = String::new();
        quote(&audit.options.tenant, &mut tenant);
        tenant.pop();
        tenant.push('/');
        Writer { audit, tenant, line: Vec::with_capacity(1024) }
    }

    /// The line that opens the ticket of `row`. What the row leaves empty, the receipt says nothing about.
    pub(super) fn received(&mut self, row: &Row) -> &[u8] {
        self.open(row);
        self.push("/received\"");
        self.envelope("received", row, row.opened_at);
        self.push(",\"data\":{");
        let mut comma = "";
        for place in AT_RECEIPT.into_iter().filter(|&place| row.attributes[place] != Symbol::NULL) {
            self.push(comma);
            self.member(ATTRIBUTES[place].name, row.attributes[place]);
            comma = ",";
        }
        self.close()
    }

    /// The line that says what `row` shows. Where another row has the same number, time and sequence but other content,
    /// the id is told apart by a digest of that content, which does not depend on the order of the file.
    pub(super) fn observed(&mut self, row: &Row, ambiguous: bool) -> &[u8] {
        self.open(row);
        self.push("/");
        self.sequence(row);
        self.push("@");
        self.local_time(row);
        if ambiguous {
            self.push(&format!("#{:016x}", digest(self.audit, row)));
        }
        self.push("\"");
        self.envelope("observed", row, row.at);
        self.push(",\"sequence\":\"");
        self.sequence(row);
        self.push("\",\"data\":{");
        self.member("status", row.state.status);
        if let Some(class) = row.state.class {
            self.push(",\"status_class\":\"");
            self.push(class.name());
            self.push("\",");
            self.member("reason", row.state.reason);
        }
        for (place, attribute) in ATTRIBUTES.iter().enumerate().filter(|&(place, _)| self.audit.present[place]) {
            self.push(",");
            self.member(attribute.name, row.attributes[place]);
        }
        self.close()
    }

    /// Begins a line, up to the number in the id; the quote that ends the id is still to come.
    fn open(&mut self, row: &Row) {
        let number = self.audit.symbols.json(row.number);
        self.line.clear();
        self.push("{\"specversion\":\"1.0\",\"id\":");
        self.push(&number[..number.len() - 1]);
    }

    fn envelope(&mut self, name: &str, row: &Row, at: Instant) {
        self.push(",\"source\":\"");
        self.push(SOURCE);
        self.push("\",\"type\":\"duly.ticket.");
        self.push(name);
        self.push(".v1\",\"subject\":");
        self.line.extend_from_slice(self.tenant.as_bytes());
        self.push(&self.audit.symbols.json(row.number)[1..]);
        self.push(",\"time\":\"");
        at.write(&mut self.line);
        self.push("\"");
    }

    fn close(&mut self) -> &[u8] {
        self.push("}}\n");
        &self.line
    }

    /// A member of the data; `name` needs no escapes.
    fn member(&mut self, name: &str, value: Symbol) {
        self.push("\"");
        self.push(name);
        self.push("\":");
        self.push(self.audit.symbols.json(value));
    }

    fn sequence(&mut self, row: &Row) {
        write!(self.line, "{}", row.sequence).expect("a vector takes all that is written");
    }

    /// The time as the file has it, to the minute where that says all: an id stays when the zone is corrected.
    fn local_time(&mut self, row: &Row) {
        Instant::from_ns(row.at.ns() + i64::from(row.offset_s) * SECOND_NS).write(&mut self.line);
        for suffix in [&b"Z"[..], b":00"] {
            if self.line.ends_with(suffix) {
                self.line.truncate(self.line.len() - suffix.len());
            }
        }
    }

    fn push(&mut self, text: &str) {
        self.line.extend_from_slice(text.as_bytes());
    }
}

/// FNV-1a over all that the event asserts: fixed for ever, since ids contain it.
fn digest(audit: &Audit, row: &Row) -> u64 {
    let bytes = row.content().flat_map(|symbol| audit.symbols.json(symbol).bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
