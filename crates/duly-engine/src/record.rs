//! From the bytes of a record to a ticket event, or the reason why there is none.

use duly_core::ticket::{Refusal, RefusalKind, TicketEvent, parse_structured};

/// The longest record that is read, in bytes; a longer one is a dead letter.
pub const RECORD_BYTES_MAX: usize = 1 << 20;

/// Reads a record of `length` bytes, of which `bytes` are all or the beginning.
pub(crate) fn read(bytes: &[u8], length: u64) -> Result<TicketEvent<'_>, Refusal> {
    check_length(bytes.len() as u64, length)?;
    parse_structured(bytes)
}

/// Refuses a record of `length` bytes, of which `kept` are at hand, where that is too long.
pub(crate) fn check_length(kept: u64, length: u64) -> Result<(), Refusal> {
    if length <= RECORD_BYTES_MAX as u64 {
        return Ok(());
    }
    let kept = if kept < length {
        format!("; the first {kept} are kept here, the rest is at its place in the feed")
    } else {
        String::new()
    };
    let what = format!(
        "{length} bytes: an event has at most {RECORD_BYTES_MAX}; name what is large instead of sending it{kept}"
    );
    Err(Refusal::new(RefusalKind::TooLarge, what))
}
