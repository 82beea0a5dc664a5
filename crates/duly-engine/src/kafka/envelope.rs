//! From a record of Kafka to a ticket event, or the reason why there is none: `CloudEvents` 1.0 in binary mode, where
//! attributes are headers, or in structured mode, where the value has all.

use std::borrow::Cow;

use duly_core::ticket::{Attributes, Refusal, RefusalKind, TicketEvent, parse_binary, parse_structured};
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};

use super::partition;
use crate::record;

/// Reads the record. One that is in another partition than its subject belongs to is refused: another lane has its ticket.
pub(super) fn read<'m>(message: &'m BorrowedMessage<'_>, partitions: usize) -> Result<TicketEvent<'m>, Refusal> {
    let event = event(message)?;
    let belongs = partition::of(&event.subject, partitions);
    if belongs == message.partition() {
        Ok(event)
    } else {
        let what = format!(
            "it is in partition {}, and {} belongs in {belongs}: key records by `tenant/ticket` and partition as Java does \
             (librdkafka: partitioner=murmur2_random)",
            message.partition(),
            event.subject
        );
        Err(Refusal::new(RefusalKind::Misrouted, what))
    }
}

/// Reads the record, wherever it is.
pub(super) fn event<'m>(message: &'m BorrowedMessage<'_>) -> Result<TicketEvent<'m>, Refusal> {
    let value = message.payload().unwrap_or_default();
    record::check_length(value.len() as u64, value.len() as u64)?;
    let (attributes, is_binary) = attributes(message)?;
    if is_binary { parse_binary(attributes, value) } else { parse_structured(value) }
}

/// The attributes in the headers, and whether there are any.
fn attributes<'m>(message: &'m BorrowedMessage<'_>) -> Result<(Attributes<'m>, bool), Refusal> {
    let mut attributes = Attributes::default();
    let mut is_binary = false;
    let Some(headers) = message.headers() else { return Ok((attributes, false)) };
    for place in 0..headers.count() {
        let header = headers.get(place);
        let slot = match header.key {
            "ce_specversion" => &mut attributes.specversion,
            "ce_id" => &mut attributes.id,
            "ce_source" => &mut attributes.source,
            "ce_type" => &mut attributes.kind,
            "ce_subject" => &mut attributes.subject,
            "ce_time" => &mut attributes.time,
            "ce_sequence" => &mut attributes.sequence,
            "content-type" => &mut attributes.datacontenttype,
            _ => continue,
        };
        is_binary |= header.key.starts_with("ce_");
        let value = std::str::from_utf8(header.value.unwrap_or_default())
            .map_err(|_| Refusal::new(RefusalKind::NotCloudEvent, format!("header `{}` is not UTF-8", header.key)))?;
        *slot = Some(Cow::Borrowed(value));
    }
    Ok((attributes, is_binary))
}
