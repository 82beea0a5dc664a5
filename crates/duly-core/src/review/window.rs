//! A period that is looked at: what is kept of each ticket's clocks until all tickets have been heard.

use std::collections::BTreeMap;

use super::causes::{Causes, open_ms};
use super::follow_up::{FollowUp, Overdue};
use super::listener::{Breach, Cycle, Listener, Seen, Standing, Verdict};
use super::period::{Period, Range};
use super::report::{Broken, Figures, Near, Part, Stretch, Tickets, Voices};
use super::tally::{Fact, Tally};
use super::timeline::Timeline;
use super::values::Values;
use crate::ticket::Kind;
use crate::time::{Instant, Span};

/// A ticket that has been heard to its end.
pub(super) struct Heard<'a> {
    pub(super) subject: &'a str,
    pub(super) clocks: &'a Listener,
    pub(super) line: &'a Timeline,
    pub(super) values: &'a Values,
    /// The names of the attributes that the review breaks down by.
    pub(super) by: &'a [String],
}

/// A period of which everything is told.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) stretch: Stretch,
    pub(super) facts: Vec<Fact>,
    /// The same of remedies, which are counted apart.
    pub(super) remedies: Vec<Fact>,
    pub(super) tickets: Tickets,
    pub(super) voices: Voices,
    /// By emergency: tickets whose customers were told of it.
    pub(super) told: BTreeMap<String, u64>,
    /// By objective: where the time of the breached clocks went.
    pub(super) causes: BTreeMap<u32, Causes>,
    pub(super) worst: Vec<Broken>,
    pub(super) near: Vec<Near>,
    pub(super) follow_up: FollowUp,
    /// What is owed and was not done in time, at the end of the period.
    pub(super) overdue: Vec<Overdue>,
    range: Range,
    /// What occurs from here on is not looked at.
    pub(super) end: Instant,
    /// How many of the worst and the closest are kept.
    top: usize,
    scores: f64,
}

impl Window {
    pub(super) fn new(stretch: Stretch, until: Instant, top: usize) -> Self {
        let range = Range { from: stretch.from, to: stretch.to };
        // The last instant that counts belongs to the period: the time up to its end has passed.
        let end = if until.plus(Span::from_ns(1)) >= range.to { range.to } else { until };
        Window {
            stretch,
            range,
            end,
            top,
            facts: Vec::new(),
            remedies: Vec::new(),
            tickets: Tickets::default(),
            voices: Voices::default(),
            told: BTreeMap::new(),
            scores: 0.0,
            causes: BTreeMap::new(),
            worst: Vec::new(),
            near: Vec::new(),
            follow_up: FollowUp::default(),
            overdue: Vec::new(),
        }
    }

    /// Takes what a ticket has to say about the period.
    pub(super) fn take(&mut self, heard: &Heard<'_>) {
        self.count_ticket(heard.line);
        for (emergency, _) in heard.clocks.told.iter().filter(|(_, at)| *at < self.end) {
            *self.told.entry(emergency.clone()).or_default() += 1;
        }
        self.listen(heard);
        let files = &heard.clocks.files;
        self.follow_up.take(&files.dossier, &files.flows, self.range, self.range.to);
        for cycle in &heard.clocks.cycles {
            let Some(seen) = cycle.seen(self.range) else { continue };
            let decided_at = seen.verdict.map(|(_, at)| at).or(seen.response.map(|(_, at)| at));
            let values = heard.line.values_at(decided_at.unwrap_or(self.end)).collect();
            if heard.clocks.catalog.is_remedy(cycle.objective) {
                if seen.standing == Standing::Overdue {
                    self.overdue.extend(overdue(heard, cycle));
                }
                self.remedies.push(Fact { values, seen });
                continue;
            }
            self.facts.push(Fact { values, seen });
            match (seen.verdict, &cycle.breach) {
                (Some((Verdict::Met { left, of }, met_at)), _) if seen.is_near_miss() => {
                    self.near.push(near(heard, cycle, &seen, (met_at, left, of)));
                    keep(&mut self.near, self.top, |near| (near.left_ms, near.subject.clone(), near.cycle));
                }
                (Some((Verdict::Breached, _)), Some(breach)) => self.take_breach(heard, cycle, &seen, breach),
                _ => {}
            }
        }
    }

    /// Figures of all clocks.
    pub(super) fn figures(&self) -> Figures {
        let mut tally = Tally::default();
        self.facts.iter().for_each(|fact| tally.count(&fact.seen));
        tally.figures()
    }

    /// Where the time of all breached clocks went.
    pub(super) fn all_causes(&self) -> Causes {
        self.causes.values().fold(Causes::default(), |sum, causes| sum.plus(*causes))
    }

    fn count_ticket(&mut self, line: &Timeline) {
        let within = |at: &&Instant| self.range.contains(**at);
        self.tickets.received += line.received_at.iter().filter(within).count() as u64;
        self.tickets.resolved += line.resolved.iter().filter(within).count() as u64;
        self.tickets.reopened += line.reopened.iter().filter(within).count() as u64;
        self.tickets.open += u64::from(line.is_open_at(self.end.minus(Span::from_ns(1))));
    }

    fn listen(&mut self, heard: &Heard<'_>) {
        let has_broken = |at: Instant| {
            let breaches = heard.clocks.promises().filter_map(|cycle| cycle.breach.as_ref());
            breaches.map(|breach| breach.at).any(|breached_at| breached_at <= at)
        };
        for said in heard.line.said.iter().filter(|said| self.range.contains(said.at)) {
            let is_broken = has_broken(said.at);
            self.follow_up.hear(said, is_broken, heard.clocks.feedback.as_ref());
            let voices = &mut self.voices;
            match said.kind {
                Kind::FeedbackGiven => {
                    voices.feedback += 1;
                    let score = said.score.as_ref().and_then(|text| text.parse().ok());
                    if let Some(score) = score.filter(|score: &f64| score.is_finite()) {
                        voices.scores += 1;
                        self.scores += score;
                        let mean = self.scores / voices.scores as f64;
                        voices.score_mean = Some((mean * 100.0).floor() / 100.0);
                    }
                }
                Kind::ComplaintFiled => {
                    voices.complaints += 1;
                    voices.complaints_unbroken += u64::from(!is_broken);
                }
                Kind::LossClaimed => voices.losses_claimed += 1,
                Kind::ClaimAssessed => voices.claims_assessed += 1,
                Kind::ApologyIssued => voices.apologies += 1,
                Kind::RemedyGranted => voices.remedies += 1,
                _ => {}
            }
        }
    }

    fn take_breach(&mut self, heard: &Heard<'_>, cycle: &Cycle, seen: &Seen, breach: &Breach) {
        let to = seen.over_at.unwrap_or(self.end).min(self.end);
        let causes = Causes::of(breach, cycle.started_at, to, heard.line);
        let sum = self.causes.entry(cycle.objective).or_default();
        *sum = sum.plus(causes);
        let over_ms = open_ms(breach, breach.due_at, to);
        self.worst.push(broken(heard, cycle, seen, (breach, over_ms, causes)));
        keep(&mut self.worst, self.top, |broken| (-broken.over_ms, broken.subject.clone(), broken.cycle));
    }
}

/// A period of which only figures are told.
#[derive(Debug)]
pub(super) struct Glance {
    stretch: Stretch,
    range: Range,
    whole: Tally,
    objectives: BTreeMap<u32, Tally>,
}

impl Glance {
    pub(super) fn new(stretch: Stretch) -> Self {
        let range = Range { from: stretch.from, to: stretch.to };
        Glance { stretch, range, whole: Tally::default(), objectives: BTreeMap::new() }
    }

    pub(super) fn take(&mut self, clocks: &Listener) {
        for cycle in clocks.promises() {
            if let Some(seen) = cycle.seen(self.range) {
                self.whole.count(&seen);
                self.objectives.entry(cycle.objective).or_default().count(&seen);
            }
        }
    }

    /// What it has of all clocks, and of those of each of `objectives`.
    pub(super) fn part(mut self, objectives: &[u32]) -> Part {
        let of = |objective: &u32| self.objectives.get_mut(objective).map(Tally::figures).unwrap_or_default();
        let objectives = objectives.iter().map(of).collect();
        Part { period: self.stretch, figures: self.whole.figures(), objectives }
    }
}

/// `period` as a report names it.
pub(super) fn stretch(period: &Period, zone: chrono_tz::Tz) -> Stretch {
    let Range { from, to } = period.range(zone);
    Stretch { name: period.to_string(), from, to }
}

/// Keeps the `top` first by `key`, now and then, so that a long list is never there.
fn keep<T, K: Ord>(list: &mut Vec<T>, top: usize, key: impl Fn(&T) -> K) {
    if list.len() > 4 * top + 16 {
        list.sort_by_cached_key(key);
        list.truncate(top);
    }
}

fn near(heard: &Heard<'_>, cycle: &Cycle, seen: &Seen, (met_at, left, of): (Instant, Span, Span)) -> Near {
    let catalog = &heard.clocks.catalog;
    let (row, objective) = (&catalog.rows[seen.row as usize], &catalog.objectives[cycle.objective as usize]);
    Near {
        subject: heard.subject.to_owned(),
        policy: objective.policy.clone(),
        objective: objective.name.clone(),
        cycle: cycle.cycle,
        within: row.within.clone(),
        met_at,
        left_ms: left.ms(),
        of_ms: of.ms(),
    }
}

fn broken(heard: &Heard<'_>, cycle: &Cycle, seen: &Seen, (breach, over_ms, causes): (&Breach, i64, Causes)) -> Broken {
    let catalog = &heard.clocks.catalog;
    let (row, objective) = (&catalog.rows[seen.row as usize], &catalog.objectives[cycle.objective as usize]);
    let values = heard.line.values_at(breach.at).map(|value| heard.values.text(value));
    let attributes = heard.by.iter().zip(values).filter_map(|(name, text)| Some((name.clone(), text?.to_owned())));
    Broken {
        subject: heard.subject.to_owned(),
        policy: objective.policy.clone(),
        objective: objective.name.clone(),
        cycle: cycle.cycle,
        within: row.within.clone(),
        started_at: cycle.started_at,
        due_at: breach.due_at,
        breached_at: breach.at,
        stopped_at: seen.stopped_at,
        over_ms,
        causes,
        emergencies: breach.emergencies.clone(),
        attributes: attributes.collect(),
    }
}

fn overdue(heard: &Heard<'_>, cycle: &Cycle) -> Option<Overdue> {
    let objective = &heard.clocks.catalog.objectives[cycle.objective as usize];
    let breach = cycle.breach.as_ref()?;
    Some(Overdue {
        subject: heard.subject.to_owned(),
        policy: objective.policy.clone(),
        objective: objective.name.clone(),
        cycle: cycle.cycle,
        owner: breach.owner.clone().unwrap_or_default(),
        due_at: breach.due_at,
    })
}
