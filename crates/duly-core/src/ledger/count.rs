//! What metrics count of SLA events beside their types: verdicts on promises, open time, steps of ladders, each under what
//! held on the ticket at that moment. None of it is part of a body.

use std::ops::Range;

use super::{Entry, Ledger, State, slice};
use crate::clock::{Detail, Moment, SlaKind};
use crate::ticket::{Dict, NameRef};
use crate::time::{Instant, Span};

/// How the ticket stands to which something has happened.
pub struct Circumstances<'a> {
    pub(super) state: &'a State,
    pub(super) dict: &'a Dict,
}

impl<'a> Circumstances<'a> {
    fn category(&self) -> Option<&'a str> {
        self.of_itself(NameRef::CATEGORY)
    }

    /// The team that it was sent to; where its route names none, the team that it says of itself.
    fn team(&self) -> Option<&'a str> {
        let sent_to = self.state.route().and_then(|route| route.team.as_deref());
        sent_to.or_else(|| self.of_itself(NameRef::TEAM))
    }

    fn of_itself(&self, name: NameRef) -> Option<&'a str> {
        let (_, value) = self.state.attributes.iter().find(|(given, _)| *given == name)?;
        self.dict.texts(*value).next()
    }
}

/// What is counted of an SLA event that is published, withdrawn, or counted anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted<'t> {
    /// Its type.
    pub kind: SlaKind,
    /// Since when it is true.
    pub at: Instant,
    /// It is taken back: it does not stand any more, or is counted anew as something else.
    pub is_withdrawn: bool,
    /// What else is counted of it, if anything is, and of which objective, remedy or task.
    pub what: Option<(&'t str, What<'t>)>,
}

/// What is counted of an SLA event beside its type and objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What<'t> {
    /// A promise begins to count, under these labels for the time being.
    Started(Labels<'t>),
    /// A promise was met, with that much open time from its start to its stop.
    Met(Labels<'t>, Span),
    /// A promise was broken.
    Breached(Labels<'t>),
    /// A promise that had been met runs on: the verdict is taken back.
    Reopened(Labels<'t>),
    /// A promise was stopped after its breach, that much open time after its start.
    Late(Span),
    /// A reminder.
    Reminder,
    /// A step of a ladder.
    Step {
        /// Its name.
        step: &'t str,
        /// Whether the ladder has no further one.
        is_last: bool,
    },
}

/// By what verdicts are told apart, as it held at the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labels<'t> {
    /// The ticket's category.
    pub category: Option<&'t str>,
    /// The team that it was sent to; where its route names none, the team that it says of itself.
    pub team: Option<&'t str>,
    /// The priority of its route.
    pub priority: Option<u16>,
}

/// As [`What`], with its texts in the ledger's buffer.
#[derive(Debug, Clone)]
pub(super) struct Note {
    kind: Noted,
    /// The category; of a step its name.
    text: Option<Range<u32>>,
    team: Option<Range<u32>>,
    priority: Option<u16>,
}

#[derive(Debug, Clone, Copy)]
enum Noted {
    Started,
    Met(Span),
    Breached,
    Reopened,
    Late(Span),
    Reminder,
    Step { is_last: bool },
}

impl Noted {
    /// What is owed for something is no promise: no verdicts are counted of it.
    fn of(moment: &Moment<'_>) -> Option<Self> {
        let is_promise = moment.clock.is_some_and(|clock| clock.owed.is_none());
        Some(match (moment.kind, moment.detail) {
            (SlaKind::Escalated, Detail::Escalated { is_last, .. }) => Noted::Step { is_last },
            (SlaKind::ReminderDue, _) => Noted::Reminder,
            _ if !is_promise => return None,
            (SlaKind::ClockStarted, _) => Noted::Started,
            (SlaKind::ClockMet, Detail::Stopped { open, .. }) => Noted::Met(open),
            (SlaKind::ClockStoppedLate, Detail::Stopped { open, .. }) => Noted::Late(open),
            (SlaKind::ClockResumed, Detail::Held { takes_back: true, .. }) => Noted::Reopened,
            (SlaKind::Breached, _) => Noted::Breached,
            _ => return None,
        })
    }

    fn has_labels(self) -> bool {
        !matches!(self, Noted::Late(_) | Noted::Reminder | Noted::Step { .. })
    }
}

/// The note of an entry of which nothing is counted but its type.
pub(super) const NO_NOTE: u32 = u32::MAX;

impl Ledger {
    /// Notes what is counted of a moment; where the note is.
    pub(super) fn note(&mut self, moment: &Moment<'_>) -> u32 {
        let Some(kind) = Noted::of(moment) else { return NO_NOTE };
        let text = match moment.detail {
            Detail::Escalated { step, .. } => Some(self.put(step)),
            _ => None,
        };
        self.unlabelled += u32::from(kind.has_labels());
        self.notes.push(Note { kind, text, team: None, priority: None });
        self.notes.len() as u32 - 1
    }

    /// Labels what was noted since the last time.
    pub(super) fn label(&mut self, ticket: &Circumstances<'_>) {
        let (category, team) = (ticket.category().map(|text| self.put(text)), ticket.team().map(|text| self.put(text)));
        let priority = ticket.state.route().and_then(|route| route.priority);
        let notes = self.notes.iter_mut().rev().filter(|note| note.kind.has_labels());
        for note in notes.take(std::mem::take(&mut self.unlabelled) as usize) {
            (note.text, note.team, note.priority) = (category.clone(), team.clone(), priority);
        }
    }

    /// Takes over what another ledger notes of an entry; where that is.
    pub(super) fn adopt_note(&mut self, other: &Ledger, entry: &Entry) -> u32 {
        let Some(note) = other.notes.get(entry.note as usize) else { return NO_NOTE };
        let mut copy = |range: &Option<Range<u32>>| range.as_ref().map(|range| self.put(other.text(range)));
        let (text, team) = (copy(&note.text), copy(&note.team));
        self.notes.push(Note { text, team, ..note.clone() });
        self.notes.len() as u32 - 1
    }

    /// What is counted of an entry.
    pub(crate) fn counted(&self, entry: &Entry, is_withdrawn: bool) -> Counted<'_> {
        let what = self.what(entry).map(|what| (self.objective(entry), what));
        Counted { kind: entry.kind, at: entry.at, is_withdrawn, what }
    }

    /// The objective of an entry that is about a clock: its key begins with the names of policy and objective.
    fn objective(&self, entry: &Entry) -> &str {
        let name = self.key(entry).split(|byte| *byte == 0).nth(1);
        name.and_then(|name| std::str::from_utf8(name).ok()).unwrap_or_default()
    }

    /// What is counted of an entry beside its type.
    pub(super) fn what(&self, entry: &Entry) -> Option<What<'_>> {
        let note = self.notes.get(entry.note as usize)?;
        let text = |range: &Option<Range<u32>>| range.as_ref().map(|range| self.text(range));
        let (category, team) = (text(&note.text), text(&note.team));
        let labels = Labels { category, team, priority: note.priority };
        Some(match note.kind {
            Noted::Started => What::Started(labels),
            Noted::Met(open) => What::Met(labels, open),
            Noted::Breached => What::Breached(labels),
            Noted::Reopened => What::Reopened(labels),
            Noted::Late(open) => What::Late(open),
            Noted::Reminder => What::Reminder,
            Noted::Step { is_last } => What::Step { step: category.unwrap_or_default(), is_last },
        })
    }

    fn put(&mut self, text: &str) -> Range<u32> {
        let from = self.text.len() as u32;
        self.text.extend_from_slice(text.as_bytes());
        from..self.text.len() as u32
    }

    fn text(&self, range: &Range<u32>) -> &str {
        std::str::from_utf8(slice(&self.text, range)).expect("it was put there as text")
    }
}
