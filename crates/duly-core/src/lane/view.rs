//! A ticket as the outside may see it: what holds, and its clocks.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Marker, Ticket};
use crate::clock::{Clock, OwedFor, Phase};
use crate::control::Controls;
use crate::dossier::{CaseFile, Dossier, InvestigationFile, dossier};
use crate::ledger::State;
use crate::policy::{OwedKind, StatusClass};
use crate::ticket::ValueRef;
use crate::time::Instant;

/// A ticket at the watermark of its lane.
#[derive(Debug, Clone, Serialize)]
pub struct TicketView {
    /// `tenant/ticket`.
    pub subject: String,
    /// Whether its `received` has come.
    pub is_received: bool,
    /// Its status class, where known.
    pub status_class: Option<StatusClass>,
    /// Its attributes; a list has its members, all as text.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// How many events it has, or had when it was retired.
    pub events: usize,
    /// Duly failed on it and has set it aside: nothing is known of its clocks until it is redriven.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub quarantined: bool,
    /// When it was retired, long after it was closed: what it was is in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired_at: Option<Instant>,
    /// The clocks that may still do something.
    pub clocks: Vec<ClockView>,
    /// Its liability cases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<CaseFile>,
    /// Its investigations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub investigations: Vec<InvestigationFile>,
}

/// A clock at the watermark of its lane.
#[derive(Debug, Clone, Serialize)]
pub struct ClockView {
    /// The policy's name.
    pub policy: String,
    /// The content hash of the version by which it is judged.
    pub policy_version: Option<String>,
    /// The objective's name.
    pub objective: String,
    /// The cycle, from 1.
    pub cycle: u32,
    /// Of what is no promise of its own: who owes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Of a remedy the breach that it is owed for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy_for: Option<BreachView>,
    /// Of an assessment or a settlement the breach whose case it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<BreachView>,
    /// Of a corrective action its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// How it stands.
    pub state: ClockState,
    /// When the cycle started.
    pub started_at: Instant,
    /// The deadline as it stands; none where no target matches.
    pub due_at: Option<Instant>,
    /// The deadline lies beyond what its calendar is known for (T12).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// Since when it is paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_since: Option<Instant>,
    /// The emergency that alone holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emergency: Option<String>,
    /// When it was stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<Instant>,
    /// When it breached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breached_at: Option<Instant>,
}

/// A breach, by its objective and cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BreachView {
    /// The objective's name.
    pub objective: String,
    /// The cycle, from 1.
    pub cycle: u32,
}

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// No target matches the ticket.
    Dormant,
    /// It runs towards its deadline.
    Running,
    /// It is paused.
    Paused,
    /// Its deadline has passed, and it runs on.
    Breached,
    /// It was stopped; a reopening lets it run on.
    Stopped,
    /// Its period is over, and somebody is still to be told of its breach.
    Escalating,
}

impl TicketView {
    /// A ticket in quarantine.
    pub(super) fn quarantined(subject: &str, ticket: &Ticket) -> Self {
        TicketView { events: ticket.record.len(), quarantined: true, ..TicketView::bare(subject) }
    }

    /// A retired ticket.
    pub(super) fn retired(subject: &str, marker: &Marker) -> Self {
        let (events, retired_at) = (marker.events as usize, Some(marker.retired_at));
        TicketView { events, retired_at, ..TicketView::bare(subject) }
    }

    fn bare(subject: &str) -> Self {
        TicketView {
            subject: subject.to_owned(),
            is_received: false,
            status_class: None,
            attributes: BTreeMap::new(),
            events: 0,
            quarantined: false,
            retired_at: None,
            clocks: Vec::new(),
            cases: Vec::new(),
            investigations: Vec::new(),
        }
    }
}

impl Ticket {
    /// What the outside may see; `controls` are those that it was derived under.
    pub(super) fn view(&self, subject: &str, controls: &Controls) -> TicketView {
        let (dict, state) = (&self.record.dict, self.simulated(controls));
        let attributes = state
            .attributes
            .iter()
            .filter(|(_, value)| *value != ValueRef::NULL)
            .map(|(name, value)| (dict.name(*name).to_owned(), dict.texts(*value).map(str::to_owned).collect()));
        let has_files = state.files().has_any;
        let dossier = has_files.then(|| dossier(subject, &self.record, controls, self.judged_until));
        let Dossier { cases, investigations } = dossier.unwrap_or_default();
        TicketView {
            cases,
            investigations,
            is_received: state.is_received,
            status_class: state.class,
            attributes: attributes.collect(),
            events: self.record.len(),
            clocks: clocks(&state).collect(),
            ..TicketView::bare(subject)
        }
    }
}

/// The clocks of a simulation, as the outside may see them.
fn clocks(state: &State) -> impl Iterator<Item = ClockView> {
    state.tracks.iter().flat_map(|track| track.clocks.iter().map(|clock| clock_view(&track.plan, clock)))
}

fn clock_view(plan: &crate::control::Plan, clock: &Clock) -> ClockView {
    let judged = clock.judged.as_ref();
    let due_at = judged.map(|judged| judged.due).filter(|due| *due != Instant::MAX);
    let slot = usize::from(clock.slot);
    let known_until = judged.and_then(|judged| plan.row(slot, (judged.stage, judged.target)).measure.known_until());
    let breach = clock.owed_for.as_ref().and_then(OwedFor::breach);
    let breach =
        breach.map(|(slot, cycle)| BreachView { objective: plan.slots[usize::from(slot)].name.clone(), cycle });
    let is_remedy = plan.slots[slot].owed == Some(OwedKind::Remedy);
    let version = judged.map(|judged| plan.stages[usize::from(judged.stage)].policy.version.clone());
    ClockView {
        policy: plan.stages[0].policy.policy.policy.clone(),
        policy_version: version,
        objective: plan.slots[slot].name.clone(),
        cycle: clock.cycle,
        owner: owner(plan, clock),
        remedy_for: breach.clone().filter(|_| is_remedy),
        case: breach.filter(|_| !is_remedy),
        action: match &clock.owed_for {
            Some(OwedFor::Action(action)) => Some(action.name.clone()),
            _ => None,
        },
        state: state(clock),
        started_at: clock.started_at,
        due_at,
        provisional: due_at.zip(known_until).is_some_and(|(due, known)| due > known),
        paused_since: clock.held_since.filter(|_| clock.is_live()),
        emergency: clock.suspended_by().filter(|_| clock.is_live()).map(ToString::to_string),
        stopped_at: match clock.phase {
            Phase::Stopped(at) => Some(at),
            Phase::Live | Phase::Over => None,
        },
        breached_at: clock.breached_at,
    }
}

/// Who owes what a clock is of, where it is no promise of its own.
fn owner(plan: &crate::control::Plan, clock: &Clock) -> Option<String> {
    let judged = clock.judged.as_ref()?;
    let owed = plan.rules(usize::from(clock.slot), judged.stage).owed.as_ref()?;
    match &clock.owed_for {
        Some(OwedFor::Action(action)) => action.owner.clone().or_else(|| Some(owed.owner.clone())),
        _ => Some(owed.owner.clone()),
    }
}

fn state(clock: &Clock) -> ClockState {
    match clock.phase {
        _ if clock.judged.is_none() => ClockState::Dormant,
        Phase::Over => ClockState::Escalating,
        Phase::Stopped(_) => ClockState::Stopped,
        Phase::Live if clock.held_since.is_some() => ClockState::Paused,
        Phase::Live if clock.breached_at.is_some() => ClockState::Breached,
        Phase::Live => ClockState::Running,
    }
}
