//! Messages of sources among the dead letters: written as those of lanes are, with the source's name.

use rdkafka::message::{Header, OwnedHeaders};

use super::outgoing::DEAD_LETTER_PREFIX;

/// On a dead letter: the name of the source whose message it is, which has to be mapped again where it is redriven.
pub(super) const SOURCE: &str = "duly_source";

/// Where a message was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'p> {
    /// The topic.
    pub(super) topic: &'p str,
    /// The partition.
    pub(super) partition: i32,
    /// The offset.
    pub(super) offset: i64,
    /// When that topic took it, in ms since 1970.
    pub(super) appended_ms: i64,
}

/// The headers of a dead letter: those that the message came with, and why it is here. One that came by a webhook has no place.
pub(super) fn headers<'h>(
    source: &str,
    reason: &str,
    detail: &str,
    place: Option<Place<'_>>,
    came_with: impl Iterator<Item = (&'h str, &'h [u8])>,
) -> OwnedHeaders {
    let own = came_with.filter(|(name, _)| !name.starts_with(DEAD_LETTER_PREFIX));
    let headers =
        own.fold(OwnedHeaders::new(), |headers, (key, value)| headers.insert(Header { key, value: Some(value) }));
    let mut said =
        vec![("duly_reason", reason.to_owned()), ("duly_detail", detail.to_owned()), (SOURCE, source.to_owned())];
    if let Some(Place { topic, partition, offset, appended_ms }) = place {
        said.extend([
            ("duly_topic", topic.to_owned()),
            ("duly_partition", partition.to_string()),
            ("duly_offset", offset.to_string()),
            ("duly_appended_ms", appended_ms.to_string()),
        ]);
    }
    said.iter().fold(headers, |headers, (key, value)| headers.insert(Header { key, value: Some(value.as_bytes()) }))
}
