//! From a record of Kafka to a ticket event, or the reason why there is none: `CloudEvents` 1.0 in binary mode, where
//! attributes are headers, or in structured mode, where the value has all.

use std::borrow::Cow;

use duly_core::lane::{Content, Input, PROGRESS, Progress};
use duly_core::ticket::{Attributes, Refusal, RefusalKind, TicketEvent, parse_binary, parse_structured};
use duly_core::time::Instant;
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};

use super::partition;
use crate::record;

/// The header of a dead letter that was produced again: where the letter is. It stays with the record if that is refused anew.
pub(super) const REDRIVE: &str = "duly_redrive";

/// The header of a record of the log that was produced again, because a retired ticket comes back: the dead letter that asks for
/// it. The ticket's records come in their order, and that letter last.
pub(super) const HISTORY: &str = "duly_history";

/// What a record that was produced again says of itself. Its header is the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again<'m> {
    /// A dead letter.
    Letter(&'m [u8]),
    /// A record of the log that comes before this dead letter.
    Before(&'m [u8]),
}

/// Whether a record was produced again, and why.
pub(super) fn again<'m>(message: &'m BorrowedMessage<'_>) -> Option<Again<'m>> {
    let headers = message.headers()?;
    let last = headers.try_get(headers.count().checked_sub(1)?)?;
    match last.key {
        REDRIVE => last.value.map(Again::Letter),
        HISTORY => last.value.map(Again::Before),
        _ => None,
    }
}

/// Whether it was in the log before: whatever becomes of it now, that is where it stays.
pub(super) fn is_copy(message: &BorrowedMessage<'_>) -> bool {
    matches!(again(message), Some(Again::Before(_)))
}

/// What a lane is given of a record.
pub(super) fn input<'m>(message: &'m BorrowedMessage<'_>, partitions: usize) -> Input<'m> {
    let head = head(message);
    Input {
        appended_at: message.timestamp().to_millis().map(|ms| Instant::from_ns(ms.saturating_mul(1_000_000))),
        revives: head.as_ref().is_ok_and(|head| head.is_redriven),
        content: head.map_or_else(Content::Refused, |head| content(message, head, partitions)),
    }
}

/// Reads an event, or a progress mark, which may be in any partition.
fn content<'m>(message: &'m BorrowedMessage<'_>, head: Head<'m>, partitions: usize) -> Content<'m> {
    if head.attributes.kind.as_deref() == Some(PROGRESS) {
        let mark = Progress::read(message.payload().unwrap_or_default());
        return mark.map_or_else(Content::Refused, Content::Progress);
    }
    routed(message, head, partitions).into()
}

/// Reads the event. One that is in another partition than its subject belongs to is refused: another lane has its ticket.
fn routed<'m>(message: &'m BorrowedMessage<'_>, head: Head<'m>, partitions: usize) -> Result<TicketEvent<'m>, Refusal> {
    let event = parse(message, head)?;
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

/// Reads the event, wherever it is.
pub(super) fn event<'m>(message: &'m BorrowedMessage<'_>) -> Result<TicketEvent<'m>, Refusal> {
    parse(message, head(message)?)
}

fn parse<'m>(message: &'m BorrowedMessage<'_>, head: Head<'m>) -> Result<TicketEvent<'m>, Refusal> {
    let value = message.payload().unwrap_or_default();
    record::check_length(value.len() as u64, value.len() as u64)?;
    if head.is_binary { parse_binary(head.attributes, value) } else { parse_structured(value) }
}

/// What the headers say.
#[derive(Default)]
struct Head<'m> {
    attributes: Attributes<'m>,
    /// Whether they have attributes: then the value is the event's data.
    is_binary: bool,
    is_redriven: bool,
}

fn head<'m>(message: &'m BorrowedMessage<'_>) -> Result<Head<'m>, Refusal> {
    let mut head = Head::default();
    let Some(headers) = message.headers() else { return Ok(head) };
    let attributes = &mut head.attributes;
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
            REDRIVE | HISTORY => {
                head.is_redriven = true;
                continue;
            }
            _ => continue,
        };
        head.is_binary |= header.key.starts_with("ce_");
        let value = std::str::from_utf8(header.value.unwrap_or_default())
            .map_err(|_| Refusal::new(RefusalKind::NotCloudEvent, format!("header `{}` is not UTF-8", header.key)))?;
        *slot = Some(Cow::Borrowed(value));
    }
    Ok(head)
}
