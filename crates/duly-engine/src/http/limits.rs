//! How much a client may ask for.

use std::time::Duration;

/// The largest body, in bytes; a larger one is answered with 413.
pub(super) const BODY_BYTES_MAX: usize = 8 << 20;

/// How much of a body that is too large is read on, so that a client which writes before it reads sees the answer.
pub(super) const BODY_BYTES_DRAINED: usize = 4 * BODY_BYTES_MAX;

/// The most bytes of what is told of an emergency.
pub(super) const EMERGENCY_BYTES_MAX: usize = 512 << 10;

/// The largest message that a hook takes, in bytes.
pub(super) const HOOK_BYTES_MAX: usize = 2 << 20;

/// How much of a larger one is read on. One that says beforehand that it is larger still is not read at all.
pub(super) const HOOK_BYTES_DRAINED: usize = 2 * HOOK_BYTES_MAX;

/// How long a source may take to send a message.
pub(super) const HOOK_WAIT: Duration = Duration::from_secs(10);

/// The most events in one request.
pub(super) const EVENTS_MAX: usize = 10_000;

/// How many requests may bring events at a time: together with the largest body this bounds the memory they take.
pub(super) const APPENDS_MAX: usize = 32;

/// How many connections are served at a time; more wait to be accepted.
pub(super) const CONNECTIONS_MAX: usize = 512;

/// How long a client may take to send a request's head, or to begin the next one on the same connection.
pub(super) const HEAD_WAIT: Duration = Duration::from_secs(15);

/// How long a client may take to send a body.
pub(super) const BODY_WAIT: Duration = Duration::from_secs(30);

/// How long requests that are being answered may take once the server was asked to stop.
pub(crate) const STOP_WAIT: Duration = Duration::from_secs(10);

/// What a client is told to wait before it tries again, in seconds.
pub(super) const RETRY_AFTER_S: &str = "1";

/// The most clocks or tickets in one answer.
pub(super) const LISTED_MAX: usize = 1_000;

/// The clocks or tickets in one answer, unless asked otherwise.
pub(super) const LISTED: usize = 50;
