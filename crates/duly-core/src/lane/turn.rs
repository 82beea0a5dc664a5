//! A turn: what one step of a lane wants written, all of it in one transaction.

use std::ops::Range;
use std::sync::Arc;

use uuid::Uuid;

use crate::clock::SlaKind;
use crate::ledger::{Counted, Ledger, event_id};
use crate::notification::{Occasion, emergency_of};
use crate::ticket::Refusal;
use crate::time::Instant;

/// The result of a step.
#[derive(Debug, Default)]
pub struct Turn {
    /// Its number, one more than that of the turn before.
    pub number: u64,
    /// The watermark that it reaches.
    pub watermark: Instant,
    /// How many control events its tickets were derived under.
    pub controls: usize,
    /// What became of each input, in their order (I7).
    pub outcomes: Vec<Outcome>,
    /// The tickets that changed, as positions in the lane: their last state goes to the changelog.
    pub changed: Vec<u32>,
    /// When the lane wants the next step, though nothing arrives.
    pub next_timer: Instant,
    /// There are tickets left that are due, that a new control event has not reached, or that are to be retired: step again
    /// soon.
    pub is_sweeping: bool,
    pub(super) ledger: Ledger,
    pub(super) retractions: Vec<u8>,
    pub(super) publications: Vec<Queued>,
    /// What stands as it was published and is counted anew: where it is in the ledger as it was counted, and as it is now.
    pub(super) recounted: Vec<(usize, usize)>,
}

/// What became of a record that was read (I7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is part of its ticket's history.
    Applied,
    /// It was there already.
    Duplicate,
    /// It goes to the dead letters, for this reason.
    DeadLetter(Refusal),
    /// It is a progress mark, and was taken note of.
    Progress,
}

impl Outcome {
    /// Its name; of what was refused that of the reason.
    pub fn name(&self) -> &'static str {
        match self {
            Outcome::Applied => "applied",
            Outcome::Duplicate => "duplicate",
            Outcome::DeadLetter(refusal) => refusal.kind.name(),
            Outcome::Progress => "progress",
        }
    }
}

/// Something to publish, not yet written out.
#[derive(Debug)]
pub(super) struct Queued {
    pub(super) subject: Arc<str>,
    pub(super) at: Instant,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    /// An entry of the turn's ledger.
    Entry { position: usize, incarnation: u32 },
    /// A retraction, whose data are in `retractions`, of what the turn's ledger has at `withdrawn`.
    Retraction { data: Range<usize>, withdrawn: usize },
}

/// An SLA event to publish.
#[derive(Debug, Clone, Copy)]
pub struct Publication<'t> {
    /// `tenant/ticket`, the key.
    pub subject: &'t str,
    /// The CloudEvents type.
    pub type_name: &'static str,
    /// The CloudEvents time: when it is true from, of a retraction that of what it withdraws.
    pub at: Instant,
    /// The CloudEvents id.
    pub id: Uuid,
    /// How often the same was published and withdrawn before.
    pub incarnation: u32,
    /// The body, JSON.
    pub data: &'t [u8],
}

/// The type of retractions.
pub const RETRACTED: &str = "duly.sla.retracted.v1";

/// What a retraction says of something that does not follow any more, and is not published anew.
const DOES_NOT_FOLLOW: &str = "\"reason\":\"does_not_follow\"";

/// The CloudEvents source of all that Duly publishes.
pub const SOURCE: &str = "/duly";

impl Turn {
    /// What to publish, in order: retractions first, then by instant.
    pub fn publications(&self) -> impl Iterator<Item = Publication<'_>> {
        self.publications.iter().map(|queued| self.publication(queued))
    }

    /// What is published, as metrics count it: no ids are made.
    pub fn counted(&self) -> impl Iterator<Item = Counted<'_>> {
        self.publications.iter().map(|queued| {
            let (position, is_withdrawn) = match &queued.what {
                What::Entry { position, .. } => (*position, false),
                What::Retraction { withdrawn, .. } => (*withdrawn, true),
            };
            self.counted_at(position, is_withdrawn)
        })
    }

    /// What stands as it was published, but is counted as something else now: taken back as what it was, and counted as what it is.
    pub fn recounted(&self) -> impl Iterator<Item = Counted<'_>> {
        let pairs = self.recounted.iter();
        pairs.flat_map(|(was, is)| [self.counted_at(*was, true), self.counted_at(*is, false)])
    }

    fn counted_at(&self, position: usize, is_withdrawn: bool) -> Counted<'_> {
        self.ledger.counted(&self.ledger.entries()[position], is_withdrawn)
    }

    /// An empty turn in the same memory: turns are large, and fresh memory is dear.
    #[must_use]
    pub(super) fn cleared(mut self) -> Turn {
        self.outcomes.clear();
        self.changed.clear();
        self.ledger.clear();
        self.retractions.clear();
        self.publications.clear();
        self.recounted.clear();
        let Turn { outcomes, changed, ledger, retractions, publications, recounted, .. } = self;
        Turn { outcomes, changed, ledger, retractions, publications, recounted, ..Turn::default() }
    }

    /// Whether nothing came of the step that anybody would miss.
    pub fn is_empty(&self) -> bool {
        self.publications.is_empty() && self.changed.is_empty() && self.outcomes.is_empty()
    }

    /// What is told people of it, if anything is.
    pub(super) fn occasion(&self, queued: &Queued) -> Option<Occasion> {
        match &queued.what {
            What::Entry { position, .. } => Occasion::of(self.ledger.entries()[*position].kind),
            // What is published anew with another body corrects itself.
            What::Retraction { data, .. } => {
                let data = &self.retractions[data.clone()];
                let is_gone = std::str::from_utf8(data).is_ok_and(|data| data.contains(DOES_NOT_FOLLOW));
                (is_gone && emergency_of(data).is_some()).then_some(Occasion::Correction)
            }
        }
    }

    /// Whether it tells people something of an emergency.
    pub(super) fn is_told_of_an_emergency(&self, queued: &Queued) -> bool {
        match &queued.what {
            What::Entry { position, .. } => {
                use SlaKind::{EmergencyAnnounced, EmergencyLifted, EmergencyUpdated};
                let kind = self.ledger.entries()[*position].kind;
                matches!(kind, EmergencyAnnounced | EmergencyUpdated | EmergencyLifted)
            }
            What::Retraction { .. } => false,
        }
    }

    pub(super) fn publication<'t>(&'t self, queued: &'t Queued) -> Publication<'t> {
        let (type_name, incarnation, data) = match &queued.what {
            What::Entry { position, incarnation } => {
                let entry = &self.ledger.entries()[*position];
                (entry.kind.type_name(), *incarnation, self.ledger.body(entry))
            }
            What::Retraction { data, .. } => (RETRACTED, 0, &self.retractions[data.clone()]),
        };
        let id = event_id(data, incarnation);
        Publication { subject: &queued.subject, type_name, at: queued.at, id, incarnation, data }
    }
}

impl Publication<'_> {
    /// Appends the CloudEvent in structured mode.
    pub fn write_cloudevent(&self, out: &mut Vec<u8>) {
        let mut event = crate::ledger::Object::open(out);
        event.text("specversion", "1.0").text("id", &self.id.to_string()).text("source", SOURCE);
        event.text("type", self.type_name).text("subject", self.subject).instant("time", self.at);
        event.text("datacontenttype", "application/json");
        if self.incarnation > 0 {
            event.number("incarnation", i64::from(self.incarnation));
        }
        event.raw("data", self.data);
        event.close();
    }
}
