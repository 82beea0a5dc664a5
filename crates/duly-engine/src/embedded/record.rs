//! From the bytes of a record to a ticket event, or the reason why there is none.

use duly_core::ticket::{Refusal, RefusalKind, TicketEvent, parse_structured};

/// The longest record that is read, in bytes; a longer one is a dead letter.
pub const RECORD_BYTES_MAX: usize = 1 << 20;

/// Reads a record of `length` bytes, of which `bytes` are all or the beginning.
pub(super) fn read(bytes: &[u8], length: u64) -> Result<TicketEvent<'_>, Refusal> {
    if length > RECORD_BYTES_MAX as u64 {
        let kept = if (bytes.len() as u64) < length {
            format!("; the first {} are kept here, the rest is at its place in the feed", bytes.len())
        } else {
            String::new()
        };
        let what = format!(
            "{length} bytes: an event has at most {RECORD_BYTES_MAX}; name what is large instead of sending it{kept}"
        );
        return Err(Refusal::new(RefusalKind::TooLarge, what));
    }
    parse_structured(bytes)
}
