//! What a lane keeps of a ticket, in memory and in the changelog: all of it, or what is left after it was retired.
//!
//! The stored form is a byte for the format, one for which of these it is, and the rest. Format 1, which knew neither
//! quarantine nor retirement, is still read.

use std::sync::Arc;

use super::ticket::{Ticket, Withdrawn};
use crate::ticket::{Record, RecordError};
use crate::time::Instant;

/// What is kept of a ticket.
#[derive(Debug, Clone)]
pub enum Kept {
    /// All of it.
    Ticket(Arc<Ticket>),
    /// What is left of one that was retired.
    Retired(Box<Marker>),
}

/// What is left of a retired ticket: enough to refuse what comes late, and to tell, once all its events are fed again,
/// what was published of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// When it was retired, in append time.
    pub retired_at: Instant,
    /// How many events it had.
    pub events: u32,
    /// How many control events it was derived under.
    pub(super) controls: u32,
    /// [`Record::digest`] of its events.
    pub(super) digest: u64,
    pub(super) withdrawn: Withdrawn,
}

/// The format of [`Kept::write`].
const FORMAT: u8 = 2;

/// What the second byte says.
const LIVE: u8 = 0;
const QUARANTINED: u8 = 1;
const RETIRED: u8 = 2;

impl Kept {
    /// The ticket, unless it was retired.
    pub fn ticket(&self) -> Option<&Ticket> {
        match self {
            Kept::Ticket(ticket) => Some(ticket),
            Kept::Retired(_) => None,
        }
    }

    /// Whether the ticket was retired.
    pub fn is_retired(&self) -> bool {
        matches!(self, Kept::Retired(_))
    }

    /// Whether the ticket is set aside, because the core failed on it.
    pub fn is_quarantined(&self) -> bool {
        self.ticket().is_some_and(Ticket::is_quarantined)
    }

    /// When something happens to it next.
    pub(super) fn next(&self) -> Instant {
        self.ticket().map_or(Instant::MAX, |ticket| ticket.next)
    }

    /// How many control events it was derived under.
    pub(super) fn controls(&self) -> usize {
        match self {
            Kept::Ticket(ticket) => ticket.controls as usize,
            Kept::Retired(marker) => marker.controls as usize,
        }
    }

    /// The append time up to which it is a witness: that of its last event, or of its retirement.
    pub(super) fn appended_at(&self) -> Instant {
        match self {
            Kept::Ticket(ticket) => ticket.appended_at,
            Kept::Retired(marker) => marker.retired_at,
        }
    }

    /// Appends the stored form: everything but the simulation, which follows.
    pub fn write(&self, out: &mut Vec<u8>) {
        let (standing, withdrawn) = match self {
            Kept::Ticket(ticket) if ticket.is_quarantined() => (QUARANTINED, &ticket.withdrawn),
            Kept::Ticket(ticket) => (LIVE, &ticket.withdrawn),
            Kept::Retired(marker) => (RETIRED, &marker.withdrawn),
        };
        out.extend_from_slice(&[FORMAT, standing]);
        out.extend_from_slice(&(self.controls() as u32).to_le_bytes());
        out.extend_from_slice(&(withdrawn.len() as u32).to_le_bytes());
        for (id, count) in withdrawn {
            out.extend_from_slice(&id.to_le_bytes());
            out.extend_from_slice(&count.to_le_bytes());
        }
        out.extend_from_slice(&self.appended_at().ns().to_le_bytes());
        match self {
            Kept::Ticket(ticket) => {
                if ticket.is_quarantined() {
                    out.extend_from_slice(&ticket.judged_until.ns().to_le_bytes());
                }
                ticket.record.write(out);
            }
            Kept::Retired(marker) => {
                out.extend_from_slice(&marker.events.to_le_bytes());
                out.extend_from_slice(&marker.digest.to_le_bytes());
            }
        }
    }

    /// Reads what [`Kept::write`] wrote, in this release or the one before. Of a ticket nothing is judged yet.
    pub fn read(bytes: &[u8]) -> Result<Kept, RecordError> {
        let (format, rest) = bytes.split_first().ok_or(RecordError::Damaged)?;
        let mut rest = Rest(rest);
        match *format {
            1 => read_first(&mut rest),
            FORMAT => read_second(&mut rest),
            0 => Err(RecordError::Damaged),
            newer => Err(RecordError::Newer { found: u64::from(newer), known: u64::from(FORMAT) }),
        }
        .and_then(|kept| if rest.0.is_empty() { Ok(kept) } else { Err(RecordError::Damaged) })
    }
}

fn read_first(rest: &mut Rest<'_>) -> Result<Kept, RecordError> {
    let (controls, withdrawn) = rest.head()?;
    Ok(Kept::Ticket(Arc::new(rest.ticket(controls, withdrawn, Instant::MIN)?)))
}

fn read_second(rest: &mut Rest<'_>) -> Result<Kept, RecordError> {
    let [standing] = rest.take()?;
    let (controls, withdrawn) = rest.head()?;
    let appended_at = rest.instant()?;
    let ticket = match standing {
        LIVE => rest.ticket(controls, withdrawn, appended_at)?,
        QUARANTINED => {
            let published_until = rest.instant()?;
            rest.ticket(controls, withdrawn, appended_at)?.quarantined(published_until)
        }
        RETIRED => {
            let events = u32::from_le_bytes(rest.take()?);
            let digest = u64::from_le_bytes(rest.take()?);
            let marker = Marker { retired_at: appended_at, events, controls, digest, withdrawn };
            return Ok(Kept::Retired(Box::new(marker)));
        }
        _ => return Err(RecordError::Damaged),
    };
    Ok(Kept::Ticket(Arc::new(ticket)))
}

/// What is still to be read.
struct Rest<'b>(&'b [u8]);

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], RecordError> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(RecordError::Damaged)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn instant(&mut self) -> Result<Instant, RecordError> {
        self.take().map(i64::from_le_bytes).map(Instant::from_ns)
    }

    fn head(&mut self) -> Result<(u32, Withdrawn), RecordError> {
        let controls = u32::from_le_bytes(self.take()?);
        let count = u32::from_le_bytes(self.take()?);
        let mut withdrawn = Vec::new();
        for _ in 0..count {
            let id = u128::from_le_bytes(self.take()?);
            withdrawn.push((id, u32::from_le_bytes(self.take()?)));
        }
        Ok((controls, withdrawn.into()))
    }

    fn ticket(&mut self, controls: u32, withdrawn: Withdrawn, appended_at: Instant) -> Result<Ticket, RecordError> {
        let mut at = 0;
        let mut ticket = Ticket::new(Record::read(self.0, &mut at)?, controls, withdrawn);
        self.0 = &self.0[at..];
        ticket.appended_at = appended_at;
        Ok(ticket)
    }
}
